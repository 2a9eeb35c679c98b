"""The points of an index, as they are stored and as the records say they must be."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from kb.embedding.base import Vectors
from kb.embedding.cache import EmbeddingCache, Lookup, content_hash
from kb.index.points import lexical_vector
from kb.index.units import Unit
from kb.lexical.encoder import LexicalEncoder
from kb.store.lock import OwnerLock
from kb.store.schema import DENSE, SPARSE, payload_of

_PAGE = 2048


class PointPrint(NamedTuple):
    """Digests of payload and lexical vector, and the dense vector (dim,), None where it isn't known."""

    payload: bytes
    sparse: bytes
    dense: Vectors | None


Points = dict[str, PointPrint]


def stored_points(index: Path) -> Points:
    """Return every point of an embedded index, by id.

    Raises:
        kb.store.lock.IndexHeld: another process, or this one, has it open.
    """
    import qdrant_edge as qe

    lock = OwnerLock(index)
    lock.acquire()
    try:
        shard = qe.EdgeShard.load(str(index / "shard"))
        try:
            return dict(_scroll(shard))
        finally:
            shard.close()
    finally:
        lock.release()


def _scroll(shard: Any) -> Iterator[tuple[str, PointPrint]]:
    import qdrant_edge as qe

    after: Any = None
    while True:
        page, after = shard.scroll(
            qe.ScrollRequest(offset=after, limit=_PAGE, with_payload=True, with_vector=True)
        )
        for record in page:
            vector = record.vector or {}
            sparse = vector.get(SPARSE)
            terms = _terms(sparse.indices, sparse.values) if sparse is not None else _terms((), ())
            dense = np.asarray(vector[DENSE], np.float32) if DENSE in vector else None
            yield str(record.id), PointPrint(_payload(record.payload or {}), terms, dense)
        if after is None:
            return


def expected_points(units: Iterable[Unit], lexical: LexicalEncoder, lookups: Sequence[Lookup]) -> Points:
    """Return the points that these units must have; dense vectors from the first lookup that has them."""
    found: Points = {}
    for unit in units:
        hashes = {p.id: content_hash(p.embed_text) for p in unit.passages}
        known: dict[bytes, Vectors] = {}
        for lookup in lookups:
            known.update(lookup.get([h for h in hashes.values() if h not in known]))
        for passage in unit.passages:
            sparse = lexical_vector(lexical, passage)
            found[passage.id] = PointPrint(
                _payload(payload_of(passage)),
                _terms(sparse.indices, sparse.values),
                known.get(hashes[passage.id]),
            )
    return found


class Cached:
    """The embedding cache as a lookup of one model."""

    def __init__(self, cache: EmbeddingCache, model: str) -> None:
        self._cache, self._model = cache, model

    def get(self, hashes: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Return the (dim,) vectors present, by hash."""
        return self._cache.get(self._model, hashes)


def _payload(payload: Mapping[str, Any]) -> bytes:
    line = json.dumps(payload, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.blake2b(line.encode(), digest_size=16).digest()


def _terms(indices: Sequence[int], values: Sequence[float]) -> bytes:
    order = np.argsort(np.asarray(indices, np.uint32), kind="stable")
    whole = hashlib.blake2b(np.asarray(indices, "<u4")[order].tobytes(), digest_size=16)
    whole.update(np.asarray(values, "<f4")[order].tobytes())
    return whole.digest()
