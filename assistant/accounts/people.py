"""People and what they are where."""

import re
from collections.abc import Iterable, Sequence
from uuid import uuid4

from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.accounts import passwords
from assistant.accounts.errors import no_such_person
from assistant.accounts.places import require_place
from assistant.accounts.store import Store
from assistant.accounts.types import Membership, Person, Role
from assistant.db.accounts import ApiKeyRow, MembershipRow, PersonRow, SessionRow
from kb.errors import BadRequest, Conflict

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,19}")
MAX_NAME_CHARS = 40


class People(Store):
    """Reads and writes accounts."""

    def add(
        self, login: str, name: str, memberships: Sequence[Membership], password: str = "", demo: bool = False
    ) -> Person:
        """Make an account; without a password nobody can log in to it by one.

        Raises:
            BadRequest: login, name or password can't be used.
            Conflict: the login is taken.
            NotFound: a place isn't there.
        """
        login = login.strip().lower()
        if not _LOGIN.fullmatch(login):
            raise BadRequest(
                "登录名写法不对", "登录名用小写字母、数字、点和横线，2 到 20 个，以字母或数字开头"
            )
        if password:
            passwords.require_good(password, login)
        row = PersonRow(
            id=str(uuid4()), login=login, name=_clean(name), active=True, demo=demo, created_at=self.now(),
            password_hash=passwords.hash_password(password) if password else "",
        )  # fmt: skip
        try:
            with self.sessions.begin() as session:
                session.add(row)
                session.flush()
                _grant(session, row.id, memberships)
        except IntegrityError as error:
            raise Conflict(f"登录名“{login}”已经有人用了", "请换一个登录名") from error
        return self.get(row.id)

    def get(self, person_id: str) -> Person:
        """Return one person.

        Raises:
            NotFound: there is none of this id.
        """
        with self.sessions() as session:
            return _person(session, _row(session, person_id))

    def by_login(self, login: str) -> Person | None:
        """Return who has this login name."""
        with self.sessions() as session:
            row = session.scalar(select(PersonRow).where(PersonRow.login == login.strip().lower()))
            return _person(session, row) if row else None

    def all(self) -> list[Person]:
        """Return everybody, by login."""
        with self.sessions() as session:
            return [
                _person(session, row) for row in session.scalars(select(PersonRow).order_by(PersonRow.login))
            ]

    def authenticate(self, login: str, password: str) -> Person | None:
        """Return who it is, None where login or password is wrong; it takes as long either way."""
        with self.sessions() as session:
            row = session.scalar(select(PersonRow).where(PersonRow.login == login.strip().lower()))
        password_hash = row.password_hash if row else ""
        if not passwords.fits(password_hash, password) or row is None or not row.active:
            return None
        if passwords.outdated(password_hash):
            self._store_password(row.id, password)
        return self.get(row.id)

    def set_password(self, person_id: str, password: str) -> None:
        """Give a new password.

        Raises:
            BadRequest: it isn't good enough.
        """
        passwords.require_good(password, self.get(person_id).login)
        self._store_password(person_id, password)

    def change(
        self,
        person_id: str,
        *,
        name: str | None = None,
        active: bool | None = None,
        memberships: Sequence[Membership] | None = None,
        password: str | None = None,
    ) -> Person:
        """Change what is given, all of it or nothing. Who is made inactive is logged out, and their keys end.

        Raises:
            BadRequest: the password isn't good enough.
            Conflict: nobody would be left to administer everything.
            NotFound: there is none of this id, or a place isn't there.
        """
        fresh = None
        if password is not None:
            passwords.require_good(password, self.get(person_id).login)
            fresh = passwords.hash_password(password)
        with self.sessions.begin() as session:
            # the lock keeps two administrators from dismissing each other at the same moment
            administered = person_id in session.scalars(_administrators().with_for_update()).all()
            row = _row(session, person_id)
            if name is not None:
                row.name = _clean(name)
            if fresh is not None:
                row.password_hash = fresh
            if active is not None:
                row.active = active
            if memberships is not None:
                session.execute(delete(MembershipRow).where(MembershipRow.person_id == person_id))
                _grant(session, person_id, memberships)
            if active is False:
                session.execute(delete(SessionRow).where(SessionRow.person_id == person_id))
                session.execute(delete(ApiKeyRow).where(ApiKeyRow.person_id == person_id))
            session.flush()
            if administered and session.scalars(_administrators()).first() is None:
                raise Conflict("这样就没有管理员了", "请先让另一个人做全域管理员")
        return self.get(person_id)

    def has_administrator(self) -> bool:
        """Return whether somebody who isn't a demo account administers everything."""
        with self.sessions() as session:
            return session.scalars(_administrators()).first() is not None

    def anybody(self, roles: Iterable[Role], place_ids: Iterable[str]) -> bool:
        """Return whether somebody whose account is open has one of these roles at one of these places."""
        query = (
            select(PersonRow.id)
            .join(MembershipRow, PersonRow.id == MembershipRow.person_id)
            .where(PersonRow.active, MembershipRow.role.in_(list(roles)))
            .where(MembershipRow.place_id.in_(list(place_ids)))
            .limit(1)
        )
        with self.sessions() as session:
            return session.scalar(query) is not None

    def _store_password(self, person_id: str, password: str) -> None:
        fresh = passwords.hash_password(password)
        with self.sessions.begin() as session:
            session.get_one(PersonRow, person_id).password_hash = fresh


def _row(session: Session, person_id: str) -> PersonRow:
    row = session.get(PersonRow, person_id)
    if row is None:
        raise no_such_person()
    return row


def _clean(name: str) -> str:
    name = name.strip()
    if not name or len(name) > MAX_NAME_CHARS or not name.isprintable():
        raise BadRequest("姓名写法不对", f"姓名 1 到 {MAX_NAME_CHARS} 个字，不含换行等控制字符")
    return name


def _grant(session: Session, person_id: str, memberships: Sequence[Membership]) -> None:
    for role, place_id in dict.fromkeys((m.role, m.place_id) for m in memberships):
        if place_id is None and role != "administrator":
            raise BadRequest("除管理员外，每个角色都要写明在哪个地方", "请选村、乡镇或县")
        if place_id is not None:
            require_place(session, place_id)
        session.add(MembershipRow(person_id=person_id, role=role, place_id=place_id))


def _administrators() -> Select[str]:
    """Ask for those who administer everything; demo accounts don't count."""
    return (
        select(PersonRow.id)
        .join(MembershipRow, PersonRow.id == MembershipRow.person_id)
        .where(MembershipRow.role == "administrator", MembershipRow.place_id.is_(None))
        .where(PersonRow.active, ~PersonRow.demo)
        .order_by(PersonRow.id)
    )


def _person(session: Session, row: PersonRow) -> Person:
    found = session.scalars(
        select(MembershipRow).where(MembershipRow.person_id == row.id).order_by(MembershipRow.id)
    )
    return Person(
        id=row.id, login=row.login, name=row.name, active=row.active, demo=row.demo,
        memberships=[Membership(role=m.role, place_id=m.place_id) for m in found],
    )  # fmt: skip
