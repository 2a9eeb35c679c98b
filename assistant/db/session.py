"""Open the records: make the tables, check their version, hand out sessions."""

from datetime import UTC, datetime

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session, sessionmaker

from assistant.db.models import Base, SchemaVersion
from kb.errors import FengqiaoError

#: Shape of the tables in models.py. Raise it together with a migration.
SCHEMA_VERSION = 1


class SchemaMismatch(FengqiaoError):
    """The records were written by another version of the program."""

    code = "schema_mismatch"
    status = 503


def open_records(engine: Engine) -> sessionmaker[Session]:
    """Make the tables where absent and return a factory of sessions.

    Works on SQLite (put into WAL mode, so that readers and a writer don't wait for each other) and on
    PostgreSQL.

    Raises:
        SchemaMismatch: when the tables are of another version than this program's.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.execute(text("PRAGMA journal_mode=WAL"))
    _create(engine)
    factory = sessionmaker(engine, expire_on_commit=False)
    _check_version(factory)
    return factory


def _create(engine: Engine) -> None:
    try:
        Base.metadata.create_all(engine)
    except (OperationalError, ProgrammingError):  # another process made a table between look and create
        Base.metadata.create_all(engine)


def _check_version(factory: sessionmaker[Session]) -> None:
    found = _version(factory)
    if found is None:
        try:
            with factory.begin() as session:
                session.add(SchemaVersion(version=SCHEMA_VERSION, applied_at=datetime.now(UTC)))
        except IntegrityError:  # another process starting at the same moment wrote it
            pass
        found = _version(factory)
    if found != SCHEMA_VERSION:
        raise SchemaMismatch(
            f"记录库的结构版本是 {found}，本程序需要 {SCHEMA_VERSION}。",
            "请先备份数据，再换用与记录库相配的程序版本。",
        )


def _version(factory: sessionmaker[Session]) -> int | None:
    with factory() as session:
        return session.scalar(select(func.max(SchemaVersion.version)))
