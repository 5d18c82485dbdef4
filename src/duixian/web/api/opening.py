"""Opening a plan: the items that a document asks for, corrected and written to the book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from duixian.ledger.errors import LedgerError, UnknownNameError
from duixian.web.api.opening_schemas import EditIn, Grain, OpenedOut, PlanIn, ProposalOut, ProposalsOut
from duixian.web.bookkeeping import Known
from duixian.web.opening import SURE, Row, laid_over, opened, proposed, row_of

router = APIRouter(tags=["plans"])


@router.get("/documents/{document}/proposals", summary="The items that a document asks for")
def proposals(
    request: Request,
    document: str,
    who: Known,
    grain: Annotated[Grain, Query(description="An item for every sentence, or for every clause.")] = "sentence",
    sort: Annotated[Literal["number", "low"], Query(description="low: the unsure first.")] = "number",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> ProposalsOut:
    """To be looked through before a plan is opened; nothing is written."""
    rows = [row_of(one) for one in proposed(request, document, grain)[1]]
    unsure = sum(row.confidence < SURE for row in rows)
    if sort == "low":
        rows.sort(key=lambda row: row.confidence >= SURE)
    return ProposalsOut(total=len(rows), unsure=unsure, items=[_out(row) for row in rows[offset : offset + limit]])


@router.post("/plans", summary="Open a plan from a document", status_code=201)
def open_plan(request: Request, who: Known, wish: PlanIn) -> OpenedOut:
    """Write the items that the document asks for, as they were corrected, with their owners as suggestions."""
    rows = [row_of(one) for one in proposed(request, wish.document, wish.grain)[1]]
    _check(rows, wish)
    joined = {one.number: (one.number, *one.members) for one in wish.items if one.members}
    changes = {one.number: _texts(one) for one in wish.items}
    kept = [row for row in laid_over(rows, joined, changes) if row.number not in wish.leave_out]
    wishes = {"plan": wish.plan, "title": wish.title, "person": wish.person, "name": wish.name}
    wishes = {name: text.strip() for name, text in wishes.items()}
    return OpenedOut(plan=opened(request, who, wish.document, wish.grain, kept, wishes))


def _check(rows: Sequence[Row], wish: PlanIn) -> None:
    """Raise LedgerError for a number that is not among the proposals, or stands for two things at once."""
    known = {row.number for row in rows}
    named = [*wish.leave_out, *(number for one in wish.items for number in (one.number, *one.members))]
    for number, times in Counter(named).items():
        if number not in known:
            raise UnknownNameError(number, "拟立事项", known)
        if times > 1:
            raise LedgerError(number, "同一项写了两处", "每一项只能修改、合并或不列入一次")


def _texts(one: EditIn) -> dict[str, str]:
    given = {
        "text": one.text,
        "kind": one.kind,
        "lead": one.lead,
        "supporting": None if one.supporting is None else "、".join(one.supporting),
        "deadline": one.deadline,
    }
    return {name: text.strip() for name, text in given.items() if text is not None}


def _out(row: Row) -> ProposalOut:
    return ProposalOut.model_validate(
        {
            **{name: getattr(row, name) for name in ProposalOut.model_fields},
            "supporting": [part for part in row.supporting.split("、") if part],
        }
    )
