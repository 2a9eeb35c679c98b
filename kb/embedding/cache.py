"""Vectors already computed, by model key and content, so that only what changed is embedded again."""

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

import numpy as np

from kb.embedding.base import Embedder, Progress, Vectors

HASH_BYTES = 16
_LOOKUP = 500  # host parameters in one statement; SQLite allows 999 at least
_CHUNK = 512  # texts between two commits: what a kill can lose


class Lookup(Protocol):
    """A source of vectors by content hash, of one model."""

    def get(self, hashes: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Return the vectors it has, by hash."""
        ...


def content_hash(text: str) -> bytes:
    """Return the 16-byte BLAKE2b of a passage's text, without the model's prefix."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES).digest()


class EmbeddingCache:
    """A SQLite file of half-precision vectors, for several models, threads and processes.

    Half precision halves the file and moves a unit vector's cosine by less than 1e-6. A write is durable
    against the death of the process as soon as `put` returns.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, timeout=60, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA secure_delete=ON")  # what is forgotten is overwritten
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS vectors (model TEXT NOT NULL, hash BLOB NOT NULL,"
            " vector BLOB NOT NULL, PRIMARY KEY (model, hash)) WITHOUT ROWID"
        )

    def get(self, model: str, hashes: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Return the (dim,) float32 vectors present, by hash."""
        found: dict[bytes, Vectors] = {}
        with self._lock:
            for at in range(0, len(hashes), _LOOKUP):
                some = hashes[at : at + _LOOKUP]
                marks = ",".join("?" * len(some))
                rows = self._db.execute(
                    f"SELECT hash, vector FROM vectors WHERE model = ? AND hash IN ({marks})",  # noqa: S608
                    [model, *some],
                )
                for digest, blob in rows:
                    found[digest] = np.frombuffer(blob, "<f2").astype(np.float32)
        return found

    def put(self, model: str, hashes: Sequence[bytes], vectors: Vectors) -> None:
        """Store (n, dim) vectors in one transaction."""
        halves = vectors.astype("<f2")
        rows = [(model, digest, half.tobytes()) for digest, half in zip(hashes, halves, strict=True)]
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise

    def forget(self, hashes: Sequence[bytes]) -> None:
        """Delete the vectors of these texts, of every model, from the file and from its log."""
        with self._lock:
            for at in range(0, len(hashes), _LOOKUP):
                some = hashes[at : at + _LOOKUP]
                marks = ",".join("?" * len(some))
                self._db.execute(f"DELETE FROM vectors WHERE hash IN ({marks})", list(some))  # noqa: S608
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def count(self, model: str) -> int:
        """Return how many vectors of a model are stored."""
        with self._lock, closing(self._db.cursor()) as cursor:
            return int(cursor.execute("SELECT count(*) FROM vectors WHERE model = ?", [model]).fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


def embed_passages_cached(
    embedder: Embedder,
    texts: Sequence[str],
    cache: EmbeddingCache | None = None,
    shipped: Iterable[Lookup] = (),
    progress: Progress | None = None,
) -> Vectors:
    """Return (n, dim) unit vectors of passages, computing only those found nowhere.

    Looks in `shipped`, then in `cache`; computes the rest, each distinct text once, and stores it every
    few hundred texts, so that a killed run resumes where it was.

    `progress` is called with the number of texts done so far, found ones included.
    """
    hashes = [content_hash(text) for text in texts]
    first = {digest: n for n, digest in reversed(list(enumerate(hashes)))}
    known: dict[bytes, Vectors] = {}
    for lookup in shipped:
        known.update(lookup.get([d for d in first if d not in known]))
    if cache is not None:
        known.update(cache.get(embedder.key, [d for d in first if d not in known]))
    missing = sorted((d for d in first if d not in known), key=lambda d: len(texts[first[d]]))
    found = len(texts) - len(missing)
    if progress is not None:
        progress(found)
    for at in range(0, len(missing), _CHUNK):
        some = missing[at : at + _CHUNK]
        step = None if progress is None else _offset(progress, found + at)
        vectors = embedder.embed_passages([texts[first[d]] for d in some], step)
        if cache is not None:
            cache.put(embedder.key, some, vectors)
        # Rounded as the cache would, so that a second run gives the same vectors to the bit.
        known.update(zip(some, vectors.astype("<f2").astype(np.float32), strict=True))
    out = np.empty((len(texts), embedder.dim), np.float32)
    for row, digest in enumerate(hashes):
        out[row] = known[digest]
    return out


def _offset(progress: Progress, base: int) -> Progress:
    return lambda done: progress(base + done)
