"""The written rules on clauses written for the purpose: what they must flag and what they must leave alone."""

import pytest

from assistant.rulecheck.check import assess
from assistant.rulecheck.match import disarmed, sentences
from tests.assistant.rulecheck.phrases import DOUBTFUL, LAWFUL, OVERSTEPS


@pytest.mark.parametrize(("kind", "text"), OVERSTEPS)
def test_overstep_is_found_with_its_kind(kind: str, text: str) -> None:
    assert (kind, "overstep") in {(k, v) for k, v, _ in assess(text)}


@pytest.mark.parametrize(("kind", "text"), DOUBTFUL)
def test_doubtful_is_found_and_not_called_worse(kind: str, text: str) -> None:
    found = assess(text)
    assert kind in {k for k, _, _ in found}
    assert {v for _, v, _ in found} == {"doubtful"}


@pytest.mark.parametrize("text", LAWFUL)
def test_lawful_is_left_alone(text: str) -> None:
    assert assess(text) == []


@pytest.mark.parametrize(
    ("sentence", "act", "expected"),
    [
        ("不得对村民罚款", "罚款", True),
        ("不准养狗，违者罚款", "罚款", False),
        ("不准养狗违者罚款", "罚款", False),
        ("不赡养老人的罚款五百元", "罚款", False),
        ("由公安机关依法罚款", "罚款", True),
        ("罚款五百元，并报派出所处理", "罚款", False),
        ("依照本约罚款五百元", "罚款", False),
        ("村里既不罚款", "罚款", True),
        ("旧约中罚款的条款一律作废", "罚款", True),
        ("不许拦别人的车罚款", "罚款", True),
    ],
)
def test_negation_and_authority(sentence: str, act: str, expected: bool) -> None:
    start = sentence.index(act)
    assert disarmed(sentence, start, start + len(act), authority=True) is expected


def test_sentences_keep_their_stops() -> None:
    assert sentences("甲，乙。丙；\n丁") == ["甲，乙。", "丙；", "丁"]
