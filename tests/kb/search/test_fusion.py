import pytest

from kb.search.fusion import rrf, weighted_sum

DENSE = [("a", 0.9), ("b", 0.8), ("c", 0.5)]
LEXICAL = [("c", 12.0), ("a", 3.0)]


def test_rrf_by_hand():
    merged = dict(rrf([DENSE, LEXICAL], [1.0, 0.5], k=10))
    assert merged == pytest.approx({"a": 1 / 11 + 0.5 / 12, "b": 1 / 12, "c": 1 / 13 + 0.5 / 11})
    assert [key for key, _ in rrf([DENSE, LEXICAL], [1.0, 0.5], k=10)] == ["a", "c", "b"]


def test_weighted_sum_by_hand():
    merged = weighted_sum([DENSE, LEXICAL], [1.0, 0.2])
    assert dict(merged) == pytest.approx({"a": 1.0, "b": 0.75, "c": 0.2})
    assert [key for key, _ in merged] == ["a", "b", "c"]


@pytest.mark.parametrize("merge", [lambda x, w: rrf(x, w), weighted_sum])
def test_edges(merge):
    assert merge([[], []], [1, 1]) == []
    assert [key for key, _ in merge([DENSE, []], [1, 1])] == ["a", "b", "c"]
    assert merge([[("a", 1.0)], [("a", 1.0)]], [1, 1])[0][0] == "a"
    with pytest.raises(ValueError):
        merge([DENSE], [1, 1])


def test_no_weight_leaves_the_other_list():
    assert [k for k, _ in weighted_sum([DENSE, LEXICAL], [1, 0])] == ["a", "b", "c"]
    assert [k for k, _ in rrf([DENSE, LEXICAL], [1, 0])] == ["a", "b", "c"]
