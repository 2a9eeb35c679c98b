"""Claims, numbers and comparison on text written for the tests (no statute text)."""

from fractions import Fraction

import pytest

from assistant.grounding.claims import split_claims
from assistant.grounding.compare import compare
from assistant.grounding.numbers import quantities


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲。乙！丙？", ["甲。", "乙！", "丙？"]),
        ("他说：“走。别来。”就走了。好。", ["他说：“走。别来。”就走了。", "好。"]),
        ("《某法》第一条；《某法》第二条", ["《某法》第一条；", "《某法》第二条"]),
        ("按第一条办；各让一步", ["按第一条办；各让一步"]),
        ("“没有结束。乙\n丙", ["“没有结束。", "乙", "丙"]),
        ("。。。\n\n", []),
    ],
)
def test_claims(text: str, expected: list[str]) -> None:
    assert [s.text for s in split_claims(text)] == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("三十日", "30天", True),
        ("三十日", "一个月", False),
        ("一年", "十二个月", True),
        ("两年", "二年", True),
        ("５０００元", "五千元", True),
        ("5万元", "五万元", True),
        ("三分之二", "3分之2", True),
        ("百分之二十", "20%", True),
        ("十八周岁", "18岁", True),
        ("十五日", "十五个工作日", False),
    ],
)
def test_quantities_compare_by_meaning(one: str, other: str, same: bool) -> None:
    [left], [right] = quantities(one), quantities(other)
    assert left.same(right) is same


def test_dates_and_article_numbers_are_no_quantities() -> None:
    assert quantities("2024年3月5日，二〇二四年，三月五日，第三十条第二款第（一）项，第一百二十条之一") == []
    assert [q.value for q in quantities("半年内付三成")] == [Fraction(1, 2), Fraction(3, 10)]


LAW = "出借人应当在三十日以内书面答复借用人；借用人不得转借。双方可以另行约定，也可以解除合同。"


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("出借人应当在30天以内书面答复借用人", True),
        ("出借人应当在一个月以内书面答复借用人", False),
        ("出借人可以在三十日以内书面答复借用人", False),
        ("出借人应当在三十日以上书面答复借用人", False),
        ("借用人可以转借", False),
        ("借用人不得转借", True),
        ("高空抛物造成他人损害要依法承担责任", False),
    ],
)
def test_compare(claim: str, expected: bool) -> None:
    assert compare(claim, LAW).supports is expected


def test_compare_leaves_open_what_it_cannot_decide() -> None:
    assert compare("借东西的人要给出借人一个书面的说法，拖着不行", LAW).supports is None


def test_and_is_not_or() -> None:
    law = "甲方和乙方共同承担费用。"
    assert compare("甲方或者乙方共同承担费用", law).supports is False


def test_who_has_it_done_to_him_is_not_who_does_it() -> None:
    law = "使用工具造成他人损失的，被侵权人有权请求侵权人修好。"
    assert compare("造成他人损失的，被侵权人有权请求侵权人修好", law).supports is True
    assert compare("造成他人损失的，侵权人有权请求侵权人修好", law).supports is False


def test_a_rule_is_not_made_to_hold_always() -> None:
    claim = "任何情况下借用人不得转借工具给别人"
    assert compare(claim, "借用人不得转借工具给别人。").supports is None
    assert compare(claim, "借用人无论如何不得转借工具给别人。").supports is True
