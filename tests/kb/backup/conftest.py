"""A small home with everything a backup must carry, built once; every test works on a copy of its own."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import corpora
from assistant.chat.models import ChatRow, ChatTurnRow, FeedbackRow
from assistant.db.accounts import PersonRow, PlaceRow
from assistant.db.models import Base
from assistant.db.session import open_records
from assistant.intakes.models import IntakeRow
from assistant.publicity.records import DraftRecords
from ingest.pipeline import Pipeline
from kb.backup.archive import write_archive
from kb.backup.snapshot import take_snapshot
from kb.catalog.engine import get_engine
from kb.model import ReviewedQA
from kb.settings import Settings
from tests.ingest.tree import new_kb, short_laws, statute_markdown

#: Clauses that no shipped vector is for: they are computed here, and only the cache has them.
OWN_RULES = """# 越溪村村规民约

第一条 村口的公用晒场先到先用，用完当天扫净，不得连占三日。

第二条 夜里十点以后，打谷机和碾米机一律停转，农忙抢收经村民小组长同意的除外。
"""
PASSPHRASE = "correct horse battery staple"


def draft(number: int) -> dict[str, object]:
    """Values of a draft for `DraftRecords.add`; its text names its number throughout."""
    return {
        "format": "qa",
        "title": f"第{number}份",
        "question": f"问{number}",
        "answer": f"答{number}" * 50,
        "citations": [{"address": f"第{number}处", "ok": True}],
        "problems": [],
        "topic": "晒场",
        "address": "",
        "case_id": "",
        "on": None,
    }


def chat_rows() -> list[Base]:
    """Somebody's conversation, feedback on an answer and a matter handed over, with times, JSON and sealed bytes."""
    at = datetime(2026, 11, 20, 8, 30, 0, 123456, tzinfo=UTC)
    said = {"answer": "不得连占三日。", "refused": False, "on": "2026-11-20", "citations": []}
    return [
        PlaceRow(id="c", kind="county", name="某县"),
        PersonRow(id="p", login="wangfang", name="王芳", created_at=at),
        ChatRow(id="chat", person_id="p", title="晒场能占几天", created_at=at, updated_at=at),
        ChatTurnRow(id="turn", conversation_id="chat", question="晒场能占几天", response=said, at=at),
        FeedbackRow(
            id="f", turn_id="turn", rating="bad", reasons=["missing"], note="", question="晒场能占几天",
            answer="不得连占三日。", citations=[], generated=False, on=date(2026, 11, 20), created_at=at,
            closed_at=at, closed_by="赵敏（zhaomin）", close_note="已补上",
        ),
        IntakeRow(
            id="i", place_id="c", author_id="p", by="王芳（wangfang）", status="new", narrative="甲占了晒场",
            risks=[], dispute_type="邻里", on=date(2026, 11, 20), created_at=at, note="", has_contact=True,
            retain_until=date(2036, 11, 17), sealed=bytes(range(256)),
        ),
    ]  # fmt: skip


@pytest.fixture(scope="session")
def small_base(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight short laws, two villages' rules, drafts, one reviewed Q&A, a chat, and files in the home; closed."""
    folder = tmp_path_factory.mktemp("backup")
    home = folder / "home"
    files = [corpora.path("village_rules", "yn-damafang.md"), folder / "own.md"]
    files[1].write_text(OWN_RULES, encoding="utf-8")
    for number, law in enumerate(short_laws(8)):
        files.append(folder / f"{number}.md")
        files[-1].write_text(statute_markdown(law), encoding="utf-8")
    with new_kb(base_home, home) as kb:
        report = Pipeline(kb).run(files)
        assert not report.failures, report.failures
        kb.publish_qa(
            ReviewedQA(
                id="0b6d0a52-8b0e-5d2c-9a55-3a2f0f3d8f10",
                question="晒场能占几天",
                answer="不得连占三日。",
                approved_on=date(2026, 11, 20),
                author="王芳",
                reviewer="李强",
            )
        )
        kb.indexer.cache.close()
        records = DraftRecords(open_records(get_engine(kb.settings)))
        for number in range(3):
            records.add(draft(number), "王芳")
        for row in chat_rows():
            with records.sessions.begin() as session:
                session.add(row)
        get_engine(kb.settings).dispose()
    (home / "audit.key").write_bytes(bytes(range(32)))
    (home / "来文").mkdir()
    (home / "来文" / "函 一.txt").write_text("请予协助。", encoding="utf-8")
    return home


@pytest.fixture
def settings(small_base: Path, tmp_path: Path) -> Settings:
    """Settings of a copy of that home."""
    shutil.copytree(small_base, tmp_path / "home", symlinks=True)
    return Settings(home=tmp_path / "home")


Make = Callable[..., Path]


@pytest.fixture
def make_archive(small_base: Path, tmp_path: Path) -> Make:
    """Return a maker of archives of that home; `change` may tamper with the copies and the manifest before."""

    def make(name: str = "a.tar.gz", passphrase: str | None = None, change=None) -> Path:
        staged = tmp_path / f"staged-{name}"
        staged.mkdir()
        manifest = take_snapshot(Settings(home=small_base), staged)
        if change:
            change(staged, manifest)
        write_archive(tmp_path / name, manifest, staged, passphrase)
        return tmp_path / name

    return make
