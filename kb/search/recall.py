"""Recall from one shelf: by meaning, by words, and by the statutory wording of everyday words; fused by rank."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from kb.lexical.encoder import SparseVector
from kb.ranking.causes import WEIGHT, Profile, agreement
from kb.search.fusion import rrf
from kb.settings import Settings
from kb.store.base import Filter, Hit, VectorStore

Vector = NDArray[np.float32]

#: Candidates of the small shelves (rules, cases, Q&A); settings.candidates is for provisions.
SMALL = 30
#: Weight of the list found by statutory wording, beside settings.dense_weight for the question itself.
WORDING_WEIGHT = 1.0
#: So many times more cases are looked at, of which those of the same cause come first.
_WIDER = 5


@dataclass(frozen=True)
class Query:
    """A query in every form that is searched with. `dense` is None while the model isn't ready."""

    sparse: SparseVector
    dense: Vector | None
    wording: str = ""
    wording_sparse: SparseVector | None = None
    laws: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    causes: Profile = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """A passage found. Ranks count from 1.

    Attributes:
        score: in [0, 1]; the probability where the ranker gave one, else 1 when every list has it first.
        asked: cosine to the nearest predicted question; None where the ranker didn't order, or it has none.
        asked_rank: rank by `asked` among the candidates.
        probability: that the provision answers; None where the ranker didn't order.
    """

    hit: Hit
    score: float
    cosine: float | None
    dense_rank: int | None
    lexical_rank: int | None
    by_wording: bool = False
    asked: float | None = None
    asked_rank: int | None = None
    probability: float | None = None


def recall(store: VectorStore, query: Query, wanted: Filter, settings: Settings) -> list[Candidate]:
    """Return the candidates of one shelf (`wanted.kinds`), best first."""
    provisions = wanted.kinds == ("provision",)
    limit = settings.candidates if provisions else SMALL
    dense: list[Hit] = []
    if query.dense is None:
        lexical = store.search_sparse(query.sparse, wanted, limit)
    else:
        cases = bool(query.causes) and wanted.kinds == ("case",)
        wide = _WIDER * limit if cases else limit
        dense, lexical = store.search_both(query.dense, query.sparse, wanted, wide)
        if cases:
            dense = sorted(dense, key=lambda hit: -_alike(hit, query.causes))
        dense, lexical = dense[:limit], lexical[:limit]
    lists = [(dense, settings.dense_weight), (lexical, settings.lexical_weight)]
    worded: list[Hit] = []
    if provisions and query.wording_sparse is not None:
        worded = store.search_sparse(query.wording_sparse, wanted, 20)
        lists.append((worded, WORDING_WEIGHT))
    if provisions and query.dense is not None and not wanted.law:
        # a law named in the query: its best articles count twice
        lists += [
            (store.search_dense(query.dense, replace(wanted, law=law), 20), settings.dense_weight)
            for law in query.laws[:2]
        ]
    found = [entry for entry in lists if entry[0]]
    return _fuse(found, dense, lexical, {h.id for h in worded}, settings.rrf_k)


def _alike(hit: Hit, causes: Profile) -> float:
    """Return how alike a case and the query are; a case indexed without causes goes by its cosine."""
    return hit.score + WEIGHT * agreement(causes, hit.payload.get("causes") or {})


def _fuse(
    lists: list[tuple[list[Hit], float]], dense: list[Hit], lexical: list[Hit], worded: set[str], k: int
) -> list[Candidate]:
    if not lists:
        return []
    hits = {h.id: h for found, _ in lists for h in found}
    dense_rank = {h.id: n for n, h in enumerate(dense, 1)}
    lexical_rank = {h.id: n for n, h in enumerate(lexical, 1)}
    cosine = {h.id: h.score for h in dense}
    weights = [weight for _, weight in lists]
    best = sum(weights) / (k + 1)
    return [
        Candidate(hits[i], score / best, cosine.get(i), dense_rank.get(i), lexical_rank.get(i), i in worded)
        for i, score in rrf([[(h.id, h.score) for h in found] for found, _ in lists], weights, k)
    ]
