"""Any text at all: the parser never raises, and its time grows no faster than the text."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.citation.names import LawNames
from kb.citation.parser import parse

PIECES = [
    "《", "》", "民法典", "中华人民共和国", "刑法", "第", "条", "款", "项", "之", "一", "十", "百", "千", "零", "1", "０",
    "（", "）", "(", ")", "、", "，", "和", "至", "-", "的", "规定", "该法", "本法", "法", "编", "总则", " ", "\n", "　",
    "以下简称", "婚姻法", "条例", "第一条", "第二款", "第（三）项", "，", "年", "a", "村规民约", "廿", "两", "〇", "～", "—",
]  # fmt: skip

#: Repeated to 100,000 characters; earlier parsers hung for minutes on these.
WORST = ["一、一", "第1、", " ", "　", "\n", "民法典第1条至第60条，", "第一条", "该法第一条", "民法典规定编"]

#: Repeated to 20,000 characters, where squared time already shows.
ADVERSARIAL = [
    "第一条", "一", "1", "第", "条", "第一", "一条", "一、", "一、一", "第1、", "1、2、", "一 ", "第 一 ", "（一", "（", "《", "》",
    "《民法典", "《民法典》", "民法典第", "民法典第一条", "民法典第一条、", "民法典第1条至第60条，", "民法典（", "民法典（以下简称", "民法典（《",
    "民法典的", "民法典规定", "民法典编", "民法典物权编", "中华人民共和国", "中华人民共和国民", "中华人民共和国民法典", "该法", "该法第一条", "法", "法第",
    "国家法", "人民条例", "某某法第", "某法一", "的", "和", "、", "，", " ", "　", "\n", "第一条的", "第一条和", "第一条 ", "一至", "一到一",
    "刑法第一条之", "刑法第一条之一", "之一", "第一款", "第一项", "民法典第一条第一款第一项", "（2023修正）", "零", "千", "百千",
    "依照", "根据的", "第288、292", "、（一）", "（一）、（二）",
]  # fmt: skip


def seconds(text: str, names: LawNames) -> float:
    """Processor time, so that a busy machine doesn't fail it."""
    started = time.process_time()
    parse(text, names)
    return time.process_time() - started


@pytest.mark.parametrize("piece", WORST)
def test_the_worst_repeats_of_100000_characters(names: LawNames, piece: str) -> None:
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    assert seconds(text, names) < 2


@pytest.mark.parametrize("piece", ADVERSARIAL)
def test_adversarial_repeats_stay_fast(names: LawNames, piece: str) -> None:
    text = (piece * (20_000 // len(piece) + 1))[:20_000]
    assert seconds(text, names) < 2


@pytest.mark.parametrize("tail", ["", "条", "第一条", "）第一条", "》第一条", "法第一条"])
@pytest.mark.parametrize("piece", ["一", "一、", "（", "《", "国", "民法典（", "民法典的", " ", "民法典，编"])
def test_adversarial_repeats_with_a_tail(names: LawNames, piece: str, tail: str) -> None:
    assert seconds("民法典" + piece * (20_000 // len(piece)) + tail, names) < 2


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=40), default=st.sampled_from(["", "人民调解法"]))
def test_any_mix_of_pieces_is_parsed(names: LawNames, pieces: list[str], default: str) -> None:
    text = "".join(pieces)
    for citation in parse(text, names, default):
        assert citation.raw in text
        assert citation.article > 0
        assert 0 <= citation.start < citation.end <= len(text)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300))
def test_any_characters_are_parsed(names: LawNames, text: str) -> None:
    parse(text, names)
    parse(text, names, "民法典")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=4),
    tail=st.lists(st.sampled_from(PIECES), max_size=3),
)
def test_any_repetition_stays_fast(names: LawNames, pieces: list[str], tail: list[str]) -> None:
    piece = "".join(pieces)
    text = piece * (20_000 // len(piece)) + "".join(tail)
    assert seconds(text, names) < 2
