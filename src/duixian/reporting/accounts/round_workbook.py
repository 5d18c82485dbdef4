"""The sheet in which a department reports all that it owes in a round: locked but for the cells to fill."""

from __future__ import annotations

from duixian.ledger.journal import Head
from duixian.ledger.rounds import Round
from duixian.ledger.sheets.forms import PROGRESS, forms
from duixian.ledger.sheets.marker import Marker
from duixian.ledger.sheets.reading import written
from duixian.ledger.sheets.returns import FILLED, REPORT, form_of, return_lines, sheet_title
from duixian.ledger.tables import Tables
from duixian.reporting.accounts.office import HEAD_ROW, OfficeWorkbook, headings

_ONCE = FILLED[1:]
_NUMBERS = ("value", "percent")
_CENTERED = ("number", "goal", "unit", "last_value")


def round_workbook(tables: Tables, round: str, organisation: str, head: Head) -> bytes:
    """The sheet of an organisation for a round as .xlsx. Raises UnknownNameError.

    Every measure has a row of its own. The sheet is protected without a password: what is not to be filled in is only
    kept from slips.
    """
    row = tables.need(Round, round, "调度期")
    words, form = forms(tables), form_of(tables)
    lines = return_lines(tables, row, organisation)
    book = OfficeWorkbook(words, form, sheet_title(tables, row, organisation), form.note.replace("{due}", row.due))
    for line in lines:
        looks = dict.fromkeys((column.key for column in form.columns), "still")
        if line.measure is not None:
            looks["value"] = "fill"
        if line.first:
            looks |= dict.fromkeys(_ONCE, "fill")
        book.add(line.cells, looks, _NUMBERS)
    book.choose("corrected", ["是", "否"], 0, strict=True)
    percent = book.at("percent")
    if percent is not None and lines:
        message = {"error_title": "完成比例", "error_message": "请填写0到100之间的数，不写百分号"}
        book.sheet.data_validation(
            HEAD_ROW + 1,
            percent,
            HEAD_ROW + len(lines),
            percent,
            {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100, "error_type": "warning"}
            | message,
        )
    book.sheet.protect(
        "",
        {"format_columns": True, "format_rows": True, "autofilter": True, "sort": False, "select_locked_cells": True},
    )
    marker = Marker(
        PROGRESS,
        round,
        organisation,
        head.sequence,
        head.hash,
        headings(form.columns),
        {line.item.id: line.item.version for line in lines},
        {
            line.key: {key: written(value) for key, value in line.cells.items()} | {REPORT: line.item.progress or ""}
            for line in lines
        },
    )
    return book.finish(marker)
