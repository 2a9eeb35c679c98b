"""Telephone numbers in other people's words: only those of our own list may be shown as numbers to call."""

import re
import unicodedata

from assistant.risk.rules import load_rules

MASK = "（号码不予显示）"
_CALLS = r"(?:电话|热线|拨打?|致电|打|号码|专线|联系|微信|[Qq][Qq])[^，。；！？\d]{0,8}"
_NUMBER = re.compile(
    rf"(?P<call>{_CALLS})?(?<!\d)(?P<number>\d(?:[ \-—－]?\d){{2,14}}+)"
    r"(?!\d|\.\d|\s*(?:元|块|万|千|百|亩|平|米|公里|年|月|日|号|次|人|户|个|斤|公斤|吨|%|％|天|小时|分|条|张|只|棵))"
)
#: Mobile numbers, area codes with a number, 400 and 800: numbers to call, whatever stands before them.
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|[48]00\d{7}")


def without_strange_numbers(text: str) -> str:
    """Return text of a case with every number to call masked that isn't of our own list.

    A case or a rule may hold a number that somebody planted there; quoted in an answer it would look like
    one that we recommend.

    >>> without_strange_numbers("赔偿3000元。有事请打 4008-123-456，急事打110。")
    '赔偿3000元。有事请打 （号码不予显示），急事打110。'
    """
    return _NUMBER.sub(_masked, text)


def _masked(match: re.Match[str]) -> str:
    number = re.sub(r"\D", "", unicodedata.normalize("NFKC", match["number"]))
    ours = number in load_rules().phones
    if ours or not (match["call"] or _PHONE.fullmatch(number)):
        return match.group()
    return f"{match['call'] or ''}{MASK}"
