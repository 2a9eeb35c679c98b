import random
from itertools import pairwise

import pytest

from eval.training.batches import Item, batches, mine


def items(count: int) -> list[Item]:
    return [Item(f"q{n}", (n,)) for n in range(count)]


def one_batch(*some: Item, negatives: float = 0.0) -> tuple[list[str], dict[str, set[int]], list[int]]:
    """The questions, the rows marked right by question, and all rows, of a batch that holds everything."""
    (batch,) = batches(some, len(some), 1, negatives, random.Random(1))
    right = {
        q: {row for row, yes in zip(batch.passages, marks, strict=True) if yes}
        for q, marks in zip(batch.questions, batch.positive, strict=True)
    }
    return batch.questions, right, batch.passages


@pytest.mark.parametrize("seed", range(5))
def test_every_question_comes_once(seed: int) -> None:
    found = list(batches(items(23), 6, 4, 0.0, random.Random(seed)))
    assert [len(b.questions) for b in found] == [6, 6, 6, 5]
    assert sorted(q for b in found for q in b.questions) == sorted(i.question for i in items(23))


@pytest.mark.parametrize("seed", range(5))
def test_neighbours_stay_together(seed: int) -> None:
    shuffled = random.Random(seed).sample(items(40), 40)
    order = [int(q[1:]) for b in batches(shuffled, 8, 4, 0.0, random.Random(seed)) for q in b.questions]
    # 40 in runs of 4 and a first one that may be shorter: eleven runs, ten places where one may end.
    assert sum(b - a == 1 for a, b in pairwise(order)) >= 39 - 10
    assert order != sorted(order)


def test_what_answers_is_marked() -> None:
    _, right, rows = one_batch(Item("a", (7, 8)), Item("b", (8,)), Item("c", (9,), also=(7, 99)))
    assert right == {"a": {7, 8}, "b": {8}, "c": {9, 7}}
    assert sorted(rows) == [7, 8, 9]  # `also` brings nothing in


def test_a_negative_may_be_anothers_answer() -> None:
    _, right, rows = one_batch(Item("a", (1,), negatives=(2, 5)), Item("b", (2,)), negatives=2)
    assert right == {"a": {1}, "b": {2}}
    assert sorted(rows) == [1, 2, 5]


def test_as_many_negatives_as_asked_for_on_average() -> None:
    some = [Item(f"q{n}", (n,), negatives=tuple(range(1000 + 10 * n, 1010 + 10 * n))) for n in range(400)]
    found = list(batches(some, 50, 4, 1.5, random.Random(1)))
    drawn = [row for b in found for row in b.passages if row >= 1000]
    assert 400 * 1.35 < len(drawn) < 400 * 1.65
    _, _, rows = one_batch(Item("a", (1,), negatives=(2,)), negatives=3)
    assert rows == [1, 2]


def test_mined_negatives_leave_the_answers_out() -> None:
    mined = mine([Item("a", (3,)), Item("b", (4, 9))], {0: [5, 3, 7, 8], 1: [1, 4, 9, 2]}, 1, 4)
    assert [i.negatives for i in mined] == [(7, 8), (2,)]
    assert [(i.question, i.gold) for i in mined] == [("a", (3,)), ("b", (4, 9))]
