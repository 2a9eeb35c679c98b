"""When did it happen? Years and days in a question, in whatever way they are told."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from kb.text.numerals import to_int

_N = r"(?:\d{1,4}|[零〇○一二两三四五六七八九十]{1,4})"
#: 分居12年 lasted so long; 离婚2015年 was in that year.
_SPAN = r"(?<=[居婚牢限期])(?:\d{1,2}|[零〇○一二两三四五六七八九十]{1,3})年"
_DAY = re.compile(
    rf"(?P<y>{_N})年(?P<m>{_N})月(?:份)?(?:(?P<d>{_N})[日号])?|(?<![龄满了干住用租包种养达近约第判共])(?!{_SPAN})(?P<y2>{_N})年(?!\s*(?:以|之|内|后|前|多|来|了|的工|期))"
)
_NUMERIC = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})[./-](?P<m>\d{1,2})(?:[./-](?P<d>\d{1,2}))?(?!\d)")
_RELATIVE: tuple[tuple[str, Callable[[date], date]], ...] = (
    ("大前年", lambda d: _year(d, -3)),
    ("前年", lambda d: _year(d, -2)),
    ("去年|(?<!以)上年", lambda d: _year(d, -1)),
    ("(?<!以)上个?月", lambda d: d - timedelta(days=30)),
    ("上(?:个)?(?:星期|礼拜|周)", lambda d: d - timedelta(days=7)),
    ("(?<!以)前天", lambda d: d - timedelta(days=2)),
    ("昨[天晚]", lambda d: d - timedelta(days=1)),
)
_AGO = re.compile(rf"(?P<n>{_N}|半)\s?个?(?P<u>年|月|天|星期|礼拜)(?:多)?(?:以)?前")
_DIGIT = {c: str(n) for n, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
#: Two digits of a year: from this one on they are of the last century.
_LAST_CENTURY = 40


@dataclass(frozen=True)
class When:
    """A day on which, or a time in which, something happened.

    Attributes:
        first, last: the days between which it lies.
        words: as the question has it.
    """

    first: date
    last: date
    words: str


def when(text: str, today: date) -> When | None:
    """Return the earliest time in the past that a text names, None where it names none.

    >>> found = when("2019年5月借的钱", date(2026, 11, 22))
    >>> found.first.isoformat(), found.last.isoformat(), found.words
    ('2019-05-01', '2019-05-31', '2019年5月')
    >>> when("去年摔伤的", date(2026, 11, 22)).last.year
    2025
    >>> when("三年前分的家", date(2026, 11, 22)).first.year, when("九八年盖的房", date(2026, 11, 22)).first.year
    (2023, 1998)
    >>> when("判了三年", date(2026, 11, 22)) is None
    True
    """
    found = [w for w in (*_absolute(text, today), *_relative(text, today)) if w.first < today]
    return min(found, key=lambda w: w.first, default=None)


def _absolute(text: str, today: date) -> list[When]:
    found = []
    for pattern in (_DAY, _NUMERIC):
        for match in pattern.finditer(text):
            parts = match.groupdict()
            year = _full_year(parts["y"] or parts.get("y2") or "", today)
            if year is None:
                continue
            month = _number(parts["m"]) if parts["m"] else None
            day = _number(parts["d"]) if parts["d"] else None
            try:
                first = date(year, month or 1, day or 1)
            except ValueError:
                continue
            last = first if day else _end(first, whole_year=month is None)
            found.append(When(first, min(last, today), match.group().strip()))
    return found


def _relative(text: str, today: date) -> list[When]:
    found = []
    for pattern, back in _RELATIVE:
        for match in re.finditer(pattern, text):
            day = back(today)
            whole = match.group().endswith("年")
            first = day.replace(month=1, day=1) if whole else day
            found.append(When(first, _end(first, whole_year=True) if whole else day, match.group()))
            break
    for match in _AGO.finditer(text):
        count = 0.5 if match["n"] == "半" else float(_number(match["n"]) or 0)
        days = {"年": 365.25, "月": 30.4, "天": 1, "星期": 7, "礼拜": 7}[match["u"]] * count
        if 0 < days < 366 * 80:
            day = today - timedelta(days=round(days))
            found.append(When(day, day, match.group()))
    return found


def _full_year(text: str, today: date) -> int | None:
    """Return the year that two or four digits or numerals are: 九八 1998, 二〇一九 2019, 19 2019."""
    digits = "".join(_DIGIT.get(c, c) for c in text)
    if not digits.isdigit():
        return None
    if len(digits) == 4:
        year = int(digits)
        return year if 1900 <= year <= today.year else None
    if len(digits) == 2:
        year = int(digits)
        return 1900 + year if year >= _LAST_CENTURY else 2000 + year if 2000 + year <= today.year else None
    return None


def _number(text: str) -> int | None:
    try:
        return int(text) if text.isdigit() else to_int(text)
    except ValueError:
        return None


def _year(day: date, by: int) -> date:
    return date(day.year + by, day.month, min(day.day, 28))


def _end(first: date, whole_year: bool) -> date:
    if whole_year:
        return date(first.year, 12, 31)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])
