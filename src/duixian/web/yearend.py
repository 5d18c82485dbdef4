"""The end of a year: what is unfinished goes on in a later plan, and the book is closed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData

from duixian.comparison.reports import report_of
from duixian.corpus import CorpusError
from duixian.corpus.manifest import Entry
from duixian.ledger.closing import ItemCarried, PlanClosed
from duixian.ledger.errors import LedgerError
from duixian.ledger.plans import SETTLED, Plan
from duixian.ledger.register import Line, Register
from duixian.ledger.tables import Tables
from duixian.reporting.accounts.closing_statement import ClosingStatement, closing_statement
from duixian.reporting.accounts.reconciled import of_place, reconciled, reviews
from duixian.web.bookkeeping import actor, ledger_of, register_of, seen_organisations, supervises
from duixian.web.desk import Desk
from duixian.web.looking import Look
from duixian.web.opening import as_read
from duixian.web.security import text_field
from duixian.web.visitors import Visitor

ACTS = ("carry", "close")
_LISTED = 20  # unsettled items that the page names
_WORDS = ("act", "to", "which", "reason", "deadline", "summary")


@dataclass(frozen=True, slots=True)
class Typed:
    """What came back with an error. given: texts by field. chosen: ids of items. told: what, why and what to do."""

    given: dict[str, str] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()
    told: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Carrying:
    """Items to be carried over into the plan ``to`` (id). deadline: ISO date, None for the end of that year.

    items: ids, None for all that are not settled. left: how many these were when somebody looked, None for any.
    seen: versions of items that somebody has seen, by id.
    """

    to: str
    reason: str
    deadline: str | None
    items: tuple[str, ...] | None
    left: int | None
    seen: Mapping[str, int]


def typed(form: FormData, told: dict[str, str]) -> Typed:
    """What was typed into the forms of the year's end, to be shown again."""
    given = {name: text_field(form, name) for name in _WORDS if name in form}
    return Typed(given, frozenset(_chosen(form)), told)


def yearend(
    request: Request, tables: Tables, who: Visitor, plan: Plan, register: Register, look: Look
) -> dict[str, Any]:
    """What the forms of a plan's page show."""
    left = unsettled(register)
    oversees = seen_organisations(tables, who, plan.organisation) is None
    return {
        "ending": look.live and plan.state == "open" and supervises(tables, who, plan.organisation),
        "oversees": oversees,
        "reviews": told_by(request, plan) if oversees else [],
        # Before the year is over there is no report that could tell of it.
        "over": plan.state == "closed" or look.day.year > plan.year,
        "later": later(tables, plan),
        "left": left[:_LISTED],
        "left_count": len(left),
    }


def told_by(request: Request, plan: Plan) -> list[tuple[str, str]]:
    """(id, title) of the documents of the library that tell what became of the plan's year, the newest first."""
    desk: Desk = request.app.state.desk
    found: list[Entry] = []
    # A library that cannot be read is told in its own room.
    with suppress(CorpusError, OSError):
        found = [entry for entry in desk.snapshot().documents.values() if reviews(entry, plan)]
    return [(entry.id, _called(entry)) for entry in sorted(found, key=lambda entry: (-entry.added, entry.title))]


def _called(entry: Entry) -> str:
    """Place, date or year, and title: a place has several documents, and many of them are called alike."""
    when = entry.date or (str(entry.plan_year) if entry.plan_year else "")
    return " ".join(word for word in (entry.region_name or "", when, entry.title) if word)


def closing(request: Request, look: Look, plan: Plan, review: str, report: str = "") -> ClosingStatement:
    """The closing statement, held against a document of the library, "" for none. Raises LedgerError, CorpusError.

    report: the document that the plan was opened from, where it is not the one that the plan remembers.
    """
    if not review:
        if report:
            raise LedgerError(plan.id, "没有写明下一年度的报告", "请同时写明要对照的那份报告")
        return look.stand(lambda stand: closing_statement(stand, plan.id))
    desk: Desk = request.app.state.desk
    told = desk.reading(review)
    documents = desk.snapshot().documents
    source = report or (plan.document if plan.document in documents else None)
    if source is None:
        # The same report may have come back as another version; whether it fits, its promises show.
        rows = [one for one in documents.values() if one.plan_year == plan.year and of_place(one, plan)]
        source = max(rows, key=lambda one: one.added).id if rows else None
    if source is None:
        raise LedgerError(plan.title, "建账所用的报告不在文库里，不能对账", "请先把它上传到文库")
    opened_from, told_there = [report_of(as_read(desk.reading(source)))], [report_of(as_read(told))]
    return look.stand(lambda stand: reconciled(stand, plan.id, opened_from, told_there))


def later(tables: Tables, plan: Plan) -> list[Plan]:
    """The open plans of the same government to which items of this one can go, the next year first."""
    rows = (row for row in tables.select(Plan, organisation=plan.organisation, state="open") if row.year > plan.year)
    return sorted(rows, key=lambda row: (row.year, row.id))


def unsettled(register: Register) -> list[Line]:
    """The items that stand in the way of closing."""
    return [line for line in register.lines if line.state not in SETTLED]


def ended(request: Request, plan: str, who: Visitor, form: FormData) -> int:
    """Carry items over, all or none, or close the plan; how many items. Raises LedgerError."""
    if text_field(form, "act") == "close":
        ledger_of(request).record(actor(who), PlanClosed(plan, text_field(form, "summary").strip()))
        return 0
    left = text_field(form, "left")
    wish = Carrying(
        text_field(form, "to"),
        text_field(form, "reason").strip(),
        text_field(form, "deadline").strip() or None,
        None if text_field(form, "which") == "all" else _chosen(form),
        (int(left) if left.isdecimal() and len(left) < 10 else -1) if left else None,
        _seen(form),
    )
    return carried(request, plan, who, wish)


def carried(request: Request, plan: str, who: Visitor, wish: Carrying) -> int:
    """Carry items of a plan over, all or none; how many. Raises LedgerError."""
    lines = {line.id: line for line in register_of(request, plan, who).lines}
    if wish.items is None:
        rows = [line for line in lines.values() if line.state not in SETTLED]
        if not rows:
            raise LedgerError(plan, "没有未了结的事项", "不用结转，可以交账")
        if wish.left not in (None, len(rows)):
            raise LedgerError(plan, f"您打开这一页以后，未了结的事项变成了{len(rows)}项", "请核对后再提交")
    else:
        rows = [lines[id] for id in wish.items if id in lines]
        if not rows:
            raise LedgerError(plan, "还没有选中事项", "请先勾选左边的方框")
    events = [ItemCarried(line.id, wish.to, wish.reason, deadline=wish.deadline) for line in rows]
    expect = {line.id: wish.seen.get(line.id, line.version) for line in rows}
    ledger_of(request).record(actor(who), *events, expect=expect)
    return len(rows)


def _chosen(form: FormData) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in form.getlist("item") if isinstance(value, str)))


def _seen(form: FormData) -> dict[str, int]:
    """The versions of the items that the page showed, by id."""
    pairs = (value.rpartition(":") for value in form.getlist("seen") if isinstance(value, str))
    return {id: int(version) for id, _, version in pairs if version.isdecimal() and len(version) < 10}
