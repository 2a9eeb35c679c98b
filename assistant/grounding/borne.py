"""Which of a few provisions bears a statement out, by rule alone, to its 款.

Stricter than the check: there somebody says where the sentence comes from; here it is we who say so.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.grounding.compare import compare, coverage, masked, modes, negations, pairs
from assistant.grounding.types import ClaimVerdict
from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution
from kb.citation.resolver import format_address

_RUN = re.compile(r"[一-龥]+")
#: Characters and words that join, and say nothing by themselves.
_FUNCTION = frozenset("的了来要就去给也都还把被由在是为以及和与或对向从到按照算等地得而之其")
_JOINS = re.compile(r"依法|法律|规定|根据|依据|依照|明确|要求")
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


def foreign(said: str, law: str) -> str:
    """Return the characters of a statement of which the law has neither the word before nor the word behind.

    按连带责任 is mostly the words of a 款 that says 按照一般保证: two characters turn it round. Modality and numbers are
    compared elsewhere; words that only join are let pass.

    >>> foreign("没有约定的按连带责任承担", "没有约定的，按照一般保证承担保证责任。")
    '连带'
    """
    theirs = pairs(law)
    found = ""
    for run in _RUN.findall(masked(_JOINS.sub("，", said))):
        for n, char in enumerate(run):
            around = {run[n - 1 : n + 1], run[n : n + 2]} if n else {run[:2]}
            if not around & theirs and (len(run) > 1 or char not in law) and char not in _FUNCTION:
                found += char
    return found


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
                    and not foreign(self._said, unit.text)
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
