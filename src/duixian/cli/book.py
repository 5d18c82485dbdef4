"""What the commands of the account book share: which ledger, who acts, as of which day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from duixian.cli.choices import wrong
from duixian.cli.help import Command, Group
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS

if TYPE_CHECKING:
    from duixian.ledger.store import Ledger
    from duixian.ledger.tables import Tables

LEDGER, WHO = "DUIXIAN_LEDGER", "DUIXIAN_WHO"


def ledger_option(say: Messages) -> Any:
    """``--ledger``: a file, or the URL of a database; also from the environment."""
    return typer.Option("", "--ledger", "-l", metavar="LEDGER", envvar=LEDGER, help=say("b_ledger"))


def who_option(say: Messages) -> Any:
    """``--as``: the id of the person who acts; may be left out while the ledger has only one."""
    return typer.Option("", "--as", metavar="PERSON", envvar=WHO, help=say("b_who"))


def as_of_option(say: Messages) -> Any:
    """``--as-of``: every read command can answer for the end of an earlier day."""
    return typer.Option("", "--as-of", metavar="DATE", help=say("b_as_of"))


def format_option(say: Messages) -> Any:
    """``--format``: table, csv, json or md."""
    return typer.Option("table", "--format", "-f", metavar="|".join(FORMATS), help=say("b_format"))


def group(say: Messages, name: str, commands: dict[str, Callable[..., None]]) -> typer.Typer:
    """A group of commands; the help of each is the message "NAME_COMMAND", that of the group the message "NAME"."""
    app = typer.Typer(cls=Group, help=say(name), add_completion=False, rich_markup_mode=None)
    app.callback(invoke_without_command=True)(_top)
    for command, function in commands.items():
        app.command(command, cls=Command, help=say(f"{name}_{command}".replace("-", "_")))(function)
    return app


@contextmanager
def opened(say: Messages, ledger: str, *, new: bool = False) -> Iterator[Ledger]:
    """The ledger of this option. A file that is not there is an error, unless ``new``. Raises LedgerError."""
    from duixian.ledger.errors import LedgerError
    from duixian.ledger.store import Ledger

    if not ledger:
        raise wrong(say("b_no_ledger", variable=LEDGER))
    if not new and "://" not in ledger and not Path(ledger).is_file():
        raise LedgerError(ledger, "没有这个台账文件", "请检查文件名，或先用 duixian plan open 建账")
    with Ledger(ledger) as book:
        yield book


@contextmanager
def read(say: Messages, ledger: str, as_of: str = "") -> Iterator[Tables]:
    """The tables of a ledger, as they stand or as they stood at the end of a day."""
    day = day_of(say, as_of)
    with opened(say, ledger) as book, book.read(day) as tables:
        yield tables


def day_of(say: Messages, text: str) -> date | None:
    """A day written 2025-06-30; None for no text."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise wrong(say("b_bad_day", value=text)) from None


def actor(say: Messages, ledger: Ledger, who: str) -> str:
    """The id of the person who acts."""
    from duixian.ledger.organisations import Person

    if who:
        return who
    with ledger.read() as tables:
        people = tables.select(Person)
    if len(people) == 1:
        return people[0].id
    raise wrong(say("b_no_who", variable=WHO))


def _top(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit
