"""Cross-validation: each judged question is ranked by an encoder and a ranker that never saw it.

To save hours, a fold's encoder embeds not the whole corpus but the common pool: what the untrained model and
BM25 find for any judged question, and every right answer. docs/evaluation.md says what this means.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from eval import beir
from eval.metrics import evaluate
from eval.ranked import Encoded, attach, pools
from eval.training.data import fold_of
from eval.training.encoder import Encoder
from eval.training.learnt import learn_prototypes
from eval.training.pipeline import Progress, train_model
from eval.training.ranker import Query, network
from eval.training.ranking import embed
from eval.training.stages import Ground
from kb.lexical.encoder import LexicalEncoder
from kb.ranking.model import Ranker
from kb.ranking.prototypes import Prototypes, with_prototypes
from kb.ranking.questions import ByArticle, Question, load_questions
from kb.ranking.rank import candidate_features

Note = Callable[[str], None]
Run = dict[str, dict[str, float]]
Lexical = dict[str, list[tuple[str, float]]]
_DEPTH = 100  # results kept of a dense ranking


@dataclass
class Result:
    """What cross-validation found.

    Attributes:
        runs: by system, each judged question's documents with scores.
        queries: the ranker's training data: candidates found by the encoder of another fold.
        documents: by query id, the documents of its candidates, in the order of their features.
    """

    runs: dict[str, Run] = field(default_factory=lambda: {"dense": {}, "ranked": {}})
    queries: list[Query] = field(default_factory=list)
    documents: dict[str, list[str]] = field(default_factory=dict)

    def measures(self, qrels: dict[str, dict[str, int]]) -> dict[str, dict[str, float]]:
        """Return the table: measures by system."""
        return {name: evaluate(qrels, run) for name, run in self.runs.items()}


def cross_validate(
    ground: Ground,
    data: beir.Dataset,
    work: Path,
    words: LexicalEncoder,
    lexical: Lexical,
    outside: Sequence[str],
    progress: Progress | None = None,
    note: Note = lambda _: None,
) -> Result:
    """Train and measure each fold.

    Args:
        lexical: by question (id for judged, text for unanswerable ones), what words find.
        outside: questions that no provision answers, spread over the folds.
    """
    config, ids = ground.config, ground.material.ids
    fold = np.array([fold_of(i, config.folds) for i in ids])
    result = Result()
    for n in range(config.folds):
        learnt = np.flatnonzero(fold != n).tolist()
        encoder = Encoder(train_model(ground, work, learnt, str(n), progress))
        queries = {i: data.queries[i] for i in np.array(ids)[fold == n].tolist()}
        queries |= {text: text for k, text in enumerate(outside) if k % config.folds == n}
        part = beir.Dataset([data.documents[row] for row in ground.pool], queries, data.qrels)
        prototypes = learn_prototypes(ground.material, ground.tokens, encoder, learnt)
        rank_fold(ground, encoder, part, words, lexical, n, result, prototypes)
        note(_told(n + 1, config.folds, {q: data.qrels[q] for q in queries if q in data.qrels}, result))
    rank_all(ground, data, result)
    return result


def _told(done: int, folds: int, qrels: dict[str, dict[str, int]], result: Result) -> str:
    found = evaluate(qrels, result.runs["dense"], ("R@10", "RR@10")) if qrels else {}
    figures = "，".join(f"{name} {value:.3f}" for name, value in found.items())
    return f"交叉验证 {done}/{folds}，只按语义：{figures or '这一折没有标注的问题'}"


def _fitting(part: beir.Dataset) -> list[Question]:
    """Return the predicted questions that fit one of the documents: the others needn't be embedded."""
    questions = load_questions()
    by_article = ByArticle(questions)
    rows = {row for d in part.documents for row in by_article.rows(d.title, d.text)}
    return [questions[row] for row in sorted(rows)]


def rank_fold(
    ground: Ground,
    encoder: Encoder,
    part: beir.Dataset,
    words: LexicalEncoder,
    lexical: Lexical,
    fold: int,
    result: Result,
    prototypes: Prototypes | None = None,
) -> None:
    """Add one fold's dense rankings and ranker data to `result`; `prototypes` are of the other folds."""
    tokens = ground.tokens.questions(list(part.queries.values()))
    asked = _fitting(part)
    asked_tokens = ground.tokens.questions([q.text for q in asked])
    encoded = Encoded(
        embed(encoder, [ground.passages[row] for row in ground.pool]),
        dict(zip(part.queries, embed(encoder, [tokens[t] for t in part.queries.values()]), strict=True)),
    )
    vectors = embed(encoder, [asked_tokens[q.text] for q in asked])
    predicted = with_prototypes(asked, vectors, prototypes)
    known = {d.id for d in part.documents}
    found = {q: [(d, s) for d, s in lexical.get(q, []) if d in known] for q in part.queries}
    width = ground.config.ranker.dense_candidates
    for pool in pools(part, encoded, found, attach(part, predicted), words, width):
        right = part.qrels.get(pool.query, {})
        order = sorted(pool.found, key=lambda f: -(f.cosine or 0.0))[:_DEPTH]
        if right:
            result.runs["dense"][pool.query] = {f.key: float(f.cosine or 0.0) for f in order}
        keys = [f.key for f in pool.found]
        result.documents[pool.query] = keys
        result.queries.append(
            Query(
                pool.query,
                candidate_features(pool.words, pool.found, pool.asked),
                np.array([key in right for key in keys], np.bool_),
                len(right),
                fold,
            )
        )


def rank_all(ground: Ground, data: beir.Dataset, result: Result) -> None:
    """Rank each fold by a ranker trained on the others."""
    for fold in sorted({q.fold for q in result.queries}):
        others = [q for q in result.queries if q.fold != fold]
        ranker = Ranker(network(others, ground.config.ranker, ground.config.seed))
        for query in result.queries:
            if query.fold == fold and query.id in data.qrels:
                scores = ranker.scores(query.features).tolist()
                result.runs["ranked"][query.id] = dict(zip(result.documents[query.id], scores, strict=True))
