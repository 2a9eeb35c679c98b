"""Order candidate provisions by what is known of them. Pure: the product and the evaluation both call it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kb.lexical.encoder import LexicalEncoder
from kb.ranking.features import Pool, coverage, matrix
from kb.ranking.model import Ranker
from kb.ranking.questions import Near
from kb.text.numerals import NUMBER, to_int

Floats = NDArray[np.float32]
Asked = Mapping[str, Near]
"""By candidate key: how near its predicted questions are."""

#: Provisions brought in by predicted questions alone.
ASKED = 100
#: Words of the query that are looked for in the candidates: a narrative has hundreds.
MOST_WORDS = 200
_NOT_ASKED = Near(0.0)
_ADDRESS = re.compile(rf"(?P<law>.+?)(?:第(?P<article>{NUMBER})条|条目(?P<entry>{NUMBER}))(?:之{NUMBER})?")


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate provision.

    Attributes:
        key: what it is known by, in `asked` too.
        law: short title.
        number: of the article; 0 where it has none.
        text: of the whole article.
        cosine: of question and passage, None where it isn't known: the pool's smallest is taken.
        lexical: BM25; 0 where words didn't find it.
    """

    key: str
    law: str
    number: int
    text: str
    cosine: float | None
    lexical: float = 0.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate in its place. `probability` is that of answering the question."""

    key: str
    score: float
    probability: float


@lru_cache(maxsize=65536)
def place(address: str) -> tuple[str, int]:
    """Return the law and the article number of an address; (address, 0) where it names no article.

    >>> place("民法典第一百零九条"), place("刑法第一百二十条之一"), place("某决定")
    (('民法典', 109), ('刑法', 120), ('某决定', 0))
    """
    match = _ADDRESS.fullmatch(address)
    try:
        return (match["law"], to_int(match["article"] or match["entry"])) if match else (address, 0)
    except ValueError:  # characters of numerals that make no number
        return address, 0


def query_words(encoder: LexicalEncoder, query: str) -> list[str]:
    """Return the words that `coverage` looks for: longer than one character, as many as count."""
    return [word for word in encoder.terms(query) if len(word) > 1][:MOST_WORDS]


def candidate_features(words: Sequence[str], found: Sequence[Found], asked: Asked) -> Floats:
    """Return (n, len(features.NAMES)): the ranker's input in training, evaluation and product."""
    known = [f.cosine for f in found if f.cosine is not None]
    low = min(known, default=0.0)
    codes: dict[str, int] = {}
    near = [asked.get(f.key, _NOT_ASKED) for f in found]
    equal = [1.0] * len(words)
    pool = Pool(
        cosine=_floats([low if f.cosine is None else f.cosine for f in found]),
        lexical=_floats([f.lexical for f in found]),
        asked=_floats([n.best for n in near]),
        asked_second=_floats([n.second for n in near]),
        vote=_floats([n.vote for n in near]),
        coverage=_floats([coverage(words, equal, f.text) for f in found]),
        length=_floats([len(f.text) for f in found]),
        law=np.array([codes.setdefault(f.law, len(codes)) for f in found], np.int64),
        number=np.array([f.number for f in found], np.int64),
        words=len(words),
    )
    return matrix(pool)


def rank(
    ranker: Ranker, words: Sequence[str], found: Sequence[Found], asked: Asked, answerable: float = 1.0
) -> list[Ranked]:
    """Return the candidates, likeliest first; equals keep their order.

    Args:
        answerable: the probability that any provision answers the question; every candidate's is times this.
    """
    if not found:
        return []
    scores = ranker.scores(candidate_features(words, found, asked))
    probability = answerable * ranker.probability(scores)
    order = np.argsort(-scores, kind="stable")
    return [Ranked(found[n].key, float(scores[n]), float(probability[n])) for n in order]


def _floats(values: Sequence[float]) -> Floats:
    return np.array(values, np.float32)
