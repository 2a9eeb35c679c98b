"""Bring the vector store to what the catalog says: embed what is new, delete what is gone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kb.catalog.catalog import Catalog
from kb.embedding.base import Embedder
from kb.embedding.cache import EmbeddingCache, Lookup, content_hash, embed_passages_cached
from kb.index.points import point
from kb.index.state import IndexState
from kb.index.units import Unit, units
from kb.lexical.encoder import VERSION, LexicalEncoder
from kb.ranking.causes import Causes
from kb.store.base import VectorStore

#: Passages between two flushes: what a power cut can cost, and the memory a batch takes.
BATCH = 2048

#: Passages added in one run from which compacting the index pays (see docs/decisions/007-store.md).
LARGE = 2000

#: progress(done, total): passages handled so far, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class IndexReport:
    """What a run did, in passages."""

    added: int = 0
    removed: int = 0
    kept: int = 0


class Indexer:
    """Writes passages to the store. One at a time for one store."""

    def __init__(
        self,
        catalog: Catalog,
        store: VectorStore,
        embedder: Embedder,
        lexical: LexicalEncoder,
        cache: EmbeddingCache | None = None,
        shipped: Iterable[Lookup] = (),
        causes: Causes | None = None,
    ) -> None:
        self.catalog = catalog
        self.store = store
        self.embedder = embedder
        self.lexical = lexical
        self.cache = cache
        self.shipped = tuple(shipped)
        self.causes = causes
        info = store.info()
        place = "edge" if info["engine"] == "qdrant-edge" else info["location"]  # a folder may be moved
        self.state = IndexState(catalog.engine, f"{place}|{embedder.key}|{VERSION}")

    def sync(self, progress: Progress | None = None, force: bool = False) -> IndexReport:
        """Make the store equal to the catalog; an interrupted run goes on where it stopped.

        Args:
            progress: called after each batch.
            force: compare every unit even where nothing is known to have changed.
        """
        known = self.state.load()
        # they differ after a point was written before the record of it, or a store replaced behind our back
        agree = self.store.count() == sum(len(ids) for _, ids in known.values())
        if agree and self.state.is_clean() and not force:
            return IndexReport(kept=self.store.count())
        wanted = list(units(self.catalog))
        if not agree:
            known = self._reconcile(known, wanted)
        changed = [u for u in wanted if known.get(u.id, ("", []))[0] != u.digest]
        total = sum(len(u.passages) for u in changed)
        added = removed = 0
        for batch in _batches(changed):
            removed += self._write(batch, known, progress, added, total)
            added += sum(len(u.passages) for u in batch)
            if progress:
                progress(added, total)
        ids = {u.id for u in wanted}
        gone = [u for u in known if u not in ids]
        stale = [p for u in gone for p in known[u][1]]
        if stale:
            self.store.delete(stale)
        if added >= LARGE:
            self.store.optimize()
        self.store.flush()
        self.state.record({}, gone)
        self.state.mark_clean()
        return IndexReport(added, removed + len(stale), self.store.count() - added)

    def add(self, unit: Unit) -> None:
        """Write one unit at once, so that it can be found."""
        known = self.state.load()
        self._write([unit], known, None, 0, len(unit.passages))

    def remove(self, unit_id: str) -> None:
        """Take one unit out of the store."""
        known = self.state.load().get(unit_id)
        if known:
            self.store.delete(known[1])
            self.store.flush()
            self.state.record({}, [unit_id])

    def forget(self, unit: Unit) -> None:
        """Delete the cached vectors of a unit's texts: a vector tells what its text was about."""
        if self.cache is not None:
            self.cache.forget([content_hash(p.embed_text) for p in unit.passages])

    def _write(
        self,
        batch: list[Unit],
        known: dict[str, tuple[str, list[str]]],
        progress: Progress | None,
        base: int,
        total: int,
    ) -> int:
        passages = [p for u in batch for p in u.passages]
        step = (lambda done: progress(base + done, total)) if progress else None
        dense = embed_passages_cached(
            self.embedder, [p.embed_text for p in passages], self.cache, self.shipped, step
        )
        points = [
            point(self.lexical, p, vector, self.causes) for p, vector in zip(passages, dense, strict=True)
        ]
        new = {p.id for p in passages}
        stale = [i for u in batch for i in known.get(u.id, ("", []))[1] if i not in new]
        self.store.upsert(points)
        if stale:
            self.store.delete(stale)
        self.store.flush()
        self.state.record({u.id: (u.digest, [p.id for p in u.passages]) for u in batch})
        return len(stale)

    def _reconcile(
        self, known: dict[str, tuple[str, list[str]]], units: list[Unit]
    ) -> dict[str, tuple[str, list[str]]]:
        """Keep what both the record and the store have; drop points that no record explains."""
        present: set[str] = set()
        after: str | None = None
        while True:
            hits, after = self.store.scroll(None, 4096, after)
            present.update(h.id for h in hits)
            if after is None:
                break
        whole = {u: (d, ids) for u, (d, ids) in known.items() if present.issuperset(ids)}
        broken = {u: ("", ids) for u, (_, ids) in known.items() if u not in whole}
        recorded = {i for _, ids in known.values() for i in ids}
        wanted = {p.id for u in units for p in u.passages}
        orphans = [i for i in present - recorded if i not in wanted]
        if orphans:
            self.store.delete(orphans)
        return whole | broken


def _batches(changed: list[Unit]) -> Iterable[list[Unit]]:
    batch: list[Unit] = []
    size = 0
    for unit in changed:
        batch.append(unit)
        size += len(unit.passages)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
