"""Dates as statutes, offices and spreadsheets write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kb.text.numerals import to_int

_DIGITS = "0123456789０１２３４５６７８９"
_CN = "〇○零一二三四五六七八九"
_WRITTEN = re.compile(
    rf"(?P<y>[{_DIGITS}]{{4}}|[{_CN}]{{4}})\s*年\s*(?P<m>[{_DIGITS}]{{1,2}}|[一二三四五六七八九十]{{1,2}})\s*月"
    rf"\s*(?P<d>[{_DIGITS}]{{1,2}}|[一二三四五六七八九十廿卅]{{1,3}})\s*日"
)
_ISO = re.compile(r"(?<!\d)(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)")


@dataclass(frozen=True)
class FoundDate:
    """A date in a text and where it stands."""

    day: date
    start: int
    end: int


def find_dates(text: str) -> Iterator[FoundDate]:
    """Yield the dates of a text in order: 2020年5月28日, 一九九五年三月二十六日, 2020-05-28.

    >>> [str(d.day) for d in find_dates("自二〇二一年一月一日起施行，2020-5-28 公布")]
    ['2021-01-01', '2020-05-28']
    """
    matches = sorted([*_WRITTEN.finditer(text), *_ISO.finditer(text)], key=lambda m: m.start())
    for match in matches:
        try:
            day = date(to_int(match["y"]), to_int(match["m"]), to_int(match["d"]))
        except ValueError:  # 2月30日: a misprint is no date
            continue
        yield FoundDate(day, match.start(), match.end())


def first_date(text: str) -> date | None:
    """Return the first date of a text, or None."""
    return next((found.day for found in find_dates(text)), None)
