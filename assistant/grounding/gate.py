"""The grounding gate: what of a language model's text may be said.

A text is split into claims (`claims.py`); each is checked (`check.py`). One that stands is kept with its sources,
everything else is removed; nothing is repaired.
"""

from dataclasses import dataclass, field
from datetime import date

from assistant.grounding.check import check_text
from assistant.grounding.types import CheckRequest, Claim
from kb.base import KnowledgeBase
from kb.clock import today

#: Verdicts with which a claim may stand as it is.
STANDS = ("supported", "not_legal")


@dataclass(frozen=True)
class Passed:
    """A sentence that may be said, and the addresses that it stands on ([] where it asserts no law)."""

    text: str
    addresses: list[str]


@dataclass(frozen=True)
class Refused:
    """A sentence that may not be said, and why, in Chinese."""

    text: str
    reason: str


@dataclass
class Gated:
    """What is left of a text.

    Attributes:
        passed: sentences in order.
        removed: those taken out.
        claims: how many were checked.
    """

    passed: list[Passed] = field(default_factory=list)
    removed: list[Refused] = field(default_factory=list)
    claims: int = 0


def gate(kb: KnowledgeBase, text: str, on: date | None = None) -> Gated:
    """Return what of a text may be said on a day.

    Args:
        text: sentences that anybody or anything wrote.

    Raises:
        BadRequest: the text is blank or too long.
    """
    day = on or today()
    result = Gated()
    for claim in check_text(kb, CheckRequest(text=text, on=day)).claims:
        result.claims += 1
        if claim.verdict in STANDS:
            result.passed.append(Passed(claim.text, _addresses(claim)))
        else:
            result.removed.append(Refused(claim.text, "；".join(claim.problems) or claim.verdict_label))
    return result


def _addresses(claim: Claim) -> list[str]:
    return [c.address for c in claim.citations if c.exists and c.in_force]
