"""From nothing, from the first release and from several processes at once to the newest tables."""

import sqlite3
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

import assistant.audit.models
import assistant.chat.models
import assistant.db.accounts
import assistant.intakes.models
import assistant.records.models  # noqa: F401 (registers its tables, as do those above)
from assistant.db.migrate import VERSION_TABLE, SchemaMismatch, _alone, _config
from assistant.db.models import Base, DraftRow, ReviewRow, RevisionRow
from assistant.db.session import open_records
from kb.catalog.tables import metadata as catalog_tables

#: A database as release 0.1 made and filled it.
OLD = (Path(__file__).parent / "release_0_1.sql").read_text(encoding="utf-8")


def differences(engine: Engine) -> list[object]:
    """What Alembic would still change to make the tables what the models say."""
    options = {
        "include_name": lambda name, kind, _parents: kind != "table" or name in Base.metadata.tables,
        "compare_type": True,
    }
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)


def old_database(path: Path) -> Engine:
    with sqlite3.connect(path) as connection:
        connection.executescript(OLD)
    return create_engine(f"sqlite:///{path}")


def test_a_new_database_has_what_the_models_say(records_engine: Engine) -> None:
    open_records(records_engine)
    open_records(records_engine)
    assert differences(records_engine) == []
    assert set(Base.metadata.tables) <= set(inspect(records_engine).get_table_names())


def test_the_catalog_in_the_same_database_is_left_alone(records_engine: Engine) -> None:
    catalog_tables.create_all(records_engine)
    open_records(records_engine)
    assert set(catalog_tables.tables) <= set(inspect(records_engine).get_table_names())


def test_the_first_releases_database_is_upgraded_in_place(tmp_path: Path) -> None:
    engine = old_database(tmp_path / "old.db")
    assert differences(engine) != []
    sessions = open_records(engine)
    assert differences(engine) == []
    with sessions() as session:
        draft = session.get_one(DraftRow, "d1")
        assert (draft.author, draft.reviewer, draft.published) == ("王芳", "赵敏", True)
        assert draft.on == date(2026, 11, 20)
        assert draft.citations == [{"address": "民法典第二百八十八条"}]
        assert session.query(RevisionRow).one().editor == "王芳"
        assert session.query(ReviewRow).one().at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    engine.dispose()


def test_the_first_release_then_refuses_the_database(tmp_path: Path) -> None:
    engine = old_database(tmp_path / "old.db")
    open_records(engine)
    with engine.connect() as connection:  # it asks for max(version) and wants 1
        assert connection.execute(text("SELECT max(version) FROM schema_version")).scalar_one() != 1
    engine.dispose()


def test_records_of_a_newer_program_are_refused_in_chinese(records_engine: Engine) -> None:
    open_records(records_engine)
    with records_engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(SchemaMismatch) as caught:
        open_records(records_engine)
    assert "结构版本是 9999" in caught.value.message


def test_an_unknown_shape_without_alembics_mark_is_refused(tmp_path: Path) -> None:
    engine = old_database(tmp_path / "old.db")
    with engine.begin() as connection:
        connection.execute(text("UPDATE schema_version SET version = 7"))
    with pytest.raises(SchemaMismatch):
        open_records(engine)
    assert "people" not in inspect(engine).get_table_names()
    engine.dispose()


def test_a_step_that_fails_leaves_the_old_shape(tmp_path: Path) -> None:
    engine = old_database(tmp_path / "old.db")
    with engine.begin() as connection:  # what the second step wants to make is in its way
        connection.execute(text("CREATE TABLE api_keys (other INTEGER)"))
    with pytest.raises(Exception, match="api_keys"):
        open_records(engine)
    assert "people" not in inspect(engine).get_table_names()
    engine.dispose()


def test_of_several_starting_at_once_all_succeed(records_engine: Engine) -> None:
    start = threading.Barrier(4)
    failures: list[BaseException] = []

    def begin() -> None:
        start.wait()
        try:
            open_records(records_engine)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert differences(records_engine) == []


def test_every_step_can_be_taken_back(records_engine: Engine) -> None:
    open_records(records_engine)
    with _alone(records_engine) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert not set(Base.metadata.tables) & set(inspect(records_engine).get_table_names())
    open_records(records_engine)
    assert differences(records_engine) == []
