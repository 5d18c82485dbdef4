"""The decomposition table 任务分解表: out as Excel, Word or CSV; back again, every change shown before any is made."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from duixian.ledger.errors import LedgerError
from duixian.ledger.plans import Plan
from duixian.ledger.sheets.changes import Changes, require_own, write
from duixian.ledger.sheets.decomposition import form_of, plan_changes, plan_lines
from duixian.ledger.sheets.reading import read_table
from duixian.web.bookkeeping import (
    Form,
    Known,
    actor,
    book_of,
    called,
    ledger_of,
    plan_of,
    require_oversight,
    stood,
    supervises,
)
from duixian.web.desk import Desk
from duixian.web.exports import MEDIA
from duixian.web.looking import Look, Looking
from duixian.web.pages import attachment, go, render, say
from duixian.web.security import safe_name, text_field
from duixian.web.visitors import Visitor

ROOM = None
FORMATS = ("xlsx", "docx", "csv")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
router = APIRouter()
_SHOWN = 400  # changes on the page; all are written
_KEPT = "table:"


@router.get("/plans/{plan}/table")
def table(request: Request, plan: str, who: Known, look: Looking) -> Response:
    """The table as it stands, its files, and the way back in."""
    return _page(request, plan, who, look)


@router.get("/plans/{plan}/table.{format}")
def download(request: Request, plan: str, format: str, who: Known, look: Looking) -> Response:
    """The table as a file."""
    return attachment(*table_file(request, plan, format, who, look.as_of))


@router.post("/plans/{plan}/table")
def upload(request: Request, plan: str, who: Known, form: Form, look: Looking) -> Response:
    """Show what an edited table would change, or write what was shown."""
    desk: Desk = request.app.state.desk
    key = text_field(form, "kept")
    try:
        if key:
            name, data = _taken(desk, key)
            changes = changes_of(request, plan, who, name, data)
            write(ledger_of(request), actor(who), changes)
            return go(f"/plans/{plan}", done="imported")
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise LedgerError("任务分解表", "没有选择文件", "请先选择改好的 Excel 文件")
        name, data = safe_name(file.filename), file.file.read()
        changes = changes_of(request, plan, who, name, data)
    except LedgerError as error:
        return _page(request, plan, who, look, told=say(request).told(error), status=400)
    status = 422 if changes.problems else 200
    return _page(request, plan, who, look, changes=changes, kept=_keep(desk, name, data), status=status)


def table_file(
    request: Request, plan: str, format: str, who: Visitor, as_of: date | None = None
) -> tuple[bytes, str, str]:
    """Bytes, media type and name of the table, now or as it stood. Raises LedgerError for an unknown format."""
    if format not in FORMATS:
        raise LedgerError(format[:40], "没有这种格式", "可以是 xlsx、docx、csv")
    # Noted before the tables are read: what comes between is told when the table comes back.
    head = ledger_of(request).head(as_of)
    with book_of(request).read_then(as_of) as (tables, then):
        require_oversight(tables, who, plan_of(tables, plan).organisation)
        row = stood(tables, then, Plan, plan, "年度台账", as_of)
        title = f"{row.title}任务分解表{'' if as_of is None else f'-截至{as_of}'}.{format}"
        if format == "docx":
            from duixian.reporting.accounts.decomposition_document import decomposition_document

            return decomposition_document(then, plan), DOCX, title
        from duixian.reporting.accounts.decomposition_workbook import decomposition_csv, decomposition_workbook

        if format == "csv":
            return decomposition_csv(then, plan), MEDIA["csv"], title
        return decomposition_workbook(then, plan, head), MEDIA["xlsx"], title


def changes_of(request: Request, plan: str, who: Visitor, name: str, data: bytes) -> Changes:
    """What a table that came back would change. Raises LedgerError for a file that cannot be used at all."""
    ledger = ledger_of(request)
    with ledger.read() as tables:
        book = read_table(data, name, form_of(tables))
        require_own(ledger, book)
        return plan_changes(tables, plan, book, actor(who))


def _keep(desk: Desk, name: str, data: bytes) -> str:
    key = secrets.token_urlsafe(16)
    desk.kept.get(_KEPT + key, lambda: (name, data))
    return key


def _taken(desk: Desk, key: str) -> tuple[str, bytes]:
    """The file that was shown before. Raises LedgerError when it is gone, as after a restart."""

    def gone() -> Any:
        raise LedgerError("任务分解表", "刚才上传的表已经不在了", "请重新上传")

    found: tuple[str, bytes] = desk.kept.get(_KEPT + key[:64], gone)
    return found


def _page(
    request: Request,
    plan: str,
    who: Visitor,
    look: Look,
    told: dict[str, str] | None = None,
    changes: Changes | None = None,
    kept: str = "",
    status: int = 200,
) -> Response:
    with look.read() as (tables, then):
        require_oversight(tables, who, plan_of(tables, plan).organisation)
        row = look.need(tables, then, Plan, plan, "年度台账")
        form = form_of(then)
        columns = [(column.key, column.heading) for column in form.columns if column.word is not None]
        lines = plan_lines(then, plan)
        may = look.live and supervises(tables, who, row.organisation)
        names = called(then)
    return render(
        request,
        "table.html",
        status,
        room="nav_plans",
        tab="table",
        plan=row,
        columns=columns,
        lines=lines[:_SHOWN],
        total=len(lines),
        may=may and row.state == "open",
        told=told,
        changes=changes,
        shown=changes.changes[:_SHOWN] if changes else (),
        kept=kept,
        names=names,
        formats=FORMATS,
    )
