"""Records as an Excel workbook that an office can use as it is: one sheet a kind, Chinese headings, filters."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from duixian.records import DocumentRecord, Record
from duixian.reporting.columns import KINDS, Column, Table, columns_of, table_of
from duixian.reporting.labels import label, labels
from duixian.reporting.tables import LIST_SEPARATOR

SHEET_ROWS = 1_048_576
CELL_LIMIT = 32_767
_WIDE = {"quote": 60, "section": 40, "title": 32, "object": 40, "subject": 26, "name": 30, "document_title": 24}
_NARROW = {"integer": 9, "number": 12, "boolean": 10}
_GUIDE = {"zh": "字段说明", "en": "columns"}
_GUIDE_HEADINGS = {
    "zh": ("工作表", "列名", "英文名（CSV、Parquet、JSON 中使用）", "含义（英文）", "代码与名称"),
    "en": ("sheet", "Chinese heading", "name", "meaning", "codes"),
}


def write_workbook(
    target: Path, rows: Iterable[tuple[Record, DocumentRecord]], kinds: Sequence[str], language: str = "zh"
) -> int:
    """Write an .xlsx file and return the number of records. Raises OSError.

    Texts are always written as text: no cell can become a formula or a link. A kind with more records than a sheet
    holds goes on in further sheets. In Chinese, codes are shown by name; the last sheet gives both, and the stable name
    of every column. Rows go to temporary files as they come; only the compressed archive is held in memory.
    """
    # Put together in memory: a zip file that dies on a full disk complains once more when it is collected.
    archive = io.BytesIO()
    book = xlsxwriter.Workbook(
        archive,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )
    sheets = {kind: _Sheet(book, kind, language) for kind in KINDS if kind in kinds}
    count = 0
    for record, document in rows:
        sheets[record.record].append(record, document)
        count += 1
    for sheet in sheets.values():
        sheet.finish()
    _guide(book, list(sheets), language)
    book.close()
    target.write_bytes(archive.getbuffer())
    return count


class _Sheet:
    """The sheets of one kind, filled row by row."""

    def __init__(self, book: xlsxwriter.Workbook, kind: str, language: str) -> None:
        self._book = book
        self._language = language
        self._title = label("record", kind, language)
        self._table: Table = table_of([kind])
        self._names = [labels(column.labels, language) if column.labels else {} for column in self._table.columns]
        self._heading = book.add_format(
            {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1, "valign": "vcenter"}
        )
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._plain = book.add_format({"valign": "top"})
        self._sheets = 0
        self._begin()

    def _begin(self) -> None:
        self._sheets += 1
        self._sheet = self._book.add_worksheet(self._title + (f"({self._sheets})" if self._sheets > 1 else ""))
        self._row = 1
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_row(0, 22)
        for index, column in enumerate(self._table.columns):
            wrapped = column.name in _WIDE
            self._sheet.set_column(index, index, _width(column), self._wrapped if wrapped else self._plain)
        for index, column in enumerate(self._table.columns):
            self._sheet.write_string(0, index, column.heading if self._language == "zh" else column.name, self._heading)

    def append(self, record: Record, document: DocumentRecord) -> None:
        if self._row >= SHEET_ROWS:
            self.finish()
            self._begin()
        for index, value in enumerate(self._table.row(record, document)):
            self._write(index, value)
        self._row += 1

    def _write(self, index: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            self._sheet.write_string(self._row, index, label("boolean", str(value).lower(), self._language))
        elif isinstance(value, (int, float)):
            self._sheet.write_number(self._row, index, value)
        else:
            text = LIST_SEPARATOR.join(value) if isinstance(value, tuple) else value
            text = self._names[index].get(text, text)
            if text:
                self._sheet.write_string(self._row, index, text[:CELL_LIMIT])

    def finish(self) -> None:
        self._sheet.autofilter(0, 0, max(self._row - 1, 1), len(self._table.columns) - 1)


def _width(column: Column) -> int:
    return _WIDE.get(column.name) or _NARROW.get(column.type, 14)


def _guide(book: xlsxwriter.Workbook, kinds: Sequence[str], language: str) -> None:
    sheet = book.add_worksheet(_GUIDE[language])
    heading = book.add_format({"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1})
    for index, width in enumerate((10, 16, 34, 50, 90)):
        sheet.set_column(index, index, width)
    for index, text in enumerate(_GUIDE_HEADINGS[language]):
        sheet.write_string(0, index, text, heading)
    sheet.freeze_panes(1, 0)
    row = 1
    for kind in kinds:
        for column in columns_of(kind):
            names = labels(column.labels, language) if column.labels else {}
            codes = "；".join(f"{code} {name}" for code, name in names.items())
            cells = (label("record", kind, language), column.heading, column.name, column.meaning, codes)
            for index, text in enumerate(cells):
                sheet.write_string(row, index, text)
            row += 1
