"""The leader's one page: where the year stands, what went wrong, what waits for a decision."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter, Request
from starlette.responses import Response

from duixian.ledger.criteria import Colour
from duixian.ledger.plans import SETTLED, Item, State
from duixian.ledger.progress import Progress
from duixian.ledger.register import Line
from duixian.ledger.rounds import Due, Round
from duixian.web.bookkeeping import Known, book_of, called, plan_of, register_of, require_oversight, today
from duixian.web.pages import render
from duixian.web.rounds import standings

ROOM = None
router = APIRouter()
_SHOWN = 8


@router.get("/leader/{plan}")
def onepage(request: Request, plan: str, who: Known) -> Response:
    """One page that fits on a sheet of paper."""
    register = register_of(request, plan, who)
    lines = register.lines
    working = [line for line in lines if line.state not in SETTLED]
    red = [line for line in working if line.colour is Colour.RED]
    with book_of(request).read() as tables:
        row = plan_of(tables, plan)
        require_oversight(tables, who, row.organisation)
        names = called(tables)
        rounds = sorted(tables.select(Round, plan=plan), key=lambda one: one.due)
        last = rounds[-1] if rounds else None
        heads = standings(tables, tables.select(Due, round=last.id), names) if last else []
        helped = []
        for line in [line for line in working if line.colour in (Colour.RED, Colour.YELLOW)]:
            item = tables.need(Item, line.id, "事项")
            report = tables.get(Progress, item.progress) if item.progress else None
            if report is not None and (report.help or "").strip():
                helped.append((line, report))
        asked = [(line, tables.need(Item, line.id, "事项").extension_asked) for line in working]
        asked = [(line, until) for line, until in asked if until]
    return render(
        request,
        "leader.html",
        room="nav_plans",
        tab="leader",
        plan=row,
        day=today(),
        total=len(lines),
        lights=Counter(str(line.colour) for line in lines),
        closed=sum(line.state is State.CLOSED for line in lines),
        review=sum(line.state is State.SUBMITTED for line in lines),
        red=sorted(red, key=_gravity)[:_SHOWN],
        red_total=len(red),
        helped=helped[:_SHOWN],
        asked=asked[:_SHOWN],
        headline=[line for line in lines if line.kind == "headline"][:12],
        last=last,
        heads=heads,
        names=names,
    )


def _gravity(line: Line) -> tuple[str, str]:
    return line.deadline, line.number
