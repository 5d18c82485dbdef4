"""A ledger that is walked step by step: the whole of it is looked at before and after every batch."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import pytest
from ledger_invariants import Picture, breaches
from ledger_office import Clock

from duixian.ledger import kinds
from duixian.ledger.errors import NotAllowedError
from duixian.ledger.kinds import Event
from duixian.ledger.lights import lights
from duixian.ledger.ranking import Board, ranking
from duixian.ledger.schemes import Score, scheme, score
from duixian.ledger.store import Ledger
from duixian.ledger.tables import Tables

SCHEME = """
name = "部门年度考核"
kinds = ["department"]
[[criteria]]
id = "completion"
weight = 50
source = { rate = "completion" }
method = "linear"
floor = 0
ceiling = 100
[[criteria]]
id = "timely"
weight = 30
source = { rate = "timely_reporting" }
method = "rank"
[[criteria]]
id = "satisfaction"
weight = 20
source = { rate = "satisfaction" }
method = "average"
base = 0.7
per_unit = 0.01
[[bonus]]
name = "表扬"
source = { marks = ["commendation"], count = "points" }
each = 1
cap = 3
[[penalty]]
name = "批评"
source = { marks = ["criticism"], count = "points" }
each = 1
cap = 5
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What people saw at the end of a day."""

    day: date
    period: str
    rows: Picture
    computed: object


def computed(tables: Tables, day: date, period: str) -> object:
    """What follows from the tables: the lights of a day, the rankings of a period and the scores by every scheme."""
    boards: list[Board] = []
    for by in ("completion", "timely_reporting", "on_track", "satisfaction"):
        boards += ranking(tables, "2025", by, period=period)
    scores: list[Score] = []
    for name in ("部门", "投资赛马"):
        scores += score(tables, scheme(tables, name), period, plan="2025")
    return list(lights(tables, "2025", day)), boards, scores


class Steps:
    """tables: what the journal says so far; now: the same, as rows.

    steps, refusals: batches that were recorded and refused. happened: how often each action was taken, by its name.
    seen: what people saw on some days.
    """

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self.ledger, self.clock, self.day = ledger, clock, date(2025, 1, 1)
        self.tables = ledger.rebuild()
        self.now = Picture(self.tables)
        self.steps, self.refusals = 0, 0
        self.happened: Counter[str] = Counter()
        self.seen: list[Seen] = []

    def at(self, year: int, month: int, day: int) -> None:
        """The clock moves to a day; a month after the twelfth is of the next year."""
        self.day = date(year + (month - 1) // 12, (month - 1) % 12 + 1, day)
        self.clock.set(self.day.isoformat())

    def step(self, who: str, *events: Event) -> None:
        """Record a batch, and look at the whole ledger before and after it."""
        if not events:
            return
        entries = self.ledger.record(who, *events)
        for entry in entries:
            self.tables.put(kinds.apply(self.tables, entry))
            self.happened[entry.values().get("action") or entry.kind] += 1
        before, self.now = self.now, Picture(self.tables)
        assert breaches(before, self.now, entries) == []
        self.steps += 1

    def refused(self, who: str, *events: Event) -> None:
        """A batch of which one event may not happen: nothing of it happens."""
        head = self.ledger.head()
        with pytest.raises(NotAllowedError):
            self.ledger.record(who, *events)
        assert self.ledger.head() == head
        self.refusals += 1

    def look(self, period: str) -> None:
        """The database holds what the journal says; it is remembered as what was seen on this day."""
        with self.ledger.read() as tables:
            rows = Picture(tables)
            assert rows == self.now
            self.seen.append(Seen(self.day, period, rows, computed(tables, self.day, period)))
