"""Read the citations back out of a text, whoever wrote it, and check every one.

The text is the only truth: a draft's list of citations is derived from its words at each save, so an
editor can neither lose a citation nor keep one that the text no longer bears.

House rule of the desk: 「」 encloses the words of a law and nothing else; in a broadcast script, where
no brackets may stand, the words of a law follow 请听法律原文： up to the end of the line.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from assistant.publicity.types import DraftCitation
from kb.citation.parser import Citation, parse
from kb.citation.quote import same_text
from kb.citation.resolution import Resolution
from kb.citation.resolver import format_address
from kb.text.numerals import article_label

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

SPOKEN = "请听法律原文"
_QUOTES = (
    re.compile(r"「([^「」]*)」"),
    re.compile(rf"{SPOKEN}(?:，[^：\n]{{1,10}})?：([^\n]+)"),
    # quotation marks straight after 规定： claim to be the words of the law as well
    re.compile(r"(?:规定|明确|写明|载明|写着|原文)(?:是|为|道)?[：:，,]\s*“([^“”]+)”"),
)
_SOURCE_AFTER = re.compile(r"[\s　，。]*(?:——|—|－|（|\()\s*(?:依据|出处|出自|见|摘自)?[：:]?\s*")
_MASK = "■"


@dataclass(frozen=True)
class Quotation:
    """Words that claim to be a law's, and the citation they claim to come from (None: none given)."""

    text: str
    start: int
    end: int
    citation: Citation | None


def address_of(citation: Citation) -> str:
    """Return the canonical address of a parsed citation."""
    label = article_label(citation.article, citation.suffix)
    return format_address(citation.law, label, citation.paragraph, citation.item)


def read(text: str, kb: "KnowledgeBase") -> tuple[list[Quotation], list[Citation]]:
    """Return the quotations in a text with their sources, and all citations outside quotations."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted({m.span(1) for pattern in _QUOTES for m in pattern.finditer(text)}):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    masked = text
    for start, end in spans:  # a law that cites another law does so for itself, not for the draft
        masked = masked[:start] + _MASK * (end - start) + masked[end:]
    citations = [c for c in parse(masked, kb.names) if c.law]
    quotations = [Quotation(text[s:e], s, e, _source(masked, s, e, citations)) for s, e in spans]
    return quotations, citations


def _source(masked: str, start: int, end: int, citations: list[Citation]) -> Citation | None:
    """Return the citation that a quotation names as its source.

    In this order: the one in brackets or behind a dash right after it; the last before it in its
    line; the first after it in its line; the last before it; the first after it.
    """
    before = [c for c in citations if c.end <= start]
    after = [c for c in citations if c.start >= end]
    if after and _SOURCE_AFTER.fullmatch(masked[end : after[0].start].lstrip("」”")):
        return after[0]
    line_start = masked.rfind("\n", 0, start) + 1
    line_end = masked.find("\n", end) if "\n" in masked[end:] else len(masked)
    if before and before[-1].end > line_start:
        return before[-1]
    if after and after[0].start < line_end:
        return after[0]
    return before[-1] if before else after[0] if after else None


def check(text: str, kb: "KnowledgeBase", on: date) -> list[DraftCitation]:
    """Return every citation of a text, checked as of the day `on`; quotations first, in order.

    A quotation is verified when its provision exists, is in force on `on`, was not amended since, and
    has these very words. A provision named without a quotation is verified when it exists and is in
    force.
    """
    quotations, citations = read(text, kb)
    checker = Checker(kb, on)
    found: dict[tuple[str, str], DraftCitation] = {}
    for quotation in quotations:
        words = squeeze(quotation.text)
        if not words:
            continue
        if quotation.citation is None:
            problem = f"「{shorten(words)}」没有写明出自哪部法律第几条；不是法条原文的话请改用“”"
            found["", words] = DraftCitation(address="", quote=words, verified=False, problem=problem)
            continue
        address = checker.learn(quotation.citation)
        found.setdefault((address, words), checker.quotation(address, words))
    quoted = {address for address, _ in found}
    for citation in citations:
        address = checker.learn(citation)
        covered = any(q == address or _within(q, address) for q in quoted)
        if not covered and (address, "") not in found:
            found[address, ""] = checker.mention(address)
    return list(found.values())


def _within(deep: str, shallow: str) -> bool:
    """Return whether `deep` is a 款 or 项 of `shallow`; 第十条之一 is no part of 第十条."""
    return deep.startswith(shallow) and deep[len(shallow) :].startswith("第")


class Checker:
    """Checks citations as of one day; looks each provision up once."""

    def __init__(self, kb: "KnowledgeBase", on: date) -> None:
        self.kb = kb
        self.on = on
        self._seen: dict[str, Resolution] = {}

    def learn(self, citation: Citation) -> str:
        """Look a parsed citation up and return its address; an unknown title is kept as it was written."""
        address = address_of(citation)
        if address not in self._seen:
            self._seen[address] = self.kb.resolver.resolve(citation, self.on)
        return address

    def quotation(self, address: str, quote: str) -> DraftCitation:
        """Check words that claim to stand at `address`."""
        result = self._located(address)
        if result.verified and not same_text(quote, self._resolve(address).text):
            result.verified = False
            result.problem = f"「{shorten(quote)}」与{address}的原文不一致"
        result.quote = quote
        return result

    def mention(self, address: str) -> DraftCitation:
        """Check a provision named without a quotation, and keep what it says today."""
        result = self._located(address)
        result.in_text = False
        result.quote = self._resolve(address).text
        return result

    def again(self, citation: DraftCitation) -> DraftCitation:
        """Check a stored citation anew: the same words at the same address, on this day."""
        if not citation.address:
            return citation
        fresh = self.quotation(citation.address, citation.quote)
        fresh.in_text = citation.in_text
        if not fresh.verified and not citation.in_text and "不一致" in fresh.problem:
            fresh.problem = f"{citation.address}的条文已有变动，请核对文中的说法"
        return fresh

    def _resolve(self, address: str) -> Resolution:
        if address not in self._seen:
            self._seen[address] = self.kb.resolve(address, self.on)
        return self._seen[address]

    def _located(self, address: str) -> DraftCitation:
        found = self._resolve(address)
        amended = found.state == "amended"  # exists and is in force, but these are no longer its words
        ok = found.ok and not amended
        return DraftCitation(
            address=found.address or address,
            verified=ok,
            problem="" if ok else found.message or f"{address}核对不上",
            note=found.message if ok else "",
            effective_from=found.effective_from,
            effective_until=found.effective_until,
        )


def squeeze(text: str) -> str:
    """Return a quotation on one line: layout is not part of the law's words."""
    return re.sub(r"\s*\n\s*", "", text).strip()


def shorten(text: str, limit: int = 24) -> str:
    """Return the head of a long text, for a message."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def problems_of(citations: list[DraftCitation]) -> list[str]:
    """Return what is wrong with the citations, in Chinese, each problem once."""
    return list(dict.fromkeys(c.problem for c in citations if not c.verified))
