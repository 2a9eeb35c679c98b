"""The numbers that are weighed."""

from datetime import date

import numpy as np
import pytest

from assistant.grounding import evidence as module
from assistant.grounding.evidence import NAMES, evidence
from kb.base import KnowledgeBase

DAY = date(2026, 11, 21)


def told(kb: KnowledgeBase, said: str, *addresses: str) -> dict[str, float]:
    row = evidence(kb, said, [kb.resolve(address, DAY) for address in addresses], DAY)
    assert row.shape == (len(NAMES),) and np.isfinite(row).all()
    return dict(zip(NAMES, row.tolist(), strict=True))


def test_every_number_has_a_name_of_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_the_right_part_of_an_article_looks_better_than_its_neighbour(kb: KnowledgeBase) -> None:
    said = "没有劳动能力的父母可以向成年子女要赡养费"
    right = told(kb, said, "民法典第一千零六十七条第二款")
    wrong = told(kb, said, "民法典第一千零六十七条第一款")
    whole = told(kb, said, "民法典第一千零六十七条")
    assert right["parts"] == wrong["parts"] == 1 and whole["parts"] == 0
    assert right["part shares more"] < 0 < wrong["part shares more"]
    assert right["part nearer"] < 0 < wrong["part nearer"]
    assert right["entailed"] > wrong["entailed"]
    both = told(kb, said, "民法典第一千零六十七条第一款", "民法典第一千零六十七条第二款")
    assert both["parts"] == 0


def test_a_number_that_stands_next_door_is_told_from_one_that_stands_nowhere(kb: KnowledgeBase) -> None:
    article = "民事诉讼法第一百七十一条"
    next_door = told(kb, "判决送到十五天内可以上诉", f"{article}第二款")
    assert (next_door["numbers elsewhere"], next_door["part has number"], next_door["numbers wrong"]) == (
        1,
        1,
        0,
    )
    nowhere = told(kb, "判决送到四十天内可以上诉", f"{article}第二款")
    assert (nowhere["numbers elsewhere"], nowhere["part has number"], nowhere["numbers wrong"]) == (1, 0, 1)


def test_without_networks_there_is_no_evidence(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "entailment", lambda: None)
    with pytest.raises(ValueError, match="networks"):
        told(kb, "欠债还钱", "民法典第六百七十五条")
