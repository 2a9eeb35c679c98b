"""The table of intakes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db.models import Base, UtcDateTime


class IntakeRow(Base):
    """A matter handed over to a village.

    `narrative` and `risks` are redacted; `sealed` holds the narrative as it was told and the contact
    (`assistant.records.seal`). `status` is new, taken or closed.
    """

    __tablename__ = "intakes"
    __table_args__ = (Index("ix_intakes_place", "place_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    place_id: Mapped[str] = mapped_column(ForeignKey("places.id"))
    author_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    by: Mapped[str] = mapped_column("handed_by", String(64))
    status: Mapped[str] = mapped_column(String(8))
    narrative: Mapped[str] = mapped_column(Text)
    risks: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    dispute_type: Mapped[str] = mapped_column(String(16))
    on: Mapped[date | None] = mapped_column("law_date", Date)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_by: Mapped[str] = mapped_column(String(64), default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    has_contact: Mapped[bool] = mapped_column(Boolean)
    retain_until: Mapped[date | None] = mapped_column(Date, index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
