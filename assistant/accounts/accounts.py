"""Everything about accounts over one database, and logging in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from assistant.accounts.errors import Unauthenticated
from assistant.accounts.keys import ApiKeys, KeyHolder
from assistant.accounts.people import People
from assistant.accounts.places import Places
from assistant.accounts.sessions import Lifetime, Sessions
from assistant.accounts.throttle import Throttle
from assistant.accounts.types import Person
from assistant.db.session import open_records
from kb.settings import Settings


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


class Accounts:
    """People, places, sessions and keys.

    Args:
        engine: the records' database.
        settings: how long sessions last, and whether this is the demo.
        now: the clock, in UTC.
    """

    def __init__(self, engine: Engine, settings: Settings, now: Callable[[], datetime] = utc_now) -> None:
        records = open_records(engine)
        lifetime = Lifetime(
            timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
        )
        self.demo = settings.demo
        self.places = Places(records)
        self.people = People(records, now)
        self.sessions = Sessions(records, now, lifetime)
        self.keys = ApiKeys(records, now)
        self.throttle = Throttle(records, now)

    def log_in(self, login: str, password: str, browser: str = "", address: str = "") -> tuple[Person, str]:
        """Return who logged in and the token for the cookie.

        Raises:
            TooManyAttempts: too many failures of late.
            Unauthenticated: login or password is wrong; which of them isn't said.
        """
        login = login.strip().lower()
        marks = self.throttle.begin(login, address)
        person = self.people.authenticate(login, password)
        if person is None:
            raise Unauthenticated("登录名或密码不对", "请检查大小写；忘了密码，请管理员重设")
        self.throttle.forgive(marks, login)
        return person, self.sessions.start(person.id, browser, address)

    def by_session(self, token: str) -> tuple[Person, str] | None:
        """Return who a cookie's token belongs to, and the session's id."""
        found = self.sessions.find(token)
        person = self._usable(found[0]) if found else None
        return (person, found[1]) if found and person else None

    def _usable(self, person_id: str) -> Person | None:
        """Demo accounts have no password, so they must not work where the demo was switched off."""
        person = self.people.get(person_id)
        return person if person.active and (self.demo or not person.demo) else None

    def by_key(self, sent: str) -> tuple[Person, KeyHolder] | None:
        """Return whom an API key acts for, and the key's id and scopes."""
        holder = self.keys.find(sent)
        person = self._usable(holder.person_id) if holder else None
        return (person, holder) if holder and person else None
