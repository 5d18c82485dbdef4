"""The invariants of a ledger notice what breaks them: each breach is made here once, past all the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ledger_invariants import Picture, breaches
from ledger_office import BACKENDS, office
from ledger_year import Year

from duixian.ledger.canonical import plain, text
from duixian.ledger.journal import Entry
from duixian.ledger.kinds import Event
from duixian.ledger.orders import Order, OrderMoved, OrderState
from duixian.ledger.plans import Item, State
from duixian.ledger.problems import Problem, ProblemState
from duixian.ledger.progress import Progress, ProgressReported
from duixian.ledger.ranking import Published
from duixian.ledger.rounds import Due, Round
from duixian.ledger.states import ItemMoved
from duixian.ledger.tables import MemoryTables

SMALL = (20, 5)


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MemoryTables]:
    """A small office in the middle of its year."""
    with office("sqlite", tmp_path_factory.mktemp("年中"), *SMALL) as (ledger, clock, _):
        year = Year(ledger, clock, SMALL[1])
        year.begin()
        for month in range(1, 8):
            year.month(month)
        yield year.tables


def one(tables: MemoryTables, kind: type[Any], where: Callable[[Any], bool] = lambda row: True) -> Any:
    return next(row for row in tables.select(kind) if where(row))


def entry(who: str, kind: str, subject: str, event: Event) -> Entry:
    return Entry(1, "", who, kind, subject, text(plain(event)), "", "")


def broken(tables: MemoryTables, row: Any, *entries: Entry) -> list[str]:
    """What is said when this row suddenly stands in its place."""
    before, after = Picture(tables), Picture(tables)
    after.rows[type(row)] = {**after.rows[type(row)], row.id: row}
    return breaches(before, after, entries)


def working(item: Item) -> bool:
    return item.state is State.IN_PROGRESS and bool(item.hands)


BREACHES: dict[str, tuple[type[Any], Callable[[Any], bool], dict[str, Any]]] = {
    "its version did not grow": (Item, working, {"text": "改了一个字"}),
    "without an owner": (Item, working, {"lead": None, "version": 999}),
    "lost the words that made it": (Item, working, {"evidence": (), "version": 999}),
    "became another item": (Item, working, {"number": "别的", "version": 999}),
    "forgot who worked on it": (Item, working, {"hands": (), "version": 999}),
    "moved to 2026-03-31 without a grant": (Item, working, {"deadline": "2026-03-31", "version": 999}),
    "the first deadline of": (Item, working, {"first_deadline": "2025-01-31", "version": 999}),
    "was never submitted": (Item, working, {"state": State.SUBMITTED, "submitted": None, "version": 999}),
    "was closed by nobody": (
        Item,
        working,
        {"state": State.CLOSED, "submitted": "2025-07-01", "closed": "2025-07-02", "version": 999},
    ),
    "nobody reopened it": (
        Item,
        lambda item: item.state is State.CLOSED,
        {"state": State.IN_PROGRESS, "closed": None, "version": 999},
    ),
    "after it was merged": (Item, lambda item: item.state is State.MERGED, {"text": "又改", "version": 999}),
    "and became ()": (Item, lambda item: item.state is State.MERGED, {"became": (), "version": 999}),
    "became items that are not there": (Item, lambda item: item.state is State.SPLIT, {"became": ("2025/没有",)}),
    "lacks words of": (Item, lambda item: item.number == "m1", {"evidence": (), "version": 999}),
    "forgot who worked on 2025/": (Item, lambda item: item.number == "m1", {"hands": (), "version": 999}),
    "does not know that it was": (Item, lambda item: item.number == "s1", {"sources": (), "version": 999}),
    "a measure of": (Item, lambda item: item.number == "s1", {"measures": (), "version": 999}),
    "after its round had closed": (Due, lambda due: due.frozen is not None, {"late": True, "report": "补报"}),
    "was moved to another": (Due, lambda due: True, {"organisation": "dept2x"}),
    "forgot its first report": (Due, lambda due: due.report is not None, {"report": None}),
    "changed after it had closed": (Round, lambda round: round.state == "closed", {"digest": "0" * 64}),
    "Published": (Published, lambda row: True, {"note": "改过的说明"}),
    "Progress": (Progress, lambda row: True, {"sentence": "事后改写"}),
    "changed after it was accepted": (
        Order,
        lambda order: order.state is OrderState.ACCEPTED,
        {"state": OrderState.RETURNED},
    ),
    "was accepted without a reply": (
        Order,
        lambda order: order.state is OrderState.ISSUED,
        {"state": OrderState.ACCEPTED},
    ),
    "order D": (Order, lambda order: True, {"organisation": "别的单位"}),
    "was closed without a check": (
        Problem,
        lambda problem: problem.state is ProblemState.RECTIFYING,
        {"state": ProblemState.CLOSED},
    ),
    "without a failed check": (
        Problem,
        lambda problem: problem.state is ProblemState.RECTIFYING,
        {"state": ProblemState.REOPENED},
    ),
    "problem W": (Problem, lambda problem: problem.failures > 0, {"failures": 0}),
}


@pytest.mark.parametrize("words", BREACHES)
def test_a_row_that_breaks_what_must_hold_is_named(words: str, half: MemoryTables) -> None:
    kind, where, change = BREACHES[words]
    row = one(half, kind, where)
    assert broken(half, row) == []
    found = broken(half, replace(row, **change))
    assert any(words in line for line in found), found


@pytest.mark.parametrize("kind", [Item, Due, Round, Order, Problem, Published, Progress])
def test_a_row_that_vanishes_is_named(kind: type[Any], half: MemoryTables) -> None:
    before, after = Picture(half), Picture(half)
    id = next(iter(after.of(kind)))
    after.rows[kind] = {key: row for key, row in after.of(kind).items() if key != id}
    assert f"{kind.__name__} {id} vanished" in breaches(before, after, ())


def test_whoever_judges_their_own_work_is_named(half: MemoryTables) -> None:
    item = one(half, Item, working)
    close = ItemMoved(item.id, "return", "自己退回自己")
    worked = entry(item.hands[0], "item.moved", item.id, close)
    assert f"{item.hands[0]} judged {item.id} and had worked on it" in broken(half, item, worked)
    led = one(half, Item, lambda row: row.lead == "port" and row.state is not State.MERGED)
    owed = entry("own2", "item.moved", led.id, ItemMoved(led.id, "suspend", "成员单位的责任人"))
    assert f"own2 judged {led.id} and owes it" in broken(half, led, owed)
    counted = one(half, Item, lambda row: any(measure.indicator == "gdp" for measure in row.measures))
    chief = entry("wu", "item.moved", counted.id, ItemMoved(counted.id, "grant_extension"))
    assert f"wu judged {counted.id} and owes it" in broken(half, counted, chief)
    order = one(half, Order, lambda row: row.state is OrderState.REPLIED or bool(row.hands))
    own = entry(order.hands[0], "order.moved", order.id, OrderMoved(order.id, "accept"))
    assert f"{order.hands[0]} judged {order.id} and had worked on it" in broken(half, order, own)
    idle = one(half, Item, working)
    stranger = entry("guest", "progress.reported", idle.id, ProgressReported(idle.id, "不留名"))
    assert f"guest worked on {idle.id} and is not among its hands" in broken(half, idle, stranger)


def test_an_item_closed_before_it_was_submitted_is_named(half: MemoryTables) -> None:
    item = one(half, Item, working)
    closed = replace(item, state=State.CLOSED, submitted="2025-07-01", closed="2025-07-01", version=item.version + 1)
    close = entry("zhang", "item.moved", item.id, ItemMoved(item.id, "close"))
    assert broken(half, closed, close) == [f"{item.id} was closed when it was in_progress"]


def test_the_same_months_are_written_to_the_letter_on_every_database(tmp_path: Path) -> None:
    heads = set()
    for backend in BACKENDS:
        with office(backend, tmp_path, *SMALL) as (ledger, clock, _):
            year = Year(ledger, clock, SMALL[1])
            year.begin()
            for month in range(1, 5):
                year.month(month)
            heads.add(ledger.head())
    assert len(heads) == 1
