"""``duixian table``: the decomposition table 任务分解表 out to Excel or Word, and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from duixian.cli.book import actor, as_of_option, day_of, format_option, group, ledger_option, opened, who_option
from duixian.cli.choices import checked, wrong
from duixian.cli.intake import apply_option, take, told
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS

SUFFIXES = (".xlsx", ".docx", ".csv")


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    return group(say, "table", {"export": _export(say), "import": _import(say)})


def _export(say: Messages) -> Callable[..., None]:
    def export(
        plan: str = typer.Argument(..., metavar="PLAN", help=say("table_plan")),
        output: str = typer.Option(..., "--output", "-o", metavar="FILE", help=say("table_output")),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
    ) -> None:
        from duixian.reporting.accounts import decomposition_document, decomposition_workbook
        from duixian.reporting.output import whole_file

        suffix = Path(output).suffix.lower()
        if suffix not in SUFFIXES:
            raise wrong(say("bad_choice", option="--output", value=output, choices=", ".join(SUFFIXES)))
        day = day_of(say, as_of)
        with opened(say, ledger) as book:
            head = book.head()
            with book.read(day) as tables:
                if suffix == ".docx":
                    data = decomposition_document.decomposition_document(tables, plan)
                elif suffix == ".csv":
                    data = decomposition_workbook.decomposition_csv(tables, plan)
                else:
                    data = decomposition_workbook.decomposition_workbook(tables, plan, head)
        with whole_file(output) as part:
            part.write_bytes(data)
        told(say("table_exported", file=output, plan=plan))

    return export


def _import(say: Messages) -> Callable[..., None]:
    def restore(
        plan: str = typer.Argument(..., metavar="PLAN", help=say("table_plan")),
        file: str = typer.Argument(..., metavar="FILE", help=say("table_file")),
        apply: bool = apply_option(say),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger.sheets.changes import require_own
        from duixian.ledger.sheets.decomposition import form_of, plan_changes
        from duixian.ledger.sheets.reading import read_file

        checked(say, "--format", format, FORMATS)
        with opened(say, ledger) as book:
            person = actor(say, book, who)
            with book.read() as tables:
                sheet = read_file(Path(file), form_of(tables))
                require_own(book, sheet)
                changes = plan_changes(tables, plan, sheet, person)
            if not take(say, book, person, changes, format, apply=apply):
                raise typer.Exit(1)

    return restore
