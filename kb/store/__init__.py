"""Vector store: passages in, ranked hits out. Import from here."""

from kb.store.base import Filter, Hit, Point, Sparse, VectorStore
from kb.store.lock import Holder, IndexHeld, current_holder
from kb.store.open import open_store
from kb.store.schema import day, passage_of, payload_of

__all__ = [
    "Filter",
    "Hit",
    "Holder",
    "IndexHeld",
    "Point",
    "Sparse",
    "VectorStore",
    "current_holder",
    "day",
    "open_store",
    "passage_of",
    "payload_of",
]
