"""Where else does the law say it? For a citation that points at the wrong article."""

from collections.abc import Sequence
from datetime import date

from assistant.grounding.compare import coverage, pairs
from assistant.grounding.quotes import matches
from kb.base import KnowledgeBase
from kb.citation.quote import plain
from kb.citation.resolution import Resolution
from kb.citation.resolver import format_address
from kb.model import Provision

#: A paraphrase must share this much with another article before that one is named.
CLEARLY = 0.6
#: … and this much more than the article cited.
MARGIN = 0.25
#: Fewer pairs of characters say too little to be found by.
MIN_PAIRS = 6


class Elsewhere:
    """Looks through the laws cited, as they stand on the day `on`; the texts of a law are read once for a whole check."""

    def __init__(self, kb: KnowledgeBase, on: date) -> None:
        self._kb = kb
        self.on = on
        self._laws: dict[str, list[Provision]] = {}

    def _provisions(self, law: str) -> list[Provision]:
        if law not in self._laws:
            version = self._kb.catalog.version_on(law, self.on)
            self._laws[law] = self._kb.catalog.provisions(version.id) if version else []
        return self._laws[law]

    def quote(self, quote: str, found: list[Resolution]) -> str:
        """Return the address in the cited laws where the quotation does stand, '' when nowhere."""
        wanted = plain(quote).rstrip(".;,。")
        for resolution in found:
            if resolution.provision and matches(quote, [resolution.provision.text]):
                for paragraph in resolution.provision.paragraphs:
                    if matches(quote, [paragraph.text]):
                        return format_address(resolution.law, resolution.provision.article, paragraph.number)
                return resolution.provision.address
        for law in dict.fromkeys(r.law for r in found):
            for provision in self._provisions(law):
                # cheap look first: the opening characters must be there
                if wanted[:4] in plain(provision.text) and matches(quote, [provision.text]):
                    return provision.address
        return ""

    def holding(self, quote: str, laws: Sequence[str]) -> list[Provision]:
        """Return every provision of the laws in which the quotation stands to the letter."""
        wanted = plain(quote).rstrip(".;,。")[:4]
        return [
            provision
            for law in dict.fromkeys(laws)
            for provision in self._provisions(law)
            if wanted in plain(provision.text) and matches(quote, [provision.text])
        ]

    def claim(self, claim: str, laws: list[str], above: float = 0.0) -> str:
        """Return the address in the laws that clearly says what the claim says, '' when none does.

        Args:
            claim: the claim's own words.
            laws: where to look.
            above: how much of the claim the provision cited has, 0 to 1; another must beat it clearly.
        """
        if len(pairs(claim)) < MIN_PAIRS:
            return ""
        best, score = "", max(CLEARLY, above + MARGIN)
        for law in laws:
            for provision in self._provisions(law):
                share = coverage(claim, provision.text)
                if share > score:
                    best, score = provision.address, share
        return best
