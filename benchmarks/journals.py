"""Journals of any length for measurements: real kinds of entry, sealed in a chain, made as fast as they can be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from duixian.ledger import canonical
from duixian.ledger.journal import Entry, Head, end, seal, stamp
from duixian.ledger.kinds import KINDS, Event
from duixian.ledger.organisations import Grant, LedgerOpened, OrganisationAdded, OrganisationKind, PersonAdded, Role
from duixian.ledger.plans import ItemKind, ItemRegistered, Measure, PlanOpened, State
from duixian.ledger.progress import ProgressReported, Reading
from duixian.ledger.rounds import RoundClosed, RoundItem, RoundOpened
from duixian.ledger.states import ItemMoved, Outcome
from duixian.records import Evidence

PLAN, DEPARTMENTS = "2025", 40
_NAMES: dict[type[Any], tuple[str, str]] = {kind.event: (kind.name, kind.subject) for kind in KINDS.values()}


def founding() -> Iterator[tuple[str, Event]]:
    """Who acts and what happens: a government, its departments with a person each, and a plan."""
    yield "li", LedgerOpened("gov", "云岭市人民政府", "li", "李督查")
    for number in range(DEPARTMENTS):
        dept = f"dept{number}"
        yield "li", OrganisationAdded(dept, f"第{number}局", OrganisationKind.DEPARTMENT, "gov")
        yield "li", PersonAdded(f"own{number}", f"责任人{number}", dept, (Grant(Role.OWNER, dept),))
    yield "li", PlanOpened(PLAN, "gov", 2025, "云岭市2025年度台账", "990100", "doc1")


def registered(number: int) -> ItemRegistered:
    """An item with its words and one measure."""
    words = f"新建农村公路{number}公里，年内建成通车"
    evidence = Evidence("云岭.txt", number, None, 20 * number, 20 * number + len(words), words)
    measure = (Measure("里程", "≥", number, "公里"),)
    return ItemRegistered(PLAN, str(number), words, ItemKind.TASK, "二、重点任务", evidence, measure, "2025-12-31")


def lead(number: int) -> int:
    """The department that leads an item."""
    return number % DEPARTMENTS


def year(items: int, reports: int, rounds: int) -> Iterator[tuple[str, Event]]:
    """Facts as they would have been decided: items assigned and accepted, so many reports each over these rounds."""
    yield from founding()
    for number in range(1, items + 1):
        yield "li", registered(number)
    for number in range(1, items + 1):
        dept, owner = f"dept{lead(number)}", f"own{lead(number)}"
        item = f"{PLAN}/{number}"
        for who, action, state, hands in (
            ("li", "assign", State.ASSIGNED, ()),
            (owner, "accept", State.ACCEPTED, (owner,)),
        ):
            outcome = Outcome(state, None, dept, (), "2025-12-31", None, hands)
            yield who, ItemMoved(item, action, lead=dept if action == "assign" else None, outcome=outcome)
    owed = tuple(RoundItem(f"{PLAN}/{number}", f"dept{lead(number)}") for number in range(1, items + 1))
    for turn in range(1, reports + 1):
        period = f"2025-{1 + (turn - 1) * rounds // reports:02}"
        if (turn - 1) * rounds % reports < rounds:
            yield "li", RoundOpened(PLAN, period, "2025-12-05", "monthly", owed)
        for number in range(1, items + 1):
            yield f"own{lead(number)}", reported(number, turn, reports, (f"{PLAN}@{period}",))
        if turn * rounds % reports < rounds:
            yield "li", RoundClosed(f"{PLAN}@{period}", "0" * 64)


def reported(number: int, turn: int, reports: int, rounds: tuple[str, ...] = ()) -> ProgressReported:
    """The report of one item in one turn: a value, a percentage, a sentence."""
    done = Reading("里程", round(number * turn / reports, 3), "公里")
    percent = round(100 * turn / reports, 1)
    sentence = f"第{turn}期：路基、桥涵按计划推进，累计完成{percent}%"
    return ProgressReported(f"{PLAN}/{number}", sentence, (done,), percent, state=State.IN_PROGRESS, rounds=rounds)


def journal(facts: Iterator[tuple[str, Event]]) -> Iterator[Entry]:
    """The facts as entries of a chain, a second apart."""
    head, moment = Head(), datetime(2025, 1, 1, tzinfo=UTC)
    for who, fact in facts:
        name, subject = _NAMES[type(fact)]
        moment += timedelta(seconds=1)
        entry = seal(head, stamp(moment), who, name, getattr(fact, subject), canonical.text(canonical.plain(fact)))
        yield entry
        head = end(entry)


def kind(entry: Entry) -> type[Any]:
    """The dataclass in which the payload of an entry is read."""
    return KINDS[entry.kind].event
