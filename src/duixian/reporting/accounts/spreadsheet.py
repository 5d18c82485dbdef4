"""An output as a workbook: sheets, columns, headings and widths come from a layout file that a user can change."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import xlsxwriter

from duixian.reporting.accounts.templates import TemplateError, Templates, Wording, broken

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
_CELL = 32_767  # characters that a cell can hold
_ROWS = 1_048_576
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def workbook(output: str, values: Mapping[str, Any], templates: Templates, say: Wording, language: str) -> bytes:
    """The workbook. Every text is written as text: nothing can become a formula. Raises TemplateError.

    The layout ``OUTPUT.toml`` lists sheets; each says which list of the content its rows are, and its columns.
    """
    name = f"{output}.toml"
    place = templates.place(name)
    sheets = templates.data(name).get("sheets", [])
    if not isinstance(sheets, list) or not sheets:
        raise TemplateError(place, "没有一张表 [[sheets]]", "请至少写一张，或删去这个文件改用自带的模板")
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, _OPTIONS)
    # The same content gives the same bytes.
    made.set_properties({"created": datetime.fromisoformat(values["day"])})
    looks = _Looks(made)
    try:
        for sheet in sheets:
            _sheet(made, looks, sheet, values, say, language)
    except (KeyError, TypeError, AttributeError, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise _misfit(templates, name, error) from error
    made.close()
    return target.getvalue()


class _Looks:
    """The looks of cells."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        cell = {"border": 1, "border_color": "#BFBFBF", "valign": "top", "text_wrap": True}
        head = {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1, "text_wrap": True}
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.note = book.add_format({"font_color": "#555555"})
        self.head = book.add_format({**head, "align": "center", "valign": "vcenter"})
        self.cell = book.add_format(cell)
        # Kept as text even when the cell is edited later.
        self.quoted = book.add_format({**cell, "quote_prefix": True})
        self.lights = {
            colour: book.add_format({**cell, "bg_color": ground, "align": "center"})
            for colour, ground in (("red", "#F8CBAD"), ("yellow", "#FFE699"), ("green", "#C6E0B4"))
        }


def _sheet(
    book: xlsxwriter.Workbook,
    looks: _Looks,
    layout: Mapping[str, Any],
    values: Mapping[str, Any],
    say: Wording,
    language: str,
) -> None:
    zh = language == "zh"
    sheet = book.add_worksheet(str(layout["name"] if zh else layout.get("english", layout["name"]))[:31])
    rows, columns = values[layout["rows"]], layout["columns"]
    above = layout.get("above" if zh else "above_english", [])
    for number, line in enumerate(above):
        sheet.write_string(number, 0, say.filled(line), looks.note if number else looks.title)
    at = len(above)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.get("width", 12))
        sheet.write_string(at, index, column["heading"] if zh else column.get("english", column["field"]), looks.head)
    sheet.freeze_panes(at + 1, 0)
    sheet.repeat_rows(at)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for line, row in enumerate(rows[: _ROWS - at - 1], at + 1):
        for index, column in enumerate(columns):
            field = column["field"] if zh else column.get("english_field", column["field"])
            _cell(sheet, line, index, _value(row, field), column.get("label"), looks, say)
    sheet.autofilter(at, 0, max(at + len(rows), at + 1), len(columns) - 1)


def _value(row: Any, field: str) -> Any:
    """A field of a row, by a path such as "latest.sentence"; nothing where a part of the path is None."""
    for part in field.split("."):
        if row is None:
            return None
        if part.startswith("_"):
            raise AttributeError(field)
        row = row[int(part)] if part.isdigit() else getattr(row, part)
    return row


def _cell(sheet: Any, line: int, index: int, value: Any, family: str | None, looks: _Looks, say: Wording) -> None:
    look = looks.lights.get(value, looks.cell) if isinstance(value, str) and family == "light" else looks.cell
    if value is None or value == "":
        sheet.write_blank(line, index, None, looks.cell)
    elif isinstance(value, bool):
        sheet.write_string(line, index, "✓" if value else "", look)
    elif isinstance(value, (int, float)):
        sheet.write_number(line, index, value, look)
    else:
        text = say.label(value, family) if family else "、".join(map(str, value)) if isinstance(value, tuple) else value
        text = "".join(letter for letter in str(text) if letter >= " " or letter in "\t\n")
        sheet.write_string(line, index, text[:_CELL], looks.quoted if text.startswith(_FORMULA) else look)


def _misfit(templates: Templates, name: str, error: Exception) -> TemplateError:
    """What the layout asks for and there is not, with the line on which it stands."""
    asked = str(error.args[0]) if isinstance(error, KeyError) else str(getattr(error, "name", None) or error)
    lines = templates.text(name).splitlines()
    line = next((number for number, text in enumerate(lines, 1) if asked and asked in text), None)
    return broken(templates.place(name), line, f"没有“{asked}”" if len(asked) < 40 else asked)
