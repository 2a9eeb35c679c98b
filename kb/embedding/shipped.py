"""Vectors that come with the shipped corpora, so that the first index takes seconds, not minutes.

One file for each model key: 16-byte content hashes, sorted, and vectors of one byte a dimension with a scale
each. What the rounding costs is noted in docs/decisions/008-embedding.md.
"""

import io
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.embedding.base import Vectors
from kb.embedding.cache import HASH_BYTES


def shipped_path(key: str) -> Path:
    """Return where the vectors of a model key are shipped; the file may not exist."""
    return Path(str(files("corpora"))) / "vectors" / f"{key}.npz"


def write_shipped(path: Path, hashes: Sequence[bytes], vectors: Vectors) -> None:
    """Write (n, dim) unit vectors and their content hashes. The same input gives the same bytes."""
    order = sorted(range(len(hashes)), key=hashes.__getitem__)
    order = [row for n, row in enumerate(order) if n == 0 or hashes[row] != hashes[order[n - 1]]]
    digests = np.frombuffer(b"".join(hashes[row] for row in order), np.uint8).reshape(-1, HASH_BYTES)
    codes, scales = quantise(vectors[order])
    buffer = io.BytesIO()
    np.savez(buffer, hashes=digests, codes=codes, scales=scales)  # int8 codes of this kind don't compress
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(buffer.getvalue())
    temporary.replace(path)


def quantise(vectors: Vectors) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return (n, dim) int8 codes and (n,) scales; code times scale is the vector."""
    scales = np.maximum(np.abs(vectors).max(1, initial=0.0), 1e-12) / 127
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


class Shipped:
    """A read-only lookup in one such file; empty when there is no file."""

    def __init__(self, path: Path) -> None:
        self._rows: dict[bytes, int] = {}
        if not path.is_file():
            return
        with np.load(path) as content:
            digests, self._codes, self._scales = content["hashes"], content["codes"], content["scales"]
        flat = digests.tobytes()
        self._rows = {flat[at : at + HASH_BYTES]: at // HASH_BYTES for at in range(0, len(flat), HASH_BYTES)}

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, hashes: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Return the (dim,) unit vectors present, by hash."""
        present = [digest for digest in hashes if digest in self._rows]
        if not present:
            return {}
        rows = [self._rows[digest] for digest in present]
        vectors = self._codes[rows].astype(np.float32) * self._scales[rows][:, None]
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return dict(zip(present, vectors, strict=True))
