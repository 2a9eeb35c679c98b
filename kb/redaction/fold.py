"""One way of writing for what is typed in several, with every character's place in the original."""

import re
import unicodedata
from typing import NamedTuple


class _Table(dict[int, int | None]):
    """Translation of one character: compatibility forms to plain ones, invisible characters to nothing."""

    def __missing__(self, code: int) -> int | None:
        char = chr(code)
        found: int | None = code
        if unicodedata.category(char) in ("Cf", "Mn", "Me") or (char.isspace() and code in (0xAD, 0x180E)):
            found = None
        elif code > 0x7F and not 0x3001 <= code <= 0x9FFF and char not in "，：；！？（）":
            plain = unicodedata.normalize("NFKC", char)
            found = ord(plain) if len(plain) == 1 else code
        self[code] = found
        return found


_TABLE = _Table({ord(c): ord("·") for c in "•‧∙⋅・･᛫․"} | {0x3000: 0x20, 0xA0: 0x20, 0x09: 0x09})

#: What is typed or said for a digit: Latin, Cyrillic and Greek letters, numerals, circled digits.
_FOR_DIGIT = {
    "0": "OoОоΟο〇○零⓪", "1": "IlІіӀΙı一幺壹①", "2": "二贰②", "3": "三叁Зз③", "4": "四肆④",
    "5": "五伍SЅ⑤", "6": "六陆Бб⑥", "7": "七柒⑦", "8": "八捌BВ⑧", "9": "九玖⑨",
}  # fmt: skip
_LOOKALIKE = str.maketrans({c: digit for digit, chars in _FOR_DIGIT.items() for c in chars})
_DIGITISH = "0-9" + re.escape("".join(_FOR_DIGIT.values()))
#: Eight or more of them in a row, blanks and hyphens between them allowed: nobody writes a word so.
_RUN = re.compile(rf"(?<![A-Za-z])[{_DIGITISH}](?:[ \-–—.·]{{0,2}}[{_DIGITISH}]){{8,}}(?![A-Za-z])")
#: A text that was scanned has blanks between single characters: 王 建 国 住 在.
_SINGLE = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff](?= [\u4e00-\u9fff])")
_RUN_OF_HAN = re.compile(r"[\u4e00-\u9fff]+")
_BLANK = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_NUMERALS = frozenset("一二两三四五六七八九零")
#: From the first to the last digit of a run that has most of a number in digits.
_ARABIC = re.compile(r"[0-9](?:[^\u4e00-\u9fff]*[0-9OoIl]){7,}")
_REAL = re.compile(r"[0-9〇零一幺二三四五六七八九壹贰叁肆伍陆柒捌玖⓪①-⑨]")


class Folded(NamedTuple):
    """A text to match on.

    Attributes:
        text: without invisible characters and a scan's blanks, in half width (Chinese punctuation stays).
        digits: the same, as long, with letters and numerals that stand for digits as digits.
        at: of each character of `text`, its offset in the original.
    """

    text: str
    digits: str
    at: range | list[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the original of what stands at [start, end) here; end must be > start."""
        return self.at[start], self.at[end - 1] + 1


def fold(text: str) -> Folded:
    """Return a text as it is matched on.

    >>> fold("电话１３８\u200b0013 8OO0").text
    '电话1380013 8OO0'
    >>> fold("幺三八，I38OO138OOO").digits
    '幺三八，13800138000'
    """
    plain = text.translate(_TABLE)
    at: range | list[int] = range(len(text))
    if len(plain) != len(text):
        at = [i for i, char in enumerate(text) if _TABLE[ord(char)] is not None]
    if _is_scanned(plain):
        blanks = {m.start() for m in _BLANK.finditer(plain)}
        at = [place for i, place in enumerate(at) if i not in blanks]
        plain = _BLANK.sub("", plain)
    return Folded(plain, _RUN.sub(_as_digits, plain), at)


def _kept_numerals(text: str) -> str:
    """Return a run's edge with letters as digits and everyday numerals as they are."""
    return "".join(c if c in _NUMERALS else c.translate(_LOOKALIKE) for c in text)


def _is_scanned(text: str) -> bool:
    singles = len(_SINGLE.findall(text))
    return singles >= 6 and singles * 5 >= len(_RUN_OF_HAN.findall(text))


def _as_digits(match: re.Match[str]) -> str:
    run = match.group()
    core = _ARABIC.search(run)
    if core:  # 13900001234一直: numerals beside a number in digits begin words
        before, behind = run[: core.start()], run[core.end() :]
        return _kept_numerals(before) + core.group().translate(_LOOKALIKE) + _kept_numerals(behind)
    signs = sum(not c.isspace() and c not in "-–—.·" for c in run)
    return run.translate(_LOOKALIKE) if len(_REAL.findall(run)) * 3 >= signs else run
