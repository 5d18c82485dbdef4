"""What a whole year needs; the derived tables begin anew and are filled again from the journal."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_json = sa.JSON(none_as_null=True)
_REPLACED = ("organisations", "people", "plans", "items", "progress", "rounds", "dues")


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _list(name: str) -> sa.Column[Any]:
    return sa.Column(name, _json, nullable=False)


def _integer(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _long(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _double(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _table(name: str, *columns: sa.Column[Any], indexes: tuple[str, ...] = ()) -> None:
    op.create_table(name, _text("id"), *columns, sa.PrimaryKeyConstraint("id", name=f"pk_{name}"))
    for column in indexes:
        op.create_index(f"ix_{name}_{column}", name, [column])


def upgrade() -> None:
    for name in _REPLACED:
        op.drop_table(name)
    _people()
    _plans()
    _rounds()
    _attachments()
    _comparisons()
    _supervision()
    _links()


def _people() -> None:
    _table("organisations", _text("name"), _text("kind"), _text("parent", True), _text("short", True))
    _table("people", _text("name"), _text("organisation"), _list("grants"))
    _table("groups", _text("title"), _text("chief", True), _list("members"))
    _table("indicator_chiefs", _text("organisation"), _text("indicator"), _text("person", True))
    _table("rules", _text("text"), _long("adopted"))
    _table("rulings", _text("rule"), _text("text"), _long("adopted"), indexes=("rule",))


def _plans() -> None:
    _table(
        "plans",
        _text("organisation"),
        _text("region", True),
        _integer("year"),
        _text("title"),
        _text("document", True),
        _text("level", True),
        _text("state"),
        _text("follows", True),
    )
    _table(
        "items",
        _text("plan"),
        _text("number"),
        _text("text"),
        _text("kind"),
        _text("section"),
        _list("evidence"),
        _list("records"),
        _list("measures"),
        _list("milestones"),
        _text("first_deadline"),
        _text("deadline"),
        sa.Column("suggestion", _json, nullable=True),
        _text("lead", True),
        _list("supporting"),
        _text("leader", True),
        _text("state"),
        _text("held", True),
        _text("extension_asked", True),
        _list("hands"),
        _text("assigned", True),
        _text("submitted", True),
        _text("closed", True),
        _text("progress", True),
        _list("sources"),
        _list("became"),
        _flag("public"),
        _integer("version"),
        indexes=("plan", "lead", "state"),
    )
    _table(
        "slicings",
        _text("item"),
        _text("measure"),
        _text("along"),
        _text("manner"),
        _list("slices"),
        _text("reason", True),
        indexes=("item",),
    )


def _rounds() -> None:
    _table(
        "progress",
        _text("item"),
        _long("sequence"),
        _text("who"),
        sa.Column("time", sa.String(40), nullable=False),
        _list("readings"),
        sa.Column("percent", sa.Double(), nullable=True),
        _text("milestone", True),
        _text("sentence"),
        _text("problems", True),
        _text("help", True),
        _list("attachments"),
        indexes=("item",),
    )
    _table(
        "rounds",
        _text("plan"),
        _text("rhythm"),
        _text("period"),
        _text("due"),
        _text("state"),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.Column("closed", sa.BigInteger(), nullable=True),
        indexes=("plan",),
    )
    _table(
        "dues",
        _text("round"),
        _text("item"),
        _text("organisation"),
        _text("report", True),
        _flag("late"),
        sa.Column("frozen", _json, nullable=True),
        indexes=("round", "organisation"),
    )


def _attachments() -> None:
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(64), nullable=False),
        _long("size"),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_blobs"),
    )


def _comparisons() -> None:
    _table(
        "standings",
        _text("round"),
        _text("item"),
        _text("organisation", True),
        _text("kind"),
        _text("state"),
        _text("deadline"),
        _text("first_deadline"),
        _text("submitted", True),
        _text("closed", True),
        _text("light", True),
        _text("owed_by", True),
        _flag("reported"),
        _flag("late"),
        indexes=("round",),
    )
    _table(
        "metric_values",
        _text("organisation"),
        _text("metric"),
        _text("period"),
        _double("value"),
        _text("unit"),
        _text("source"),
        sa.Column("evidence", _json, nullable=True),
        _long("recorded"),
        indexes=("metric", "period"),
    )
    _table(
        "ratings",
        _text("round"),
        _text("organisation"),
        _text("counts_for"),
        _text("item", True),
        _double("score"),
        _text("by"),
        _text("sentence"),
        indexes=("round",),
    )
    _table(
        "marks",
        _text("organisation"),
        _text("kind"),
        _text("date"),
        _double("points"),
        _text("reason"),
        _text("withdrawn", True),
        indexes=("organisation",),
    )
    _table(
        "published_rankings",
        _text("plan"),
        _text("by"),
        _text("period", True),
        _text("day", True),
        _text("who"),
        sa.Column("time", sa.String(40), nullable=False),
        _text("note"),
        _list("boards"),
        indexes=("plan",),
    )


def _supervision() -> None:
    _table("contacts", _text("email", True), _text("phone", True))
    _table(
        "orders",
        _text("organisation"),
        _text("authority"),
        _list("items"),
        _text("subject"),
        _text("demand"),
        _text("level"),
        _text("issuer"),
        _text("issued"),
        _text("reply_by"),
        _text("state"),
        _text("signer", True),
        _text("reply", True),
        _integer("replies"),
        _text("replied", True),
        _text("opinion", True),
        _text("settled", True),
        _list("hands"),
        _text("cause", True),
        _text("changed"),
        indexes=("organisation", "state"),
    )
    _table(
        "problems",
        _text("finding"),
        _text("source"),
        _text("finder"),
        _text("recorder"),
        _text("organisation"),
        _text("authority"),
        _text("item", True),
        _text("report", True),
        sa.Column("evidence", _json, nullable=True),
        _text("due"),
        _text("state"),
        _text("found"),
        _text("measure", True),
        _text("result", True),
        _text("finished", True),
        _text("opinion", True),
        _integer("failures"),
        _text("settled", True),
        _list("hands"),
        _text("changed"),
        indexes=("organisation", "state"),
    )
    _table(
        "steps",
        _text("step"),
        _text("label"),
        _text("about"),
        _text("target"),
        _text("organisation"),
        _text("reason"),
        _text("note", True),
        _list("tells"),
        _text("who"),
        _text("day"),
    )
    _table("dispatches", _text("key"), _text("channel"), _list("people"), _text("last"))


def _links() -> None:
    _table("link_recalls", sa.Column("time", sa.String(40), nullable=False))
