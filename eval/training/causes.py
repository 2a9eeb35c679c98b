"""Train the recognition of causes (案由) on our narratives."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kb.embedding.base import Vectors

STRENGTH = 30.0  # inverse of the regularisation


class Fitted(NamedTuple):
    """Causes, and the regression's weight (k, dim) and bias (k,)."""

    names: list[str]
    weight: Vectors
    bias: Vectors


def fit_causes(vectors: Sequence[Vectors], causes: Sequence[str]) -> Fitted:
    """Return the multinomial logistic regression.

    Args:
        vectors: one or more (n, dim): the same narratives as queries, as passages.
        causes: of the n narratives.
    """
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(
        np.vstack(list(vectors)), list(causes) * len(vectors)
    )
    return Fitted(
        [str(name) for name in model.classes_],
        np.asarray(model.coef_, np.float32),
        np.asarray(model.intercept_, np.float32),
    )
