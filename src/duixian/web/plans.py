"""Plans: the years that are kept, and the lists and boards of their items."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from duixian.ledger.errors import LedgerError, StaleError
from duixian.ledger.plans import SETTLED, ItemKind, Plan, State
from duixian.ledger.publication import ItemsPublished
from duixian.ledger.rounds import Round
from duixian.ledger.states import ItemMoved
from duixian.reporting.tables import csv_rows
from duixian.web.bookkeeping import (
    Form,
    Known,
    actor,
    book_of,
    called,
    governs,
    ledger_of,
    register_of,
    supervises,
)
from duixian.web.exports import MEDIA
from duixian.web.listing import DUE, SORTS, Sieve, listed, offices, sieve_of, within
from duixian.web.looking import Look, Looking
from duixian.web.pages import Room, attachment, go, render, say
from duixian.web.security import text_field
from duixian.web.visitors import Visitor
from duixian.web.yearend import ACTS, Typed, ended, typed, yearend

ROOM = Room("nav_plans", "/plans", 30)
COLUMNS = ("number", "text", "kind", "lead", "supporting", "deadline", "state", "light", "why")
router = APIRouter()
Asked = Annotated[Sieve, Depends(sieve_of)]


@router.get("/plans")
def plans(request: Request, who: Known, look: Looking) -> Response:
    """The years that are kept."""
    if not look.book.there:
        return render(request, "plans.html", room=ROOM.key, rows=None)
    with look.read() as (_, then):
        names = called(then)
        found = sorted(then.select(Plan), key=lambda row: (-row.year, row.id))
        rounds = {plan.id: [row for row in then.select(Round, plan=plan.id) if row.state == "open"] for plan in found}
    rows = []
    for plan in found:
        lines = register_of(request, plan.id, who, look.as_of).lines
        lights = {name: sum(line.colour == name for line in lines) for name in ("red", "yellow", "green")}
        settled = sum(line.state in SETTLED for line in lines)
        rows.append((plan, names.organisation(plan.organisation), len(lines), settled, lights, rounds[plan.id]))
    return render(request, "plans.html", room=ROOM.key, rows=rows)


@router.get("/plans/{plan}")
def plan(
    request: Request,
    plan: str,
    who: Known,
    look: Looking,
    sieve: Asked,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """The items of a plan as a list or a board."""
    return _plan(request, plan, who, look, sieve, page)


@router.get("/plans/{plan}/items.{format}")
def export(request: Request, plan: str, format: str, who: Known, look: Looking, sieve: Asked) -> Response:
    """What the list shows, all pages of it, as XLSX or CSV."""
    return attachment(*table_of(request, plan, who, sieve, format, look.as_of))


@router.post("/plans/{plan}")
def act(
    request: Request,
    plan: str,
    who: Known,
    form: Form,
    look: Looking,
    sieve: Asked,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """Assign as suggested, publish, take back or carry over, for the items that were chosen; or close the plan."""
    chosen = tuple(value for value in form.getlist("item") if isinstance(value, str))
    act, back = text_field(form, "act"), text_field(form, "back")
    if act in ACTS:
        try:
            number = ended(request, plan, who, form)
        except LedgerError as error:
            status = 409 if isinstance(error, StaleError) else 400
            return _plan(request, plan, who, look, sieve, page, typed(form, say(request).told(error)), status)
        return go(f"/plans/{plan}", **_kept(back), done=act, number=number)
    done = bulk(request, plan, who, chosen, act)
    return go(f"/plans/{plan}", **_kept(back), done=act, number=done)


def bulk(request: Request, plan: str, who: Visitor, chosen: tuple[str, ...], act: str) -> int:
    """Do one thing to several items, all or none; how many. act: assign, publish or conceal. Raises LedgerError."""
    ledger = ledger_of(request)
    lines = {line.id: line for line in register_of(request, plan, who).lines}
    found = [lines[id] for id in chosen if id in lines]
    if act == "assign":
        ready = [line for line in found if line.state is State.REGISTERED and line.lead]
        events = [ItemMoved(line.id, "assign", lead=line.lead, supporting=line.supporting) for line in ready]
        if events:
            ledger.record(actor(who), *events, expect={line.id: line.version for line in ready})
        return len(events)
    if act in ("publish", "conceal") and found:
        ledger.record(actor(who), ItemsPublished(plan, tuple(line.id for line in found), act == "publish"))
        return len(found)
    return 0


def table_of(
    request: Request, plan: str, who: Visitor, sieve: Sieve, format: str, as_of: date | None = None
) -> tuple[bytes, str, str]:
    """The list as a file, now or as it stood: bytes, media type, name. Raises LedgerError for an unknown format."""
    if format not in ("xlsx", "csv"):
        raise LedgerError(format[:40], "没有这种格式", "可以是 xlsx、csv")
    speak = say(request)
    register = register_of(request, plan, who, as_of)
    with book_of(request).read(as_of) as then:
        names, below = called(then), within(then, sieve.organisation)
    headings = [speak(f"col_{name}") for name in COLUMNS]
    rows = []
    for line in listed(register, sieve, below).lines:
        rows.append(
            (
                line.number,
                line.text,
                speak(f"kind_{line.kind}"),
                names.organisation(line.lead),
                "、".join(map(names.organisation, line.supporting)),
                line.deadline,
                speak(f"state_{line.state}"),
                speak(f"light_{line.colour}"),
                line.why if speak.language == "zh" else line.why_english,
            )
        )
    title = register.plan.title if as_of is None else f"{register.plan.title}-截至{as_of}"
    name = f"{title}.{format}"
    if format == "csv":
        return ("\ufeff" + csv_rows(headings, rows)).encode(), MEDIA["csv"], name
    from duixian.reporting.lists import list_workbook

    return list_workbook(register.plan.title, headings, rows, _WIDTHS), MEDIA["xlsx"], name


_WIDTHS = (8, 60, 10, 20, 28, 12, 10, 8, 60)


def _plan(
    request: Request,
    plan: str,
    who: Visitor,
    look: Look,
    sieve: Sieve,
    page: int,
    typed: Typed | None = None,
    status: int = 200,
) -> Response:
    register = register_of(request, plan, who, look.as_of)
    with look.read() as (tables, then):
        names, below = called(then), within(then, sieve.organisation)
        heads = offices(then, register)
        row = look.need(tables, then, Plan, plan, "年度台账")
        may = {
            "supervise": look.live and supervises(tables, who, row.organisation),
            "publish": look.live and governs(tables, who, row.organisation),
        }
        ending = yearend(request, tables, who, row, register, look)
        open_rounds = [one for one in then.select(Round, plan=plan) if one.state == "open"]
    found = listed(register, sieve, below)
    page = min(page, found.pages)
    values: dict[str, Any] = {"columns": found.columns()} if sieve.view != "list" else {"lines": found.page(page)}
    return render(
        request,
        "plan.html",
        status,
        room=ROOM.key,
        plan=row,
        tab="items",
        sieve=sieve,
        found=found,
        names=names,
        heads=heads,
        may=may,
        open_rounds=open_rounds,
        page=page,
        kinds=[(kind.value, kind.value) for kind in ItemKind],
        states=[(state.value, state.value) for state in State if found.states.get(state) or state == sieve.state],
        dues=DUE,
        sorts=SORTS,
        done=request.query_params.get("done", ""),
        number_done=request.query_params.get("number", ""),
        typed=typed or Typed(),
        **ending,
        **values,
    )


def _kept(query: str) -> dict[str, str]:
    from urllib.parse import parse_qsl

    return {name: value for name, value in parse_qsl(query.lstrip("?")) if name not in ("done", "number")}
