"""Sentences of a model's that turn the law's own words round."""

from datetime import date

import pytest

from assistant.chat.admit import NotAdmitted, admit, tidy
from assistant.llm.prompt import Offered
from kb.base import KnowledgeBase

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("address", "old", "new"),
    [
        ("民法典第一千一百六十七条", "被侵权人有权", "侵权人有权"),
        ("民法典第二百六十五条第一款", "禁止任何", "任何情况下禁止任何"),
    ],
)
def test_a_role_turned_round_or_a_rule_widened_is_not_admitted(
    kb: KnowledgeBase, address: str, old: str, new: str
) -> None:
    text = kb.resolve(address, DAY).text.strip()
    assert old in text
    offered = [Offered(address, text, "民法典")]
    assert admit(kb, tidy(text), offered, DAY)
    with pytest.raises(NotAdmitted):
        admit(kb, tidy(text.replace(old, new, 1)), offered, DAY)
