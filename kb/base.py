"""The one object that everything above the knowledge base talks to."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from types import TracebackType
from typing import Any, Self

from kb.catalog.case_shelf import delete_case, put_case, put_cases
from kb.catalog.catalog import Catalog
from kb.catalog.engine import get_engine
from kb.catalog.qa_shelf import delete_qa, put_qa
from kb.citation.parser import parse
from kb.citation.quote import same_text
from kb.citation.resolution import Resolution
from kb.clock import today
from kb.embedding.base import Embedder
from kb.embedding.load import load_embedder, open_cache
from kb.embedding.once import EmbedOnce
from kb.embedding.shipped import Shipped, shipped_path
from kb.index.indexer import Indexer, IndexReport, Progress
from kb.index.units import case_unit, qa_unit
from kb.lexical.encoder import LexicalEncoder, load_encoder
from kb.model import MediationCase, ReviewedQA
from kb.ranking.causes import load_causes
from kb.ranking.ranking import load_ranking
from kb.search.engine import SearchEngine
from kb.search.types import SearchRequest, SearchResponse
from kb.settings import Settings, get_settings
from kb.store.base import Filter, VectorStore
from kb.store.open import open_store


class KnowledgeBase:
    """Catalog, index and model of one home folder, opened together.

    Use `KnowledgeBase.open(settings)`; close it, or use it as a context manager: the index has one owner.
    """

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        store: VectorStore,
        embedder: Embedder,
        lexical: LexicalEncoder,
    ) -> None:
        self.settings = settings
        self.catalog = catalog
        self.store = store
        self.embedder = embedder = EmbedOnce(embedder)
        self.lexical = lexical
        cache = open_cache(settings)
        self.causes = load_causes(embedder.key)
        self.indexer = Indexer(
            catalog, store, embedder, lexical, cache, [Shipped(shipped_path(embedder.key))], self.causes
        )
        self.ranking = load_ranking(embedder, catalog, cache)
        self._writing = threading.Lock()
        self.refresh()

    @classmethod
    def open(cls, settings: Settings | None = None, url: str = "") -> Self:
        """Open the knowledge base, building the model where it isn't there yet.

        Args:
            settings: where things are.
            url: where this process serves, for others that find the index taken.

        Raises:
            kb.store.lock.IndexHeld: another process has the index.
            kb.errors.Conflict: the index was built with another model.
        """
        settings = settings or get_settings()
        embedder = load_embedder(settings)
        catalog = Catalog(get_engine(settings))
        lexical = load_encoder(settings.home / "cache")
        store = open_store(settings, model_key=embedder.key, dim=embedder.dim, url=url)
        return cls(settings, catalog, store, embedder, lexical)

    def refresh(self) -> None:
        """Read the law names again, and what predicted questions fit, after laws were added."""
        self.names = self.catalog.names()
        if self.ranking:
            self.ranking.refresh()
        self.engine = SearchEngine(
            self.settings,
            self.catalog,
            self.names,
            self.store,
            self.lexical,
            self.embedder,
            self.ranking,
            self.causes,
        )
        self.resolver = self.engine.resolver

    def sync(self, progress: Progress | None = None, force: bool = False) -> IndexReport:
        """Bring the index to what the catalog says; see `kb.index.indexer.Indexer.sync`."""
        with self._writing:
            report = self.indexer.sync(progress, force)
            if self.ranking:
                self.ranking.prepare()
        self.refresh()
        return report

    def search(self, request: SearchRequest, scopes: tuple[str, ...] = ("public",)) -> SearchResponse:
        """Return one page of hits; see `kb.search.engine.SearchEngine.search`."""
        return self.engine.search(request, scopes)

    def cite(self, text: str, on: date | None = None, default_law: str = "") -> list[Resolution]:
        """Return every citation in `text`, resolved on the day; `default_law` is what 本法 means."""
        day = on or today()
        return [self.resolver.resolve(c, day) for c in parse(text, self.names, default_law)]

    def resolve(self, address: str, on: date | None = None) -> Resolution:
        """Return the one provision that `address` cites. Never raises: `status` says why not."""
        found = self.cite(address, on)
        if found:
            return found[0]
        bare = parse(address, self.names, default_law="本法")
        if bare:  # 第十二条: a provision, but of which law?
            return self.resolver.resolve(replace(bare[0], law=""), on or today())
        return Resolution(
            raw=address,
            status="no_law_named",
            on=on or today(),
            address=address,
            message=f"“{address}”不是一个法条的写法，请写成“民法典第一千零六十七条第二款”这样",
        )

    def quote_ok(self, address: str, quote: str, on: date | None = None) -> bool:
        """Return whether `quote` stands verbatim in the provision, which must be in force on the day."""
        found = self.resolve(address, on)
        return found.ok and same_text(quote, found.text)

    def publish_qa(self, qa: ReviewedQA) -> None:
        """Put a reviewed Q&A on the shelf; it is found from now on."""
        with self._writing:
            put_qa(self.catalog.engine, qa)
            self.indexer.add(qa_unit(qa))

    def retract_qa(self, qa_id: str) -> None:
        """Take a Q&A off the shelf; it is no longer found."""
        with self._writing:
            delete_qa(self.catalog.engine, qa_id)
            self.indexer.remove(qa_id)

    def put_case(self, case: MediationCase) -> None:
        """Put a case that comes from no file on its shelf, in place of what it was; it is found from now on.

        It must hold no personal data any more (`kb.redaction`).
        """
        with self._writing:
            before = self.catalog.case(case.id)
            put_case(self.catalog.engine, case)
            self.indexer.add(case_unit(case))
            if before is not None and before != case:
                self.indexer.forget(case_unit(before))

    def remove_case(self, case_id: str) -> None:
        """Take such a case off the shelf, with its vectors and what is cached of them.

        An interrupted removal is finished by another one: the catalog, which tells what was cached, goes last.
        """
        with self._writing:
            before = self.catalog.case(case_id)
            self.indexer.remove(case_id)
            if before is not None:
                self.indexer.forget(case_unit(before))
            delete_case(self.catalog.engine, case_id)

    def cases_put(self) -> dict[str, MediationCase]:
        """Return by id the cases that `put_case` put there."""
        return put_cases(self.catalog.engine)

    def ready(self) -> dict[str, Any]:
        """Return the state for /readyz and `doctor`: counts, index, model; `ready` when it can answer.

        /readyz answers anybody, so only what is public is counted.
        """
        counts = self.catalog.counts()
        passages = self.store.count(Filter())
        return {
            "ready": passages > 0,
            "mode": "hybrid",
            "passages": passages,
            "counts": counts,
            "model": {
                "name": self.embedder.name,
                "precision": self.embedder.precision,
                "dim": self.embedder.dim,
            },
            "index": self.store.info(),
        }

    def close(self) -> None:
        """Close the index; closing twice does nothing."""
        self.store.close()

    def __enter__(self) -> Self:
        """Return the knowledge base itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()
