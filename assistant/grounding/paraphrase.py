"""Judge what a claim says in its own words: is it borne out by what is cited, alone or together?

Plain rules (compare.py) come first, then what else the laws cited say (suggest.py), then how likely it is (support.py).
"""

from collections.abc import Sequence

from assistant.grounding.beside import other_part
from assistant.grounding.compare import Comparison, compare, coverage, pairs
from assistant.grounding.numbers import missing
from assistant.grounding.quotes import Quotation
from assistant.grounding.statement import says_something
from assistant.grounding.statement import statement as own_words
from assistant.grounding.suggest import Elsewhere
from assistant.grounding.support import STANDS, likelihood
from assistant.grounding.types import CitationCheck, ClaimVerdict
from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution

#: Share of a claim's words from which one of several provisions cited is the one meant.
NEARLY_ALL = 0.8
#: What rules take for borne out is doubted below this likelihood, unless the provision has nearly all of its words. Of
#: sentences for training and development so taken, that stops 29 of 50 beside a wrong article, and none of 424 true ones.
DOUBTED = 0.02
#: Fewer pairs of characters behind a quotation conclude nothing from it.
CONCLUDES = 6
#: A provision cited that has a text, and what is found out about it.
Cited = tuple[Resolution, CitationCheck]


def judge_words(
    kb: KnowledgeBase,
    statement: str,
    usable: Sequence[Cited],
    problems: list[str],
    elsewhere: Elsewhere,
) -> list[ClaimVerdict]:
    """Compare the claim's own words with what is cited, each citation alone and all together."""
    if not usable or not says_something(statement):
        return []  # a bare citation, or a quotation and nothing else
    alone = [compare(statement, resolution.text) for resolution, _ in usable]
    for (_, check), comparison in zip(usable, alone, strict=True):
        if check.supports is None:
            check.supports = comparison.supports
    closest = max(alone, key=lambda c: c.coverage)
    # a provision that has nearly all of the words decides alone; else they are read together
    together = (
        closest
        if closest.coverage >= NEARLY_ALL
        else compare(statement, "\n".join(r.text for r, _ in usable))
    )
    if len(usable) > 1:
        _share_out(together, [c for _, c in usable])
    if len(usable) == 1 and not usable[0][1].quote_matches and (part := other_part(statement, usable[0][0])):
        return _told_of_another(usable, problems, part, "款项")
    if together.conflicts:
        for _, check in usable:
            check.supports = bool(check.supports)
        problems += [finished(conflict) for conflict in together.conflicts]
        return ["contradicted"]
    right = any(c.quote_matches for _, c in usable)
    if together.supports:
        if right or not _doubted(kb, statement, usable, together, elsewhere):
            return []
        for _, check in usable:
            check.supports = None
        problems.append(f"用词和{usable[0][0].address}相近，可这句话多半讲的是别的规定，请对照原文核对条号")
        return ["undecided"]
    if right:
        for _, check in usable:
            check.supports = check.supports if check.supports is not False else None
        return []
    laws = list(dict.fromkeys(r.law for r, _ in usable))
    # by the same measure as what is compared with it: another must say it clearly better
    shared = max(coverage(statement, r.text) for r, _ in usable)
    better = elsewhere.claim(statement, laws, above=shared)
    if better and all(not r.address.startswith(better) for r, _ in usable):
        return _told_of_another(usable, problems, better, "条号")
    if _weighed(kb, statement, usable, elsewhere):
        return []
    if together.supports is False:
        problems.append(f"{usable[0][0].address}的文字与这句话没有对应之处，请核对条号或者换一条依据")
        return ["unsupported"]
    problems += [finished(doubt) for doubt in together.doubts]
    problems.append("用词与条文不同，按规则判断不了条文是否支持这句话，请人工对照原文")
    return ["undecided"]


def _told_of_another(
    usable: Sequence[Cited], problems: list[str], better: str, what: str
) -> list[ClaimVerdict]:
    for _, check in usable:
        check.supports = False
    problems.append(f"{usable[0][0].address}讲的不是这件事，这句话更像{better}，请核对{what}")
    return ["wrong_citation"]


def behind(text: str, cited: list[tuple[int, int]], quoted: list[Quotation]) -> str:
    """Return a claim's own words behind its last quotation; '' where it quotes nothing."""
    end = max((q.end for q in quoted if q.marked), default=len(text))
    return own_words(text[end:], [(a - end, b - end) for a, b in cited if a >= end], [])


def judge_conclusion(
    kb: KnowledgeBase,
    said: str,
    usable: Sequence[Cited],
    problems: list[str],
    elsewhere: Elsewhere,
) -> list[ClaimVerdict]:
    """Judge what is concluded from a quotation. That the law is quoted rightly bears out nothing said behind it."""
    if not usable or len(pairs(said)) < CONCLUDES:
        return []
    read = compare(said, "\n".join(r.text for r, _ in usable))
    if read.supports:
        borne_out = not _doubted(kb, said, usable, read, elsewhere)
    else:
        borne_out = _weighed(kb, said, usable, elsewhere)
    if borne_out:
        return []
    problems.append("引文和原文一致；后面那句话，按规则判断不了条文是否支持，请人工对照原文")
    return ["undecided"]


def _weighed(
    kb: KnowledgeBase,
    statement: str,
    usable: Sequence[Cited],
    elsewhere: Elsewhere,
) -> bool:
    """Return whether what rules can't decide is likely borne out; the checks say so then.

    A number that the articles cited don't have is borne out by no likelihood.
    """
    if missing(statement, "\n".join(r.article_text for r, _ in usable)):
        return False
    likely = likelihood(kb, statement, [r for r, _ in usable], elsewhere.on)
    if likely is None or likely < STANDS:
        return False
    for _, check in usable:
        check.supports = True
    return True


def _doubted(
    kb: KnowledgeBase,
    statement: str,
    usable: Sequence[Cited],
    read: Comparison,
    elsewhere: Elsewhere,
) -> bool:
    """Return whether what rules take for borne out hardly is: another provision may share the words.

    Tried on sentences with one citation; what several bear out together isn't doubted.
    """
    if len(usable) > 1 or read.coverage >= NEARLY_ALL:
        return False
    likely = likelihood(kb, statement, [r for r, _ in usable], elsewhere.on)
    return likely is not None and likely < DOUBTED


def _share_out(together: Comparison, checks: list[CitationCheck]) -> None:
    """Where several provisions carry a claim together, none of them is blamed for covering a part."""
    if together.conflicts:
        return
    for check in checks:
        if check.supports is False:
            check.supports = None
        if together.supports and check.supports is None:
            check.supports = None


def finished(sentence: str) -> str:
    """Return a problem without its stop: problems are joined by ；."""
    return sentence.rstrip("。；，")
