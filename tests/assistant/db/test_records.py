"""The records' tables: made once, versioned, valid on SQLite and PostgreSQL."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from assistant.db.models import Base, DraftRow, SchemaVersion
from assistant.db.session import SCHEMA_VERSION, SchemaMismatch, open_records


@pytest.fixture
def engine(tmp_path: Path):
    made = create_engine(f"sqlite:///{tmp_path / 'records.db'}")
    yield made
    made.dispose()


def test_opening_twice_makes_tables_and_version_once(engine):
    open_records(engine)
    sessions = open_records(engine)
    assert {"drafts", "draft_revisions", "reviews", "schema_version"} <= set(
        inspect(engine).get_table_names()
    )
    with sessions() as session:
        assert [v.version for v in session.query(SchemaVersion)] == [SCHEMA_VERSION]


def test_sqlite_is_put_into_wal_mode(engine, tmp_path):
    open_records(engine)
    with sqlite3.connect(tmp_path / "records.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_records_of_a_newer_program_are_refused_in_chinese(engine):
    sessions = open_records(engine)
    with sessions.begin() as session:
        session.add(SchemaVersion(version=SCHEMA_VERSION + 1, applied_at=datetime.now(UTC)))
    with pytest.raises(SchemaMismatch) as caught:
        open_records(engine)
    assert f"结构版本是 {SCHEMA_VERSION + 1}" in caught.value.message


def test_times_come_back_in_utc_whatever_zone_they_went_in(engine):
    sessions = open_records(engine)
    beijing = datetime(2026, 11, 21, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    row = DraftRow(
        id="1", format="qa", status="draft", version=1, title="", question="", answer="", citations=[],
        problems=[], author="王芳", last_editor="王芳", created_at=beijing, updated_at=beijing,
    )  # fmt: skip
    with sessions.begin() as session:
        session.add(row)
    with sessions() as session:
        assert session.get_one(DraftRow, "1").created_at == datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


def test_an_unfinished_write_leaves_nothing(engine):
    sessions = open_records(engine)
    with pytest.raises(RuntimeError), sessions.begin() as session:
        session.add(SchemaVersion(version=99, applied_at=datetime.now(UTC)))
        session.flush()
        raise RuntimeError("power cut")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM schema_version")).scalar_one() == 1


def test_every_table_compiles_for_postgresql():
    for table in Base.metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=postgresql.dialect()))
