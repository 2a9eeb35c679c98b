"""The audit log: its table and the triggers that keep it append-only."""

from alembic import op

from assistant.audit.models import create

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and its triggers; a log that is there already stays as it is."""
    create(op.get_bind())


def downgrade() -> None:
    """Drop the log, with all that is in it."""
    op.drop_table("audit_log")
