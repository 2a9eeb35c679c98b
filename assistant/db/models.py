"""Tables of the assistant's own records: drafts, their revisions, and every step taken on them."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time, kept in UTC; SQLite, which has no zones, gives it back with one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC before storing."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Put the zone back where the database lost it."""
        if value is None:
            return None
        stored: datetime = value
        return stored.astimezone(UTC) if stored.tzinfo else stored.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Own metadata, apart from the catalog's: records outlive a rebuilt catalog."""


class SchemaVersion(Base):
    """How releases before Alembic know the shape; one that finds another number than its own refuses."""

    __tablename__ = "schema_version"

    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DraftRow(Base):
    """A draft as it stands. `version` grows with every change and is the optimistic lock."""

    __tablename__ = "drafts"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    format: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16), index=True)
    version: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    citations: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    problems: Mapped[list[str]] = mapped_column(JSON)
    claims: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    topic: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(Text, default="")
    case_id: Mapped[str] = mapped_column(String(64), default="")
    on: Mapped[date | None] = mapped_column("law_date", Date)
    author: Mapped[str] = mapped_column(String(64))
    last_editor: Mapped[str] = mapped_column(String(64))
    reviewer: Mapped[str] = mapped_column(String(64), default="")
    review_note: Mapped[str] = mapped_column(Text, default="")
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RevisionRow(Base):
    """The text of a draft at one version; never changed once written."""

    __tablename__ = "draft_revisions"
    __table_args__ = (UniqueConstraint("draft_id", "version"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"))
    version: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    citations: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    editor: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column("saved_at", UtcDateTime)


class ReviewRow(Base):
    """One step: who did what to which version, and when. Only ever added to."""

    __tablename__ = "reviews"
    __table_args__ = (Index("ix_reviews_draft", "draft_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"))
    version: Mapped[int] = mapped_column(Integer)
    action: Mapped[str] = mapped_column(String(20))
    who: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column("done_at", UtcDateTime)
