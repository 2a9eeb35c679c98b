"""BM25 as sparse vectors: term saturation here, inverse document frequency in the store.

The dot product of a query vector and a passage vector, each query value times the store's IDF, is the BM25
score. Constants, and why bigrams, are measured: docs/evaluation.md.
"""

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kb.lexical.tokens import Tokens, bigrams, term_id

K1, B = 1.2, 0.75
WORDS_AVG, BIGRAMS_AVG = 60.0, 105.0  # terms of an average article, the title's included
#: Raise it when the same text would get another vector: every index is then written anew.
VERSION = 2
TITLE_WEIGHT = 1  # how many times the title counts as text
BIGRAM_WEIGHT = 1.0


class SparseVector(NamedTuple):
    """A sparse vector: distinct uint32 indices, ascending, and their values."""

    indices: list[int]
    values: list[float]


class LexicalEncoder:
    """Texts to sparse vectors. One instance may serve many threads.

    Args:
        cache_dir: where jieba keeps its compiled dictionary; None for nowhere.
    """

    def __init__(self, cache_dir: Path | None = None) -> None:
        self.tokens = Tokens(cache_dir)

    def add_terms(self, terms: list[str]) -> None:
        """Keep these words whole from now on (short titles of laws, names of villages)."""
        self.tokens.add_terms(terms)

    def encode_passage(self, text: str, title: str = "") -> SparseVector:
        """Return the BM25 weights, without IDF, of a passage; its title counts as text."""
        words = Counter(self.tokens.terms(text))
        pairs = Counter(bigrams(text))
        if title:
            for term in self.tokens.terms(title):
                words[term] += TITLE_WEIGHT
            for pair in bigrams(title):
                pairs[pair] += TITLE_WEIGHT
        weights: dict[int, float] = {}
        _saturate(words, WORDS_AVG, weights)
        _saturate(pairs, BIGRAMS_AVG, weights)
        return _vector(weights)

    def encode_query(self, text: str) -> SparseVector:
        """Return a question's term counts; the store multiplies them by IDF."""
        weights: dict[int, float] = {}
        for term, count in Counter(self.tokens.terms(text)).items():
            _add(weights, term, float(count))
        for pair, count in Counter(bigrams(text)).items():
            _add(weights, pair, BIGRAM_WEIGHT * count)
        return _vector(weights)

    def terms(self, text: str) -> list[str]:
        """Return the distinct words of a text in reading order, for showing what matched."""
        return list(dict.fromkeys(self.tokens.terms(text)))


def _saturate(counts: Counter[str], average: float, weights: dict[int, float]) -> None:
    length = K1 * (1 - B + B * counts.total() / average)
    for term, count in counts.items():
        _add(weights, term, count * (K1 + 1) / (count + length))


def _add(weights: dict[int, float], term: str, value: float) -> None:
    index = term_id(term)
    weights[index] = weights.get(index, 0.0) + value


def _vector(weights: dict[int, float]) -> SparseVector:
    indices = sorted(weights)
    return SparseVector(indices, [weights[i] for i in indices])


@lru_cache
def load_encoder(cache_dir: Path) -> LexicalEncoder:
    """Return the process-wide encoder."""
    return LexicalEncoder(cache_dir)
