"""The citations of a claim, those carried over from earlier sentences included."""

import re
from dataclasses import dataclass, field, replace

from assistant.grounding.claims import Span
from kb.base import KnowledgeBase
from kb.citation.parser import Citation, parse
from kb.citation.tokens import LawToken, number, tokens
from kb.text.numerals import NUMBER

_BACK = re.compile(
    rf"(?:该|同|此|前述|上述|以上|这)(?:条|一?条款|一?规定|款|项)(?:规定)?(?:第(?P<p>{NUMBER})款)?(?:第?[（(]?(?P<i>{NUMBER})[）)]?项)?"
)
_OTHER_TEXT = re.compile(
    r"(?:合同|协议书?|规约|民约|公约|章程|本约|附件|附表|办法|约定|承诺书|判决书?|通知)[》”]?[（(]?[^，。；]{0,4}$"
)


@dataclass
class Context:
    """What earlier sentences leave behind: the law last named and the citations last made."""

    law: str = ""
    last: list[Citation] = field(default_factory=list)


@dataclass(frozen=True)
class Cited:
    """The citations of one claim; `carried` when they stand in an earlier sentence; `laws` named at all."""

    citations: list[Citation]
    carried: bool
    laws: list[LawToken]


def cited_in(kb: KnowledgeBase, claim: Span, context: Context) -> Cited:
    """Return the citations of a claim and bring the context forward.

    Offsets of the citations are those of the claim's own text. 该法第十二条, a bare 第十二条 after a law was
    named, 该条, 前述规定 are understood; 合同第三条 and the like are not citations of a law.
    """
    found = [
        c
        for c in _own_law(parse(claim.text, kb.names, context.law), kb, context.law)
        if not _of_other_text(claim.text, c)
        and not _inside_quotation(claim.text, c)
        and (kb.names.known(c.law) or c.law in kb.names.repealed or re.search(r"[《第]", c.raw))
    ]
    laws = [t for t in tokens(claim.text, kb.names, context.law) if isinstance(t, LawToken) and t.law]
    if found:
        context.law = found[-1].law or context.law
        context.last = found
        return Cited(found, False, laws)
    if laws:
        context.law = laws[-1].law
        context.last = []
        return Cited([], False, laws)
    if context.last and (match := _BACK.search(claim.text)):
        return Cited([_deeper(c, match) for c in context.last], True, laws)
    return Cited([], False, laws)


def _of_other_text(text: str, citation: Citation) -> bool:
    bare = citation.raw.lstrip().startswith("第") or citation.raw[:1].isdigit()
    return bare and bool(_OTHER_TEXT.search(text[: citation.start]))


def _deeper(citation: Citation, match: re.Match[str]) -> Citation:
    paragraph = number(match["p"]) or citation.paragraph
    item = number(match["i"]) or (citation.item if not match["p"] else None)
    return Citation(citation.raw, -1, -1, citation.law, citation.article, citation.suffix, paragraph, item)


def _own_law(citations: list[Citation], kb: KnowledgeBase, law: str) -> list[Citation]:
    """Give 本法 inside statute text the law it belongs to: the one cited before it."""
    found: list[Citation] = []
    for citation in citations:
        if citation.law.endswith(("本法", "本条例")) and not kb.names.known(citation.law):
            citation = replace(citation, law=law)
        law = citation.law or law
        found.append(citation)
    return [c for c in found if c.law]


def _inside_quotation(text: str, citation: Citation) -> bool:
    """Return whether the citation is part of a quotation that another citation introduces."""
    before = text[: citation.start]
    opened = max(before.rfind(mark) for mark in "“「『")
    closed = max(before.rfind(mark) for mark in "”」』")
    return opened > closed and bool(re.search(r"条|款|项", before[:opened]))
