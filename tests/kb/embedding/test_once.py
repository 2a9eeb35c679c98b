"""A question is embedded once an answer: by the thread that asks, and never another's."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest

from kb.base import KnowledgeBase
from kb.embedding.base import Embedder, Progress, Vectors
from kb.embedding.once import EmbedOnce

DOG = "邻居家的狗咬了我，医药费谁出？"


class Counting:
    """The real embedder, which notes what it is asked."""

    def __init__(self, inner: Embedder) -> None:
        self.name, self.key, self.dim, self.precision = inner.name, inner.key, inner.dim, inner.precision
        self.inner, self.asked = inner, []

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return self.inner.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self.inner.embed_passages(texts, progress)


@pytest.fixture
def counting(kb: KnowledgeBase) -> Counting:
    return Counting(kb.embedder)


def test_the_same_again_is_the_same_without_the_model(counting: Counting) -> None:
    once = EmbedOnce(counting)
    first = once.embed_queries([DOG])
    known = first.copy()
    first[:] = 0  # a caller's own
    assert np.array_equal(once.embed_queries([DOG]), known)
    assert counting.asked == [DOG]
    assert np.array_equal(known, counting.inner.embed_queries([DOG]))


def test_only_the_last_few_are_known(counting: Counting) -> None:
    once = EmbedOnce(counting)
    for text in (DOG, "一", "二", DOG, "三", "四", DOG, "一"):
        once.embed_queries([text])
    assert counting.asked == [DOG, "一", "二", "三", "四", "一"]


def test_another_thread_doesnt_know_it(counting: Counting) -> None:
    once = EmbedOnce(counting)
    once.embed_queries([DOG])
    thread = threading.Thread(target=once.embed_queries, args=([DOG],))
    thread.start()
    thread.join()
    assert counting.asked == [DOG, DOG]


def test_lists_are_embedded_together(counting: Counting) -> None:
    once = EmbedOnce(counting)
    once.embed_queries([DOG])
    once.embed_queries([DOG, "一"])
    assert counting.asked == [DOG, DOG, "一"]
