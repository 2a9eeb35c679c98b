"""Similar cases, and the village's own rules that fit."""

from collections.abc import Sequence
from datetime import date

from assistant.desks.causes import Cause, CauseMatch, leading, match_causes
from assistant.desks.types import AdvisedRule, Precedent
from assistant.risk.hotlines import without_strange_numbers
from assistant.rulecheck.check import assess
from kb.base import KnowledgeBase
from kb.model import MediationCase
from kb.search.types import SearchHit, SearchRequest

MAX_PRECEDENTS = 5
NEAREST = 30
#: A clause of the village's rules must at least rank so high among that village's own clauses.
_RULE_CANDIDATES = 8
_MAX_RULES = 3
#: Fused scores from which a case of the type, or of another type, is shown.
_SHOWN, _SHOWN_OTHER = 0.3, 0.85


def nearest_cases(
    kb: KnowledgeBase, query: str, on: date, causes: Sequence[CauseMatch], scopes: tuple[str, ...]
) -> list[tuple[MediationCase, SearchHit]]:
    """Return the nearest cases, best first; those of the same cause move up."""
    found = kb.search(SearchRequest(query=query, kinds=["case"], on=on, limit=NEAREST), scopes).hits
    own = {m.cause.id for m in leading(causes)}
    ranked: list[tuple[float, MediationCase, SearchHit]] = []
    for hit in found:
        case = kb.catalog.case(hit.id)
        if case is None:
            continue
        theirs = {m.cause.id for m in match_causes(f"{case.name} {' '.join(case.keywords)}")[:3]}
        ranked.append((hit.score + (0.35 if own & theirs else 0.0), case, hit))
    ranked.sort(key=lambda entry: -entry[0])
    return [
        (case, hit.model_copy(update={"score": round(min(score, 1.0), 3)})) for score, case, hit in ranked
    ]


def shown_cases(
    near: Sequence[tuple[MediationCase, SearchHit]], label: str
) -> list[tuple[MediationCase, SearchHit]]:
    """Return the cases worth showing: of the type first, then others that are really near."""
    same = [(c, h) for c, h in near if c.dispute_type == label and h.score >= _SHOWN]
    other = [(c, h) for c, h in near if c.dispute_type != label and h.score >= _SHOWN_OTHER]
    return (same + other)[:MAX_PRECEDENTS]


def precedent(case: MediationCase, hit: SearchHit, causes: Sequence[CauseMatch]) -> Precedent:
    """Return a case as the desk shows it, with the reason it is shown."""
    days = (case.closed - case.opened).days if case.opened and case.closed else None
    return Precedent(
        id=case.id,
        title=without_strange_numbers(case.name),
        score=hit.score,
        why=_why(case, hit, causes),
        outcome=case.outcome,
        kept=case.kept,
        dispute_type=case.dispute_type,
        days=days,
        claim=case.claim,
        settled=case.settled,
        result=without_strange_numbers(case.result),
        gist=without_strange_numbers(case.gist),
        cited=case.cited_addresses,
        village=case.village,
        sample=case.sample,
    )


def _why(case: MediationCase, hit: SearchHit, causes: Sequence[CauseMatch]) -> str:
    labels = {m.cause.label for m in match_causes(f"{case.name} {' '.join(case.keywords)}")[:3]}
    shared = [m.cause.label for m in leading(causes) if m.cause.label in labels]
    terms = [t for t in hit.matched.terms if len(t) > 1 and not t.isdigit()][:4]
    parts = []
    if shared:
        parts.append(f"同是“{shared[0]}”")
    if terms:
        parts.append("都说到" + "、".join(terms))
    if not parts:
        parts.append("说的事情意思相近")
    relation = f"；当事人是{case.relation}" if case.relation else ""
    return "，".join(parts) + relation + "。"


def fitting_rules(
    kb: KnowledgeBase, query: str, village: str, on: date, causes: Sequence[CauseMatch]
) -> list[AdvisedRule]:
    """Return the clauses of this village's rules that speak of the same matter; none is often right."""
    if not village or kb.catalog.village(village) is None:
        return []
    hits = kb.search(
        SearchRequest(query=query, kinds=["rule"], village=village, on=on, limit=_RULE_CANDIDATES)
    ).hits
    out: list[AdvisedRule] = []
    for hit in hits:
        rule = kb.catalog.rule(hit.id)
        if rule is None or rule.village != village:
            continue
        words = _shared_words([m.cause for m in leading(causes)], rule.text)
        terms = [
            t for t in dict.fromkeys(hit.matched.terms) if len(t) > 1 and not t.isdigit() and t not in _COMMON
        ]
        if not words and len(terms) < 3:
            continue
        why = f"本村规约里也说到{'、'.join((words or terms)[:4])}。"
        out.append(
            AdvisedRule(
                id=rule.id,
                address=rule.address,
                text=without_strange_numbers(rule.text),
                why=why,
                note=_caution(rule.text),
            )
        )
    return out[:_MAX_RULES]


def _caution(clause: str) -> str:
    """Say what the village-rule check finds: a clause that oversteps must not be applied unawares."""
    found = assess(clause)
    if not found:
        return "规约不能抵触法律；适用前请看一看这一条是否合法。"
    kinds = "、".join(dict.fromkeys(kind for kind, _, _ in found))
    if any(verdict == "overstep" for _, verdict, _ in found):
        return f"注意：这一条可能越过法律（{kinds}），不要照着办；请在“规约”里审查后再定。"
    return f"注意：这一条是否合法存疑（{kinds}），请在“规约”里审查后再用。"


_COMMON = {
    "村民",
    "村委会",
    "本村",
    "村里",
    "同意",
    "要求",
    "没有",
    "可以",
    "不得",
    "应当",
    "邻居",
    "家里",
    "双方",
}


def _shared_words(causes: Sequence[Cause], text: str) -> list[str]:
    """Return the words by which a clause speaks of one of the causes: a strong one, or two weak ones."""
    for cause in causes:
        strong = [m[0] for p in cause.strong if (m := p.search(text))]
        weak = [m[0] for p in cause.words if (m := p.search(text)) and m[0] not in _COMMON]
        if strong or len(weak) >= 2:
            return list(dict.fromkeys([*strong, *weak]))
    return []
