"""Records on both databases: a test that asks for `records_engine` runs on SQLite and on PostgreSQL.

An audit log of its own, on SQLite, for every test that asks for `audit`.
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, event, make_url, text

from assistant.audit.keys import KeyedHash
from assistant.audit.log import AuditLog
from kb.catalog.engine import get_engine
from kb.settings import Settings
from tests.postgres import postgres_or_skip

KEY = bytes(range(32))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of a PostgreSQL server's own database; skipped with the reason where none can be started."""
    with postgres_or_skip() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def records_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a new, empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'records.db'}"
        return
    server = request.getfixturevalue("postgres_url")
    name = f"t{uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def records_engine(records_url: str) -> Iterator[Engine]:
    """Engine of a new, empty database, made as the program makes it."""
    engine = get_engine(Settings(database_url=records_url))
    yield engine
    engine.dispose()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the log of `audit` is."""
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
