"""How well personal data is found: recall by kind, precision, on generated records and on hand-written hard cases.

A piece of personal data counts as found only when every character of it is hidden; what is hidden counts as right
only when every character of it is personal data. What a record says must survive is looked for in the result.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.redaction_records import Record, generate, parse_marked
from kb.errors import BadRequest
from kb.redaction.redact import redact, redact_all
from kb.redaction.types import NUMBERS, Kind

HARD = Path(__file__).with_name("sets") / "redaction-hard.jsonl"
TUNED_ON, REPORTED_ON = 1, 7301
BARS = {"numbers": 0.99, "names": 0.97, "precision": 0.95}
_AMOUNT = re.compile(
    r"(?:\d[\d,，]*(?:\.\d+)?|[零〇一二三四五六七八九十百千两几数]+)\s?[多余]?(?:万余?|亿)?[多余]?元"
)
_CITATION = re.compile(
    r"《[^《》]+》(?:第[零一二三四五六七八九十百千\d]+条(?:第[零一二三四五六七八九十\d]+[款项])*)?"
)
_BODY = re.compile(
    r"[\u4e00-\u9fff]{0,6}(?:人民法院|法院|检察院|公安局|派出所|司法所|司法局|调解委员会|仲裁委员会|仲裁委|人民政府|人社局|妇联|工会|街道办事处)"
)


@dataclass
class Score:
    """Counts of one set of records."""

    gold: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    predicted: int = 0
    right: int = 0
    changed: int = 0
    kept: Counter[bool] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def recall(self, kinds: Iterable[Kind]) -> float:
        """Return the share of the pieces of these kinds that were hidden whole; 1.0 where there are none."""
        kinds = list(kinds)
        gold = sum(self.gold[k] for k in kinds)
        return sum(self.found[k] for k in kinds) / gold if gold else 1.0

    @property
    def precision(self) -> float:
        """Return the share of hidden pieces that are personal data from end to end; 1.0 where nothing was hidden."""
        return self.right / self.predicted if self.predicted else 1.0

    def as_dict(self) -> dict[str, Any]:
        """Return the figures, rounded."""
        places = (Kind.VILLAGE, Kind.COMMUNITY, Kind.ADDRESS)
        return {
            "pieces": sum(self.gold.values()),
            "recall": {
                "numbers": round(self.recall(NUMBERS), 4),
                "names": round(self.recall([Kind.NAME]), 4),
                "places": round(self.recall(places), 4),
            },
            "by_kind": {k.value: [self.found[k], self.gold[k]] for k in Kind if self.gold[k]},
            "precision": round(self.precision, 4),
            "hidden": self.predicted,
            "changed_on_second_pass": self.changed,
            "kept": [self.kept[True], self.kept[True] + self.kept[False]],
        }


def score(records: Sequence[Record], explain: bool = False) -> Score:
    """Redact each record by itself and count.

    Args:
        explain: also list what was missed or wrongly hidden.
    """
    total = Score()
    for record in records:
        done = redact(record.text)
        inside = {i for s in record.spans for i in range(s.start, s.end)}
        hidden = {i for s in done.spans for i in range(s.start, s.end)}
        for span in record.spans:
            whole = all(i in hidden for i in range(span.start, span.end))
            total.gold[span.kind] += 1
            total.found[span.kind] += whole
            if explain and not whole:
                total.errors.append(f"missed {_shown(record.text, span.start, span.end)}  {record.id}")
        for span in done.spans:
            right = all(i in inside for i in range(span.start, span.end))
            total.predicted += 1
            total.right += right
            if explain and not right:
                total.errors.append(f"wrong  {_shown(record.text, span.start, span.end)}  {record.id}")
        total.changed += redact(done.text).text != done.text
        for words in record.keep:
            total.kept[words in done.text] += 1
            if explain and words not in done.text:
                total.errors.append(f"lost   {words}  {record.id}")
    return total


def _shown(text: str, start: int, end: int) -> str:
    marked = f"{text[max(0, start - 10) : start]}【{text[start:end]}】{text[end : end + 10]}"
    return marked.replace("\n", "⏎")


def load_hard(path: Path | None = None, held_out: bool = False) -> list[Record]:
    """Return the hand-written cases: those rules may be tuned on, or those held out.

    Raises:
        BadRequest: the file is missing or a line of it isn't a case, with its number.
    """
    path = path or HARD
    found = []
    for number, row in enumerate(_rows(path), 1):
        try:
            if bool(row["held_out"]) == held_out:
                found.append(parse_marked(row["id"], row["text"], row.get("keep", ())))
        except (KeyError, TypeError, ValueError) as error:
            raise BadRequest(
                f"{path.name} 第 {number} 行不是一个样例", "每行应有 id、text、held_out。"
            ) from error
    return found


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise BadRequest(f"读不了 {path}", "请检查文件在不在，每行是不是一个 JSON 对象。") from error


def survival(path: Path) -> dict[str, Any]:
    """Return what of law, amounts and public bodies the redaction of published cases destroys.

    Args:
        path: .jsonl; every text of a line's object counts, those of one line as one case.

    Raises:
        BadRequest: the file can't be read.
    """
    rows = _rows(path)
    counts = {name: [0, 0] for name in ("amounts", "citations", "bodies")}
    hidden, lost = Counter[str](), []
    for row in rows:
        texts = [v for v in row.values() if isinstance(v, str)]
        for before, done in zip(texts, redact_all(texts), strict=True):
            hidden.update(s.kind.value for s in done.spans)
            for name, pattern in (("amounts", _AMOUNT), ("citations", _CITATION), ("bodies", _BODY)):
                was, now = (Counter(pattern.findall(t)) for t in (before, done.text))
                counts[name][0] += was.total()
                counts[name][1] += (was & now).total()
                lost += [f"{name}: {words}" for words in was - now]
    return {"cases": len(rows), "counts": counts, "hidden": dict(hidden), "lost": lost}


def speed(records: Sequence[Record]) -> float:
    """Return milliseconds of processor time for 300 characters, the dictionary already loaded."""
    redact("预热")
    began = time.process_time()
    for record in records:
        redact(record.text)
    return (time.process_time() - began) * 1000 * 300 / max(1, sum(len(r.text) for r in records))


def run_redaction(count: int = 1200, cases: Path | None = None, tune: bool = False) -> dict[str, Any]:
    """Return all figures.

    Args:
        count: generated records.
        cases: published, anonymised cases to look for damage in.
        tune: use the seed and templates that rules are tuned on, and list errors; never those held out.
    """
    records = generate(count, TUNED_ON if tune else REPORTED_ON, held_out=not tune)
    hard = load_hard(held_out=not tune)
    on_records, on_hard = score(records, explain=tune), score(hard, explain=tune)
    found: dict[str, Any] = {
        "seed": TUNED_ON if tune else REPORTED_ON,
        "held_out": not tune,
        "records": {"count": len(records), **on_records.as_dict()},
        "hard": {"count": len(hard), **on_hard.as_dict()},
        "ms_per_300_characters": round(speed(records[:200]), 2),
    }
    if tune:
        found["errors"] = on_records.errors + on_hard.errors
    if cases:
        found["cases"] = survival(cases)
    return found
