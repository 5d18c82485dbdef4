"""What supervisors make of an item: measures spread, milestones on the way, parts of a whole."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter, Request

from duixian.ledger.errors import LedgerError
from duixian.ledger.measures import Measure
from duixian.ledger.plans import Item, Milestone, item_id
from duixian.ledger.reshaping import ItemSplit, Part
from duixian.ledger.slicing import MeasureSliced, Slice, Slicing, slicing_id
from duixian.ledger.tables import Tables
from duixian.web.api.book_schemas import WrittenOut
from duixian.web.api.items import written_of
from duixian.web.api.shaping_schemas import MilestonesIn, PartIn, SliceIn, SlicingIn, SplitIn, SplitOut
from duixian.web.bookkeeping import Known, actor, ledger_of, require_sight
from duixian.web.shaping import owners_of_part, with_milestones

router = APIRouter(tags=["items"])


@router.post("/slicings", summary="Spread a measure of an item")
def spread(request: Request, who: Known, wish: SlicingIn) -> WrittenOut:
    """Over quarters, months, districts, industries or organisations; the version of the item stays."""
    ledger = ledger_of(request)
    slices = _slices(wish.slices)
    with ledger.read() as tables:
        row = tables.need(Item, wish.item, "事项")
        require_sight(tables, who, row)
        now = tables.get(Slicing, slicing_id(row.id, wish.measure, wish.along))
        if wish.seen is not None and _slices(wish.seen) != (now.slices if now else ()):
            raise LedgerError(
                f"{row.number} {wish.measure}", "您填写时，别人已经分解过", "请对照现在的分解，核对后再提交"
            )
    reason = (wish.reason or "").strip() or None
    ledger.record(actor(who), MeasureSliced(row.id, wish.measure, wish.along, slices, wish.manner, reason))
    return written_of(request, row.id)


@router.post("/milestones", summary="Set the milestones of an item")
def milestones(request: Request, who: Known, wish: MilestonesIn) -> WrittenOut:
    """All of them at once; everything else of the item stays."""
    ledger = ledger_of(request)
    with ledger.read() as tables:
        row = tables.need(Item, wish.item, "事项")
        require_sight(tables, who, row)
    stones = [Milestone(one.name.strip(), one.due, one.percent) for one in wish.milestones]
    # What stays was read above: nobody may have changed it since.
    version = row.version if wish.version is None else wish.version
    ledger.record(actor(who), with_milestones(row, stones, wish.reason), expect={row.id: version})
    return written_of(request, row.id)


@router.post("/splits", summary="Split an item", status_code=201)
def split(request: Request, who: Known, wish: SplitIn) -> SplitOut:
    """Several items take its place, each with all its words; every measure goes with one of them."""
    ledger = ledger_of(request)
    with ledger.read() as tables:
        row = tables.need(Item, wish.item, "事项")
        require_sight(tables, who, row)
        _check_once(row, wish.parts)
        parts = tuple(_part(tables, row, one) for one in wish.parts)
    version = row.version if wish.version is None else wish.version
    ledger.record(actor(who), ItemSplit(row.id, parts, wish.reason.strip()), expect={row.id: version})
    return SplitOut(items=[item_id(row.plan, one.number) for one in parts])


def _slices(given: list[SliceIn]) -> tuple[Slice, ...]:
    return tuple(Slice(one.name.strip(), one.value, one.organisation) for one in given)


def _check_once(row: Item, parts: list[PartIn]) -> None:
    """Raise LedgerError where a measure would be counted twice."""
    placed = Counter(name for part in parts for name in dict.fromkeys(part.measures))
    for name, times in placed.items():
        if times > 1:
            raise LedgerError(row.id, f"数量目标“{name}”分给了几个部分", "请只分给其中一部分")


def _part(tables: Tables, row: Item, one: PartIn) -> Part:
    measures = tuple(_measure(row, name) for name in dict.fromkeys(one.measures))
    owners = owners_of_part(tables, row, one.lead or "")
    return Part(one.number.strip(), one.text.strip(), measures, one.deadline, owners)


def _measure(row: Item, name: str) -> Measure:
    for measure in row.measures:
        if measure.name == name:
            return measure
    names = "、".join(one.name for one in row.measures) or "（无）"
    raise LedgerError(row.id, f"没有“{name}”这个数量目标", f"该事项的数量目标有：{names}")
