"""``duixian mark``: commendations, criticisms and vetoes that count in schemes."""

from __future__ import annotations

from collections.abc import Callable

import typer

from duixian.cli.book import actor, as_of_option, format_option, group, ledger_option, opened, read, who_option
from duixian.cli.choices import checked
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS, console
from duixian.cli.rows import emit

NAMES = ("id", "organisation", "kind", "date", "points", "reason", "withdrawn")
KIND_NAMES = ("id", "name", "english", "effect", "points")


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    return group(
        say, "mark", {"give": _give(say), "withdraw": _withdraw(say), "list": _list(say), "kinds": _kinds(say)}
    )


def _give(say: Messages) -> Callable[..., None]:
    def give(
        organisation: str = typer.Argument(..., metavar="ORGANISATION", help=say("mark_organisation")),
        kind: str = typer.Argument(..., metavar="KIND", help=say("mark_kind")),
        date: str = typer.Option(..., "--date", "-d", metavar="DATE", help=say("mark_date")),
        reason: str = typer.Option(..., "--reason", metavar="TEXT", help=say("mark_reason")),
        points: float | None = typer.Option(None, "--points", metavar="N", help=say("mark_points")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.metrics import MarkGiven

        wish = MarkGiven(organisation, kind, date, reason, points)
        with opened(say, ledger) as book:
            (entry,) = book.record(actor(say, book, who), wish)
        console().print(say("mark_done", mark=f"{organisation}#{entry.sequence}"), soft_wrap=True)

    return give


def _withdraw(say: Messages) -> Callable[..., None]:
    def withdraw(
        mark: str = typer.Argument(..., metavar="MARK", help=say("mark_id")),
        reason: str = typer.Option(..., "--reason", metavar="TEXT", help=say("mark_why")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.metrics import MarkWithdrawn

        with opened(say, ledger) as book:
            book.record(actor(say, book, who), MarkWithdrawn(mark, reason))
        console().print(say("mark_withdrawn", mark=mark), soft_wrap=True)

    return withdraw


def _list(say: Messages) -> Callable[..., None]:
    def show(
        organisation: str = typer.Option("", "--organisation", "-o", metavar="ID", help=say("mark_only")),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger.metrics import Mark

        checked(say, "--format", format, FORMATS)
        with read(say, ledger, as_of) as tables:
            found = tables.select(Mark, **({"organisation": organisation} if organisation else {}))
        rows = [{name: getattr(row, name) for name in NAMES} for row in sorted(found, key=lambda row: row.date)]
        emit(say, format, NAMES, rows, [(name, say(f"mark_col_{name}")) for name in NAMES])

    return show


def _kinds(say: Messages) -> Callable[..., None]:
    def kinds(
        ledger: str = ledger_option(say), as_of: str = as_of_option(say), format: str = format_option(say)
    ) -> None:
        from duixian.ledger.metrics import mark_kinds

        checked(say, "--format", format, FORMATS)
        with read(say, ledger, as_of) as tables:
            rows = [{name: getattr(row, name) for name in KIND_NAMES} for row in mark_kinds(tables).values()]
        emit(say, format, KIND_NAMES, rows, [(name, say(f"mark_col_{name}")) for name in KIND_NAMES])

    return kinds
