"""``duixian ledger``: the book as a whole: proof, history, one file in and out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from duixian.cli.book import format_option, group, ledger_option, opened
from duixian.cli.choices import checked
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS, console
from duixian.cli.rows import emit

LOG_NAMES = ("sequence", "time", "who", "kind", "subject", "payload", "hash")
_SHOWN = ("sequence", "time", "who", "kind", "subject")


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    return group(
        say, "ledger", {"verify": _verify(say), "log": _log(say), "export": _export(say), "import": _import(say)}
    )


def _verify(say: Messages) -> Callable[..., None]:
    def verify(
        ledger: str = ledger_option(say),
        head: str = typer.Option("", "--head", metavar="HASH", help=say("ledger_head")),
    ) -> None:
        with opened(say, ledger) as book:
            found = book.verify(head or None)
        if found.difference is None:
            console().print(say("ledger_ok", entries=found.entries, head=found.head), soft_wrap=True)
            return
        console().print(say("ledger_bad", entries=found.entries, difference=found.difference), soft_wrap=True)
        raise typer.Exit(1)

    return verify


def _log(say: Messages) -> Callable[..., None]:
    def log(
        ledger: str = ledger_option(say),
        subject: str = typer.Option("", "--subject", metavar="ID", help=say("ledger_subject")),
        last: int = typer.Option(50, "--last", metavar="N", min=1, help=say("ledger_last")),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger.journal import local
        from duixian.ledger.kinds import labels

        checked(say, "--format", format, FORMATS)
        with opened(say, ledger) as book:
            entries = book.journal(subject or None)[-last:]
        rows = [{name: getattr(entry, name) for name in LOG_NAMES} for entry in entries]
        shown = rows
        if say.language == "zh":
            shown = [row | {"time": local(row["time"]), "kind": labels()[row["kind"]]} for row in rows]
        emit(say, format, LOG_NAMES, rows, [(name, say(f"ledger_col_{name}")) for name in _SHOWN], shown)

    return log


def _export(say: Messages) -> Callable[..., None]:
    def export(
        file: str = typer.Argument(..., metavar="FILE", help=say("ledger_file_out")),
        ledger: str = ledger_option(say),
    ) -> None:
        from duixian.ledger.exchange import export as write

        with opened(say, ledger) as book:
            head = write(book, Path(file))
        console().print(say("ledger_exported", file=file, entries=head.sequence, head=head.hash), soft_wrap=True)

    return export


def _import(say: Messages) -> Callable[..., None]:
    def restore(
        file: str = typer.Argument(..., metavar="FILE", help=say("ledger_file_in")),
        ledger: str = ledger_option(say),
    ) -> None:
        from duixian.ledger.exchange import restore as read

        with opened(say, ledger, new=True) as book:
            head = read(Path(file), book)
        console().print(say("ledger_imported", file=file, entries=head.sequence, head=head.hash), soft_wrap=True)

    return restore
