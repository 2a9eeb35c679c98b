"""`fengqiao records expire`: lists what is past its time, erases it on demand, leaves the rest."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.accounts.accounts import Accounts
from assistant.accounts.types import Membership
from assistant.audit.models import table as audit_table
from assistant.intakes.desk import IntakeDesk, Told
from assistant.intakes.models import IntakeRow
from assistant.records.desk import RecordDesk
from assistant.records.types import NewRecord
from kb.base import KnowledgeBase
from kb.catalog.engine import get_engine
from kb.settings import Settings
from tests.cli.conftest import run_here
from tests.conftest import copy_home

VILLAGE = "zj-fengshuwan"


@pytest.fixture
def home(base_home: Path, tmp_path: Path) -> Iterator[Path]:
    """A home with a record past its time and one that isn't, closed."""
    made = copy_home(base_home, tmp_path / "home")
    settings = Settings(home=made)
    accounts = Accounts(get_engine(settings), settings)
    with KnowledgeBase.open(settings) as kb:
        accounts.places.take_over(kb.catalog.villages())
        author = accounts.people.add("wangfang", "王芳", [Membership(role="mediator", place_id=VILLAGE)])
        desk = RecordDesk(kb, get_engine(settings), settings)
        intakes = IntakeDesk(
            kb, get_engine(settings), settings.model_copy(update={"record_retention_days": 1})
        )
        told = Told("欧阳雪梅与司徒国栋争晒场。")
        row = intakes.create(told, accounts.places.get(VILLAGE), accounts.people.get(author.id))
        with intakes.sessions.begin() as session:  # as if it were from long ago
            session.get_one(IntakeRow, row.id).retain_until = date(2020, 1, 1)
        for name, closed in (("旧水渠纠纷", date(2010, 1, 1)), ("新水渠纠纷", date(2026, 1, 1))):
            record = NewRecord(village=VILLAGE, name=name, facts="欧阳雪梅与司徒国栋争水渠。", closed=closed)
            desk.create(record, accounts.places.get(VILLAGE), author.id)
    yield made
    get_engine(settings).dispose()


def test_what_is_past_its_time_is_listed_then_erased(home: Path) -> None:
    listed = run_here(home, "records", "expire")
    assert listed.code == 0
    assert "旧水渠纠纷" in listed.out
    assert "争晒场" in listed.out
    assert "新水渠纠纷" not in listed.out
    assert "欧阳雪梅" not in listed.out
    assert "--yes" in listed.out
    done = run_here(home, "records", "expire", "--yes")
    assert done.code == 0, done.err
    assert "彻底删除了 2 份" in done.out
    assert "没有保存期已满" in run_here(home, "records", "expire", "--yes").out
    with KnowledgeBase.open(Settings(home=home)) as kb:
        assert [case.name for case in kb.cases_put().values()] == ["新水渠纠纷"]
    with get_engine(Settings(home=home)).connect() as connection:
        rows = connection.execute(audit_table().select()).all()
    assert [(r.who, r.action, r.kind, r.place) for r in rows] == [
        ("system", "delete", "case", VILLAGE),
        ("system", "delete", "intake", VILLAGE),
    ]


def test_without_a_database_none_is_made(tmp_path: Path) -> None:
    done = run_here(tmp_path / "none", "records", "expire")
    assert done.code == 1
    assert "没有数据库" in done.err
    assert not (tmp_path / "none").exists()
