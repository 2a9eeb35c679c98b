"""How alike two accounts of a dispute are: by meaning, and by the causes of action (案由) that they could be of.

Cosines alone find the same people and goods; what makes a case worth reading is the same legal problem.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import corpora
from kb.embedding.base import Vectors
from kb.errors import UnreadableFile

#: What agreement in causes weighs beside the cosine. Chosen beforehand, not tuned.
WEIGHT = 0.5
#: Causes of a passage that are stored with it.
KEPT = 8
_HINT = "请恢复随软件提供的 corpora/ranker 文件夹"

Profile = Mapping[str, float]
"""Probability by cause; what is missing is as good as impossible."""


class Causes:
    """Which cause of action a text is of: a multinomial logistic regression over its vector.

    Attributes:
        names: of the causes, k of them.
    """

    def __init__(self, names: Sequence[str], weight: Vectors, bias: Vectors) -> None:
        self.names = tuple(names)
        self._weight, self._bias = weight, bias

    def probabilities(self, vectors: Vectors) -> Vectors:
        """Return (n, k) probabilities of the causes of (n, dim) unit vectors."""
        scores = vectors @ self._weight.T + self._bias
        odds = np.exp(scores - scores.max(1, keepdims=True))
        return np.asarray(odds / odds.sum(1, keepdims=True), np.float32)

    def profile(self, vector: Vectors) -> dict[str, float]:
        """Return the likeliest causes of one vector (dim,), likeliest first."""
        (chances,) = self.probabilities(vector[None])
        return {self.names[n]: round(float(chances[n]), 4) for n in np.argsort(-chances)[:KEPT]}


def agreement(one: Profile, other: Profile) -> float:
    """Return the Bhattacharyya coefficient of two profiles, 0 to 1.

    >>> agreement({"相邻关系纠纷": 1.0}, {"相邻关系纠纷": 0.25, "侵权纠纷": 0.75})
    0.5
    """
    return float(sum(np.sqrt(p * other[cause]) for cause, p in one.items() if cause in other))


def causes_path(model_key: str) -> Path:
    """Return where the causes of a model key are shipped; the file may not exist."""
    return corpora.path("ranker", f"{model_key}.causes.npz")


def write_causes(
    path: Path, names: Sequence[str], weight: NDArray[np.floating], bias: NDArray[np.floating]
) -> None:
    """Write names, weight (k, dim) and bias (k,). The same input gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp.npz")
    np.savez_compressed(
        temporary,
        names=np.array(names, np.str_),
        weight=weight.astype(np.float16),
        bias=bias.astype(np.float32),
    )
    temporary.replace(path)


def load_causes(model_key: str, path: Path | None = None) -> Causes | None:
    """Return the shipped causes of a model; None where it has none.

    Raises:
        UnreadableFile: the file is damaged.
    """
    path = path or causes_path(model_key)
    if not path.is_file():
        return None
    try:
        with np.load(path) as content:
            names, weight, bias = content["names"].tolist(), content["weight"], content["bias"]
    except (OSError, ValueError, KeyError) as error:
        raise UnreadableFile(f"{path.name} 读不出来", _HINT) from error
    if not (weight.ndim == 2 and len(names) == len(weight) == len(bias)):
        raise UnreadableFile(f"{path.name} 的案由与权重对不上", _HINT)
    return Causes(names, weight.astype(np.float32), bias.astype(np.float32))
