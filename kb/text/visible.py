"""Text as a person sees it: nothing invisible in it, lookalikes written as the characters they imitate.

Rules and filters compare characters. A zero-width space inside 罚款, or a radical that looks like 民, would
slip past them unseen, and an instruction written in invisible characters would be read by nobody but us.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator

#: Control and format characters, fillers without ink, variation selectors; not tab and line ends.
_INVISIBLE = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_LINE_ENDS = "\x85\u2028\u2029"
_LONE_SURROGATES = "\ud800-\udfff"
#: Kangxi radicals and compatibility ideographs, which Unicode itself maps to the characters they are.
_MAPPED = "\u2e9f\u2ef3\u2f00-\u2fd5\uf900-\ufaff\U0002f800-\U0002fa1f"
#: Radicals of simplified characters, which Unicode maps to nothing; PDF writers leave them behind.
_RADICALS = dict(
    zip("⺠⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻢⻣⻥⻦⻩⻬⻮⻰", "民西见角贝车长门青页风飞马骨鱼鸟黄齐齿龙", strict=True)
)
_ODD = re.compile(f"[{_INVISIBLE}{_LINE_ENDS}{_LONE_SURROGATES}{_MAPPED}{''.join(_RADICALS)}]")
_BLANKS = re.compile(r"[ \t\r\n]+")
_GAPS = re.compile(r"(?<=[㐀-鿿])[ \xa0\u2000-\u200a\u202f\u205f\u3000]{1,8}(?=[㐀-鿿])")


def _seen(match: re.Match[str]) -> str:
    char = match.group()
    if char in _LINE_ENDS:
        return "\n"
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"  # half of a character: it can be neither stored nor sent
    return _RADICALS.get(char) or (
        unicodedata.normalize("NFKC", char) if unicodedata.category(char) in ("So", "Lo") else ""
    ).translate(_NOTHING)


#: Fillers are letters to Unicode and stay letters when normalised.
_NOTHING = {ord(char): None for char in "\u115f\u1160\u3164\uffa0\u17b4\u17b5\u2800"}


def visible(text: str) -> str:
    r"""Return the text without invisible characters and with lookalike radicals as plain characters.

    Width, punctuation and wording stay as they are; so do ordinary line ends. Idempotent.

    >>> visible("罚\u200b款"), visible("⺠法典第⼀条")
    ('罚款', '民法典第一条')
    """
    return _ODD.sub(_seen, text)


def one_line(text: str, limit: int) -> str:
    r"""Return the text as `visible`, on one line, at most `limit` characters long: for logs and messages.

    >>> one_line("甲\n乙\u202e丙", 10)
    '甲 乙丙'
    """
    line = _BLANKS.sub(" ", visible(text)).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def closed_up(text: str) -> str:
    """Return the text without blanks between Chinese characters, for comparing with written rules.

    >>> closed_up("罚 款 50 元")
    '罚款 50 元'
    """
    return _GAPS.sub("", text)


#: A text that a person sends: it is read as it is seen.
VisibleText = Annotated[str, AfterValidator(visible)]
