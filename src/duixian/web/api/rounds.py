"""Rounds, and what is owed in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from duixian.ledger.organisations import Person
from duixian.ledger.plans import Item
from duixian.ledger.progress import Progress
from duixian.ledger.rounds import Due, Round, RoundClosed, RoundOpened, rhythms
from duixian.ledger.tables import Tables
from duixian.ledger.views import order
from duixian.web.api.book_schemas import ReadingOut
from duixian.web.api.round_schemas import (
    AskedOut,
    CalendarOut,
    DueOut,
    DuesOut,
    MinuteOut,
    OwedOut,
    RhythmOut,
    RoundIn,
    RoundOut,
    StandingOut,
)
from duixian.web.bookkeeping import (
    AsOf,
    Known,
    actor,
    book_of,
    called,
    ledger_of,
    person_of,
    plan_of,
    register_of,
    seen_organisations,
    today,
)
from duixian.web.minute import owed
from duixian.web.reports import Slip, may_report
from duixian.web.rounds import calendar, due_of, standings
from duixian.web.visitors import Visitor

router = APIRouter(tags=["rounds"])


@router.get("/plans/{plan}/rounds", summary="The rounds of a plan")
def rounds(request: Request, plan: str, who: Known, as_of: AsOf) -> list[RoundOut]:
    """All rounds, the first first."""
    with book_of(request).read_then(as_of) as (tables, then):
        plan_of(then, plan)
        found = sorted(then.select(Round, plan=plan), key=lambda row: (row.due, row.id))
        return [_out(tables, then, row, who) for row in found]


@router.get("/plans/{plan}/calendar", summary="The periods for which rounds can be opened")
def periods(request: Request, plan: str, who: Known, as_of: AsOf) -> CalendarOut:
    """As the office's calendar has them."""
    with book_of(request).read(as_of) as then:
        usual, due = calendar(then, plan_of(then, plan).year, as_of or today())
        known = rhythms(then).values()
        found = [RhythmOut(name=one.name, label=one.label, example=one.example) for one in known]
        return CalendarOut(usual=usual, due=due, rhythms=found)


@router.post("/plans/{plan}/rounds", summary="Open a round", status_code=201)
def begin(request: Request, plan: str, who: Known, wish: RoundIn) -> RoundOut:
    """A period begins; every item that is being worked on owes a report."""
    event = RoundOpened(plan, wish.period, wish.due)
    ledger_of(request).record(actor(who), event)
    return _round(request, event.round, who)


@router.get("/rounds/{round}", summary="A round")
def round(request: Request, round: str, who: Known, as_of: AsOf) -> RoundOut:
    """How far each organisation is."""
    return _round(request, round, who, as_of)


@router.post("/rounds/{round}/closing", summary="Close a round")
def end(request: Request, round: str, who: Known) -> RoundOut:
    """The picture is frozen for ever."""
    ledger_of(request).record(actor(who), RoundClosed(round))
    return _round(request, round, who)


@router.get("/rounds/{round}/dues", summary="What is owed in a round")
def dues(
    request: Request,
    round: str,
    who: Known,
    as_of: AsOf,
    state: Annotated[Literal["", "owing", "reported", "late"], Query(description="Empty: all.")] = "",
    organisation: Annotated[str, Query(max_length=200, description="Id of who owes it; empty: all.")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> DuesOut:
    """By organisation and item."""
    with book_of(request).read_then(as_of) as (tables, then):
        row = then.need(Round, round, "调度期")
        seen = seen_organisations(tables, who, plan_of(tables, row.plan).organisation)
        every = [due for due in then.select(Due, round=row.id) if seen is None or due.organisation in seen]
        found = [due for due in every if state in ("", due_of(due)) and organisation in ("", due.organisation)]
        found.sort(key=lambda due: (due.organisation, order(due.item)))
        lit = _lights(request, who, row, every, as_of)
        return DuesOut(
            total=len(found),
            states=dict(Counter(map(due_of, every))),
            lights=dict(Counter(lit.values())),
            items=[_due(then, due, lit) for due in found[offset : offset + limit]],
        )


@router.get("/minute", summary="What the caller owes now")
def minute(request: Request, who: Known) -> MinuteOut:
    """What this person's organisations owe in the rounds that are open, with last round's values and words."""
    if not book_of(request).there:
        return MinuteOut(total=0, left=0, items=[])
    with book_of(request).read() as tables:
        person = person_of(tables, who)
        items = [_owed(tables, person, slip) for slip in owed(tables, person)] if person else []
        return MinuteOut(total=len(items), left=sum(not one.reported for one in items), items=items)


def _round(request: Request, round: str, who: Visitor, as_of: date | None = None) -> RoundOut:
    with book_of(request).read_then(as_of) as (tables, then):
        return _out(tables, then, then.need(Round, round, "调度期"), who)


def _out(tables: Tables, then: Tables, row: Round, who: Visitor) -> RoundOut:
    seen = seen_organisations(tables, who, plan_of(tables, row.plan).organisation)
    found = [due for due in then.select(Due, round=row.id) if seen is None or due.organisation in seen]
    heads = standings(then, found, called(then))
    return RoundOut(
        **asdict(row),
        organisations=[
            StandingOut(
                organisation=one.organisation,
                name=one.name,
                owed=one.owed,
                reported=one.reported,
                late=one.late,
                people=list(one.people),
            )
            for one in heads
        ],
    )


def _lights(request: Request, who: Visitor, round: Round, dues: list[Due], as_of: date | None) -> dict[str, str]:
    """The lights of what is owed, by item: those that the round froze, or those of the day while it is open."""
    if round.state == "closed":
        return {due.item: due.frozen.light for due in dues if due.frozen is not None and due.frozen.light}
    colours = {line.id: str(line.colour) for line in register_of(request, round.plan, who, as_of).lines}
    return {due.item: colours[due.item] for due in dues if due.item in colours}


def _owed(tables: Tables, person: Person, slip: Slip) -> OwedOut:
    assert slip.due is not None
    assert slip.round is not None
    last = {one.measure: one.value for one in slip.last.readings} if slip.last else {}
    return OwedOut(
        **_due(tables, slip.due, {}).model_dump(),
        plan=slip.round.plan,
        period=slip.round.period,
        due=slip.round.due,
        may_report=may_report(tables, person, slip.item),
        measures=[
            AskedOut(name=one.measure.name, unit=one.measure.unit, text=one.text, last=last.get(one.measure.name))
            for one in slip.asked
        ],
        milestones=[one.name for one in slip.item.milestones],
        last=slip.sentence,
    )


def _due(tables: Tables, due: Due, lights: Mapping[str, str]) -> DueOut:
    item = tables.need(Item, due.item, "事项")
    report = tables.get(Progress, due.report) if due.report else None
    return DueOut(
        round=due.round,
        item=item.id,
        number=item.number,
        text=item.text,
        organisation=due.organisation,
        version=item.version,
        state=due_of(due),
        reported=report is not None,
        late=due.late,
        readings=[ReadingOut(**asdict(one)) for one in report.readings] if report else [],
        sentence=report.sentence if report else "",
        light=lights.get(due.item),
    )
