"""Prototypes: vectors and addresses of judged questions, without their texts."""

from pathlib import Path

import numpy as np
import pytest

from kb.errors import UnreadableFile
from kb.ranking.prototypes import Prototypes, joined, load_prototypes, with_prototypes, write_prototypes
from kb.ranking.questions import Question, text_print

ADDRESS, TEXT = "民法典第二百八十八条", "甲乙丙丁"


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, np.float32)
    return vector / np.linalg.norm(vector)


def judged() -> Question:
    return Question("这句话不进文件", ((ADDRESS, frozenset([text_print(TEXT)])),))


def test_written_and_read_without_the_words(tmp_path: Path) -> None:
    path = tmp_path / "m.prototypes.npz"
    write_prototypes(path, [judged()], np.stack([unit(1, 2, 3)]))
    found = load_prototypes("m", path)
    assert found.questions == [Question("", judged().answers)]
    assert float(found.vectors[0] @ unit(1, 2, 3)) > 0.9999
    assert "这句话".encode() not in path.read_bytes()
    assert "这句话".encode("utf-32-le") not in path.read_bytes()


def test_no_file_no_prototypes(tmp_path: Path) -> None:
    assert load_prototypes("m", tmp_path / "none.npz").questions == []


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    path.write_bytes(b"not a zip")
    with pytest.raises(UnreadableFile, match=r"m\.npz"):
        load_prototypes("m", path)


def test_they_count_beside_predicted_questions() -> None:
    predicted = Question("预写的", ((ADDRESS, frozenset([text_print(TEXT)])),))
    both = with_prototypes(
        [predicted], np.stack([unit(1, 0)]), Prototypes([judged()], np.stack([unit(0, 1)]))
    )
    nearest = both.attach([("id", ADDRESS, TEXT)]).nearest(unit(0, 1))
    assert nearest.first(1) == ["id"]
    assert nearest.best[0] == pytest.approx(1.0)
    alone = with_prototypes([predicted], np.stack([unit(1, 0)]), None)
    assert alone.attach([("id", ADDRESS, TEXT)]).nearest(unit(0, 1)).best[0] == pytest.approx(0.0)


def test_two_kinds_are_joined() -> None:
    one = Prototypes([judged()], np.stack([unit(1, 0)]))
    none = Prototypes([], np.zeros((0, 0), np.float32))
    both = joined(one, Prototypes([judged()], np.stack([unit(0, 1)])))
    assert len(both.questions) == 2 and both.vectors.tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert joined(none, one) is one and joined(one, none) is one and joined(none, none).questions == []
