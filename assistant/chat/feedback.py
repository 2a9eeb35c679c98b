"""Feedback on answers: given by anybody who got one, read by those who can mend what is behind them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.exc import IntegrityError

from assistant.chat.conversation import Told
from assistant.chat.hidden import hide
from assistant.chat.history import utc_now
from assistant.chat.models import FeedbackRow
from assistant.chat.past_types import REASON_LABELS, Feedback, FeedbackRequest, FeedbackStatus
from assistant.db.session import open_records
from assistant.db.tidy import overwrite
from kb.base import KnowledgeBase
from kb.errors import NotFound
from kb.redaction.redact import redact
from kb.settings import Settings


class FeedbackBook:
    """Feedback over the records of one database. Safe to use from several threads.

    Args:
        kb: tells which cases are public.
        engine: where the records are; the tables are made when absent.
        settings: for how long feedback is kept.
        now: the clock, in UTC.
    """

    def __init__(
        self, kb: KnowledgeBase, engine: Engine, settings: Settings, now: Callable[[], datetime] = utc_now
    ) -> None:
        self.kb = kb
        self.engine = engine
        self.settings = settings
        self.now = now
        self.sessions = open_records(engine)

    def give(self, told: Told, request: FeedbackRequest) -> str:
        """Store what was said of a turn, in place of what was said before, and return its id.

        All text is redacted first; cases that aren't public are left out.
        """
        hidden = hide(self.kb, told.question, told.response)
        values: dict[str, Any] = {
            "rating": request.rating,
            "reasons": list(dict.fromkeys(request.reasons)),
            "note": redact(request.note.strip(), hidden.names).text,
            "question": hidden.question,
            "answer": hidden.response.answer,
            "citations": list(dict.fromkeys(c.address for c in hidden.response.citations)),
            "generated": hidden.response.generated,
            "on": hidden.response.on,
            "created_at": self.now(),
            "closed_at": None,
            "closed_by": "",
            "close_note": "",
        }
        try:
            return self._put(told.turn_id, values)
        except IntegrityError:  # the same was said twice at the same moment
            return self._put(told.turn_id, values)

    def _put(self, turn_id: str, values: dict[str, Any]) -> str:
        with self.sessions.begin() as session:
            row = session.scalar(select(FeedbackRow).where(FeedbackRow.turn_id == turn_id))
            if row is None:
                row = FeedbackRow(id=str(uuid4()), turn_id=turn_id)
                session.add(row)
            for name, value in values.items():
                setattr(row, name, value)
        return row.id

    def page(self, status: FeedbackStatus | None, offset: int, limit: int) -> tuple[list[Feedback], int]:
        """Return feedback, newest first, and how much there is in all."""
        rows = select(FeedbackRow)
        count = select(func.count()).select_from(FeedbackRow)
        if status is not None:
            closed = FeedbackRow.closed_at.is_not(None)
            wanted = closed if status == "closed" else ~closed
            rows, count = rows.where(wanted), count.where(wanted)
        order = (FeedbackRow.created_at.desc(), FeedbackRow.id)
        with self.sessions() as session:
            found = session.scalars(rows.order_by(*order).offset(offset).limit(limit))
            return [_shown(row) for row in found], session.scalar(count) or 0

    def close(self, feedback_id: str, note: str, who: str) -> Feedback:
        """Note that feedback was dealt with, by whom, and how; a second time changes the note.

        Raises:
            NotFound: there is none of this id.
        """
        with self.sessions.begin() as session:
            row = session.get(FeedbackRow, feedback_id)
            if row is None:
                raise NotFound("没有这条反馈", "可能过了保存期，可到反馈列表里找")
            row.closed_at, row.closed_by, row.close_note = self.now(), who, redact(note.strip()).text
        return _shown(row)

    def purge(self) -> int:
        """Delete feedback past its time, and return how much there was."""
        before = self.now() - timedelta(days=self.settings.feedback_retention_days)
        with self.sessions.begin() as session:
            query = delete(FeedbackRow).where(FeedbackRow.created_at < before).returning(FeedbackRow.id)
            number = len(session.execute(query).all())
        if number:
            overwrite(self.engine, FeedbackRow.__tablename__)
        return number


def _shown(row: FeedbackRow) -> Feedback:
    return Feedback(
        id=row.id,
        status="closed" if row.closed_at else "open",
        rating=row.rating,
        reasons=row.reasons,
        reason_labels=[REASON_LABELS[reason] for reason in row.reasons if reason in REASON_LABELS],
        note=row.note,
        question=row.question,
        answer=row.answer,
        citations=row.citations,
        generated=row.generated,
        on=row.on,
        created_at=row.created_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        close_note=row.close_note,
    )
