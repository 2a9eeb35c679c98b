"""Numbers are hidden however they are typed; public lines, sums and order numbers aren't."""

import pytest

from kb.redaction.fold import fold
from kb.redaction.numbers import check_digit, luhn
from kb.redaction.redact import redact
from kb.redaction.types import Kind


def found(text: str) -> list[tuple[str, str]]:
    return [(s.kind.value, text[s.start : s.end]) for s in redact(text).spans]


def test_the_check_digits_are_those_of_the_standards() -> None:
    # the example printed in GB 11643-1999, and the usual test number of payment cards
    assert check_digit("11010519491231002") == "X"
    assert luhn("4111111111111111") and not luhn("4111111111111112")


@pytest.mark.parametrize(
    "typed",
    ["11010519491231002X", "110105 19491231 002x", "１１０１０５１９４９１２３１００２Ｘ", "110105-19491231-002X", "110105\u200b19491231002X", "110105194912310021"],
)  # fmt: skip
def test_id_numbers(typed: str) -> None:
    assert found(f"他的号码{typed}，请核对") == [("id", typed)]


@pytest.mark.parametrize(
    "typed",
    ["13912345678", "139 1234 5678", "139-1234-5678", "１３９１２３４５６７８", "I39I2345678", "1З912З4567В", "幺三九一二三四五六七八", "139\u200b1234\u200b5678", "+86 13912345678", "①③⑨①②③④⑤⑥⑦⑧", "0571-88776655转803", "（0571）88776655"],
)  # fmt: skip
def test_phones(typed: str) -> None:
    assert found(f"请打{typed}。") == [("phone", typed)]


def test_numbers_glued_together_are_parted() -> None:
    text = "11010519491231002X13912345678"
    assert found(text) == [("id", text[:18]), ("phone", text[18:])]


def test_bank_cards_by_check_digit_or_by_word() -> None:
    assert found("4111 1111 1111 1111") == [("bank", "4111 1111 1111 1111")]
    assert found("尾款打到卡号4111111111111112") == [("bank", "4111111111111112")]
    assert found("快递单号4111111111111111") == []


@pytest.mark.parametrize(
    ("text", "kind", "piece"),
    [
        ("微信号：lao_wang88，谢谢", Kind.WECHAT, "lao_wang88"),
        ("加V：abcde-520", Kind.WECHAT, "abcde-520"),
        ("QQ：283746152", Kind.QQ, "283746152"),
        ("发到a.b@mail.example.com吧", Kind.EMAIL, "a.b@mail.example.com"),
        ("浙D12345停在路上", Kind.PLATE, "浙D12345"),
        ("新能源车浙DF12345", Kind.PLATE, "浙DF12345"),
        ("出生日期：1956年8月12日", Kind.BIRTH, "1956年8月12日"),
        ("1987.11.02生，汉族", Kind.BIRTH, "1987.11.02"),
        ("农历一九四二年腊月初八出生", Kind.BIRTH, "农历一九四二年腊月初八"),
    ],
)
def test_contacts(text: str, kind: Kind, piece: str) -> None:
    assert found(text) == [(kind.value, piece)]


@pytest.mark.parametrize(
    "text",
    [
        "拨打110、119、120、122、12348、12345、12338、12355、12356或96345",
        "客服400-820-8820、95599",
        "总价13800138000元，另付1,380,013,8000万元",
        "（2023）浙0681民初13857号",
        "2021年8月12日签订，2023-05-06 09:30到场",
        "第15页第3行，面积120.5平方米",
    ],
)
def test_what_is_everybodys_stays(text: str) -> None:
    assert redact(text).text == text


def test_folding_keeps_every_place() -> None:
    text = "甲\u200b１3ａ\ufeff乙"
    folded = fold(text)
    assert folded.text == "甲13a乙"
    assert [text[slice(*folded.original(i, i + 1))] for i in range(5)] == ["甲", "１", "3", "ａ", "乙"]


def test_a_spoken_number_ends_before_a_counted_thing() -> None:
    assert redact("电催幺七七九五五九零三三五两次。").text == "电催某电话两次。"
