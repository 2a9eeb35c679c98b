"""Append to the audit log: one entry after the other, whoever writes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, insert, inspect, select, text

from assistant.audit.entry import GENESIS, Entry, columns
from assistant.audit.keys import KeyedHash, load_key
from assistant.audit.models import WRITERS_LOCK, create, table
from kb.catalog.engine import get_engine
from kb.settings import Settings


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry: its number (0 where there is none) and its hash. Kept outside, it is an anchor."""

    seq: int = 0
    hash: str = GENESIS

    def __str__(self) -> str:
        """Return `N:HASH`, as `fengqiao audit verify --anchor` takes it."""
        return f"{self.seq}:{self.hash}"


class AuditLog:
    """The audit log of one database. Any number of threads and processes may append.

    Args:
        engine: of the records' database; the table is made where absent.
        hashes: keyed hashes for addresses and texts.
    """

    def __init__(self, engine: Engine, hashes: KeyedHash) -> None:
        self.engine = engine
        self.hashes = hashes
        # SQLite's waiting writers poll; threads of one process wait for each other here instead.
        self._turn = threading.Lock()
        if not inspect(engine).has_table(table().name):
            with self._alone() as connection:
                create(connection)

    @classmethod
    def open(cls, settings: Settings) -> "AuditLog":
        """Return the log of the settings' database.

        Raises:
            NotReady: the key for hashes can't be read or made.
        """
        return cls(get_engine(settings), load_key(settings.home))

    def append(self, entry: Entry) -> Head:
        """Write an entry after all others; it is on disk, or an error is raised.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: it couldn't be written.
        """
        with self._alone() as connection:
            last = read_head(connection)
            # Taken inside the lock: in the order of the numbers, unless the clock is set back.
            at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            row = columns(entry, last.seq + 1, at, last.hash)
            connection.execute(insert(table()), row)
        return Head(row["seq"], row["hash"])

    def head(self) -> Head:
        """Return the last entry's number and hash."""
        with self.engine.connect() as connection:
            return read_head(connection)

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """Yield a connection in a transaction in which nobody else appends."""
        with self._turn:
            if self.engine.dialect.name != "sqlite":
                with self.engine.begin() as connection:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS_LOCK})
                    yield connection
                return
            with self.engine.connect() as raw:
                # The driver would begin a transaction only at the INSERT, after the head was read.
                connection = raw.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.exec_driver_sql("COMMIT")
                except BaseException:
                    connection.exec_driver_sql("ROLLBACK")
                    raise


def read_head(connection: Connection) -> Head:
    """Return the last entry's number and hash over a connection."""
    c = table().c
    row = connection.execute(select(c.seq, c.hash).order_by(c.seq.desc()).limit(1)).first()
    return Head(row.seq, row.hash) if row else Head()


def head_of(engine: Engine) -> Head | None:
    """Return the last entry's number and hash, or None where the database has no audit log."""
    if not inspect(engine).has_table(table().name):
        return None
    with engine.connect() as connection:
        return read_head(connection)
