"""The table of the audit log, and the triggers that keep it append-only in the database itself."""

from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Integer, String, Table, Text, event, text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db.models import Base

#: Any number that all processes of this program agree on: it names the advisory lock of writers.
WRITERS_LOCK = 0x66656E68

_SQLITE = {
    "audit_log_no_update": "BEFORE UPDATE ON audit_log BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
    "audit_log_no_delete": "BEFORE DELETE ON audit_log BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
    # INSERT OR REPLACE would take the old row away without firing the trigger for DELETE.
    "audit_log_in_order": "BEFORE INSERT ON audit_log "
    "WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit_log) "
    "BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
}
_POSTGRESQL = {
    "audit_log_no_change": "BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_log_refuse()",
    "audit_log_no_truncate": "BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse()",
}
_REFUSE = (
    "CREATE OR REPLACE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'audit_log is append-only'; END $$"
)


class AuditRow(Base):
    """One entry; see `assistant.audit.entry` for the fields and the seal.

    Time and details are text: what was hashed must come back to the byte, whatever a database makes of
    dates and JSON.
    """

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_who", "who", "seq"),
        Index("ix_audit_log_at", "at"),
        Index("ix_audit_log_object", "kind", "object_id"),
    )

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[str] = mapped_column(String(27))
    who: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[str] = mapped_column(String(64))
    place: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(8))
    request_id: Mapped[str] = mapped_column(String(64))
    details: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


def table() -> Table:
    """Return the table, for statements that need no session."""
    found = AuditRow.__table__
    assert isinstance(found, Table)
    return found


def create(connection: Connection) -> None:
    """Make the table and its triggers where absent; doing it twice does nothing."""
    table().create(connection, checkfirst=True)
    guard(connection)


def guard(connection: Connection) -> None:
    """Make the triggers that refuse UPDATE, DELETE and whatever else replaces an entry."""
    if connection.dialect.name == "sqlite":
        for name, body in _SQLITE.items():
            connection.execute(text(f"CREATE TRIGGER IF NOT EXISTS {name} {body}"))
    elif connection.dialect.name == "postgresql":
        connection.execute(text(_REFUSE))
        for name, body in _POSTGRESQL.items():
            connection.execute(text(f"CREATE OR REPLACE TRIGGER {name} {body}"))


def unguarded(connection: Connection) -> list[str]:
    """Return the names of triggers that should be there and aren't, or are switched off."""
    if connection.dialect.name == "sqlite":
        wanted = set(_SQLITE)
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_log'"
    else:
        wanted = set(_POSTGRESQL)
        query = "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass('audit_log') AND tgenabled IN ('O', 'A')"
    return sorted(wanted - {str(row[0]) for row in connection.execute(text(query))})


@event.listens_for(AuditRow.__table__, "after_create")
def _guard_new(_table: Any, connection: Connection, **_: Any) -> None:
    # Also where `Base.metadata.create_all` makes the table.
    guard(connection)
