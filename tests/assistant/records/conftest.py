"""A desk of case records over a real index, its rows on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.accounts.accounts import Accounts
from assistant.accounts.types import Membership, Place
from assistant.records.desk import RecordDesk
from assistant.records.types import NewRecord
from kb.base import KnowledgeBase
from kb.settings import Settings
from tests.conftest import copy_home

VILLAGE = "zj-fengshuwan"
NEW = NewRecord(
    village=VILLAGE,
    name="欧阳雪梅与司徒国栋磨坊纠纷",
    facts="申请人欧阳雪梅与被申请人司徒国栋共用一座临河磨坊。欧阳雪梅称磨坊被司徒国栋锁住，电话13987650123。",
    result="司徒国栋打开临河磨坊的锁，两家按单双日轮流用。",
    dispute_type="邻里",
    outcome="达成协议",
)
PRIVATE = ("欧阳雪梅", "司徒国栋", "13987650123")


@dataclass
class Office:
    """A desk, where and by whom records are written, and how to open the desk again, as after a restart."""

    desk: RecordDesk
    engine: Engine
    place: Place
    author: str

    def restarted(self) -> RecordDesk:
        return RecordDesk(self.desk.kb, self.engine, self.desk.settings)


@pytest.fixture(scope="module")
def record_kb(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """One index for the tests of a module; each leaves it without records."""
    home = copy_home(base_home, tmp_path_factory.mktemp("records") / "home")
    with KnowledgeBase.open(Settings(home=home)) as opened:
        yield opened


@pytest.fixture
def office(record_kb: KnowledgeBase, records_engine: Engine, tmp_path: Path) -> Iterator[Office]:
    settings = record_kb.settings.model_copy(update={"home": tmp_path / "records-home"})
    accounts = Accounts(records_engine, settings)
    accounts.places.take_over(record_kb.catalog.villages())
    person = accounts.people.add("wangfang", "王芳", [Membership(role="mediator", place_id=VILLAGE)])
    desk = RecordDesk(record_kb, records_engine, settings)
    yield Office(desk, records_engine, accounts.places.get(VILLAGE), person.id)
    for record_id in record_kb.cases_put():
        record_kb.remove_case(record_id)
