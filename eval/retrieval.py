"""How well lexical, dense, hybrid and ranked retrieval find the articles that answer questions."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from eval import beir
from eval.bm25 import SparseIndex, top
from eval.metrics import evaluate
from eval.ranked import Encoded, Rankings, attach, pools, ranked_rankings
from kb.embedding.base import Vectors
from kb.embedding.cache import embed_passages_cached
from kb.embedding.load import load_embedder, open_cache
from kb.errors import BadRequest, NotReady
from kb.lexical.encoder import load_encoder
from kb.ranking.model import Ranker, load_ranker
from kb.ranking.prototypes import load_prototypes, with_prototypes
from kb.ranking.questions import Expansion, Question, load_questions, question_vectors
from kb.ranking.ranking import shipped_questions
from kb.search.fusion import rrf, weighted_sum
from kb.settings import Settings, get_settings

SYSTEMS = ("bm25", "asked", "dense", "hybrid", "ranked")
LABELS = {
    "bm25": "BM25",
    "asked": "BM25 + predicted questions",
    "dense": "Dense",
    "hybrid": "Hybrid",
    "ranked": "Ranked",
}
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
    systems: Sequence[str] = (),
    limit: int = 0,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> list[Row]:
    """Measure the product's own encoders and fusion on a BEIR folder, one row for each system.

    `limit` keeps the first so many questions (0 for all); the corpus is always whole. No systems means all that
    can be had: without a ranker for the settings' embedding model, all but ranked.

    Raises:
        BadRequest: an unknown system, or the folder isn't in BEIR form.
        NotReady: ranked is asked for, and there is no ranker for this embedding model.
    """
    settings = settings or get_settings()
    unknown = [s for s in systems if s not in SYSTEMS]
    if unknown:
        raise BadRequest(f"不认识的检索方式：{'、'.join(unknown)}", f"可选：{'、'.join(SYSTEMS)}。")
    data = beir.load(data_dir, qrels_name, limit)
    ranking = _ranking(settings) if not systems or "ranked" in systems else None
    if ranking is None and "ranked" in systems:
        raise NotReady(
            "没有与当前向量模型相配的排序模型，不能测 ranked",
            "请恢复 corpora/ranker 和 corpora/questions，或用默认的向量模型。",
        )
    systems = systems or [s for s in SYSTEMS if ranking or s != "ranked"]
    runs: dict[str, Rankings] = {}
    if "bm25" in systems:
        runs["bm25"] = lexical_rankings(data, settings, (), progress)
    if {"asked", "hybrid", "ranked"} & set(systems):
        runs["asked"] = lexical_rankings(data, settings, load_questions(), progress)
    if {"dense", "hybrid", "ranked"} & set(systems):
        encoded = encode(data, settings, progress)
        runs["dense"] = dense_rankings(data, encoded, settings.candidates)
        if ranking:
            runs["ranked"] = _ranked(data, encoded, runs["asked"], *ranking, settings)
    if "hybrid" in systems:
        runs["hybrid"] = fuse(runs["dense"], runs["asked"], settings)
    rows = []
    for system in systems:
        run = {q: dict(ranking) for q, ranking in runs[system].items()}
        rows.append(Row(LABELS[system], len(data.queries), evaluate(data.qrels, run)))
    return rows


def lexical_rankings(
    data: beir.Dataset,
    settings: Settings,
    questions: Sequence[Question] = (),
    progress: Progress | None = None,
) -> Rankings:
    """Return each question's best `settings.candidates` documents by BM25.

    Args:
        questions: predicted questions, indexed with the articles that they fit, as the product does.
    """
    encoder = load_encoder(settings.home / "cache")
    expansion = Expansion(questions)
    vectors = []
    for n, document in enumerate(data.documents, 1):
        asked = expansion.text(document.title, document.text)
        text = f"{document.text}\n{asked}" if asked else document.text
        vectors.append(encoder.encode_passage(text, document.title))
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


def encode(data: beir.Dataset, settings: Settings, progress: Progress | None = None) -> Encoded:
    """Return the vectors of documents and questions; those of documents are cached between runs."""
    embedder = load_embedder(settings)
    total = len(data.documents)
    step = None if progress is None else (lambda done: progress("计算向量", done, total))
    with closing(open_cache(settings)) as cache:
        passages = embed_passages_cached(
            embedder, [d.embed_text for d in data.documents], cache, progress=step
        )
    queries = list(data.queries.items())
    vectors: dict[str, Vectors] = {}
    for at in range(0, len(queries), 64):
        some = queries[at : at + 64]
        found = embedder.embed_queries([text for _, text in some])
        vectors.update(zip([query for query, _ in some], found, strict=True))
    return Encoded(passages, vectors)


def dense_rankings(data: beir.Dataset, encoded: Encoded, limit: int) -> Rankings:
    """Return each question's nearest `limit` documents."""
    out: Rankings = {}
    queries = list(encoded.queries)
    for at in range(0, len(queries), 64):
        some = queries[at : at + 64]
        scores = np.stack([encoded.queries[query] for query in some]) @ encoded.passages.T
        for query, line in zip(some, scores.astype(np.float32), strict=True):
            out[query] = [(data.documents[row].id, score) for row, score in top(line, limit)]
    return out


def _ranking(settings: Settings) -> tuple[Ranker, list[Question]] | None:
    ranker = load_ranker(load_embedder(settings).key)
    questions = load_questions() if ranker else []
    return (ranker, questions) if ranker and questions else None


def _ranked(
    data: beir.Dataset,
    encoded: Encoded,
    lexical: Rankings,
    ranker: Ranker,
    questions: list[Question],
    settings: Settings,
) -> Rankings:
    """Order by the ranker what words, meaning and predicted questions find."""
    embedder = load_embedder(settings)
    with closing(open_cache(settings)) as cache:
        vectors = question_vectors(embedder, questions, cache, [shipped_questions(embedder.key)])
    asked = attach(data, with_prototypes(questions, vectors, load_prototypes(embedder.key)))
    encoder = load_encoder(settings.home / "cache")
    return ranked_rankings(ranker, pools(data, encoded, lexical, asked, encoder, settings.dense_candidates))


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
