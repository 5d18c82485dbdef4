"""Indexes for the questions asked every day: what of a plan, what an organisation owes, what happened to an item."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INDEXES = {
    "journal": ("time", "subject"),
    "items": ("plan", "lead", "state"),
    "progress": ("item",),
    "rounds": ("plan",),
    "dues": ("round", "organisation"),
}


def upgrade() -> None:
    for table, columns in _INDEXES.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])
