"""Read and write the table of case records."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session, sessionmaker

from assistant.db.tidy import overwrite
from assistant.records.models import CaseRecordRow
from kb.errors import Conflict


class CaseRecords:
    """The rows. Each call is one transaction.

    Args:
        sessions: of the records.
    """

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions

    def find(self, record_id: str) -> CaseRecordRow | None:
        """Return one row."""
        with self.sessions() as session:
            return session.get(CaseRecordRow, record_id)

    def page(
        self, place_ids: frozenset[str] | None, offset: int, limit: int
    ) -> tuple[list[CaseRecordRow], int]:
        """Return rows of these places (None: of all), newest first, and how many there are in all."""
        rows = select(CaseRecordRow)
        count = select(func.count()).select_from(CaseRecordRow)
        if place_ids is not None:
            rows = rows.where(CaseRecordRow.place_id.in_(place_ids))
            count = count.where(CaseRecordRow.place_id.in_(place_ids))
        order = (CaseRecordRow.created_at.desc(), CaseRecordRow.id)
        with self.sessions() as session:
            found = list(session.scalars(rows.order_by(*order).offset(offset).limit(limit)))
            return found, session.scalar(count) or 0

    def all(self) -> list[CaseRecordRow]:
        """Return every row, by id."""
        with self.sessions() as session:
            return list(session.scalars(select(CaseRecordRow).order_by(CaseRecordRow.id)))

    def past(self, on: date) -> list[CaseRecordRow]:
        """Return rows whose last day lies before a day, longest past first."""
        query = select(CaseRecordRow).where(CaseRecordRow.retain_until < on)
        with self.sessions() as session:
            return list(session.scalars(query.order_by(CaseRecordRow.retain_until, CaseRecordRow.id)))

    def add(self, values: dict[str, Any]) -> CaseRecordRow:
        """Insert a row and return it."""
        now = datetime.now(UTC)
        row = CaseRecordRow(**values, version=1, erasing=False, created_at=now, updated_at=now)
        with self.sessions.begin() as session:
            session.add(row)
        return row

    def change(self, record_id: str, version: int, values: dict[str, Any]) -> None:
        """Change a row that still has this version.

        Raises:
            Conflict: somebody else changed it meanwhile, or it is being erased.
        """
        query = (
            update(CaseRecordRow)
            .where(
                CaseRecordRow.id == record_id,
                CaseRecordRow.version == version,
                CaseRecordRow.erasing.is_(False),
            )
            .values(**values, version=version + 1, updated_at=datetime.now(UTC))
        )
        with self.sessions.begin() as session:
            if session.execute(query).rowcount != 1:  # type: ignore[attr-defined]
                raise Conflict(
                    "这份记录刚被别人改过或正在删除，您的修改没有保存", "请先复制您的文字，重新打开再改"
                )

    def begin_erasing(self, record_id: str) -> None:
        """Empty what is sealed, and mark the row: from here on there is no way back."""
        query = update(CaseRecordRow).where(CaseRecordRow.id == record_id)
        with self.sessions.begin() as session:
            session.execute(query.values(erasing=True, sealed=b"", updated_at=datetime.now(UTC)))

    def drop(self, record_ids: Sequence[str]) -> None:
        """Delete rows, and what the database still holds of them beside its tables."""
        with self.sessions.begin() as session:
            for record_id in record_ids:
                row = session.get(CaseRecordRow, record_id)
                if row is not None:
                    session.delete(row)
        bind = self.sessions.kw["bind"]
        if isinstance(bind, Engine):
            overwrite(bind, CaseRecordRow.__tablename__)
