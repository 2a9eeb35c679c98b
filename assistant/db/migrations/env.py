"""Alembic's entry: runs steps on the connection it is given, or on the one that the settings name."""

from alembic import context
from sqlalchemy import Connection

import assistant.audit.models
import assistant.chat.models
import assistant.db.accounts
import assistant.intakes.models
import assistant.records.models  # noqa: F401 (registers its tables, as do those above)
from assistant.db.migrate import VERSION_TABLE
from assistant.db.models import Base
from kb.catalog.engine import get_engine
from kb.settings import get_settings


def run(connection: Connection) -> None:
    """Run the steps asked for; the catalog's tables in the same database are none of our business."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        version_table=VERSION_TABLE,
        include_name=lambda name, kind, _parents: kind != "table" or name in Base.metadata.tables,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with get_engine(get_settings()).begin() as opened:
        run(opened)
