"""Opening a plan 建账: a report's proposed items in a grid, corrected and confirmed, then written to the book."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from duixian.corpus.readings import Reading
from duixian.corpus.texts import typed_record
from duixian.documents.model import Document
from duixian.ledger.errors import LedgerError, UnknownNameError
from duixian.ledger.founding import Founder, founding
from duixian.ledger.kinds import Event
from duixian.ledger.measures import Measure, written
from duixian.ledger.opening import Proposal, proposals_of
from duixian.ledger.organisations import LedgerOpened, Organisation, OrganisationAdded
from duixian.ledger.plans import CONFIRMED, ItemKind, ItemRegistered, PlanOpened, confirmed
from duixian.records import Commitment, DocumentRecord, Figure, Project
from duixian.vocabulary.departments import load_departments
from duixian.web.bookkeeping import Form, Known, book_of, ledger_of
from duixian.web.desk import Desk
from duixian.web.owners import reason_text
from duixian.web.pages import go, render, say
from duixian.web.security import text_field
from duixian.web.visitors import Visitor

ROOM = None
GRAINS = ("sentence", "clause")
EDITED = ("text", "kind", "lead", "supporting", "deadline")
SURE = 0.5
"""Suggestions below this confidence are shown first."""
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the grid. members: numbers of the proposals that it is made of. out: left out at opening."""

    number: str
    members: tuple[str, ...]
    text: str
    kind: str
    lead: str
    supporting: str
    deadline: str
    confidence: float
    reasons: str
    measures: str
    quote: str
    out: bool = False
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Corrected:
    """A document with its corrected records, as comparisons take it."""

    document: Document
    record: DocumentRecord
    found: dict[str, tuple[Any, ...]]

    def figures(self) -> Sequence[Figure]:
        return self.found["figure"]

    def commitments(self) -> Sequence[Commitment]:
        return self.found["commitment"]

    def projects(self) -> Sequence[Project]:
        return self.found["project"]


@router.get("/documents/{document}/plan")
def grid(request: Request, document: str, who: Known, grain: str = "sentence", sort: str = "low") -> Response:
    """The items that a document asks for, to be looked through."""
    grain = grain if grain in GRAINS else GRAINS[0]
    _, proposals = proposed(request, document, grain)
    return _page(request, document, grain, [row_of(one) for one in proposals], sort)


@router.post("/documents/{document}/plan")
def work(request: Request, document: str, who: Known, form: Form) -> Response:
    """Do something to the chosen lines, or open the plan."""
    grain = text_field(form, "grain") if text_field(form, "grain") in GRAINS else GRAINS[0]
    sort = text_field(form, "sort")
    _, proposals = proposed(request, document, grain)
    rows = _returned([row_of(one) for one in proposals], form)
    act = text_field(form, "act")
    try:
        if act == "open":
            plan = opened(request, who, document, grain, rows, _wishes(form))
            return go(f"/plans/{plan}", done="opened", sort="confidence")
        rows = _changed(rows, act, form)
    except LedgerError as error:
        return _page(request, document, grain, rows, sort, say(request).told(error), form, 400)
    return _page(request, document, grain, rows, sort, None, form)


def proposed(request: Request, document: str, grain: str) -> tuple[DocumentRecord, list[Proposal]]:
    """The items that a document of the library asks for. Raises LedgerError where it plans no year."""
    desk: Desk = request.app.state.desk
    reading = desk.reading(document)
    key = ("proposals", id(reading), grain)
    # The reading is part of the answer, so that its address is not given to another while the answer is kept.
    _, record, found = desk.kept.get(key, lambda: (reading, *_proposed(reading, grain)))
    if record.plan_year is None or not found:
        raise LedgerError(reading.entry.title, "这份文件里没有可以立项的年度任务", "请换一份写明年度安排的文件")
    return record, found


def opened(
    request: Request, who: Visitor, document: str, grain: str, rows: Sequence[Row], wishes: dict[str, str]
) -> str:
    """Open the plan with these lines; its id. Raises LedgerError.

    wishes: plan, title, and person and name of who founds a new ledger; "" for the usual.
    """
    record, proposals = proposed(request, document, grain)
    by_number = {one.number: one for one in proposals}
    kept = [row for row in rows if not row.out]
    if not kept:
        raise LedgerError(record.title, "一项也没有选", "请至少保留一项")
    wanted = [_proposal(row, by_number) for row in kept]
    ledger = ledger_of(request)
    with ledger.read() as tables:
        present = {row.id: row.name for row in tables.select(Organisation)}
        founder = Founder(
            who.person or wishes.get("person") or "supervisor", wishes.get("name") or who.name or "督查人员"
        )
        events = founding(
            tables, record, wanted, wishes.get("plan") or None, wishes.get("title") or None, None, founder
        )
    names = {name: id for id, name in present.items()}
    for event in events:
        if isinstance(event, LedgerOpened):
            names[event.government_name] = event.government
        elif isinstance(event, OrganisationAdded):
            names[event.name] = event.organisation
    lines = iter(zip(kept, wanted, strict=True))
    events = [_owned(event, *next(lines), names) if isinstance(event, ItemRegistered) else event for event in events]
    if not present:
        acting = founder.person
    elif who.person is None:
        raise LedgerError(who.name or "访客", "台账里没有登记您", "请联系督查人员登记，或先登录")
    else:
        acting = who.person
    ledger.record(acting, *events)
    return next(event.plan for event in events if isinstance(event, PlanOpened))


def as_read(reading: Reading) -> Corrected:
    """A document of the library as comparisons and plans take it, with what people corrected."""
    kinds: dict[str, type[Any]] = {"figure": Figure, "commitment": Commitment, "project": Project}
    found = {name: tuple(typed_record(kind, row) for row in reading.amended.rows[name]) for name, kind in kinds.items()}
    return Corrected(reading.document, reading.document.record, found)


def _proposed(reading: Reading, grain: str) -> tuple[DocumentRecord, list[Proposal]]:
    read = as_read(reading)
    return read.record, proposals_of(read, grain == "sentence", owners=reading.amended.owners)


def row_of(one: Proposal) -> Row:
    """The line of a proposed item."""
    return Row(
        one.number,
        (one.number,),
        one.text,
        one.kind.value,
        one.assignment.lead_name,
        "、".join(one.assignment.supporting_names),
        one.deadline or "",
        one.assignment.confidence if one.assignment.lead else 0.0,
        "；".join(reason_text(reason, "zh") for reason in one.assignment.reasons[:3]),
        "；".join(written(measure) for measure in one.measures),
        "".join(span.quote for span in one.evidence),
    )


def _returned(rows: list[Row], form: FormData) -> list[Row]:
    """The lines as the form has them."""
    known = {row.number: row for row in rows}
    joined: dict[str, tuple[str, ...]] = {}
    for row in rows:
        members = tuple(part for part in text_field(form, f"members-{row.number}").split("+") if part in known)
        if len(members) > 1:
            joined[row.number] = members
    chosen = {value for value in form.getlist("row") if isinstance(value, str)}
    changes = {
        row.number: {
            name: text_field(form, f"{name}-{row.number}").strip() for name in EDITED if f"{name}-{row.number}" in form
        }
        for row in rows
    }
    found = laid_over(rows, joined, changes)
    return [replace(row, out=f"out-{row.number}" in form, chosen=row.number in chosen) for row in found]


def laid_over(
    rows: Sequence[Row], joined: Mapping[str, Sequence[str]], changes: Mapping[str, Mapping[str, str]]
) -> list[Row]:
    """The lines as somebody wants them, by number. joined: the proposals that one line is made of, itself first.

    changes: texts by field of ``EDITED``; owners by name or id, those that support with 、 between.
    """
    known = {row.number: row for row in rows}
    taken = {member for number, members in joined.items() for member in members if member != number}
    found = []
    for row in rows:
        if row.number in taken:
            continue
        if members := joined.get(row.number):
            row = _joined([known[member] for member in members])
        values = dict(changes.get(row.number, {}))
        if values.get("kind") not in set(ItemKind):
            values.pop("kind", None)
        if not values.get("text"):
            values.pop("text", None)
        found.append(replace(row, **values))  # type: ignore[arg-type]
    return found


def _joined(rows: Sequence[Row]) -> Row:
    """One line of several: led as the first of them, or the first of those that a person named an owner of."""
    first = rows[0]
    if named := [row for row in rows if row.reasons == CONFIRMED]:
        others = (name for row in named for name in (row.lead, *parts_of(row.supporting)) if name != named[0].lead)
        first = replace(
            first,
            lead=named[0].lead,
            supporting="、".join(dict.fromkeys(others)),
            confidence=named[0].confidence,
            reasons=CONFIRMED,
        )
    return replace(
        first,
        members=tuple(row.number for row in rows),
        text="；".join(row.text for row in rows),
        measures="；".join(row.measures for row in rows if row.measures),
        quote="".join(row.quote for row in rows),
        deadline=max(row.deadline for row in rows),
    )


def _changed(rows: list[Row], act: str, form: FormData) -> list[Row]:
    """The lines after something was done to those that were chosen."""
    chosen = [row for row in rows if row.chosen]
    if act != "look" and not chosen:
        raise LedgerError("批量处理", "还没有选中事项", "请先勾选左边的方框")
    change: Callable[[Row], Row] | None = None
    if act == "lead":
        lead = text_field(form, "bulk-lead").strip()
        change = lambda row: replace(row, lead=lead, confidence=1.0, reasons=CONFIRMED, chosen=False)  # noqa: E731
    elif act == "kind":
        kind = text_field(form, "bulk-kind")
        change = lambda row: replace(row, kind=kind if kind in set(ItemKind) else row.kind, chosen=False)  # noqa: E731
    elif act in ("out", "in"):
        change = lambda row: replace(row, out=act == "out", chosen=False)  # noqa: E731
    elif act == "merge":
        if len(chosen) < 2:
            raise LedgerError("合并", "至少要选中两项", "请再勾选要合并的事项")
        members = tuple(member for row in chosen for member in row.members)
        one = replace(_joined(chosen), members=members, chosen=False)
        gone = {row.number for row in chosen[1:]}
        return [one if row.number == one.number else row for row in rows if row.number not in gone]
    return [change(row) if change is not None and row.chosen else row for row in rows]


def _proposal(row: Row, proposals: dict[str, Proposal]) -> Proposal:
    parts = [proposals[member] for member in row.members]
    measures: list[Measure] = []
    for measure in (measure for part in parts for measure in part.measures):
        names = {each.name for each in measures}
        name, count = measure.name, 1
        while name in names:
            count += 1
            name = f"{measure.name}（{count}）"
        measures.append(replace(measure, name=name))
    return replace(
        parts[0],
        text=row.text,
        kind=ItemKind(row.kind),
        evidence=tuple(span for part in parts for span in part.evidence),
        records=tuple(dict.fromkeys(record for part in parts for record in part.records)),
        measures=tuple(measures),
        deadline=row.deadline or None,
    )


def parts_of(text: str) -> tuple[str, ...]:
    """The names that stand in a text with 、 between them."""
    return tuple(part.strip() for part in text.replace("，", "、").split("、") if part.strip())


def _owned(event: ItemRegistered, row: Row, proposal: Proposal, names: dict[str, str]) -> Event:
    """An item with the owners that stand in its line, where these are not those proposed.

    Of those proposed, one that this ledger does not have is told among the reasons; one that was typed is refused.
    """
    supporting = parts_of(row.supporting)
    if (row.lead, supporting) == (proposal.assignment.lead_name, proposal.assignment.supporting_names):
        return event
    if not row.lead:
        return replace(event, suggestion=None)
    called = set(names.values())
    ids = []
    for name in (row.lead, *supporting):
        id = names.get(name) or (name if name in called else None)
        if id is None:
            raise UnknownNameError(f"{row.number} {name}", "单位", names)
        ids.append(id)
    others = tuple(dict.fromkeys(id for id in ids[1:] if id != ids[0]))
    return replace(event, suggestion=confirmed(ids[0], others))


def _wishes(form: FormData) -> dict[str, str]:
    return {name: text_field(form, name).strip()[:200] for name in ("plan", "title", "person", "name")}


def _page(
    request: Request,
    document: str,
    grain: str,
    rows: list[Row],
    sort: str,
    told: dict[str, str] | None = None,
    form: FormData | None = None,
    status: int = 200,
) -> Response:
    desk: Desk = request.app.state.desk
    entry = desk.reading(document).entry
    fresh, known = True, []
    if book_of(request).there:
        with book_of(request).read() as tables:
            known = [row.name for row in tables.select(Organisation)]
            fresh = not known
    if fresh:
        known = [department.name(entry.level) for department in load_departments().departments.values()]
    shown = rows if sort == "number" else sorted(rows, key=lambda row: row.confidence >= SURE)
    return render(
        request,
        "opening.html",
        status,
        room="nav_plans",
        entry=entry,
        grain=grain,
        grains=GRAINS,
        sort=sort if sort == "number" else "low",
        rows=shown,
        unsure=sum(row.confidence < SURE and not row.out for row in rows),
        kept=sum(not row.out for row in rows),
        offices=sorted(set(known)),
        kinds=[kind.value for kind in ItemKind],
        fresh=fresh,
        there=book_of(request).there,
        told=told,
        wishes=_wishes(form) if form is not None else {"plan": "", "title": "", "person": "", "name": ""},
        sure=SURE,
    )
