"""The gate: search over the shipped laws must not get worse than it was when its figures were written down."""

import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval import gate
from eval.asking import Reply, ask, load_sets, opened
from eval.confidence import auroc
from eval.metrics import evaluate
from eval.systems.base import Progress
from kb.base import KnowledgeBase
from kb.clock import today
from kb.errors import BadRequest
from kb.settings import Settings

EXPECTED = gate.GATE.with_name("expected.toml")
TOLERANCE = 0.02
AUROC_AT_LEAST = 0.95
Share = Field(ge=0, le=1)
_HINT = "请删去它，再用 fengqiao eval gate --write 重新测一遍并写下来。"


class Measures(BaseModel):
    """What is measured, each in [0, 1].

    Attributes:
        hit: Hit@10, share of the answerable questions with a gold provision among the first ten.
        mrr: MRR@10, mean of 1 / rank of the first gold provision, 0 beyond ten.
        auroc: of confidence, answerable against unanswerable questions.
    """

    model_config = ConfigDict(extra="forbid")

    hit: float = Share
    mrr: float = Share
    auroc: float = Share


class Expected(BaseModel):
    """What expected.toml holds.

    Attributes:
        measured: on `date`, with `model`.
        tolerance: how far Hit@10 and MRR@10 may fall below it.
        auroc_at_least: below it AUROC may not fall, whatever was measured.
    """

    model_config = ConfigDict(extra="forbid")

    date: date
    model: str
    tolerance: float = Share
    auroc_at_least: float = Share
    measured: Measures


class Check(NamedTuple):
    """One figure, the least it may be (None without an expectation), and what it was."""

    name: str
    value: float
    least: float | None
    expected: float | None

    @property
    def ok(self) -> bool:
        """Whether it hasn't fallen below."""
        return self.least is None or self.value >= self.least


class GateRun(NamedTuple):
    """What a run of the gate measured, and with which embedding model."""

    model: str
    measures: Measures


def run_gate(
    settings: Settings,
    progress: Progress = lambda *_: None,
    answerable: Path | None = None,
    unanswerable: Path | None = None,
) -> GateRun:
    """Measure the settings' knowledge base.

    Raises:
        BadRequest: a set can't be read.
        NotReady: there is no index yet, or no ranker for the embedding model.
        kb.store.lock.IndexHeld: a running service has the index.
    """
    right, wrong = load_sets(answerable, unanswerable)
    with opened(settings) as kb:
        return GateRun(kb.embedder.name, measure(kb, right, wrong, progress))


def measure(
    kb: KnowledgeBase,
    answerable: Sequence[gate.Question],
    unanswerable: Sequence[gate.Question],
    progress: Progress = lambda *_: None,
) -> Measures:
    """Return the figures over an opened knowledge base, for what is law today."""
    on = today()
    can = ask(kb, answerable, on, progress, "能回答的问题")
    cannot = ask(kb, unanswerable, on, progress, "不能回答的问题")
    return measures(can, cannot)


def measures(answerable: Sequence[Reply], unanswerable: Sequence[Reply]) -> Measures:
    """Return the figures of what was found; a question without a gold provision on the shelves counts 0."""
    # trec_eval leaves out a question that nothing is relevant to: an id that no provision has keeps it in
    qrels = {r.id: dict.fromkeys(r.gold or {"none"}, 1) for r in answerable}
    run = {r.id: {hit: float(-rank) for rank, hit in enumerate(r.hits)} for r in answerable}
    found = evaluate(qrels, run, ("Success@10", "RR@10"))
    return Measures(hit=found["Hit@10"], mrr=found["MRR@10"], auroc=round(auroc(answerable, unanswerable), 4))


def checks(measured: Measures, expected: Expected | None) -> list[Check]:
    """Return each figure beside the least it may be."""
    names = (("Hit@10", "hit"), ("MRR@10", "mrr"), ("AUROC", "auroc"))
    values = [(name, field, float(getattr(measured, field))) for name, field in names]
    if expected is None:
        return [Check(name, value, None, None) for name, _, value in values]
    found = []
    for name, field, value in values:
        was = float(getattr(expected.measured, field))
        # rounded like the measures: 0.9 - 0.02 is a little more than 0.88
        least = expected.auroc_at_least if field == "auroc" else round(was - expected.tolerance, 4)
        found.append(Check(name, value, least, was))
    return found


def load_expected(path: Path | None = None) -> Expected | None:
    """Return what was written down, by default in eval/sets/expected.toml; None where there is no file.

    Raises:
        BadRequest: the file isn't in the form that `write_expected` gives it.
    """
    path = path or EXPECTED
    if not path.is_file():
        return None
    try:
        return Expected.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (ValidationError, ValueError) as error:
        raise BadRequest(f"{path.name} 读不出来", _HINT) from error


def write_expected(done: GateRun, path: Path | None = None) -> Expected:
    """Write down what was measured; tolerance and AUROC's bar stay as they were.

    Raises:
        BadRequest: the file that is there is damaged, or can't be written.
    """
    path = path or EXPECTED
    before = load_expected(path)
    expected = Expected(
        date=today(),
        model=done.model,
        tolerance=before.tolerance if before else TOLERANCE,
        auroc_at_least=before.auroc_at_least if before else AUROC_AT_LEAST,
        measured=done.measures,
    )
    m = expected.measured
    lines = [
        "# What search over the shipped laws reaches on gate.jsonl and unanswerable.jsonl.",
        "# Written by `fengqiao eval gate --write`; tests/eval/test_regression.py holds it.",
        f"date = {expected.date.isoformat()}",
        f'model = "{expected.model}"',
        "# Hit@10 and MRR@10 may fall by so much; AUROC not below its bar.",
        f"tolerance = {expected.tolerance}",
        f"auroc_at_least = {expected.auroc_at_least}",
        "",
        "[measured]",
        f"hit = {m.hit}",
        f"mrr = {m.mrr}",
        f"auroc = {m.auroc}",
    ]
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise BadRequest(f"写不进 {path}", "请检查这个位置能不能写。") from error
    return expected
