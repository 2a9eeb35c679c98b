"""Case records of villages: redacted text beside sealed originals."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "case_records",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("place_id", sa.String(64), sa.ForeignKey("places.id"), nullable=False),
        sa.Column("author_id", sa.String(36), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("erasing", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retain_until", sa.Date),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_case_records_place", "case_records", ["place_id", "created_at"])
    op.create_index("ix_case_records_retain_until", "case_records", ["retain_until"])


def downgrade() -> None:
    """Drop the table, with all that is in it."""
    op.drop_table("case_records")
