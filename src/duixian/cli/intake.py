"""What the commands share that take a table in: show every change, tell every problem, write only when asked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from duixian.cli.language import Messages
from duixian.cli.printing import console
from duixian.cli.rows import emit
from duixian.cli.session import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duixian.ledger.sheets.changes import Changes
    from duixian.ledger.sheets.problems import Problem
    from duixian.ledger.store import Ledger

NAMES = ("row", "target", "field", "before", "after")
_LONGEST = 60  # characters of a value that a line of complaint repeats


def apply_option(say: Messages) -> Any:
    """``--apply``: without it nothing is written."""
    return typer.Option(False, "--apply", help=say("intake_apply"))


def rows_option(say: Messages) -> Any:
    """``--rows``: write the rows that are right even when others are not."""
    return typer.Option(False, "--rows", help=say("intake_rows"))


def take(
    say: Messages, ledger: Ledger, who: str, changes: Changes, format: str, *, apply: bool, rows: bool = False
) -> bool:
    """Show what a table would change and, when asked to, write it. Returns whether all of it was right."""
    from duixian.ledger.sheets.changes import write, write_rows

    show(say, changes, format)
    problems = changes.problems
    if apply and rows:
        done, problems = write_rows(ledger, who, changes)
        complain(say, changes.name, problems)
        _say(say("intake_rows_written", file=changes.name, rows=done, problems=len(problems)))
        return not problems
    complain(say, changes.name, problems)
    if problems:
        _say(say("intake_refused", file=changes.name, problems=len(problems)))
    elif not changes.steps:
        _say(say("intake_same", file=changes.name))
    elif apply:
        _say(say("intake_written", file=changes.name, entries=len(write(ledger, who, changes))))
    else:
        _say(say("intake_preview", file=changes.name, changes=len(changes.changes)))
    return not problems


def show(say: Messages, changes: Changes, format: str) -> None:
    """The changes on standard output; notes on standard error."""
    rows = [{name: getattr(change, name) for name in NAMES} for change in changes.changes]
    if rows or format != "table":
        emit(say, format, NAMES, rows, [(name, say(f"intake_col_{name}")) for name in NAMES])
    for note in changes.notes:
        text = say.about_files(note.text)
        _say(say("intake_note", file=changes.name, where=_where(say, note.row, note.column), note=text))
    for id in changes.absent:
        _say(say("intake_absent", file=changes.name, item=id))


def complain(say: Messages, name: str, problems: Iterable[Problem]) -> None:
    """Every problem in a line of its own, on standard error."""
    for problem in problems:
        _say(
            say(
                "intake_problem",
                file=name,
                where=_where(say, problem.row, problem.column, problem.value),
                reason=say.about_files(problem.reason),
                remedy=say.about_files(problem.remedy),
            )
        )


def _where(say: Messages, row: int, column: str, value: str = "") -> str:
    """Row, column and value, as far as they are known."""
    parts = [say("intake_row", row=row)] if row else []
    parts += [say("intake_column", column=column)] if column else []
    parts += [say("intake_value", value=value[:_LONGEST])] if value else []
    return "".join(parts) or say("intake_whole")


def _say(message: str) -> None:
    sys.stdout.flush()
    print(one_line(message), file=sys.stderr)


def told(message: str) -> None:
    """A line about what was done, on standard output."""
    console().print(message, soft_wrap=True, markup=False)
