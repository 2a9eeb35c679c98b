"""The tokens a citation is made of: law names, and references such as 第…条, 第…款, 第…项."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from kb.citation.names import LawNames
from kb.text.numerals import NUMBER, to_int

_RANGE = r"(?:至|到|-|—{1,2}|－|–|~|～)"
# bounded and possessive throughout: the time must not grow faster than the text, whatever the text
_SP = r"\s{0,3}+"
_SUFFIX = rf"(?:{_SP}之{_SP}(?P<suf>{NUMBER})(?![种间年月日]))?"
_SINGLE = rf"(?P<di>第)?{_SP}(?P<open>[（(])?{_SP}(?P<num>{NUMBER}){_SP}[）)]?{_SP}(?P<unit>条(?!目)|款|项){_SUFFIX}"
# 第288、292条, 第30-34条, 第（一）、（三）项: numbers whose unit stands only behind the last one
_LISTED = rf"(?>[（(]?\s?{NUMBER}\s?[）)]?)"
_SHARED = rf"第?{_SP}(?P<nums>{_LISTED}(?:\s?(?:、|，|,|和|及|与|{_RANGE})\s?第?\s?{_LISTED}){{1,40}}+){_SP}(?P<shared_unit>条|款|项)"
# 条目四十八, 全文: how amendments and interpretations without 第…条 are addressed
_POINT = rf"条目(?P<point>{NUMBER})|(?<=[释定议案）》])(?P<whole>全文)"
_REF = re.compile(f"{_SHARED}|{_SINGLE}|{_POINT}")
_SHARED_PART = re.compile(rf"[（(]?\s?({NUMBER})\s?[）)]?")
_TITLE = re.compile(r"《([^《》]{2,80})》")
_NESTED = re.compile(r"《([^《》]{2,80}(?:《[^《》]{2,40}》[^《》]{0,80}){1,2})》")
_LAW_LIKE = re.compile(r"(?:法|法典|条例|规定|解释|办法|细则|决定|规则|修正案[^》]*)(?:[（(].{0,20}[）)])?$")
_BACK = re.compile(r"(?:该|本|同|此|前述|上述)(?:法典|法|条例|解释|规定|办法)")
_ENDS_IN_BACK = re.compile(_BACK.pattern + "$")
# a title that nobody knows is one only before 第…条: 约法两条 cites nothing
_UNKNOWN = re.compile(
    rf"((?:中华人民共和国)?[一-龥]{{1,24}}?(?:法典|法|条例|解释))(?={_SP}第{_SP}{NUMBER}{_SP}条)"
)
_NOT_IN_TITLE = set("依据照按根违反适用参引援第和与及的是在对由")


@dataclass(frozen=True)
class LawToken:
    """A law named in the text; `law` is '' for a title in 书名号 that is not a law."""

    start: int
    end: int
    law: str


@dataclass(frozen=True)
class RefToken:
    """One reference; 全文 has the number 0. `explicit` when written with 第 or in brackets, not a bare count such as 三条."""

    start: int
    end: int
    number: int
    unit: str
    suffix: int
    explicit: bool


def tokens(text: str, names: LawNames, default_law: str = "") -> list[LawToken | RefToken]:
    """Return the tokens in order of appearance."""
    laws = sorted(_laws(text, names, default_law), key=lambda token: token.start)
    starts = [law.start for law in laws]
    found: list[LawToken | RefToken] = [*laws]
    for reference in _references(text):
        before = bisect_right(starts, reference.start) - 1
        if (
            before < 0 or laws[before].end <= reference.start
        ):  # not 第三十条 in the title of an interpretation
            found.append(reference)
    return sorted(found, key=lambda token: (token.start, token.end))


def _laws(text: str, names: LawNames, default_law: str) -> list[LawToken]:
    found: list[LawToken] = []
    taken = bytearray(len(text))

    def add(start: int, end: int, law: str) -> None:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append(LawToken(start, end, law))

    bare = list(names.finditer(text))
    for match in _NESTED.finditer(text):  # 《…关于《中华人民共和国刑法》第三十条的解释》
        law = names.canonical(match[1])
        if names.known(law):
            add(match.start(), match.end(), law)
    for match in bare:
        if "《" in match[1]:
            add(match.start(), match.end(), match[1])
    for match in _TITLE.finditer(text):
        law = names.canonical(match[1])
        known = names.known(law) or law in names.repealed or _LAW_LIKE.search(match[1])
        if known or not (names.match(match[1]) and _REF.search(match[1])):  # 《民法典第1067条》 is no title
            add(match.start(), match.end(), law if known else "")
    for match in bare:
        add(match.start(), match.end(), names.canonical(match[1]))
    for match in _UNKNOWN.finditer(text):
        start = match.start(1) + _leading_words(match[1])
        if match.end() - start >= 2 and not _ENDS_IN_BACK.search(text[start : match.end()]):
            add(start, match.end(), names.canonical(text[start : match.end()]))
    named = sorted((t for t in found if t.law), key=lambda t: t.start)
    starts = [t.start for t in named]
    for match in _BACK.finditer(text):
        before = bisect_left(starts, match.start())
        own = default_law if match[0].startswith("本") else ""
        add(match.start(), match.end(), own or (named[before - 1].law if before else default_law))
    return found


def _leading_words(name: str) -> int:
    """Return how many leading characters can't belong to a title: 根据婚姻法 → 2."""
    return max((i + 1 for i, char in enumerate(name[:-2]) if char in _NOT_IN_TITLE), default=0)


def _references(text: str) -> Iterator[RefToken]:
    for match in _REF.finditer(text):
        if match["whole"] or match["point"]:
            unit = "全文" if match["whole"] else "条"
            yield RefToken(match.start(), match.end(), number(match["point"]), unit, 0, True)
            continue
        if match["nums"] is None:
            suffix = number(match["suf"]) if match["unit"] == "条" else 0
            explicit = bool(match["di"] or match["open"])
            yield RefToken(match.start(), match.end(), number(match["num"]), match["unit"], suffix, explicit)
            continue
        offset = match.start("nums")
        parts = list(_SHARED_PART.finditer(match["nums"]))
        for i, part in enumerate(parts):
            start = match.start() if i == 0 else offset + part.start()
            end = match.end() if i == len(parts) - 1 else offset + part.end()
            yield RefToken(start, end, number(part[1]), match["shared_unit"], 0, match[0][0] in "第（(")


def number(text: str | None) -> int:
    """Return the integer a numeral writes, 0 when it writes none."""
    try:
        return to_int(text) if text else 0
    except ValueError:
        return 0
