"""Goals: what a value must be for a measure to be kept, whichever way its relation and its sign point."""

from __future__ import annotations

from dataclasses import dataclass, replace

from duixian.ledger.criteria import Criteria, better
from duixian.ledger.measures import WITHOUT_NUMBER, Measure

_DIGITS = 9  # what is left of a difference of two decimal numbers beyond these is noise


@dataclass(frozen=True, slots=True)
class Goal:
    """Limits of the size of a value, either of which may be missing.

    A relation speaks of the size: "≥ -3" is a fall of three or more. sign: -1 for falls, else 1. slack: by how much a
    limit may be missed and still count as kept.
    """

    sign: int
    low: float | None
    high: float | None
    slack: float = 0.0

    @property
    def target(self) -> float:
        """Where the way to this goal ends, with its sign."""
        limit = self.low if self.low is not None else self.high
        return self.sign * (limit or 0.0)

    def missed(self, value: float) -> float:
        """By how much a value misses the goal, in its unit; 0 when it is kept."""
        size = self.sign * value
        below = 0.0 if self.low is None else self.low - self.slack - size
        above = 0.0 if self.high is None else size - self.high - self.slack
        return round(max(below, above, 0.0), _DIGITS)

    def at(self, value: float) -> Goal:
        """The same goal with another value in place of its target: what one period asks for."""
        size = self.sign * value
        if self.low is None:
            return replace(self, high=size)
        return replace(self, low=size, high=None if self.high is None else max(self.high, size))


def goal_of(measure: Measure, criteria: Criteria) -> Goal | None:
    """What this measure asks for; None for a relation without a number."""
    if measure.value is None or measure.op in WITHOUT_NUMBER:
        return None
    other = measure.value if measure.value2 is None else measure.value2
    sign = -1 if min(measure.value, other) < 0 >= max(measure.value, other) else 1
    small, large = sorted((sign * measure.value, sign * other))
    low, high = _limits(measure, sign, small, large)
    return Goal(sign, low, high, criteria.slack(measure))


def _limits(measure: Measure, sign: int, small: float, large: float) -> tuple[float | None, float | None]:
    if measure.op in ("≥", ">"):
        return small, None
    if measure.op in ("≤", "<"):
        return None, large
    kind = better(measure)
    # A rank is better when it is a smaller number; nothing at all is the least that can be reached.
    down = measure.kind == "rank" or small == large == 0
    if kind is not None:
        down = down or (kind == "more") != (sign > 0)
    if down:
        return None, large
    if kind is None and measure.op == "～":
        return small, large
    return small, None
