"""BM25 as an ordinary developer sets it up: bm25s with its defaults over jieba's words, nothing removed."""

from collections.abc import Iterator
from contextlib import contextmanager

from eval.systems.base import Progress, Shelf, distinct, plain_jieba
from kb.errors import NotReady

_STAGE = "BM25 分词"


class PlainBM25:
    """One document an article: its address, then its text.

    Raises:
        NotReady: bm25s isn't installed.
    """

    def __init__(self, shelf: Shelf, progress: Progress) -> None:
        try:
            import bm25s
        except ImportError as error:
            raise NotReady("没有安装 bm25s", "请运行 make test，或 pip install 'fengqiao[eval]'") from error
        self.note = "bm25s 与 jieba 的默认设置，一条法条一篇"
        self._jieba = plain_jieba(shelf.kb.settings.home / "cache")
        self._addresses = [a.address for a in shelf.articles]
        words = []
        for done, article in enumerate(shelf.articles, 1):
            words.append(self._jieba.lcut(f"{article.address} {article.text}"))
            if done % 500 == 0 or done == len(shelf.articles):
                progress(_STAGE, done, len(shelf.articles))
        self._index = bm25s.BM25()
        self._index.index(words, show_progress=False)

    def search(self, question: str, limit: int) -> list[str]:
        """Return the articles that share a word with the question."""
        limit = min(limit, len(self._addresses))
        rows, scores = self._index.retrieve([self._jieba.lcut(question)], k=limit, show_progress=False)
        found = [
            self._addresses[row]
            for row, score in zip(rows[0].tolist(), scores[0].tolist(), strict=True)
            if score > 0
        ]
        return distinct(found, limit)


@contextmanager
def plain_bm25(shelf: Shelf, progress: Progress) -> Iterator[PlainBM25]:
    """Build the index in memory."""
    yield PlainBM25(shelf, progress)
