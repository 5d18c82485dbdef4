"""The public page of a plan: what was promised and what was delivered, of the items chosen to be public, no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from duixian.ledger.measures import written
from duixian.ledger.plans import Item, Plan, State
from duixian.ledger.progress import Progress
from duixian.ledger.rounds import Due, Round, due_id
from duixian.ledger.tables import Tables
from duixian.ledger.views import Names, names, order
from duixian.reporting.tables import csv_rows
from duixian.web.bookkeeping import book_of
from duixian.web.pages import render, say
from duixian.web.security import RefusedError

ROOM = None
CACHED = {"cache-control": "public, max-age=300", "vary": "cookie"}
COLUMNS = ("number", "section", "text", "kind", "measures", "reached", "lead", "deadline", "outcome")
router = APIRouter()
_HIDDEN = frozenset({State.MERGED, State.SPLIT})
_OUTCOMES = {State.CLOSED: "delivered", State.TERMINATED: "ended", State.CARRIED: "carried"}


@dataclass(frozen=True, slots=True)
class Promise:
    """A public item. reached: what the last round that was closed says of its measures. outcome: delivered, under_way,
    ended or carried."""

    number: str
    section: str
    text: str
    kind: str
    measures: str
    reached: str
    lead: str
    deadline: str
    outcome: str


@dataclass(frozen=True, slots=True)
class PublicPlan:
    """What the public sees of a plan. government: name. period: of the last closed round, "" before there is one."""

    plan: str
    title: str
    year: int
    government: str
    period: str
    items: tuple[Promise, ...]


@router.get("/public/{plan}.json")
def as_json(request: Request, plan: str) -> Response:
    """The page as data."""
    import orjson

    data = orjson.dumps(public_plan(request, plan), option=orjson.OPT_INDENT_2)
    return Response(data, media_type="application/json", headers=CACHED)


@router.get("/public/{plan}.csv")
def as_csv(request: Request, plan: str) -> Response:
    """The items as a table."""
    return Response(csv_of(request, plan), media_type="text/csv; charset=utf-8", headers=CACHED)


@router.get("/public/{plan}")
def page(request: Request, plan: str) -> Response:
    """The page, for everybody, without signing in."""
    found = public_plan(request, plan)
    sections: dict[str, list[Promise]] = {}
    for one in found.items:
        sections.setdefault(one.section, []).append(one)
    delivered = sum(one.outcome == "delivered" for one in found.items)
    answer = render(
        request,
        "public.html",
        cookies=False,
        plan=found,
        sections=sections,
        delivered=delivered,
        total=len(found.items),
    )
    answer.headers.update(CACHED)
    return answer


def public_plan(request: Request, plan: str) -> PublicPlan:
    """What is public of a plan. Raises RefusedError, alike for one that is not public and one that is not there."""
    with book_of(request).read() as tables:
        row = tables.get(Plan, plan)
        items = [item for item in tables.select(Item, plan=plan) if item.public and item.state not in _HIDDEN]
        if row is None or not items:
            raise RefusedError(404, "没有这个公开页", "请核对网址")
        closed = [one for one in tables.select(Round, plan=plan) if one.state == "closed"]
        last = max(closed, key=lambda one: (one.due, one.id), default=None)
        called = names(tables)
        return PublicPlan(
            plan,
            row.title,
            row.year,
            called.organisation(row.organisation),
            last.period if last else "",
            tuple(_promise(tables, item, last, called) for item in sorted(items, key=lambda item: order(item.number))),
        )


def csv_of(request: Request, plan: str) -> bytes:
    """The items as CSV."""
    speak = say(request)
    found = public_plan(request, plan)
    rows: list[list[Any]] = []
    for one in found.items:
        cells = {name: getattr(one, name) for name in COLUMNS}
        cells |= {"kind": speak(f"kind_{one.kind}"), "outcome": speak(f"outcome_{one.outcome}")}
        rows.append([cells[name] for name in COLUMNS])
    return ("\ufeff" + csv_rows([speak(f"col_{name}") for name in COLUMNS], rows)).encode()


def _promise(tables: Tables, item: Item, last: Round | None, called: Names) -> Promise:
    # Numbers are public once a round that holds them was closed; before that they are the office's own.
    due = tables.get(Due, due_id(last.id, item.id)) if last else None
    progress = due.frozen.progress if due is not None and due.frozen is not None else None
    report = tables.get(Progress, progress) if progress else None
    reached = "；".join(f"{one.measure}{one.value:,.10g}{one.unit}" for one in report.readings) if report else ""
    return Promise(
        item.number,
        item.section,
        item.text,
        item.kind.value,
        "；".join(map(written, item.measures)),
        reached,
        called.organisation(item.lead),
        item.deadline,
        _OUTCOMES.get(item.state, "under_way"),
    )
