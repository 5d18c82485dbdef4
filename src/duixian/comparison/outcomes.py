"""Whether a result keeps a promise: operators mean what they say, and better is what the indicator says it is."""

from __future__ import annotations

from dataclasses import dataclass

from duixian.comparison.amounts import Amount, amount
from duixian.comparison.wording import wording
from duixian.records import Figure
from duixian.vocabulary.indicators import load_indicators

MET = "met"
EXCEEDED = "exceeded"
MISSED = "missed"
WITHIN = "within"
DIFFERENT = "reported_differently"
SILENT = "not_reported"
OUTCOMES = (EXCEEDED, MET, WITHIN, MISSED, DIFFERENT, SILENT)
# How far a result may be from a target with 左右, as a share of the number.
TOLERANCE = 0.05
# From where on a result is not only met but exceeded, as a share of the number.
EXCESS = 0.1
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Judgement:
    """outcome: one of ``OUTCOMES``. margin: result less target, in ``unit``; positive is more, not better."""

    outcome: str
    margin: float | None = None
    unit: str = ""


def polarity(target: Figure) -> str:
    """ "more", "less" or "ceiling": what is better. From the indicator, else from the verb and the thing itself."""
    entry = load_indicators().by_id.get(target.indicator)
    if entry is not None:
        return entry.better
    words = wording()
    if target.op in ("le", "lt"):
        return "less"
    if target.kind not in ("growth", "change") and (
        any(word in target.action or word in target.evidence.quote for word in words.reducing)
        or any(word in target.subject for word in words.burdens)
    ):
        return "less"
    return "more"


def judge(target: Figure, result: Figure, tolerance: float = TOLERANCE) -> Judgement:
    """What a result makes of a target with a number, when both measure the same; otherwise reported differently."""
    wanted, reached = reckoned(target), reckoned(result)
    if wanted is None or reached is None or wanted.unit != reached.unit:
        return Judgement(DIFFERENT)
    return weigh(wanted, reached.middle, target, tolerance)


def weigh(wanted: Amount, value: float, target: Figure, tolerance: float = TOLERANCE) -> Judgement:
    """The same for a value in the unit of ``wanted``; ``target`` gives operator and polarity."""
    better = polarity(target)
    # A fall is promised as a fall: of minus three per cent, minus four is more.
    falling = wanted.high < 0 and target.kind in ("growth", "change")
    down = falling or better in ("less", "ceiling")
    goal = wanted.low if down and not falling else wanted.high if falling else wanted.low
    if target.op == "range":
        goal = wanted.high if down else wanted.low
    scale = abs(goal) or 1.0
    unit, factor = _margin_unit(target, wanted)
    margin = round((value - goal) / factor, 6)
    gain = (goal - value if down else value - goal) / scale
    strict = target.op in ("gt", "lt")
    reached = gain > _ROUNDING if strict else gain >= -_ROUNDING
    if target.op == "range" and not down and value > wanted.high + _ROUNDING:
        reached = True
    if gain >= EXCESS - _ROUNDING and better != "ceiling" and target.op != "range":
        return Judgement(EXCEEDED, margin, unit)
    if target.op == "approx" and abs(gain) <= tolerance + _ROUNDING:
        return Judgement(WITHIN, margin, unit)
    return Judgement(MET if reached else MISSED, margin, unit)


def reckoned(figure: Figure) -> Amount | None:
    """The amount of a figure; "增长1.3倍" is 2.3 times what it was, as "翻番" is twice."""
    found = amount(figure)
    if found is not None and figure.kind == "multiple" and "增长" in figure.action + figure.evidence.quote:
        return Amount(found.low + 1, found.high + 1, found.unit)
    return found


def _margin_unit(target: Figure, wanted: Amount) -> tuple[str, float]:
    if target.unit == "%":
        return "个百分点", 1.0
    found = amount(target)
    factor = (found.low / target.value) if found is not None and target.value else 1.0
    return target.unit, factor or 1.0
