"""Log-ins of browsers: made, found by the cookie's token, ended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from assistant.accounts.store import Store
from assistant.accounts.tokens import digest, new_token
from assistant.accounts.types import OpenSession
from assistant.db.accounts import SessionRow

#: `seen_at` is written at most this often, so that reading a page is rarely a write.
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Lifetime:
    """How long a session lasts unused, and at all."""

    idle: timedelta
    absolute: timedelta


class Sessions(Store):
    """Reads and writes sessions.

    Args:
        sessions: of the records' database.
        now: the clock, in UTC.
        lifetime: when a session ends by itself.
    """

    def __init__(
        self, sessions: sessionmaker[Session], now: Callable[[], datetime], lifetime: Lifetime
    ) -> None:
        super().__init__(sessions, now)
        self.lifetime = lifetime

    def start(self, person_id: str, browser: str = "", address: str = "") -> str:
        """Log a browser in and return the token for its cookie; it is stored nowhere."""
        now, token = self.now(), new_token()
        row = SessionRow(
            id=str(uuid4()), token_hash=digest(token), person_id=person_id, browser=browser[:200],
            address=address[:64], created_at=now, seen_at=now, expires_at=now + self.lifetime.absolute,
        )  # fmt: skip
        with self.sessions.begin() as session:
            session.execute(delete(SessionRow).where(self._over(now)))
            session.add(row)
        return token

    def find(self, token: str) -> tuple[str, str] | None:
        """Return the ids of person and session, None when the token is unknown or has run out."""
        now = self.now()
        with self.sessions() as session:
            row = session.scalar(
                select(SessionRow).where(SessionRow.token_hash == digest(token), ~self._over(now))
            )
        if row is None:
            return None
        if now - row.seen_at >= _SEEN_EVERY:
            with self.sessions.begin() as session:
                session.execute(update(SessionRow).where(SessionRow.id == row.id).values(seen_at=now))
        return row.person_id, row.id

    def of(self, person_id: str) -> list[OpenSession]:
        """Return where a person is logged in, latest first."""
        query = (
            select(SessionRow)
            .where(SessionRow.person_id == person_id, ~self._over(self.now()))
            .order_by(SessionRow.seen_at.desc(), SessionRow.id)
        )
        with self.sessions() as session:
            return [
                OpenSession(
                    id=r.id, browser=r.browser, address=r.address, created_at=r.created_at,
                    seen_at=r.seen_at, expires_at=min(r.expires_at, r.seen_at + self.lifetime.idle),
                )
                for r in session.scalars(query)
            ]  # fmt: skip

    def end(self, person_id: str, session_id: str) -> bool:
        """End one session of a person; return whether there was one."""
        with self.sessions.begin() as session:
            query = delete(SessionRow).where(SessionRow.id == session_id, SessionRow.person_id == person_id)
            return bool(session.execute(query.returning(SessionRow.id)).first())

    def end_all(self, person_id: str, but: str = "") -> None:
        """Log a person out everywhere, `but` in one session."""
        with self.sessions.begin() as session:
            session.execute(delete(SessionRow).where(SessionRow.person_id == person_id, SessionRow.id != but))

    def _over(self, now: datetime) -> ColumnElement[bool]:
        return or_(SessionRow.expires_at <= now, SessionRow.seen_at <= now - self.lifetime.idle)
