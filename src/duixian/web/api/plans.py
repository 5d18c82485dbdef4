"""Plans and their items, lists and files of them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Query, Request, UploadFile
from starlette.responses import Response

from duixian.ledger.plans import SETTLED, Plan
from duixian.ledger.rounds import Round
from duixian.ledger.sheets.changes import write
from duixian.ledger.sheets.decomposition import form_of, plan_lines, table_title
from duixian.web.api.book_schemas import (
    CellOut,
    CellProblemOut,
    ChangesOut,
    ChosenIn,
    CountOut,
    LineOut,
    LinesOut,
    NoteOut,
    PlanOut,
    TableColumnOut,
    TableOut,
    TableRowOut,
)
from duixian.web.bookkeeping import (
    AsOf,
    Known,
    actor,
    book_of,
    called,
    ledger_of,
    plan_of,
    register_of,
)
from duixian.web.exports import MEDIA
from duixian.web.language import language_of
from duixian.web.leader import required
from duixian.web.listing import Sieve, listed, sieve_of, within
from duixian.web.looking import look_on
from duixian.web.plans import bulk, table_of
from duixian.web.security import safe_name
from duixian.web.table import DOCX, changes_of, table_file
from duixian.web.visitors import Visitor

router = APIRouter(tags=["plans"])
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_TEXT = {"schema": {"type": "string"}}


@router.get("/plans", summary="The years that are kept")
def plans(request: Request, who: Known, as_of: AsOf) -> list[PlanOut]:
    """All plans."""
    if not book_of(request).there:
        return []
    with book_of(request).read(as_of) as then:
        found = then.select(Plan)
    return [_plan(request, row.id, who, as_of) for row in found]


@router.get("/plans/{plan}", summary="A plan")
def plan(request: Request, plan: str, who: Known, as_of: AsOf) -> PlanOut:
    """What is known of a plan."""
    return _plan(request, plan, who, as_of)


@router.get("/plans/{plan}/items", summary="Items of a plan")
def items(
    request: Request,
    plan: str,
    who: Known,
    sieve: Annotated[Sieve, Depends(sieve_of)],
    as_of: AsOf,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> LinesOut:
    """Items that pass the filters; those of others only for those who may see them."""
    register = register_of(request, plan, who, as_of)
    with book_of(request).read() as tables:
        names, below = called(tables), within(tables, sieve.organisation)
    found = listed(register, sieve, below)
    chinese = language_of(request) == "zh"
    return LinesOut(
        total=len(found.lines),
        lights=dict(found.lights),
        states=dict(found.states),
        items=[
            LineOut(
                id=line.id,
                number=line.number,
                text=line.text,
                section=line.section,
                kind=line.kind,
                state=line.state,
                lead=names.organisation(line.lead),
                supporting=[names.organisation(one) for one in line.supporting],
                proposed=line.proposed,
                confidence=line.confidence,
                deadline=line.deadline,
                public=line.public,
                version=line.version,
                light=line.colour,
                why=line.why if chinese else line.why_english,
            )
            for line in found.lines[offset : offset + limit]
        ],
    )


@router.get(
    "/plans/{plan}/items.{format}",
    summary="The list as a file",
    response_class=Response,
    responses={200: {"content": {MEDIA["xlsx"]: _BINARY, "text/csv": _TEXT}}},
)
def items_file(
    request: Request,
    plan: str,
    format: Literal["xlsx", "csv"],
    who: Known,
    sieve: Annotated[Sieve, Depends(sieve_of)],
    as_of: AsOf,
) -> Response:
    """XLSX or CSV."""
    data, media, _ = table_of(request, plan, who, sieve, format, as_of)
    return Response(data, media_type=media)


@router.post("/plans/{plan}/assignments", summary="Assign items as suggested")
def assign(request: Request, plan: str, who: Known, wish: ChosenIn) -> CountOut:
    """Assign those of the items that are registered and have a suggested lead; all or none."""
    return CountOut(changed=bulk(request, plan, who, tuple(wish.items), "assign"))


@router.post("/plans/{plan}/publication", summary="Make items public or take them back")
def publish(request: Request, plan: str, who: Known, wish: ChosenIn) -> CountOut:
    """All or none."""
    return CountOut(changed=bulk(request, plan, who, tuple(wish.items), "publish" if wish.public else "conceal"))


@router.get("/plans/{plan}/table", summary="The decomposition table")
def table_data(
    request: Request,
    plan: str,
    who: Known,
    as_of: AsOf,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> TableOut:
    """Only for those who oversee the whole."""
    look = look_on(request, as_of)
    row = required(look, plan, who)
    with look.read() as (_, then):
        lines = plan_lines(then, row.id)
        return TableOut(
            title=table_title(then, row.id),
            total=len(lines),
            columns=[TableColumnOut(key=one.key, heading=one.heading) for one in form_of(then).columns],
            rows=[
                TableRowOut(item=one.item.id, proposed=one.proposed, cells=dict(one.cells))
                for one in lines[offset : offset + limit]
            ],
        )


@router.get(
    "/plans/{plan}/table.{format}",
    summary="The decomposition table as a file",
    response_class=Response,
    responses={200: {"content": {MEDIA["xlsx"]: _BINARY, DOCX: _BINARY, "text/csv": _TEXT}}},
)
def table(request: Request, plan: str, format: Literal["xlsx", "docx", "csv"], who: Known, as_of: AsOf) -> Response:
    """XLSX, DOCX or CSV."""
    data, media, _ = table_file(request, plan, format, who, as_of)
    return Response(data, media_type=media)


@router.post("/plans/{plan}/table", summary="Bring back an edited decomposition table")
def import_table(
    request: Request,
    plan: str,
    who: Known,
    file: Annotated[UploadFile, File(description="XLSX or CSV.")],
    apply: Annotated[bool, Query(description="Write what it asks for; without it, only tell.")] = False,
) -> ChangesOut:
    """What the table would change; written in one transaction when there are no problems and it is asked for."""
    changes = changes_of(request, plan, who, safe_name(file.filename or ""), file.file.read())
    done = False
    if apply and not changes.problems:
        write(ledger_of(request), actor(who), changes)
        done = True
    return ChangesOut(
        changes=[
            CellOut(row=one.row, target=one.target, field=one.field, before=one.before, after=one.after)
            for one in changes.changes
        ],
        problems=[
            CellProblemOut(row=one.row, column=one.column, value=one.value, reason=one.reason, remedy=one.remedy)
            for one in changes.problems
        ],
        notes=[NoteOut(row=one.row, column=one.column, text=one.text) for one in changes.notes],
        absent=list(changes.absent),
        written=done,
    )


def _plan(request: Request, plan: str, who: Visitor, as_of: date | None) -> PlanOut:
    with book_of(request).read(as_of) as then:
        row = plan_of(then, plan)
        name = called(then).organisation(row.organisation)
        rounds = [one.id for one in then.select(Round, plan=plan, state="open")]
    lines = register_of(request, plan, who, as_of).lines
    return PlanOut(
        id=row.id,
        title=row.title,
        year=row.year,
        organisation=row.organisation,
        organisation_name=name,
        document=row.document,
        state=row.state,
        items=len(lines),
        settled=sum(line.state in SETTLED for line in lines),
        lights=dict(Counter(str(line.colour) for line in lines)),
        rounds=rounds,
    )
