"""An audit log of its own for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event

from assistant.audit.keys import KeyedHash
from assistant.audit.log import AuditLog

KEY = bytes(range(32))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "records.db"


@pytest.fixture
def engine(database: Path) -> Iterator[Engine]:
    made = create_engine(f"sqlite:///{database}", connect_args={"timeout": 30})

    @event.listens_for(made, "connect")
    def _wal(connection, _record):
        connection.execute("PRAGMA journal_mode=WAL")

    yield made
    made.dispose()


@pytest.fixture
def audit(engine: Engine) -> AuditLog:
    return AuditLog(engine, KeyedHash(KEY))
