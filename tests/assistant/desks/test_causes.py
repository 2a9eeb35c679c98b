"""Everyday words for causes: what people say, and what must not be taken for it."""

import pytest

from assistant.desks.causes import match_causes


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("隔壁家的小孩把我家孩子打了，医药费谁出？", "minor-tort"),
        ("隔壁屋头的崽把俺家的娃打咯", "minor-tort"),
        ("买的二手电动车说是九成新，骑了三天就坏了，能退吗？", "sale-quality"),
        ("大儿子说他分家时没分到东西，可以不养吗？", "elder-support"),
        ("儿子在外打工，三年没给老人一分钱", "elder-support"),
        ("儿媳不肯伺候老娘", "elder-support"),
    ],
)
def test_said_in_everyday_words(text: str, cause: str) -> None:
    assert cause in {m.cause.id for m in match_causes(text)}


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("儿子把我打了，能不能告他", "minor-tort"),
        ("买二手房交了定金，房东反悔", "sale-quality"),
        ("小区里可以不养狗吗", "elder-support"),
        ("养老院不给老人吃饱饭", "elder-support"),
    ],
)
def test_not_to_be_taken_for_it(text: str, cause: str) -> None:
    assert cause not in {m.cause.id for m in match_causes(text)}
