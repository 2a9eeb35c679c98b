"""Find citations of provisions in any text, in every form people write.

Understood: 《民法典》第1067条第二款第（一）项 · 民法典一千零六十七条 · 民法典1067条 · 该法第十二条 ·
第288条、第292条 · 第288、292条 · 第二百八十八条至第二百九十六条 · 第一百二十条之一 ·
第一款第（一）项、第（三）项 · full and half width · 以下简称 in brackets · 物权编 before the article.
"""

import re
from dataclasses import dataclass, replace

from kb.citation.names import LawNames
from kb.citation.tokens import LawToken, RefToken, tokens

#: Longest range that is written out article by article.
MAX_RANGE = 60
#: From so many citations in one text on, ranges are no longer written out.
MAX_CITATIONS = 5000
#: Longest stretch between a law and its article, and between two references of a chain.
_MAX_GAP = 120

_AFTER_LAW = re.compile(
    r"(?:[\s　，,：:、·—）)】\]”’」]|[（(【\[][^（）()《》]{0,30}(?:《[^《》]*》[^（）()《》]{0,6})?[）)】\]]|"
    r"[一-龥]{2,8}?编(?:通则|分则)?|总则|分则|规定|里|中|的|之)*+"
)
_WITHOUT_ARTICLES = re.compile(r"(?:解释|决定|决议|修正案(?:（.+）)?)$")
_JOIN = re.compile(
    r"[\s　]*+(?:、|，|,|；|;|和|及|与|或者?|以及|并|的|及其|规定的|之)*+[\s　]*+(?:和|及|与|或|以及)?[\s　]*+"
)
_RANGE = re.compile(r"[\s　]*+(?:至|到|-|—{1,2}|－|–|~|～)[\s　]*+第?[\s　]*+")


@dataclass(frozen=True)
class Citation:
    """One cited provision. `law` is the canonical short title, '' when the text names none.

    `article` is 0 for 全文, the one text of an interpretation without articles.
    `raw` is what stands in the text at [start, end), from the law's name on where it stands there.
    """

    raw: str
    start: int
    end: int
    law: str
    article: int
    suffix: int = 0
    paragraph: int | None = None
    item: int | None = None

    @property
    def depth(self) -> str:
        """Return the deepest unit named: 条, 款 or 项."""
        return "项" if self.item is not None else "款" if self.paragraph is not None else "条"


def parse(text: str, names: LawNames, default_law: str = "") -> list[Citation]:
    """Return the citations in `text`, in order of appearance; a list or range gives one each.

    Args:
        text: any text.
        names: the law names known.
        default_law: the law that 本法 and bare 第…条 mean; '' leaves bare references out.

    >>> [c.article for c in parse("民法典第288条、第292条", LawNames(["民法典"]))]
    [288, 292]
    """
    citations: list[Citation] = []
    law: LawToken | None = None
    last: Citation | None = None
    for token in tokens(text, names, default_law):
        if isinstance(token, LawToken):
            law, last = token, None
            continue
        if token.unit == "全文":
            if law is not None and law.end == token.start and _WITHOUT_ARTICLES.search(law.law):
                _start(citations, token, law.law, law.start, text)
            last = None
            continue
        if token.number <= 0:
            continue
        if last is not None and token.start - last.end > _MAX_GAP:
            last = None
        if last is not None and (ranged := _RANGE.fullmatch(text, last.end, token.start)):
            last = _continue(citations, last, token, text, bool(ranged))
        elif last is not None and _joined(text[last.end : token.start], token):
            last = _continue(citations, last, token, text, False)
        elif law is not None and token.unit == "条" and _follows(text, law, token):
            last = _start(citations, token, law.law, law.start, text) if law.law else None
        elif default_law and token.unit == "条" and token.explicit:
            last = _start(citations, token, default_law, token.start, text)
        elif token.unit == "条":
            last = None
    return citations


def _joined(gap: str, token: RefToken) -> bool:
    """Return whether the reference goes on with the chain; 第三款规定的五项情形 counts, it cites no item."""
    return bool(_JOIN.fullmatch(gap)) and (token.explicit or "的" not in gap)


def _follows(text: str, law: LawToken, token: RefToken) -> bool:
    """Return whether the reference belongs to the law named before it; 民法典的三条规定 is a count."""
    if token.start - law.end > _MAX_GAP:
        return False
    gap = text[law.end : token.start]
    return bool(_AFTER_LAW.fullmatch(gap)) and (token.explicit or not gap.strip())


def _start(citations: list[Citation], token: RefToken, law: str, start: int, text: str) -> Citation:
    citation = Citation(text[start : token.end], start, token.end, law, token.number, token.suffix)
    citations.append(citation)
    return citation


def _continue(
    citations: list[Citation], last: Citation, token: RefToken, text: str, ranged: bool
) -> Citation:
    """Add what `token` says to the chain that ends in `last`, and return the new end of the chain."""
    if token.unit == "条":
        if ranged and 1 < token.number - last.article <= MAX_RANGE and len(citations) < MAX_CITATIONS:
            middle = replace(last, suffix=0, paragraph=None, item=None, end=token.end)
            citations.extend(replace(middle, article=n) for n in range(last.article + 1, token.number))
        return _start(citations, token, last.law, token.start, text)
    if token.unit == "款":
        step = replace(last, paragraph=token.number, item=None)
        deeper = last.depth == "条"
        siblings = (
            range((last.paragraph or 0) + 1, token.number) if ranged and last.depth == "款" else range(0)
        )
        citations.extend(replace(last, paragraph=n, item=None) for n in siblings)
    else:
        step = replace(last, item=token.number)
        deeper = last.depth != "项"
        siblings = range((last.item or 0) + 1, token.number) if ranged and last.depth == "项" else range(0)
        citations.extend(replace(last, item=n) for n in siblings)
    if deeper:
        step = replace(step, raw=text[last.start : token.end], end=token.end)
        citations[-1] = step
    else:
        step = replace(step, raw=text[token.start : token.end], start=token.start, end=token.end)
        citations.append(step)
    return step
