"""Supervision orders 督办单: what an organisation is asked, by when, and whether its answer was accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, cast

from duixian.ledger.duty import authority
from duixian.ledger.errors import LedgerError
from duixian.ledger.journal import Entry, day
from duixian.ledger.organisations import Person, Role, known, named
from duixian.ledger.plans import Item, open_plan
from duixian.ledger.rulebook import rule
from duixian.ledger.tables import Row, Tables
from duixian.ledger.workflow import Workflow, check_day, checked, days_late, hands_after, workflow


class OrderState(StrEnum):
    """已下发, 已签收, 已回复, 已退回, 已办结, 已撤销."""

    ISSUED = "issued"
    SIGNED = "signed"
    REPLIED = "replied"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Level:
    """督办级别. days: within which it is answered when nobody says."""

    name: str
    label: str
    days: int


@dataclass(frozen=True, slots=True)
class Order:
    """One order as it stands.

    organisation: id of who is asked; authority: of who asks. items: ids, none for an order about anything else.
    reply_by, issued, replied, settled, changed: ISO days; replied is that of the latest of ``replies`` replies.
    signer, issuer: ids of persons. opinion: of whoever accepted, returned or withdrew it. hands: all who worked on it.
    cause: key of the escalation that led to it.
    """

    id: str
    organisation: str
    authority: str
    items: tuple[str, ...]
    subject: str
    demand: str
    level: str
    issuer: str
    issued: str
    reply_by: str
    state: OrderState
    signer: str | None
    reply: str | None
    replies: int
    replied: str | None
    opinion: str | None
    settled: str | None
    hands: tuple[str, ...]
    cause: str | None
    changed: str


@dataclass(frozen=True, slots=True)
class OrderIssued:
    """下发. reply_by: ISO date. order: its number, the next of that year when None; authority: filled in likewise."""

    organisation: str
    subject: str
    demand: str
    reply_by: str
    level: str = "ordinary"
    items: tuple[str, ...] = ()
    order: str | None = None
    cause: str | None = None
    authority: str | None = None


@dataclass(frozen=True, slots=True)
class OrderOutcome:
    """What an action sets; written into the journal, so that a replay never asks the rules again."""

    state: OrderState
    hands: tuple[str, ...]
    signer: str | None
    reply: str | None
    replies: int
    opinion: str | None
    reply_by: str
    settled: bool


@dataclass(frozen=True, slots=True)
class OrderMoved:
    """签收, 回复, 认可, 退回 or 撤销. text: the reply or the opinion; due: a new reply date; outcome: decided."""

    order: str
    action: str
    text: str | None = None
    due: str | None = None
    outcome: OrderOutcome | None = None


def parse_levels(data: dict[str, Any]) -> Mapping[str, Level]:
    """Levels in the form of ``data/orders.toml``. Raises LedgerError and ValueError on a bad one."""
    found = {name: Level(name, **row) for name, row in data.items()}
    for level in found.values():
        named(level.label, f"督办级别{level.name}的名称")
        if type(level.days) is not int or not 1 <= level.days <= 366:
            raise LedgerError(level.name, "答复天数 days 应是1到366之间的整数", "请改正")
    if not found:
        raise LedgerError("orders", "没有一种督办级别", "请至少写一种")
    return found


def levels(tables: Tables) -> Mapping[str, Level]:
    """The levels that this office uses."""
    return cast("Mapping[str, Level]", rule(tables, "orders"))


def level_of(tables: Tables, name: str) -> Level:
    """The level of this name. Raises LedgerError that says which there are."""
    found = levels(tables)
    if name not in found:
        names = "、".join(f"{level.name}（{level.label}）" for level in found.values())
        raise LedgerError(name, "没有这个督办级别", f"可用的有：{names}")
    return found[name]


def order_flow() -> Workflow:
    """The state machine of orders."""
    return workflow("order_states")


def overdue(order: Order, day: date) -> int:
    """How many days the organisation is late with its reply; 0 when it is not."""
    return days_late(order_flow(), order.state, order.reply_by, day)


def decide_order(tables: Tables, person: Person, event: OrderIssued) -> OrderIssued:
    organisation = known(tables, event.organisation)
    asks = authority(tables, person, (Role.SUPERVISOR,), organisation.id, "下发督办单")
    named(event.subject, "督办事由")
    named(event.demand, "督办要求")
    level_of(tables, event.level)
    check_day(event.subject, event.reply_by)
    if len(set(event.items)) < len(event.items):
        raise LedgerError(event.subject, "同一事项列了两次", "请只保留一处")
    for id in event.items:
        open_plan(tables, tables.need(Item, id, "事项").plan)
    orders = tables.select(Order)
    if event.cause is not None and any(order.cause == event.cause for order in orders):
        raise LedgerError(event.cause, "已经为此下发过督办单", "请查看已有的督办单")
    id = event.order or next_number("D", event.reply_by, [order.id for order in orders])
    named(id, "督办单编号")
    if tables.get(Order, id):
        raise LedgerError(id, "这个督办单编号已经使用", "请换一个编号")
    return replace(event, order=id, authority=asks)


def apply_order(tables: Tables, entry: Entry, event: OrderIssued) -> tuple[Row, ...]:
    today = day(entry.time)
    return (
        Order(
            id=event.order or "",
            organisation=event.organisation,
            authority=event.authority or "",
            items=event.items,
            subject=event.subject,
            demand=event.demand,
            level=event.level,
            issuer=entry.who,
            issued=today,
            reply_by=event.reply_by,
            state=OrderState.ISSUED,
            signer=None,
            reply=None,
            replies=0,
            replied=None,
            opinion=None,
            settled=None,
            hands=(),
            cause=event.cause,
            changed=today,
        ),
    )


def decide_order_move(tables: Tables, person: Person, event: OrderMoved) -> OrderMoved:
    order, flow = tables.need(Order, event.order, "督办单"), order_flow()
    action = checked(tables, person, flow, order, event.action, event.text, event.due)
    replies = action.to == OrderState.REPLIED
    outcome = OrderOutcome(
        state=OrderState(action.to),
        hands=hands_after(order, action, person),
        signer=order.signer or (person.id if action.worker else None),
        reply=event.text if replies else order.reply,
        replies=order.replies + replies,
        opinion=order.opinion if action.worker else event.text,
        reply_by=event.due or order.reply_by,
        settled=action.to in flow.settled,
    )
    return replace(event, outcome=outcome)


def apply_order_move(tables: Tables, entry: Entry, event: OrderMoved) -> tuple[Row, ...]:
    order, after, today = tables.need(Order, event.order, "督办单"), event.outcome, day(entry.time)
    if after is None:
        raise LedgerError(order.id, "流水里没有办理结果", "请从备份恢复台账")
    return (
        replace(
            order,
            state=after.state,
            hands=after.hands,
            signer=after.signer,
            reply=after.reply,
            replies=after.replies,
            replied=today if after.replies > order.replies else order.replied,
            opinion=after.opinion,
            reply_by=after.reply_by,
            settled=today if after.settled else None,
            changed=today,
        ),
    )


def next_number(letter: str, day: str, used: list[str]) -> str:
    """The next number of a year: D2025-007 after D2025-006."""
    start = f"{letter}{day[:4]}-"
    last = max(
        (int(id[len(start) :]) for id in used if id.startswith(start) and id[len(start) :].isdecimal()), default=0
    )
    return f"{start}{last + 1:03}"
