"""Conditions of the ladders: who has been behind since when, and for how many rounds or days."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from duixian.ledger import orders, problems
from duixian.ledger.criteria import Colour
from duixian.ledger.ladders import Ladders
from duixian.ledger.orders import Order, OrderState
from duixian.ledger.plans import Item, Plan
from duixian.ledger.problems import Problem
from duixian.ledger.rounds import Due, Round
from duixian.ledger.tables import Tables

_SHOWN = 30  # characters of an item's text that a sentence quotes


@dataclass(frozen=True, slots=True)
class Case:
    """Something that is behind.

    about: item, order or problem. target: its id. what: in words. organisation: id of who owes it. items: ids.
    run: what tells this run from a later one of the same target. since: as people read it. count: rounds or days.
    """

    about: str
    target: str
    what: str
    organisation: str
    items: tuple[str, ...]
    run: str
    since: str
    count: int


def cases(tables: Tables, day: date, rules: Ladders, when: str) -> Iterator[Case]:
    """Everything to which a condition applies at the end of this day."""
    return _CONDITIONS[when](tables, day, rules)


def item_words(item: Item) -> str:
    """An item as a sentence names it."""
    text = item.text if len(item.text) <= _SHOWN else item.text[:_SHOWN] + "…"
    return f"事项{item.number}“{text}”"


def _red(tables: Tables, day: date, rules: Ladders) -> Iterator[Case]:
    closed = [round for round in tables.select(Round, state="closed") if round.due <= day.isoformat()]
    yield from _runs(tables, rules, closed, _is_red)


def _is_red(due: Due) -> bool:
    """By the light that was frozen with the round; rounds that closed before there were lights have none."""
    return due.frozen is not None and due.frozen.light == Colour.RED


def _is_silent(due: Due) -> bool:
    return due.report is None


def _silent(tables: Tables, day: date, rules: Ladders) -> Iterator[Case]:
    past = [round for round in tables.select(Round) if round.due < day.isoformat()]
    yield from _runs(tables, rules, past, _is_silent)


def _runs(tables: Tables, rules: Ladders, rounds: Sequence[Round], bad: Callable[[Due], bool]) -> Iterator[Case]:
    """Items of open plans that were bad in the last rounds without a break; of several rhythms the longest run."""
    for plan in tables.select(Plan, state="open"):
        chased = {
            item.id: item for item in tables.select(Item, plan=plan.id) if item.state in rules.chased and item.lead
        }
        runs: dict[str, tuple[int, Round]] = {}
        for rhythm in sorted({round.rhythm for round in rounds if round.plan == plan.id}):
            alive = set(chased)
            same = [round for round in rounds if round.plan == plan.id and round.rhythm == rhythm]
            for count, round in enumerate(sorted(same, key=lambda one: (one.due, one.id), reverse=True), 1):
                alive &= {due.item for due in tables.select(Due, round=round.id) if bad(due)}
                for id in alive:
                    if count > runs.get(id, (0, round))[0]:
                        runs[id] = (count, round)
                if not alive:
                    break
        for id, (count, first) in sorted(runs.items()):
            item = chased[id]
            words = item_words(item)
            yield Case("item", id, words, item.lead or "", (id,), first.id, first.period, count)


def _late_items(tables: Tables, day: date, rules: Ladders) -> Iterator[Case]:
    for plan in tables.select(Plan, state="open"):
        for item in tables.select(Item, plan=plan.id):
            late = (day - date.fromisoformat(item.deadline)).days
            if item.lead and item.state in rules.chased and late > 0:
                words = item_words(item)
                yield Case("item", item.id, words, item.lead, (item.id,), item.deadline, item.deadline, late)


def _unsigned(tables: Tables, day: date, rules: Ladders) -> Iterator[Case]:
    for order in tables.select(Order, state=OrderState.ISSUED.value):
        waiting = (day - date.fromisoformat(order.issued)).days
        if waiting > 0:
            yield _order(order, order.issued, waiting)


def _unanswered(tables: Tables, day: date, rules: Ladders) -> Iterator[Case]:
    for order in tables.select(Order):
        late = orders.overdue(order, day)
        if late:
            yield _order(order, order.reply_by, late)


def _order(order: Order, since: str, count: int) -> Case:
    words = f"督办单{order.id}“{order.subject}”"
    return Case("order", order.id, words, order.organisation, order.items, since, since, count)


def _late_problems(tables: Tables, day: date, rules: Ladders) -> Iterator[Case]:
    for problem in tables.select(Problem):
        late = problems.overdue(problem, day)
        if late:
            text = problem.finding if len(problem.finding) <= _SHOWN else problem.finding[:_SHOWN] + "…"
            words = f"问题{problem.id}“{text}”"
            due = problem.due
            yield Case("problem", problem.id, words, problem.organisation, problem.items, due, due, late)


_CONDITIONS: dict[str, Callable[[Tables, date, Ladders], Iterator[Case]]] = {
    "red_rounds": _red,
    "silent_rounds": _silent,
    "item_overdue": _late_items,
    "order_unsigned": _unsigned,
    "order_overdue": _unanswered,
    "problem_overdue": _late_problems,
}
