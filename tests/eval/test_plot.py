from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from eval.plot import check_target, draw_reliability
from kb.errors import BadRequest

LOW = {"low": 0.0, "high": 0.1, "count": 3, "predicted": 0.05, "observed": 0.0}
EMPTY = {"low": 0.5, "high": 0.6, "count": 0, "predicted": None, "observed": None}
HIGH = {"low": 0.9, "high": 1.0, "count": 40, "predicted": 0.95, "observed": 0.9}
SERIES = {"answerable": [EMPTY, HIGH], "all": [LOW, EMPTY, HIGH]}


def test_the_picture_names_its_axes_and_series(tmp_path: Path) -> None:
    draw_reliability(SERIES, tmp_path / "a.svg")
    words = set(ElementTree.parse(tmp_path / "a.svg").getroot().itertext())
    assert {"answerable", "all", "perfect", "probability of the first hit", "questions"} <= words


def test_the_same_figures_give_the_same_picture(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        draw_reliability(SERIES, tmp_path / name)
    draw_reliability({"answerable": [HIGH], "all": [HIGH]}, tmp_path / "c.svg")
    a, b, c = ((tmp_path / f"{name}.svg").read_bytes() for name in "abc")
    assert a == b != c


def test_a_bitmap_is_drawn_too(tmp_path: Path) -> None:
    draw_reliability(SERIES, tmp_path / "a.PNG")
    with Image.open(tmp_path / "a.PNG") as image:
        assert image.format == "PNG" and image.width > 500
        assert len(image.convert("RGB").getcolors(100_000) or []) > 2


def test_where_it_cannot_be_drawn_is_explained(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "a.gif", "不能画成"), (tmp_path / "none" / "a.svg", "没有文件夹")):
        with pytest.raises(BadRequest, match=said):
            check_target(path)
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(BadRequest, match="写不进"):
        draw_reliability(SERIES, tmp_path / "folder.svg")
