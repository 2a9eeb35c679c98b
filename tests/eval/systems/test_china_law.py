"""china-law-mcp's own server, in a process of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.systems import china_law as module
from eval.systems.base import Shelf
from eval.systems.china_law import ChinaLaw, as_asked, china_law, keywords
from kb.errors import NotReady

#: It starts and fills another system: most of a minute.
pytestmark = pytest.mark.long


def quiet(stage: str, done: int, total: int) -> None:
    pass


@pytest.fixture(scope="module")
def system(shelf: Shelf) -> Iterator[ChinaLaw]:
    with china_law(shelf, quiet) as opened:
        yield opened


def test_what_it_finds_is_named_as_the_catalog_names_it(system: ChinaLaw, shelf: Shelf) -> None:
    # what is cited is among what it finds
    assert "民法典第一千二百四十五条" in system.search("《民法典》第1245条", 20)
    assert "人民调解法第四条" in system.search("《中华人民共和国人民调解法》第四条", 20)
    known = {a.address for a in shelf.articles}
    found = system.search("借款人应当按照约定的期限返还借款", 20)
    assert len(found) == len(set(found)) == 20
    assert set(found) <= known


def test_it_gives_no_more_than_twenty(system: ChinaLaw) -> None:
    assert len(system.search("饲养的动物造成他人损害", 100)) == 20
    assert len(system.search("饲养的动物造成他人损害", 3)) == 3


def test_the_note_says_what_the_protocol_costs(system: ChinaLaw) -> None:
    assert "协议往返约" in system.note


def test_wordings(shelf: Shelf) -> None:
    question = "邻居家的树枝伸到我家院子怎么办"
    assert as_asked(shelf)(question) == question
    wording = keywords(shelf)
    words = wording(question).split()
    assert {"邻居家", "树枝", "院子"} <= set(words)
    assert "的" not in words
    assert wording("我他") == "我他"  # no keyword in it: as asked


def test_without_its_laws_it_says_so(shelf: Shelf, tmp_path: Path) -> None:
    with (
        pytest.raises(NotReady, match="法律数据库"),
        china_law(shelf, quiet, database=str(tmp_path / "none.db")),
    ):
        pass


@pytest.mark.parametrize("package", ["no_such_package", "json"])
def test_without_the_package_it_says_so(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """Absent, or there but not a server."""
    monkeypatch.setattr(module, "PACKAGE", package)
    with pytest.raises(NotReady, match="china-law-mcp"), china_law(shelf, quiet):
        pass
