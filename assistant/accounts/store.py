"""What those who read and write accounts are made with."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker


class Store:
    """Reads and writes one part of accounts.

    Args:
        sessions: of the records' database.
        now: the clock, in UTC.
    """

    def __init__(self, sessions: sessionmaker[Session], now: Callable[[], datetime]) -> None:
        self.sessions = sessions
        self.now = now
