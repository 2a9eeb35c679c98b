"""Drafts keep what the grounding gate said of each of their sentences when they were last saved."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; drafts from before have nothing in it until they are saved or handed in again."""
    op.add_column("drafts", sa.Column("claims", sa.JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("drafts", "claims")
