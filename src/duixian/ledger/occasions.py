"""Occasions of notices: what has a date that somebody should be reminded of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
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
    tells: kinds of recipient where the rules of notices do not say. matters: what it is about, as pairs of a kind
    (round, item or plan) and an id, the narrowest first.
    """

    group: str
    organisation: str
    day: str
    title: str
    line: str
    tells: tuple[str, ...] = ()
    matters: tuple[tuple[str, str], ...] = ()


def occasions(tables: Tables, subject: str) -> Iterator[Occasion]:
    """All of one subject of ``data/notices.toml`` that still stand open."""
    return SUBJECTS[subject](tables)


def _rounds(tables: Tables) -> Iterator[Occasion]:
    for round in tables.select(Round, state="open"):
        items = {item.id: item for item in tables.select(Item, plan=round.plan)}
        for due in tables.select(Due, round=round.id):
            item = items[due.item]
            if due.report is None and item.state not in SETTLED:
                matters = (("round", round.id),)
                yield Occasion(round.id, due.organisation, round.due, round.period, item_words(item), matters=matters)


def _items(tables: Tables) -> Iterator[Occasion]:
    for plan in tables.select(Plan, state="open"):
        for item in tables.select(Item, plan=plan.id):
            if item.lead and item.state not in SETTLED | _WAITING:
                matters = (("item", item.id), ("plan", plan.id))
                yield Occasion(plan.id, item.lead, item.deadline, plan.title, item_words(item), matters=matters)


def _issued(tables: Tables) -> Iterator[Occasion]:
    for order in tables.select(Order, state=OrderState.ISSUED.value):
        yield _order(tables, order, order.issued)


def _orders(tables: Tables) -> Iterator[Occasion]:
    for order in tables.select(Order):
        if order.state in order_flow().owing:
            yield _order(tables, order, order.reply_by)


def _order(tables: Tables, order: Order, day: str) -> Occasion:
    line = f"事由：{order.subject}\n要求：{order.demand}\n回复期限：{order.reply_by}"
    title = f"{order.id}“{order.subject}”"
    return Occasion(order.id, order.organisation, day, title, line, matters=_about(tables, order.items))


def _problems(tables: Tables) -> Iterator[Occasion]:
    for problem in tables.select(Problem):
        if problem.state in problem_flow().owing:
            line = f"问题{problem.id}：{problem.finding}"
            matters = _about(tables, (problem.item,) if problem.item else ())
            yield Occasion(problem.organisation, problem.organisation, problem.due, "问题清单", line, matters=matters)


def _steps(tables: Tables) -> Iterator[Occasion]:
    for step in tables.select(TakenStep):
        if step.tells:
            line = step.reason + (f"\n{step.note}" if step.note else "")
            matters = _about(tables, _behind(tables, step))
            yield Occasion(step.id, step.organisation, step.day, step.label, line, step.tells, matters)


def _behind(tables: Tables, step: TakenStep) -> tuple[str, ...]:
    """The items that a step is about, by way of the order or problem where it is about one."""
    order, problem = tables.get(Order, step.target), tables.get(Problem, step.target)
    if step.about == "order" and order is not None:
        return order.items
    if step.about == "problem" and problem is not None:
        return (problem.item,) if problem.item else ()
    return (step.target,) if step.about == "item" else ()


def _about(tables: Tables, items: Collection[str]) -> tuple[tuple[str, str], ...]:
    """The item if there is one alone, and the plan if all are of one."""
    plans = {row.plan for row in (tables.get(Item, id) for id in items) if row is not None}
    single = [("item", id) for id in items if len(items) == 1 and plans]
    return (*single, *(("plan", plan) for plan in plans if len(plans) == 1))


SUBJECTS: dict[str, Callable[[Tables], Iterator[Occasion]]] = {
    "round": _rounds,
    "item": _items,
    "issued": _issued,
    "order": _orders,
    "problem": _problems,
    "step": _steps,
}
