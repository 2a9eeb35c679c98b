"""`kill -9` in the middle of an ingest, for real: run again, and nothing is missing, doubled or half-written."""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb.catalog.catalog import Catalog
from kb.catalog.engine import get_engine
from kb.embedding.load import load_embedder
from kb.index.units import units
from kb.settings import Settings
from kb.store.open import open_store
from tests.ingest.tree import short_laws, small_home, statute_markdown, write_tree

_COMMAND = [sys.executable, "-c", "from cli.main import main; main()", "ingest"]


@dataclass(frozen=True)
class Content:
    """Everything that two homes must agree on."""

    counts: dict[str, int]
    points: frozenset[str]
    passages: frozenset[str]
    laws: dict[str, int]
    texts: frozenset[tuple[str, str]]


def start(home: Path, tree: Path) -> "subprocess.Popen[str]":
    env = {**os.environ, "FENGQIAO_HOME": str(home), "FENGQIAO_EMBEDDING_THREADS": "1"}
    return subprocess.Popen(
        [*_COMMAND, str(tree)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    )


def wait_for_work(process: "subprocess.Popen[str]") -> None:
    """Return when the first file is about to be read: loading the model is not what is tested."""
    assert process.stderr is not None
    for line in process.stderr:
        if "读取文件" in line:
            return


def content(home: Path, base: Path) -> Content:
    settings = Settings(home=home)
    embedder = load_embedder(Settings(home=base))
    catalog = Catalog(get_engine(settings))
    store = open_store(settings, model_key=embedder.key, dim=embedder.dim)
    try:
        hits, after = store.scroll(None, 100_000, None)
        assert after is None
    finally:
        store.close()
    versions = catalog.laws(limit=10_000)
    return Content(
        counts=catalog.counts(),
        points=frozenset(h.id for h in hits),
        passages=frozenset(p.id for u in units(catalog) for p in u.passages),
        laws={v.id: len(catalog.provisions(v.id)) for v in versions},
        texts=frozenset((p.id, p.text) for v in versions for p in catalog.provisions(v.id)),
    )


def half_written(found: Content) -> list[str]:
    """Return the law versions with fewer articles than they have."""
    whole = {len(law.articles) for law in short_laws(30)}
    return [law for law, articles in found.laws.items() if articles not in whole]


@dataclass(frozen=True)
class Undisturbed:
    """A run nobody disturbed: its tree, what it left, and the seconds it worked."""

    tree: Path
    content: Content
    took: float


@pytest.fixture(scope="module")
def undisturbed(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("kill")
    tree, home = write_tree(folder / "tree"), small_home(base_home, folder / "home")
    process = start(home, tree)
    wait_for_work(process)
    began = time.monotonic()
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    found = content(home, base_home)
    assert found.points == found.passages
    assert found.counts["sources"] == 39
    assert not half_written(found)
    return Undisturbed(tree, found, time.monotonic() - began)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "moments",
    [
        pytest.param([0.2], id="one"),
        pytest.param([0.02, 0.35], id="two", marks=pytest.mark.long),
        pytest.param([], id="ten at random", marks=pytest.mark.long),
    ],
)
def test_kill_and_run_again(
    base_home: Path, tmp_path: Path, undisturbed: Undisturbed, moments: list[float]
) -> None:
    """`moments` are parts of the undisturbed run's time; ten are drawn, mostly early, where work is left to do."""
    chance = random.Random(20261121)
    moments = moments or [chance.random() ** 2 * 0.9 for _ in range(10)]
    home, expected = small_home(base_home, tmp_path / "home"), undisturbed.content
    killed = 0
    for moment in moments:
        process = start(home, undisturbed.tree)
        wait_for_work(process)
        time.sleep(undisturbed.took * moment)
        killed += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        catalog = Catalog(get_engine(Settings(home=home)))
        laws = {v.id: len(catalog.provisions(v.id)) for v in catalog.laws(limit=10_000)}
        assert laws.items() <= expected.laws.items()  # a law is there as a whole, or not at all
    assert killed >= len(moments) / 2
    process = start(home, undisturbed.tree)
    out, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert "失败 0" in out
    assert content(home, base_home) == expected


@pytest.mark.long
def test_running_again_finds_nothing_to_do(base_home: Path, tmp_path: Path) -> None:
    home, tree = small_home(base_home, tmp_path / "home"), tmp_path / "tree"
    tree.mkdir()
    (tree / "law.md").write_text(statute_markdown(short_laws(1)[0]), encoding="utf-8")
    for said in ("新收 1，未变 0", "新收 0，未变 1"):
        out, errors = start(home, tree).communicate(timeout=300)
        assert said in out, errors
    assert "索引新增 0 段，删去 0 段" in out.replace("\n", "")
