"""A whole year of an office: 300 items, 40 departments, 12 rounds; the late, returned, extended and transferred."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from ledger_office import BACKENDS, Clock, office

from duixian.ledger.kinds import Event
from duixian.ledger.plans import Item, State
from duixian.ledger.progress import ProgressReported, Reading
from duixian.ledger.rounds import Due, Round, RoundClosed, RoundOpened, digest
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger

ITEMS, DEPARTMENTS = 300, 40


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_year_is_kept_and_replays_from_the_journal_to_identical_tables(backend: str, tmp_path: Path) -> None:
    with office(backend, tmp_path, ITEMS, DEPARTMENTS) as (ledger, clock, _):
        year = Year(ledger, clock)
        for month in range(1, 13):
            year.month(month, f"2025-{month:02}")
        assert ledger.verify().ok
        with ledger.read() as tables:
            items, dues, rounds = tables.select(Item), tables.select(Due), tables.select(Round)
        assert len(items) == ITEMS
        assert len(rounds) == 12
        assert all(round.digest == digest(due for due in dues if due.round == round.id) for round in rounds)
        assert {State.CLOSED, State.IN_PROGRESS} <= {item.state for item in items}
        assert any(item.deadline > item.first_deadline for item in items)
        assert any(due.late for due in dues)
        assert any(due.report is None for due in dues)
        rebuilt = ledger.rebuild()
        assert (rebuilt.select(Item), rebuilt.select(Due), rebuilt.select(Round)) == (items, dues, rounds)
        # The third round, seen as of the day it closed, is the one that stands today.
        third = "2025@2025-03"
        assert ledger.rebuild(date(2025, 4, 20)).select(Due, round=third) == rebuilt.select(Due, round=third)


class Year:
    """Month by month, by chance but the same in every run."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self.ledger, self.clock, self.chance = ledger, clock, random.Random(2025)

    def month(self, number: int, period: str) -> None:
        self.clock.set(f"{period}-01")
        self.ledger.record("li", RoundOpened("2025", period))
        following = f"{2025 + number // 12}-{number % 12 + 1:02}"
        by_lead: dict[str, list[Item]] = defaultdict(list)
        for item in self.items():
            if item.lead:
                by_lead[item.lead].append(item)
        in_time = [lead for lead in by_lead if self.chance.random() < 0.8]
        self.clock.set(f"{following}-03")
        for lead in in_time:
            self.report(lead, by_lead[lead], number)
        self.clock.set(f"{following}-12")
        for lead in set(by_lead) - set(in_time):
            if self.chance.random() < 0.6:
                self.report(lead, by_lead[lead], number)
        self.review()
        self.clock.set(f"{following}-15")
        self.ledger.record("li", RoundClosed(f"2025@{period}"))

    def items(self) -> list[Item]:
        with self.ledger.read() as tables:
            return tables.select(Item)

    def report(self, lead: str, items: list[Item], month: int) -> None:
        events: list[Event] = []
        for item in items:
            if item.state is State.ASSIGNED:
                events.append(ItemMoved(item.id, "accept"))
            elif item.state in (State.SUBMITTED, State.CLOSED, State.SUSPENDED):
                continue
            goal = item.measures[0]
            share = min(1.0, month / 12 + self.chance.random() * 0.1)
            done = Reading(goal.name, round(goal.value * share, 3), goal.unit)
            correction = "上期误报" if self.chance.random() < 0.5 else "按验收数更正"
            events.append(ProgressReported(item.id, f"完成{share:.0%}", (done,), correction=correction))
            if month > 8 and self.chance.random() < 0.4:
                events.append(ItemMoved(item.id, "submit", "已完成"))
            elif not item.extension_asked and self.chance.random() < 0.05:
                later = f"{int(item.deadline[:4]) + 1}-06-30"
                events.append(ItemMoved(item.id, "ask_extension", "雨季影响", deadline=later))
        if events:
            self.ledger.record(f"own{lead.removeprefix('dept')}", *events)

    def review(self) -> None:
        events: list[Event] = []
        for item in self.items():
            if item.extension_asked:
                action = self.chance.choice(["grant_extension", "refuse_extension"])
                events.append(ItemMoved(item.id, action, "经研究"))
            if item.state is State.SUBMITTED:
                events.append(ItemMoved(item.id, self.chance.choice(["close", "close", "return"]), "已核查"))
            elif item.state is State.SUSPENDED:
                events.append(ItemMoved(item.id, "resume"))
            elif item.state is State.IN_PROGRESS and self.chance.random() < 0.03:
                other = self.chance.choice([f"dept{n}" for n in range(1, DEPARTMENTS + 1) if f"dept{n}" != item.lead])
                events.append(ItemMoved(item.id, "transfer", "职责调整", other))
            elif item.state is State.IN_PROGRESS and self.chance.random() < 0.03:
                events.append(ItemMoved(item.id, "suspend", "规划调整"))
        self.ledger.record("zhang", *(event for event in events if _by_leader(event)))
        self.ledger.record("li", *(event for event in events if not _by_leader(event)))


def _by_leader(event: Event) -> bool:
    return isinstance(event, ItemMoved) and event.action == "close"
