"""Our own search, as the API and the command line call it."""

from collections.abc import Iterator
from contextlib import contextmanager

from eval.systems.base import Progress, Shelf, distinct
from kb.search.types import SearchRequest


class Ours:
    """`KnowledgeBase.search` over provisions alone; a cited 款 counts as its article."""

    def __init__(self, shelf: Shelf) -> None:
        self.note = "产品自己的检索，只查法条；索引已建好，准备只计打开"
        self._shelf = shelf
        self._address = {a.id: a.address for a in shelf.articles}

    def search(self, question: str, limit: int) -> list[str]:
        """Return the addresses of the hits."""
        request = SearchRequest(query=question, kinds=["provision"], on=self._shelf.on, limit=limit)
        hits = self._shelf.kb.search(request).hits
        return distinct([self._address.get(hit.id, hit.address) for hit in hits], limit)


@contextmanager
def ours(shelf: Shelf, progress: Progress) -> Iterator[Ours]:
    """Open the system; the knowledge base itself is open already."""
    yield Ours(shelf)
