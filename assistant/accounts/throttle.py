"""Slow down the guessing of passwords: per account and per address, counted in the database.

An attempt is written down before the password is looked at, so that several processes, and many
requests at once, share one count.
"""

import hashlib
import ipaddress
from datetime import timedelta

from sqlalchemy import delete, func, select

from assistant.accounts.errors import TooManyAttempts
from assistant.accounts.store import Store
from assistant.db.accounts import LoginAttemptRow

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 5
PER_ADDRESS = 20
_IPV6_PREFIX = 64


class Throttle(Store):
    """Counts failed log-ins."""

    def begin(self, login: str, address: str) -> list[int]:
        """Write an attempt down and return its marks; `forgive` takes them away when it succeeds.

        Raises:
            TooManyAttempts: the account or the address has failed too often of late. Such an attempt
                isn't counted: who keeps trying can't lock the account's owner out for ever.
        """
        now = self.now()
        limits = (
            (_digest("account", login), PER_ACCOUNT),
            (_digest("address", _subscriber(address)), PER_ADDRESS),
        )
        rows = [LoginAttemptRow(subject=subject, at=now) for subject, _ in limits]
        with self.sessions.begin() as session:
            session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.at <= now - WINDOW))
            session.add_all(rows)
        marks = [row.id for row in rows]
        with self.sessions() as session:
            over = any(
                (session.scalar(select(func.count()).where(LoginAttemptRow.subject == subject)) or 0) > limit
                for subject, limit in limits
            )
        if over:
            self._remove(marks)
            minutes = int(WINDOW.total_seconds() // 60)
            raise TooManyAttempts(
                "登录失败次数太多，暂时不能再试", f"请过 {minutes} 分钟再登录；忘了密码，请管理员重设"
            )
        return marks

    def forgive(self, marks: list[int], login: str) -> None:
        """Take back an attempt that succeeded, and the account's failures with it."""
        self._remove(marks)
        with self.sessions.begin() as session:
            session.execute(
                delete(LoginAttemptRow).where(LoginAttemptRow.subject == _digest("account", login))
            )

    def _remove(self, marks: list[int]) -> None:
        with self.sessions.begin() as session:
            session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.id.in_(marks)))


def subscriber(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """Return the address, or of IPv6 its /64: one subscriber has that whole network."""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, _IPV6_PREFIX), strict=False))


def _subscriber(address: str) -> str:
    try:
        return subscriber(ipaddress.ip_address(address))
    except ValueError:  # none is known
        return address


def _digest(kind: str, value: str) -> str:
    """Not the value: people type their password into the wrong field."""
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()
