"""The database engine: SQLite in WAL mode by default, PostgreSQL by URL."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

from kb.catalog.sqlite_file import keep_to_file
from kb.settings import Settings


@lru_cache
def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if not parsed.drivername.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(url, connect_args={"timeout": 30})
    listen: Callable[..., Any] = event.listens_for(engine, "connect")

    @listen
    def _pragmas(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # an erased record is overwritten, not only unlinked
        cursor.close()

    if parsed.database and parsed.database != ":memory:":
        keep_to_file(engine, Path(parsed.database))
    return engine


def get_engine(settings: Settings) -> Engine:
    """Return the engine of settings.catalog_url, one for each URL in the process."""
    return _engine(settings.catalog_url)
