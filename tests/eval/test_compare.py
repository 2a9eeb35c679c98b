import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from eval.compare import SYSTEMS, compare, run_compare
from eval.gate import Question
from eval.systems.base import Entry, Progress, Shelf
from eval.systems.ours import ours
from eval.systems.plain_bm25 import plain_bm25
from eval.systems.zero_shot import zero_shot
from kb.errors import BadRequest, NotReady
from kb.settings import Settings
from tests.conftest import copy_home

QUESTIONS = [
    Question("1", "养的狗咬伤了人由谁赔偿", ("民法典第一千二百四十五条",)),
    Question("2", "借款人应当按照约定的期限返还借款", ("民法典第六百七十五条", "民法典第六百七十六条")),
]


class Fixed:
    """Gives the same answers to every question."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.note = "写死的"

    def search(self, question: str, limit: int) -> list[str]:
        return self.answers[:limit]


def entry(name: str, *answers: str) -> Entry:
    @contextmanager
    def opened(shelf: Shelf, progress: Progress) -> Iterator[Fixed]:
        yield Fixed(*answers)

    return Entry(name, opened)


@contextmanager
def absent(shelf: Shelf, progress: Progress) -> Iterator[Fixed]:
    raise NotReady("没有安装某个包", "请安装")
    yield


def test_figures_and_ratios_by_hand(small_shelf: Shelf) -> None:
    """Question 1 has one answer, question 2 has two, of which the second system finds one, at rank 2."""
    rows = compare(
        small_shelf,
        QUESTIONS,
        rounds=3,
        systems=[
            entry("一", "民法典第一千二百四十五条", "民法典第六百七十五条", "民法典第六百七十六条"),
            entry("二", "民法典第二百七十四条", "民法典第六百七十六条"),
            entry("三"),
        ],
    )
    first, second, third = rows
    assert first.measures == {"R@5": 1.0, "R@10": 1.0, "R@20": 1.0, "MRR@10": 0.75, "Hit@10": 1.0}
    assert second.measures == {"R@5": 0.25, "R@10": 0.25, "R@20": 0.25, "MRR@10": 0.25, "Hit@10": 0.5}
    assert set(third.measures.values()) == {0.0}
    assert {first.to_ours[name] for name in ("R@5", "MRR@10", "p50", "p95")} == {1.0}
    assert second.to_ours["R@10"] == 0.25
    assert second.to_ours["MRR@10"] == round(0.25 / 0.75, 3)
    assert [row.latency_ms["n"] for row in rows] == [6, 6, 6]
    assert [row.note for row in rows] == ["写死的"] * 3


def test_one_that_is_missing_says_so_and_the_rest_goes_on(small_shelf: Shelf) -> None:
    rows = compare(
        small_shelf,
        QUESTIONS,
        systems=[entry("一", "民法典第六百七十五条"), Entry("缺", absent), entry("三")],
    )
    assert [row.failure for row in rows] == ["", "没有安装某个包。请安装", ""]
    assert rows[1].measures == rows[1].latency_ms == rows[1].to_ours == {}
    assert rows[2].to_ours["R@5"] == 0.0


def test_without_ours_there_are_no_ratios(small_shelf: Shelf) -> None:
    rows = compare(small_shelf, QUESTIONS, systems=[Entry("缺", absent), entry("二", "民法典第六百七十五条")])
    assert rows[1].to_ours == {}
    assert rows[1].measures["R@5"] == 0.25


@pytest.mark.long
def test_real_systems_on_a_small_shelf(small_shelf: Shelf) -> None:
    seen = []
    systems = [Entry("我们", ours), Entry("BM25", plain_bm25), Entry("e5", zero_shot)]
    rows = compare(small_shelf, QUESTIONS, 1, lambda *step: seen.append(step), systems)
    assert [row.failure for row in rows] == [""] * 3
    assert rows[1].measures["Hit@10"] == rows[2].measures["Hit@10"] == 1.0
    assert all(row.prepared_s >= 0 and row.latency_ms["n"] == 2 for row in rows)
    assert ("BM25", 4, 4) in seen


def test_all_five_are_compared() -> None:
    assert SYSTEMS[0].open is ours
    assert len({e.name for e in SYSTEMS}) == len(SYSTEMS) == 5


def test_a_run_over_an_index(base_home: Path, tmp_path: Path) -> None:
    home = copy_home(base_home, tmp_path / "home")
    file = tmp_path / "set.jsonl"
    rows = [{"id": q.id, "question": q.text, "gold": q.gold, "topic": ""} for q in QUESTIONS]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    found = run_compare(Settings(home=home), systems=[Entry("枫桥", ours)], file=file)
    assert (found["questions"], found["rounds"], found["on"]) == (2, 1, "2026-11-21")
    assert found["articles"] > 20_000
    (row,) = found["systems"]
    assert row["prepared_s"] > 0
    assert row["measures"]["Hit@10"] == 1.0
    json.dumps(found)


def test_an_empty_index_is_explained(base_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("models", "cache"):
        (home / name).symlink_to(base_home / name, target_is_directory=True)
    with pytest.raises(NotReady, match="空的"):
        run_compare(Settings(home=home))
    with pytest.raises(BadRequest, match="没有问题集"):
        run_compare(Settings(home=home), file=tmp_path / "none.jsonl")
