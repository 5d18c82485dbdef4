"""Rounds, and what is owed in them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request

from duixian.ledger.plans import Item
from duixian.ledger.progress import Progress
from duixian.ledger.rounds import Due, Round, RoundClosed, RoundOpened
from duixian.ledger.tables import Tables
from duixian.ledger.views import order
from duixian.web.api.book_schemas import DueOut, DuesOut, RoundIn, RoundOut, StandingOut
from duixian.web.bookkeeping import (
    AsOf,
    Known,
    actor,
    book_of,
    called,
    ledger_of,
    person_of,
    plan_of,
    seen_organisations,
)
from duixian.web.minute import owed
from duixian.web.rounds import standings
from duixian.web.visitors import Visitor

router = APIRouter(tags=["rounds"])


@router.get("/plans/{plan}/rounds", summary="The rounds of a plan")
def rounds(request: Request, plan: str, who: Known, as_of: AsOf) -> list[RoundOut]:
    """All rounds, the first first."""
    with book_of(request).read_then(as_of) as (tables, then):
        plan_of(then, plan)
        found = sorted(then.select(Round, plan=plan), key=lambda row: (row.due, row.id))
        return [_out(tables, then, row, who) for row in found]


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
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> DuesOut:
    """By organisation and item."""
    with book_of(request).read_then(as_of) as (tables, then):
        row = then.need(Round, round, "调度期")
        seen = seen_organisations(tables, who, plan_of(tables, row.plan).organisation)
        found = [due for due in then.select(Due, round=row.id) if seen is None or due.organisation in seen]
        found.sort(key=lambda due: (due.organisation, order(due.item)))
        return DuesOut(total=len(found), items=[_due(then, due) for due in found[offset : offset + limit]])


@router.get("/minute", summary="What the caller owes now")
def minute(request: Request, who: Known) -> DuesOut:
    """What this person's organisations owe in the rounds that are open."""
    if not book_of(request).there:
        return DuesOut(total=0, items=[])
    with book_of(request).read() as tables:
        person = person_of(tables, who)
        found = [slip.due for slip in owed(tables, person) if slip.due is not None] if person else []
        return DuesOut(total=len(found), items=[_due(tables, due) for due in found])


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
                organisation=one.organisation, name=one.name, owed=one.owed, reported=one.reported, late=one.late
            )
            for one in heads
        ],
    )


def _due(tables: Tables, due: Due) -> DueOut:
    item = tables.need(Item, due.item, "事项")
    report = tables.get(Progress, due.report) if due.report else None
    return DueOut(
        round=due.round,
        item=item.id,
        number=item.number,
        text=item.text,
        organisation=due.organisation,
        version=item.version,
        reported=report is not None,
        late=due.late,
        sentence=report.sentence if report else "",
        light=due.frozen.light if due.frozen else None,
    )
