"""Accounts, sessions and tokens, beside the journal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _time(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(40), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "accounts",
        _text("person"),
        _text("login"),
        _text("password", True),
        _text("external", True),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        _time("locked_until", True),
        _time("created"),
        sa.PrimaryKeyConstraint("person", name="pk_accounts"),
        sa.UniqueConstraint("login", name="uq_accounts_login"),
        sa.UniqueConstraint("external", name="uq_accounts_external"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), nullable=False),
        _text("person"),
        _time("created"),
        _time("seen"),
        _time("expires"),
        _text("agent"),
        _text("address"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(64), nullable=False),
        _text("person"),
        _text("name"),
        sa.Column("scope", sa.String(10), nullable=False),
        _time("created"),
        _time("expires"),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
    )
    for table in ("sessions", "tokens"):
        op.create_index(f"ix_{table}_person", table, ["person"])
