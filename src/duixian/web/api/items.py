"""Items, actions on them, reports of their progress."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, File, Request, UploadFile
from starlette.responses import Response

from duixian.ledger.attachments import Attachment
from duixian.ledger.errors import NotAllowedError
from duixian.ledger.measures import Measure, written
from duixian.ledger.plans import Item, ItemKind, ItemRevised, State, Suggestion, confirmed
from duixian.ledger.progress import ProgressReported, Reading
from duixian.ledger.sheets.quantities import known_as
from duixian.ledger.states import ItemMoved
from duixian.web.api.book_schemas import (
    ActionIn,
    FileOut,
    HistoryOut,
    ItemOut,
    MeasureOut,
    MilestoneOut,
    PointOut,
    ReadingOut,
    ReportIn,
    ReportOut,
    SliceOut,
    SlicingOut,
    WayOut,
    WrittenOut,
)
from duixian.web.api.schemas import EvidenceOut
from duixian.web.api.supervision_schemas import RevisionIn
from duixian.web.bookkeeping import AsOf, Known, actor, ledger_of, require_sight
from duixian.web.items import chart_bytes, file_of, item_sight
from duixian.web.language import language_of
from duixian.web.reports import reported

router = APIRouter(tags=["items"])
_BINARY = {"schema": {"type": "string", "format": "binary"}}


@router.get("/items/{item:path}", summary="An item")
def item(request: Request, item: str, who: Known, as_of: AsOf) -> ItemOut:
    """An item with its words, measures, ways, reports and history. Its id holds a slash."""
    sight = item_sight(request, item, who, as_of)
    row, light = sight["item"], sight["light"]
    proposed = row.suggestion if row.lead is None else None
    return ItemOut(
        id=row.id,
        plan=row.plan,
        number=row.number,
        text=row.text,
        kind=row.kind,
        section=row.section,
        state=row.state,
        lead=row.lead,
        supporting=list(row.supporting),
        leader=row.leader,
        proposed_lead=proposed.lead if proposed else None,
        proposed_supporting=list(proposed.supporting) if proposed else [],
        reasons=list(proposed.reasons) if proposed else [],
        first_deadline=row.first_deadline,
        deadline=row.deadline,
        extension_asked=row.extension_asked,
        public=row.public,
        version=row.version,
        light=light.colour,
        why=light.sentence if language_of(request) == "zh" else light.english,
        measures=[
            MeasureOut(name=one.name, op=one.op, value=one.value, value2=one.value2, unit=one.unit, text=written(one))
            for one in row.measures
        ],
        milestones=[MilestoneOut(**asdict(one)) for one in row.milestones],
        slicings=[
            SlicingOut(
                measure=one.measure,
                along=one.along,
                manner=one.manner,
                slices=[SliceOut(**asdict(each)) for each in one.slices],
                reason=one.reason,
            )
            for one in sight["slicings"]
        ],
        document=sight["plan"].document,
        records=list(row.records),
        sources=list(row.sources),
        became=list(row.became),
        evidence=[EvidenceOut(**one.to_dict()) for one in row.evidence],
        actions=[action.name for action in sight["actions"]],
        may_report=sight["slip"] is not None,
        may_revise=sight["may_revise"] and as_of is None and sight["plan"].state == "open",
        names=_names(sight),
        ways=[
            WayOut(
                measure=line.measure.name if line.measure else None,
                target=line.goal.target,
                planned=[PointOut(day=day.isoformat(), value=value) for day, value in line.points],
                reported=[PointOut(day=one.about.isoformat(), value=one.value) for one in line.readings],
            )
            for line in sight["lines"]
        ],
        reports=[
            ReportOut(
                id=one.id,
                who=one.who,
                time=one.time,
                readings=[ReadingOut(**asdict(reading)) for reading in one.readings],
                percent=one.percent,
                milestone=one.milestone,
                sentence=one.sentence,
                problems=one.problems,
                help=one.help,
                attachments=[FileOut(**asdict(file)) for file in one.attachments],
            )
            for one in sight["reports"]
        ],
        history=[HistoryOut(**one) for one in sight["history"]],
    )


@router.get(
    "/trajectories/{item:path}",
    summary="The way of an item as a picture",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}},
)
def trajectory(request: Request, item: str, who: Known, as_of: AsOf, line: int = 0) -> Response:
    """SVG of the way of one measure, by its place from 0."""
    return Response(chart_bytes(request, who, item, line, as_of), media_type="image/svg+xml")


@router.post("/actions", summary="Act on an item")
def act(request: Request, who: Known, wish: ActionIn) -> WrittenOut:
    """Assign, accept, submit, close and the rest; which are open to the caller, the item tells."""
    ledger = ledger_of(request)
    with ledger.read() as tables:
        require_sight(tables, who, tables.need(Item, wish.item, "事项"))
    event = ItemMoved(wish.item, wish.action, wish.reason, wish.lead, tuple(wish.supporting), wish.deadline)
    ledger.record(actor(who), event, expect={wish.item: wish.version} if wish.version is not None else {})
    return written_of(request, wish.item)


@router.post("/revisions", summary="Revise an item")
def revise(request: Request, who: Known, wish: RevisionIn) -> WrittenOut:
    """Correct wording, kind and measures, and until it is assigned its suggested owners and deadline too."""
    ledger = ledger_of(request)
    with ledger.read() as tables:
        row = tables.need(Item, wish.item, "事项")
        require_sight(tables, who, row)
    event = ItemRevised(
        row.id,
        row.text if wish.text is None else wish.text.strip(),
        row.kind if wish.kind is None else ItemKind(wish.kind),
        row.measures if wish.measures is None else _measures(row, wish),
        wish.reason.strip(),
        suggestion=_owners(row, wish),
        deadline=wish.deadline,
    )
    # What is left out was read above: nobody may have changed it since.
    ledger.record(actor(who), event, expect={row.id: row.version if wish.version is None else wish.version})
    return written_of(request, row.id)


@router.post("/reports", summary="Report progress")
def report(request: Request, who: Known, wish: ReportIn) -> WrittenOut:
    """What was done, how far each measure is. An item that waits to be accepted is accepted with it."""
    event = ProgressReported(
        wish.item,
        wish.sentence.strip(),
        tuple(Reading(one.measure, one.value, one.unit) for one in wish.readings),
        wish.percent,
        wish.milestone,
        wish.problems,
        wish.help,
        wish.correction,
        attachments=tuple(Attachment(one.name, one.sha256, one.size, one.media) for one in wish.attachments),
    )
    fresh = reported(ledger_of(request), actor(who), event, wish.version, wish.round or "")
    return written_of(request, wish.item, not fresh)


@router.post("/attachments", summary="Keep a file for a report", status_code=201)
def attach(request: Request, who: Known, file: Annotated[UploadFile, File()]) -> FileOut:
    """Keep the bytes; the answer is what a report then names."""
    actor(who)
    kept = ledger_of(request).attach_bytes(file.filename or "", file.file.read())
    return FileOut(**asdict(kept))


@router.get(
    "/attachments/{sha256}",
    summary="A file of a report",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": _BINARY}}},
)
def attachment(request: Request, who: Known, sha256: str, item: str) -> Response:
    """The bytes of an attachment of an item."""
    data, _, _ = file_of(request, who, item, sha256)
    return Response(data, media_type="application/octet-stream")


def _names(sight: dict[str, Any]) -> dict[str, str]:
    """What the people and organisations that the item, its reports and its history name are called."""
    row, called = sight["item"], sight["names"]
    suggestion = row.suggestion or Suggestion(None)
    offices = (row.lead, *row.supporting, suggestion.lead, *suggestion.supporting)
    people = (row.leader, *(one.who for one in sight["reports"]), *(one["who"] for one in sight["history"]))
    found = {id: called.organisation(id) for id in offices if id}
    return found | {id: called.person(id) for id in people if id}


def written_of(request: Request, item: str, repeated: bool = False) -> WrittenOut:
    """What became of a change of an item."""
    with ledger_of(request).read() as tables:
        return WrittenOut(item=item, version=tables.need(Item, item, "事项").version, repeated=repeated)


def _measures(row: Item, wish: RevisionIn) -> tuple[Measure, ...]:
    read = [Measure(one.name, one.op, one.value, one.unit, one.value2) for one in wish.measures or ()]
    return tuple(known_as(one.name, one, row.measures) for one in read)


def _owners(row: Item, wish: RevisionIn) -> Suggestion | None:
    """The owners that are suggested from now on; None where they stay."""
    if wish.lead is None and wish.supporting is None:
        return None
    if row.state is not State.REGISTERED:
        raise NotAllowedError(row.id, "已交办事项的单位不能直接修改", "请用转办或调整配合单位")
    present = row.suggestion or Suggestion(None)
    lead = present.lead if wish.lead is None else wish.lead.strip() or None
    supporting = present.supporting if wish.supporting is None else tuple(wish.supporting)
    if (lead, supporting) == (present.lead, present.supporting):
        return None
    return confirmed(lead, (one for one in supporting if one != lead))
