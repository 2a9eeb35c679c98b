"""Accounts: places, people, memberships, sessions, API keys, log-in attempts."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INDEXES = (
    ("places", "parent_id"),
    ("memberships", "person_id"),
    ("memberships", "place_id"),
    ("sessions", "person_id"),
    ("sessions", "expires_at"),
    ("api_keys", "person_id"),
)


def upgrade() -> None:
    """Make the tables; mark the database so that the first release refuses it instead of misreading it."""
    op.create_table(
        "places",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("parent_id", sa.String(64), sa.ForeignKey("places.id")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("login", sa.String(20), nullable=False, unique=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person_id", sa.String(36), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("place_id", sa.String(64), sa.ForeignKey("places.id")),
        sa.UniqueConstraint("person_id", "role", "place_id"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("person_id", sa.String(36), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("browser", sa.String(200), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("person_id", sa.String(36), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False, unique=True),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "login_attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_login_attempts_subject", "login_attempts", ["subject", "tried_at"])
    for table, column in _INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])
    version = sa.table("schema_version", sa.column("version"), sa.column("applied_at"))
    op.get_bind().execute(version.delete())
    op.bulk_insert(
        sa.table(
            "schema_version", sa.column("version", sa.Integer), sa.column("applied_at", sa.DateTime(True))
        ),
        [{"version": 2, "applied_at": datetime.now(UTC)}],
    )


def downgrade() -> None:
    """Drop the tables, with all that is in them."""
    for table in ("login_attempts", "api_keys", "sessions", "memberships", "people", "places"):
        op.drop_table(table)
    op.execute("UPDATE schema_version SET version = 1")
