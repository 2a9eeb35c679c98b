"""The records' tables, on SQLite and PostgreSQL: what goes in comes out, all of it or nothing."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from assistant.db.accounts import MembershipRow
from assistant.db.models import DraftRow, SchemaVersion
from assistant.db.session import open_records


def test_sqlite_is_put_into_wal_mode(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'records.db'}")
    open_records(engine)
    engine.dispose()
    with sqlite3.connect(tmp_path / "records.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_times_come_back_in_utc_whatever_zone_they_went_in(records_engine):
    sessions = open_records(records_engine)
    beijing = datetime(2026, 11, 21, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    row = DraftRow(
        id="1", format="qa", status="draft", version=1, title="", question="", answer="", citations=[],
        problems=[], author="王芳", last_editor="王芳", created_at=beijing, updated_at=beijing,
    )  # fmt: skip
    with sessions.begin() as session:
        session.add(row)
    with sessions() as session:
        assert session.get_one(DraftRow, "1").created_at == datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


def test_an_unfinished_write_leaves_nothing(records_engine):
    sessions = open_records(records_engine)
    with pytest.raises(RuntimeError), sessions.begin() as session:
        session.add(SchemaVersion(version=99, applied_at=datetime.now(UTC)))
        session.flush()
        raise RuntimeError("power cut")
    with records_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM schema_version")).scalar_one() == 1


def test_a_row_that_points_at_nothing_is_refused(records_engine):
    sessions = open_records(records_engine)
    with pytest.raises(IntegrityError), sessions.begin() as session:
        session.add(MembershipRow(person_id="nobody", role="mediator", place_id=None))
