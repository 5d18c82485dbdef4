"""The end of a year: items carried over, the plan closed, the statement of it held against the next report."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from duixian.ledger.closing import PlanClosed
from duixian.ledger.errors import UnknownNameError
from duixian.reporting.accounts.closing_statement import ClosingStatement
from duixian.web.api.book_schemas import CountOut, PlanOut
from duixian.web.api.output_schemas import (
    ClosingOut,
    CompletionOut,
    EndedOut,
    MeasureLineOut,
    SettledOut,
)
from duixian.web.api.plans import plan as plan_told
from duixian.web.bookkeeping import (
    AsOf,
    Known,
    actor,
    ledger_of,
    register_of,
)
from duixian.web.exports import MEDIA
from duixian.web.leader import file_of, required
from duixian.web.looking import look_on
from duixian.web.table import DOCX
from duixian.web.visitors import Visitor
from duixian.web.yearend import Carrying, carried, closing

router = APIRouter(tags=["plans"])
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_CONTENT = {MEDIA["xlsx"]: _BINARY, DOCX: _BINARY, "text/html": {"schema": {"type": "string"}}}
_FORBID = ConfigDict(extra="forbid")
Review = Annotated[
    str, Query(max_length=100, description="Id of the next year's report in the library, to hold the promises against.")
]
Opening = Annotated[
    str, Query(max_length=100, description="Id of the report that opened the plan, where the plan does not know it.")
]


class CarryingIn(BaseModel):
    """Items to be carried over into a later plan of the same government.

    items: ids; None for all that are not settled. to: id of that plan. deadline: ISO date, the end of that year when
    missing. left: how many were not settled when the caller looked. versions: of items, by id, as the caller has seen
    them; refused when there is another by now.
    """

    model_config = _FORBID
    to: str = Field(max_length=200)
    reason: str = Field(max_length=2000)
    items: list[str] | None = Field(None, min_length=1, max_length=2000)
    deadline: str | None = Field(None, max_length=10)
    left: int | None = Field(None, ge=0, le=10**7)
    versions: dict[str, int] = Field({}, max_length=2000)


class ClosureIn(BaseModel):
    """One sentence of the office, kept with the closure."""

    model_config = _FORBID
    summary: str = Field("", max_length=5000)


@router.post("/plans/{plan}/carrying", summary="Carry items over into a later plan")
def carry(request: Request, plan: str, who: Known, wish: CarryingIn) -> CountOut:
    """They go with words, owners and history; all or none."""
    if wish.items is not None:
        lines = {line.id: line for line in register_of(request, plan, who).lines}
        for id in wish.items:
            if id not in lines:
                raise UnknownNameError(id, "事项", lines)
    items = None if wish.items is None else tuple(dict.fromkeys(wish.items))
    asked = Carrying(wish.to, wish.reason.strip(), wish.deadline, items, wish.left, wish.versions)
    return CountOut(changed=carried(request, plan, who, asked))


@router.post("/plans/{plan}/closing", summary="Close a plan")
def close(request: Request, plan: str, who: Known, wish: ClosureIn) -> PlanOut:
    """Nothing in it changes any more; every item must be settled or carried over, every round closed."""
    ledger_of(request).record(actor(who), PlanClosed(plan, wish.summary.strip()))
    return plan_told(request, plan, who, None)


@router.get("/plans/{plan}/closing", summary="The closing statement")
def statement(
    request: Request, plan: str, who: Known, as_of: AsOf, review: Review = "", report: Opening = ""
) -> ClosingOut:
    """Every item by its outcome, before the plan is closed and after; only for those who oversee the whole."""
    made = _statement(request, plan, who, as_of, review, report)
    values = {name: getattr(made, name) for name in ClosingOut.model_fields if hasattr(made, name)}
    return ClosingOut(
        **values
        | {
            "ended": [EndedOut(**asdict(one)) for one in made.ended],
            "sections": [CompletionOut(**asdict(one)) for one in made.sections],
            "organisations": [CompletionOut(**asdict(one)) for one in made.organisations],
            "measures": [MeasureLineOut(**asdict(one)) for one in made.measures],
            "outcomes": dict(made.outcomes),
            "settled": [SettledOut(**asdict(one)) for one in made.settled_lines],
        }
    )


@router.get(
    "/plans/{plan}/closing.{format}",
    summary="The closing statement as a file",
    response_class=Response,
    responses={200: {"content": _CONTENT}},
)
def statement_file(
    request: Request,
    plan: str,
    format: Literal["html", "docx", "xlsx"],
    who: Known,
    as_of: AsOf,
    review: Review = "",
    report: Opening = "",
) -> Response:
    """HTML, DOCX or XLSX."""
    made = _statement(request, plan, who, as_of, review, report)
    return file_of(request, made, format, f"{made.plan_title}-交账报告")


def _statement(
    request: Request, plan: str, who: Visitor, as_of: date | None, review: str, report: str
) -> ClosingStatement:
    look = look_on(request, as_of)
    return closing(request, look, required(look, plan, who), review, report)
