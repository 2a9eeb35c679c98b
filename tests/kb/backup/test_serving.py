"""A backup taken while others write: what is restored is one moment of it, and every record in it is whole."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from kb.backup.archive import unpack
from kb.backup.create import back_up
from kb.backup.restore import restore
from kb.catalog.catalog import Catalog
from kb.catalog.engine import get_engine
from kb.settings import Settings
from tests.ingest.tree import short_laws, statute_markdown

#: Adds drafts, and changes each once, until it is ended.
WRITER = """
import itertools, sys, time
from pathlib import Path
from assistant.db.session import open_records
from assistant.publicity.records import DraftRecords, Step
from kb.catalog.engine import get_engine
from kb.settings import Settings
from tests.kb.backup.conftest import draft
records = DraftRecords(open_records(get_engine(Settings(home=Path(sys.argv[1])))))
for number in itertools.count(100):
    key = records.add(draft(number), "writer")
    records.change(key, 1, Step("edited", "writer", {"answer": f"edited {number}"}, revision=True))
    print(number, flush=True)
    time.sleep(0.01)
"""


def start(*command: str, home: Path) -> "subprocess.Popen[str]":
    env = {**os.environ, "FENGQIAO_HOME": str(home), "FENGQIAO_EMBEDDING_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    )


def check_records(path: Path) -> int:
    """Return how many drafts there are; every one must have its whole trail."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        rows = db.execute("SELECT id, version, answer, last_editor FROM drafts").fetchall()
        for key, version, answer, editor in rows:
            revisions = db.execute(
                "SELECT version, answer FROM draft_revisions WHERE draft_id = ? ORDER BY version", [key]
            ).fetchall()
            steps = db.execute("SELECT version FROM reviews WHERE draft_id = ? ORDER BY id", [key]).fetchall()
            assert [v for v, _ in revisions] == [v for (v,) in steps] == list(range(1, version + 1))
            assert revisions[-1][1] == answer
            assert editor != "writer" or version < 2 or answer.startswith("edited")
    return len(rows)


@pytest.mark.long
def test_drafts_and_an_ingest_go_on_meanwhile(settings: Settings, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    laws = short_laws(60)  # whose vectors ship: what is tested isn't the model
    for number, law in enumerate(laws):
        (tree / f"{number:02}.md").write_text(statute_markdown(law), encoding="utf-8")
    whole = {len(law.articles) for law in laws}
    writer = start(WRITER, str(settings.home), home=settings.home)
    ingest = start("from cli.main import main; main()", "ingest", str(tree), home=settings.home)
    archives: list[Path] = []
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline()  # one is there
        assert ingest.stderr is not None
        for line in ingest.stderr:  # until files are read: the model loads first
            if "读取文件" in line:
                break
        while ingest.poll() is None and len(archives) < 4:
            archives.append(tmp_path / f"{len(archives)}.tar.gz")
            back_up(settings, archives[-1])
            time.sleep(0.2)
    finally:
        writer.kill()
        numbers, errors = writer.communicate()
        out, ingest_errors = ingest.communicate(timeout=240)
    assert ingest.returncode == 0, out + ingest_errors
    assert "Error" not in errors, errors
    assert archives
    assert len(numbers.splitlines()) > len(archives)  # the writer went on
    for number, archive in enumerate(archives):
        unpack(archive, tmp_path / f"unpacked-{number}")
        assert check_records(tmp_path / f"unpacked-{number}" / "records.db") > 3
    home = tmp_path / "restored"
    restored = restore(archives[0], home, settings)
    check_records(home / "fengqiao.db")
    catalog = Catalog(get_engine(Settings(home=home)))
    sizes = [len(catalog.provisions(v.id)) for v in catalog.laws(limit=1000)]
    assert set(sizes) <= whole  # a law is there as a whole, or not at all
    assert restored.index.points >= sum(sizes)
