"""Batches for contrastive training: questions that are hard for one another, side by side."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Item:
    """A question, the rows of the articles that answer it, and rows that look right and aren't.

    Attributes:
        also: rows that would be right too, if another question brings them into the batch.
    """

    question: str
    gold: tuple[int, ...]
    negatives: tuple[int, ...] = ()
    also: tuple[int, ...] = ()


@dataclass(frozen=True)
class Batch:
    """Questions, the passages they are compared with, and which of them answer which.

    Attributes:
        questions: n texts.
        passages: m row numbers, distinct.
        positive: n x m, true where the passage answers the question.
    """

    questions: list[str]
    passages: list[int]
    positive: list[list[bool]]


def batches(
    items: Sequence[Item], size: int, run: int, negatives: float, rng: random.Random
) -> Iterator[Batch]:
    """Yield each item once, in an order that puts neighbouring articles into one batch.

    An article's neighbours treat of the same matter, so they are the negatives that teach most, and cost
    nothing: they are in the batch as other questions' answers.

    Args:
        size: questions in a batch.
        run: how many questions of neighbouring articles stay together; runs are shuffled.
        negatives: mined negatives for each question, on average.
    """
    ordered = sorted(items, key=lambda item: (item.gold[0], rng.random()))
    shift = rng.randrange(run)
    runs = [ordered[:shift], *(ordered[at : at + run] for at in range(shift, len(ordered), run))]
    rng.shuffle(runs)
    flat = [item for group in runs for item in group]
    for at in range(0, len(flat), size):
        yield _batch(flat[at : at + size], negatives, rng)


def _batch(items: Sequence[Item], negatives: float, rng: random.Random) -> Batch:
    rows: dict[int, int] = {}
    for item in items:
        for row in item.gold:
            rows.setdefault(row, len(rows))
    for item in items:
        count = int(negatives) + (rng.random() < negatives % 1)
        for row in rng.sample(item.negatives, min(count, len(item.negatives))):
            rows.setdefault(row, len(rows))
    right = [{*item.gold, *item.also} for item in items]
    positive = [[row in answers for row in rows] for answers in right]
    return Batch([item.question for item in items], list(rows), positive)


def mine(items: Sequence[Item], ranked: Mapping[int, Sequence[int]], first: int, last: int) -> list[Item]:
    """Return the items with the passages ranked `first` to `last` (from 0) as negatives, gold left out.

    Args:
        ranked: by position of the item, rows best first.
    """
    return [
        replace(item, negatives=tuple(row for row in ranked[n][first:last] if row not in item.gold))
        for n, item in enumerate(items)
    ]
