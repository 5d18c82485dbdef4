"""Trajectories 进度轨迹: where an item and each of its measures should stand on a day, and where they do stand.

The way to a goal is drawn by its slices, else by the milestones that say how much of the work is done by then, else by
a straight line to the deadline. Where an item stands is what its latest report says, as of the day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from math import ceil, floor

from duixian.ledger.criteria import Course
from duixian.ledger.dossiers import Dossier, Report, dossier
from duixian.ledger.goals import Goal, goal_of
from duixian.ledger.measures import Measure
from duixian.ledger.plans import Milestone
from duixian.ledger.slicing import PERIODS, Along, Manner, Slicing
from duixian.ledger.tables import Tables


class Way(StrEnum):
    """By what the way to the goal is drawn: 分解, 节点, 时间; 要求 where one level holds all the time."""

    SLICES = "slices"
    MILESTONES = "milestones"
    STRAIGHT = "straight"
    CONSTANT = "constant"


_MOST = 1e6  # percent
_LONGEST = 1e5  # days: what no calendar needs
Point = tuple[date, float]


@dataclass(frozen=True, slots=True)
class Reported:
    """A value that was reported: the day it came, the day it speaks of, and the value in the measure's unit."""

    came: date
    about: date
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """The way of one measure, or of the whole item in percent, where ``measure`` is None.

    base: where it starts. points: days and values in order, the last the deadline and the target; for a goal that must
    hold, the last days of periods and what each asks for. readings: in the order in which they came. expected: the day
    from which something should have been reported.
    """

    measure: Measure | None
    course: Course
    goal: Goal
    way: Way
    base: float
    points: tuple[Point, ...]
    readings: tuple[Reported, ...]
    expected: date

    def planned(self, day: date) -> float | None:
        """Where it should stand on this day; None before anything is known of where it starts."""
        if not self.points:
            return self.goal.target if self.way is Way.CONSTANT else None
        if self.course is Course.HOLD:
            return next((value for end, value in self.points if day <= end), self.points[-1][1])
        if day >= self.points[-1][0]:
            return self.points[-1][1]
        if day < self.points[0][0]:
            return None
        return _between(self.points, day)

    def actual(self, day: date) -> Reported | None:
        """The latest reading that had come by the end of this day."""
        return next((reading for reading in reversed(self.readings) if reading.came <= day), None)

    def share(self, value: float) -> float:
        """How much of the way from base to target this value is, in percent."""
        return 100 * (value - self.base) / (self.goal.target - self.base)

    def asked(self, reading: Reported) -> Goal:
        """What a reading must keep where the goal must hold: what its own period asks for."""
        planned = self.planned(reading.about)
        return self.goal if planned is None else self.goal.at(planned)


@dataclass(frozen=True, slots=True)
class Standing:
    """A line on a day. planned, actual: in the measure's unit. shares: of the way to the goal, in percent.

    lag: percentage points of the way by which it is behind, negative when ahead; for a goal that must hold, by how
    much it is missed in its unit. None where nothing can be said. Shares are whole numbers, so that figures that are
    shown and colours that follow from them never disagree.
    """

    line: Line
    planned: float | None
    actual: float | None
    planned_share: int | None
    actual_share: int | None
    lag: float | None


def trajectory(tables: Tables, item: str, day: date) -> tuple[Line, ...]:
    """The lines of an item with all that was reported by the end of a day. Raises UnknownNameError."""
    return lines(dossier(tables, item, day))


def start(of: Dossier) -> date:
    """The day from which the straight line runs."""
    first = date(of.plan.year, 1, 1)
    assigned = date.fromisoformat(of.item.assigned) if of.item.assigned else first
    return assigned if (assigned - first).days > of.criteria.late_assignment else first


def elapsed(of: Dossier, day: date) -> float:
    """How much of the time from start to deadline has passed: 0 to 1."""
    first, last = start(of), date.fromisoformat(of.item.deadline)
    if last <= first:
        return 1.0 if day >= last else 0.0
    return min(1.0, max(0.0, (day - first).days / (last - first).days))


def lines(of: Dossier) -> tuple[Line, ...]:
    """The ways of all measures that have a number, and of the whole item where its percentage must speak for it."""
    found = [_line(of, measure, goal) for measure in of.item.measures if (goal := goal_of(measure, of.criteria))]
    whole = _whole(of)
    counted = [line for line in found if line.course is not Course.HOLD]
    if whole.readings:
        # A measure of which no value was ever given is spoken for by the percentage.
        spoken = [line for line in counted if line.readings]
        if not counted or len(spoken) < len(counted):
            return (*(line for line in found if line.course is Course.HOLD or line.readings), whole)
    elif not found:
        return (whole,)
    return tuple(found)


def standing(line: Line, day: date, until: date | None = None) -> Standing:
    """Where a line should stand and does stand on a day. until: count what came to this day, ``day`` when None."""
    reading, planned = line.actual(until or day), line.planned(day)
    actual = reading.value if reading else None
    if line.course is Course.HOLD:
        asked = None if reading is None else line.asked(reading)
        shown = planned if asked is None else asked.target
        lag = asked.missed(actual) if asked is not None and actual is not None else None
        return Standing(line, shown, actual, None, None, lag)
    # Who was to count something by now and never gave a number has not shown any of it.
    silent = actual is None and line.measure is not None and line.course is Course.AMOUNT and day >= line.expected
    value = 0.0 if silent else actual
    due = None if planned is None else _whole_number(line.share(planned))
    done = None if value is None else _whole_number(line.share(value))
    lag = None if due is None or done is None else float(due - done)
    if lag is not None and value is not None and line.goal.missed(value) == 0:
        lag = min(lag, 0.0)
    return Standing(line, planned, actual, due, done, lag)


def reached(of: Dossier) -> int:
    """How many of the milestones, in their order, have been reached: a later one includes those before it."""
    names = [milestone.name for milestone in of.item.milestones]
    count = 0
    for report in of.reports:
        if report.progress.milestone in names:
            count = max(count, names.index(report.progress.milestone) + 1)
    latest = next((r.progress.percent for r in reversed(of.reports) if r.progress.percent is not None), None)
    if latest is not None:
        passed = [m.percent is not None and m.percent <= latest for m in of.item.milestones]
        count = max([count, *(place for place, done in enumerate(passed, 1) if done)])
    return count


def _expected(of: Dossier) -> date:
    """The day from which there should be a value: of the first report, of the first round missed, or after silence."""
    assigned = date.fromisoformat(of.item.assigned) if of.item.assigned else start(of)
    days = [assigned + timedelta(days=ceil(min(of.criteria.silence.yellow, _LONGEST)))]
    days += [owed.due + timedelta(days=1) for owed in of.rounds[:1]]
    days += [report.came for report in of.reports[:1]]
    return min(days)


def _line(of: Dossier, measure: Measure, goal: Goal) -> Line:
    readings = _readings(of.reports, measure)
    sliced = _sliced(of, measure)
    course = _course(of.criteria.course(measure), goal, sliced, readings)
    deadline, expected = date.fromisoformat(of.item.deadline), _expected(of)
    if course is Course.HOLD:
        ends = _ends(of.plan.year, sliced) if sliced else ()
        return Line(measure, course, goal, Way.SLICES if ends else Way.CONSTANT, 0.0, ends, readings, expected)
    first: Point = (start(of), 0.0)
    if course is Course.MOVE:
        if not readings:
            return Line(measure, course, goal, Way.STRAIGHT, 0.0, (), (), expected)
        first = (min(readings[0].about, deadline), readings[0].value)
    points, way = _drawn(of, sliced, goal, first)
    last = (deadline, goal.target)
    # What slices ask beyond the promise is the office's own zeal; the light measures the promise.
    kept = tuple((on, _within(value, first[1], goal.target)) for on, value in points if first[0] < on < deadline)
    begin = (first,) if first[0] < deadline else ()
    return Line(measure, course, goal, way, first[1], (*begin, *kept, last), readings, expected)


def _whole(of: Dossier) -> Line:
    """The way of the item in percent: reported as such, or the share that a reached milestone stands for."""
    shares = {milestone.name: milestone.percent for milestone in of.item.milestones}
    readings = []
    for report in of.reports:
        percent = report.progress.percent
        if percent is None and report.progress.milestone is not None:
            percent = shares.get(report.progress.milestone)
        if percent is not None:
            readings.append(Reported(report.came, report.about, percent))
    goal, deadline, first = Goal(1, 100.0, None), date.fromisoformat(of.item.deadline), (start(of), 0.0)
    points, way = _drawn(of, None, goal, first)
    begin = (first,) if first[0] < deadline else ()
    kept = tuple(point for point in points if first[0] < point[0] < deadline)
    way_points = (*begin, *kept, (deadline, 100.0))
    return Line(None, Course.AMOUNT, goal, way, 0.0, way_points, tuple(readings), _expected(of))


def _course(course: Course, goal: Goal, sliced: Slicing | None, readings: Sequence[Reported]) -> Course:
    """How this measure goes, seeing how it was sliced and where it begins."""
    if goal.low is None or course is Course.HOLD or goal.target == 0:
        return Course.HOLD
    if sliced is not None and sliced.manner is not Manner.RUNNING:
        return Course.HOLD if sliced.manner is Manner.LEVEL else Course.AMOUNT
    if course is Course.MOVE and readings and goal.missed(readings[0].value) == 0:
        return Course.HOLD  # nothing is left to move: from now on it must be kept
    return course


def _readings(reports: Sequence[Report], measure: Measure) -> tuple[Reported, ...]:
    return tuple(
        Reported(report.came, report.about, reading.value)
        for report in reports
        for reading in report.progress.readings
        if reading.measure == measure.name
    )


def _sliced(of: Dossier, measure: Measure) -> Slicing | None:
    """The slicing by periods, the finer one where there are two."""
    found = {one.along: one for one in of.slicings if one.measure == measure.name and one.along in PERIODS}
    return found.get(Along.MONTH) or found.get(Along.QUARTER)


def _ends(year: int, sliced: Slicing) -> tuple[Point, ...]:
    """The last day of each period, with what must stand by then."""
    values = [slice.value for slice in sliced.slices]
    if sliced.manner is Manner.SHARE:
        values = list(accumulate(values))
    months = 12 // PERIODS[sliced.along]
    ends = [(number * months, value) for number, value in enumerate(values, 1)]
    return tuple((date(year, month, monthrange(year, month)[1]), value) for month, value in ends)


def _drawn(of: Dossier, sliced: Slicing | None, goal: Goal, first: Point) -> tuple[Sequence[Point], Way]:
    if sliced is not None:
        return _ends(of.plan.year, sliced), Way.SLICES
    stones: list[Milestone] = [stone for stone in of.item.milestones if stone.percent is not None]
    if not stones:
        return (), Way.STRAIGHT
    whole = goal.target - first[1]
    return [
        (date.fromisoformat(one.due), first[1] + whole * (one.percent or 0) / 100) for one in stones
    ], Way.MILESTONES


def _within(value: float, base: float, target: float) -> float:
    return min(max(value, min(base, target)), max(base, target))


def _between(points: Sequence[Point], day: date) -> float:
    after = next(place for place, (on, _) in enumerate(points) if on > day)
    (here, low), (there, high) = points[after - 1], points[after]
    return low + (high - low) * (day - here).days / (there - here).days


def _whole_number(share: float) -> int:
    """To the nearest whole percent; what is beyond all measure still makes a number."""
    return floor(min(max(share, -_MOST), _MOST) + 0.5)
