import numpy as np
import pytest

from eval.training.ranker import Query
from eval.training.result import Result
from kb.ranking.features import NAMES


def query(name: str, answers: int) -> Query:
    return Query(name, np.zeros((1, len(NAMES)), np.float32), np.array([answers > 0]), answers, 0)


def test_judged_questions_and_narratives_stand_apart() -> None:
    result = Result({"q": {"d1": 1}, "一件事": {"d2": 1}, "not ranked": {"d3": 1}})
    result.runs = {
        "dense": {"q": {"d1": 0.9}, "一件事": {"d1": 0.9}},
        "ranked": {"q": {"d1": 0.9}, "一件事": {"d2": 0.9}},
    }
    found = result.measures({"q": {"d1": 1}})
    assert {name: row["R@10"] for name, row in found.items()} == {
        "dense": 1.0,
        "ranked": 1.0,
        "narratives, dense": 0.0,
        "narratives, ranked": 1.0,
    }


def test_auroc_is_of_answerable_against_not() -> None:
    result = Result({}, queries=[query("q1", 1), query("q2", 1), query("天气", 0), query("菜谱", 0)])
    result.confidence = {"q1": 0.9, "q2": 0.4, "天气": 0.1, "菜谱": 0.5}
    assert result.auroc(["q1", "q2"]) == pytest.approx(0.75)
    assert result.auroc([]) is None
