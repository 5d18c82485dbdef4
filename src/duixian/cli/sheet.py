"""``duixian sheet``: a round as one workbook for each organisation, out and back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import typer

from duixian.cli.book import actor, format_option, group, ledger_option, opened, who_option
from duixian.cli.choices import checked, wrong
from duixian.cli.intake import apply_option, rows_option, take, told
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS
from duixian.cli.session import one_line


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    return group(say, "sheet", {"export": _export(say), "import": _import(say)})


def _export(say: Messages) -> Callable[..., None]:
    def export(
        round: str = typer.Argument(..., metavar="ROUND", help=say("sheet_round")),
        output: str = typer.Option(..., "--output", "-o", metavar="PATH", help=say("sheet_output")),
        organisation: str = typer.Option("", "--organisation", metavar="ID", help=say("sheet_organisation")),
        ledger: str = ledger_option(say),
    ) -> None:
        from duixian.ledger.organisations import Organisation, known
        from duixian.ledger.rounds import Round
        from duixian.ledger.sheets.returns import owing
        from duixian.reporting.accounts.round_workbook import round_workbook
        from duixian.reporting.output import output_error, whole_file

        one_file = Path(output).suffix.lower() == ".xlsx"
        if one_file and not organisation:
            raise wrong(say("sheet_needs_organisation"))
        files: list[tuple[Path, bytes]] = []
        with opened(say, ledger) as book:
            head = book.head()
            with book.read() as tables:
                tables.need(Round, round, "调度期")
                if organisation:
                    known(tables, organisation)
                for id in [organisation] if organisation else owing(tables, round):
                    row = tables.need(Organisation, id, "单位")
                    target = Path(output) if one_file else Path(output) / f"{_safe(row.name)}-{_safe(id)}.xlsx"
                    files.append((target, round_workbook(tables, round, id, head)))
        if not one_file:
            try:
                Path(output).mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise output_error(output, error) from error
        for target, data in files:
            with whole_file(target) as part:
                part.write_bytes(data)
        told(say("sheet_exported", path=output, files=len(files), round=round))

    return export


def _import(say: Messages) -> Callable[..., None]:
    def restore(
        round: str = typer.Argument(..., metavar="ROUND", help=say("sheet_round")),
        files: list[str] = typer.Argument(..., metavar="FILE", help=say("sheet_files")),
        apply: bool = apply_option(say),
        rows: bool = rows_option(say),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger.errors import LedgerError
        from duixian.ledger.rounds import Round
        from duixian.ledger.sheets.changes import require_own
        from duixian.ledger.sheets.reading import read_file
        from duixian.ledger.sheets.returns import form_of, return_changes

        checked(say, "--format", format, FORMATS)
        right = True
        with opened(say, ledger) as book:
            person = actor(say, book, who)
            with book.read() as tables:
                tables.need(Round, round, "调度期")
            for file in files:
                try:
                    with book.read() as tables:
                        sheet = read_file(Path(file), form_of(tables))
                        require_own(book, sheet)
                        changes = return_changes(tables, round, sheet, person)
                    right = take(say, book, person, changes, format, apply=apply, rows=rows) and right
                except LedgerError as error:
                    # The sheets of other departments go on.
                    right = False
                    reason, remedy = say.about_files(error.reason), say.about_files(error.remedy)
                    message = say("failed", source=error.target, reason=reason, remedy=remedy)
                    print(one_line(say("error") + message), file=sys.stderr)
        if not right:
            raise typer.Exit(1)

    return restore


def _safe(name: str) -> str:
    """A name that every file system takes."""
    return "".join("_" if letter in '\\/:*?"<>|\n\r\t\0' else letter for letter in name)[:60].strip(". ") or "_"
