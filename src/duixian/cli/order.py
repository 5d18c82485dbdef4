"""``duixian order``: supervision orders, from issue to acceptance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import typer

from duixian.cli.book import actor, as_of_option, format_option, group, ledger_option, opened, read, who_option
from duixian.cli.choices import checked
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS
from duixian.cli.rows import emit
from duixian.cli.supervision import (
    act,
    emit_acts,
    items_option,
    optional,
    organisation_names,
    plain,
    text_option,
    today,
    told,
)

NAMES = (
    "id", "organisation", "authority", "items", "subject", "demand", "level", "issuer", "issued", "reply_by", "state",
    "signer", "reply", "replies", "replied", "opinion", "settled", "cause", "overdue",
)  # fmt: skip
_SHOWN = ("id", "organisation", "level", "subject", "issued", "reply_by", "state", "overdue")


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    acts = {name: _move(say, name) for name in ("sign", "reply", "accept", "return", "withdraw")}
    return group(say, "order", {"issue": _issue(say), **acts, "list": _list(say), "show": _show(say)})


def _issue(say: Messages) -> Callable[..., None]:
    def issue(
        organisation: str = typer.Argument(..., metavar="ORGANISATION", help=say("order_organisation")),
        subject: str = typer.Option(..., "--subject", metavar="TEXT", help=say("order_subject")),
        demand: str = typer.Option(..., "--demand", metavar="TEXT", help=say("order_demand")),
        reply_by: str = typer.Option("", "--reply-by", metavar="DATE", help=say("order_reply_by")),
        level: str = typer.Option("ordinary", "--level", metavar="LEVEL", help=say("order_level")),
        item: list[str] = items_option(say),
        number: str = typer.Option("", "--number", metavar="ORDER", help=say("order_number")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.orders import OrderIssued, level_of

        with opened(say, ledger) as book:
            with book.read() as tables:
                latest = today(say) + timedelta(days=level_of(tables, level).days)
            due = reply_by or latest.isoformat()
            event = OrderIssued(organisation, subject, demand, due, level, tuple(item), optional(number))
            (entry,) = book.record(actor(say, book, who), event)
        told(say, "order_issued", order=entry.subject, date=due)

    return issue


def _move(say: Messages, action: str) -> Callable[..., None]:
    def move(
        order: str = typer.Argument(..., metavar="ORDER", help=say("order_id")),
        text: str = text_option(say),
        due: str = typer.Option("", "--reply-by", metavar="DATE", help=say("order_new_date")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.orders import OrderMoved

        act(say, ledger, who, OrderMoved(order, action, optional(text), optional(due)))
        told(say, "order_done", order=order, act=say(f"order_act_{action}"))

    return move


def _list(say: Messages) -> Callable[..., None]:
    def list_orders(
        organisation: str = typer.Option("", "--organisation", metavar="ORGANISATION", help=say("sv_organisation")),
        state: str = typer.Option("", "--state", metavar="STATE", help=say("sv_state")),
        overdue: bool = typer.Option(False, "--overdue", help=say("sv_overdue")),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger import orders

        checked(say, "--format", format, FORMATS)
        if state:
            checked(say, "--state", state, [one.value for one in orders.OrderState])
        day = today(say, as_of)
        with read(say, ledger, as_of) as tables:
            names = organisation_names(tables)
            labels = {level.name: level.label for level in orders.levels(tables).values()}
            found = tables.select(orders.Order)
        rows = [plain(one) | {"overdue": orders.overdue(one, day)} for one in found]
        rows = [
            row
            for row in rows
            if (not organisation or row["organisation"] == organisation)
            and (not state or row["state"] == state)
            and (not overdue or row["overdue"])
        ]
        shown = [
            row
            | {
                "organisation": names.get(row["organisation"], row["organisation"]),
                "level": labels.get(row["level"], row["level"]),
                "state": say(f"order_state_{row['state']}"),
                "overdue": row["overdue"] or "",
            }
            for row in rows
        ]
        emit(say, format, NAMES, rows, [(name, say(f"order_col_{name}")) for name in _SHOWN], shown)

    return list_orders


def _show(say: Messages) -> Callable[..., None]:
    def show(
        order: str = typer.Argument(..., metavar="ORDER", help=say("order_id")),
        ledger: str = ledger_option(say),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger.orders import Order

        checked(say, "--format", format, FORMATS)
        with opened(say, ledger) as book:
            with book.read() as tables:
                found = tables.need(Order, order, "督办单")
            entries = [entry for entry in book.journal(order) if entry.kind.startswith("order.")]
        if format == "table":
            told(say, "order_shown", **plain(found), label=say(f"order_state_{found.state.value}"))
        emit_acts(say, format, "order", entries, "issue")

    return show
