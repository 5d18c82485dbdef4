"""Slices 分解: the yearly value of a measure spread over quarters, months, districts or industries."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from duixian.ledger.errors import LedgerError
from duixian.ledger.journal import Entry
from duixian.ledger.measures import WITHOUT_NUMBER, Measure
from duixian.ledger.organisations import Person, Role, known, named, require
from duixian.ledger.plans import Item, open_plan
from duixian.ledger.tables import Row, Tables


class Along(StrEnum):
    """按季度, 按月, 按地区, 按行业, 按单位."""

    QUARTER = "quarter"
    MONTH = "month"
    DISTRICT = "district"
    INDUSTRY = "industry"
    ORGANISATION = "organisation"


class Manner(StrEnum):
    """How the values stand to the whole.

    SHARE: parts that add up to it (新增就业 by quarter). RUNNING: the total reached by the end of each period (累计).
    LEVEL: what must stand in each slice by itself (增速, 占比), which cannot be added.
    """

    SHARE = "share"
    RUNNING = "running"
    LEVEL = "level"


PERIODS = {Along.QUARTER: 4, Along.MONTH: 12}
_ADDED = frozenset({"change"})
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Slice:
    """name: "1" to "4" or "12" for periods, else as the user calls it. organisation: id of who owes it, if any."""

    name: str
    value: float
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Slicing:
    """One way in which one measure of an item is spread."""

    id: str
    item: str
    measure: str
    along: Along
    manner: Manner
    slices: tuple[Slice, ...]
    reason: str | None


@dataclass(frozen=True, slots=True)
class MeasureSliced:
    """A measure is spread, or spread anew. reason: why the slices do not make up the whole, where they do not."""

    item: str
    measure: str
    along: Along
    slices: tuple[Slice, ...]
    manner: Manner | None = None
    reason: str | None = None


def slicing_id(item: str, measure: str, along: Along) -> str:
    """The id of a slicing."""
    return f"{item}|{measure}|{along}"


def manner_of(measure: Measure) -> Manner:
    """How slices of this measure stand to the whole when nobody says: what is counted by the year adds up."""
    return Manner.SHARE if measure.kind in _ADDED else Manner.LEVEL if measure.unit == "%" else Manner.SHARE


def decide_slicing(tables: Tables, person: Person, event: MeasureSliced) -> MeasureSliced:
    item = tables.need(Item, event.item, "事项")
    plan = open_plan(tables, item.plan)
    require(tables, person, (Role.SUPERVISOR,), plan.organisation, "分解数量目标")
    measure = next((one for one in item.measures if one.name == event.measure), None)
    if measure is None:
        names = "、".join(one.name for one in item.measures) or "（无）"
        raise LedgerError(item.id, f"没有“{event.measure}”这个数量目标", f"该事项的数量目标有：{names}")
    if measure.op in WITHOUT_NUMBER or measure.value is None:
        raise LedgerError(item.id, f"“{measure.name}”没有数值，不能分解", "请先给出数值")
    manner = event.manner or manner_of(measure)
    _check_names(tables, item.id, event)
    gap = _gap(measure, manner, event)
    if gap is not None and not (event.reason or "").strip():
        raise LedgerError(item.id, f"“{measure.name}”的分解{gap}", "请改正，或写明为什么不等于全年目标")
    return MeasureSliced(item.id, measure.name, event.along, event.slices, manner, event.reason)


def apply_slicing(tables: Tables, entry: Entry, event: MeasureSliced) -> tuple[Row, ...]:
    id = slicing_id(event.item, event.measure, event.along)
    manner = event.manner or Manner.SHARE
    return (Slicing(id, event.item, event.measure, event.along, manner, event.slices, event.reason),)


def _check_names(tables: Tables, target: str, event: MeasureSliced) -> None:
    names = [named(slice.name, "分解项名称") for slice in event.slices]
    if not names or len(set(names)) < len(names):
        raise LedgerError(target, "分解没有内容，或有两项同名", "请逐项列出")
    count = PERIODS.get(event.along)
    if count is not None and names != [str(number) for number in range(1, count + 1)]:
        raise LedgerError(target, f"按期分解应依次写1到{count}", "请补齐每一期")
    for slice in event.slices:
        if not math.isfinite(slice.value):
            raise LedgerError(target, f"分解项“{slice.name}”不是一个数", "请填写数值")
        if slice.organisation is not None:
            known(tables, slice.organisation)


def _gap(measure: Measure, manner: Manner, event: MeasureSliced) -> str | None:
    """What is wrong between the slices and the whole, in Chinese; None when they make it up."""
    goal = measure.value
    assert goal is not None
    values = [slice.value for slice in event.slices]
    if manner is Manner.LEVEL and event.along not in PERIODS:
        return None  # each place or industry has a level of its own; only weights that nobody gave could add them
    if manner is Manner.SHARE:
        reached, what = math.fsum(values), "合计"
    else:
        reached, what = values[-1], "最后一期"
    if manner is Manner.RUNNING and values != sorted(values, reverse=goal < 0):
        return "的累计数有一期低于前一期"
    upper = goal if measure.value2 is None else measure.value2
    low, high = min(goal, upper), max(goal, upper)
    slack = _TOLERANCE * max(1.0, abs(goal))
    # A floor may be overfulfilled by its slices and a ceiling undercut; a sum on the wrong side breaks the promise.
    # The relation speaks of the size: of a fall by 3 or more, a fall by 4 is on the right side.
    rising = goal >= 0
    if measure.op in ("≥", ">"):
        low, high = (low, math.inf) if rising else (-math.inf, high)
    elif measure.op in ("≤", "<"):
        low, high = (-math.inf, high) if rising else (low, math.inf)
    if low - slack <= reached <= high + slack:
        return None
    return f"{what}{reached:g}{measure.unit}，全年目标是{measure.op}{goal:g}{measure.unit}"
