"""The gate over the shipped knowledge base, and the parts that it is made of."""

from pathlib import Path

import pytest

from eval.asking import Reply, load_sets
from eval.regression import (
    AUROC_AT_LEAST,
    GateRun,
    Measures,
    checks,
    load_expected,
    measure,
    measures,
    write_expected,
)
from kb.base import KnowledgeBase
from kb.errors import BadRequest


@pytest.mark.timeout(900)
def test_search_has_not_become_worse(kb: KnowledgeBase) -> None:
    if kb.ranking is None:
        pytest.skip(f"no ranker ships for {kb.embedder.name}")
    expected = load_expected()
    assert expected is not None, "fengqiao eval gate --write has not been run"
    found = checks(measure(kb, *load_sets()), expected)
    assert [row for row in found if not row.ok] == []
    assert expected.auroc_at_least >= AUROC_AT_LEAST and expected.tolerance <= 0.02


def test_confidence_reaches_its_bar() -> None:
    expected = load_expected()
    assert expected is not None and expected.measured.auroc >= AUROC_AT_LEAST


def reply(name: str, gold: set[str], hits: tuple[str, ...], confidence: float) -> Reply:
    return Reply(name, frozenset(gold), hits, confidence, confidence)


def test_measures_by_hand() -> None:
    """First, second, not among the hits, and not on the shelves at all."""
    can = [
        reply("1", {"a"}, ("a", "b"), 0.9),
        reply("2", {"b", "c"}, ("a", "b", "c"), 0.8),
        reply("3", {"z"}, ("a", "b"), 0.7),
        reply("4", set(), ("a",), 0.6),
    ]
    cannot = [reply("5", set(), ("a",), 0.65), reply("6", set(), (), 0.0)]
    assert measures(can, cannot) == Measures(hit=0.5, mrr=1.5 / 4, auroc=7 / 8)


def test_a_fall_within_the_tolerance_is_one_of_chance(tmp_path: Path) -> None:
    was = GateRun("some-model", Measures(hit=0.9, mrr=0.7, auroc=0.99))
    expected = write_expected(was, tmp_path / "expected.toml")
    for hit, mrr, auroc, below in (
        (0.9, 0.7, 0.99, []),
        (0.88, 0.68, 0.95, []),
        (1.0, 1.0, 1.0, []),
        (0.8799, 0.7, 0.99, ["Hit@10"]),
        (0.9, 0.6799, 0.99, ["MRR@10"]),
        (0.9, 0.7, 0.9499, ["AUROC"]),
    ):
        rows = checks(Measures(hit=hit, mrr=mrr, auroc=auroc), expected)
        assert [row.name for row in rows if not row.ok] == below
    assert [(row.least, row.expected) for row in rows] == [(0.88, 0.9), (0.68, 0.7), (0.95, 0.99)]


def test_without_an_expectation_all_is_well() -> None:
    rows = checks(Measures(hit=0, mrr=0, auroc=0), None)
    assert all(row.ok and row.least is None for row in rows)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "expected.toml"
    assert load_expected(path) is None
    first = write_expected(GateRun("some-model", Measures(hit=0.9, mrr=0.7, auroc=0.99)), path)
    assert load_expected(path) == first
    assert (first.model, first.date.isoformat()) == ("some-model", "2026-11-21")
    path.write_text(path.read_text("utf-8").replace("tolerance = 0.02", "tolerance = 0.05"), "utf-8")
    again = write_expected(GateRun("other", Measures(hit=0.8, mrr=0.6, auroc=0.98)), path)
    assert load_expected(path) == again
    assert (again.tolerance, again.auroc_at_least, again.measured.hit) == (0.05, 0.95, 0.8)


@pytest.mark.parametrize(
    ("old", "new"),
    [("hit = 0.9", "hit = 90"), ("[measured]", ""), ("mrr = 0.7", "mrr ="), ("model", "modell")],
)
def test_a_damaged_file_is_explained(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "expected.toml"
    run = GateRun("some", Measures(hit=0.9, mrr=0.7, auroc=0.99))
    write_expected(run, path)
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(BadRequest, match=r"expected\.toml 读不出来"):
        load_expected(path)
    with pytest.raises(BadRequest, match=r"expected\.toml 读不出来"):
        write_expected(run, path)


def test_where_it_cannot_be_written_is_explained(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="写不进"):
        write_expected(GateRun("m", Measures(hit=0, mrr=0, auroc=0)), tmp_path / "none" / "expected.toml")
