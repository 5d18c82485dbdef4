"""How a light explains itself: one clause for each reason, in Chinese or English, joined into a sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from duixian.ledger.criteria import Colour, Course
from duixian.ledger.measures import written
from duixian.ledger.trajectory import Standing, Way

_CUT = 40  # characters of a department's own words that a sentence repeats


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a colour. name: of its clause in ``data/light_words.toml``; figures: what stands in it.

    A figure whose value begins with "@" is itself a clause, filled with the same figures.
    """

    name: str
    colour: Colour
    figures: tuple[tuple[str, str], ...] = ()


def sentence(reasons: Iterable[Reason], language: str = "zh") -> str:
    """The reasons as one sentence. language: "zh" or "en"."""
    words = _words()[language]
    end = "。" if language == "zh" else "."
    return words["join"].join(_clause(words, reason) for reason in reasons) + end


def reason(clause: str, colour: Colour, /, **figures: object) -> Reason:
    """A reason with its figures."""
    return Reason(clause, colour, tuple((key, str(value)) for key, value in figures.items()))


def progress(standing: Standing, colour: Colour, time: int) -> Reason:
    """What the figures of one line say. time: percent of the time that has passed."""
    line, measure = standing.line, standing.line.measure
    if measure is None:
        if standing.actual is None or standing.lag is None:
            return reason("time", colour, time=time)
        name = "whole" if line.way is Way.STRAIGHT else "whole_drawn"
        return reason(
            name, colour, time=time, share=standing.actual_share, planned=standing.planned_share, **_verdict(standing)
        )
    goal, unit = written(measure), measure.unit
    if standing.actual is None:
        if standing.lag is None:
            return reason("unknown", colour, time=time, goal=goal)
        return reason("unread", colour, time=time, goal=goal, planned=standing.planned_share, **_verdict(standing))
    done = quantity(standing.actual, unit)
    if line.course is Course.HOLD:
        if not standing.lag:
            return reason("kept", colour, time=time, goal=goal, done=done)
        short = quantity(standing.lag, "个百分点" if unit == "%" else unit)
        if line.way is Way.CONSTANT:
            return reason("missed", colour, time=time, goal=goal, done=done, short=short)
        asked = ("≥" if line.goal.low is not None else "≤") + quantity(standing.planned or 0.0, unit)
        return reason("missed_period", colour, time=time, goal=goal, asked=asked, done=done, short=short)
    name = {Way.STRAIGHT: "straight"}.get(line.way, "drawn")
    if line.course is Course.MOVE and line.way is Way.STRAIGHT:
        name = "moved"
    return reason(
        name,
        colour,
        time=time,
        goal=goal,
        done=done,
        base=quantity(line.base, unit),
        share=standing.actual_share,
        planned=standing.planned_share,
        **_verdict(standing),
    )


def quantity(value: float, unit: str) -> str:
    """A number with its unit."""
    return f"{value:.10g}{unit}"


def shortened(words: str) -> str:
    """The beginning of what a department wrote, on one line."""
    flat = " ".join(words.split())
    return flat if len(flat) <= _CUT else flat[:_CUT] + "…"


def _verdict(standing: Standing) -> dict[str, object]:
    # As the shares that are shown say it, whatever tolerance the colour then grants.
    lag = (standing.planned_share or 0) - (standing.actual_share or 0)
    name = "behind" if lag > 0 else "ahead" if lag < 0 else "level"
    way = {Way.SLICES: "slices", Way.MILESTONES: "milestones"}.get(standing.line.way, "time_alone")
    return {"lag": abs(lag), "verdict": f"@{name}", "way": f"@{way}"}


def _clause(words: Mapping[str, str], told: Reason) -> str:
    figures = dict(told.figures)
    return words[told.name].format_map(
        {key: words[value[1:]].format_map(figures) if value[:1] == "@" else value for key, value in figures.items()}
    )


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    data: Mapping[str, Mapping[str, str]] = tomllib.loads(
        resources.files(__package__).joinpath("data/light_words.toml").read_text("utf-8")
    )
    return data
