"""Which of a few provisions bears a statement out, by rule alone, to its 款.

Stricter than the check: there somebody says where the sentence comes from; here it is we who say so.
"""

from collections.abc import Callable, Iterator, Sequence

from assistant.grounding.compare import compare, coverage, modes, negations
from assistant.grounding.types import ClaimVerdict
from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution
from kb.citation.resolver import format_address

#: Share of the statement's pairs of characters that must stand in one 款.
BORNE = 0.6
#: The same where the statement contradicts what it cites: only nearly the words of another provision count.
BORNE_AGAINST = 0.9


def best_unit(kb: KnowledgeBase, found: Resolution, holds: Callable[[str], bool]) -> Resolution | None:
    """Return the first 款 of an article whose text `holds`; None where it has one 款 only, or none does."""
    provision = found.provision
    if provision is None or len(provision.paragraphs) < 2:
        return None
    for paragraph in provision.paragraphs:
        if holds(paragraph.text):
            return kb.resolve(format_address(found.law, provision.article, paragraph.number), found.on)
    return None


def _of_one_force(said: str, law: str) -> bool:
    """Return whether what is said binds, allows or denies no otherwise than the law's words can be read to.

    The check compares clause with clause, and lets 可以不 stand where no clause is near enough to contradict it.
    """
    theirs = modes(law)
    theirs |= {"must"} if "义务" in law else set()
    theirs |= {"may"} if "权利" in law else set()
    denies = "mustnot" in theirs or bool(negations(law))
    return modes(said) <= theirs and (denies or not negations(said))


class Borne:
    """Looks among provisions for those that say what a statement says.

    Args:
        said: a claim's own words.
        verdict: of the claim with the citation that it has.
    """

    def __init__(self, kb: KnowledgeBase, said: str, verdict: ClaimVerdict) -> None:
        self._kb = kb
        self._said = said
        self._least = BORNE_AGAINST if verdict == "contradicted" else BORNE

    def of(self, found: Sequence[Resolution]) -> Iterator[Resolution]:
        """Yield those that do, to the 款, the one that has most of the words first."""
        scored = []
        for resolution in found:
            for unit in self._units(resolution):
                comparison = compare(self._said, unit.text)
                if (
                    comparison.supports
                    and comparison.coverage >= self._least
                    and _of_one_force(self._said, unit.text)
                ):
                    scored.append((comparison.coverage + 0.1 * coverage(unit.text, self._said), unit))
        for _, unit in sorted(scored, key=lambda s: -s[0]):
            yield unit

    def _units(self, found: Resolution) -> list[Resolution]:
        provision = found.provision
        if provision is None or len(provision.paragraphs) < 2 or found.paragraph is not None:
            return [found]
        return [
            self._kb.resolve(format_address(found.law, provision.article, p.number), found.on)
            for p in provision.paragraphs
        ]
