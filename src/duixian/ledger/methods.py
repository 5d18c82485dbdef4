"""Methods 计分方法: how much of its weight a value earns, from 0 to 1, and the facts that explain it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from duixian.ledger.errors import LedgerError

Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """Those who are compared. values, ranks: by organisation, of those that have a value. unit, better: of the value.

    last: the values of the same period of the year before; goals: the targets that a metric gives.
    """

    values: Mapping[str, float]
    ranks: Mapping[str, int]
    unit: str
    better: str
    last: Mapping[str, float]
    goals: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Earned:
    """share: of the weight, 0 to 1. facts: what explains it; numbers are written out with their unit."""

    share: float
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lacking:
    """There is a value, but not what it must be set against. key: of the sentence that says so."""

    key: str


@dataclass(frozen=True, slots=True)
class Method:
    """parameters: their defaults; None for those that a scheme must give. check: raises LedgerError on bad ones.

    last: whether it needs last year's values.
    """

    parameters: Mapping[str, Any]
    check: Callable[[str, Parameters], None]
    earn: Callable[[Parameters, Field, str], Earned | Lacking]
    last: bool = False


def number(value: float) -> str:
    """A number as people write it, with at most two decimals."""
    return f"{round(value, 2) + 0.0:.10g}"


def _bounded(share: float) -> float:
    return min(1.0, max(0.0, share))


def _between(parameters: Parameters, value: float) -> float:
    floor, ceiling = parameters["floor"], parameters["ceiling"]
    return _bounded((value - floor) / (ceiling - floor))


def _linear(parameters: Parameters, field: Field, one: str) -> Earned:
    bounds = {key: number(parameters[key]) + field.unit for key in ("floor", "ceiling")}
    return Earned(_between(parameters, field.values[one]), bounds)


def _rank(parameters: Parameters, field: Field, one: str) -> Earned:
    count, rank, last = len(field.ranks), field.ranks[one], parameters["last"]
    share = 1.0 if count == 1 else 1 - (1 - last) * (rank - 1) / (count - 1)
    return Earned(_bounded(share), {"rank": str(rank), "of": str(count)})


def _target(parameters: Parameters, field: Field, one: str) -> Earned | Lacking:
    goal = field.goals.get(one) if isinstance(parameters["target"], str) else float(parameters["target"])
    value = field.values[one]
    if goal is None:
        return Lacking("no_target")
    if field.better == "high":
        done = value / goal if goal > 0 else float(value >= goal)
    else:
        # Of what should be low, keeping within the target is the whole of it.
        done = 1.0 if value <= goal else goal / value if goal > 0 else 0.0
    return Earned(_bounded(done), {"target": number(goal) + field.unit, "percent": number(100 * done)})


def _steps(parameters: Parameters, field: Field, one: str) -> Earned:
    value = field.values[one]
    for edge, share in parameters["steps"]:
        if value >= edge if field.better == "high" else value <= edge:
            return Earned(share, {"edge": number(edge) + field.unit})
    return Earned(0.0, {})


def _growth(parameters: Parameters, field: Field, one: str) -> Earned | Lacking:
    last, value = field.last.get(one), field.values[one]
    points = parameters["change"] == "points"
    if last is None or (last == 0 and not points):
        return Lacking("no_base")
    change = value - last if points else 100 * (value - last) / abs(last)
    unit = ("point" if field.unit == "%" else field.unit) if points else "%"
    facts = {"base": number(last) + field.unit}
    facts |= {key: number(parameters[key]) + unit for key in ("floor", "ceiling")} | {"change": number(change) + unit}
    return Earned(_between(parameters, change), facts)


def _average(parameters: Parameters, field: Field, one: str) -> Earned:
    mean = math.fsum(field.values.values()) / len(field.values)
    gap = field.values[one] - mean
    better = gap if field.better == "high" else -gap
    unit = "point" if field.unit == "%" else field.unit
    facts = {"mean": number(mean) + field.unit, "gap": number(gap) + unit}
    return Earned(_bounded(parameters["base"] + parameters["per_unit"] * better), facts)


def _check_numbers(*keys: str) -> Callable[[str, Parameters], None]:
    def check(name: str, parameters: Parameters) -> None:
        for key in keys:
            _number(name, key, parameters[key])

    return check


def _check_span(name: str, parameters: Parameters) -> None:
    _check_numbers("floor", "ceiling")(name, parameters)
    if parameters["floor"] == parameters["ceiling"]:
        raise LedgerError(name, "下限 floor 与上限 ceiling 相同", "请写两个不同的数；越低越好的，下限写较大的数")


def _check_growth(name: str, parameters: Parameters) -> None:
    _check_span(name, parameters)
    if parameters["change"] not in ("relative", "points"):
        raise LedgerError(name, f"change 不能写“{parameters['change']}”", "请用 relative、points 之一")


def _check_share(*keys: str) -> Callable[[str, Parameters], None]:
    def check(name: str, parameters: Parameters) -> None:
        for key in keys:
            if not 0 <= _number(name, key, parameters[key]) <= 1:
                raise LedgerError(name, f"{key} 应在0到1之间", "请写占权重的比例")

    return check


def _check_average(name: str, parameters: Parameters) -> None:
    _check_share("base")(name, parameters)
    if _number(name, "per_unit", parameters["per_unit"]) <= 0:
        raise LedgerError(name, "per_unit 应大于0", "请写每高于平均一个单位多得的比例")


def _check_target(name: str, parameters: Parameters) -> None:
    if not isinstance(parameters["target"], str):
        _number(name, "target", parameters["target"])


def _check_steps(name: str, parameters: Parameters) -> None:
    steps = parameters["steps"]
    shares = [_number(name, "steps", share) for _, share in steps]
    edges = [_number(name, "steps", edge) for edge, _ in steps]
    if not steps or not all(0 <= share <= 1 for share in shares) or shares != sorted(shares, reverse=True):
        raise LedgerError(name, "steps 应从最好的一档写起，比例在0到1之间，依次降低", "例如 [[95, 1.0], [80, 0.6]]")
    if edges not in (sorted(edges), sorted(edges, reverse=True)):
        raise LedgerError(name, "steps 的界限应依次排列", "例如 [[95, 1.0], [80, 0.6]]")


def _number(name: str, key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise LedgerError(name, f"{key} 应是数，写的是“{value}”", "请改正")
    return float(value)


METHODS: Mapping[str, Method] = {
    "linear": Method({"floor": None, "ceiling": None}, _check_span, _linear),
    "rank": Method({"last": 0.0}, _check_share("last"), _rank),
    "target": Method({"target": None}, _check_target, _target),
    "steps": Method({"steps": None}, _check_steps, _steps),
    "growth": Method({"floor": None, "ceiling": None, "change": "relative"}, _check_growth, _growth, last=True),
    "average": Method({"base": None, "per_unit": None}, _check_average, _average),
}
"""linear: in proportion between floor and ceiling. rank: the first all, the last ``last``, the others in between.
target: the share of a number, or of a metric (its name), that is reached. steps: [edge, share] pairs, the best first.
growth: change over the year before, relative in percent or in points, in proportion between floor and ceiling.
average: ``base`` at the average of the field, ``per_unit`` more for each unit above it."""
