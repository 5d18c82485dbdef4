"""The criteria of lights, as in ``data/lights.toml``: when a light turns, and how measures get to their goals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from duixian.ledger.errors import LedgerError
from duixian.ledger.measures import Measure
from duixian.ledger.rulebook import rule
from duixian.ledger.tables import Tables
from duixian.vocabulary.indicators import OTHER, load_indicators


class Colour(StrEnum):
    """绿, 黄, 红; 灰 where nothing can be said; 按期办结 and 逾期办结 for items that are closed."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"
    DONE = "done"
    LATE = "late"


SEVERITY = {Colour.GREEN: 0, Colour.YELLOW: 1, Colour.RED: 2}
"""Of the colours of items that are being worked on, from best to worst."""


class Course(StrEnum):
    """How a measure gets to its goal: counted up from nothing, moved from a first level, held, or told in words."""

    AMOUNT = "amount"
    MOVE = "move"
    HOLD = "hold"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which number on a light is yellow, and from which it is red."""

    yellow: float
    red: float

    def colour(self, number: float) -> Colour:
        """The colour of this number; never better for a greater one."""
        return Colour.RED if number >= self.red else Colour.YELLOW if number >= self.yellow else Colour.GREEN


@dataclass(frozen=True, slots=True)
class CourseRule:
    """A course, and for each condition the values of which one must be met."""

    course: Course
    conditions: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Criteria:
    """The whole file. Points are percentage points, shares percent, times days."""

    lag: Threshold
    rate: Threshold
    rate_units: frozenset[str]
    level: Threshold
    about_points: float
    about_percent: float
    milestone: Threshold
    rounds: Threshold
    silence: Threshold
    approaching_days: float
    approaching_percent: float
    words: Mapping[str, Colour]
    late_assignment: float
    courses: tuple[CourseRule, ...]

    def course(self, measure: Measure) -> Course:
        """How this measure gets to its goal, before anybody has sliced it."""
        if measure.value is None:
            return Course.WORD
        facts = {
            "op": measure.op,
            "kind": measure.kind,
            "unit": measure.unit,
            "indicator": measure.indicator,
            "better": better(measure) or "",
        }
        for row in self.courses:
            if all(facts[name] in wanted for name, wanted in row.conditions.items()):
                return row.course
        return Course.AMOUNT

    def slack(self, measure: Measure) -> float:
        """How far a value may be from this goal and still keep it, in the measure's unit: only where it says "≈"."""
        if measure.op != "≈" or measure.value is None:
            return 0.0
        return self.about_points if measure.unit in self.rate_units else abs(measure.value) * self.about_percent / 100

    def missed(self, measure: Measure) -> Threshold:
        """The thresholds for a goal that must hold: points for rates, percent of the goal for others."""
        return self.rate if measure.unit in self.rate_units else self.level


def criteria(tables: Tables) -> Criteria:
    """The criteria of this office."""
    return cast("Criteria", rule(tables, "lights"))


def better(measure: Measure) -> str | None:
    """ "more", "less" or "ceiling" as the vocabulary says of the indicator; None when it knows nothing of it."""
    if measure.indicator == OTHER:
        return None
    entry = load_indicators().by_id.get(measure.indicator)
    return entry.better if entry is not None else None


_TABLES = {
    "lag": ("yellow", "red"),
    "rate": ("units", "yellow", "red"),
    "level": ("yellow", "red"),
    "approximate": ("points", "percent"),
    "milestone": ("yellow", "red"),
    "rounds": ("yellow", "red"),
    "silence": ("yellow", "red"),
    "deadline": ("days", "percent"),
    "words": ("extension", "problems", "help"),
    "line": ("late_assignment",),
}
_CONDITIONS = ("op", "kind", "unit", "indicator", "better")


def parse(data: dict[str, Any]) -> Criteria:
    """Criteria in the form of ``data/lights.toml``. Raises LedgerError that names the table and what is wrong."""
    for name in data.keys() - _TABLES.keys() - {"courses"}:
        raise LedgerError(f"[{name}]", "亮灯规则里没有这一节", f"可用的有：{'、'.join(_TABLES)}、courses")
    for name, keys in _TABLES.items():
        _check_keys(name, data.get(name), keys)
    number = {
        (name, key): _number(name, key, data[name][key])
        for name, keys in _TABLES.items()
        for key in keys
        if name != "words" and key != "units"
    }
    return Criteria(
        lag=_threshold("lag", number),
        rate=_threshold("rate", number),
        rate_units=_words("rate", "units", data["rate"]["units"]),
        level=_threshold("level", number),
        about_points=number["approximate", "points"],
        about_percent=number["approximate", "percent"],
        milestone=_threshold("milestone", number),
        rounds=_threshold("rounds", number),
        silence=_threshold("silence", number),
        approaching_days=number["deadline", "days"],
        approaching_percent=number["deadline", "percent"],
        words={key: _colour(key, value) for key, value in data["words"].items()},
        late_assignment=number["line", "late_assignment"],
        courses=tuple(_course(place, row) for place, row in enumerate(data.get("courses", ()), 1)),
    )


def _check_keys(name: str, table: Any, keys: tuple[str, ...]) -> None:
    if not isinstance(table, dict):
        raise LedgerError(f"[{name}]", "亮灯规则缺少这一节", f"请写明 {'、'.join(keys)}")
    wrong = sorted(set(keys) ^ table.keys())
    if wrong:
        what = "缺少" if wrong[0] in keys else "不认识"
        raise LedgerError(f"[{name}]", f"{what} {wrong[0]}", f"这一节应有 {'、'.join(keys)}")


def _number(name: str, key: str, value: Any) -> float:
    # Not below zero and finite in one: a comparison with nan is never true.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise LedgerError(f"[{name}] {key}", f"“{value}”不是不小于零的数", "请填写数值")
    return float(value)


def _threshold(name: str, number: Mapping[tuple[str, str], float]) -> Threshold:
    yellow, red = number[name, "yellow"], number[name, "red"]
    if not 0 < yellow <= red:
        raise LedgerError(f"[{name}]", f"黄灯 {yellow:g}、红灯 {red:g} 不对", "黄灯应大于零，红灯不应小于黄灯")
    return Threshold(yellow, red)


def _colour(key: str, value: Any) -> Colour:
    if value not in {str(colour) for colour in SEVERITY}:
        raise LedgerError(f"[words] {key}", f"“{value}”不是灯色", "请用 green、yellow 或 red")
    return Colour(value)


def _words(name: str, key: str, value: Any) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise LedgerError(f"[{name}] {key}", "不是一组文字", '请写成 ["%", "个百分点"] 这样')
    return frozenset(value)


def _course(place: int, row: dict[str, Any]) -> CourseRule:
    target = f"[[courses]] {place}"
    kinds = [str(course) for course in Course if course is not Course.WORD]
    if row.get("course") not in kinds:
        raise LedgerError(target, f"course 应是{'、'.join(kinds)}之一", "请改正")
    for name in row.keys() - {"course", *_CONDITIONS}:
        raise LedgerError(target, f"没有“{name}”这个条件", f"可用的条件有：{'、'.join(_CONDITIONS)}")
    wanted = {name: _words(target, name, row[name]) for name in _CONDITIONS if name in row}
    return CourseRule(Course(row["course"]), wanted)
