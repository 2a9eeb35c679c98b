"""What word lists and jieba's dictionary say of a stretch that may be a name; evidence.py weighs it with the rest."""

import re

from kb.redaction.analysis import Analysis, characters, words

_HAN = re.compile(r"[\u4e00-\u9fff]")
PERSONAL = ("nr", "nrfg", "nrt")
_NOT_NAMES = frozenset(("v", "vn", "d", "p", "c", "r", "m", "a", "ad", "u", "ul", "uj", "t", "f", "q", "l", "i", "vd", "y", "b", "an"))  # fmt: skip
LISTING = "@、|\t\n：:] ."
_LEADING = frozenset(("v", "p", "c", "d", "r", "vn", "u", "uj", "ul"))
_FOLLOWING = frozenset(("v", "p", "c", "d", "r", "u", "uj", "ul", "f", "vd"))
_GOOD, _POOR = characters("given"), characters("poor-given")
ROLES, _BEFORE, HUMAN = words("roles"), words("before-words"), words("human-words")
KIN_WORDS = (
    "大爷", "大伯", "大妈", "大娘", "大叔", "大婶", "大姐", "大哥", "大嫂", "奶奶", "爷爷", "阿姨", "阿婆", "阿公", "老汉", "老头",
    "老太太", "老太", "老爹", "嫂子", "师傅", "婶子", "婶", "叔", "伯", "嫂", "哥", "姐", "爷", "姨", "姑", "婆", "娃", "妹",
)  # fmt: skip
TITLE_WORDS = (
    "(?:主任|副主任|书记|支书|所长|院长|庭长|队长|组长|村长|镇长|乡长|局长|科长|校长|厂长|经理|总经理|站长|主席|会长|"
    "律师|法官|警官|检察官|调解员|会计|医生|大夫|老师|教授|老板|老板娘|先生|女士|小姐|太太|同志|干部|网格员|工程师|师父)"
)
PLACE_AFTER = "县市省镇乡区路街村庄屯寨州岛湖江河山"
ENCLOSING = '@、，,；;：:。|\t\n （）()“”"—/！!？?'


def surname(text: str, start: int) -> tuple[int, float]:
    """Return the length of the surname at `start` and how much it speaks for a name; 0 where there is none."""
    if text[start : start + 2] in words("surnames-compound"):
        return 2, 1.9
    if text[start : start + 4] in words("surnames-compound"):
        return 4, 2.5
    char = text[start]
    if char in characters("surnames"):
        return 1, 0.9
    if char in characters("surnames-rare"):
        return 1, 0.7
    return (1, 0.1) if char in characters("surnames-wordy") else (0, 0.0)


def given(part: str) -> float:
    """Return how usual the characters are in given names."""
    each = [0.65 if c in _GOOD else -0.3 if c in _POOR else 0.0 for c in part]
    return sum(each) * (0.9 if len(part) == 1 else 1.0)


def cut(analysis: Analysis, start: int, end: int, size: int, weak: bool) -> float:
    """Return what the cutting into words says."""
    score = 0.0
    first, last = analysis.covering(start), analysis.covering(end - 1)
    if first is None or last is None:
        return score
    if first is last and (first.start, first.end) == (start, end):
        if first.tag in PERSONAL:
            return 0.4 if weak else 1.4  # the dictionary has 秋收 and 谢谢 as names
        return -2.6 if first.tag in _NOT_NAMES or end - start > 2 else -1.7
    if first.start < start:
        score -= 1.6
    if last.end > end:
        score -= 0.6 if analysis.text[end] in HUMAN or analysis.text[end : end + 2] in HUMAN else 1.3
    if first.start >= start and first.end > start + size and first.tag not in PERSONAL:
        score -= 0.7  # surname and given name in one word of another kind: 高兴|旺
    if first.start == start and first.end == start + size:
        score += 0.4
        inner = analysis.starting.get(start + size)
        if inner and inner.end == end and len(inner.word) > 1:
            score += 0.3 if inner.tag in PERSONAL else -0.6 if inner.tag in _NOT_NAMES else -0.1
    return score


def around(analysis: Analysis, start: int, end: int, weak: bool) -> float:
    """Return what the neighbours say; a surname that is an everyday word (`weak`) needs more of them."""
    text = analysis.text
    left, right = text[start - 1 : start], text[end : end + 1]
    closed_left, closed_right = not left or left in ENCLOSING, not right or right in ENCLOSING
    score = 0.3 * closed_left + 0.8 * closed_right + 0.3 * (closed_left and closed_right)
    if (not left or left in LISTING) and (not right or right in LISTING):
        score += 0.8
    before = text[max(0, start - 6) : start].rstrip("：: （(")
    if any(before[-n:] in ROLES for n in (2, 3, 4, 5, 1) if len(before) >= n):
        score += 1.2 if weak else 1.5
    elif any(before[-n:] in _BEFORE for n in (1, 2, 3) if len(before) >= n):
        score += 0.5
    elif (token := analysis.ending.get(start)) and token.tag in _LEADING:
        score += 0.4
    elif weak and not closed_left:
        score -= 0.6
    if any(text[end : end + n] in HUMAN or text[end : end + n] in ROLES for n in (2, 3)):
        score += 0.7
    elif right in HUMAN:
        # 可, 一, 有 follow names, but are also their last characters
        score += 0.2 if right in _GOOD or right in _POOR or right == "可" else 0.7
    elif not closed_right:
        follower = analysis.starting.get(end)
        score += 0.3 if follower and follower.tag in _FOLLOWING else -0.5
    if place_behind(analysis, end):
        score -= 1.8
    return score


def place_behind(analysis: Analysis, end: int) -> bool:
    """Return whether 村, 路 or the like stands behind, and not a word that begins so: 路过, 村里."""
    follower = analysis.starting.get(end)
    return analysis.text[end : end + 1] in tuple(PLACE_AFTER) and not (follower and len(follower.word) > 1)
