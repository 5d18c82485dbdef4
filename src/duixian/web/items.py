"""An item's page: words, owners, measures, the way it takes, what happened, and what may be done now."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from duixian.ledger.dossiers import dossier
from duixian.ledger.errors import LedgerError, StaleError
from duixian.ledger.journal import local, until
from duixian.ledger.kinds import Event
from duixian.ledger.lights import judged
from duixian.ledger.measures import Measure, written
from duixian.ledger.orders import Order, OrderIssued, OrderMoved, order_flow
from duixian.ledger.organisations import Person
from duixian.ledger.plans import Item, ItemKind, ItemRevised, Plan, State, confirmed
from duixian.ledger.problems import Problem, ProblemFound, ProblemMoved, problem_flow
from duixian.ledger.progress import Progress
from duixian.ledger.seeing import visible_matters
from duixian.ledger.sheets.forms import forms
from duixian.ledger.sheets.quantities import measures_of
from duixian.ledger.slicing import Slicing
from duixian.ledger.states import ItemMoved, available
from duixian.ledger.tables import Tables
from duixian.ledger.trajectory import lines as lines_of
from duixian.ledger.views import history
from duixian.ledger.workflow import Action, Matter, Workflow
from duixian.ledger.workflow import available as open_acts
from duixian.web.bookkeeping import (
    Form,
    Known,
    actor,
    book_of,
    called,
    choices,
    ledger_of,
    organisation_named,
    organisations_named,
    person_of,
    require_sight,
    supervises,
    today,
)
from duixian.web.desk import Desk
from duixian.web.pages import attachment, go, render, say
from duixian.web.reports import Slip, slip_of, taken
from duixian.web.security import text_field
from duixian.web.shaping import ACTS, MORE, shaped, shaping
from duixian.web.visitors import Visitor

ROOM = None
router = APIRouter()
_SHOWN = 60  # entries of the timeline


@router.get("/items/chart.svg")
def chart(request: Request, who: Known, item: str, line: int = 0) -> Response:
    """The way of one measure of an item, planned and reported."""
    return Response(chart_bytes(request, who, item, line), media_type="image/svg+xml")


@router.get("/items/file")
def file(request: Request, who: Known, item: str, sha256: str) -> Response:
    """An attachment of a report of an item."""
    return attachment(*file_of(request, who, item, sha256))


@router.get("/items/{item:path}")
def item(request: Request, item: str, who: Known) -> Response:
    """The page of an item."""
    return _page(request, item, who)


@router.post("/items/{item:path}")
def act(request: Request, item: str, who: Known, form: Form) -> Response:
    """Take an action, revise, or report."""
    wished = text_field(form, "act")
    if wished.startswith(MORE):
        return _page(request, item, who, mine=form)
    try:
        if wished == "report":
            taken(ledger_of(request), actor(who), slip_of(form, ""), form, "")
        else:
            version = _number(text_field(form, "version"))
            ledger = ledger_of(request)
            with ledger.read() as tables:
                row = tables.need(Item, item, "事项")
                require_sight(tables, who, row)
                event = _event(tables, row, wished, form)
            ledger.record(actor(who), event, expect={item: version} if version is not None else {})
    except StaleError as error:
        return _page(request, item, who, told=say(request).told(error), mine=form, status=409)
    except LedgerError as error:
        return _page(request, item, who, told=say(request).told(error), mine=form, status=400)
    return go(f"/items/{item}", done=wished)


def chart_bytes(request: Request, who: Visitor, item: str, number: int) -> bytes:
    """The chart of one line of an item as SVG. Raises LedgerError where there is nothing to draw."""
    from duixian.reporting.charts.trajectory import trajectory_chart

    day = today()
    with book_of(request).read() as tables:
        row = tables.need(Item, item, "事项")
        require_sight(tables, who, row)
        lines = lines_of(dossier(tables, item, day))
    if not 0 <= number < len(lines):
        raise LedgerError(item, "没有可以画的数字", "请先填写数量目标或进展")
    language = say(request).language
    desk: Desk = request.app.state.desk
    key = ("way", item, row.version, day, number, language, lines[number])
    return desk.kept.get(key, lambda: trajectory_chart(lines[number], row, day, language))


def file_of(request: Request, who: Visitor, item: str, sha256: str) -> tuple[bytes, str, str]:
    """Bytes, media type and name of an attachment of an item. Raises LedgerError where it has none like it."""
    with book_of(request).read() as tables:
        require_sight(tables, who, tables.need(Item, item, "事项"))
        for report in tables.select(Progress, item=item):
            for one in report.attachments:
                if one.sha256 == sha256:
                    return ledger_of(request).attachment(sha256), one.media, one.name
    raise LedgerError(sha256[:12], "没有这个附件", "请回到事项页重新打开")


def item_sight(request: Request, item: str, who: Visitor, as_of: date | None = None) -> dict[str, Any]:
    """All that the page and the interface show of an item, now or as it stood at the end of a day.

    Raises NotAllowedError, UnknownNameError.
    """
    day, ledger = as_of or today(), ledger_of(request)
    with book_of(request).read_then(as_of) as (tables, then):
        require_sight(tables, who, tables.need(Item, item, "事项"))
        row = then.need(Item, item, "事项")
        of = dossier(then, item, day)
        # Nothing is done about what is past.
        person = person_of(tables, who) if as_of is None else None
        light = judged(of, day)
        found: dict[str, Any] = {
            "item": row,
            "plan": then.need(Plan, row.plan, "年度台账"),
            "light": light,
            "lines": lines_of(of),
            "reports": sorted((one.progress for one in of.reports), key=lambda one: -one.sequence),
            "actions": available(tables, person, row) if person else [],
            "names": called(tables),
            "may_revise": supervises(tables, who, of.plan.organisation),
            "offices": choices(tables),
            "slip": _slip(tables, person, row) if person else None,
            "slicings": then.select(Slicing, item=item),
            "orders": [
                (one, _acts(tables, person, order_flow(), one))
                for one in visible_matters(tables, person, (one for one in then.select(Order) if item in one.items))
            ],
            "problems": [
                (one, _acts(tables, person, problem_flow(), one))
                for one in visible_matters(tables, person, then.select(Problem, item=item))
            ],
            "day": day,
        }
    last = until(as_of) if as_of is not None else None
    found["history"] = history([one for one in ledger.journal(item) if last is None or one.time <= last])
    return found


def _acts(tables: Tables, person: Person | None, flow: Workflow, matter: Matter) -> list[Action]:
    return open_acts(tables, person, flow, matter) if person is not None else []


def _slip(tables: Tables, person: Any, row: Item) -> Slip | None:
    from duixian.web.reports import may_report, slip_for

    return slip_for(tables, row, None, "") if may_report(tables, person, row) else None


def _page(
    request: Request,
    item: str,
    who: Visitor,
    told: dict[str, str] | None = None,
    mine: FormData | None = None,
    status: int = 200,
) -> Response:
    sight = item_sight(request, item, who)
    row: Item = sight["item"]
    past = list(reversed(sight["history"]))
    since = 0
    if mine is not None and status == 409:
        since = max(0, row.version - (_number(text_field(mine, "version")) or row.version))
    given = {name: value for name, value in mine.items() if isinstance(value, str)} if mine is not None else {}
    acting = given.get("act", "").removeprefix(MORE)
    with book_of(request).read() as tables:
        forms_of = shaping(tables, row, given, acting)
    return render(
        request,
        "item.html",
        status,
        room="nav_plans",
        **{**sight, "history": past[:_SHOWN]},
        **forms_of,
        measures=[_measure_row(measure, sight["reports"]) for measure in row.measures],
        document=_document(request, sight["plan"], row),
        kinds=[kind.value for kind in ItemKind],
        told=told,
        given=given,
        acting=acting,
        both=_both(request, row, given, sight["names"]) if since else [],
        newer=past[:since] if since else [],
        done=request.query_params.get("done", ""),
        written=written,
        local=local,
        revisable=row.state is State.REGISTERED,
        order_labels=order_flow().labels,
        problem_labels=problem_flow().labels,
    )


def _event(tables: Tables, row: Item, act: str, form: FormData) -> Event:
    reason = text_field(form, "reason").strip() or None
    words, day = text_field(form, "words").strip() or None, text_field(form, "day").strip() or None
    kind, _, rest = act.partition(":")
    if kind == "order" and not rest:
        owner = row.lead or (row.suggestion.lead if row.suggestion else None) or ""
        return OrderIssued(owner, row.text[:60], words or "", day or "", items=(row.id,))
    if kind == "problem" and not rest:
        return ProblemFound(words or "", day or "", item=row.id)
    if kind in ("order", "problem"):
        name, _, id = rest.partition(":")
        return OrderMoved(id, name, words, day) if kind == "order" else ProblemMoved(id, name, words, day)
    if act in ACTS:
        return shaped(tables, row, act, form)
    if act == "revise":
        return _revision(tables, row, form, reason or "核对修改")
    lead = organisation_named(tables, text_field(form, "lead"))
    supporting = organisations_named(tables, text_field(form, "supporting"))
    return ItemMoved(row.id, act, reason, lead, supporting, text_field(form, "deadline").strip() or None)


def _revision(tables: Tables, row: Item, form: FormData, reason: str) -> ItemRevised:
    given = "；".join(line.strip() for line in text_field(form, "measures").splitlines() if line.strip())
    measures = measures_of(row.id, given, row.measures, forms(tables))
    suggestion = None
    if row.state is State.REGISTERED and (lead := organisation_named(tables, text_field(form, "lead"))):
        supporting = organisations_named(tables, text_field(form, "supporting"))
        present = row.suggestion
        if present is None or (lead, supporting) != (present.lead, present.supporting):
            suggestion = confirmed(lead, (one for one in supporting if one != lead))
    deadline = text_field(form, "deadline").strip() or None
    return ItemRevised(
        row.id,
        text_field(form, "text").strip(),
        ItemKind(text_field(form, "kind")) if text_field(form, "kind") in set(ItemKind) else row.kind,
        measures,
        reason,
        suggestion=suggestion,
        deadline=deadline if deadline != row.deadline else None,
    )


def _both(request: Request, row: Item, given: dict[str, str], names: Any) -> list[tuple[str, str, str]]:
    """(field, mine, as it is now) of what was filled in and differs."""
    proposed = row.suggestion if row.lead is None else None
    now = {
        "text": row.text,
        "kind": row.kind.value,
        "deadline": row.deadline,
        "lead": names.organisation(proposed.lead if proposed else row.lead),
        "supporting": "、".join(map(names.organisation, proposed.supporting if proposed else row.supporting)),
        "measures": "\n".join(map(written, row.measures)),
    }
    speak = say(request)
    rows = []
    for name, value in now.items():
        mine = given.get(name, "").replace("\r\n", "\n").strip()
        if name in given and mine != value:
            shown = (speak(f"kind_{mine}"), speak(f"kind_{value}")) if name == "kind" and mine else (mine, value)
            rows.append((speak(f"col_{name}"), *shown))
    for name in ("reason", "sentence", "problems", "help"):
        if given.get(name, "").strip():
            rows.append((speak(f"col_{name}"), given[name].strip(), ""))
    return rows


def _measure_row(measure: Measure, reports: list[Progress]) -> tuple[str, str, str]:
    """The measure, its latest value, and the day on which that was told."""
    for report in reports:
        for reading in report.readings:
            if reading.measure == measure.name:
                return written(measure), f"{reading.value:,.10g}{reading.unit}", local(report.time)[:10]
    return written(measure), "", ""


def _document(request: Request, plan: Plan, row: Item) -> str:
    """The address of the words in the reader; "" where the document is not in the library."""
    desk: Desk = request.app.state.desk
    if plan.document is None or plan.document not in desk.snapshot().documents:
        return ""
    if row.records:
        return f"/documents/{plan.document}?record={row.records[0]}#on"
    line = row.evidence[0].line if row.evidence else 0
    return f"/documents/{plan.document}/at?line={line}"


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None
