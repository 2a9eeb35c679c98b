from pathlib import Path

import pytest

from eval import gate
from kb.errors import BadRequest

LINE = '{"id": "g1", "question": "被狗咬了谁赔？", "gold": ["民法典第一千二百四十五条"], "topic": "损害"}'


def written(folder: Path, text: str) -> Path:
    path = folder / "set.jsonl"
    path.write_text(text, "utf-8")
    return path


def test_a_set_is_read_in_order(tmp_path: Path) -> None:
    second = LINE.replace("g1", "g2").replace("谁赔", "找谁赔").replace(', "topic": "损害"', "")
    found = gate.load(written(tmp_path, f"{LINE}\n\n{second}\n"))
    assert found == [
        gate.Question("g1", "被狗咬了谁赔？", ("民法典第一千二百四十五条",), "损害"),
        gate.Question("g2", "被狗咬了找谁赔？", ("民法典第一千二百四十五条",), ""),
    ]


def test_the_gate_that_ships_is_read() -> None:
    assert len(gate.load()) >= 150


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "空的"),
        ("not json", "第 1 行"),
        ("[1]", "第 1 行"),
        (f'{LINE}\n{{"id": "g2", "question": "？"}}', "第 2 行"),
        (LINE.replace('["民法典第一千二百四十五条"]', "[]"), "gold"),
        (LINE.replace('["民法典第一千二百四十五条"]', '"民法典"'), "gold"),
        (LINE.replace('["民法典第一千二百四十五条"]', "3"), "第 1 行"),
        (f"{LINE}\n{LINE}", "重复"),
    ],
)
def test_a_bad_set_is_explained(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        gate.load(written(tmp_path, text))


def test_a_missing_set_is_explained(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="没有问题集"):
        gate.load(tmp_path / "none.jsonl")
