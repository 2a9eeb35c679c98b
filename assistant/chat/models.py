"""Tables of the chat: people's own conversations, and what was said of answers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db.models import Base, UtcDateTime


class ChatRow(Base):
    """A conversation of somebody who was logged in. All of its text is redacted."""

    __tablename__ = "chat_conversations"
    __table_args__ = (Index("ix_chat_conversations_person", "person_id", "updated_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    title: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ChatTurnRow(Base):
    """A question and its answer, redacted. The id is the turn id; `address` is the law cited in the question."""

    __tablename__ = "chat_turns"
    __table_args__ = (Index("ix_chat_turns_conversation", "conversation_id", "answered_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("chat_conversations.id"))
    question: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text, default="")
    response: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column("answered_at", UtcDateTime)


class FeedbackRow(Base):
    """What was said of one answer, with question and answer, redacted. Who said it isn't kept."""

    __tablename__ = "chat_feedback"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    turn_id: Mapped[str] = mapped_column(String(36), unique=True)
    rating: Mapped[str] = mapped_column(String(8))
    reasons: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text, default="")
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    citations: Mapped[list[str]] = mapped_column(JSON)
    generated: Mapped[bool] = mapped_column(Boolean, default=False)
    on: Mapped[date] = mapped_column("law_date", Date)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(String(64), default="")
    close_note: Mapped[str] = mapped_column(Text, default="")
