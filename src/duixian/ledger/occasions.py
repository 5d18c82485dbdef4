"""Occasions of notices: what has a date that somebody should be reminded of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from duixian.ledger.conditions import item_words
from duixian.ledger.escalation import TakenStep
from duixian.ledger.orders import Order, OrderState, order_flow
from duixian.ledger.plans import SETTLED, Item, Plan, State
from duixian.ledger.problems import Problem, problem_flow
from duixian.ledger.rounds import Due, Round
from duixian.ledger.tables import Tables

_WAITING = frozenset({State.REGISTERED, State.SUBMITTED, State.SUSPENDED})
"""States in which the department can do nothing about a deadline."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One date of one organisation.

    group: those of one group go into one notice. day: ISO date. title: of the round, order or step. line: in words.
    tells: kinds of recipient where the rules of notices do not say.
    """

    group: str
    organisation: str
    day: str
    title: str
    line: str
    tells: tuple[str, ...] = ()


def occasions(tables: Tables, subject: str) -> Iterator[Occasion]:
    """All of one subject of ``data/notices.toml`` that still stand open."""
    return SUBJECTS[subject](tables)


def _rounds(tables: Tables) -> Iterator[Occasion]:
    for round in tables.select(Round, state="open"):
        items = {item.id: item for item in tables.select(Item, plan=round.plan)}
        for due in tables.select(Due, round=round.id):
            item = items[due.item]
            if due.report is None and item.state not in SETTLED:
                yield Occasion(round.id, due.organisation, round.due, round.period, item_words(item))


def _items(tables: Tables) -> Iterator[Occasion]:
    for plan in tables.select(Plan, state="open"):
        for item in tables.select(Item, plan=plan.id):
            if item.lead and item.state not in SETTLED | _WAITING:
                yield Occasion(plan.id, item.lead, item.deadline, plan.title, item_words(item))


def _issued(tables: Tables) -> Iterator[Occasion]:
    for order in tables.select(Order, state=OrderState.ISSUED.value):
        yield _order(order, order.issued)


def _orders(tables: Tables) -> Iterator[Occasion]:
    for order in tables.select(Order):
        if order.state in order_flow().owing:
            yield _order(order, order.reply_by)


def _order(order: Order, day: str) -> Occasion:
    line = f"事由：{order.subject}\n要求：{order.demand}\n回复期限：{order.reply_by}"
    return Occasion(order.id, order.organisation, day, f"{order.id}“{order.subject}”", line)


def _problems(tables: Tables) -> Iterator[Occasion]:
    for problem in tables.select(Problem):
        if problem.state in problem_flow().owing:
            line = f"问题{problem.id}：{problem.finding}"
            yield Occasion(problem.organisation, problem.organisation, problem.due, "问题清单", line)


def _steps(tables: Tables) -> Iterator[Occasion]:
    for step in tables.select(TakenStep):
        if step.tells:
            line = step.reason + (f"\n{step.note}" if step.note else "")
            yield Occasion(step.id, step.organisation, step.day, step.label, line, step.tells)


SUBJECTS: dict[str, Callable[[Tables], Iterator[Occasion]]] = {
    "round": _rounds,
    "item": _items,
    "issued": _issued,
    "order": _orders,
    "problem": _problems,
    "step": _steps,
}
