"""How well lexical, dense and hybrid retrieval find the articles that answer questions."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from eval import beir
from eval.bm25 import SparseIndex, top
from eval.metrics import evaluate
from kb.embedding.cache import embed_passages_cached
from kb.embedding.load import load_embedder, open_cache
from kb.errors import BadRequest
from kb.lexical.encoder import load_encoder
from kb.search.fusion import rrf, weighted_sum
from kb.settings import Settings, get_settings

SYSTEMS = ("bm25", "dense", "hybrid")
LABELS = {"bm25": "BM25", "dense": "Dense", "hybrid": "Hybrid"}
Rankings = dict[str, list[tuple[str, float]]]
"""By question id: (document id, score), best first."""
Progress = Callable[[str, int, int], None]
"""Called with a stage's name (Chinese), what is done of it and its total."""


@dataclass(frozen=True)
class Row:
    """A line of the table: a system and its measures, each in [0, 1]."""

    system: str
    questions: int
    measures: dict[str, float]

    def as_dict(self) -> dict[str, object]:
        """Return the line as JSON-ready content."""
        return asdict(self)


def run_retrieval(
    data_dir: Path,
    qrels_name: str,
    systems: Sequence[str] = SYSTEMS,
    limit: int = 0,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> list[Row]:
    """Measure the product's own encoders and fusion on a BEIR folder, one row for each system.

    `limit` keeps the first so many questions (0 for all); the corpus is always whole.

    Raises:
        BadRequest: an unknown system, or the folder isn't in BEIR form.
    """
    settings = settings or get_settings()
    unknown = [s for s in systems if s not in SYSTEMS]
    if unknown or not systems:
        raise BadRequest(f"不认识的检索方式：{'、'.join(unknown)}", f"可选：{'、'.join(SYSTEMS)}。")
    data = beir.load(data_dir, qrels_name, limit)
    runs: dict[str, Rankings] = {}
    if {"bm25", "hybrid"} & set(systems):
        runs["bm25"] = lexical_rankings(data, settings, progress)
    if {"dense", "hybrid"} & set(systems):
        runs["dense"] = dense_rankings(data, settings, progress)
    if "hybrid" in systems:
        runs["hybrid"] = fuse(runs["dense"], runs["bm25"], settings)
    rows = []
    for system in systems:
        run = {q: dict(ranking) for q, ranking in runs[system].items()}
        rows.append(Row(LABELS[system], len(data.queries), evaluate(data.qrels, run)))
    return rows


def lexical_rankings(data: beir.Dataset, settings: Settings, progress: Progress | None = None) -> Rankings:
    """Return each question's best `settings.candidates` documents by BM25."""
    encoder = load_encoder(settings.home / "cache")
    vectors = []
    for n, document in enumerate(data.documents, 1):
        vectors.append(encoder.encode_passage(document.text, document.title))
        if progress is not None and (n % 500 == 0 or n == len(data.documents)):
            progress("分词", n, len(data.documents))
    index = SparseIndex(vectors)
    return {
        query: [
            (data.documents[row].id, score)
            for row, score in index.search(encoder.encode_query(text), settings.candidates)
        ]
        for query, text in data.queries.items()
    }


def dense_rankings(data: beir.Dataset, settings: Settings, progress: Progress | None = None) -> Rankings:
    """Return each question's nearest `settings.candidates` documents; vectors are cached between runs."""
    embedder = load_embedder(settings)
    total = len(data.documents)
    step = None if progress is None else (lambda done: progress("计算向量", done, total))
    cache = open_cache(settings)
    try:
        passages = embed_passages_cached(
            embedder, [d.embed_text for d in data.documents], cache, progress=step
        )
    finally:
        cache.close()
    out: Rankings = {}
    queries = list(data.queries.items())
    for at in range(0, len(queries), 64):
        some = queries[at : at + 64]
        scores = embedder.embed_queries([text for _, text in some]) @ passages.T
        for (query, _), line in zip(some, scores.astype(np.float32), strict=True):
            out[query] = [(data.documents[row].id, score) for row, score in top(line, settings.candidates)]
    return out


def fuse(dense: Rankings, lexical: Rankings, settings: Settings) -> Rankings:
    """Merge two systems' rankings as the product's search does."""
    weights = (settings.dense_weight, settings.lexical_weight)
    out = {}
    for query, ranking in dense.items():
        lists = [ranking, lexical.get(query, [])]
        if getattr(settings, "fusion", "rrf") == "rrf":
            out[query] = rrf(lists, weights, settings.rrf_k)
        else:
            out[query] = weighted_sum(lists, weights)
    return out


def as_table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    if not rows:
        return ""
    names = list(rows[0].measures)
    lines = ["| | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    lines += [f"| {r.system} | " + " | ".join(f"{r.measures[n]:.3f}" for n in names) + " |" for r in rows]
    return "\n".join(lines)
