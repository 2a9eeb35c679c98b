"""Intakes: handed over from the chat, taken and closed by the village's own people, erased for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Engine, delete, func, select, update
from sqlalchemy.orm import Session, sessionmaker

from assistant.accounts.types import Person, Place
from assistant.db.session import open_records
from assistant.db.tidy import overwrite
from assistant.desks.causes import match_causes
from assistant.desks.dispute_type import classify
from assistant.desks.precedents import nearest_cases
from assistant.intakes.models import IntakeRow
from assistant.intakes.types import IntakeStatus
from assistant.records.seal import INTAKE, Sealer, anything_sealed, open_sealer
from assistant.risk.detect import detect
from kb.base import KnowledgeBase
from kb.clock import today
from kb.errors import BadRequest, Conflict
from kb.redaction.asked import without_numbers
from kb.redaction.redact import redact, redact_all
from kb.settings import Settings

#: What the model reads of a long story, as at the mediator's desk.
_QUERY = 600
_PUBLIC = ("public",)


@dataclass(frozen=True)
class Told:
    """What is handed over: the story with everybody's name, how to reach who told it, the day it happened."""

    narrative: str
    contact: str = ""
    on: date | None = None


class IntakeDesk:
    """Intakes over the records of one database. Safe to use from several threads.

    Args:
        kb: finds the dispute type.
        engine: where the records are; the tables are made when absent.
        settings: home folder, and for how long records are kept.
    """

    def __init__(self, kb: KnowledgeBase, engine: Engine, settings: Settings) -> None:
        self.kb = kb
        self.engine = engine
        self.settings = settings
        self.sessions = open_records(engine)

    @cached_property
    def _sealer(self) -> Sealer:
        return open_sealer(self.settings.home, lambda: anything_sealed(self.sessions), INTAKE)

    def create(self, told: Told, place: Place, author: Person) -> IntakeRow:
        """Store what is handed over to a village; risks are found in the story as it was told.

        Raises:
            BadRequest: the place is no village, or there is no story.
            NotReady: the key can't be had.
        """
        narrative = told.narrative.strip()
        if place.kind != "village":
            raise BadRequest(f"“{place.name}”不是村", "请选当事人所在的村")
        if not narrative:
            raise BadRequest("没有写明是什么事", "请写下谁和谁、为什么事，或者从一次问答转过去")
        intake_id, now, risks = str(uuid4()), datetime.now(UTC), detect(narrative)
        hidden = redact_all([narrative, *(risk.evidence for risk in risks)])
        for risk, evidence in zip(risks, hidden[1:], strict=True):
            risk.evidence = evidence.text
        row = IntakeRow(
            id=intake_id,
            place_id=place.id,
            author_id=author.id,
            by=author.signature,
            status="new",
            narrative=hidden[0].text,
            risks=[risk.model_dump(mode="json") for risk in risks],
            dispute_type=self._dispute_type(narrative, told.on),
            on=told.on,
            created_at=now,
            taken_by="",
            closed_by="",
            note="",
            has_contact=bool(told.contact.strip()),
            retain_until=self._retain_until(now),
            sealed=self._sealer.seal(
                intake_id, {"narrative": told.narrative, "contact": told.contact.strip()}
            ),
        )
        with self.sessions.begin() as session:
            session.add(row)
        return row

    def _dispute_type(self, narrative: str, on: date | None) -> str:
        causes = match_causes(narrative)
        query = without_numbers(narrative)[: min(_QUERY, self.kb.settings.max_query_chars)]
        near = nearest_cases(self.kb, query, on or today(), causes, _PUBLIC)
        return classify(narrative, causes, [(case, hit.score) for case, hit in near]).label

    def find(self, intake_id: str) -> IntakeRow | None:
        """Return one intake."""
        with self.sessions() as session:
            return session.get(IntakeRow, intake_id)

    def page(
        self,
        place_ids: frozenset[str] | None,
        offset: int,
        limit: int,
        status: IntakeStatus | None = None,
        village: str = "",
    ) -> tuple[list[IntakeRow], int]:
        """Return intakes of these places (None: of all), newest first, and how many there are in all."""
        where: list[ColumnElement[bool]] = []
        if place_ids is not None:
            where.append(IntakeRow.place_id.in_(place_ids))
        if status is not None:
            where.append(IntakeRow.status == status)
        if village:
            where.append(IntakeRow.place_id == village)
        rows = select(IntakeRow).where(*where).order_by(IntakeRow.created_at.desc(), IntakeRow.id)
        with self.sessions() as session:
            found = list(session.scalars(rows.offset(offset).limit(limit)))
            return found, session.scalar(select(func.count()).select_from(IntakeRow).where(*where)) or 0

    def take(self, intake_id: str, who: str) -> IntakeRow:
        """Note who takes a new matter on; the same person may say so twice.

        Raises:
            Conflict: somebody else has taken it, or it is closed.
        """
        values = {"status": "taken", "taken_at": datetime.now(UTC), "taken_by": who}
        row, done = self._step(intake_id, ("new",), values)
        if done or (row.status == "taken" and row.taken_by == who):
            return row
        if row.status == "taken":
            raise Conflict(f"这件事已经由{row.taken_by}接了", "请与他商量，或请他办结")
        raise Conflict("这件事已经办结了", "还有新情况，请重新转一次")

    def close(self, intake_id: str, who: str, note: str = "") -> IntakeRow:
        """Note that a matter is dealt with, by whom and how; it is kept for its time from now on.

        Raises:
            Conflict: it is closed already.
        """
        now = datetime.now(UTC)
        values = {
            "status": "closed",
            "closed_at": now,
            "closed_by": who,
            "note": redact(note.strip()).text,
            "retain_until": self._retain_until(now),
        }
        row, done = self._step(intake_id, ("new", "taken"), values)
        if not done:
            raise Conflict(f"这件事已经由{row.closed_by}办结了", "还有新情况，请重新转一次")
        return row

    def _step(
        self, intake_id: str, before: Sequence[IntakeStatus], values: dict[str, Any]
    ) -> tuple[IntakeRow, bool]:
        """Change a row that is in one of these states; return it as it is then, and whether it was changed."""
        query = update(IntakeRow).where(IntakeRow.id == intake_id, IntakeRow.status.in_(before))
        with self.sessions.begin() as session:
            done = session.execute(query.values(**values)).rowcount == 1  # type: ignore[attr-defined]
            return session.get_one(IntakeRow, intake_id), done

    def reveal(self, row: IntakeRow) -> Told:
        """Return what was handed over, as it was told.

        Raises:
            NotReady: the key is missing, or what was sealed was changed.
        """
        found = self._sealer.open(row.id, row.sealed)
        return Told(str(found["narrative"]), str(found["contact"]), row.on)

    def erase(self, intake_id: str) -> None:
        """Erase an intake for good; it stands nowhere else than in its row. Twice does nothing."""
        with self.sessions.begin() as session:
            session.execute(delete(IntakeRow).where(IntakeRow.id == intake_id))
        overwrite(self.engine, IntakeRow.__tablename__)

    def _retain_until(self, since: datetime) -> date | None:
        days = self.settings.record_retention_days
        return since.date() + timedelta(days=days) if days else None


def past_intakes(sessions: sessionmaker[Session], on: date) -> list[IntakeRow]:
    """Return intakes whose last day lies before a day, longest past first."""
    query = select(IntakeRow).where(IntakeRow.retain_until < on)
    with sessions() as session:
        return list(session.scalars(query.order_by(IntakeRow.retain_until, IntakeRow.id)))
