"""Cross-validation: each question is ranked by an encoder and a ranker that never saw it.

To save hours, a fold's encoder embeds not the whole corpus but the common pool: what the untrained model and
BM25 find for any judged question, and every right answer. docs/evaluation.md says what this means.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from eval import beir
from eval.metrics import evaluate
from eval.training.data import fold_of
from eval.training.encoder import Encoder
from eval.training.fold import Fold, Lexical, rank_fold, story_qrels
from eval.training.pipeline import Progress, train_model
from eval.training.ranker import curve, held_out_scores
from eval.training.result import Qrels, Result
from eval.training.stages import Ground
from kb.lexical.encoder import LexicalEncoder

Note = Callable[[str], None]


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
        lexical: by question (id for judged, text for the others), what words find.
        outside: questions that no provision answers, spread over the folds.
    """
    result = Result(data.qrels | story_qrels(ground))
    for n in range(ground.config.folds):
        fold = fold_questions(ground, data, outside, n)
        encoder = Encoder(train_model(ground, work, fold.learnt, str(n), progress))
        rank_fold(ground, encoder, fold, words, lexical, result)
        qrels = {q: data.qrels[q] for q in fold.judged if q in data.qrels}
        note(_told(n + 1, ground.config.folds, qrels, result))
    rank_all(ground, result)
    return result


def fold_questions(ground: Ground, data: beir.Dataset, outside: Sequence[str], number: int) -> Fold:
    """Return one fold: judged questions by a hash of their ids, the others in turn."""
    folds, ids = ground.config.folds, ground.material.ids
    mine = np.array([fold_of(i, folds) == number for i in ids])
    return Fold(
        number,
        {i: data.queries[i] for i in np.array(ids)[mine].tolist()},
        [story.text for k, story in enumerate(ground.material.stories) if k % folds == number],
        [text for k, text in enumerate(outside) if k % folds == number],
        np.flatnonzero(~mine).tolist(),
        [text for k, text in enumerate(outside) if k % folds != number],
    )


def _told(done: int, folds: int, qrels: Qrels, result: Result) -> str:
    found = evaluate(qrels, result.runs["dense"], ("R@10", "RR@10")) if qrels else {}
    figures = "，".join(f"{name} {value:.3f}" for name, value in found.items())
    return f"交叉验证 {done}/{folds}，只按语义：{figures or '这一折没有标注的问题'}"


def rank_all(ground: Ground, result: Result) -> None:
    """Rank each fold by a ranker trained, and calibrated, on the others."""
    queries = result.queries
    scores = result.scores = held_out_scores(queries, ground.config.ranker, ground.config.seed)
    for fold in sorted({q.fold for q in queries}):
        others = [n for n, q in enumerate(queries) if q.fold != fold]
        knots = curve([queries[n] for n in others], [scores[n] for n in others])
        for query, mine in zip(queries, scores, strict=True):
            if query.fold != fold or not len(mine):
                continue
            best = float(np.interp(mine.max(), knots["score"], knots["probability"]))
            result.confidence[query.id] = best * query.answerable
            if query.answers:
                ranked = dict(zip(result.documents[query.id], mine.tolist(), strict=True))
                result.runs["ranked"][query.id] = ranked
