"""My minute: what one person owes in the rounds that are open, one number and one sentence for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from duixian.access.errors import LinkError
from duixian.ledger.duty import asked
from duixian.ledger.errors import LedgerError, NotAllowedError, StaleError
from duixian.ledger.organisations import Group, Organisation, Person, Role, holds
from duixian.ledger.plans import Item, Plan
from duixian.ledger.rounds import Due, Round
from duixian.ledger.tables import Tables
from duixian.ledger.views import names, order
from duixian.web.bookkeeping import Form, Reporting, actor, book_of, ledger_of, person_of, today
from duixian.web.pages import Room, render, say
from duixian.web.reports import Filled, RoundOverError, Slip, may_report, slip_for, slip_of, taken
from duixian.web.security import text_field
from duixian.web.visitors import NONE, Visitor, reporter

ROOM = Room("nav_minute", "/minute", 40)
router = APIRouter()
_MOST = 300  # slips on a page
_KEYS = tuple(f"-{number}" for number in range(2 * _MOST))
_OWING = (Role.OWNER, Role.CONTRIBUTOR)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a slip: done, twice, stale, over or refused. told: what, why and what to do, where it failed."""

    state: str
    filled: Filled
    told: dict[str, str] | None = None


@router.get("/minute")
def minute(request: Request, who: Reporting) -> Response:
    """What this person owes now."""
    return _page(request, who, {})


@router.post("/minute")
def report(request: Request, form: Form) -> Response:
    """Take one slip or all that were filled in; each is written or refused by itself."""
    slips = {key: slip_of(form, key) for key in _KEYS if f"item{key}" in form}
    try:
        who = reporter(request)
    except LinkError as error:
        # Whoever came by a link that has ended meanwhile still gets back what was written.
        told = say(request).told(error)
        over = {slip.item: Outcome("over", slip, told) for slip in slips.values() if slip.is_touched}
        return _page(request, Visitor(None, "", NONE), over, status=410)
    only, anyway = text_field(form, "only"), text_field(form, "anyway")
    outcomes: dict[str, Outcome] = {}
    for key, filled in slips.items():
        wanted = filled.item == (only or anyway) if only or anyway else filled.is_touched
        if wanted:
            outcomes[filled.item] = _taken(request, who, filled, form, key, bool(anyway))
    failed = any(outcome.told for outcome in outcomes.values())
    kept = {slip.item: slip for slip in slips.values() if slip.item not in outcomes}
    return _page(request, who, outcomes, kept, 409 if failed else 200, not outcomes)


def _taken(request: Request, who: Visitor, filled: Filled, form: FormData, key: str, anyway: bool) -> Outcome:
    wanted = replace(filled, round="", version=None) if anyway else filled
    speak = say(request)
    try:
        if who.round is not None:
            _require_owed(request, who, wanted)
        fresh = taken(ledger_of(request), actor(who), wanted, form, key)
        return Outcome("done" if fresh else "twice", filled)
    except RoundOverError as error:
        return Outcome("over", filled, speak.told(error))
    except StaleError as error:
        return Outcome("stale", filled, speak.told(error))
    except LedgerError as error:
        return Outcome("refused", filled, speak.told(error))


def _require_owed(request: Request, who: Visitor, filled: Filled) -> None:
    """Raise NotAllowedError unless a link's one round asks for this item."""
    with book_of(request).read() as tables:
        person = person_of(tables, who)
        items = {slip.item.id for slip in owed(tables, person, who.round)} if person else set()
    if filled.round != who.round or filled.item not in items:
        raise NotAllowedError(filled.item, "这个链接只能填报它所指的调度期", "请登录后填报")


def owed(tables: Tables, person: Person, only: str | None = None) -> list[Slip]:
    """What a person owes in all open rounds, or in one only, by round and number."""
    organisations = [row.id for row in tables.select(Organisation) if holds(tables, person, _OWING, row.id)]
    groups = [row.id for row in tables.select(Group) if asked(tables, person, row.id)]
    organisations += [id for id in groups if id not in organisations]
    found: list[tuple[Any, Round, Item, Due]] = []
    for round in tables.select(Round, state="open"):
        if only not in (None, round.id):
            continue
        for organisation in organisations:
            for due in tables.select(Due, round=round.id, organisation=organisation):
                item = tables.need(Item, due.item, "事项")
                found.append(((round.due, round.id, order(item.number)), round, item, due))
    found.sort(key=lambda each: each[0])
    return [
        slip_for(tables, item, round, f"-{number}", due) for number, (_, round, item, due) in enumerate(found[:_MOST])
    ]


def shared(tables: Tables, slips: Iterable[Slip]) -> dict[str, tuple[str, str]]:
    """Name of the group and of its chief, "" for none, by id of each organisation that is a group."""
    groups = [tables.get(Group, id) for id in {slip.due.organisation for slip in slips if slip.due}]
    found = [one for one in groups if one is not None]
    if not found:
        return {}
    called = names(tables)
    return {
        one.id: (called.organisation(one.id), f"{one.title}{called.person(one.chief)}" if one.chief else "")
        for one in found
    }


def _page(
    request: Request,
    who: Visitor,
    outcomes: dict[str, Outcome],
    kept: dict[str, Filled] | None = None,
    status: int = 200,
    nothing: bool = False,
) -> Response:
    book = book_of(request)
    if not book.there:
        return render(request, "minute.html", room=ROOM.key, groups=None, person=None)
    with book.read() as tables:
        person = person_of(tables, who)
        slips = owed(tables, person, who.round) if person else []
        groups: list[tuple[Round, Plan, list[Slip]]] = []
        for slip in slips:
            assert slip.round is not None
            if not groups or groups[-1][0].id != slip.round.id:
                groups.append((slip.round, tables.need(Plan, slip.round.plan, "年度台账"), []))
            groups[-1][2].append(slip)
        allowed = {slip.item.id: person is not None and may_report(tables, person, slip.item) for slip in slips}
        with_group = shared(tables, slips)
        # What was filled in for a round that is over stands on no list any more, but its words must not be lost.
        lost = [
            (outcome, tables.get(Item, outcome.filled.item))
            for outcome in outcomes.values()
            if outcome.told and outcome.filled.item not in allowed
        ]
    left = sum(slip.due is not None and slip.due.report is None for slip in slips)
    given = {**(kept or {}), **{item: outcome.filled for item, outcome in outcomes.items()}}
    return render(
        request,
        "minute.html",
        status,
        room=ROOM.key,
        person=person,
        groups=groups,
        allowed=allowed,
        shared=with_group,
        outcomes=outcomes,
        given=given,
        lost=lost,
        left=left,
        total=len(slips),
        done=[item for item, outcome in outcomes.items() if outcome.told is None],
        nothing=nothing,
        today=today().isoformat(),
    )
