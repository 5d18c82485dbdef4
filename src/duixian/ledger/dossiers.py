"""Dossiers 案卷: all that the tables know of an item on a day, read once for a whole plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from duixian.ledger.criteria import Criteria, criteria
from duixian.ledger.errors import LedgerError
from duixian.ledger.journal import day
from duixian.ledger.plans import Item, Plan
from duixian.ledger.progress import Progress
from duixian.ledger.rounds import Due, Round, due_id, period_end
from duixian.ledger.slicing import Slicing
from duixian.ledger.tables import Tables


@dataclass(frozen=True, slots=True)
class Report:
    """A report, the day it came, and the day it speaks of: the end of the round it answers, where that is earlier."""

    progress: Progress
    came: date
    about: date


@dataclass(frozen=True, slots=True)
class Owed:
    """What the item owes in one round. due: the day of its report. answered: whether it came, early or late."""

    due: date
    answered: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """An item with its plan, what it was sliced into, its reports in order, and its rounds by their due days."""

    item: Item
    plan: Plan
    criteria: Criteria
    slicings: tuple[Slicing, ...]
    reports: tuple[Report, ...]
    rounds: tuple[Owed, ...]


def dossier(tables: Tables, item: str, until: date | None = None) -> Dossier:
    """The dossier of one item with the reports that had come by the end of a day. Raises UnknownNameError."""
    row = tables.need(Item, item, "事项")
    plan = tables.need(Plan, row.plan, "年度台账")
    rounds = tables.select(Round, plan=plan.id)
    dues = (tables.get(Due, due_id(round.id, row.id)) for round in rounds)
    return _bound(
        row,
        plan,
        criteria(tables),
        tables.select(Slicing, item=row.id),
        tables.select(Progress, item=row.id),
        [due for due in dues if due is not None],
        _periods(tables, rounds),
        until,
    )


def dossiers(tables: Tables, plan: str, until: date | None = None) -> Iterator[Dossier]:
    """The dossiers of all items of a plan, each table read once. Raises UnknownNameError."""
    row = tables.need(Plan, plan, "年度台账")
    items = tables.select(Item, plan=plan)
    rounds = tables.select(Round, plan=plan)
    slicings: dict[str, list[Slicing]] = defaultdict(list)
    for slicing in tables.select(Slicing):
        slicings[slicing.item].append(slicing)
    reports: dict[str, list[Progress]] = defaultdict(list)
    # Reports do not say of which plan they are. Reading all beats asking once for every item.
    for report in tables.select(Progress):
        reports[report.item].append(report)
    dues: dict[str, list[Due]] = defaultdict(list)
    for round in rounds:
        for due in tables.select(Due, round=round.id):
            dues[due.item].append(due)
    rules, periods = criteria(tables), _periods(tables, rounds)
    for item in items:
        yield _bound(item, row, rules, slicings[item.id], reports[item.id], dues[item.id], periods, until)


_Periods = dict[str, tuple[date, date]]  # by round: the end of its period, and the day its reports are due


def _periods(tables: Tables, rounds: Iterable[Round]) -> _Periods:
    return {round.id: (_end(tables, round), date.fromisoformat(round.due)) for round in rounds}


def _end(tables: Tables, round: Round) -> date:
    try:
        return period_end(tables, round.period)
    except LedgerError:
        # The office has since adopted a calendar that does not know this kind of period.
        return date.fromisoformat(round.due)


def _bound(
    item: Item,
    plan: Plan,
    rules: Criteria,
    slicings: list[Slicing],
    reports: list[Progress],
    dues: list[Due],
    periods: _Periods,
    until: date | None,
) -> Dossier:
    ends = {due.report: periods[due.round][0] for due in dues if due.report}
    came = [(report, date.fromisoformat(day(report.time))) for report in reports]
    told = [Report(report, on, min(on, ends.get(report.id, on))) for report, on in came if until is None or on <= until]
    told.sort(key=lambda report: report.progress.sequence)
    known = {report.progress.id for report in told}
    owed = sorted(
        (Owed(periods[due.round][1], due.report in known) for due in dues),
        key=lambda owed: owed.due,
    )
    return Dossier(item, plan, rules, tuple(slicings), tuple(told), tuple(owed))
