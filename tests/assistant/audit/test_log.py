"""Appending in order, from threads and processes; refusing to change; finding every way to tamper."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DatabaseError

from assistant.audit.entry import GENESIS, Entry, digest
from assistant.audit.keys import KeyedHash
from assistant.audit.log import AuditLog, Head
from assistant.audit.models import create
from assistant.audit.verify import parse_anchor, verify
from kb.errors import BadRequest

WRITER = """
import sys
from sqlalchemy import create_engine
from assistant.audit.entry import Entry
from assistant.audit.keys import KeyedHash
from assistant.audit.log import AuditLog
log = AuditLog(create_engine(sys.argv[1], connect_args={"timeout": 60}), KeyedHash(b"k" * 32))
for n in range(int(sys.argv[3])):
    log.append(Entry("view", kind="case", object_id=f"{sys.argv[2]}-{n}"))
"""


def fill(audit: AuditLog, count: int = 5) -> list[Head]:
    return [audit.append(Entry("view", kind="case", object_id=f"c{n}")) for n in range(1, count + 1)]


def tamper(database: Path, *statements: str) -> None:
    """As somebody with the file would: triggers off, change, triggers on again."""
    with sqlite3.connect(database) as raw:
        triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)
        for _, sql in triggers:
            raw.execute(sql)
    raw.close()


def reseal(database: Path, seq: int, **changes: object) -> None:
    """Change an entry and seal it again, as somebody who knows the scheme would."""
    with sqlite3.connect(database) as raw:
        raw.row_factory = sqlite3.Row
        row = dict(raw.execute("SELECT * FROM audit_log WHERE seq = ?", [seq]).fetchone()) | changes
    raw.close()
    sets = ", ".join(f"{k} = '{v}'" for k, v in changes.items())
    tamper(
        database, f"UPDATE audit_log SET {sets}{',' if sets else ''} hash = '{digest(row)}' WHERE seq = {seq}"
    )


def test_entries_are_numbered_from_one_and_linked(audit: AuditLog) -> None:
    heads = fill(audit, 3)
    assert [h.seq for h in heads] == [1, 2, 3]
    with audit.engine.connect() as connection:
        rows = connection.execute(text("SELECT previous, hash FROM audit_log ORDER BY seq")).all()
    assert [r.previous for r in rows] == [GENESIS, rows[0].hash, rows[1].hash]
    assert audit.head() == heads[-1]
    assert verify(audit.engine).ok


def test_a_log_is_opened_again_where_it_was(audit: AuditLog, engine: Engine) -> None:
    fill(audit, 2)
    again = AuditLog(engine, KeyedHash(b"x" * 32))
    assert again.append(Entry("logout")).seq == 3
    with engine.begin() as connection:
        create(connection)
    assert verify(engine).head.seq == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET outcome = 'denied' WHERE seq = 2",
        "DELETE FROM audit_log WHERE seq = 5",
        "DELETE FROM audit_log",
        "INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log WHERE seq = 2",
        "REPLACE INTO audit_log SELECT 6, at, who, address, action, kind, object_id, place, outcome, request_id,"
        " details, previous, hash FROM audit_log WHERE seq = 1 UNION ALL SELECT * FROM audit_log WHERE seq = 3",
        "INSERT INTO audit_log SELECT 9, at, who, address, action, kind, object_id, place, outcome, request_id,"
        " details, previous, hash FROM audit_log WHERE seq = 1",
    ],
)
def test_the_database_refuses(audit: AuditLog, statement: str) -> None:
    fill(audit)
    with pytest.raises(DatabaseError, match="append-only"), audit.engine.begin() as connection:
        connection.execute(text(statement))
    assert verify(audit.engine) == verify(audit.engine, audit.head())
    assert audit.head().seq == 5


def test_eight_threads_make_one_chain(audit: AuditLog) -> None:
    start = threading.Barrier(8)

    def write(worker: int) -> None:
        start.wait()
        for n in range(20):
            audit.append(Entry("search", kind="shelves", object_id=f"{worker}-{n}"))

    threads = [threading.Thread(target=write, args=(w,)) for w in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verify(audit.engine)
    assert found.ok, found
    assert found.head.seq == 160
    with audit.engine.connect() as connection:
        ids = [r[0] for r in connection.execute(text("SELECT object_id FROM audit_log ORDER BY seq"))]
    for worker in range(8):  # each one's own entries in the order in which it wrote them
        assert [i for i in ids if i.startswith(f"{worker}-")] == [f"{worker}-{n}" for n in range(20)]


def test_threads_with_logs_of_their_own_make_one_chain(audit: AuditLog, database: Path) -> None:
    """Without the lock inside one AuditLog: the database alone keeps the order."""

    def write() -> None:
        engine = create_engine(f"sqlite:///{database}", connect_args={"timeout": 30})
        own = AuditLog(engine, KeyedHash(b"k" * 32))
        for _ in range(10):
            own.append(Entry("login"))
        engine.dispose()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify(audit.engine).head.seq == 80


def test_two_processes_make_one_chain(engine: Engine, database: Path) -> None:
    """They also both find no table at first."""
    command = [sys.executable, "-c", WRITER, f"sqlite:///{database}"]
    running = [subprocess.Popen([*command, name, "40"], stderr=subprocess.PIPE) for name in ("a", "b")]
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
    found = verify(engine)
    assert (found.ok, found.head.seq) == (True, 80), found


def test_a_failed_append_leaves_nothing(audit: AuditLog) -> None:
    fill(audit, 2)
    with audit.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'full'); END")
        )
    with pytest.raises(DatabaseError, match="full"):
        audit.append(Entry("login"))
    with audit.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER full"))
    assert audit.append(Entry("login")).seq == 3
    assert verify(audit.engine).ok


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2020-01-01T00:00:00.000000Z"), ("who", "person:other"), ("address", "00"), ("action", "search"),
        ("kind", "qa"), ("object_id", "c9"), ("place", "zj"), ("outcome", "denied"), ("request_id", "r"),
        ("details", '{"a":1}'), ("previous", "0" * 64), ("hash", "0" * 64),
    ],
)  # fmt: skip
def test_a_changed_entry_is_found(audit: AuditLog, database: Path, column: str, value: str) -> None:
    fill(audit)
    tamper(database, f"UPDATE audit_log SET {column} = '{value}' WHERE seq = 3")
    found = verify(audit.engine)
    assert (found.kind, found.at, found.head.seq) == ("changed", 3, 2)
    assert "第 3 条" in found.message


@pytest.mark.parametrize("batch", [1, 2, 1000])
@pytest.mark.parametrize(("gone", "first"), [("3", 3), ("2, 3", 2), ("1", 1)])
def test_a_removed_entry_is_found(audit: AuditLog, database: Path, gone: str, first: int, batch: int) -> None:
    fill(audit)
    tamper(database, f"DELETE FROM audit_log WHERE seq IN ({gone})")
    found = verify(audit.engine, batch=batch)
    assert (found.kind, found.at) == ("missing", first)


def test_a_removed_entry_is_found_though_the_rest_is_renumbered(audit: AuditLog, database: Path) -> None:
    fill(audit)
    tamper(database, "DELETE FROM audit_log WHERE seq = 2")
    for seq in (2, 3, 4):
        tamper(database, f"UPDATE audit_log SET seq = {seq} WHERE seq = {seq + 1}")
    assert verify(audit.engine).kind == "changed"
    reseal(database, 2)
    found = verify(audit.engine)
    assert (found.kind, found.at) == ("unlinked", 2)


def test_an_entry_sealed_anew_is_found_by_the_one_after(audit: AuditLog, database: Path) -> None:
    fill(audit)
    reseal(database, 3, who="person:other")
    found = verify(audit.engine)
    assert (found.kind, found.at) == ("unlinked", 4)
    assert "第 3 条被换过" in found.message


def test_an_entry_put_before_the_first_is_found(audit: AuditLog, database: Path) -> None:
    fill(audit, 2)
    tamper(database, "UPDATE audit_log SET seq = 0 WHERE seq = 1")
    assert verify(audit.engine).kind == "inserted"


def test_bytes_that_are_no_text_are_found_and_stop_nothing(audit: AuditLog, database: Path) -> None:
    fill(audit)
    tamper(database, "UPDATE audit_log SET who = CAST(x'ff00fe' AS TEXT) WHERE seq = 4")
    found = verify(audit.engine)
    assert (found.kind, found.at, found.head.seq) == ("changed", 4, 3)
    tamper(database, "UPDATE audit_log SET who = x'ff' WHERE seq = 4")
    assert (verify(audit.engine).kind, verify(audit.engine).at) == ("changed", 4)


def test_a_cut_tail_is_found_against_an_anchor_only(audit: AuditLog, database: Path) -> None:
    anchor = fill(audit)[-1]
    tamper(database, "DELETE FROM audit_log WHERE seq > 3")
    assert verify(audit.engine).ok  # the chain can't know
    found = verify(audit.engine, anchor)
    assert (found.kind, found.at) == ("cut", 4)
    tamper(database, "DELETE FROM audit_log")
    assert (verify(audit.engine, anchor).kind, verify(audit.engine, anchor).at) == ("cut", 1)


def test_a_chain_made_anew_is_found_against_an_anchor(audit: AuditLog, database: Path) -> None:
    anchor = fill(audit, 3)[-1]
    tamper(database, "DELETE FROM audit_log")
    fill(audit, 3)
    assert verify(audit.engine).ok
    assert verify(audit.engine, anchor).kind == "rewritten"


def test_an_anchor_of_an_earlier_day_still_holds(audit: AuditLog) -> None:
    anchor = fill(audit, 3)[1]
    fill(audit, 4)
    assert verify(audit.engine, anchor).ok
    assert verify(audit.engine, Head()).ok


def test_a_table_that_is_gone_and_triggers_that_are_gone_are_found(audit: AuditLog, database: Path) -> None:
    fill(audit)
    with sqlite3.connect(database) as raw:
        raw.execute("DROP TRIGGER audit_log_no_delete")
    raw.close()
    found = verify(audit.engine)
    assert found.kind == "unguarded"
    assert "audit_log_no_delete" in found.message
    with sqlite3.connect(database) as raw:
        raw.execute("DROP TABLE audit_log")
    raw.close()
    assert verify(audit.engine).kind == "no_table"


def test_an_anchor_is_read_as_people_write_it(audit: AuditLog) -> None:
    head = fill(audit)[-1]
    assert parse_anchor(str(head)) == head
    code = head.hash.upper()
    groups = " ".join(code[at : at + 8] for at in range(0, 64, 8))
    assert parse_anchor(f" {head.seq}：{groups} ") == head
    assert verify(audit.engine, parse_anchor(f"{head.seq}:{head.hash[:32]}")).ok
    for wrong in ("", "5", f"5:{head.hash[:31]}", f"x:{head.hash}", f"5:{head.hash}0", f"-1:{head.hash}"):
        with pytest.raises(BadRequest, match="锚点"):
            parse_anchor(wrong)
