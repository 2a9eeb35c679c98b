"""Numerals and dates, whatever is given: a value or ValueError, at once."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.parsers.dates import find_dates, first_date
from kb.lexical.normalise import normalise, number
from kb.text.numerals import article_label, to_chinese, to_int

NUMERALS = "零〇○一二两三四五六七八九十百千万亿廿卅点负第0123456789０１９²①٣.-+eE_ 　"
DATES = "年月日号〇零一二三四五六七八九十廿卅0123456789０１２-/. 　至起施行"


def whole_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(to_int(text), int)
    assert number(text) is None or number(text) >= 0  # type: ignore[operator]
    normalise(text)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from(NUMERALS), max_size=15))
def test_any_numeral(text: str) -> None:
    whole_or_refused(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_any_text_as_a_numeral(text: str) -> None:
    whole_or_refused(text)


@pytest.mark.parametrize("piece", ["9", "九", "十", "亿", "万亿", "一亿", "零", "千", "点", "²"])
def test_endless_numerals(piece: str) -> None:
    whole_or_refused(piece * 20_000)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 9999))
def test_what_is_written_is_read(value: int) -> None:
    assert to_int(to_chinese(value)) == value
    assert to_int(str(value)) == value
    assert article_label(value).startswith("第")


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from(DATES), max_size=40))
def test_any_dates(text: str) -> None:
    found = list(find_dates(text))
    assert [f.start for f in found] == sorted(f.start for f in found)
    for one in found:
        assert 0 <= one.start < one.end <= len(text)
    assert first_date(text) == (found[0].day if found else None)


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1000, 1, 1), date(9999, 12, 31)))
def test_a_date_is_found_however_written(day: date) -> None:
    year = "".join("〇一二三四五六七八九"[int(c)] for c in f"{day.year:04}")
    for written in (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year:04}/{day.month}/{day.day}",
        f"{year}年{to_chinese(day.month)}月{to_chinese(day.day)}日",
    ):
        assert first_date(f"自{written}起施行") == day


@pytest.mark.parametrize("piece", ["2020年", "二〇二〇年一月", "1", "一", "2020-1-", " ", "2020年1月1日"])
def test_long_texts_of_half_dates(piece: str) -> None:
    list(find_dates(piece * (50_000 // len(piece))))
