"""What the commands of supervision share: one act recorded, one day asked about, rows with names people know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import typer

from duixian.cli.book import actor, day_of, opened
from duixian.cli.language import Messages
from duixian.cli.printing import console
from duixian.cli.rows import emit

if TYPE_CHECKING:
    from duixian.ledger.journal import Entry
    from duixian.ledger.kinds import Event
    from duixian.ledger.tables import Tables

_ACTS = ("time", "who", "act", "text", "due")


def text_option(say: Messages, key: str = "sv_text") -> Any:
    """``--text``: what is said with an act."""
    return typer.Option("", "--text", "-t", metavar="TEXT", help=say(key))


def items_option(say: Messages) -> Any:
    """``--item``: the items that it is about, as often as there are."""
    return typer.Option([], "--item", metavar="ITEM", help=say("sv_item"))


def today(say: Messages, as_of: str = "") -> date:
    """The day of ``--as-of``, or today in China."""
    from duixian.ledger.journal import day, stamp

    return day_of(say, as_of) or date.fromisoformat(day(stamp(datetime.now(UTC))))


def act(say: Messages, ledger: str, who: str, event: Event) -> Entry:
    """Record one event and return its entry. Raises LedgerError."""
    with opened(say, ledger) as book:
        (entry,) = book.record(actor(say, book, who), event)
        return entry


def told(say: Messages, key: str, **values: object) -> None:
    """One line about what was done."""
    console().print(say(key, **values), soft_wrap=True, markup=False)


def organisation_names(tables: Tables) -> dict[str, str]:
    """Names of organisations by id."""
    from duixian.ledger.organisations import Organisation

    return {row.id: row.name for row in tables.select(Organisation)}


def plain(row: Any) -> dict[str, Any]:
    """The fields of a row as they are kept."""
    return {field.name: getattr(row, field.name) for field in fields(row)}


def optional(text: str) -> str | None:
    """None for an option that was not given."""
    return text or None


def emit_acts(say: Messages, format: str, kind: str, entries: Sequence[Entry], first: str) -> None:
    """What happened to an order or a problem, act by act. first: what the entry that began it is called."""
    rows = []
    for entry in entries:
        values = entry.values()
        rows.append(
            {
                "time": entry.time,
                "who": entry.who,
                "act": values.get("action", first),
                "text": values.get("text") or values.get("demand") or values.get("finding"),
                "due": values.get("due") or values.get("reply_by"),
            }
        )
    shown = [row | {"act": say(f"{kind}_act_{row['act']}")} for row in rows]
    emit(say, format, _ACTS, rows, [(name, say(f"sv_col_{name}")) for name in _ACTS], shown)
