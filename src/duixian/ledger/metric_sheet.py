"""Statistics from a table file, CSV or XLSX: every bad row named by its line, nothing half-applied."""

from __future__ import annotations

import csv
import math
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duixian.errors import InputError
from duixian.ledger.errors import LedgerError
from duixian.ledger.kinds import decide
from duixian.ledger.metrics import MetricRecorded, MetricValue, metric, value_id
from duixian.ledger.organisations import Organisation
from duixian.ledger.store import Ledger
from duixian.ledger.tables import Tables

COLUMNS = {
    "organisation": ("单位", "单位名称", "县区", "部门", "organisation"),
    "metric": ("指标", "统计指标", "metric"),
    "period": ("调度期", "时期", "期", "period"),
    "value": ("数值", "值", "value"),
    "unit": ("计量单位", "unit"),
    "source": ("来源", "数据来源", "source"),
    "correction": ("更正原因", "correction"),
}
"""The columns by their headings; the first is what a template would write."""

_NEEDED = ("organisation", "metric", "value")
_LIMIT = 20_000  # rows: 40 places, 40 metrics and 12 months, all at once
_BYTES = 50 * 2**20


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as written. line: 1-based, as the spreadsheet shows it. cells: by column; missing ones are empty."""

    file: str
    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Applied:
    """rows: read. recorded: written, or that would be. same: already in the book with this value. errors: by row."""

    rows: int
    recorded: int
    same: int
    errors: tuple[LedgerError, ...]


def read_rows(path: Path, period: str = "", source: str = "") -> list[SheetRow]:
    """The rows of a CSV or XLSX file under its headings; ``period`` and ``source`` where a row has none.

    Raises InputError when the file cannot be read or a needed column is missing.
    """
    try:
        if path.stat().st_size > _BYTES:
            raise InputError(str(path), f"文件超过 {_BYTES // 2**20} MB", "请分成几个文件")
        lines = _xlsx(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv(path)
        return _rows(path, lines, {"period": period, "source": source})
    except OSError as error:
        raise InputError(
            str(path), f"读不出来（{error.strerror or type(error).__name__}）", "请检查文件名，以及有没有读取权限"
        ) from error


def apply_rows(ledger: Ledger, who: str, rows: Sequence[SheetRow], *, check: bool = False) -> Applied:
    """Record the rows, all or none. check: only say what would be recorded and what is wrong."""
    wishes: list[MetricRecorded] = []
    errors: list[LedgerError] = []
    same = 0
    with ledger.read() as tables:
        names = {row.name: row.id for row in tables.select(Organisation)}
        seen: dict[str, int] = {}
        for row in rows:
            try:
                wish = _wish(tables, names, row)
                id = value_id(wish.organisation, wish.metric, wish.period)
                if id in seen:
                    raise LedgerError("", f"与第{seen[id]}行是同一单位、指标和时期", "请删去重复的行")
                seen[id] = row.line
                earlier = tables.get(MetricValue, id)
                if earlier is not None and (earlier.value, earlier.unit) == (wish.value, wish.unit):
                    same += 1
                    continue
                decide(tables, who, wish)
                wishes.append(wish)
            except LedgerError as error:
                place = f"{row.file} 第{row.line}行" + (f"（{error.target}）" if error.target else "")
                errors.append(LedgerError(place, error.reason, error.remedy))
    if wishes and not errors and not check:
        ledger.record(who, *wishes)
    return Applied(len(rows), len(wishes), same, tuple(errors))


def _wish(tables: Tables, names: dict[str, str], row: SheetRow) -> MetricRecorded:
    cells = row.cells
    for column in ("organisation", "metric", "period", "value", "source"):
        if not cells[column]:
            raise LedgerError("", f"“{COLUMNS[column][0]}”是空的", "请填写后再导入")
    one = metric(tables, cells["metric"])
    organisation = cells["organisation"]
    return MetricRecorded(
        names.get(organisation, organisation),
        one.id,
        cells["period"],
        _number(cells["value"], cells["unit"] or one.unit),
        cells["unit"] or one.unit,
        cells["source"],
        correction=cells["correction"] or None,
    )


def _number(text: str, unit: str) -> float:
    plain = text.replace(",", "").replace("，", "").replace("％", "%").replace("－", "-").replace("−", "-")
    if unit == "%":
        plain = plain.removesuffix("%")
    try:
        value = float(plain)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise LedgerError("数值", f"“{text[:40]}”不是一个数", "请填写数字")
    return value


def _rows(path: Path, lines: Iterable[tuple[int, list[str]]], default: dict[str, str]) -> list[SheetRow]:
    columns: dict[str, int] | None = None
    found: list[SheetRow] = []
    for number, cells in lines:
        if not any(cells):
            continue
        if columns is None:
            columns = _columns(path, cells)
            continue
        if len(found) >= _LIMIT:
            raise InputError(str(path), f"超过 {_LIMIT} 行", "请分成几个文件")
        at = columns
        row = {name: cells[at[name]] if name in at and at[name] < len(cells) else "" for name in COLUMNS}
        found.append(SheetRow(path.name, number, {name: row[name] or default.get(name, "") for name in COLUMNS}))
    if columns is None:
        raise InputError(
            str(path), "文件是空的", f"第一行请写列名：{'、'.join(names[0] for names in COLUMNS.values())}"
        )
    return found


def _columns(path: Path, headings: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, words in COLUMNS.items():
        places = [index for index, heading in enumerate(headings) if heading in words]
        if len(places) > 1:
            raise InputError(str(path), f"有两列都是“{words[0]}”", "请删去多余的一列")
        if places:
            found[name] = places[0]
    missing = [COLUMNS[name][0] for name in _NEEDED if name not in found]
    if missing:
        raise InputError(
            str(path), f"缺少列：{'、'.join(missing)}", f"第一行请写列名；现有：{'、'.join(headings)[:200]}"
        )
    return found


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InputError(str(path), "不是文本，或编码不是 UTF-8、GB18030", "请另存为 CSV UTF-8")
    reader = csv.reader(text.splitlines(keepends=True))
    try:
        for row in reader:
            yield reader.line_num, [cell.strip() for cell in row]
    except csv.Error as error:
        raise InputError(str(path), f"不是有效的 CSV（{error}）", "请用表格软件重新另存") from error


def _xlsx(path: Path) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise InputError(str(path), "不是有效的 XLSX", "请用表格软件重新另存") from error
    try:
        sheet = book.worksheets[0]
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [_text(cell) for cell in row]
    finally:
        book.close()


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    # A year or a count typed into a cell comes back as 2025.0; it is meant as 2025.
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
