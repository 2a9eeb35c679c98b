"""multilingual-e5-small as its makers left it: cosine with every passage, no index, no words."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import numpy as np

from eval.bm25 import top
from eval.systems.base import Progress, Shelf, distinct
from kb.embedding import builder
from kb.embedding.cache import embed_passages_cached
from kb.embedding.load import load_embedder, open_cache
from kb.embedding.shipped import Shipped, shipped_path

_STAGE = "e5 计算向量"


class ZeroShot:
    """The built model, whatever model the settings name, on our own passages; an article has its best one's score.

    Our passages keep long articles within the model's 512 tokens, which is to its advantage.

    Raises:
        NotReady: a package that the model is made of is missing.
    """

    def __init__(self, shelf: Shelf, progress: Progress) -> None:
        settings = shelf.kb.settings.model_copy(update={"embedding_model": builder.NAME})
        self._embedder = load_embedder(settings)
        texts = [text for article in shelf.articles for text in article.passages]
        done: list[int] = []

        def step(count: int) -> None:
            done.append(count)
            progress(_STAGE, count, len(texts))

        with closing(open_cache(settings)) as cache:
            shipped = [Shipped(shipped_path(self._embedder.key))]
            self._vectors = embed_passages_cached(self._embedder, texts, cache, shipped, step)
        computed = len(texts) - done[0]
        self.note = f"{builder.NAME} 未经训练，{len(texts)} 段，" + (
            f"准备中现算 {computed} 段向量" if computed else "向量已有"
        )
        self._addresses = [a.address for a in shelf.articles]
        self._starts = np.cumsum([0, *(len(a.passages) for a in shelf.articles[:-1])])

    def search(self, question: str, limit: int) -> list[str]:
        """Return the nearest articles."""
        scores = self._vectors @ self._embedder.embed_queries([question])[0]
        best = np.maximum.reduceat(scores, self._starts)
        return distinct([self._addresses[row] for row, _ in top(best, limit)], limit)


@contextmanager
def zero_shot(shelf: Shelf, progress: Progress) -> Iterator[ZeroShot]:
    """Load the model and the vectors, computing those found nowhere."""
    yield ZeroShot(shelf, progress)
