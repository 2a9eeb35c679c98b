"""One answer searches with its question several times; the question is embedded once."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

from kb.embedding.base import Embedder, Progress, Vectors

#: A question, what it follows, and the like: what one answer embeds.
_KEPT = 4


class EmbedOnce:
    """An embedder that knows the last few questions of each thread. Safe for several threads.

    A thread answers one question at a time, so nobody waits for another's, fifty at once don't push each other out,
    and what was asked is gone with the next questions. Questions in lists, and passages, are always embedded.
    """

    def __init__(self, inner: Embedder) -> None:
        self.name = inner.name
        self.key = inner.key
        self.dim = inner.dim
        self.precision = inner.precision
        self._inner = inner
        self._local = threading.local()

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dim) unit vectors of questions, the caller's own."""
        if len(texts) != 1:
            return self._inner.embed_queries(texts)
        kept: OrderedDict[str, Vectors] = self._local.__dict__.setdefault("kept", OrderedDict())
        text = texts[0]
        if text not in kept:
            kept[text] = self._inner.embed_queries([text])
        kept.move_to_end(text)
        while len(kept) > _KEPT:
            kept.popitem(last=False)
        return kept[text].copy()

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return (n, dim) unit vectors of passages."""
        return self._inner.embed_passages(texts, progress)
