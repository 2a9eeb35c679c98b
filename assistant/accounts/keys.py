"""API keys: what a machine sends to act for a person, within the scopes of the key."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select, update

from assistant.accounts.permissions import KEY_SCOPES, Action
from assistant.accounts.store import Store
from assistant.accounts.tokens import digest, new_token, same
from assistant.accounts.types import ApiKey
from assistant.db.accounts import ApiKeyRow
from kb.errors import BadRequest, NotFound

#: So that a key that leaked into a text is recognised for what it is.
MARK = "fq"
MAX_DAYS = 366
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class KeyHolder:
    """Whom a key acts for, and what it may do of what they may."""

    key_id: str
    person_id: str
    scopes: frozenset[Action]


class ApiKeys(Store):
    """Reads and writes keys."""

    def make(self, person_id: str, name: str, scopes: Sequence[str], days: int) -> tuple[ApiKey, str]:
        """Make a key and return it with the text to send, which can't be had again.

        Raises:
            BadRequest: no name, no such scope, or a life that is too long.
        """
        unknown = [scope for scope in scopes if scope not in KEY_SCOPES]
        if unknown or not scopes:
            what = f"密钥不能有“{unknown[0]}”这个权限" if unknown else "密钥至少要有一个权限"
            raise BadRequest(what, f"可选：{'、'.join(sorted(KEY_SCOPES))}")
        if not name.strip() or len(name) > 80 or not name.isprintable():
            raise BadRequest("密钥要有个名字", "写明给哪个程序用，不超过 80 个字")
        if not 1 <= days <= MAX_DAYS:
            raise BadRequest("有效天数不对", f"1 到 {MAX_DAYS} 天")
        now, secret, prefix = self.now(), new_token(), secrets.token_hex(6)
        row = ApiKeyRow(
            id=str(uuid4()), person_id=person_id, name=name.strip(), prefix=prefix, secret_hash=digest(secret),
            scopes=sorted(set(scopes)), created_at=now, expires_at=now + timedelta(days=days),
        )  # fmt: skip
        with self.sessions.begin() as session:
            session.add(row)
        return _key(row), f"{MARK}_{prefix}_{secret}"

    def find(self, sent: str) -> KeyHolder | None:
        """Return whom a key acts for; None when it is unknown, revoked or has run out."""
        mark, _, rest = sent.partition("_")
        prefix, _, secret = rest.partition("_")
        if mark != MARK or not secret:
            return None
        now = self.now()
        with self.sessions() as session:
            row = session.scalar(select(ApiKeyRow).where(ApiKeyRow.prefix == prefix))
        if row is None or not same(row.secret_hash, digest(secret)):
            return None
        if row.revoked_at is not None or row.expires_at <= now:
            return None
        if row.used_at is None or now - row.used_at >= _SEEN_EVERY:
            with self.sessions.begin() as session:
                session.execute(update(ApiKeyRow).where(ApiKeyRow.id == row.id).values(used_at=now))
        # a scope that a later program no longer knows gives nothing
        return KeyHolder(row.id, row.person_id, frozenset(s for s in KEY_SCOPES if s in row.scopes))

    def of(self, person_id: str) -> list[ApiKey]:
        """Return a person's keys, newest first, ended ones too."""
        query = select(ApiKeyRow).where(ApiKeyRow.person_id == person_id)
        with self.sessions() as session:
            return [_key(row) for row in session.scalars(query.order_by(ApiKeyRow.created_at.desc()))]

    def revoke(self, person_id: str, key_id: str) -> None:
        """End one key of a person, for good.

        Raises:
            NotFound: the person has no such key.
        """
        with self.sessions.begin() as session:
            row = session.get(ApiKeyRow, key_id)
            if row is None or row.person_id != person_id:
                raise NotFound("没有这个密钥", "可到密钥列表里选")
            row.revoked_at = row.revoked_at or self.now()

    def revoke_all(self, person_id: str) -> None:
        """End all keys of a person, for good."""
        query = update(ApiKeyRow).where(ApiKeyRow.person_id == person_id, ApiKeyRow.revoked_at.is_(None))
        with self.sessions.begin() as session:
            session.execute(query.values(revoked_at=self.now()))


def _key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(**{name: getattr(row, name) for name in ApiKey.model_fields})
