from pathlib import Path

import pytest

from eval.training.config import DEFAULT, load_config
from kb.errors import BadRequest

TEXT = DEFAULT.read_text("utf-8")


def changed(folder: Path, old: str, new: str) -> Path:
    assert old in TEXT
    path = folder / "own.toml"
    path.write_text(TEXT.replace(old, new, 1), "utf-8")
    return path


def test_the_shipped_one_is_valid() -> None:
    config = load_config()
    assert [stage.source for stage in config.stage] == ["questions", "narratives", "beir"]
    assert all(stage.negative_ranks[0] > 0 for stage in config.stage)  # the nearest may be right


def test_what_stands_there_counts(tmp_path: Path) -> None:
    assert load_config(changed(tmp_path, "folds = 5", "folds = 3")).folds == 3


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("folds = 5", "folds = 1", "folds 不能是 1"),
        ("folds = 5\n", "", "缺少 folds"),
        ("folds = 5", "folds = 5\nfold = 5", "没有 fold 这一项"),
        ("batch = 128", 'batch = "big"', "stage.1.batch 不能是 'big'"),
        ('source = "narratives"', 'source = "web"', "stage.2.source 不能是 'web'"),
        ("negative_ranks = [2, 60]", "negative_ranks = [60, 2]", "stage.3.negative_ranks：起点"),
        ("frozen = 6", "frozen = 12", "stage.3.frozen 不能是 12"),
        ("keep = 0.3", "keep = 1.0", "stage.3.keep 不能是 1.0"),
        ('name = "narratives"', 'name = "questions"', "stage：各阶段的 name 不能相同"),
        ('name = "narratives"', 'name = "base"', "也不能叫 base"),
        ('name = "narratives"', 'name = "../elsewhere"', "stage.2.name 不能是"),
        ('source = "questions"', 'source = "beir"', "source 为 beir 的阶段应排在最后"),
        ("hidden = 16", "hidden = -1", "ranker.hidden 不能是 -1"),
        ("seed = 1", "seed = = 1", "不是有效的 TOML"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(BadRequest) as error:
        load_config(changed(tmp_path, old, new))
    assert "own.toml" in error.value.message and told in error.value.message
    assert "eval/training/config" in error.value.hint


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="没有训练配置文件"):
        load_config(tmp_path / "none.toml")
    with pytest.raises(BadRequest, match="读不了"):
        load_config(tmp_path)
    (tmp_path / "own.toml").write_bytes("种子".encode("gb18030"))
    with pytest.raises(BadRequest, match="不是有效的 TOML"):
        load_config(tmp_path / "own.toml")
