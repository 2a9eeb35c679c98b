"""The table of case records."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db.models import Base, UtcDateTime


class CaseRecordRow(Base):
    """A case record of a village.

    `body` is the case as it may be found, without personal data; `sealed` holds the originals and what
    each placeholder stands for (`assistant.records.seal`). `erasing` is set, and `sealed` emptied, before
    anything else of a record goes; a row that still has it was left by a process that died.
    """

    __tablename__ = "case_records"
    __table_args__ = (Index("ix_case_records_place", "place_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    place_id: Mapped[str] = mapped_column(ForeignKey("places.id"))
    author_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    version: Mapped[int] = mapped_column(Integer)
    erasing: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retain_until: Mapped[date | None] = mapped_column(Date, index=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
