"""What the grounding gate says of a draft, sentence by sentence; the words of a law in the desk's own marks count."""

from datetime import date
from typing import TYPE_CHECKING

from assistant.grounding.check import BAD, check_text
from assistant.grounding.gate import review
from assistant.grounding.repair import STANDS
from assistant.grounding.types import VERDICT_LABELS, CheckRequest, CitationCheck, Claim
from assistant.publicity.citations import Checker, Quotation, read, squeeze

if TYPE_CHECKING:
    from kb.base import KnowledgeBase


def claims_of(kb: "KnowledgeBase", answer: str, on: date, suggest: bool = False) -> list[Claim]:
    """Return every claim of a draft's text with its verdict.

    Args:
        kb: the knowledge base.
        answer: the text.
        on: the day whose law counts.
        suggest: look for a repair of each that fails.
    """
    if not answer.strip():
        return []
    claims = review(kb, CheckRequest(text=answer, on=on, repair=suggest)).claims
    verified = _verified(kb, answer, on)
    for claim in claims:
        if claim.verdict not in STANDS:
            _by_quotation(kb, claim, verified, on)
        for citation in claim.citations:
            citation.text = ""  # the draft's citations have it
    return claims


def failing(claims: list[Claim]) -> list[Claim]:
    """Return the claims that nobody may approve without saying so."""
    return [claim for claim in claims if claim.verdict in BAD]


def _verified(kb: "KnowledgeBase", answer: str, on: date) -> list[tuple[Quotation, str]]:
    """Return the quotations in the desk's marks that stand to the letter, each with its address."""
    checker = Checker(kb, on)
    found = []
    for quotation in read(answer, kb)[0]:
        if quotation.citation is not None:
            address = checker.learn(quotation.citation)
            if checker.quotation(address, squeeze(quotation.text)).verified:
                found.append((quotation, address))
    return found


def _by_quotation(kb: "KnowledgeBase", claim: Claim, verified: list[tuple[Quotation, str]], on: date) -> None:
    """Let a claim stand that says nothing besides a verified quotation, cited in the line before or behind it."""
    inside = [(q, a) for q, a in verified if q.start < claim.end and claim.start < q.end]
    if not inside or any(c.start >= 0 for c in claim.citations):
        return
    rest = claim.text
    for quotation, _ in sorted(inside, key=lambda found: -found[0].start):
        start, end = max(0, quotation.start - claim.start), min(len(claim.text), quotation.end - claim.start)
        rest = rest[:start] + rest[end:]
    if rest.strip() and any(
        c.verdict not in STANDS for c in check_text(kb, CheckRequest(text=rest, on=on)).claims
    ):
        return
    claim.verdict, claim.problems, claim.repair = "supported", [], None
    claim.verdict_label = VERDICT_LABELS["supported"]
    claim.citations = [
        CitationCheck(
            raw=a, address=a, start=-1, end=-1, exists=True, in_force=True, quote_matches=True, supports=True
        )
        for a in dict.fromkeys(address for _, address in inside)
    ]
