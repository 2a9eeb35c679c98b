"""Causes of a dispute by a regression whose weights are chosen by hand."""

from pathlib import Path

import numpy as np
import pytest

from kb.errors import UnreadableFile
from kb.ranking.causes import KEPT, Causes, agreement, load_causes, write_causes

NAMES = ["相邻关系纠纷", "民间借贷纠纷", "赡养纠纷"]
WEIGHT, BIAS = np.eye(3, dtype=np.float32) * 8, np.zeros(3, np.float32)


def test_the_likeliest_cause_leads() -> None:
    causes = Causes(NAMES, WEIGHT, BIAS)
    profile = causes.profile(np.array([0, 1, 0], np.float32))
    assert next(iter(profile)) == "民间借贷纠纷" and profile["民间借贷纠纷"] == pytest.approx(
        0.9993, abs=1e-4
    )
    assert causes.probabilities(np.eye(3, dtype=np.float32)).sum(1) == pytest.approx([1, 1, 1])


def test_a_profile_is_short() -> None:
    many = Causes(
        [f"第{n}种纠纷" for n in range(40)], np.zeros((40, 2), np.float32), np.arange(40, dtype=np.float32)
    )
    assert list(many.profile(np.array([1, 0], np.float32))) == [
        f"第{n}种纠纷" for n in range(39, 39 - KEPT, -1)
    ]


def test_agreement_by_hand() -> None:
    one, other = {"甲": 0.64, "乙": 0.36}, {"甲": 0.25, "丙": 0.75}
    assert agreement(one, other) == pytest.approx(0.4)  # sqrt(.64 x .25)
    assert agreement(one, one) == pytest.approx(1.0)
    assert agreement(one, {}) == 0.0


def test_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "m.causes.npz"
    write_causes(path, NAMES, WEIGHT, BIAS)
    found = load_causes("m", path)
    assert found is not None and found.names == tuple(NAMES)
    vector = np.array([0.6, 0.8, 0], np.float32)
    assert found.profile(vector) == Causes(NAMES, WEIGHT, BIAS).profile(vector)
    assert load_causes("m", tmp_path / "none.npz") is None


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "m.causes.npz"
    path.write_bytes(b"not a zip")
    with pytest.raises(UnreadableFile, match=r"m\.causes\.npz"):
        load_causes("m", path)
    write_causes(path, NAMES[:2], WEIGHT, BIAS)
    with pytest.raises(UnreadableFile, match="对不上"):
        load_causes("m", path)
