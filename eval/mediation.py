"""How well mediation cases find cases of the same cause, and a case's facts the articles that it cites."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval import beir
from eval.mediation_cases import Case, cited_addresses, load_cases
from eval.metrics import evaluate
from eval.ranked import Encoded, Rankings, attach, pools, ranked_rankings
from eval.retrieval import LABELS, Progress, Row, dense_rankings, lexical_rankings
from kb.citation.names import LawNames
from kb.embedding.base import Embedder, Vectors
from kb.embedding.cache import EmbeddingCache, embed_passages_cached
from kb.embedding.load import load_embedder, open_cache
from kb.errors import BadRequest
from kb.lexical.encoder import load_encoder
from kb.ranking.causes import WEIGHT, Causes, load_causes
from kb.ranking.model import load_ranker
from kb.ranking.prototypes import load_prototypes, with_prototypes
from kb.ranking.questions import Question, load_questions, question_vectors
from kb.ranking.rank import place
from kb.ranking.ranking import shipped_questions
from kb.settings import Settings

#: A cause with more cases than this is asked for: its cases have five others to find.
COMMON = 5
P_AT_5 = "P@5"
CITED_MEASURES = ("R@10", "R@100")


@dataclass(frozen=True)
class SameCause:
    """Leave one out: the share of a case's five most alike that have its cause, in the mean over the queries.

    Attributes:
        among_all: candidates are all other cases.
        among_common: candidates are the other cases of the causes asked for.
    """

    queries: int
    causes: int
    among_all: float
    among_common: float


def run_mediation(
    cases_file: Path,
    data_dir: Path,
    qrels_name: str,
    settings: Settings,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return both measurements, JSON-ready; without a ranker for the embedding model, dense alone.

    Args:
        data_dir: a BEIR folder whose titles are addresses; of it, only the articles are used.
        qrels_name: which of the folder's questions are read along with them.

    Raises:
        BadRequest: a file can't be read, or there is nothing to measure in it.
    """
    cases = load_cases(cases_file)
    documents = beir.load(data_dir, qrels_name).documents
    embedder = load_embedder(settings)
    with closing(open_cache(settings)) as cache:
        queries, passages = case_vectors(cases, embedder, cache)
        same = same_cause([c.cause for c in cases], similarity(queries, passages, load_causes(embedder.key)))
        cited = cited_dataset(cases, documents)
        asked = {query: queries[int(query)] for query in cited.queries}
        encoded = Encoded(_articles(documents, embedder, cache, progress), asked)
        rows = measure_cited(cited, encoded, settings, embedder, cache, progress)
    return {
        "model": embedder.name,
        "precision": embedder.precision,
        "cases": len(cases),
        "same_cause": asdict(same),
        "cited": {
            "cases": len(cited.queries),
            "articles": sum(map(len, cited.qrels.values())),
            "corpus": len(documents),
            "systems": [row.as_dict() for row in rows],
        },
    }


def case_vectors(cases: Sequence[Case], embedder: Embedder, cache: EmbeddingCache) -> tuple[Vectors, Vectors]:
    """Return (n, dim) unit vectors of the facts as queries, and as passages."""
    facts = [case.facts for case in cases]
    queries = question_vectors(embedder, [Question(text, ()) for text in facts], cache)
    return queries, embed_passages_cached(embedder, facts, cache)


def similarity(queries: Vectors, passages: Vectors, causes: Causes | None = None) -> Vectors:
    """Return (n, n), how alike cases are to the search: row the query, column the case found.

    The cosine, and where a regression for causes ships with the model, agreement in causes.
    """
    alike = queries @ passages.T
    if causes is not None:
        roots = [np.sqrt(causes.probabilities(v)) for v in (queries, passages)]
        alike = alike + WEIGHT * (roots[0] @ roots[1].T)  # Bhattacharyya, as kb.ranking.causes.agreement
    return np.asarray(alike, np.float32)


def same_cause(causes: Sequence[str], alike: Vectors) -> SameCause:
    """Measure whether the cases most alike (n, n) have the same cause.

    Raises:
        BadRequest: no cause is common enough.
    """
    counts = Counter(cause for cause in causes if cause)
    common = [row for row, cause in enumerate(causes) if counts[cause] > COMMON]
    if not common:
        raise BadRequest(f"没有一个案由多于 {COMMON} 件案例，不能测相似案例", "请检查关键词里有没有“…纠纷”。")

    def precision(candidates: Iterable[int]) -> float:
        others = list(candidates)
        qrels = {str(q): {str(c): 1 for c in common if c != q and causes[c] == causes[q]} for q in common}
        run = {str(q): {str(c): float(alike[q, c]) for c in others if c != q} for q in common}
        return evaluate(qrels, run, (P_AT_5,))[P_AT_5]

    return SameCause(
        len(common), len({causes[q] for q in common}), precision(range(len(causes))), precision(common)
    )


def cited_dataset(cases: Sequence[Case], documents: list[beir.Document]) -> beir.Dataset:
    """Return the cases that cite an article of the corpus as questions, by their row; gold is what they cite.

    Raises:
        BadRequest: none does.
    """
    ids: dict[str, str] = {}
    for document in documents:
        ids.setdefault(document.title, document.id)
    names = LawNames({place(title)[0] for title in ids})
    qrels = {
        str(row): {ids[a]: 1 for a in cited_addresses(case.citations, names) if a in ids}
        for row, case in enumerate(cases)
    }
    qrels = {query: gold for query, gold in qrels.items() if gold}
    if not qrels:
        raise BadRequest(
            "案例引用的法条，资料里一条也没有", "请检查 --data 的 title 是不是“民法典第一条”这样的地址。"
        )
    return beir.Dataset(documents, {query: cases[int(query)].facts for query in qrels}, qrels)


def measure_cited(
    data: beir.Dataset,
    encoded: Encoded,
    settings: Settings,
    embedder: Embedder,
    cache: EmbeddingCache,
    progress: Progress | None = None,
) -> list[Row]:
    """Return a row for dense and, where there is a ranker for the model, one for the product's ranking."""
    runs: dict[str, Rankings] = {"dense": dense_rankings(data, encoded, settings.candidates)}
    ranker = load_ranker(embedder.key)
    questions = load_questions() if ranker else []
    if ranker and questions:
        vectors = question_vectors(embedder, questions, cache, [shipped_questions(embedder.key)])
        asked = attach(data, with_prototypes(questions, vectors, load_prototypes(embedder.key)))
        lexical = lexical_rankings(data, settings, questions, progress)
        encoder = load_encoder(settings.home / "cache")
        found = pools(data, encoded, lexical, asked, encoder, settings.dense_candidates)
        runs["ranked"] = ranked_rankings(ranker, found)
    return [
        Row(
            LABELS[system],
            len(data.queries),
            evaluate(data.qrels, {q: dict(r) for q, r in run.items()}, CITED_MEASURES),
        )
        for system, run in runs.items()
    ]


def _articles(
    documents: Sequence[beir.Document],
    embedder: Embedder,
    cache: EmbeddingCache,
    progress: Progress | None,
) -> Vectors:
    total = len(documents)
    step = None if progress is None else (lambda done: progress("计算向量", done, total))
    return embed_passages_cached(embedder, [d.embed_text for d in documents], cache, progress=step)
