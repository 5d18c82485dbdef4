"""What the workbooks of the account book share: looks, lists to choose from, and the marker by which they come back."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from duixian.ledger.sheets.forms import Column, Form, Forms
from duixian.ledger.sheets.marker import LISTS, SHEET, Marker, marker_rows

CELL_LIMIT = 32_767
HEAD_ROW = 2  # from 0: title, note, headings
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_A4 = 9
_LINE, _TALLEST = 15.0, 409.0  # points; Excel knows no taller row
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"font_size": 20, "align": "center", "valign": "vcenter"},
    "note": {"font_size": 10, "font_color": "#555555", "valign": "vcenter", "text_wrap": True},
    "head": {
        "bold": True,
        "align": "center",
        "valign": "vcenter",
        "border": 1,
        "bg_color": "#E7EDF5",
        "text_wrap": True,
    },
    "text": {"valign": "vcenter", "border": 1, "text_wrap": True},
    "center": {"valign": "vcenter", "align": "center", "border": 1, "text_wrap": True},
    "proposed": {"valign": "vcenter", "border": 1, "text_wrap": True, "font_color": "#1F4E9E", "italic": True},
    "fill": {"valign": "vcenter", "border": 1, "text_wrap": True, "bg_color": "#FFFBE6", "locked": False},
    "still": {"valign": "vcenter", "border": 1, "text_wrap": True, "bg_color": "#F2F2F2"},
}
_FONT = {"title": "title", "head": "head"}


class OfficeWorkbook:
    """One table of a form on one visible worksheet: title, note, headings, rows; texts are never formulas."""

    def __init__(self, words: Forms, form: Form, title: str, note: str) -> None:
        self._archive = io.BytesIO()
        self.book = xlsxwriter.Workbook(self._archive, _OPTIONS)
        self.form = form
        self._words = words
        self._looks: dict[str, Any] = {}
        self.sheet = self.book.add_worksheet(form.sheet[:31])
        self._row = HEAD_ROW + 1
        self._lists = 0
        self._list_sheet: Any = None
        printed = [at for at, column in enumerate(form.columns) if column.word is not None]
        last = max(printed[-1] if printed else sum(column.key != "id" for column in form.columns) - 1, 1)
        self.sheet.set_landscape()
        self.sheet.set_paper(_A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        self.sheet.repeat_rows(HEAD_ROW)
        self.sheet.set_footer("&C— &P —")
        self.sheet.freeze_panes(HEAD_ROW + 1, 0)
        self.sheet.merge_range(0, 0, 0, last, "", self.look("title"))
        self.sheet.write_string(0, 0, title, self.look("title"))
        self.sheet.set_row(0, 34)
        self.sheet.merge_range(1, 0, 1, last, "", self.look("note"))
        self.sheet.write_string(1, 0, note, self.look("note"))
        self.sheet.set_row(1, 28)
        self.sheet.set_row(HEAD_ROW, 34)
        for at, column in enumerate(form.columns):
            self.sheet.set_column(at, at, column.width, self.look("unlocked"), {"hidden": column.key == "id"})
            self.sheet.write_string(HEAD_ROW, at, column.heading, self.look("head"))

    def look(self, name: str) -> Any:
        """The format of this name; every one is text, so that 2.10 stays what it is."""
        if name not in self._looks:
            font = self._words.fonts[_FONT.get(name, "body")][0]
            if name == "unlocked":
                self._looks[name] = self.book.add_format({"font_name": font, "num_format": "@"})
            else:
                looks: dict[str, Any] = {"font_size": 11, "num_format": "@"} | _LOOKS[name] | {"font_name": font}
                self._looks[name] = self.book.add_format(looks)
        return self._looks[name]

    def number_look(self, name: str) -> Any:
        """The same for numbers."""
        key = f"{name}:number"
        if key not in self._looks:
            font = self._words.fonts["body"][0]
            self._looks[key] = self.book.add_format(
                {"font_size": 11} | _LOOKS[name] | {"font_name": font, "num_format": "General", "align": "center"}
            )
        return self._looks[key]

    def add(
        self, cells: Mapping[str, str | float | None], looks: Mapping[str, str], numbers: Sequence[str] = ()
    ) -> None:
        """One row. looks: by key of the column, else "text". numbers: columns that hold numbers even when empty."""
        self.sheet.set_row(self._row, self._height(cells))
        for at, column in enumerate(self.form.columns):
            value = cells.get(column.key)
            look = looks.get(column.key, "text")
            if isinstance(value, int | float):
                self.sheet.write_number(self._row, at, value, self.number_look(look))
            elif value:
                self.sheet.write_string(self._row, at, value[:CELL_LIMIT], self.look(look))
            else:
                self.sheet.write_blank(
                    self._row, at, None, self.number_look(look) if column.key in numbers else self.look(look)
                )
        self._row += 1

    def _height(self, cells: Mapping[str, str | float | None]) -> float:
        """Room for the cell with the most lines, in points; not every program finds that out by itself."""
        lines = 1
        for column in self.form.columns:
            value = cells.get(column.key)
            if isinstance(value, str) and column.key != "id":
                # Half a character is left free at either end.
                wide = (sum(2 if ord(letter) > 0x2E80 else 1 for letter in part) for part in value.split("\n"))
                lines = max(lines, sum(max(1, math.ceil(each / max(column.width - 2, 1))) for each in wide))
        return min(_LINE * lines + 6, _TALLEST)

    def choose(self, key: str, names: Sequence[str], spare: int, *, strict: bool, hint: str = "") -> None:
        """Let the cells of a column, and ``spare`` rows below, be chosen from a list."""
        column = self.at(key)
        if column is None or not names:
            return
        if self._list_sheet is None:
            self._list_sheet = self.book.add_worksheet(LISTS)
            self._list_sheet.hide()
        for row, name in enumerate(names):
            self._list_sheet.write_string(row, self._lists, name)
        letter = xl_col_to_name(self._lists)
        self._lists += 1
        last = max(self._row - 1 + spare, HEAD_ROW + 1)
        self.sheet.data_validation(
            HEAD_ROW + 1,
            column,
            last,
            column,
            {
                "validate": "list",
                "source": f"='{LISTS}'!${letter}$1:${letter}${len(names)}",
                "error_type": "stop" if strict else "information",
                "show_error": strict,
                "input_message": hint[:255],
                "show_input": bool(hint),
            },
        )

    def at(self, key: str) -> int | None:
        """Where a column stands, from 0."""
        return next((at for at, column in enumerate(self.form.columns) if column.key == key), None)

    @property
    def rows(self) -> int:
        """How many rows there are below the headings."""
        return self._row - HEAD_ROW - 1

    def finish(self, marker: Marker | None = None) -> bytes:
        """The file, with its marker on a sheet that Excel does not show."""
        if self.rows:
            last = len(self.form.columns) - 1
            self.sheet.autofilter(HEAD_ROW, 0, self._row - 1, last)
        if marker is not None:
            hidden = self.book.add_worksheet(SHEET)
            hidden.very_hidden()
            for row, cells in enumerate(marker_rows(marker)):
                for column, text in enumerate(cells):
                    hidden.write_string(row, column, text)
        self.sheet.activate()
        self.book.close()
        return self._archive.getvalue()


def headings(columns: Sequence[Column]) -> dict[str, str]:
    """The headings by key, for the marker."""
    return {column.key: column.heading for column in columns}
