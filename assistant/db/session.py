"""Open the records: bring the tables to their newest shape, hand out sessions."""

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from assistant.db.migrate import SchemaMismatch, upgrade

__all__ = ["SchemaMismatch", "open_records"]


def open_records(engine: Engine) -> sessionmaker[Session]:
    """Make the tables where absent, upgrade those of an older program, and return a factory of sessions.

    Works on SQLite (put into WAL mode, so that readers and a writer don't wait for each other) and on
    PostgreSQL.

    Raises:
        SchemaMismatch: when the tables are of a newer version than this program's.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.execute(text("PRAGMA journal_mode=WAL"))
    upgrade(engine)
    return sessionmaker(engine, expire_on_commit=False)
