"""Bring a database's records to the shape that this program knows, by Alembic's steps in `migrations/`."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from kb.errors import FengqiaoError

#: The release before Alembic numbered its tables itself; it made what this step makes.
FIRST = "0001"
#: Alembic's own table, under a name that says whose it is: the catalog shares the database.
VERSION_TABLE = "records_version"
#: Any number that all processes of this program agree on: it names the advisory lock.
_LOCK = 0x66656E67


class SchemaMismatch(FengqiaoError):
    """The records were written by another version of the program."""

    code = "schema_mismatch"
    status = 503


def upgrade(engine: Engine) -> None:
    """Bring the records to the newest shape; one process at a time, all of it or nothing.

    Raises:
        SchemaMismatch: when the records are of a newer program than this one.
    """
    script = ScriptDirectory.from_config(_config())
    known = {step.revision for step in script.walk_revisions()}
    with engine.connect() as connection:
        if _current(connection) == script.get_current_head():
            return
    with _alone(engine) as connection:
        found = _current(connection)
        if found is not None and found not in known:
            raise _newer(found)
        config = _config()
        config.attributes["connection"] = connection
        if found is None and inspect(connection).has_table("schema_version"):
            _require_first(connection)
            command.stamp(config, FIRST)
        command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "assistant.db:migrations")
    return config


def _current(connection: Connection) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()


def _require_first(connection: Connection) -> None:
    found = connection.execute(text("SELECT max(version) FROM schema_version")).scalar()
    if found not in (None, 1):
        raise _newer(str(found))


def _newer(found: str) -> SchemaMismatch:
    return SchemaMismatch(
        f"记录库的结构版本是 {found}，比本程序新。", "请先备份数据，再换用与记录库相配的程序版本。"
    )


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in a transaction during which no other process changes the shape."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # A step that rebuilds a table drops the old one, which would take its dependants with it.
            # The switch does nothing inside a transaction, so it comes first.
            enforced = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                connection.commit()
            finally:
                connection.rollback()
                connection.exec_driver_sql(f"PRAGMA foreign_keys={enforced}")
        else:
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
                yield connection
