"""Rounds 调度期: opened, watched while reports come in, closed with a look beforehand, kept as they were."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from duixian.ledger.errors import LedgerError
from duixian.ledger.organisations import Group, Person, Role
from duixian.ledger.plans import Item, Plan
from duixian.ledger.progress import Progress
from duixian.ledger.rounds import Due, Round, RoundClosed, RoundOpened, rhythm_of, rhythms
from duixian.ledger.tables import Tables
from duixian.ledger.views import Names, order
from duixian.web.bookkeeping import (
    Form,
    Known,
    actor,
    called,
    ledger_of,
    register_of,
    seen_organisations,
    supervises,
)
from duixian.web.looking import Look, Looking
from duixian.web.pages import go, render, say
from duixian.web.security import text_field
from duixian.web.visitors import Visitor

ROOM = None
PAGE = 100
STATES = ("owing", "reported", "late")
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an organisation is in a round. people: names of those who report for it."""

    organisation: str
    name: str
    owed: int
    reported: int
    late: int
    people: tuple[str, ...]

    @property
    def owing(self) -> int:
        return self.owed - self.reported

    @property
    def rate(self) -> int:
        """Reports of those that were owed, in percent."""
        return 100 * self.reported // self.owed if self.owed else 100


@router.get("/plans/{plan}/rounds")
def rounds(request: Request, plan: str, who: Known, look: Looking) -> Response:
    """The rounds of a plan, and the way to open the next."""
    return _list(request, plan, who, look)


@router.post("/plans/{plan}/rounds")
def begin(request: Request, plan: str, who: Known, form: Form, look: Looking) -> Response:
    """Open a round."""
    event = RoundOpened(plan, text_field(form, "period").strip(), text_field(form, "due").strip() or None)
    try:
        ledger_of(request).record(actor(who), event)
    except LedgerError as error:
        return _list(request, plan, who, look, say(request).told(error), 400)
    return go(f"/rounds/{event.round}", done="opened")


@router.get("/rounds/{round}")
def round(
    request: Request,
    round: str,
    who: Known,
    look: Looking,
    show: str = "",
    organisation: str = "",
    closing: bool = False,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """A round: who owes, who has reported, who was late. closing: with what closing it will freeze."""
    return _page(request, round, who, look, show, organisation, closing, page)


@router.post("/rounds/{round}")
def end(request: Request, round: str, who: Known, form: Form, look: Looking) -> Response:
    """Close a round that was looked at."""
    try:
        ledger_of(request).record(actor(who), RoundClosed(round))
    except LedgerError as error:
        return _page(request, round, who, look, "", "", False, 1, say(request).told(error), 409)
    return go(f"/rounds/{round}", done="closed")


def standings(tables: Tables, dues: list[Due], names: Names) -> list[Standing]:
    """How far each organisation is, those who owe most first."""
    # Owners first: they answer for what is sent.
    people = sorted(tables.select(Person), key=lambda one: not any(grant.role is Role.OWNER for grant in one.grants))
    chiefs = {row.id: row.chief for row in tables.select(Group)}
    rows: dict[str, list[Due]] = {}
    for due in dues:
        rows.setdefault(due.organisation, []).append(due)
    found = [
        Standing(
            organisation,
            names.organisation(organisation),
            len(some),
            sum(due.report is not None for due in some),
            sum(due.late for due in some),
            tuple(one.name for one in people if one.id == chiefs.get(organisation) or _reports(one, organisation)),
        )
        for organisation, some in rows.items()
    ]
    return sorted(found, key=lambda one: (-one.owing, -one.late, one.name))


def due_of(due: Due) -> str:
    """owing, reported or late."""
    if due.report is None:
        return "owing"
    return "late" if due.late else "reported"


def calendar(tables: Tables, year: int, day: date) -> tuple[str, str]:
    """The period that a plan of a year would usually open on a day, and its due day (ISO); "" where there is none."""
    usual = f"{year}-{day.month:02d}" if year == day.year else f"{year}-01"
    try:
        return usual, rhythm_of(tables, usual)[1].isoformat()
    except LedgerError:
        return "", ""


def _reports(person: Person, organisation: str) -> bool:
    return any(
        grant.organisation == organisation and grant.role in (Role.OWNER, Role.CONTRIBUTOR) for grant in person.grants
    )


def _list(
    request: Request, plan: str, who: Visitor, look: Look, told: dict[str, str] | None = None, status: int = 200
) -> Response:
    with look.read() as (tables, then):
        row = look.need(tables, then, Plan, plan, "年度台账")
        found = sorted(then.select(Round, plan=plan), key=lambda one: one.due, reverse=True)
        counts = {one.id: Counter(due_of(due) for due in then.select(Due, round=one.id)) for one in found}
        may = look.live and supervises(tables, who, row.organisation)
        usual, due = calendar(tables, row.year, look.day)
        examples = [(rhythm.label, rhythm.example) for rhythm in rhythms(tables).values()]
    return render(
        request,
        "rounds.html",
        status,
        room="nav_plans",
        tab="rounds",
        plan=row,
        rounds=found,
        counts=counts,
        may=may and row.state == "open",
        usual=usual,
        due=due,
        examples=examples,
        told=told,
    )


def _page(
    request: Request,
    round: str,
    who: Visitor,
    look: Look,
    show: str,
    organisation: str,
    closing: bool,
    page: int,
    told: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    day = look.day
    with look.read() as (tables, then):
        of = look.need(tables, then, Round, round, "调度期").plan
    numbers = {line.id: line for line in register_of(request, of, who, look.as_of).lines}
    with look.read() as (tables, then):
        row = look.need(tables, then, Round, round, "调度期")
        plan = look.need(tables, then, Plan, row.plan, "年度台账")
        seen = seen_organisations(tables, who, plan.organisation)
        names = called(then)
        dues = [due for due in then.select(Due, round=round) if seen is None or due.organisation in seen]
        may = look.live and supervises(tables, who, plan.organisation)
        heads = standings(then, dues, names)
        wanted = [due for due in dues if show in ("", due_of(due)) and organisation in ("", due.organisation)]
        wanted.sort(key=lambda due: order(numbers[due.item].number) if due.item in numbers else ())
        pages = max(1, -(-len(wanted) // PAGE))
        page = min(page, pages)
        shown = [_due_row(then, due) for due in wanted[(page - 1) * PAGE : page * PAGE]]
    counts = Counter(due_of(due) for due in dues)
    if row.state == "closed":
        lights = Counter(str(due.frozen.light) for due in dues if due.frozen is not None and due.frozen.light)
    else:
        lights = Counter(str(numbers[due.item].colour) for due in dues if due.item in numbers)
    return render(
        request,
        "round.html",
        status,
        room="nav_plans",
        tab="rounds",
        plan=plan,
        round=row,
        counts=counts,
        lights=lights,
        total=len(dues),
        heads=heads,
        names=names,
        rows=shown,
        lines=numbers,
        show=show if show in STATES else "",
        organisation=organisation,
        closing=closing and row.state == "open" and may,
        page=page,
        pages=pages,
        may=may,
        oversees=seen is None,
        overdue=row.state == "open" and day.isoformat() > row.due,
        days=(date.fromisoformat(row.due) - day).days,
        told=told,
        states=STATES,
        done=request.query_params.get("done", ""),
        due_of=due_of,
    )


def _due_row(tables: Tables, due: Due) -> dict[str, Any]:
    item = tables.need(Item, due.item, "事项")
    report = tables.get(Progress, due.report) if due.report else None
    return {"due": due, "item": item, "report": report}
