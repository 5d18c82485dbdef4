"""Standings: every item as comparisons see it, now or frozen for ever when a round closes.

A closed round answers alike whatever happens later: items that are reopened, reports that come late, offices that are
moved elsewhere in the tree. What it needs for that is kept here, one row for each item that has an owner.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from duixian.ledger import freezing
from duixian.ledger.journal import Entry
from duixian.ledger.lights import lights
from duixian.ledger.organisations import Organisation
from duixian.ledger.periods import Span, span
from duixian.ledger.plans import Item, ItemKind, Plan, State
from duixian.ledger.rounds import Due, Round, RoundClosed
from duixian.ledger.tables import Row, Tables


@dataclass(frozen=True, slots=True)
class Standing:
    """One item.

    round: id of the closed round it was frozen in; empty for a present one. organisation: who leads it, owed_by: who
    owed a report of it in the round; both at the level just below the government, None for nobody. reported, late: of
    that report. light: the colour it had, None when it had none. The days are ISO, as in the item.
    """

    id: str
    round: str
    item: str
    organisation: str | None
    kind: ItemKind
    state: State
    deadline: str
    first_deadline: str
    submitted: str | None
    closed: str | None
    light: str | None
    owed_by: str | None
    reported: bool
    late: bool


class Level:
    """Organisations at the level that is compared: what stands below one of them counts for it."""

    def __init__(self, tables: Tables, government: str) -> None:
        self._rows = {row.id: row for row in tables.select(Organisation)}
        self._government = government
        self._found: dict[str, str] = {}

    def __call__(self, organisation: str) -> str:
        """The organisation just below the government to which this one belongs; itself where there is none."""
        if organisation not in self._found:
            here = self._rows.get(organisation)
            while here is not None and here.parent is not None and here.parent != self._government:
                here = self._rows.get(here.parent)
            self._found[organisation] = organisation if here is None or here.parent is None else here.id
        return self._found[organisation]


@dataclass(frozen=True, slots=True)
class Basis:
    """What comparisons of one period stand on.

    span: its days. rounds: those that tell of its reports and ratings. frozen: the closed round whose picture of the
    items this is; None when they are taken as they stand. at: sequence of the entry that closed it, so that its rules
    hold too. own: whether the period has a round of its own.
    """

    plan: str
    span: Span
    own: bool
    rounds: tuple[Round, ...]
    frozen: Round | None
    items: tuple[Standing, ...]
    reports: tuple[Standing, ...]

    @property
    def at(self) -> int | None:
        return self.frozen.closed if self.frozen else None


def apply_close(tables: Tables, entry: Entry, event: RoundClosed) -> tuple[Row, ...]:
    """What :func:`duixian.ledger.freezing.apply_close` changes, and the standings of the round."""
    rows = freezing.apply_close(tables, entry, event)
    round = tables.need(Round, event.round, "调度期")
    dues = [row for row in rows if isinstance(row, Due)]
    return (*rows, *(replace(row, id=f"{round.id}:{row.item}", round=round.id) for row in _now(tables, round, dues)))


def basis(tables: Tables, plan: Plan, period: str | None = None, day: str | None = None) -> Basis:
    """What is known of a period, or of the year up to a day (ISO) when no period is given. Raises LedgerError."""
    days = span(tables, period) if period is not None else Span(f"{plan.year}-01-01", day or f"{plan.year}-12-31")
    own = tables.get(Round, f"{plan.id}@{period}") if period is not None else None
    within = [own] if own else _rounds_within(tables, plan, days)
    frozen = next((one for one in reversed(within) if one.state == "closed" and _ends(tables, one) == days.end), None)
    if day is not None:
        frozen = None
    present = () if frozen else tuple(_now(tables, None, [], plan))
    pictures = {one.id: _picture(tables, one) for one in within}
    return Basis(
        plan.id,
        days,
        own is not None,
        tuple(within),
        frozen,
        tuple(row for row in (pictures[frozen.id] if frozen else present) if row.organisation is not None),
        tuple(row for rows in pictures.values() for row in rows if row.owed_by is not None),
    )


def lit(tables: Tables, ground: Basis) -> tuple[Standing, ...]:
    """The items with their lights: the frozen ones, or else those of the present.

    An open round is judged on the day on which its closing would, and asks only of the items that it asks about.
    """
    if ground.frozen is not None:
        return ground.items
    own = ground.rounds[0] if ground.own else None
    day = date.fromisoformat(own.due) + timedelta(days=1) if own else date.fromisoformat(ground.span.end)
    found = {one.item: str(one.colour) for one in lights(tables, ground.plan, day, date.max if own else None)}
    owed = {row.item for row in ground.reports} if own else found.keys()
    return tuple(replace(row, light=found.get(row.item) if row.item in owed else None) for row in ground.items)


def _rounds_within(tables: Tables, plan: Plan, days: Span) -> list[Round]:
    """The rounds of the plan whose periods end within these days, in order of time, each rhythm by itself."""
    ended = [(_ends(tables, one), one.id, one) for one in tables.select(Round, plan=plan.id)]
    return [one for end, _, one in sorted(ended, key=lambda row: row[:2]) if days.start <= end <= days.end]


def _ends(tables: Tables, round: Round) -> str:
    return span(tables, round.period).end


def _picture(tables: Tables, round: Round) -> list[Standing]:
    if round.state == "closed":
        return tables.select(Standing, round=round.id)
    return list(_now(tables, round, tables.select(Due, round=round.id)))


def _now(tables: Tables, round: Round | None, dues: Iterable[Due], plan: Plan | None = None) -> Iterable[Standing]:
    """The items of the plan as they stand, with what they owe in the round."""
    if plan is None:
        assert round is not None
        plan = tables.need(Plan, round.plan, "年度台账")
    level = Level(tables, plan.organisation)
    owed = {due.item: due for due in dues}
    for item in tables.select(Item, plan=plan.id):
        due = owed.get(item.id)
        if item.lead is None and due is None:
            continue
        yield Standing(
            id=item.id,
            round="",
            item=item.id,
            organisation=level(item.lead) if item.lead else None,
            kind=item.kind,
            state=item.state,
            deadline=item.deadline,
            first_deadline=item.first_deadline,
            submitted=item.submitted,
            closed=item.closed,
            light=colour(due),
            owed_by=level(due.organisation) if due else None,
            reported=due is not None and due.report is not None,
            late=due is not None and due.late,
        )


def colour(due: Due | None) -> str | None:
    """The light that an item had when the round closed."""
    return due.frozen.light if due is not None and due.frozen is not None else None
