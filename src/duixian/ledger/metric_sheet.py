"""Statistics from a table file, CSV or XLSX: every bad row named by its line, nothing half-applied."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from duixian.ledger.errors import LedgerError
from duixian.ledger.kinds import decide
from duixian.ledger.metrics import MetricRecorded, MetricValue, metric, value_id
from duixian.ledger.organisations import Organisation
from duixian.ledger.sheets.forms import Column, Form
from duixian.ledger.sheets.reading import read_file
from duixian.ledger.store import Ledger
from duixian.ledger.tables import Tables

FORM = Form(
    "metrics",
    "统计指标",
    "统计指标",
    "单位、指标、数值必填。",
    (
        Column("organisation", "单位", ("单位名称", "县区", "部门", "organisation"), required=True),
        Column("metric", "指标", ("统计指标", "metric"), required=True),
        Column("period", "调度期", ("时期", "期", "period")),
        Column("value", "数值", ("值", "value"), required=True),
        Column("unit", "计量单位", ("unit",)),
        Column("source", "来源", ("数据来源", "source")),
        Column("correction", "更正原因", ("correction",)),
    ),
)
"""The columns by their headings; the first is what a template would write."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as written. line: 1-based, as the spreadsheet shows it. cells: by column; missing ones are empty."""

    file: str
    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds. errors: cells that cannot be used, by row: merged, a formula without a result, an error."""

    rows: tuple[SheetRow, ...]
    errors: tuple[LedgerError, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """rows: read. recorded: written, or that would be. same: already in the book with this value. errors: by row."""

    rows: int
    recorded: int
    same: int
    errors: tuple[LedgerError, ...]


def read_rows(path: Path, period: str = "", source: str = "") -> Sheet:
    """The rows of a CSV or XLSX file under its headings; ``period`` and ``source`` where a row has none.

    Raises LedgerError when the file cannot be read or a needed column is missing.
    """
    book = read_file(path, FORM)
    default = {"period": period, "source": source}
    keys = [column.key for column in FORM.columns]
    return Sheet(
        tuple(
            SheetRow(path.name, line.number, {key: line.text(key) or default.get(key, "") for key in keys})
            for line in book.lines
        ),
        tuple(_told(path.name, one.row, one.column, one.reason, one.remedy) for one in book.problems),
    )


def apply_rows(ledger: Ledger, who: str, sheet: Sheet, *, check: bool = False) -> Applied:
    """Record the rows, all or none. check: only say what would be recorded and what is wrong."""
    wishes: list[MetricRecorded] = []
    errors = list(sheet.errors)
    same = 0
    with ledger.read() as tables:
        names = {row.name: row.id for row in tables.select(Organisation)}
        seen: dict[str, int] = {}
        for row in sheet.rows:
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
                errors.append(_told(row.file, row.line, error.target, error.reason, error.remedy))
    if wishes and not errors and not check:
        ledger.record(who, *wishes)
    return Applied(len(sheet.rows), len(wishes), same, tuple(errors))


def _told(file: str, line: int, where: str, reason: str, remedy: str) -> LedgerError:
    place = f"{file} 第{line}行" if line else file
    return LedgerError(place + (f"（{where}）" if where else ""), reason, remedy)


def _wish(tables: Tables, names: dict[str, str], row: SheetRow) -> MetricRecorded:
    cells = row.cells
    for column in ("organisation", "metric", "period", "value", "source"):
        if not cells[column]:
            raise LedgerError("", f"“{FORM.heading(column)}”是空的", "请填写后再导入")
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
