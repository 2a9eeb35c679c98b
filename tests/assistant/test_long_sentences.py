"""One sentence as long as the service takes, made of finds that don't count: its time must not grow by the square."""

import pytest

from assistant.risk.detect import detect
from assistant.risk.hotlines import without_strange_numbers
from assistant.rulecheck.check import assess
from kb.text.clauses import split_clauses
from kb.text.visible import closed_up, visible

LONG = 40_000


@pytest.mark.timeout(120)
@pytest.mark.parametrize("piece", ["没打人，", "从未家暴，", "我老公没打我，", "没有自杀", "去年打，"])
def test_risks(piece: str) -> None:
    detect(piece * (LONG // len(piece)))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("piece", ["不得罚款，", "不罚款", "罚款，", "违者不得罚", "取消"])
def test_village_rules(piece: str) -> None:
    assess(piece * (LONG // len(piece)))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("piece", ["第一条 ", "一、", "（一）", "1.", "第一条\n", "附件\n"])
def test_clauses(piece: str) -> None:
    split_clauses(piece * (LONG // len(piece)))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("piece", ["打", "1 ", "电话1", "0571-", "\u200b", "中 ", "1380000"])
def test_cleaning(piece: str) -> None:
    text = piece * (LONG // len(piece))
    without_strange_numbers(closed_up(visible(text)))
