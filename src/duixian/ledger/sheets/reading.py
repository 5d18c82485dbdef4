"""A workbook or a CSV file as rows with headings: every cell knows where it stood, and what is odd about it."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from duixian.documents.readers.encoding import decode
from duixian.ledger.errors import LedgerError
from duixian.ledger.sheets.forms import Form
from duixian.ledger.sheets.marker import LISTS, SHEET, Marker, marker_of
from duixian.ledger.sheets.problems import Note, Problem
from duixian.ledger.sheets.survey import ROW_LIMIT, SIZE_LIMIT, Survey, survey

_HEAD_ROWS = 15  # rows from the top among which the headings stand
_COLUMNS = 64
_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what no XML can hold
_FORMULA = ("'=", "'+", "'-", "'@")

Value = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """value: as read. percent: shown as a percentage, so that 50% is 0.5. sound: whether it can be used at all."""

    address: str
    value: Value
    percent: bool = False
    sound: bool = True

    @property
    def text(self) -> str:
        """The cell as people see it, without spaces around it."""
        return written(self.value)


@dataclass(frozen=True, slots=True)
class Line:
    """One row. number: as Excel counts. cells: by key of the form's column."""

    number: int
    cells: Mapping[str, Cell]

    def text(self, key: str) -> str:
        """What stands in a column, "" when there is none."""
        cell = self.cells.get(key)
        return cell.text if cell else ""


@dataclass(frozen=True, slots=True)
class Workbook:
    """A table that came back. headings: of the columns found, by key. marker: None in files of other origin."""

    name: str
    headings: Mapping[str, str]
    lines: tuple[Line, ...]
    marker: Marker | None
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class _Grid:
    """A worksheet as read, before anything is known of its columns."""

    name: str
    rows: list[tuple[int, list[Cell]]]
    survey: Survey


def written(value: Value) -> str:
    """A value of a cell as text: whole numbers without a fraction, days in ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.15g}" if math.isfinite(value) else ""
    if isinstance(value, date):
        return value.isoformat()
    return _UNSEEN.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n")).strip()


def read_file(path: Path, form: Form) -> Workbook:
    """The table of this form in a file. Raises LedgerError for a file that cannot be used at all."""
    try:
        with path.open("rb") as stream:
            data = stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise LedgerError(str(path), f"读不出来（{error.strerror or error}）", "请检查文件名和权限") from error
    except ValueError as error:
        raise LedgerError(repr(str(path)), "路径中有不能用于文件名的字符", "请检查路径是否写对") from error
    return read_table(data, str(path), form)


def read_table(data: bytes, name: str, form: Form) -> Workbook:
    """The table of this form in the bytes of an .xlsx or CSV file. Raises LedgerError.

    The sheet is the one whose headings fit best; they may stand below a title. What is wrong with single cells
    (merged, a formula without result, an error value) is among the problems, with the rest of the table read.
    """
    if data[:2] == b"PK" or not data or data[:4] == b"\xd0\xcf\x11\xe0" or len(data) > SIZE_LIMIT:
        grids, marker = _workbook(data, name)
    else:
        grids, marker = [_csv(data, name)], None
    if marker is not None and marker.form != form.name:
        raise LedgerError(name, f"不是“{form.sheet}”", "请核对文件，或换用相应的导入命令")
    return _table(name, grids, form, marker)


def _workbook(data: bytes, name: str) -> tuple[list[_Grid], Marker | None]:
    surveys = survey(data, name)
    marker: Marker | None = None
    grids: list[_Grid] = []
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                if sheet.title == SHEET:
                    marker = marker_of(sheet.iter_rows(max_col=10, values_only=True))
                elif sheet.title != LISTS and sheet.sheet_state == "visible":
                    part = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
                    found = surveys.get(part) or Survey()
                    grids.append(_Grid(sheet.title, list(_rows(sheet, found)), found))
        finally:
            book.close()
    except LedgerError:
        raise
    except Exception as error:  # the library raises whatever its parts raise on damaged parts
        raise LedgerError(name, "Excel 文件已损坏，打不开", "请重新取得文件，或用原来的软件打开后另存一份") from error
    if not grids:
        raise LedgerError(name, "没有可见的工作表", "请核对文件")
    return grids, marker


def _rows(sheet: Any, found: Survey) -> Iterator[tuple[int, list[Cell]]]:
    sheet.reset_dimensions()
    for row in sheet.iter_rows(max_col=_COLUMNS):
        cells = [
            _cell(each, found) for each in row if getattr(each, "value", None) is not None or _formula(each, found)
        ]
        if cells:
            yield row_number(cells[0].address), cells


def _formula(cell: Any, found: Survey) -> bool:
    return getattr(cell, "coordinate", "") in found.formulas


def _cell(cell: Any, found: Survey) -> Cell:
    value = cell.value
    if isinstance(value, datetime):
        value = value.date()
    elif isinstance(value, time) or not isinstance(value, str | int | float | date | None):
        value = str(value)
    return Cell(cell.coordinate, value, "%" in str(cell.number_format))


def row_number(address: str) -> int:
    """The row of an address such as D7."""
    return int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def column_number(address: str) -> int:
    """The column of an address such as D7, from 1."""
    number = 0
    for letter in address.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def _csv(data: bytes, name: str) -> _Grid:
    if b"\x00" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise LedgerError(name, "不是 Excel 工作簿，也不是 CSV 文件", "请用 Excel 或 WPS 打开，另存为 .xlsx 再导入")
    decoded = decode(data)
    if decoded is None or "\ufffd" in decoded.text:
        raise LedgerError(name, "文字的编码认不出来", "请用 Excel 打开，另存为 .xlsx 再导入")
    text = decoded.text
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    rows: list[tuple[int, list[Cell]]] = []
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader, 1):
            cells = [
                Cell(f"{get_column_letter(column)}{number}", value[1:] if value.startswith(_FORMULA) else value)
                for column, value in enumerate(islice(row, _COLUMNS), 1)
                if value.strip()
            ]
            if cells:
                rows.append((number, cells))
            if len(rows) > ROW_LIMIT:
                reason = f"有内容的行超过了{ROW_LIMIT}行的上限"
                raise LedgerError(name, reason, "请核对是否选错了文件，或拆成几个文件分别导入")
    except csv.Error as error:
        raise LedgerError(name, f"不是有效的 CSV 文件（{error}）", "请用 Excel 打开，另存为 .xlsx 再导入") from error
    return _Grid(name, rows, Survey())


def _table(name: str, grids: Sequence[_Grid], form: Form, marker: Marker | None) -> Workbook:
    names = _names(form, marker)
    best = max((_headed(grid, names) for grid in grids), key=lambda found: len(found[2]))
    grid, at, columns = best
    seen = set(columns.values())
    missing = [column.heading for column in form.columns if column.required and column.key not in seen]
    if missing:
        top = next((cells for number, cells in grid.rows if number == at), [])
        found = "、".join(cell.text for cell in top) or "（无）"
        raise LedgerError(
            name, f"缺少列“{'、'.join(missing)}”；找到的列有：{found[:200]}", "请补上缺少的列，列名照原表"
        )
    headings = {key: _heading(grid, at, number) for number, key in columns.items()}
    problems = list(_twice(grid, at, names, columns))
    problems += _merged(grid, at, columns, headings)
    spoiled = [area for area in grid.survey.merged if area[3] > at]
    notes: list[Note] = []
    lines: list[Line] = []
    for number, cells in grid.rows:
        if number <= at:
            continue
        kept: dict[str, Cell] = {}
        for cell in cells:
            key = columns.get(column_number(cell.address))
            if key is not None:
                kept[key] = _checked(cell, number, headings[key], grid, problems, notes)
        for left, first, right, last in spoiled:
            for column in range(left, min(right, _COLUMNS) + 1) if first <= number <= last else ():
                if column in columns:
                    address = f"{get_column_letter(column)}{number}"
                    kept[columns[column]] = Cell(address, None, sound=False)
        if any(cell.text or not cell.sound for cell in kept.values()):
            lines.append(Line(number, kept))
    return Workbook(name, headings, tuple(lines), marker, tuple(problems), tuple(notes))


def _names(form: Form, marker: Marker | None) -> dict[str, str]:
    """Heading -> key: as the file was written, as the form is now, and the other names."""
    names: dict[str, str] = {}
    for column in form.columns:
        for heading in (column.heading, *column.also):
            names[_plain(heading)] = column.key
    if marker is not None:
        names.update({_plain(heading): key for key, heading in marker.headings.items()})
    return names


def _plain(heading: str) -> str:
    return "".join(unicodedata.normalize("NFKC", heading).split()).strip("*：:")


def _headed(grid: _Grid, names: Mapping[str, str]) -> tuple[_Grid, int, dict[int, str]]:
    """The row of the headings and the key of each column, from 1; the first row with the most known headings."""
    best: tuple[int, dict[int, str]] = (0, {})
    for number, cells in grid.rows:
        if number > _HEAD_ROWS:
            break
        columns: dict[int, str] = {}
        for cell in cells:
            key = names.get(_plain(cell.text))
            if key is not None and key not in columns.values():
                columns[column_number(cell.address)] = key
        if len(columns) > len(best[1]) or not best[0]:
            best = (number, columns)
    return grid, *best


def _heading(grid: _Grid, at: int, column: int) -> str:
    row = next(cells for number, cells in grid.rows if number == at)
    return next("".join(cell.text.split()) for cell in row if column_number(cell.address) == column)


def _twice(grid: _Grid, at: int, names: Mapping[str, str], columns: Mapping[int, str]) -> Iterator[Problem]:
    for number, cells in grid.rows:
        for cell in cells if number == at else ():
            if _plain(cell.text) in names and column_number(cell.address) not in columns:
                yield Problem(at, cell.text, cell.address, "这一列出现了两次", "请只保留一列")


def _merged(grid: _Grid, at: int, columns: Mapping[int, str], headings: Mapping[str, str]) -> Iterator[Problem]:
    for left, top, right, bottom in grid.survey.merged:
        known = [columns[column] for column in range(left, min(right, _COLUMNS) + 1) if column in columns]
        if bottom > at and known:
            where = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
            remedy = "请取消合并，每一行都填写完整"
            yield Problem(max(top, at + 1), headings[known[0]], where, "是合并单元格，看不出每一行的内容", remedy)


def _checked(
    cell: Cell,
    row: int,
    heading: str,
    grid: _Grid,
    problems: list[Problem],
    notes: list[Note],
) -> Cell:
    """The cell, marked unsound with a problem or told with a note where something is odd about it."""
    formula = cell.address in grid.survey.formulas
    if isinstance(cell.value, str) and cell.value.strip() in _ERRORS:
        problems.append(Problem(row, heading, cell.text, "单元格里是公式的错误值", "请改成要填的内容"))
    elif formula and not cell.text:
        problems.append(
            Problem(row, heading, "", "是公式，但文件里没有它的计算结果", "请复制后用“选择性粘贴—数值”代替公式")
        )
    else:
        if formula:
            notes.append(Note(row, heading, f"是公式，取了它的计算结果“{cell.text}”"))
        return cell
    return Cell(cell.address, cell.value, cell.percent, sound=False)
