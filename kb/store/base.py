"""The store's interface: points in, hits out. Engines are in `edge` and `server`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

Payload = dict[str, Any]
Vector = NDArray[np.float32]


class Sparse(Protocol):
    """Term ids with weights; `kb.lexical`'s SparseVector is one."""

    @property
    def indices(self) -> Sequence[int]:
        """Term ids, each once."""

    @property
    def values(self) -> Sequence[float]:
        """Weights, in the order of `indices`."""


@dataclass(slots=True)
class Point:
    """What is stored: a UUID, a dense vector (dim,), a sparse one, and a payload (see `schema`).

    Either vector may be None: such a point is found by the other one only.
    """

    id: str
    dense: Vector | Sequence[float] | None = None
    sparse: Sparse | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Hit:
    """What is found. `score` is the cosine or the IDF-weighted dot product; 0.0 where nothing was ranked."""

    id: str
    score: float
    payload: Payload


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that must all hold; an empty field asks nothing.

    Attributes:
        kinds: any of these kinds.
        on: effective_from <= on <= effective_until; what has no dates always passes.
        law: this law's short title exactly.
        village: of this village, or of none.
        dispute_type: of this type, or of none.
        scopes: visible to any of these; the empty tuple lifts the restriction and is for maintenance only.
        parent_id: passages of this parent.
        source: passages of this source document.
        ids: these points.
        parent_ids: passages of any of these parents.
    """

    kinds: tuple[str, ...] = ()
    on: date | None = None
    law: str = ""
    village: str = ""
    dispute_type: str = ""
    scopes: tuple[str, ...] = ("public",)
    parent_id: str = ""
    source: str = ""
    ids: tuple[str, ...] = ()
    parent_ids: tuple[str, ...] = ()


class VectorStore(Protocol):
    """One index of passages. Every method may be called from any thread of the process that opened it.

    Every method raises `kb.errors.NotReady` when the engine can't be reached or is closed, and
    `kb.errors.BadRequest` for ids that aren't UUIDs and vectors of the wrong dimension.
    """

    def upsert(self, points: Sequence[Point]) -> None:
        """Insert points, replacing those with the same id altogether. Checked before anything is written."""

    def delete(self, ids: Sequence[str]) -> None:
        """Delete by id; unknown ids are ignored."""

    def delete_where(self, filter: Filter) -> None:
        """Delete what the filter matches, in whatever scope: `filter.scopes` isn't looked at.

        What a document left behind must go with it even where the caller may not see it. A filter that
        asks nothing is refused with BadRequest.
        """

    def search_dense(self, vector: Vector, filter: Filter | None, limit: int) -> list[Hit]:
        """Return the `limit` nearest by cosine, best first. No filter means `Filter()`: public only."""

    def search_sparse(self, vector: Sparse, filter: Filter | None, limit: int) -> list[Hit]:
        """Return the `limit` best by IDF-weighted term overlap, best first; without overlap none."""

    def search_both(
        self, dense: Vector, sparse: Sparse, filter: Filter | None, limit: int
    ) -> tuple[list[Hit], list[Hit]]:
        """Return both of the above in one round trip."""

    def retrieve(self, ids: Sequence[str]) -> list[Hit]:
        """Return the points of these ids in the order asked, without the unknown. Scopes aren't checked."""

    def scroll(self, filter: Filter | None, limit: int, after: str | None) -> tuple[list[Hit], str | None]:
        """Return a page by id and the mark of the next (None at the end). No filter means all points."""

    def count(self, filter: Filter | None = None) -> int:
        """Return how many points match, exactly. No filter counts all points."""

    def flush(self) -> None:
        """Put on disk what was written, so that it survives a power cut."""

    def optimize(self) -> None:
        """Compact and index. Blocks; call it after a large ingest."""

    def close(self) -> None:
        """Flush, close and release. Closing twice does nothing."""

    def info(self) -> dict[str, Any]:
        """Return engine, location, model, dim, schema and points, for people and `doctor`."""

    def __enter__(self) -> Self:
        """Return the store itself."""

    def __exit__(self, *exc: object) -> None:
        """Close the store."""
