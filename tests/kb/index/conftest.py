"""A small knowledge base whose embedder counts what it is asked to embed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kb.catalog.catalog import Catalog
from kb.catalog.engine import get_engine
from kb.catalog.revalidate import revalidate
from kb.catalog.writer import CatalogWriter
from kb.embedding.base import Embedder, Vectors
from kb.embedding.load import load_embedder
from kb.index.indexer import Indexer
from kb.lexical.encoder import load_encoder
from kb.settings import Settings
from kb.store.base import VectorStore
from kb.store.open import open_store


class CountingEmbedder:
    """The real embedder, which notes the passages it was given."""

    def __init__(self, inner: Embedder) -> None:
        self.inner = inner
        self.name, self.key, self.dim, self.precision = inner.name, inner.key, inner.dim, inner.precision
        self.seen: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self.inner.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        self.seen += texts
        return self.inner.embed_passages(texts, progress)


@dataclass
class Small:
    """Catalog, store and indexer of one home; no cache and no shipped vectors, so that every embedding counts."""

    home: Path
    catalog: Catalog
    writer: CatalogWriter
    store: VectorStore
    embedder: CountingEmbedder
    indexer: Indexer = field(init=False)

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Make the indexer anew, as a new process would."""
        self.indexer = Indexer(self.catalog, self.store, self.embedder, load_encoder(self.home / "cache"))

    def embedded(self) -> list[str]:
        """Return what was embedded since the last call."""
        seen, self.embedder.seen = self.embedder.seen, []
        return seen

    def revalidate(self) -> None:
        revalidate(self.catalog.engine)

    def ids(self) -> set[str]:
        """Return the ids of all points."""
        hits, after = self.store.scroll(None, 10_000, None)
        assert after is None
        return {hit.id for hit in hits}


@pytest.fixture
def make_small(base_home: Path, tmp_path: Path) -> Iterator[Callable[[str], Small]]:
    """Return a maker of small homes by name."""
    made: list[Small] = []
    embedder = load_embedder(Settings(home=base_home))

    def make(name: str) -> Small:
        home = tmp_path / name
        home.mkdir()
        (home / "cache").symlink_to(base_home / "cache", target_is_directory=True)
        settings = Settings(home=home)
        engine = get_engine(settings)
        store = open_store(settings, model_key=embedder.key, dim=embedder.dim)
        made.append(Small(home, Catalog(engine), CatalogWriter(engine), store, CountingEmbedder(embedder)))
        return made[-1]

    yield make
    for small in made:
        small.store.close()


@pytest.fixture
def small(make_small: Callable[[str], Small]) -> Small:
    return make_small("home")
