"""The grounding gate, for every desk: what of a text may be said, what was put right, what had to go.

A text is split into claims (`claims.py`); each is checked (`check.py`). One that fails is repaired (`repair.py`) or
removed. `gate` is for what a machine wrote, and keeps only what stands; `review` is for what people wrote: it changes
nothing and suggests; `gate_extracts` is for provisions quoted word for word.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.grounding.check import check_claims, check_text
from assistant.grounding.repair import MAX_REPAIRS, STANDS, Mender
from assistant.grounding.types import (
    Checked,
    CheckRequest,
    CheckResponse,
    Claim,
    Passed,
    Removed,
    Repaired,
)
from kb.base import KnowledgeBase
from kb.citation.quote import same_text
from kb.clock import today

__all__ = ["STANDS", "Gated", "gate", "gate_extracts", "review", "verbatim"]


@dataclass
class Gated:
    """What is left of a text.

    Attributes:
        passed: sentences that stood as they were, in order.
        repaired: those that were put right.
        removed: those taken out.
        text: what may be said: passed and repaired, in the order of the text, a line each.
        claims: how many were checked.
        not_tried: of those removed, how many were beyond the limit of repairs.
    """

    passed: list[Passed] = field(default_factory=list)
    repaired: list[Repaired] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    text: str = ""
    claims: int = 0
    not_tried: int = 0

    def checked(self) -> Checked:
        """Return the same as it is shown."""
        standing: list[Passed | Repaired] = [*self.passed, *self.repaired]
        return Checked(
            claims=self.claims,
            verified=sum(len(s.addresses) for s in standing),
            repaired=len(self.repaired),
            removed=self.removed,
            repairs=self.repaired,
            passed=self.passed,
            not_tried=self.not_tried,
        )


def gate(
    kb: KnowledgeBase,
    text: str,
    on: date | None = None,
    repairs: int = MAX_REPAIRS,
    among: Sequence[str] | None = None,
) -> Gated:
    """Return what of a text may be said on a day.

    Args:
        kb: the knowledge base.
        text: sentences that anybody or anything wrote.
        on: the day whose law counts; today by default.
        repairs: most claims that are tried to be put right; 0 for none.
        among: addresses that alone may be put in; None for all law in force.

    Raises:
        BadRequest: the text is blank or too long.
    """
    day = on or today()
    mender = Mender(kb, day, repairs, among)
    result = Gated()
    claims = check_text(kb, CheckRequest(text=text, on=day)).claims
    result.claims = len(claims)
    kept: list[Passed | Repaired] = []
    leaning: list[tuple[Claim, Passed | Repaired]] = []
    for claim in claims:
        one = _outcome(claim, mender)
        if isinstance(one, Removed):
            result.removed.append(one)
            continue
        kept.append(one)
        if isinstance(one, Passed) and _leans(claim):
            leaning.append((claim, one))
    if leaning and (result.removed or len(kept) > sum(isinstance(k, Passed) for k in kept)):
        result.removed += _fallen(kb, kept, [one for _, one in leaning], day)
    result.passed = [k for k in kept if isinstance(k, Passed)]
    result.repaired = [k for k in kept if isinstance(k, Repaired)]
    result.text = "\n".join(k.text for k in kept)
    result.not_tried = mender.not_tried
    return result


def review(kb: KnowledgeBase, request: CheckRequest) -> CheckResponse:
    """Return every claim with its verdict, and with a suggested repair where one was asked for and found.

    Raises:
        BadRequest: the text is blank or too long.
    """
    response = check_text(kb, request)
    if not request.repair:
        return response
    mender = Mender(kb, response.on)
    for claim in response.claims:
        claim.repair = mender.mend(claim)
    text = request.text
    for claim in reversed(response.claims):
        if claim.repair:
            text = text[: claim.start] + claim.repair.text + text[claim.end :]
    response.repaired = text if any(c.repair for c in response.claims) else ""
    response.not_tried = mender.not_tried
    return response


def gate_extracts(kb: KnowledgeBase, extracts: Iterable[tuple[str, str]], on: date | None = None) -> Gated:
    """Return which of some quoted provisions may be shown; quotations decide, nothing is searched or weighed.

    Args:
        kb: the knowledge base.
        extracts: address and words, each quoted to the letter from there.
        on: the day whose law counts; today by default.
    """
    day = on or today()
    result = Gated()
    for address, words in extracts:
        one = _extract(kb, address, words, day)
        if isinstance(one, Passed):
            result.passed.append(one)
        else:
            result.removed.append(one)
        result.claims += 1
    result.text = "\n".join(p.text for p in result.passed)
    return result


def verbatim(kb: KnowledgeBase, address: str, words: str, on: date) -> bool:
    """Return whether a quoted provision may be shown: it is in force on the day, and these are its words."""
    return isinstance(_extract(kb, address, words, on), Passed)


def _extract(kb: KnowledgeBase, address: str, words: str, on: date) -> Passed | Removed:
    found = kb.resolve(address, on)
    if found.ok and same_text(words, found.text):
        return Passed(text=words, addresses=[found.address])
    reason = found.message if not found.ok and found.message else "引文与原文不一致"
    return Removed(text=f"{address}：{words}", reason=reason)


def _outcome(claim: Claim, mender: Mender) -> Passed | Repaired | Removed:
    if claim.verdict in STANDS:
        return Passed(
            text=claim.text, addresses=[c.address for c in claim.citations if c.exists and c.in_force]
        )
    repair = mender.mend(claim)
    if repair is None:
        return Removed(text=claim.text, reason="；".join(claim.problems) or claim.verdict_label)
    reason = f"{repair.why}。{repair.kind_label}：{repair.now}"
    return Repaired(text=repair.text, was=claim.text, reason=reason, addresses=repair.addresses)


def _leans(claim: Claim) -> bool:
    """Return whether a claim cites by what an earlier sentence says: 该条, or 第十二条 without its law."""
    return any(c.start < 0 or c.raw.startswith(("第", "该", "本", "同")) for c in claim.citations)


def _fallen(
    kb: KnowledgeBase, kept: list[Passed | Repaired], leaning: Sequence[Passed | Repaired], day: date
) -> list[Removed]:
    """Take out of `kept` what leaned on a sentence that is no longer there, and return it."""
    again = check_claims(kb, "\n".join(k.text for k in kept), day)
    stands = {
        (c.text, tuple(a.address for a in c.citations if a.exists and a.in_force))
        for c in again
        if c.verdict in STANDS
    }
    fallen = [k for k in leaning if (k.text, tuple(k.addresses)) not in stands]
    for one in fallen:
        kept.remove(one)
    return [Removed(text=one.text, reason="它接着说的那一句去掉或者改了，单独不成立") for one in fallen]
