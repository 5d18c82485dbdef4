"""Supervision orders and lists of problems: issued, moved, listed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request

from duixian.ledger.errors import NotAllowedError
from duixian.ledger.orders import Order, OrderIssued, OrderMoved, order_flow
from duixian.ledger.orders import overdue as order_late
from duixian.ledger.plans import Item
from duixian.ledger.problems import Problem, ProblemFound, ProblemMoved, problem_flow
from duixian.ledger.problems import overdue as problem_late
from duixian.ledger.seeing import may_see, visible_matters
from duixian.ledger.tables import Tables
from duixian.ledger.workflow import Matter, Workflow, available
from duixian.web.api.schemas import EvidenceOut
from duixian.web.api.supervision_schemas import (
    ListedOut,
    OrderActionIn,
    OrderIn,
    OrderOut,
    OrdersOut,
    ProblemActionIn,
    ProblemIn,
    ProblemsOut,
)
from duixian.web.bookkeeping import (
    AsOf,
    Known,
    actor,
    book_of,
    called,
    ledger_of,
    person_of,
    require_sight,
    today,
)
from duixian.web.visitors import Visitor

router = APIRouter(tags=["supervision"])
M = TypeVar("M", bound=Matter)
_ORDER_OF_OTHERS, _PROBLEM_OF_OTHERS = "这是其他单位的督办单", "这是其他单位的问题"
About = Annotated[str, Query(max_length=300, description="Id of an item that they are about.")]
Asked = Annotated[str, Query(max_length=200, description="Id of the organisation that is asked.")]
InState = Annotated[str, Query(max_length=40)]
Limit = Annotated[int, Query(ge=1, le=1000)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]


@router.get("/orders", summary="Supervision orders")
def orders(
    request: Request,
    who: Known,
    as_of: AsOf,
    item: About = "",
    organisation: Asked = "",
    state: InState = "",
    limit: Limit = 100,
    offset: Offset = 0,
) -> OrdersOut:
    """Those that the caller may see, the earliest reply first."""
    if not book_of(request).there:
        return OrdersOut(total=0, items=[])
    with book_of(request).read_then(as_of) as (tables, then):
        found = _sifted(visible_matters(tables, person_of(tables, who), then.select(Order)), item, organisation, state)
        found.sort(key=lambda one: (one.reply_by, one.id))
        return OrdersOut(
            total=len(found), items=[_order(tables, who, one, as_of) for one in found[offset : offset + limit]]
        )


@router.post("/orders", summary="Issue a supervision order", status_code=201)
def issue(request: Request, who: Known, wish: OrderIn) -> OrderOut:
    """Its number is the next of its year."""
    ledger = ledger_of(request)
    with ledger.read() as tables:
        for id in wish.items:
            require_sight(tables, who, tables.need(Item, id, "事项"))
    event = OrderIssued(wish.organisation, wish.subject, wish.demand, wish.reply_by, wish.level, tuple(wish.items))
    (entry,) = ledger.record(actor(who), event)
    return order(request, entry.subject, who, None)


@router.post("/orders/actions", summary="Act on a supervision order")
def move_order(request: Request, who: Known, wish: OrderActionIn) -> OrderOut:
    """Sign, reply, accept, return or withdraw."""
    with ledger_of(request).read() as tables:
        _require(tables, who, tables.need(Order, wish.order, "督办单"), _ORDER_OF_OTHERS)
    ledger_of(request).record(actor(who), OrderMoved(wish.order, wish.action, wish.text, wish.due))
    return order(request, wish.order, who, None)


@router.get("/orders/{order:path}", summary="A supervision order")
def order(request: Request, order: str, who: Known, as_of: AsOf) -> OrderOut:
    """One order, and what the caller may do with it."""
    with book_of(request).read_then(as_of) as (tables, then):
        row = then.need(Order, order, "督办单")
        _require(tables, who, row, _ORDER_OF_OTHERS)
        return _order(tables, who, row, as_of)


@router.get("/problems", summary="Lists of problems")
def problems(
    request: Request,
    who: Known,
    as_of: AsOf,
    item: About = "",
    organisation: Asked = "",
    state: InState = "",
    limit: Limit = 100,
    offset: Offset = 0,
) -> ProblemsOut:
    """Those that the caller may see, the earliest to be put right first."""
    if not book_of(request).there:
        return ProblemsOut(total=0, items=[])
    with book_of(request).read_then(as_of) as (tables, then):
        found = _sifted(
            visible_matters(tables, person_of(tables, who), then.select(Problem)), item, organisation, state
        )
        found.sort(key=lambda one: (one.due, one.id))
        return ProblemsOut(
            total=len(found), items=[_problem(tables, who, one, as_of) for one in found[offset : offset + limit]]
        )


@router.post("/problems", summary="List a problem", status_code=201)
def find(request: Request, who: Known, wish: ProblemIn) -> ListedOut:
    """Its number is the next of its year."""
    ledger = ledger_of(request)
    if wish.item is not None:
        with ledger.read() as tables:
            require_sight(tables, who, tables.need(Item, wish.item, "事项"))
    (entry,) = ledger.record(actor(who), ProblemFound(**wish.model_dump()))
    return problem(request, entry.subject, who, None)


@router.post("/problems/actions", summary="Act on a problem")
def move_problem(request: Request, who: Known, wish: ProblemActionIn) -> ListedOut:
    """Say what will be done, that it was done, and whether a check agrees."""
    with ledger_of(request).read() as tables:
        _require(tables, who, tables.need(Problem, wish.problem, "问题"), _PROBLEM_OF_OTHERS)
    ledger_of(request).record(actor(who), ProblemMoved(wish.problem, wish.action, wish.text, wish.due))
    return problem(request, wish.problem, who, None)


@router.get("/problems/{problem:path}", summary="A problem")
def problem(request: Request, problem: str, who: Known, as_of: AsOf) -> ListedOut:
    """One problem, and what the caller may do with it."""
    with book_of(request).read_then(as_of) as (tables, then):
        row = then.need(Problem, problem, "问题")
        _require(tables, who, row, _PROBLEM_OF_OTHERS)
        return _problem(tables, who, row, as_of)


def _sifted(found: Iterable[M], item: str, organisation: str, state: str) -> list[M]:
    return [
        one
        for one in found
        if (not item or item in one.items) and organisation in ("", one.organisation) and state in ("", str(one.state))
    ]


def _require(tables: Tables, who: Visitor, matter: Matter, reason: str) -> None:
    if not visible_matters(tables, person_of(tables, who), [matter]):
        raise NotAllowedError(matter.id, reason, "请查看本单位的事项，或联系督查人员")


def _actions(tables: Tables, who: Visitor, flow: Workflow, matter: Matter, as_of: date | None) -> list[str]:
    person = person_of(tables, who)
    if person is None or as_of is not None:
        return []
    return [action.name for action in available(tables, person, flow, matter)]


def _seen(tables: Tables, who: Visitor, items: Iterable[str]) -> list[str]:
    person = person_of(tables, who)
    return [id for id in items if (row := tables.get(Item, id)) is not None and may_see(tables, person, row)]


def _order(tables: Tables, who: Visitor, row: Order, as_of: date | None) -> OrderOut:
    values = {name: value for name, value in asdict(row).items() if name in OrderOut.model_fields}
    return OrderOut(
        **values
        | {
            "items": _seen(tables, who, row.items),
            "organisation_name": called(tables).organisation(row.organisation),
            "late": order_late(row, as_of or today()),
            "actions": _actions(tables, who, order_flow(), row, as_of),
        }
    )


def _problem(tables: Tables, who: Visitor, row: Problem, as_of: date | None) -> ListedOut:
    values = {name: value for name, value in asdict(row).items() if name in ListedOut.model_fields}
    return ListedOut(
        **values
        | {
            "item": next(iter(_seen(tables, who, row.items)), None),
            "organisation_name": called(tables).organisation(row.organisation),
            "evidence": EvidenceOut(**row.evidence.to_dict()) if row.evidence else None,
            "late": problem_late(row, as_of or today()),
            "actions": _actions(tables, who, problem_flow(), row, as_of),
        }
    )
