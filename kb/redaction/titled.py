"""How neighbours call people: 老张, 王婶, 刘二嫂, 刘主任, 国强叔."""

import re
from functools import lru_cache

from kb.redaction.analysis import Analysis, characters, words
from kb.redaction.lac import PERSON
from kb.redaction.names import KIN_WORDS, TITLE_WORDS, surname
from kb.redaction.types import Kind, Span

_H = r"[\u4e00-\u9fff]"
_HAN = re.compile(_H)
_KIN = "|".join(KIN_WORDS)
_TITLE = rf"{TITLE_WORDS}|总(?=[，。、：说的])"
_GOOD_LEFT = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|[和与跟同及找请叫喊问向对给把被让由是为到说劝的了家里上下后归在]|邻居|调解员|隔壁|村里|老人)$"
)
_RANKED = re.compile(
    rf"((?:{'|'.join(words('surnames-compound'))})|{_H})(?:[大二三四五六七八九小老]|某)(?:{_KIN}|狗|蛋|毛|癞子|麻子|五|六)"
)
_KIN_RE = re.compile(rf"({'|'.join(words('surnames-compound'))}|{_H})(?:{_KIN})(?!娘)")
_COMPOUND = "|".join(words("surnames-compound"))
_TITLE_RE = re.compile(rf"({_COMPOUND}|{_H})(?=(?:{_TITLE}))")
_OLD = re.compile(rf"([老小阿])({_COMPOUND}|{_H})")
_FAMILY = re.compile(rf"(?:姓|[^\u4e00-\u9fff]姓)({_COMPOUND}|{_H})(?=[，,。.；;、\s]|$)")
#: 陈姓兄弟, 李姓族人
_CLAN = re.compile(
    rf"({_COMPOUND}|{_H})(?=姓(?:兄弟|姐妹|族人|村民|人家|一家|两家|大户|男子|女子|妇女|老人|青年|业主|住户|某))"
)
_ROAD_AFTER = re.compile(r"[\u4e00-\u9fff]?(?:路|街|村|镇|庄)")
_COMMON = characters("surnames") | characters("surnames-rare")
_ROLE = re.compile(rf"(?:{'|'.join(sorted(words('roles'), key=len, reverse=True))})$")
#: 叶家把水放了: a family by its surname; 家具 and the like are words of their own.
_HOUSE = re.compile(
    rf"({_COMPOUND}|{_H})(?=家(?![具电长庭属乡畜禽务教事产规访谱族宅常伙政装业园用境世庄村沟屯湾寨坪塘岭坝山河店集堡营坳院]|家))"
)
#: A given name alone that somebody is addressed by: 喂永昌啊.
_CALLED_OUT = re.compile(rf"(?:喂|哎|诶|喊了?声|叫了?声)[，,]?({_H}{_H})(?=[啊呀哪，,！!])")
_PREPOSITIONS = frozenset("和由从向于与")
_WORDY, _GIVEN = characters("surnames-wordy"), characters("given")


@lru_cache
def _given() -> str:
    return "[" + "".join(_GIVEN) + "]"


@lru_cache
def _given_kin() -> re.Pattern[str]:
    g = _given()
    return re.compile(
        rf"({g}{g})(?=(?:叔|婶|嫂|哥|姐|伯|姨|妈|爹|爷|他[爹娘妈爸家]|她[爹娘妈爸家男]|男人|媳妇|老公|老婆|娘|家的))"
    )


def titled(analysis: Analysis) -> list[Span]:
    """Return nicknames whole; of a surname before a job title, the surname alone: the title says who does what."""
    text = analysis.text
    forms = (
        (_OLD, 0, 3.3, _old),
        (_RANKED, 0, 2.8, _ranked),
        (_KIN_RE, 0, 2.7, _kin),
        (_TITLE_RE, 1, 2.2, _job),
        (_FAMILY, 1, 2.2, _family),
        (_given_kin(), 1, 2.75, _relative),
        (_HOUSE, 1, 2.8, _house),
        (_CLAN, 1, 2.8, _family),
        (_CALLED_OUT, 1, 2.3, _by_given),
    )
    return [
        # 伯 and 叔 alone may also be part of a given name: 李伯言
        Span(
            *match.span(group),
            Kind.NAME,
            score - 0.7 * (pattern is _KIN_RE and match.end() - match.end(1) == 1),
        )
        for pattern, group, score, holds in forms
        for match in pattern.finditer(text)
        if holds(analysis, match)
    ]


def _old(analysis: Analysis, match: re.Match[str]) -> bool:
    text, end, char = analysis.text, match.end(), match[2]
    token = analysis.starting.get(match.start())
    if token is None or match.group() in words("not-nicknames") or _goes_on(analysis, match.start()):
        return False
    if match[1] == "阿":
        return char in _GIVEN and end in analysis.ending and _after_person(text, match)
    if char not in _COMMON | _WORDY | words("surnames-compound") or _ROAD_AFTER.match(text[end : end + 2]):
        return False
    if char in words("surnames-compound") or _is_tagged(analysis, match.start()):
        return True
    alone = token.end == match.start() + 1 and (end in analysis.ending or text[end : end + 1] == "家")
    return (token.end == end and token.tag.startswith("n")) or (alone and char in _COMMON)


def _ranked(analysis: Analysis, match: re.Match[str]) -> bool:
    weight = surname(match[1], 0)[1]
    known = weight > 0.5 or (weight > 0.0 and _alone(analysis.text, match))
    return known and "某" not in match.group() and match.start() in analysis.starting


def _kin(analysis: Analysis, match: re.Match[str]) -> bool:
    token = analysis.starting.get(match.start())
    weight, kin = surname(match[1], 0)[1], match.group()[len(match[1]) :]
    if token is None or weight <= 0.0 or match.group() in words("roles"):
        return False
    if weight <= 0.5 and (len(kin) == 1 or not _alone(analysis.text, match)):
        return False
    if _goes_on(analysis, match.start()) or (len(kin) == 1 and _goes_on(analysis, match.end())):
        return False  # 春|梅嫂子, 李伯|言
    return token.end in (match.end(1), match.end()) or token.tag.startswith("nr")


def _job(analysis: Analysis, match: re.Match[str]) -> bool:
    token, weight = analysis.starting.get(match.start()), surname(match[1], 0)[1]
    if len(match[1]) > 1:
        return True
    if match[1] in _PREPOSITIONS:
        return False  # 由法官, 和法官助理
    if weight > 0.0 and _is_tagged(analysis, match.start()):
        return True
    if token is None or weight <= 0.0 or not (len(token.word) == 1 or token.tag.startswith("nr")):
        return False
    return weight > 0.5 or _after_person(analysis.text, match) or _alone(analysis.text, match)


def _family(analysis: Analysis, match: re.Match[str]) -> bool:
    return surname(match[1], 0)[0] > 0


def _house(analysis: Analysis, match: re.Match[str]) -> bool:
    token, weight = analysis.starting.get(match.start()), surname(match[1], 0)[1]
    whole = token is not None and (token.end == match.end(1) or token.word == f"{match[1]}家")
    if token is None or not (whole or token.tag.startswith("nr")):
        return False  # 国家的, 公家的
    if weight <= 0.5:
        return False
    before = analysis.ending.get(match.start())
    parted = before is not None and before.tag in ("v", "p", "c", "d", "r")
    return parted or _alone(analysis.text, match) or _after_person(analysis.text, match)


def _by_given(analysis: Analysis, match: re.Match[str]) -> bool:
    return (
        match[1][0] == match[1][1]
        or all(c in _GIVEN for c in match[1])
        or _is_tagged(analysis, match.start(1))
    )


def _goes_on(analysis: Analysis, place: int) -> bool:
    """Return whether the trained tagger sees a name that began before go on here."""
    if place and not _HAN.match(analysis.text[place - 1]):
        return False
    return bool(analysis.marks.inside[place, PERSON] > 0.5)


def _alone(text: str, match: re.Match[str]) -> bool:
    """Return whether nothing but a sign or a person's role stands before."""
    left = text[: match.start()][-6:]
    return not left or not _HAN.match(left[-1]) or left[-1] in "你我他她俺咱" or bool(_ROLE.search(left))


def _is_tagged(analysis: Analysis, start: int) -> bool:
    """Return whether the trained tagger sees a name begin here."""
    return bool(analysis.marks.begin[start, PERSON] > 0.6)


def _relative(analysis: Analysis, match: re.Match[str]) -> bool:
    return match.start() in analysis.starting and _after_person(analysis.text, match)


def _after_person(text: str, match: re.Match[str]) -> bool:
    """Return whether what stands before may stand before a person."""
    return bool(_GOOD_LEFT.search(text[: match.start()][-3:]))
