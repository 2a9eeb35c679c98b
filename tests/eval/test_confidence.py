"""Figures of confidence, worked out by hand."""

import pytest

from eval.asking import Reply
from eval.confidence import Bin, auroc, reliability, thresholds


def sure(*confidences: float) -> list[Reply]:
    return [Reply(str(n), frozenset(), (), None, c) for n, c in enumerate(confidences)]


def first(probability: float | None, gold: bool) -> Reply:
    return Reply("q", frozenset({"a"}), ("a" if gold else "b",), probability, probability or 0.0)


def test_auroc_counts_pairs_and_ties_half() -> None:
    """Of the four pairs, three are in order and one is equal."""
    assert auroc(sure(0.9, 0.6), sure(0.6, 0.1)) == pytest.approx(3.5 / 4)
    assert auroc(sure(0.9, 0.8), sure(0.7, 0.0)) == 1.0
    assert auroc(sure(0.1), sure(0.2)) == 0.0


def test_thresholds_keep_to_what_is_allowed() -> None:
    can = sure(0.9, 0.7, 0.5, 0.3)
    cannot = sure(0.6, 0.4, *[0.1] * 48)
    none, one, two = thresholds(can, cannot, (0.0, 0.02, 0.05))
    assert (none.threshold, none.wrongly_answered, none.answered) == (0.7, 0.0, 0.5)
    assert (one.threshold, one.wrongly_answered, one.answered) == (0.5, 0.02, 0.75)
    assert (two.threshold, two.wrongly_answered, two.answered) == (0.3, 0.04, 1.0)
    assert [t.refused for t in (none, one, two)] == [0.5, 0.25, 0.0]


def test_where_only_refusing_all_is_safe_there_is_no_threshold() -> None:
    (found,) = thresholds(sure(0.9, 0.8), sure(1.0, 0.1), (0.02,))
    assert (found.threshold, found.wrongly_answered, found.answered) == (None, 0.0, 0.0)


def test_reliability_by_hand() -> None:
    """Three first hits at the top, two of them gold; one at the bottom, not gold; a cited one left out."""
    replies = [first(0.95, True), first(0.95, False), first(1.0, True), first(0.05, False), first(None, True)]
    found = reliability(replies)
    assert found.bins[0] == Bin(0.0, 0.1, 1, 0.05, 0.0)
    top = found.bins[9]
    assert (top.low, top.high, top.count) == (0.9, 1.0, 3)
    assert top.predicted == pytest.approx(2.9 / 3) and top.observed == pytest.approx(2 / 3)
    assert [b for b in found.bins[1:9] if b.count or b.predicted is not None] == []
    assert found.ece == pytest.approx((3 * (2.9 - 2) / 3 + 0.05) / 4)
    assert found.brier == pytest.approx((0.05**2 + 0.95**2 + 0.05**2) / 4)


@pytest.mark.parametrize(
    ("probability", "place"), [(0.0, 0), (0.0999, 0), (0.1, 1), (0.3, 3), (0.7, 7), (1, 9)]
)
def test_a_bin_begins_with_its_low_end(probability: float, place: int) -> None:
    counts = [b.count for b in reliability([first(probability, True)]).bins]
    assert counts == [int(n == place) for n in range(10)]


def test_without_probabilities_there_is_nothing_to_compare() -> None:
    found = reliability([first(None, True)])
    assert (found.ece, found.brier, sum(b.count for b in found.bins)) == (0.0, 0.0, 0)
