"""Villages, communities and the part of an address that leads to a door. Province to town stay: they aren't personal."""

import re

from kb.redaction.analysis import Analysis, words
from kb.redaction.lac import PLACE
from kb.redaction.types import Kind, Span

_N = r"(?:\d{1,5}|[零〇一二三四五六七八九十百]{1,4})"
_UNIT = r"(?:村民小组|小组|组|生产队|队|社区|号楼|号院|幢|栋|座|弄|巷|单元|号|楼|层|室|户|院)"
_PART = rf"第?{_N}(?: ?[\-－—] ?{_N}){{0,3}}[A-Za-z]? ?{_UNIT}"
_DETAIL = re.compile(
    rf"(?<![\d年月第条款项期字共])(?:{_PART} ?){{2,6}}(?:\d{{3,4}}(?!\d|元|万|块))?|(?<![\d第])\d{{3,4}}室"
)
_BEHIND = re.compile(
    rf" ?(?:{_PART} ?){{1,6}}(?:\d{{3,4}}(?!\d|元|万|块))?| ?[A-Za-z]?\d{{1,3}}(?: ?[\-－—] ?\d{{1,4}}){{1,3}}(?!\d)"
)
_ROAD = re.compile(
    rf"([\u4e00-\u9fff]{{2,8}}(?:路|街|大道|巷|弄|胡同|里))\s?\d{{1,5}}(?:[\-－—]\d{{1,4}})?\s?(?:号|弄|巷|院|幢|栋)(?: ?(?:{_PART} ?){{1,5}})?(?:\d{{3,4}}(?!\d|元))?"
)
#: What stands between a town and 村 is the village, whatever its words mean: 乡前进村.
_IN_TOWN = re.compile(
    r"[\u4e00-\u9fff](?:镇|乡|街道|办事处|苏木)([\u4e00-\u9fff]{1,5})(?<![的与和各全某该本])$"
)
_HAMLET = "村庄屯寨湾坪垸塆岙坞"
_VILLAGE = re.compile(rf"[{_HAMLET}]")
_COMMUNITY = re.compile(
    r"小区|花园|家园|佳园|家属院|家属区|花苑|嘉园|公寓|新城|社区|名苑|雅苑|佳苑|苑|府邸|华庭|豪庭|国际城|世家|公馆"
)
_AREA = re.compile(r"(?:省|市|县|区|旗|镇|乡|街道|办事处|苏木|农场)$")
_AREAS = re.compile(r".{1,14}(?:省|市|县|区|旗|镇|乡|街道|办事处|苏木|农场)(?=..)")
_BEHIND_AT = re.compile(r".*(?:[在住于到至址]|[^\u4e00-\u9fff])([\u4e00-\u9fff]{2,6})$")
_STOP_TAGS = frozenset("v p c r d u uj ul m y vn vd k o e h uz ug zg q t".split())  # noqa: SIM905
_STOP = words("not-in-places")
#: They begin names of villages; before 村 itself they name nothing.
_PREFIX = frozenset("大小上下前后东西南北中新老")
_NUMERALS = frozenset("一二三四五六七八九十双百千万")
_VILLAGE_WORDS = words("not-places")
_NOT_BEHIND_VILLAGE = re.compile(
    r"规民约|民自治|庄(?!村)|落|集体|道(?!\d)|口(?!村)|民|里|头|办|级|部|史|容|貌|霸"
)


def addresses(analysis: Analysis) -> list[Span]:
    """Return villages, communities and what leads to a door behind them."""
    text, found = analysis.text, []
    for pattern, kind in ((_VILLAGE, Kind.VILLAGE), (_COMMUNITY, Kind.COMMUNITY)):
        for match in pattern.finditer(text):
            start = _begin(analysis, *match.span(), kind)
            if start is not None:
                found.append(Span(start, match.end(), kind, 3.9))
                behind = _BEHIND.match(text, match.end())
                if behind and behind.end() > match.end():
                    found.append(_trim(text, match.end(), behind.end()))
    for match in _ROAD.finditer(text):
        road_end = match.end(1)
        start = _road(analysis, road_end)
        start = max(start, match.start())
        if road_end - start >= 2:
            found.append(_trim(text, start, match.end()))
    found += [_trim(text, *m.span()) for m in _DETAIL.finditer(text)]
    return found


def _road(analysis: Analysis, end: int) -> int:
    """Return where the name of a road that ends at `end` begins."""
    seen, last = _seen(analysis, end - 1), analysis.covering(end - 1)
    if seen is not None and 2 <= end - seen <= 8:
        return seen
    start = _walk(analysis, end - 1 if last is None else last.start, 4) if last and last.end == end else end
    if end - start < 2 and (behind := _BEHIND_AT.search(analysis.text[max(0, end - 9) : end])):
        start = end - len(behind[1])
    return start + _behind_area(analysis.text[start:end])


def _seen(analysis: Analysis, last: int) -> int | None:
    """Return where the trained tagger sees the place begin that goes on at `last`, without province to town."""
    begin, inside = analysis.marks.begin[:, PLACE], analysis.marks.inside[:, PLACE]
    place = last
    while place > 0 and inside[place] > 0.4 and last - place < 24:
        place -= 1
    if place == last or begin[place] < 0.4:
        return None
    while analysis.text[place] in "在住于到" and place < last:
        place += 1
    return place + _behind_area(analysis.text[place:last])


def _behind_area(name: str) -> int:
    """Return how much of a name is province to town: 越城区|解放北路."""
    match = _AREAS.match(name)
    return match.end() if match else 0


def _trim(text: str, start: int, end: int) -> Span:
    while text[start] == " ":
        start += 1
    while text[end - 1] == " ":
        end -= 1
    return Span(start, end, Kind.ADDRESS, 2.2)


def _begin(analysis: Analysis, start: int, end: int, kind: Kind) -> int | None:
    """Return where the name that ends in [start, end) begins; None where that is no name."""
    text = analysis.text
    token = analysis.covering(start)
    seen = _seen(analysis, start)
    inside = _IN_TOWN.search(text[max(0, start - 9) : start]) if kind is Kind.VILLAGE else None
    sure = inside is not None or (seen is not None and start - seen >= 2)
    if token is None or (token.word in _VILLAGE_WORDS and token.start < start and not sure):
        return None
    rest = text[end : end + 3]
    if kind is Kind.VILLAGE:
        char = text[start]
        if char == "村" and _NOT_BEHIND_VILLAGE.match(rest):
            return None
        if char != "村" and rest[:1] in ("村", "乡", "镇"):
            return None
        if token.start < start and token.end > end:
            return None
    begin = _walk(analysis, start, 4 if kind is Kind.VILLAGE else 6, loose=kind is Kind.VILLAGE)
    if seen is not None and 2 <= start - seen <= 5:
        begin = seen
    if inside:
        begin = start - len(inside[1])
    name = text[begin:start]
    if "某" in name:
        return None
    if not 1 <= len(name) <= 6 or (name + text[start:end]) in _VILLAGE_WORDS or name in _STOP:
        return None
    left = text[:begin][-3:]
    area = bool(_AREA.search(left))
    if kind is Kind.VILLAGE and text[start] != "村":
        # 庄, 湾, 坪 end many words: a town before it, or a household behind it, must say that it is a place
        if not (
            area
            or re.match(r"\d|[一二三四五六七八九十]+组|人(?![工为])", rest)
            or text.count(name + text[start]) > 1
        ):
            return None
        return begin if len(name) >= 1 else None
    if len(name) == 1 and not area and not (token.tag == "ns" and token.start == begin):
        return None
    if kind is Kind.COMMUNITY and text[start:end] in ("苑", "新城", "世家", "公馆", "花园", "家园", "公寓"):
        if token.start < start and token.tag not in ("x", "ns", "nz", "nr", "nt") and not area:
            return None
        if not area and not _BEHIND.match(text, end) and text[max(0, begin - 1) : begin] not in "住在：、是":
            return None
    return begin


def _walk(analysis: Analysis, end: int, longest: int, loose: bool = True) -> int:
    """Return where the name before `end` begins: words leftwards, until one that isn't part of a name."""
    text, place = analysis.text, end
    while place > 0 and end - place < longest:
        token = analysis.covering(place - 1)
        if token is None or end - token.start > longest:
            break
        word, first = text[token.start : place], place == end
        if len(word) == 1 and word in _PREFIX:
            # 大村, 上村 name nothing; 大李庄村, 上泉村 do
            if first or (loose is False and word in "上下前后"):
                break
        elif (
            first
            and word in "和里"
            and (before := analysis.covering(token.start - 1))
            and len(before.word) <= 2 - (word == "和")
        ):
            pass  # 万和公寓
        elif (
            first
            and len(word) == 2
            and word not in _STOP
            and text[token.start - 1 : token.start] in tuple("在到住回是于从去系为")
        ):
            pass  # 在前进村, 住建设大道: a verb by its form, a name by its place
        elif (
            word in _STOP
            or word[-1] in "省市县镇乡"
            or (token.tag in _STOP_TAGS and word not in _NUMERALS)
            or (not first and _AREA.search(word) and len(word) > 1)
        ):
            break
        place = token.start
    return place
