"""Let nothing of deleted rows lie about beside the tables."""

from sqlalchemy import Engine, text


def overwrite(engine: Engine, *tables: str) -> None:
    """Overwrite: SQLite has zeroed the pages, yet its log has their old content; PostgreSQL only marks rows dead.

    Args:
        engine: of the records.
        tables: that rows were deleted from.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).all()
        else:
            connection.execute(text(f"VACUUM {', '.join(tables)}"))
