"""Accounts over a new database, with a clock that tests move."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.accounts.accounts import Accounts
from assistant.accounts.types import Place
from kb.settings import Settings

PASSWORD = "香樟-搭桥-42-晒谷坪"
TREE = [
    Place(id="c1", kind="county", name="会岭县"),
    Place(id="t1", kind="township", name="枫桥头镇", parent_id="c1"),
    Place(id="t2", kind="township", name="龙口镇", parent_id="c1"),
    Place(id="v1", kind="village", name="枫树湾村", parent_id="t1"),
    Place(id="v2", kind="village", name="竹园村", parent_id="t1"),
    Place(id="v3", kind="village", name="上龙口村", parent_id="t2"),
]


class Clock:
    """The present, which goes on only when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(records_url: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url=records_url, session_idle_minutes=30, session_hours=8)


@pytest.fixture
def accounts(records_engine: Engine, settings: Settings, clock: Clock) -> Accounts:
    made = Accounts(records_engine, settings, clock)
    for place in TREE:
        made.places.add(place)
    return made
