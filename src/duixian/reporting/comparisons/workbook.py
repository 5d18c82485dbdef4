"""A matrix as an Excel workbook: the matrix itself, its spread, and a sheet with the evidence of every cell."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from duixian.comparison.distribution import distribution
from duixian.comparison.matrix import NO_REPORT, NOT_EXTRACTED, NOT_STATED, Cell, Matrix
from duixian.reporting.comparisons.labels import label
from duixian.reporting.comparisons.rows import CELL_NAMES, DISTRIBUTION_NAMES, cell_row, distribution_row

# More links than this on a sheet, and a spreadsheet drops them together with their cells.
_LINKS = 60_000
_WIDE = {"section": 36, "title": 26, "text": 18, "source": 30, "counts": 60, "region_name": 16}
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
# Characters that the name of a sheet cannot have.
_UNFIT = re.compile(r"[\[\]:*?/\\]")
_SILENT = (NOT_STATED, NO_REPORT, NOT_EXTRACTED)


def matrix_workbook(matrix: Matrix, language: str = "zh") -> bytes:
    """The workbook as bytes. Cells of the matrix link to their row on the sheet of evidence.

    Texts are written as text: no cell can become a formula. Main expected targets are bold, derived values italic,
    silence is grey, what was not extracted is marked for a look.
    """
    archive = io.BytesIO()
    book = xlsxwriter.Workbook(archive, _OPTIONS)
    formats = _Formats(book)
    names = {name: label("text", name, language) for name in ("matrix", "evidence", "distribution")}
    grid = book.add_worksheet(names["matrix"])
    spread = book.add_worksheet(names["distribution"])
    proof = book.add_worksheet(names["evidence"])
    rows = _evidence(proof, matrix, formats, language)
    _grid(grid, matrix, formats, language, names["evidence"], rows)
    _spread(spread, matrix, formats, language)
    book.close()
    return archive.getvalue()


class _Formats:
    """The looks of cells."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        head = {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1, "text_wrap": True}
        self.head = book.add_format({**head, "align": "center", "valign": "vcenter"})
        self.place = book.add_format({"bold": True})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.plain = book.add_format({"align": "center"})
        self.main = book.add_format({"align": "center", "bold": True})
        self.derived = book.add_format({"align": "center", "italic": True, "font_color": "#555555"})
        self.silent = book.add_format({"align": "center", "font_color": "#999999"})
        self.unsure = book.add_format({"align": "center", "bg_color": "#FFF2CC"})

    def of(self, cell: Cell) -> Any:
        if cell.state == NOT_EXTRACTED:
            return self.unsure
        if cell.state in _SILENT:
            return self.silent
        return self.derived if cell.derived else self.main if cell.headline else self.plain


def _grid(sheet: Any, matrix: Matrix, formats: _Formats, language: str, proof: str, rows: dict[Any, int]) -> None:
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, max(len(matrix.columns), 1), 15)
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)
    sheet.write_string(0, 0, label("column", "region_name", language), formats.head)
    years = {year for _, year in matrix.columns}
    for number, (indicator, year) in enumerate(matrix.columns, 1):
        title = label("indicator", indicator, language) + (f"\n{year}" if len(years) > 1 else "")
        sheet.write_string(0, number, title, formats.head)
    for line, (code, name) in enumerate(matrix.regions, 1):
        sheet.write_string(line, 0, name, formats.place)
        for number, cell in enumerate(matrix.row(code), 1):
            text = label("state", cell.state, language) if cell.state in _SILENT else cell.text
            at = rows.get((cell.region, cell.indicator, cell.year))
            if at is None or at > _LINKS:
                sheet.write_string(line, number, text, formats.of(cell))
            else:
                sheet.write_url(line, number, f"internal:'{proof}'!A{at + 1}", formats.of(cell), text, cell.quote[:250])
    sheet.autofilter(0, 0, max(len(matrix.regions), 1), len(matrix.columns))
    sheet.write_string(len(matrix.regions) + 2, 0, label("text", "main", language) + label("text", "legend", language))


def _spread(sheet: Any, matrix: Matrix, formats: _Formats, language: str) -> None:
    _headings(sheet, DISTRIBUTION_NAMES, formats, language)
    sheet.freeze_panes(1, 0)
    for line, (indicator, year) in enumerate(matrix.columns, 1):
        row = distribution_row(distribution(indicator, year, matrix.column(indicator, year)), language)
        _line(sheet, line, DISTRIBUTION_NAMES, row, formats)


def _evidence(sheet: Any, matrix: Matrix, formats: _Formats, language: str) -> dict[Any, int]:
    _headings(sheet, CELL_NAMES, formats, language)
    sheet.freeze_panes(1, 2)
    where: dict[Any, int] = {}
    line = 0
    for code, _ in matrix.regions:
        for cell in matrix.row(code):
            if not cell.text:
                continue
            line += 1
            where[cell.region, cell.indicator, cell.year] = line
            row = cell_row(cell, language)
            row["state"] = label("state", cell.state, language)
            row["status"] = label("status", cell.status, language)
            _line(sheet, line, CELL_NAMES, row, formats)
    sheet.autofilter(0, 0, max(line, 1), len(CELL_NAMES) - 1)
    return where


def _headings(sheet: Any, names: Sequence[str], formats: _Formats, language: str) -> None:
    for number, name in enumerate(names):
        sheet.set_column(number, number, 60 if name.endswith(("quote", "quotes")) else _WIDE.get(name, 12))
        sheet.write_string(0, number, label("column", name, language), formats.head)


def _line(sheet: Any, line: int, names: Sequence[str], row: Mapping[str, Any], formats: _Formats) -> None:
    for number, name in enumerate(names):
        _write(sheet, line, number, row.get(name), formats.wrapped)


def _write(sheet: Any, line: int, number: int, value: Any, look: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(line, number, "✓" if value else "", look)
    elif isinstance(value, (int, float)):
        sheet.write_number(line, number, value, look)
    else:
        sheet.write_string(line, number, str(value), look)


def rows_workbook(title: str, names: Sequence[str], rows: Sequence[Mapping[str, Any]], language: str = "zh") -> bytes:
    """Any rows as a workbook of one sheet with headings, filters and wrapped quotations."""
    archive = io.BytesIO()
    book = xlsxwriter.Workbook(archive, _OPTIONS)
    formats = _Formats(book)
    sheet = book.add_worksheet(_UNFIT.sub(" ", title)[:31] or None)
    _headings(sheet, names, formats, language)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(rows, 1):
        _line(sheet, line, names, row, formats)
    sheet.autofilter(0, 0, max(len(rows), 1), len(names) - 1)
    book.close()
    return archive.getvalue()
