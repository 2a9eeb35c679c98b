"""Carry every table from one database to another: PostgreSQL to the archive's SQLite file, and back."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Engine,
    Integer,
    MetaData,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    text,
)

from kb.errors import Conflict

#: Makes the tables that the layers above keep their records in, in the same database.
Prepare = Callable[[Engine], object]

_BATCH = 1000


def sqlite_engine(path: str) -> Engine:
    """Return an engine of a SQLite file outside of any home; dispose of it after use."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 60})
    # No checks of foreign keys: rows come table by table.
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
    return engine


def is_empty(engine: Engine) -> bool:
    """Return whether no table of a database has a row."""
    with engine.connect() as connection:
        found = MetaData()
        found.reflect(connection)
        return all(
            connection.execute(select(func.count()).select_from(table)).scalar_one() == 0
            for table in found.tables.values()
        )


def copy_tables(source: Engine, target: Engine, prepare: Iterable[Prepare] = ()) -> None:
    """Copy all tables, as they stand at one moment, into a database whose tables are empty.

    The source is read in one transaction (REPEATABLE READ where the server has it), so that writers at work
    meanwhile leave no half of anything. The target is written in one transaction.

    Args:
        prepare: make tables in the target first; the others are made as they are in the source.

    Raises:
        Conflict: a table has other columns here than there.
        sqlalchemy.exc.OperationalError: a server can't be reached, or went away.
    """
    for make in prepare:
        make(target)
    options = {} if source.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with source.connect().execution_options(**options) as reading, target.begin() as writing:
        there, here = MetaData(), MetaData()
        there.reflect(reading)
        here.reflect(writing)
        absent = [_like(table, here) for table in there.sorted_tables if table.name not in here.tables]
        here.create_all(writing, absent)
        _require_same_columns(there, here)
        carried = [table for table in here.sorted_tables if table.name in there.tables]
        for table in reversed(carried):
            writing.execute(delete(table))  # what `prepare` wrote, such as a version
        for table in carried:
            _copy(reading, there.tables[table.name], writing, table)


def _like(table: Table, metadata: MetaData) -> Table:
    """Return the table as another kind of database can have it: keys and indexes, no defaults of the server."""
    copy = table.to_metadata(metadata)
    for column in copy.columns:
        column.type = column.type.as_generic(allow_nulltype=True)
        column.server_default = column.identity = column.computed = None
    return copy


def _require_same_columns(there: MetaData, here: MetaData) -> None:
    for name, table in there.tables.items():
        if set(table.columns.keys()) != set(here.tables[name].columns.keys()):
            raise Conflict(
                f"记录表 {name} 的结构与本程序的不同，不能照搬。",
                "请用做备份时的程序版本恢复，再升级程序。",
            )


def _copy(reading: Connection, source: Table, writing: Connection, target: Table) -> None:
    for column in target.columns:
        if isinstance(column.type, JSON):
            column.type.none_as_null = True
    zoned = {
        c.name: bool(c.type.timezone) and writing.dialect.name != "sqlite"
        for c in target.columns
        if isinstance(c.type, DateTime)
    }
    order = list(source.primary_key.columns)
    rows = reading.execution_options(yield_per=_BATCH).execute(select(source).order_by(*order))
    for batch in rows.mappings().partitions():
        writing.execute(insert(target), [_in_utc(dict(row), zoned) for row in batch])
    _continue_numbering(writing, target)


def _in_utc(row: dict[str, Any], zoned: dict[str, bool]) -> dict[str, Any]:
    """Points in time without a zone are UTC, here as in the records."""
    for name, with_zone in zoned.items():
        value = row[name]
        if isinstance(value, datetime):
            if value.tzinfo is None and with_zone:
                row[name] = value.replace(tzinfo=UTC)
            elif value.tzinfo is not None and not with_zone:
                row[name] = value.astimezone(UTC).replace(tzinfo=None)
    return row


def _continue_numbering(writing: Connection, table: Table) -> None:
    """Let PostgreSQL's sequences go on after the highest number carried over."""
    if writing.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        if isinstance(column.type, Integer):
            names = {"table": f'"{table.name}"', "column": column.name}
            query = text("SELECT pg_get_serial_sequence(:table, :column)")
            sequence = writing.execute(query, names).scalar()
            highest = writing.execute(select(func.max(column))).scalar()
            if sequence and highest is not None:
                writing.execute(text("SELECT setval(:sequence, :at)"), {"sequence": sequence, "at": highest})
