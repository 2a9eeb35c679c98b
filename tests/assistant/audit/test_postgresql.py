"""The same on PostgreSQL: order among writers, and a database that refuses to change an entry."""

import threading

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DatabaseError

from assistant.audit.entry import Entry
from assistant.audit.keys import KeyedHash
from assistant.audit.log import AuditLog
from assistant.audit.query import AuditFilter, csv_lines, find
from assistant.audit.verify import verify

HASHES = KeyedHash(b"k" * 32)


def test_threads_make_one_chain_on_both_databases(records_engine: Engine, records_url: str) -> None:
    AuditLog(records_engine, HASHES)

    def write() -> None:
        engine = create_engine(records_url)
        own = AuditLog(engine, HASHES)
        for _ in range(10):
            own.append(Entry("view", kind="case", object_id="c1", details={"status": 200}))
        engine.dispose()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verify(records_engine, batch=7)
    assert (found.ok, found.head.seq) == (True, 80), found
    assert [r.seq for r in find(records_engine, AuditFilter(object_id="c1"), limit=2)] == [80, 79]
    assert len("".join(csv_lines(records_engine, AuditFilter())).splitlines()) == 81


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET outcome = 'denied' WHERE seq = 2",
        "DELETE FROM audit_log WHERE seq = 3",
        "DELETE FROM audit_log",
    ],
)
def test_both_databases_refuse(records_engine: Engine, statement: str) -> None:
    audit = AuditLog(records_engine, HASHES)
    for _ in range(3):
        audit.append(Entry("login"))
    with pytest.raises(DatabaseError, match="append-only"), records_engine.begin() as connection:
        connection.execute(text(statement))
    assert verify(records_engine, audit.head()).ok


def test_postgresql_refuses_to_empty_the_table_and_shows_switched_off_triggers(
    records_engine: Engine,
) -> None:
    if records_engine.dialect.name != "postgresql":
        pytest.skip("TRUNCATE and switching triggers off are PostgreSQL's")
    audit = AuditLog(records_engine, HASHES)
    for _ in range(3):
        audit.append(Entry("login"))
    with pytest.raises(DatabaseError, match="append-only"), records_engine.begin() as connection:
        connection.execute(text("TRUNCATE audit_log"))
    with records_engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_log DISABLE TRIGGER ALL"))
    assert verify(records_engine).kind == "unguarded"
    with records_engine.begin() as connection:
        connection.execute(text("UPDATE audit_log SET who = 'system' WHERE seq = 2"))
    assert (verify(records_engine).kind, verify(records_engine).at) == ("changed", 2)
    with records_engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_log WHERE seq = 2"))
    assert (verify(records_engine).kind, verify(records_engine).at) == ("missing", 2)
