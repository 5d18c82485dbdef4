"""The journal, its head and the derived tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_json = sa.JSON(none_as_null=True)


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _table(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint("id", name=f"pk_{name}"))


def upgrade() -> None:
    op.create_table(
        "journal",
        sa.Column("sequence", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("time", sa.String(40), nullable=False),
        _text("who"),
        sa.Column("kind", sa.String(40), nullable=False),
        _text("subject"),
        _text("payload"),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_journal"),
        sa.UniqueConstraint("hash", name="uq_journal_hash"),
    )
    head = op.create_table(
        "head",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("time", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_head"),
    )
    op.bulk_insert(head, [{"id": 1, "sequence": 0, "hash": "0" * 64, "time": ""}])
    _table("organisations", _text("id"), _text("name"), _text("kind"), _text("parent", True))
    _table("people", _text("id"), _text("name"), _text("organisation"), sa.Column("grants", _json, nullable=False))
    _table(
        "plans",
        _text("id"),
        _text("organisation"),
        _text("region", True),
        sa.Column("year", sa.Integer(), nullable=False),
        _text("title"),
        _text("document", True),
    )
    _table(
        "items",
        _text("id"),
        _text("plan"),
        _text("number"),
        _text("text"),
        _text("kind"),
        _text("section"),
        sa.Column("evidence", _json, nullable=True),
        sa.Column("measures", _json, nullable=False),
        _text("first_deadline"),
        _text("deadline"),
        _text("lead", True),
        sa.Column("supporting", _json, nullable=False),
        _text("state"),
        _text("held", True),
        _text("extension_asked", True),
        sa.Column("hands", _json, nullable=False),
        _text("progress", True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    _table(
        "progress",
        _text("id"),
        _text("item"),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        _text("who"),
        sa.Column("time", sa.String(40), nullable=False),
        sa.Column("readings", _json, nullable=False),
        sa.Column("percent", sa.Double(), nullable=True),
        _text("milestone", True),
        _text("sentence"),
        _text("problems", True),
        _text("help", True),
    )
    _table(
        "rounds",
        _text("id"),
        _text("plan"),
        _text("rhythm"),
        _text("period"),
        _text("due"),
        _text("state"),
        sa.Column("digest", sa.String(64), nullable=True),
    )
    _table(
        "dues",
        _text("id"),
        _text("round"),
        _text("item"),
        _text("organisation"),
        _text("report", True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("frozen", _json, nullable=True),
    )
