"""Read and write drafts in the records, with the optimistic lock and the audit trail."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from assistant.db.models import DraftRow, ReviewRow, RevisionRow
from assistant.publicity.types import (
    ACTION_LABELS,
    DRAFT_STATUS_LABELS,
    FORMAT_LABELS,
    Action,
    Draft,
    DraftCitation,
    DraftEvent,
    DraftRevision,
    DraftStatus,
)
from kb.errors import Conflict, NotFound


@dataclass(frozen=True)
class Step:
    """One change of a draft: what happened, who did it, the new values, and a text to keep, if new."""

    action: Action
    who: str
    values: dict[str, Any] = field(default_factory=dict)
    what: str = ""
    revision: bool = False


class DraftRecords:
    """The drafts on record.

    Args:
        sessions: from `assistant.db.session.open_records`.
    """

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions

    def add(self, values: dict[str, Any], who: str) -> str:
        """Store a new draft with its first revision and return its id."""
        now = datetime.now(UTC)
        row = DraftRow(
            **values, id=str(uuid4()), status="draft", version=1, author=who, last_editor=who,
            created_at=now, updated_at=now,
        )  # fmt: skip
        with self.sessions.begin() as session:
            session.add(row)
            session.flush()
            session.add(_revision(row, who, ""))
            session.add(_event(row.id, 1, Step("created", who), now))
        return row.id

    def row(self, draft_id: str) -> DraftRow:
        """Return the stored row, detached.

        Raises:
            NotFound: when there is no such draft.
        """
        with self.sessions() as session:
            row = session.get(DraftRow, draft_id)
        if row is None:
            raise NotFound("没有这份稿件。", "它可能属于另一个记录库，请回到稿件列表重新打开。")
        return row

    def change(self, draft_id: str, version: int, step: Step) -> None:
        """Apply one step to the draft as it was at `version`; all of it or nothing.

        Raises:
            Conflict: when someone else changed the draft since.
        """
        now = datetime.now(UTC)
        with self.sessions.begin() as session:
            # the update comes first: it takes the write lock, and misses when the version has moved on
            changed = session.execute(
                update(DraftRow)
                .where(DraftRow.id == draft_id, DraftRow.version == version)
                .values(**step.values, version=version + 1, updated_at=now)
                .execution_options(synchronize_session=False)
            )
            if changed.rowcount != 1:  # type: ignore[attr-defined]
                raise Conflict(
                    "这份稿件刚刚被别人改过，您的改动没有保存。", "请先复制您的文字，重新打开稿件再修改。"
                )
            session.add(_event(draft_id, version + 1, step, now))
            if step.revision:
                row = session.get_one(DraftRow, draft_id)
                session.add(_revision(row, step.who, step.what))

    def mark_published(self, draft_id: str, published: bool, who: str) -> None:
        """Record that the Q&A shelf now has the draft, or no longer has it."""
        now = datetime.now(UTC)
        action: Action = "published" if published else "retracted"
        with self.sessions.begin() as session:
            session.execute(
                update(DraftRow)
                .where(DraftRow.id == draft_id)
                .values(published=published)
                .execution_options(synchronize_session=False)
            )
            version = session.scalar(select(DraftRow.version).where(DraftRow.id == draft_id)) or 0
            session.add(_event(draft_id, version, Step(action, who), now))

    def note(self, draft_id: str, step: Step) -> None:
        """Add a step to the trail that changes nothing else."""
        with self.sessions.begin() as session:
            version = session.scalar(select(DraftRow.version).where(DraftRow.id == draft_id)) or 0
            session.add(_event(draft_id, version, step, datetime.now(UTC)))

    def page(self, status: DraftStatus | None, offset: int, limit: int) -> tuple[list[DraftRow], int]:
        """Return one page of drafts, newest first, and how many there are in all."""
        query = select(DraftRow)
        total = select(func.count()).select_from(DraftRow)
        if status:
            query, total = query.where(DraftRow.status == status), total.where(DraftRow.status == status)
        query = query.order_by(DraftRow.created_at.desc(), DraftRow.id).offset(offset).limit(limit)
        with self.sessions() as session:
            return list(session.scalars(query)), session.scalar(total) or 0

    def approved(self) -> list[DraftRow]:
        """Return every approved draft, oldest first."""
        with self.sessions() as session:
            query = select(DraftRow).where(DraftRow.status == "approved").order_by(DraftRow.created_at)
            return list(session.scalars(query))

    def out_of_step(self) -> list[DraftRow]:
        """Return the drafts whose place on the Q&A shelf isn't what their state asks for."""
        with self.sessions() as session:
            wrong = (DraftRow.status == "approved") != DraftRow.published
            return list(session.scalars(select(DraftRow).where(wrong)))

    def history(self, draft_id: str) -> tuple[list[DraftEvent], list[DraftRevision]]:
        """Return every step taken on a draft and every text it had, oldest first."""
        with self.sessions() as session:
            events = session.scalars(
                select(ReviewRow).where(ReviewRow.draft_id == draft_id).order_by(ReviewRow.id)
            ).all()
            revisions = session.scalars(
                select(RevisionRow).where(RevisionRow.draft_id == draft_id).order_by(RevisionRow.version)
            ).all()
        return [_to_event(e) for e in events], [_to_revision(r) for r in revisions]


def to_draft(row: DraftRow) -> Draft:
    """Return the draft that a row holds, without its history."""
    fields = {k: getattr(row, k) for k in Draft.model_fields if hasattr(row, k)}
    return Draft(
        **fields,
        format_label=FORMAT_LABELS[row.format],  # type: ignore[index]
        status_label=DRAFT_STATUS_LABELS[row.status],  # type: ignore[index]
    )


def _revision(row: DraftRow, editor: str, note: str) -> RevisionRow:
    return RevisionRow(
        draft_id=row.id, version=row.version, title=row.title, question=row.question, answer=row.answer,
        citations=row.citations, editor=editor, note=note, at=row.updated_at,
    )  # fmt: skip


def _event(draft_id: str, version: int, step: Step, at: datetime) -> ReviewRow:
    return ReviewRow(
        draft_id=draft_id, version=version, action=step.action, who=step.who, what=step.what, at=at
    )


def _to_event(row: ReviewRow) -> DraftEvent:
    action: Action = row.action  # type: ignore[assignment]
    return DraftEvent(
        action=action, label=ACTION_LABELS[action], who=row.who, at=row.at, version=row.version, what=row.what
    )


def _to_revision(row: RevisionRow) -> DraftRevision:
    return DraftRevision(
        version=row.version, title=row.title, question=row.question, answer=row.answer,
        citations=[DraftCitation(**c) for c in row.citations], editor=row.editor, note=row.note, at=row.at,
    )  # fmt: skip
