"""Rankings 晾晒: organisations side by side in a round, by any rate, metric or scheme; published once looked at."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from duixian.ledger.errors import LedgerError
from duixian.ledger.plans import Plan
from duixian.ledger.ranking import Board, RankingPublished, published, ranking
from duixian.ledger.rates import rates
from duixian.ledger.rounds import Round
from duixian.ledger.schemes import schemes
from duixian.ledger.tables import Tables
from duixian.web.bookkeeping import (
    Form,
    Known,
    actor,
    book_of,
    governs,
    ledger_of,
    require_oversight,
)
from duixian.web.looking import Look, Looking
from duixian.web.pages import go, render, say
from duixian.web.security import text_field
from duixian.web.visitors import Visitor

ROOM = None
USUAL = "reporting"
router = APIRouter()


@router.get("/rounds/{round}/ranking")
def boards(request: Request, round: str, who: Known, look: Looking, by: str = "") -> Response:
    """The boards of a round. by: id of a rate, or name of a scheme."""
    return _page(request, round, who, look, by)


@router.post("/rounds/{round}/ranking")
def publish(request: Request, round: str, who: Known, form: Form, look: Looking) -> Response:
    """Publish what was looked at, to the letter."""
    by = text_field(form, "by")
    with book_of(request).read() as tables:
        row = tables.need(Round, round, "调度期")
    try:
        event = RankingPublished(row.plan, by, period=row.period, note=text_field(form, "note").strip()[:500])
        ledger_of(request).record(actor(who), event)
    except LedgerError as error:
        return _page(request, round, who, look, by, say(request).told(error), 400)
    return go(f"/rounds/{round}/ranking", by=by, done="published")


def choices(tables: Tables, chinese: bool) -> list[tuple[str, str, str]]:
    """(id, name, definition) of all that organisations can be ranked by; schemes define themselves."""
    found = [
        (one.id, one.name, one.definition) if chinese else (one.id, one.english, one.definition_english)
        for one in rates(tables).values()
    ]
    return found + [(name, name, "") for name in schemes(tables)]


def _page(
    request: Request,
    round: str,
    who: Visitor,
    look: Look,
    by: str,
    told: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    chinese = say(request).language == "zh"
    with look.read() as (tables, then):
        row = look.need(tables, then, Round, round, "调度期")
        plan = look.need(tables, then, Plan, row.plan, "年度台账")
        require_oversight(tables, who, plan.organisation)
        known = choices(then, chinese)
        ids = [id for id, _, _ in known]
        by = by or (USUAL if USUAL in ids else ids[0])
        found: list[Board] = []
        try:
            found = ranking(then, plan.id, by, period=row.period)
        except LedgerError as error:
            told = told or say(request).told(error)
        out = [one for one in published(then, plan.id) if (one.by, one.period) == (by, row.period)]
        may = look.live and governs(tables, who, plan.organisation)
    return render(
        request,
        "ranking.html",
        status,
        room="nav_plans",
        tab="rounds",
        plan=plan,
        round=row,
        by=by,
        choices=[(id, name) for id, name, _ in known],
        boards=found,
        definition=next((words for id, _, words in known if id == by), ""),
        published=out[-1] if out else None,
        may=may and plan.state == "open",
        told=told,
        done=request.query_params.get("done", ""),
        chinese=chinese,
    )
