"""Train the judgement whether provisions answer a question at all: a logistic regression over its vector."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.training.config import AnswerableConfig
from kb.embedding.base import Vectors
from kb.ranking.model import Logistic


class Inside(NamedTuple):
    """Questions that provisions answer: (n, dim) unit vectors, and what each counts beside a judged question."""

    vectors: Vectors
    weights: NDArray[np.float64]


def inside(
    judged: Vectors, predicted: Vectors, narratives: Vectors, config: AnswerableConfig, seed: int
) -> Inside:
    """Return what counts as answerable: all judged questions and narratives, some of the predicted questions.

    Judged questions show how people really ask, and so weigh most.
    """
    rng = np.random.default_rng(seed)
    some = rng.permutation(len(predicted))[: config.predicted]
    return Inside(
        np.vstack([judged, predicted[np.sort(some)], narratives]),
        np.concatenate(
            [np.ones(len(judged)), np.full(len(some) + len(narratives), config.weight)],
        ),
    )


def fit_answerable(inside: Inside, outside: Vectors, config: AnswerableConfig) -> Logistic:
    """Return the regression; answerable and unanswerable weigh the same in all, so a half is an even chance.

    Args:
        outside: (m, dim) unit vectors of questions that nothing answers.

    Raises:
        ValueError: one of the two is empty.
    """
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    if not len(inside.vectors) or not len(outside):
        raise ValueError("both answerable and unanswerable questions are needed")
    each = inside.weights.sum() / len(outside)
    model = LogisticRegression(C=config.strength, max_iter=2000).fit(
        np.vstack([inside.vectors, outside]),
        np.repeat([1, 0], [len(inside.vectors), len(outside)]),
        np.concatenate([inside.weights, np.full(len(outside), each)]),
    )
    return Logistic(weight=model.coef_[0].tolist(), bias=float(model.intercept_[0]))


def chances(head: Logistic, vectors: Vectors) -> list[float]:
    """Return the probability that each question of (n, dim) vectors can be answered."""
    odds = vectors @ np.asarray(head.weight, np.float32) + head.bias
    return [float(p) for p in 1 / (1 + np.exp(-odds))]
