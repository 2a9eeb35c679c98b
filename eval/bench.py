"""Measure this machine: cold start, search latency, memory, ingest rate. Figures, never pass or fail."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from eval.latency import time_search
from eval.machine import machine
from kb.base import KnowledgeBase
from kb.embedding.cache import EmbeddingCache, embed_passages_cached
from kb.errors import NotReady
from kb.index.points import point
from kb.index.units import units
from kb.settings import Settings
from kb.store.edge import EdgeStore
from kb.store.identity import Identity

_QUESTIONS = Path(__file__).with_name("bench_questions.txt")
#: Passages for the ingest rate: every n-th of the catalog, so that lengths are as in the whole.
_SAMPLE = 400
_COLD = """
import time, sys
from kb.base import KnowledgeBase
from kb.search.types import SearchRequest
with KnowledgeBase.open() as kb:
    hits = kb.search(SearchRequest(query=sys.argv[1], limit=5)).hits
    print(len(hits))
"""


def run_bench(settings: Settings, rounds: int = 5) -> dict[str, Any]:
    """Return the figures of the index at settings.home.

    Args:
        rounds: how often each of the questions is asked, after one round that isn't counted.

    Raises:
        NotReady: there is no index yet.
        kb.store.lock.IndexHeld: a running service has it.
    """
    questions = _QUESTIONS.read_text(encoding="utf-8").split()
    require_filled(settings)
    cold = _cold_start(questions[0])
    with KnowledgeBase.open(settings) as kb:
        latency = time_search(kb, questions, rounds)
        memory = psutil.Process().memory_full_info()
        return {
            "machine": machine(),
            "precision": kb.embedder.precision,
            "passages": kb.store.count(),
            "cold_start": {"first_answer_s": cold},
            "latency_ms": latency,
            "memory_mb": {"rss": memory.rss / 2**20, "unshared": memory.uss / 2**20},
            "ingest": _ingest(kb),
        }


def require_filled(settings: Settings) -> None:
    """Open the index once, which builds model and precision note where absent, so that no figure counts it.

    Raises:
        NotReady: there is nothing in it.
        kb.store.lock.IndexHeld: a running service has it.
    """
    with KnowledgeBase.open(settings) as kb:
        if kb.store.count() == 0:
            raise NotReady("知识库还是空的，没有可测的", "请先运行 fengqiao ingest --shipped")


def _cold_start(question: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", _COLD, question], check=True, capture_output=True)  # noqa: S603 (our own code)
    return time.perf_counter() - started


def _ingest(kb: KnowledgeBase) -> dict[str, float]:
    everything = [p for unit in units(kb.catalog) for p in unit.passages]
    passages = everything[:: max(1, len(everything) // _SAMPLE)][:_SAMPLE]
    with tempfile.TemporaryDirectory() as folder:
        cache = EmbeddingCache(Path(folder) / "cache.db")
        rates = []
        for run in range(2):
            started = time.perf_counter()
            with EdgeStore(
                Path(folder) / f"index{run}", Identity(kb.embedder.key, kb.embedder.dim), ""
            ) as store:
                dense = embed_passages_cached(kb.embedder, [p.embed_text for p in passages], cache)
                store.upsert([point(kb.lexical, p, v) for p, v in zip(passages, dense, strict=True)])
                store.flush()
            rates.append(len(passages) / (time.perf_counter() - started))
        cache.close()
    return {"passages": len(passages), "passages_per_s": rates[0], "cached_passages_per_s": rates[1]}
