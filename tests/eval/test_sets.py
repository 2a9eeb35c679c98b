"""The fixed question sets under eval/sets are whole, and every gold address is law."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from kb.base import KnowledgeBase

SETS = Path(__file__).parents[2] / "eval" / "sets"
BENCH = SETS.parent / "bench_questions.txt"
DAY = date(2026, 11, 22)


def rows(name: str) -> list[dict]:
    lines = (SETS / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def questions(name: str) -> set[str]:
    return {row["question"] for row in rows(name)}


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("gate", {"id", "question", "gold", "topic"}),
        ("unanswerable", {"id", "question", "topic"}),
        ("fresh", {"id", "question", "gold", "topic"}),
        ("fresh-unanswerable", {"id", "question", "topic"}),
    ],
)
def test_a_set_is_whole(name: str, fields: set[str]) -> None:
    entries = rows(name)
    assert len(entries) >= 120
    for field in ("id", "question"):
        assert [value for value, n in Counter(row[field] for row in entries).items() if n > 1] == []
    for row in entries:
        assert set(row) == fields, row
        assert row["id"].startswith(name[0]), row
        assert 5 <= len(row["question"]) <= 70, row
        assert row["topic"], row


@pytest.mark.parametrize("name", ["gate", "fresh"])
def test_every_gold_address_is_in_force(kb: KnowledgeBase, name: str) -> None:
    wrong = []
    for row in rows(name):
        assert 1 <= len(set(row["gold"])) == len(row["gold"]) <= 3, row
        for address in row["gold"]:
            found = kb.resolve(address, DAY)
            if not (found.ok and found.in_force and found.address == address):
                wrong.append((row["id"], address, found.status, found.address))
    assert wrong == []


def test_no_question_is_in_two_sets() -> None:
    bench = set(BENCH.read_text("utf-8").splitlines())
    sets = [bench, *map(questions, ("gate", "unanswerable", "fresh", "fresh-unanswerable"))]
    assert sum(map(len, sets)) == len(set.union(*sets))


def test_no_question_is_learnt_from() -> None:
    learnt = set()
    for name in ("asked", "outside"):
        file = SETS.parent / "training" / "sets" / f"{name}.jsonl"
        learnt |= {json.loads(line)["question"] for line in file.read_text("utf-8").splitlines()}
    for name in ("gate", "unanswerable", "fresh", "fresh-unanswerable"):
        assert not questions(name) & learnt
