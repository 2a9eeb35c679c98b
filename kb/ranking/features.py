"""What is known of a candidate provision, as numbers that a learnt ranker reads.

The same code makes the features in training, in evaluation and in the product.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

NAMES = (
    "cosine",
    "cosine_gap",
    "cosine_rank",
    "lexical_share",
    "lexical_rank",
    "asked",
    "asked_gap",
    "asked_rank",
    "asked_second",
    "asked_share",
    "neighbour_cosine",
    "neighbour_asked",
    "law_cosine",
    "law_asked",
    "log_length",
    "coverage",
    "best_cosine",
    "best_asked",
    "cosine_spread",
    "vote",
    "vote_rank",
    "law_vote",
    "log_words",
)
_NEAR = 2  # articles this far apart in one law are neighbours
_TEMPERATURE = 0.03  # the one the encoder was trained with
_RANK_K = 10


@dataclass(frozen=True)
class Pool:
    """The candidates of one question, in arrays of one length n.

    Attributes:
        cosine: of question and passage; the pool's smallest where the dense search didn't return it.
        lexical: BM25; 0 where the lexical search didn't return it.
        asked: cosine to the nearest predicted question of the provision; 0 where it has none.
        asked_second: cosine to the second nearest; 0 where there is none.
        coverage: share, by inverse document frequency, of the question's words that the text holds.
        length: characters of the text.
        law: code of the law; candidates with one code are of one law.
        number: article number within the law.
        vote: weight of the provision's predicted questions among all, 0 to 1.
        words: how many words of the question were looked for: a story has many.
    """

    cosine: Floats
    lexical: Floats
    asked: Floats
    asked_second: Floats
    coverage: Floats
    length: Floats
    law: NDArray[np.int64]
    number: NDArray[np.int64]
    vote: Floats
    words: int


def matrix(pool: Pool) -> Floats:
    """Return (n, len(NAMES)) features."""
    n = len(pool.cosine)
    if n == 0:
        return np.zeros((0, len(NAMES)), np.float32)
    has_asked = pool.asked > 0
    # Where nobody has a question (a law that none were written for), what the passages give: the ranker
    # has never seen a pool of zeros.
    low_asked = float(pool.asked[has_asked].min() if has_asked.any() else pool.cosine.min())
    asked = np.where(has_asked, pool.asked, low_asked - 0.02)
    second = np.where(pool.asked_second > 0, pool.asked_second, asked - 0.02)
    best_cosine, best_asked = float(pool.cosine.max()), float(asked.max())
    top_lexical = float(pool.lexical.max())
    near_cosine, near_asked = _neighbours(pool, asked)
    columns = [
        pool.cosine,
        pool.cosine - best_cosine,
        _by_rank(pool.cosine),
        pool.lexical / top_lexical if top_lexical > 0 else np.zeros(n),
        np.where(pool.lexical > 0, _by_rank(pool.lexical), 0.0),
        asked,
        asked - best_asked,
        np.where(has_asked, _by_rank(asked), 0.0),
        second - best_asked,
        has_asked.astype(np.float32),
        near_cosine - best_cosine,
        near_asked - best_asked,
        _law_share(pool.law, pool.cosine),
        _law_share(pool.law, asked),
        np.log1p(pool.length),
        pool.coverage,
        np.full(n, best_cosine),
        np.full(n, best_asked),
        np.full(n, best_cosine - float(np.sort(pool.cosine)[-min(10, n)])),
        np.sqrt(pool.vote),
        np.where(pool.vote > 0, _by_rank(pool.vote), 0.0),
        _sum_by_law(pool.law, pool.vote),
        np.full(n, np.log1p(pool.words)),
    ]
    return np.stack(columns, 1).astype(np.float32)


def _by_rank(values: Floats) -> Floats:
    """Return 1 / (k + rank) scaled to 1 for the best; ties keep their order."""
    ranks = np.empty(len(values), np.float32)
    ranks[np.argsort(-values, kind="stable")] = np.arange(len(values))
    return (_RANK_K / (_RANK_K + ranks)).astype(np.float32)


def _neighbours(pool: Pool, asked: Floats) -> tuple[Floats, Floats]:
    """Return the best cosine and the best asked among each candidate's neighbours in its law."""
    near_cosine = np.full(len(asked), float(pool.cosine.min()), np.float32)
    near_asked = np.full(len(asked), float(asked.min()), np.float32)
    order = np.lexsort((pool.number, pool.law))
    for step in range(1, _NEAR + 1):
        for a, b in ((order[:-step], order[step:]), (order[step:], order[:-step])):
            close = (pool.law[a] == pool.law[b]) & (np.abs(pool.number[a] - pool.number[b]) <= _NEAR)
            np.maximum.at(near_cosine, a[close], pool.cosine[b[close]])
            np.maximum.at(near_asked, a[close], asked[b[close]])
    return near_cosine, near_asked


def _law_share(law: NDArray[np.int64], values: Floats) -> Floats:
    """Return the share of the pool's softmax mass that lies in each candidate's law."""
    mass = np.exp((values - values.max()) / _TEMPERATURE)
    return _sum_by_law(law, mass / mass.sum())


def _sum_by_law(law: NDArray[np.int64], values: Floats) -> Floats:
    """Return, for each candidate, the sum of its law's values."""
    _, codes = np.unique(law, return_inverse=True)
    return np.asarray(np.bincount(codes, weights=values)[codes], np.float32)


def coverage(words: Sequence[str], weights: Sequence[float], text: str) -> float:
    """Return the weighted share of `words` that stand in `text`; 0 where there are none."""
    total = sum(weights)
    if total <= 0:
        return 0.0
    return sum(w for word, w in zip(words, weights, strict=True) if word in text) / total
