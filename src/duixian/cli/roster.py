"""What the commands of organisations and people share: rosters in, templates out, one event recorded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from duixian.cli.book import actor, format_option, ledger_option, opened, who_option
from duixian.cli.choices import checked, wrong
from duixian.cli.intake import apply_option, take, told
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS

if TYPE_CHECKING:
    from duixian.ledger.kinds import Event
    from duixian.ledger.tables import Tables


def importer(say: Messages, people: bool) -> Callable[..., None]:
    """A command that takes a roster in."""

    def restore(
        file: str = typer.Argument(..., metavar="FILE", help=say("roster_file")),
        apply: bool = apply_option(say),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger.sheets import forms, rosters
        from duixian.ledger.sheets.reading import read_file

        checked(say, "--format", format, FORMATS)
        with opened(say, ledger) as book:
            person = actor(say, book, who)
            with book.read() as tables:
                name = forms.PEOPLE if people else forms.ORGANISATIONS
                sheet = read_file(Path(file), forms.forms(tables).forms[name])
                work = rosters.people_changes if people else rosters.organisation_changes
                changes = work(tables, sheet, person)
            if not take(say, book, person, changes, format, apply=apply):
                raise typer.Exit(1)

    return restore


def template(say: Messages, people: bool) -> Callable[..., None]:
    """A command that writes the roster as it stands, to be filled in further."""

    def write(
        output: str = typer.Option(..., "--output", "-o", metavar="FILE", help=say("roster_output")),
        ledger: str = ledger_option(say),
    ) -> None:
        from duixian.reporting.accounts.roster_workbook import organisations_workbook, people_workbook
        from duixian.reporting.output import whole_file

        if Path(output).suffix.lower() != ".xlsx":
            raise wrong(say("bad_choice", option="--output", value=output, choices=".xlsx"))
        with opened(say, ledger) as book, book.read() as tables:
            data = people_workbook(tables) if people else organisations_workbook(tables)
        with whole_file(output) as part:
            part.write_bytes(data)
        told(say("roster_written", file=output))

    return write


def record(say: Messages, ledger: str, who: str, wish: Callable[[Tables], Event]) -> None:
    """Record the one event that a command asks for, and say so."""
    with opened(say, ledger) as book:
        person = actor(say, book, who)
        with book.read() as tables:
            event = wish(tables)
        entry = book.record(person, event)[0]
    told(say("roster_recorded", sequence=entry.sequence, subject=entry.subject))
