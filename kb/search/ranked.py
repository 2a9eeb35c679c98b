"""Recall provisions by meaning, by words and by predicted questions, and let the learnt ranker order them."""

from dataclasses import dataclass, replace
from functools import lru_cache

from kb.model import stable_id
from kb.ranking.rank import ASKED, Found, place, rank
from kb.ranking.ranking import Ranking
from kb.search.recall import Candidate, Query, Vector
from kb.settings import Settings
from kb.store.base import Filter, Hit, VectorStore

#: Candidates that statutory wording and a law named in the query bring in.
_FEW = 20
#: Predicted questions are of every version of a law; so many more are looked at, for those in force.
_SLACK = 2


@dataclass
class _Lists:
    """What the store found: hits by passage id, and ranks, best first."""

    dense: list[Hit]
    lexical: list[Hit]
    worded: list[Hit]
    hits: dict[str, Hit]
    cosines: dict[str, float]


def recall_ranked(
    store: VectorStore,
    query: Query,
    dense: Vector,
    wanted: Filter,
    settings: Settings,
    ranking: Ranking,
) -> list[Candidate]:
    """Return one candidate for each provision, likeliest first, with its best passage.

    Args:
        dense: the query's vector, `query.dense`.
        wanted: of kind provision; what predicted questions bring in must pass it too.
    """
    lists = _search(store, query, dense, wanted, settings)
    nearest = ranking.nearest(dense)
    _complete(store, dense, wanted, lists, nearest.first(_SLACK * ASKED))
    lexical = {h.id: h.score for h in lists.lexical}
    passages: dict[str, list[Hit]] = {}
    for hit in lists.hits.values():
        passages.setdefault(hit.payload["parent_id"], []).append(hit)
    asked = nearest.scores(passages)
    texts = ranking.texts([key for key, (hit, *_) in passages.items() if hit.payload.get("part")])
    found = [
        Found(
            key=key,
            law=hits[0].payload["law"],
            number=place(hits[0].payload["address"])[1],
            text=texts.get(key) or str(hits[0].payload["text"]),
            cosine=max((c for h in hits if (c := lists.cosines.get(h.id)) is not None), default=None),
            lexical=max(lexical.get(h.id, 0.0) for h in hits),
        )
        for key, hits in passages.items()
    ]
    ranker = ranking.ranker
    ranked = rank(ranker, query.words, found, asked, ranker.answerable(dense))
    asked_rank = {key: n for n, key in enumerate(sorted(asked, key=lambda k: -asked[k].best), 1)}
    dense_rank, lexical_rank = _ranks(lists.dense), _ranks(lists.lexical)
    worded = {h.payload["parent_id"] for h in lists.worded}
    known = {f.key: f.cosine for f in found}
    return [
        Candidate(
            hit=max(passages[r.key], key=lambda h: lists.cosines.get(h.id, -1.0)),
            score=r.probability,
            cosine=known[r.key],
            dense_rank=dense_rank.get(r.key),
            lexical_rank=lexical_rank.get(r.key),
            by_wording=r.key in worded,
            asked=asked[r.key].best if r.key in asked else None,
            asked_rank=asked_rank.get(r.key),
            probability=r.probability,
        )
        for r in ranked
    ]


def _search(store: VectorStore, query: Query, dense: Vector, wanted: Filter, settings: Settings) -> _Lists:
    """Search by meaning, by words, by statutory wording, and within the laws that the query names."""
    near = store.search_dense(dense, wanted, settings.dense_candidates)
    lexical = store.search_sparse(query.sparse, wanted, settings.candidates)
    worded: list[Hit] = []
    if query.wording_sparse is not None:
        worded = store.search_sparse(query.wording_sparse, wanted, _FEW)
    laws = () if wanted.law else query.laws[:2]
    named = [h for law in laws for h in store.search_dense(dense, replace(wanted, law=law), _FEW)]
    hits: dict[str, Hit] = {}
    for hit in [*near, *lexical, *worded, *named]:
        hits.setdefault(hit.id, hit)
    return _Lists(near, lexical, worded, hits, {h.id: h.score for h in [*near, *named]})


def _complete(store: VectorStore, dense: Vector, wanted: Filter, lists: _Lists, nearest: list[str]) -> None:
    """Add what predicted questions bring in, and the cosines that are missing, by one search.

    Going through the store's own filter, nothing comes in that the day, the law or the scope rules out.
    """
    present = {h.payload["parent_id"] for h in lists.hits.values()}
    unscored = [key for key in lists.hits if key not in lists.cosines]
    firsts = {_first_passage(key): key for key in nearest if key not in present}
    ids = (*unscored, *firsts)
    if not ids:
        return
    scored = {h.id: h for h in store.search_dense(dense, replace(wanted, ids=ids), len(ids))}
    lists.cosines.update({key: h.score for key, h in scored.items()})
    allowed = present | {key for passage, key in firsts.items() if passage in scored}
    chosen = set([key for key in nearest if key in allowed][:ASKED])
    for passage, key in firsts.items():
        if key in chosen:
            lists.hits[passage] = scored[passage]


@lru_cache(maxsize=65536)
def _first_passage(provision_id: str) -> str:
    return stable_id("passage", provision_id, 0)


def _ranks(hits: list[Hit]) -> dict[str, int]:
    """Return the rank of each provision's best passage, from 1."""
    ranks: dict[str, int] = {}
    for n, hit in enumerate(hits, 1):
        ranks.setdefault(hit.payload["parent_id"], n)
    return ranks
