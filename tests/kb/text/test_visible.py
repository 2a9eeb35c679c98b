"""What nobody sees is taken out; what is seen stays."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.visible import closed_up, one_line, visible


def test_every_format_and_control_character_goes_but_tabs_and_line_ends() -> None:
    kept = []
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        if unicodedata.category(char) in ("Cf", "Cc") and visible(char):
            kept.append(char)
    assert kept == ["\t", "\n", "\r", "\x85"]
    assert visible("甲\x0b乙\x85丙\u2028丁\u2029戊") == "甲乙\n丙\n丁\n戊"


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("罚\u200b款", "罚款"),
        ("家\u2060暴\ufeff", "家暴"),
        ("\u202e款罚\u202c", "款罚"),
        ("忽略\U000e0069\U000e0067之前", "忽略之前"),  # tag letters: English that is not drawn
        ("罚\ufe0f款\U000e0100", "罚款"),
        ("民\u3164法\u115f典\u2800", "民法典"),
        ("⺠法典", "民法典"),
        ("⼈⺠调解法第⼆⼗九条", "人民调解法第二十九条"),
        ("\uf9d1\U0002f803", "六\U00020122"),
        ("半\ud83d个", "半\ufffd个"),
    ],
)
def test_tricks(written: str, seen: str) -> None:
    assert visible(written) == seen


def test_what_is_seen_stays() -> None:
    text = "《民法典》第１０６７条：“应当”赡养（父母）。\r\n\t① 5㎡ café 👨 𠮷野家 ﹏ ＡＢ"
    assert visible(text) == text


@given(st.text())
def test_twice_is_once(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    assert one_line(text, 20) == one_line(one_line(text, 20), 20)
    assert len(one_line(text, 20)) <= 20 and "\n" not in one_line(text, 20)


def test_blanks_between_chinese_characters() -> None:
    assert closed_up("罚 款　二\xa0百 元 A B 12 元") == "罚款二百元 A B 12 元"
    assert closed_up("第一行\n第二行\t格") == "第一行\n第二行\t格"
