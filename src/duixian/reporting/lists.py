"""Any list as an Excel sheet: bold headings, frozen, filtered, every text a text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from duixian.reporting.workbook import CELL_LIMIT

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
_UNFIT = re.compile(r"[\[\]:*?/\\']")
_LONGEST = 31  # characters in the name of a sheet


def list_workbook(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[int] = ()
) -> bytes:
    """One sheet as bytes. widths: of the columns, in characters."""
    archive = io.BytesIO()
    book = xlsxwriter.Workbook(archive, _OPTIONS)
    head = book.add_format({"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(_UNFIT.sub(" ", title)[:_LONGEST].strip() or "1")
    sheet.freeze_panes(1, 0)
    for index, heading in enumerate(headings):
        sheet.set_column(index, index, widths[index] if index < len(widths) else 14, wrapped)
        sheet.write_string(0, index, heading, head)
    last = 0
    for last, row in enumerate(rows, 1):
        for index, value in enumerate(row):
            if isinstance(value, bool) or value is None:
                continue
            if isinstance(value, (int, float)):
                sheet.write_number(last, index, value)
            else:
                sheet.write_string(last, index, str(value)[:CELL_LIMIT])
    sheet.autofilter(0, 0, max(last, 1), max(len(headings) - 1, 0))
    book.close()
    return archive.getvalue()
