"""``duixian escalate``: what the ladders say is to be done now, and doing it."""

from __future__ import annotations

from collections.abc import Callable

import typer

from duixian.cli.book import actor, as_of_option, format_option, group, ledger_option, opened, read, who_option
from duixian.cli.choices import checked, wrong
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS
from duixian.cli.rows import emit
from duixian.cli.session import Session
from duixian.cli.supervision import optional, organisation_names, plain, text_option, today, told

NAMES = ("key", "ladder", "step", "label", "organisation", "about", "target", "items", "reason", "level")
_SHOWN = ("label", "organisation", "reason", "key")


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    return group(say, "escalate", {"list": _list(say), "do": _do(say)})


def _list(say: Messages) -> Callable[..., None]:
    def list_steps(
        ledger: str = ledger_option(say), as_of: str = as_of_option(say), format: str = format_option(say)
    ) -> None:
        from duixian.ledger.escalation import escalations

        checked(say, "--format", format, FORMATS)
        day = today(say, as_of)
        with read(say, ledger, as_of) as tables:
            rows = [plain(one) for one in escalations(tables, day)]
            names = organisation_names(tables)
        shown = [row | {"organisation": names.get(row["organisation"], row["organisation"])} for row in rows]
        emit(say, format, NAMES, rows, [(name, say(f"escalate_col_{name}")) for name in _SHOWN], shown)

    return list_steps


def _do(say: Messages) -> Callable[..., None]:
    def do(
        keys: list[str] = typer.Argument(None, metavar="[KEY]...", help=say("escalate_keys")),
        every: bool = typer.Option(False, "--all", help=say("escalate_all")),
        text: str = text_option(say, "escalate_text"),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.errors import LedgerError
        from duixian.ledger.escalation import escalation, escalations, execution

        if bool(keys) == every:
            raise wrong(say("escalate_which"))
        day, session = today(say), Session(say)
        with opened(say, ledger) as book:
            person = actor(say, book, who)
            if every:
                with book.read() as tables:
                    keys = [one.key for one in escalations(tables, day)]
            for key in keys:
                try:
                    with book.read() as tables:
                        one = escalation(tables, day, key)
                        event = execution(tables, one, day, optional(text))
                    (entry,) = book.record(person, event)
                except LedgerError as error:
                    session.fail(error, key)
                    continue
                done = "escalate_ordered" if one.act == "order" else "escalate_taken"
                told(say, done, label=one.label, reason=one.reason, order=entry.subject)
        if session.failures:
            raise typer.Exit(1)

    return do
