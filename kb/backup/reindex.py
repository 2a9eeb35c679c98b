"""Build the index of a restored home from its records and vectors, and prove it point by point."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.backup.compare import compare_points
from kb.backup.manifest import IndexPrint, Progress
from kb.backup.points import Cached, expected_points, stored_points
from kb.backup.records import index_units
from kb.catalog.catalog import Catalog
from kb.catalog.engine import get_engine
from kb.embedding import load
from kb.embedding.base import Embedder, Vectors
from kb.embedding.base import Progress as EmbedProgress
from kb.embedding.cache import EmbeddingCache, Lookup
from kb.embedding.folder import fingerprint
from kb.embedding.shipped import Shipped, shipped_path
from kb.index.indexer import Indexer
from kb.index.units import Unit, units
from kb.lexical.encoder import LexicalEncoder
from kb.settings import Settings
from kb.store.open import open_store


@dataclass(frozen=True)
class Reindexed:
    """What was built: points in all, passages embedded anew, differences, and whether the model is another."""

    points: int
    embedded: int
    differences: list[str]
    other_model: bool


class _WhenNeeded:
    """The embedder of the settings, loaded only for a passage whose vector is nowhere.

    The archive has the vectors, so restoring neither waits for the model nor measures its precisions.
    """

    precision = ""

    def __init__(self, settings: Settings, key: str, dim: int) -> None:
        self.name, self.key, self.dim = settings.embedding_model, key, dim
        self.embedded = 0
        self._settings = settings

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dim) unit vectors of questions."""
        return load.load_embedder(self._settings).embed_queries(texts)

    def embed_passages(self, texts: Sequence[str], progress: EmbedProgress | None = None) -> Vectors:
        """Return (n, dim) unit vectors of passages."""
        self.embedded += len(texts)
        return load.load_embedder(self._settings).embed_passages(texts, progress)


def build_index(
    settings: Settings, recorded: IndexPrint, program_is_same: bool, progress: Progress | None = None
) -> Reindexed:
    """Build the index and compare it with what the records say and what the old index was known to hold.

    Args:
        settings: of a home with a SQLite database and an embedded index, both nobody else's.
        recorded: what the manifest says of the index.
        program_is_same: whether this version of the program made the archive. Another may cut passages
            otherwise: then units may differ from what was recorded.

    Raises:
        NotReady: the embedding model of the settings isn't on this machine.
    """
    engine = get_engine(settings)
    records = settings.home / "fengqiao.db"
    embedder = _embedder(settings, recorded)
    old = {unit: digest for unit, digest, _ in index_units(records, embedder.key)}
    cache = EmbeddingCache(settings.home / "cache" / "embeddings.db")
    lexical = LexicalEncoder()  # leaves no compiled dictionary: the first start makes one
    lookups: list[Lookup] = [Shipped(shipped_path(embedder.key)), Cached(cache, embedder.key)]
    try:
        catalog = Catalog(engine)
        step = None if progress is None else lambda done, total: progress("建立索引", done, total)
        with open_store(settings, model_key=embedder.key, dim=embedder.dim) as store:
            Indexer(catalog, store, embedder, lexical, cache, lookups[:1]).sync(step)
        wanted = list(units(catalog))
        expected = expected_points(wanted, lexical, lookups)
        found = stored_points(settings.index_dir)
    finally:
        cache.close()
        engine.dispose()
    differences = compare_points(expected, found)
    if program_is_same and recorded.clean:
        differences += _changed_units(old, wanted)
    other = bool(recorded.model) and recorded.model != embedder.key
    return Reindexed(len(found), getattr(embedder, "embedded", 0), differences, other)


def _embedder(settings: Settings, recorded: IndexPrint) -> Embedder:
    key = fingerprint(load.model_folder(settings))
    if key == recorded.model and recorded.dim:
        return _WhenNeeded(settings, key, recorded.dim)
    return load.load_embedder(settings)


def _changed_units(old: dict[str, str], wanted: list[Unit]) -> list[str]:
    """Compare digests over ids, texts and payloads; a unit on its way in or out at the moment isn't known twice."""
    changed = sum(unit.id in old and old[unit.id] != unit.digest for unit in wanted)
    return [f"索引：与做备份时不同 {changed} 个单元"] if changed else []


def home_settings(settings: Settings, home: Path) -> Settings:
    """Return the settings for a home with everything in its own folder."""
    return settings.model_copy(update={"home": home, "database_url": "", "qdrant_url": ""})
