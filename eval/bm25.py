"""The store's sparse search, in memory and exact, for evaluating without a store."""

from collections.abc import Sequence

import numpy as np

from kb.lexical.encoder import SparseVector


class SparseIndex:
    """Passage vectors scored by dot product with a question's, times inverse document frequency.

    The IDF is Qdrant's `Modifier.Idf`: ln(1 + (N - n + 0.5) / (n + 0.5)).
    """

    def __init__(self, vectors: Sequence[SparseVector]) -> None:
        from scipy.sparse import csc_matrix  # type: ignore[import-untyped]

        lengths = [len(v.indices) for v in vectors]
        raw = np.fromiter((i for v in vectors for i in v.indices), np.uint32, sum(lengths))
        values = np.fromiter((x for v in vectors for x in v.values), np.float32, sum(lengths))
        self._terms, columns = np.unique(raw, return_inverse=True)
        rows = np.repeat(np.arange(len(vectors)), lengths)
        self._matrix = csc_matrix((values, (rows, columns)), shape=(len(vectors), len(self._terms)))
        n = np.diff(self._matrix.indptr)
        self._idf = np.log(1 + (len(vectors) - n + 0.5) / (n + 0.5)).astype(np.float32)

    def search(self, query: SparseVector, limit: int) -> list[tuple[int, float]]:
        """Return (row, score) of the best rows that share a term, best first."""
        scores = np.zeros(self._matrix.shape[0], np.float32)
        for index, value in zip(query.indices, query.values, strict=True):
            column = int(np.searchsorted(self._terms, index))
            if column < len(self._terms) and self._terms[column] == index:
                a, b = self._matrix.indptr[column], self._matrix.indptr[column + 1]
                scores[self._matrix.indices[a:b]] += self._matrix.data[a:b] * (value * self._idf[column])
        return top(scores, limit)


def top(scores: "np.ndarray[tuple[int], np.dtype[np.float32]]", limit: int) -> list[tuple[int, float]]:
    """Return (row, score) of the `limit` greatest scores above 0, best first; ties by row."""
    limit = min(limit, len(scores))
    rows = np.argpartition(-scores, limit - 1)[:limit] if limit else np.empty(0, int)
    rows = rows[np.lexsort((rows, -scores[rows]))]
    return [(int(row), float(scores[row])) for row in rows if scores[row] > 0]
