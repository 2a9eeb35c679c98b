"""From candidates to what a person is shown."""

from datetime import date

from kb.catalog.catalog import Catalog
from kb.citation.resolution import Resolution
from kb.citation.resolver import remark
from kb.model import KIND_LABELS, STATUS_LABELS, Passage, Provision
from kb.search.explain import UNEXPLAINED, explain
from kb.search.recall import Candidate
from kb.search.types import Matched, SearchHit
from kb.store.schema import passage_of

#: Provisions among so many nearest by predicted questions are said to be.
ASKED_SHOWN = 10
ASKED_REASON = "与常见问法相近"
SAMPLE_NOTE = "样例（虚构），为演示而写，不是真实记录"


def collapse(merged: list[tuple[Candidate, float]]) -> list[tuple[Candidate, float]]:
    """Keep the best passage of each provision, rule, case or Q&A."""
    best: dict[str, tuple[Candidate, float]] = {}
    for candidate, score in merged:
        best.setdefault(candidate.hit.payload["parent_id"], (candidate, score))
    return list(best.values())


def found_hits(
    found: list[tuple[Candidate, float]],
    catalog: Catalog,
    terms: list[str],
    on: date,
    wording: str = "",
) -> list[SearchHit]:
    """Return the hits of collapsed candidates; a provision gone from the catalog is left out.

    Args:
        wording: the statutory wording that was searched for besides the query.
    """
    parents = [c.hit.payload["parent_id"] for c, _ in found if c.hit.payload["kind"] == "provision"]
    provisions = catalog.provisions_by_id(parents)
    hits = []
    for candidate, score in found:
        passage = passage_of(candidate.hit.id, candidate.hit.payload)
        provision = provisions.get(passage.parent_id)
        if passage.kind == "provision" and provision is None:
            continue
        matched = explain(passage, terms, candidate.dense_rank, candidate.lexical_rank, provision)
        if candidate.asked_rank is not None and candidate.asked_rank <= ASKED_SHOWN:
            known = "" if matched.reason == UNEXPLAINED else f"{matched.reason}，"
            matched.reason = known + ASKED_REASON
        if candidate.by_wording and wording:
            matched.reason = f"合乎法律用语“{wording.replace(' ', '、')}”" + _also(matched)
        hit = _hit(passage, score, provision, matched, catalog, on)
        if candidate.probability is not None:
            hit.probability = round(candidate.probability, 4)
        hits.append(hit)
    return hits


def _also(matched: Matched) -> str:
    return "" if matched.reason == UNEXPLAINED else f"，{matched.reason}"


def _hit(
    passage: Passage, score: float, provision: Provision | None, matched: Matched, catalog: Catalog, on: date
) -> SearchHit:
    state = provision.status(on) if provision else "in_force"
    note = SAMPLE_NOTE if passage.sample else ""
    if provision and state != "in_force":
        version = catalog.law_version(provision.law_id)
        note = remark(version, provision, on) if version else ""
    return SearchHit(
        id=passage.parent_id,
        kind=passage.kind,
        address=passage.address,
        title=passage.title,
        text=passage.text,
        score=round(min(score, 1.0), 4),
        in_force=provision.in_force(on) if provision else True,
        status=state,
        status_label=STATUS_LABELS[state] if provision else KIND_LABELS[passage.kind],
        effective_from=passage.effective_from,
        effective_until=passage.effective_until,
        law=passage.law,
        village=passage.village,
        dispute_type=passage.dispute_type,
        note=note,
        matched=matched,
    )


def cited_hit(resolution: Resolution, terms: list[str]) -> SearchHit | None:
    """Return the hit for a provision that the query itself cites; None when there is no such provision."""
    provision = resolution.provision
    if provision is None:
        return None
    passage = Passage(
        id=provision.id,
        parent_id=provision.id,
        kind="provision",
        # a 款 or 项 that isn't there: the article is shown, under its own address
        address=resolution.address if resolution.text else provision.address,
        title=" ".join(filter(None, [provision.law, provision.book, provision.chapter, provision.section])),
        text=resolution.text or provision.text,
        embed_text="",
    )
    return SearchHit(
        id=provision.id,
        kind="provision",
        address=passage.address,
        title=passage.title,
        text=passage.text,
        score=1.0,
        in_force=resolution.in_force,
        status=resolution.state or "in_force",
        status_label=resolution.state_label,
        effective_from=resolution.effective_from,
        effective_until=resolution.effective_until,
        law=provision.law,
        note=resolution.message,
        matched=explain(passage, terms, None, None, None, cited=True),
    )
