"""Put a claim that fails right: the address where its words stand, the words that stand there, or a provision found for it.

Only a citation or a quotation is ever exchanged; what the claim says in its own words stays to the letter. What comes
out has to pass the whole check (`check.py`), and cite just what was meant to be cited, or there is no repair.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from assistant.grounding.borne import Borne, best_unit
from assistant.grounding.check import check_claims
from assistant.grounding.compare import pairs
from assistant.grounding.quotes import Quotation, likeness, matches, quotations
from assistant.grounding.rewrite import appended, exact_words, exchanged, written
from assistant.grounding.statement import says_something
from assistant.grounding.statement import statement as own_words
from assistant.grounding.suggest import MIN_PAIRS, Elsewhere
from assistant.grounding.types import REPAIR_LABELS, CitationCheck, Claim, Repair, RepairKind
from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution
from kb.citation.tokens import LawToken, tokens
from kb.search.types import SearchRequest

#: Verdicts with which a claim may stand as it is.
STANDS = ("supported", "not_legal")
#: Most claims of one text that are tried.
MAX_REPAIRS = 20
#: Provisions looked at for one claim, of each search.
FEW = 6
#: Shorter quotations stand in many laws.
MIN_QUOTE = 10
#: From this likeness on, words of a repealed law are taken for those of the provision that replaced it.
SAME_RULE = 0.8
_GONE = ("repealed_law", "not_in_force")


@dataclass(frozen=True)
class _Spot:
    """The place in a claim where the wrong citation stands; at its end where it has none. Offsets in the claim."""

    start: int
    end: int
    law: str = ""
    gone: bool = False
    raw: str = ""


@dataclass(frozen=True)
class _Try:
    text: str
    kind: RepairKind
    was: str
    now: str
    address: str


class Mender:
    """Repairs the claims of one text.

    Args:
        kb: the knowledge base.
        on: the day whose law counts.
        most: claims that are tried; those beyond are counted in `not_tried`.
        among: addresses that alone may be cited (then nothing is searched); None for all law in force.
    """

    def __init__(
        self, kb: KnowledgeBase, on: date, most: int = MAX_REPAIRS, among: Sequence[str] | None = None
    ) -> None:
        self._kb = kb
        self._on = on
        self._left = most
        self._among = None if among is None else [r for a in among if (r := kb.resolve(a, on)).ok]
        self._elsewhere = Elsewhere(kb, on)
        self.not_tried = 0

    def mend(self, claim: Claim) -> Repair | None:
        """Return the claim put right, None where nothing is found that bears it out."""
        if claim.verdict in STANDS:
            return None
        if self._left <= 0:
            self.not_tried += 1
            return None
        self._left -= 1
        for tried in self._tries(claim):
            addresses = self._addresses(tried.text)
            if addresses is None or addresses != self._meant(claim, tried):
                continue
            label = REPAIR_LABELS[tried.kind]
            why = "；".join(claim.problems[:1]) or claim.verdict_label
            return Repair(
                text=tried.text, kind=tried.kind, kind_label=label, was=tried.was, now=tried.now, why=why,
                addresses=addresses,
            )  # fmt: skip
        return None

    def _addresses(self, text: str) -> list[str] | None:
        """Return what a rewritten claim stands on, None where it doesn't pass."""
        claims = check_claims(self._kb, text, self._on)
        if len(claims) != 1 or claims[0].verdict != "supported":
            return None
        return [c.address for c in claims[0].citations]

    def _meant(self, claim: Claim, tried: _Try) -> list[str]:
        """Return the addresses that the rewritten claim has to cite: the new one, the others unchanged."""
        before = [c.address for c in claim.citations]
        if tried.kind == "quotation":
            return before
        spot = self._spot(claim)
        at = next(
            (n for n, c in enumerate(claim.citations) if spot and c.start == claim.start + spot.start),
            len(before),
        )
        return [*before[:at], tried.address, *before[at + 1 :]]

    def _tries(self, claim: Claim) -> Iterator[_Try]:
        spans = [(c.start - claim.start, c.end - claim.start) for c in claim.citations if c.start >= 0]
        spot = self._spot(claim)
        cut = spans if spans or spot is None or spot.start == spot.end else [(spot.start, spot.end)]
        quoted = quotations(claim.text, cut)
        cited = [self._kb.resolve(c.address, self._on) for c in claim.citations]
        standing = [r for r in cited if r.ok]
        wrong = [q for q in quoted if not matches(q.text, [r.text for r in standing])]
        for quote in wrong:
            if spot is not None and (right := self._where(quote, cited)):
                yield self._put(claim, spot, right, "replaced" if spot.gone else "address")
        said = own_words(claim.text, cut, quoted)
        for quote in wrong:
            words = exact_words(quote.text, [r.text for r in standing])
            # what is said around a quotation rests on it as it was: 法官会替你看：“应当主动适用……”
            if words and not says_something(said):
                yield _Try(_requoted(claim.text, quote, words), "quotation", quote.text, words, "")
        if spot is None:
            return
        if spot.gone and len(wrong) == 1 and not says_something(said):
            yield from self._successor_s_words(claim, spot, wrong[0])
        if len(pairs(said)) < MIN_PAIRS or any(q.marked for q in wrong):
            return
        kind: RepairKind = "replaced" if spot.gone else "address" if spot.raw else "found"
        for found in self._bearing(said, spot, claim):
            yield self._put(claim, spot, found, kind)

    def _spot(self, claim: Claim) -> _Spot | None:
        """Return what is to be exchanged, None where that isn't one thing."""
        own = [c for c in claim.citations if c.start >= 0]
        if claim.citations and not own:
            return None  # 该条: its citation stands in another sentence
        if own:
            bad = own if len(own) == 1 else [c for c in own if not (c.exists and c.in_force)]
            if len(bad) != 1 or sum(c.start < bad[0].end and bad[0].start < c.end for c in own) > 1:
                return None
            return self._of(bad[0], claim.start)
        laws = [t for t in tokens(claim.text, self._kb.names) if isinstance(t, LawToken) and t.law]
        if not laws:
            return _Spot(len(claim.text), len(claim.text))
        if len(laws) > 1:
            return None
        law = laws[0]
        gone = self._kb.names.repealed.get(law.law)
        return _Spot(
            law.start, law.end, gone.by_law if gone else law.law, claim.verdict == "not_in_force",
            claim.text[law.start : law.end],
        )  # fmt: skip

    def _of(self, citation: CitationCheck, start: int) -> _Spot:
        gone = citation.status in _GONE
        law = citation.replaced_by.strip("《》") if gone else self._kb.resolve(citation.address, self._on).law
        return _Spot(citation.start - start, citation.end - start, law, gone, citation.raw)

    def _put(self, claim: Claim, spot: _Spot, found: Resolution, kind: RepairKind) -> _Try:
        now = written(found)
        text = (
            exchanged(claim.text, spot.start, spot.end, now)
            if spot.start < spot.end
            else appended(claim.text, now)
        )
        return _Try(text, kind, spot.raw, now, found.address)

    def _where(self, quote: Quotation, cited: Sequence[Resolution]) -> Resolution | None:
        """Return the provision in force in which a quotation stands to the letter, None where in none or in several."""
        if self._among is not None:
            return next((r for r in self._among if matches(quote.text, [r.text])), None)
        if len(quote.text) < MIN_QUOTE:
            return None
        # another 款 of the article cited, then its law, then all law
        own = [r.provision for r in cited if r.provision and r.in_force]
        holding = [p for p in own if matches(quote.text, [p.text])]
        holding = holding or self._elsewhere.holding(quote.text, [r.law for r in cited])
        addresses = {p.address for p in holding} or {
            r.address for r in self._search(quote.text) if matches(quote.text, [r.text])
        }
        if len(addresses) != 1:
            return None
        found = self._kb.resolve(addresses.pop(), self._on)
        return (best_unit(self._kb, found, partial(_holds, quote.text)) or found) if found.ok else None

    def _successor_s_words(self, claim: Claim, spot: _Spot, quote: Quotation) -> Iterator[_Try]:
        """Yield the claim with the words of the provision that took the place of the repealed one."""
        for found in self._search(quote.text, spot.law) if spot.law else []:
            words = exact_words(quote.text, [found.text])
            if not words or likeness(quote.text, [words]) < SAME_RULE:
                continue
            unit = best_unit(self._kb, found, partial(_holds, words)) or found
            # the later of the two first, so that the offsets of the other hold
            if quote.start > spot.start:
                text = exchanged(_requoted(claim.text, quote, words), spot.start, spot.end, written(unit))
            else:
                text = _requoted(exchanged(claim.text, spot.start, spot.end, written(unit)), quote, words)
            yield _Try(text, "replaced", spot.raw, f"{written(unit)}“{words}”", unit.address)

    def _bearing(self, said: str, spot: _Spot, claim: Claim) -> Iterator[Resolution]:
        """Yield provisions that bear a statement out by rule, those of the law meant first, best first."""
        borne = Borne(self._kb, said, claim.verdict)
        seen: set[str] = set()
        if self._among is not None:
            yield from borne.of(self._among)
            return
        for law in dict.fromkeys([spot.law, ""]):
            if law and not self._kb.names.known(law):
                continue
            found = [r for r in self._search(said, law) if r.address not in seen]
            seen |= {r.address for r in found}
            yield from borne.of(found)
            if law and spot.gone:
                return  # another law than the successor isn't what took its place

    def _search(self, query: str, law: str = "") -> list[Resolution]:
        """Return the few provisions in force nearest to some words."""
        if self._among is not None:
            return self._among
        query = query[: self._kb.settings.max_query_chars]
        request = SearchRequest(query=query, kinds=["provision"], on=self._on, law=law, limit=FEW)
        found = [self._kb.resolve(hit.address, self._on) for hit in self._kb.search(request).hits]
        whole = dict.fromkeys(r.provision.address for r in found if r.ok and r.provision)
        return [r for r in (self._kb.resolve(address, self._on) for address in whole) if r.ok]


def _holds(words: str, text: str) -> bool:
    return matches(words, [text])


def _requoted(text: str, quote: Quotation, words: str) -> str:
    inner = text[quote.start : quote.end] != quote.text  # with its quotation marks
    return text[: quote.start + inner] + words + text[quote.end - inner :]
