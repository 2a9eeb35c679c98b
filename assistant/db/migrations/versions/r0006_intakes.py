"""Intakes: matters handed over to a village's mediators, redacted text beside sealed originals."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "intakes",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("place_id", sa.String(64), sa.ForeignKey("places.id"), nullable=False),
        sa.Column("author_id", sa.String(36), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("handed_by", sa.String(64), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("narrative", sa.Text, nullable=False),
        sa.Column("risks", sa.JSON, nullable=False),
        sa.Column("dispute_type", sa.String(16), nullable=False),
        sa.Column("law_date", sa.Date),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
        sa.Column("taken_by", sa.String(64), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("closed_by", sa.String(64), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("has_contact", sa.Boolean, nullable=False),
        sa.Column("retain_until", sa.Date),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_intakes_place", "intakes", ["place_id", "created_at"])
    op.create_index("ix_intakes_retain_until", "intakes", ["retain_until"])


def downgrade() -> None:
    """Drop the table, with all that is in it."""
    op.drop_table("intakes")
