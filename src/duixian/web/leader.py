"""The leader's one page, and what else goes out of the book: bulletins of rounds, statements of organisations."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from duixian.ledger.errors import LedgerError
from duixian.ledger.plans import Plan
from duixian.ledger.rounds import Round
from duixian.reporting.accounts.bulletin import bulletin
from duixian.reporting.accounts.onepage import OnePage, onepage
from duixian.reporting.accounts.rendering import FORMATS, Content, values
from duixian.reporting.accounts.rendering import render as rendered
from duixian.reporting.accounts.sources import of_round
from duixian.reporting.accounts.statement import statement
from duixian.reporting.accounts.templates import Templates, Wording
from duixian.web.bookkeeping import Known, ledger_of, require_oversight, today
from duixian.web.exports import MEDIA
from duixian.web.looking import Look, Looking
from duixian.web.pages import attachment, render, say
from duixian.web.table import DOCX
from duixian.web.visitors import Visitor
from duixian.web.yearend import closing

ROOM = None
router = APIRouter()
# The files carry their looks with them; nothing else in them may do anything.
_SHOWN = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"}
_MEDIA = {"docx": DOCX, "xlsx": MEDIA["xlsx"], "html": "text/html; charset=utf-8"}


@router.get("/leader/{plan}.{format}")
def onepage_file(request: Request, plan: str, format: str, who: Known, look: Looking) -> Response:
    """The page as a file to print or pass on."""
    made = onepage_of(look, plan, who)
    return file_of(request, made, format, f"{made.plan_title}-{made.day}")


@router.get("/leader/{plan}")
def page(request: Request, plan: str, who: Known, look: Looking) -> Response:
    """One page that fits on a sheet of paper."""
    row = required(look, plan, who)
    made = onepage_of(look, plan, who)
    told = values(made)
    wording = Wording(Templates(), say(request).language, told)
    return render(
        request, "leader.html", room="nav_plans", tab="leader", plan=row, page=made, words=wording, formats=FORMATS
    )


def onepage_of(look: Look, plan: str, who: Visitor) -> OnePage:
    """What the page says, on the day that is looked at. Raises NotAllowedError, UnknownNameError."""
    required(look, plan, who)
    return look.stand(lambda stand: onepage(stand, plan))


@router.get("/rounds/{round}/bulletin.{format}")
def bulletin_file(request: Request, round: str, format: str, who: Known, look: Looking) -> Response:
    """The bulletin of a round: HTML to look at, the rest to be saved."""
    with look.read() as (tables, then):
        row = look.need(tables, then, Round, round, "调度期")
    required(look, row.plan, who)
    made = of_round(ledger_of(request), round, look.as_of, today(), lambda stand: bulletin(stand, round))
    return file_of(request, made, format, f"{row.plan}-{row.period}通报{look.suffix}")


@router.get("/plans/{plan}/statement.{format}")
def statement_file(request: Request, plan: str, format: str, who: Known, organisation: str, look: Looking) -> Response:
    """What one organisation owes and has done."""
    required(look, plan, who)
    made = look.stand(lambda stand: statement(stand, plan, organisation))
    return file_of(request, made, format, f"{made.organisation_name}-{plan}{look.suffix}")


@router.get("/plans/{plan}/closing.{format}")
def closing_file(
    request: Request,
    plan: str,
    format: str,
    who: Known,
    look: Looking,
    review: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Every item of a plan by its outcome, before the plan is closed and after.

    review: id of next year's report in the library, against which what the ledger says is held; "" for none.
    """
    made = closing(request, look, required(look, plan, who), review)
    return file_of(request, made, format, f"{made.plan_title}-交账报告{look.suffix}")


def file_of(request: Request, made: Content, format: str, name: str) -> Response:
    """An output: HTML is shown, the rest is saved. Raises LedgerError for a format that there is not."""
    if format not in FORMATS:
        raise LedgerError(format[:40], "没有这种格式", "可以是 html、docx、xlsx")
    data = rendered(made, format, say(request).language)
    if format == "html":
        return Response(data, media_type=_MEDIA["html"], headers=_SHOWN)
    return attachment(data, _MEDIA[format], f"{name}.{format}")


def required(look: Look, plan: str, who: Visitor) -> Plan:
    """The plan as it is shown, for those who oversee all of it. Raises NotAllowedError, UnknownNameError."""
    with look.read() as (tables, then):
        require_oversight(tables, who, tables.need(Plan, plan, "年度台账").organisation)
        return look.need(tables, then, Plan, plan, "年度台账")
