"""What the outputs stand on: the book as of a moment, and what other rooms of the ledger say of its items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile
from typing import TypeVar

from duixian.ledger.criteria import Criteria
from duixian.ledger.goals import goal_of
from duixian.ledger.journal import Entry, until
from duixian.ledger.journal import day as day_of
from duixian.ledger.lights import lights
from duixian.ledger.measures import Measure
from duixian.ledger.orders import Order, order_flow
from duixian.ledger.orders import overdue as order_late
from duixian.ledger.organisations import below
from duixian.ledger.plans import Item, Plan
from duixian.ledger.problems import Problem, problem_flow
from duixian.ledger.problems import overdue as problem_late
from duixian.ledger.ranking import Ranked, ranking
from duixian.ledger.rates import rates
from duixian.ledger.replay import replay
from duixian.ledger.rounds import Round
from duixian.ledger.store import Ledger
from duixian.ledger.tables import Tables
from duixian.ledger.views import names

T = TypeVar("T")
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Stand:
    """The book at a moment. day: for which it is told. sequence, head: number and hash of its last entry.

    lit: the day for which a closed round judged its lights, by all reports that had come when it closed.
    """

    tables: Tables
    day: date
    sequence: int
    head: str
    lit: date | None = None


@dataclass(frozen=True, slots=True)
class Lamp:
    """The light of an item. colour: green, yellow, red, grey, done or late. why, english: its reasons in a sentence.

    lag: percentage points behind, None where it cannot be counted.
    """

    item: str
    colour: str
    why: str
    english: str
    lag: float | None


@dataclass(frozen=True, slots=True)
class Board:
    """One ranking of organisations of one kind. by: id of the rate; definition: what it counts, in full."""

    by: str
    name: str
    english: str
    definition: str
    definition_english: str
    kind: str
    rows: tuple[Ranked, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """A supervision order or a problem that is open. kind: order or problem. late: days past ``due``, 0 when not.

    items: ids of what it is about. text: what is asked, or what was found. state_name: the state in Chinese.
    """

    kind: str
    id: str
    organisation_id: str
    organisation: str
    items: tuple[str, ...]
    text: str
    due: str
    state: str
    state_name: str
    late: int


def standing(ledger: Ledger, as_of: date | None, today: date, build: Callable[[Stand], T]) -> T:
    """What ``build`` makes of the book at the end of a day, or as it stands ``today``; head and tables fit together."""
    if as_of is not None:
        last = until(as_of)
        return build(_replayed(ledger, lambda entry: entry.time <= last, as_of))
    for _ in range(_ATTEMPTS):
        head = ledger.head()
        with ledger.read() as tables:
            built = build(Stand(tables, today, head.sequence, head.hash))
        if ledger.head() == head:
            return built
    # Others write all the time: the journal up to one entry cannot move.
    return build(_replayed(ledger, lambda entry: entry.sequence <= head.sequence, today))


def of_round(ledger: Ledger, round: str, as_of: date | None, today: date, build: Callable[[Stand], T]) -> T:
    """The same for a round: a closed one is told as of the entry that closed it, whatever happened since."""
    with ledger.read(as_of) as tables:
        row = tables.need(Round, round, "调度期")
    if row.state != "closed":
        return standing(ledger, as_of, today, build)
    closing = next(entry for entry in ledger.journal(round) if entry.kind == "round.closed")
    day = date.fromisoformat(day_of(closing.time))
    stand = _replayed(ledger, lambda entry: entry.sequence <= closing.sequence, day)
    # A round that closed before there were lights has no such day.
    lit = closing.values().get("day")
    return build(replace(stand, lit=date.fromisoformat(lit) if lit else None))


def _replayed(ledger: Ledger, wanted: Callable[[Entry], bool], day: date) -> Stand:
    last: list[Entry] = []

    def seen(entries: Iterable[Entry]) -> Iterator[Entry]:
        for entry in takewhile(wanted, entries):
            last[:] = [entry]
            yield entry

    with ledger.entries() as journal:
        tables = replay(seen(journal))
    return Stand(tables, day, last[0].sequence, last[0].hash) if last else Stand(tables, day, 0, "")


def lamps(stand: Stand, plan: str) -> Mapping[str, Lamp]:
    """The lights of a plan, by item; those of a closed round are the ones that it froze."""
    until = date.max if stand.lit else None
    return {
        light.item: Lamp(light.item, light.colour.value, light.sentence, light.english, light.lag)
        for light in lights(stand.tables, plan, stand.lit or stand.day, until)
    }


def boards(tables: Tables, plan: str, by: str, period: str | None, day: date) -> tuple[Board, ...]:
    """The rankings by a rate of a period, or of the year up to a day, one for each kind of organisation.

    None where the office's own rules have no such rate.
    """
    rate = rates(tables).get(by)
    if rate is None:
        return ()
    until = None if period else day.isoformat()
    return tuple(
        Board(by, rate.name, rate.english, rate.definition, rate.definition_english, board.kind.value, board.rows)
        for board in ranking(tables, plan, by, period=period, day=until)
    )


def demands(tables: Tables, plan: Plan, day: date) -> tuple[Demand, ...]:
    """The orders and problems that are open and about the plan's items, or about none and of its year; by due day."""
    items = {item.id for item in tables.select(Item, plan=plan.id)}
    called = names(tables)

    def concerns(matter: Order | Problem, began: str) -> bool:
        if matter.items:
            return not items.isdisjoint(matter.items)
        return began[:4] == str(plan.year) and below(tables, matter.organisation, plan.organisation)

    found = [
        Demand(
            "order",
            order.id,
            order.organisation,
            called.organisation(order.organisation),
            order.items,
            f"{order.subject}：{order.demand}",
            order.reply_by,
            order.state.value,
            order_flow().labels[order.state],
            order_late(order, day),
        )
        for order in tables.select(Order)
        if order.state not in order_flow().settled and concerns(order, order.issued)
    ]
    found += [
        Demand(
            "problem",
            problem.id,
            problem.organisation,
            called.organisation(problem.organisation),
            problem.items,
            problem.finding,
            problem.due,
            problem.state.value,
            problem_flow().labels[problem.state],
            problem_late(problem, day),
        )
        for problem in tables.select(Problem)
        if problem.state not in problem_flow().settled and concerns(problem, problem.found)
    ]
    return tuple(sorted(found, key=lambda one: (one.due, one.kind, one.id)))


def kept(rules: Criteria, measure: Measure, value: float) -> bool | None:
    """Whether a value keeps a measure; None for a relation without a number."""
    goal = goal_of(measure, rules)
    return None if goal is None else goal.missed(value) == 0
