"""``duixian round``: a month or quarter: open it, see who owes what, close it for ever."""

from __future__ import annotations

from collections.abc import Callable

import typer

from duixian.cli.book import actor, as_of_option, format_option, group, ledger_option, opened, read, who_option
from duixian.cli.choices import checked
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS, console
from duixian.cli.rows import emit

ROUND_NAMES = ("round", "plan", "period", "due", "state", "owed", "reported", "late", "digest")


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    return group(say, "round", {"open": _open(say), "list": _list(say), "show": _show(say), "close": _close(say)})


def _open(say: Messages) -> Callable[..., None]:
    def open_round(
        plan: str = typer.Argument(..., metavar="PLAN", help=say("plan_which")),
        period: str = typer.Argument(..., metavar="PERIOD", help=say("round_period")),
        due: str = typer.Option("", "--due", metavar="DATE", help=say("round_due")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.rounds import Due, Round, RoundOpened

        wish = RoundOpened(plan, period, due or None)
        with opened(say, ledger) as book:
            book.record(actor(say, book, who), wish)
            with book.read() as tables:
                row = tables.need(Round, wish.round, "调度期")
                dues = tables.select(Due, round=row.id)
        owing = len({one.organisation for one in dues})
        console().print(say("round_opened", round=row.id, due=row.due, items=len(dues), owing=owing), soft_wrap=True)

    return open_round


def _list(say: Messages) -> Callable[..., None]:
    def list_rounds(
        ledger: str = ledger_option(say), as_of: str = as_of_option(say), format: str = format_option(say)
    ) -> None:
        from duixian.ledger.rounds import Due, Round

        checked(say, "--format", format, FORMATS)
        rows = []
        with read(say, ledger, as_of) as tables:
            for round in tables.select(Round):
                dues = tables.select(Due, round=round.id)
                rows.append(
                    {
                        "round": round.id,
                        "plan": round.plan,
                        "period": round.period,
                        "due": round.due,
                        "state": round.state,
                        "owed": len(dues),
                        "reported": sum(one.report is not None for one in dues),
                        "late": sum(one.late for one in dues),
                        "digest": round.digest,
                    }
                )
        emit(say, format, ROUND_NAMES, rows, [(name, say(f"round_col_{name}")) for name in ROUND_NAMES[:-1]])

    return list_rounds


def _show(say: Messages) -> Callable[..., None]:
    def show(
        round: str = typer.Argument(..., metavar="ROUND", help=say("round_which")),
        missing: bool = typer.Option(False, "--missing", help=say("round_missing")),
        organisation: str = typer.Option("", "--organisation", metavar="ORG", help=say("plan_only_organisation")),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger.rounds import Round
        from duixian.ledger.views import DUE_NAMES, due_rows

        checked(say, "--format", format, FORMATS)
        with read(say, ledger, as_of) as tables:
            rows = due_rows(tables, tables.need(Round, round, "调度期"))
        rows = [
            row
            for row in rows
            if not (missing and row["reported"]) and (not organisation or organisation in row["organisation"])
        ]
        shown = [row | {name: say("yes") if row[name] else "" for name in ("reported", "late")} for row in rows]
        names = ("organisation", "number", "text", "reported", "late", "sentence")
        emit(say, format, DUE_NAMES, rows, [(name, say(f"round_col_{name}")) for name in names], shown)

    return show


def _close(say: Messages) -> Callable[..., None]:
    def close(
        round: str = typer.Argument(..., metavar="ROUND", help=say("round_which")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.rounds import Round, RoundClosed

        with opened(say, ledger) as book:
            book.record(actor(say, book, who), RoundClosed(round))
            with book.read() as tables:
                row = tables.need(Round, round, "调度期")
        console().print(say("round_closed", round=round, digest=row.digest), soft_wrap=True)

    return close
