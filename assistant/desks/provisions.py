"""The provisions that matter to a story, each with a sentence that says why."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from assistant.desks.causes import CauseMatch, clauses, leading
from assistant.desks.quoting import matter_of, narrowed, overlap, resolve_ok
from assistant.desks.types import AdvisedProvision
from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution
from kb.citation.resolver import article_of
from kb.model import MediationCase
from kb.search.types import SearchHit

MAX_PROVISIONS = 10
_FROM_PRECEDENTS = 3
_FROM_SEARCH = 3
#: Share of character pairs from which a clause clearly speaks of a provision.
_CLEAR = 0.08
#: From this score on a case without a cause in common still lends its provisions.
_NEAR_CASE = 0.6
#: Laws on how mediation works belong in the plan, not among what decides the dispute.
_PROCEDURE = {"人民调解法", "民事诉讼法", "仲裁法", "刑事诉讼法"}


def select_provisions(
    kb: KnowledgeBase,
    narrative: str,
    on: date,
    causes: Sequence[CauseMatch],
    hits: Sequence[SearchHit],
    nearest: Sequence[tuple[MediationCase, float]],
) -> list[AdvisedProvision]:
    """Return up to ten provisions in force on the day, those of the recognised causes first.

    Args:
        causes: recognised causes, best first.
        hits: provisions that the search found, best first.
        nearest: similar cases of the same type, best first.
    """
    chosen: dict[str, AdvisedProvision] = {}

    def add(found: Resolution, origin: str, matter: str, fact: str, why: str) -> None:
        key = article_of(found.address)
        if len(chosen) >= MAX_PROVISIONS or (key in chosen and origin != "cause"):
            return
        chosen.setdefault(
            found.address if origin == "cause" else key, _advised(found, origin, matter, fact, why)
        )

    for match in leading(causes):
        for wanted in match.cause.provisions:
            found = resolve_ok(kb, wanted.address, on)
            if found is None or len(chosen) >= MAX_PROVISIONS - 2:
                continue
            found = narrowed(kb, found, narrative + wanted.matter, on)
            fact = _fact(narrative, wanted.matter + found.text, match.fact)
            why = f"您说到“{fact}”。{_unit(found)}讲的是：{wanted.matter}。"
            add(found, "cause", wanted.matter, fact, why)
    taken = {article_of(address) for address in chosen}
    for address, titles in _cited_by(nearest):
        found = resolve_ok(kb, address, on)
        if found is None or article_of(found.address) in taken:
            continue
        if sum(p.origin == "precedent" for p in chosen.values()) >= _FROM_PRECEDENTS:
            break
        found = narrowed(kb, found, narrative, on)
        fact = _fact(narrative, found.text)
        matter = matter_of(found.provision)
        many = f"等{len(titles)}件" if len(titles) > 1 else ""
        why = f"相似的案子“{titles[0]}”{many}用过{_unit(found)}（{matter}）。您说到“{fact}”，可以对照。"
        add(found, "precedent", matter, fact, why)
        taken.add(article_of(found.address))
    room = _FROM_SEARCH if chosen else MAX_PROVISIONS - 2
    for hit in hits:
        if (
            room <= 0
            or hit.law in _PROCEDURE
            or "条目" in hit.address
            or article_of(hit.address) in taken
            or not hit.in_force
        ):
            continue
        if chosen and (hit.matched.dense_rank is None or hit.matched.lexical_rank is None):
            continue
        found = resolve_ok(kb, hit.address, on)
        if found is None:
            continue
        found = narrowed(kb, found, narrative, on)
        fact = _fact(narrative, found.text)
        matter = matter_of(found.provision)
        why = (
            f"您说到“{fact}”。{_unit(found)}在《{found.law}》讲“{matter}”的部分，意思相近，请核对是否用得上。"
        )
        add(found, "search", matter, fact, why)
        taken.add(article_of(found.address))
        room -= 1
    return list(chosen.values())


def _cited_by(nearest: Sequence[tuple[MediationCase, float]]) -> list[tuple[str, list[str]]]:
    """Return the addresses that the nearest cases rely on, weightiest first, with the cases' names."""
    weight: Counter[str] = Counter()
    titles: dict[str, list[str]] = {}
    for rank, (case, score) in enumerate(nearest[:5]):
        if score < _NEAR_CASE:
            continue
        for address in case.cited_addresses:
            if any(address.startswith(law) for law in _PROCEDURE):
                continue
            weight[address] += 10 - rank  # a Counter of ints: nearer cases weigh more
            titles.setdefault(address, []).append(case.name)
    return [(address, titles[address]) for address, _ in weight.most_common()]


def _fact(narrative: str, text: str, default: str = "") -> str:
    """Return the clause of the narrative that shares most with the provision, verbatim.

    `default` stands where no clause clearly does.
    """
    options = clauses(narrative)[:60]
    if not options:
        return default or narrative[:30]
    best = max(options, key=lambda c: overlap(text, c))
    if default and overlap(text, best) < _CLEAR:
        return default
    return best[:40]


def _unit(found: Resolution) -> str:
    return "这一项" if found.item else "这一款" if found.paragraph else "这一条"


def _advised(found: Resolution, origin: str, matter: str, fact: str, why: str) -> AdvisedProvision:
    return AdvisedProvision(
        address=found.address,
        text=found.text,
        why=why,
        matter=matter,
        fact=fact,
        origin=origin,
        in_force=found.in_force,
        state_label=found.state_label,
        effective_from=found.effective_from,
        effective_until=found.effective_until,
        note=found.message,
    )
