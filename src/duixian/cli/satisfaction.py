"""``duixian satisfaction``: how content judges are with an organisation or an item."""

from __future__ import annotations

from collections.abc import Callable

import typer

from duixian.cli.book import actor, as_of_option, format_option, group, ledger_option, opened, read, who_option
from duixian.cli.choices import checked
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS, console
from duixian.cli.rows import emit

NAMES = ("round", "organisation", "item", "score", "by", "sentence")


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    return group(say, "satisfaction", {"record": _record(say), "list": _list(say)})


def _record(say: Messages) -> Callable[..., None]:
    def record(
        round: str = typer.Argument(..., metavar="ROUND", help=say("satisfaction_round")),
        score: float = typer.Argument(..., metavar="SCORE", help=say("satisfaction_score")),
        judge: str = typer.Option(..., "--judge", "-j", metavar="TEXT", help=say("satisfaction_judge")),
        organisation: str = typer.Option(
            "", "--organisation", "-o", metavar="ID", help=say("satisfaction_organisation")
        ),
        item: str = typer.Option("", "--item", "-i", metavar="ID", help=say("satisfaction_item")),
        sentence: str = typer.Option("", "--sentence", metavar="TEXT", help=say("satisfaction_sentence")),
        correction: str = typer.Option("", "--correction", metavar="TEXT", help=say("satisfaction_correction")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.metrics import Rated

        wish = Rated(round, score, judge, organisation or None, item or None, sentence, correction or None)
        with opened(say, ledger) as book:
            book.record(actor(say, book, who), wish)
        console().print(
            say("satisfaction_done", target=item or organisation, score=f"{score:g}", round=round), soft_wrap=True
        )

    return record


def _list(say: Messages) -> Callable[..., None]:
    def show(
        round: str = typer.Option("", "--round", "-r", metavar="ROUND", help=say("satisfaction_only")),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger.metrics import Rating

        checked(say, "--format", format, FORMATS)
        with read(say, ledger, as_of) as tables:
            found = tables.select(Rating, **({"round": round} if round else {}))
        rows = [{name: getattr(row, name) for name in NAMES} for row in found]
        emit(say, format, NAMES, rows, [(name, say(f"satisfaction_col_{name}")) for name in NAMES])

    return show
