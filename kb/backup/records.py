"""Databases of records as SQLite files: copied while in use, checked, and digested row by row."""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from kb.backup.manifest import TablePrint
from kb.errors import NotReady

#: The record of what the index holds. It follows the index, which is compared point by point instead.
DERIVED = frozenset({"index_state"})

Rows = Counter[bytes]


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database as it stands at one moment, while others read and write it.

    The whole copy is one read transaction: in WAL mode it neither waits for writers nor holds them up, and
    takes over nothing that isn't committed. The copy is one file, without a log beside it.

    Raises:
        sqlite3.Error: see `kb.backup.disk`.
    """
    with (
        closing(sqlite3.connect(source, timeout=60)) as live,
        closing(sqlite3.connect(target, timeout=60)) as copy,
    ):
        live.execute("PRAGMA query_only=ON")
        live.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")


def require_whole(path: Path, what: str) -> None:
    """Raise NotReady when SQLite's own check finds a database damaged; `what` names it to people."""
    with closing(sqlite3.connect(path)) as db:
        try:
            found = [str(row[0]) for row in db.execute("PRAGMA integrity_check(5)")]
        except sqlite3.DatabaseError as error:
            found = [str(error)]
    if found != ["ok"]:
        raise NotReady(
            f"{what}已损坏：{'；'.join(found)[:300]}",
            "请停下服务，把数据目录原样另存一份，再从最近一份好的备份恢复。",
        )


def table_names(path: Path) -> list[str]:
    """Return the tables of a SQLite file, by name."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
    with closing(sqlite3.connect(path)) as db:
        return sorted(str(row[0]) for row in db.execute(query))


def row_digests(path: Path, table: str) -> Rows:
    """Return the 16-byte digest of every row, with how often it occurs.

    A row is its columns by name, so their order doesn't matter; JSON is compared by what it says.
    """
    with closing(sqlite3.connect(path)) as db:
        db.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        columns = [(str(c[1]), str(c[2]).upper()) for c in db.execute(f'PRAGMA table_info("{table}")')]
        order = sorted(range(len(columns)), key=lambda at: columns[at][0])
        found: Rows = Counter()
        for row in db.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 (a name from sqlite_master)
            plain = [[columns[at][0], _plain(row[at], columns[at][1])] for at in order]
            line = json.dumps(plain, sort_keys=True).encode()
            found[hashlib.blake2b(line, digest_size=16).digest()] += 1
    return found


def _plain(value: Any, declared: str) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str) and declared == "JSON":
        with suppress(ValueError):
            return json.loads(value)
    return value


def print_of(rows: Rows) -> TablePrint:
    """Return the count and the digest of a table's rows."""
    whole = hashlib.sha256()
    for digest in sorted(rows.elements()):
        whole.update(digest)
    return TablePrint(rows=rows.total(), digest=whole.hexdigest())


def prints(path: Path) -> dict[str, TablePrint]:
    """Return the print of every table but the derived ones."""
    return {name: print_of(row_digests(path, name)) for name in table_names(path) if name not in DERIVED}


def index_units(path: Path, model: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield (unit, digest, point ids) that the index of a model was known to hold.

    The mark *clean* is among them, as the unit `*`. Of several stores that held the model, the fullest counts.
    """
    if "index_state" not in table_names(path):
        return
    with closing(sqlite3.connect(path)) as db:
        keys = db.execute("SELECT index_key, count(*) FROM index_state GROUP BY 1 ORDER BY 2 DESC, 1")
        fitting = [key for key, _ in keys.fetchall() if f"|{model}|" in key]
        if fitting:
            query = "SELECT unit_id, digest, passage_ids FROM index_state WHERE index_key = ?"
            for unit, digest, ids in db.execute(query, fitting[:1]):
                yield unit, digest, json.loads(ids)
