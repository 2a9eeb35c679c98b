"""The ranker together with the predicted questions of a catalog, as search uses them."""

import threading
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select

from kb.catalog import tables as t
from kb.catalog.catalog import Catalog
from kb.embedding.base import Embedder, Vectors, tell
from kb.embedding.cache import EmbeddingCache, Lookup
from kb.embedding.shipped import Shipped, shipped_path
from kb.ranking.model import Ranker, load_ranker
from kb.ranking.prototypes import Prototypes, load_prototypes, with_prototypes
from kb.ranking.questions import (
    Asked,
    Nearest,
    PredictedQuestions,
    Question,
    load_questions,
    question_vectors,
)

#: So many questions to embed take long enough to be told of.
_MANY = 200


def shipped_questions(key: str) -> Shipped:
    """Return the question vectors that ship for a model key; empty when there are none."""
    return Shipped(shipped_path(f"{key}.questions"))


class Ranking:
    """Ranker, questions and the provisions they fit. Safe to call from several threads.

    Vectors are read, and provisions matched, when first needed: a command that doesn't search doesn't wait.
    """

    def __init__(
        self,
        ranker: Ranker,
        questions: Sequence[Question],
        embedder: Embedder,
        catalog: Catalog,
        cache: EmbeddingCache | None = None,
        shipped: Iterable[Lookup] | None = None,
        prototypes: Prototypes | None = None,
    ) -> None:
        self.ranker = ranker
        self.catalog = catalog
        self._questions = questions
        self._embedder = embedder
        self._cache = cache
        self._shipped = shipped
        self._prototypes = prototypes
        self._lock = threading.Lock()
        self._predicted: PredictedQuestions | None = None
        self._asked: Asked | None = None
        self._by_address: dict[str, list[str]] | None = None

    def prepare(self) -> None:
        """Compute what vectors are missing, so that no search has to wait for it."""
        self._attached()

    def refresh(self) -> None:
        """Match the provisions anew at the next search, after the catalog changed."""
        with self._lock:
            self._asked = None

    def nearest(self, vector: Vectors) -> Nearest:
        """Return how near every provision's predicted questions are to a question (dim,)."""
        return self._attached().nearest(vector)

    def asked_of(self, address: str) -> list[str]:
        """Return the predicted questions that a provision answers, in the order they were written."""
        if self._by_address is None:
            found: dict[str, list[str]] = {}
            for question in self._questions:
                for known, _ in question.answers:
                    found.setdefault(known, []).append(question.text)
            self._by_address = found
        return self._by_address.get(address, [])

    def texts(self, ids: list[str]) -> dict[str, str]:
        """Return whole texts by provision id."""
        return {key: p.text for key, p in self.catalog.provisions_by_id(ids).items()} if ids else {}

    def _attached(self) -> Asked:
        with self._lock:
            if self._predicted is None:
                self._predicted = with_prototypes(self._questions, self._vectors(), self._prototypes)
            if self._asked is None:
                self._asked = self._predicted.attach(catalog_texts(self.catalog))
            return self._asked

    def _vectors(self) -> Vectors:
        total = len(self._questions)
        shipped = [shipped_questions(self._embedder.key)] if self._shipped is None else self._shipped
        told = False

        def step(done: int) -> None:
            nonlocal told
            if not told and total - done > _MANY:
                tell(f"正在计算常见问法的向量（{total - done} 句，只算这一次）……")
            told = True

        return question_vectors(self._embedder, self._questions, self._cache, shipped, step)


def catalog_texts(catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    """Yield (id, address, text) of every provision."""
    p, v = t.provisions.c, t.law_versions.c
    query = select(p.id, v.law, p.article, p.text).join_from(t.provisions, t.law_versions)
    with catalog.engine.connect() as connection:
        for key, law, article, text in connection.execute(query):
            yield key, f"{law}{article}", text


def load_ranking(embedder: Embedder, catalog: Catalog, cache: EmbeddingCache | None = None) -> Ranking | None:
    """Return the shipped ranking; None where ranker or questions are missing, or are another model's.

    Raises:
        NotReady: the ranker is damaged.
        UnreadableFile: a file of questions is damaged.
    """
    ranker = load_ranker(embedder.key)
    questions = load_questions() if ranker else []
    if not ranker or not questions:
        return None
    return Ranking(ranker, questions, embedder, catalog, cache, prototypes=load_prototypes(embedder.key))
