"""Measures 数量目标: what of an item can be counted, with its relation, value and unit."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from duixian.ledger.errors import LedgerError

SIGNS = {
    "eq": "=",
    "approx": "≈",
    "ge": "≥",
    "gt": ">",
    "le": "≤",
    "lt": "<",
    "range": "～",
    "sync": "同步",
    "faster": "快于",
    "positive": "正增长",
    "qualitative": "定性",
}
"""The relations of extracted figures, as the ledger writes them."""

OPERATORS = tuple(SIGNS.values())
WITHOUT_NUMBER = frozenset({"同步", "快于", "正增长", "定性"})
"""Relations that hold or do not hold without a number of their own."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What must be reached.

    name: unique in its item. op: one of OPERATORS; it speaks of the size, so "≥ -3" is a fall of three or more.
    value: None for relations without a number; value2: the upper end of a range. unit: as written. indicator, kind: of
    the data contract. figure: id of the record it came from.
    """

    name: str
    op: str
    value: float | None
    unit: str
    value2: float | None = None
    indicator: str = "other"
    kind: str = "level"
    figure: str | None = None


def check_measures(target: str, measures: Iterable[Measure]) -> None:
    """Raise LedgerError unless every measure has a name of its own, a known relation and a value that fits it."""
    seen: set[str] = set()
    for measure in measures:
        if not measure.name.strip() or measure.name != measure.name.strip():
            raise LedgerError(target, f"数量目标名称“{measure.name}”为空或首尾有空格", "请填写后再提交")
        if measure.name in seen:
            raise LedgerError(target, "有两个同名的数量目标", "请给每个数量目标不同的名称")
        seen.add(measure.name)
        _check(target, measure)


def _check(target: str, measure: Measure) -> None:
    if measure.op not in OPERATORS:
        raise LedgerError(target, f"不认识的关系“{measure.op}”", f"请用{'、'.join(OPERATORS)}之一")
    given = [value for value in (measure.value, measure.value2) if value is not None]
    if not all(math.isfinite(value) for value in given):
        raise LedgerError(target, f"“{measure.name}”的目标值不是一个数", "请填写数值")
    if measure.op in WITHOUT_NUMBER:
        return
    if measure.value is None:
        raise LedgerError(target, f"“{measure.name}”没有目标值", "请填写数值，或改用不带数值的关系")
    if measure.op == SIGNS["range"] and measure.value2 is None:
        raise LedgerError(target, f"“{measure.name}”是区间，但没有上限", "请填写两个数值")


def written(measure: Measure) -> str:
    """The measure as people read it: "里程≥200公里", "增速5～6%", "与…同步"."""
    if measure.value is None:
        return f"{measure.name}{measure.op}"
    upper = f"～{_number(measure.value2)}" if measure.value2 is not None else ""
    op = "" if upper else measure.op
    return f"{measure.name}{op}{_number(measure.value)}{upper}{measure.unit}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
