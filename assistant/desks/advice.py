"""The mediator's desk: from a story to type, risks, law, village rules, precedents, plan and agreement."""

from assistant.desks.agreement import Drafted, draft_agreement
from assistant.desks.causes import match_causes
from assistant.desks.dispute_type import classify
from assistant.desks.missing import missing_facts
from assistant.desks.outcomes import outcome_statistics
from assistant.desks.plan import lift, make_plan, mediable
from assistant.desks.precedents import fitting_rules, nearest_cases, precedent, shown_cases
from assistant.desks.provisions import select_provisions
from assistant.desks.quoting import resolve_ok
from assistant.desks.types import AdviseRequest, AdviseResponse
from assistant.grounding.gate import gate_extracts
from assistant.grounding.types import Checked
from assistant.risk.detect import detect
from kb.base import KnowledgeBase
from kb.clock import today
from kb.errors import BadRequest
from kb.redaction.asked import without_numbers
from kb.search.types import SearchRequest

#: What the model reads of a long story; the rest still counts for risks, causes and facts.
_QUERY = 600
_SEARCHED = 15
#: The most cases that the statistics are taken over.
_NEAREST = 20


def advise(
    kb: KnowledgeBase, request: AdviseRequest, scopes: tuple[str, ...] = ("public",)
) -> AdviseResponse:
    """Return advice on a dispute, by the law in force on the day it happened.

    Args:
        scopes: whose cases may be seen.

    Raises:
        BadRequest: the narrative is blank or too long, or the village is unknown.
    """
    narrative = request.narrative.strip()
    _check(kb, narrative, request.village)
    on = request.on or today()
    query = without_numbers(narrative)[: min(_QUERY, kb.settings.max_query_chars)]
    risks, lifted, lift_basis = lift(narrative, detect(narrative))
    causes = match_causes(narrative)
    near = nearest_cases(kb, query, on, causes, scopes)
    guess = classify(narrative, causes, [(case, hit.score) for case, hit in near])
    own = [m for m in causes if m.cause.type == guess.label] or causes
    same = [(case, hit) for case, hit in near if case.dispute_type == guess.label]
    hits = kb.search(SearchRequest(query=query, kinds=["provision"], on=on, limit=_SEARCHED), scopes).hits
    provisions = select_provisions(
        kb, narrative, on, [*own, *(m for m in causes if m not in own)], hits, [(c, h.score) for c, h in same]
    )
    gated = gate_extracts(kb, [(p.address, p.text) for p in provisions], on)
    standing = {address for passed in gated.passed for address in passed.addresses}
    provisions = [p for p in provisions if p.address in standing]
    may = mediable(narrative, risks)
    agreement = (
        draft_agreement(kb, narrative, guess.label, provisions, kb.catalog.village(request.village))
        if may.yes
        else Drafted("", Checked())
    )
    return AdviseResponse(
        on=on,
        village=request.village,
        dispute_type=guess,
        risks=risks,
        mediable=may.yes,
        mediable_reason=may.reason or lifted,
        mediable_basis=[a for a in (may.basis or lift_basis) if resolve_ok(kb, a, on)],
        provisions=provisions,
        village_rules=fitting_rules(kb, query, request.village, on, own),
        precedents=[precedent(case, hit, causes) for case, hit in shown_cases(near, guess.label)],
        outcomes=outcome_statistics([case for case, _ in same][:_NEAREST]),
        plan=make_plan(kb, on, guess.label, own, risks, may),
        missing=missing_facts(narrative, guess.label, own),
        agreement=agreement.text,
        checked=gated.checked(),
        agreement_checked=agreement.checked,
    )


def _check(kb: KnowledgeBase, narrative: str, village: str) -> None:
    if not narrative:
        raise BadRequest("纠纷经过是空的", "请写下谁和谁、为什么事、什么时候、要什么")
    limit = kb.settings.max_text_chars
    if len(narrative) > limit:
        raise BadRequest(f"纠纷经过有{len(narrative)}字，超过上限{limit}字", "请只写要点")
    if village and kb.catalog.village(village) is None:
        raise BadRequest(f"没有编号为“{village}”的村", "村的编号见 /api/v1/villages")
