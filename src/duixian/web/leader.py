"""The leader's one page, and what else goes out of the book: bulletins of rounds, statements of organisations."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from duixian.ledger.errors import LedgerError
from duixian.ledger.rounds import Round
from duixian.reporting.accounts.bulletin import bulletin
from duixian.reporting.accounts.closing_statement import closing_statement
from duixian.reporting.accounts.onepage import OnePage, onepage
from duixian.reporting.accounts.rendering import FORMATS, Content, values
from duixian.reporting.accounts.rendering import render as rendered
from duixian.reporting.accounts.sources import of_round, standing
from duixian.reporting.accounts.statement import statement
from duixian.reporting.accounts.templates import Templates, Wording
from duixian.web.bookkeeping import AsOf, Known, book_of, ledger_of, plan_of, require_oversight, today
from duixian.web.exports import MEDIA
from duixian.web.pages import attachment, render, say
from duixian.web.table import DOCX
from duixian.web.visitors import Visitor

ROOM = None
router = APIRouter()
# The files carry their looks with them; nothing else in them may do anything.
_SHOWN = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"}
_MEDIA = {"docx": DOCX, "xlsx": MEDIA["xlsx"], "html": "text/html; charset=utf-8"}


@router.get("/leader/{plan}.{format}")
def onepage_file(request: Request, plan: str, format: str, who: Known, as_of: AsOf) -> Response:
    """The page as a file to print or pass on."""
    made = onepage_of(request, plan, who, as_of)
    return file_of(request, made, format, f"{made.plan_title}-{made.day}")


@router.get("/leader/{plan}")
def page(request: Request, plan: str, who: Known) -> Response:
    """One page that fits on a sheet of paper."""
    made = onepage_of(request, plan, who, None)
    with book_of(request).read() as tables:
        row = plan_of(tables, plan)
    told = values(made)
    wording = Wording(Templates(), say(request).language, told)
    return render(
        request, "leader.html", room="nav_plans", tab="leader", plan=row, page=made, words=wording, formats=FORMATS
    )


def onepage_of(request: Request, plan: str, who: Visitor, as_of: date | None) -> OnePage:
    """What the page says, now or at the end of a day. Raises NotAllowedError, UnknownNameError."""
    _require(request, plan, who)
    return standing(ledger_of(request), as_of, today(), lambda stand: onepage(stand, plan))


@router.get("/rounds/{round}/bulletin.{format}")
def bulletin_file(request: Request, round: str, format: str, who: Known, as_of: AsOf) -> Response:
    """The bulletin of a round: HTML to look at, the rest to be saved."""
    with book_of(request).read() as tables:
        row = tables.need(Round, round, "调度期")
    _require(request, row.plan, who)
    made = of_round(ledger_of(request), round, as_of, today(), lambda stand: bulletin(stand, round))
    return file_of(request, made, format, f"{row.plan}-{row.period}通报")


@router.get("/plans/{plan}/statement.{format}")
def statement_file(request: Request, plan: str, format: str, who: Known, organisation: str, as_of: AsOf) -> Response:
    """What one organisation owes and has done."""
    _require(request, plan, who)
    made = standing(ledger_of(request), as_of, today(), lambda stand: statement(stand, plan, organisation))
    return file_of(request, made, format, f"{made.organisation_name}-{plan}")


@router.get("/plans/{plan}/closing.{format}")
def closing_file(request: Request, plan: str, format: str, who: Known) -> Response:
    """Every item of a plan by its outcome, before the plan is closed and after."""
    _require(request, plan, who)
    made = standing(ledger_of(request), None, today(), lambda stand: closing_statement(stand, plan))
    return file_of(request, made, format, f"{made.plan_title}-交账报告")


def file_of(request: Request, made: Content, format: str, name: str) -> Response:
    """An output: HTML is shown, the rest is saved. Raises LedgerError for a format that there is not."""
    if format not in FORMATS:
        raise LedgerError(format[:40], "没有这种格式", "可以是 html、docx、xlsx")
    data = rendered(made, format, say(request).language)
    if format == "html":
        return Response(data, media_type=_MEDIA["html"], headers=_SHOWN)
    return attachment(data, _MEDIA[format], f"{name}.{format}")


def _require(request: Request, plan: str, who: Visitor) -> None:
    with book_of(request).read() as tables:
        require_oversight(tables, who, plan_of(tables, plan).organisation)
