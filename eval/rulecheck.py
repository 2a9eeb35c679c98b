"""Precision and recall of the village-rule check on the labelled sample clauses.

Run: `python -m eval.rulecheck [--set a|b|all] [--errors]`. Two figures: overstep against the rest, and
overstep or doubtful against lawful. Documents are read, split and judged as a user's would be.
"""

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import TextIO

import corpora
from assistant.rulecheck.check import assess
from ingest.readers.read import read
from kb.text.clauses import split_clauses

SETS = ("a", "b")


@dataclass
class Tally:
    """True positives, false positives and false negatives."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def add(self, predicted: bool, actual: bool) -> None:
        """Count one clause."""
        self.tp += predicted and actual
        self.fp += predicted and not actual
        self.fn += actual and not predicted

    @property
    def precision(self) -> float:
        """Return the share of flagged clauses that deserved it; 1.0 when none was flagged."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 1.0

    @property
    def recall(self) -> float:
        """Return the share of deserving clauses that were flagged; 1.0 when there was none."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0

    def row(self) -> str:
        """Return the figures in one line."""
        return f"P {self.precision:.3f}  R {self.recall:.3f}  (tp {self.tp}, fp {self.fp}, fn {self.fn})"


@dataclass
class Report:
    """The result on one set of labels."""

    clauses: int = 0
    misplaced: int = 0
    overstep: Tally = field(default_factory=Tally)
    flagged: Tally = field(default_factory=Tally)
    by_kind: dict[str, Counter[str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def evaluate(name: str) -> Report:
    """Judge every labelled clause of set `name`; a clause that was not split out counts as lawful."""
    report = Report()
    documents: dict[str, dict[str, str]] = {}
    lines = corpora.path("village_rules", f"labels-{name}.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        label = json.loads(line)
        village = label["village"]
        if village not in documents:
            path = next(corpora.path("village_rules").glob(f"{village}.*"))
            documents[village] = {c.label: c.text for c in split_clauses(read(path).text)}
        text = documents[village].get(label["label"], "")
        report.misplaced += not text
        found = assess(text)
        predicted = found[0][1] if found else "lawful"
        actual = label["verdict"]
        report.clauses += 1
        report.overstep.add(predicted == "overstep", actual == "overstep")
        report.flagged.add(predicted != "lawful", actual != "lawful")
        if actual != "lawful":
            report.by_kind.setdefault(label["kind"], Counter())[predicted] += 1
        if predicted != actual:
            report.errors.append(f"{actual} → {predicted}  {village} {label['label']} {found} {text}")
    return report


def main(argv: list[str] | None = None, out: TextIO | None = None) -> int:
    """Print the report; return the exit status."""
    out = out or sys.stdout
    parser = argparse.ArgumentParser(prog="python -m eval.rulecheck", description=__doc__)
    parser.add_argument("--set", choices=[*SETS, "all"], default="all", dest="name")
    parser.add_argument("--errors", action="store_true", help="list the clauses judged wrongly")
    options = parser.parse_args(argv)
    for name in SETS if options.name == "all" else (options.name,):
        report = evaluate(name)
        out.write(f"labels-{name}: {report.clauses} clauses, {report.misplaced} not split out\n")
        out.write(f"  overstep vs rest           {report.overstep.row()}\n")
        out.write(f"  overstep+doubtful vs lawful {report.flagged.row()}\n")
        for kind, verdicts in sorted(report.by_kind.items()):
            out.write(f"    {kind}: {dict(verdicts)}\n")
        if options.errors:
            out.writelines(f"  {error}\n" for error in report.errors)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
