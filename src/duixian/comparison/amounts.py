"""Values as people write them in a table, as numbers that can be sorted, and in a common unit."""

from __future__ import annotations

from dataclasses import dataclass

from duixian.records import Figure
from duixian.vocabulary.units import fold_unit

SYMBOLS = {"eq": "", "approx": "≈", "ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
# Where two places name the same number, the one that promises more stands first.
_STRENGTH = {"gt": 2, "ge": 1, "eq": 0, "range": 0, "approx": -1, "le": -2, "lt": -3}
WORDS = ("sync", "faster", "positive", "qualitative")
# Units that read differently but measure the same; one 吨 is 2000 斤.
_SAME = {"斤": (0.0005, "吨"), "公斤": (0.001, "吨"), "千克": (0.001, "吨"), "户": (1.0, "家"), "元/人": (1.0, "元")}


@dataclass(frozen=True, slots=True)
class Amount:
    """A value in a base unit. low and high differ only for ranges."""

    low: float
    high: float
    unit: str

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


def number(value: float | int | None) -> str:
    """A number without needless digits, "" for none."""
    if value is None:
        return ""
    return f"{value:,.10g}" if abs(value) >= 10000 else f"{value:.10g}"


def base_unit(unit: str) -> tuple[float, str]:
    """(factor, unit) that makes written units comparable: "亿斤" -> (50000.0, "吨")."""
    factor, base = fold_unit(unit)
    if base in _SAME:
        more, base = _SAME[base]
        factor *= more
    return factor, base


def amount(figure: Figure) -> Amount | None:
    """The figure in its base unit; None for one without a number."""
    if figure.value is None:
        return None
    factor, unit = base_unit(figure.unit)
    low = figure.value * factor
    high = low if figure.value2 is None else figure.value2 * factor
    return Amount(min(low, high), max(low, high), unit)


def written(figure: Figure) -> str:
    """How a figure stands in a cell: ≈5%, ≥6%, 5%–7%, ↓≥3% for falls; words for what has no number."""
    text = written_value(figure.op, figure.value, figure.value2, figure.unit, figure.kind, wording_of(figure))
    if figure.unit == "个百分点" and figure.action:
        return figure.action + text.lstrip("↓")
    return text


def written_value(
    op: str,
    value: float | int | None,
    value2: float | int | None,
    unit: str,
    kind: str,
    words: str = "",
    *,
    signed: bool = False,
) -> str:
    """The same for a value whose parts stand apart. words: what is shown when there is no number.

    signed: put a plus in front of what is added in a year, so that it is not taken for the total beside it.
    """
    if value is None:
        return "↑" if op == "positive" else words or "同步" * (op == "sync")
    if value2 is not None:
        return f"{number(value)}{'%' if unit == '%' else ''}–{number(value2)}{unit}"
    symbol = SYMBOLS.get(op, "")
    if value < 0 and kind in ("growth", "change"):
        # The operator speaks of how far it falls: 下降3%以上 is a fall of at least 3.
        return f"↓{symbol}{number(-value)}{unit}"
    added = "+" if signed and kind == "change" else ""
    return f"{added}{symbol}{number(value)}{unit}"


def wording_of(figure: Figure) -> str:
    """The words of a figure without a number, short: "与经济增长同步", "快于经济增长", "完成国家下达目标"."""
    if figure.value is not None:
        return ""
    quote, action = figure.evidence.quote, figure.action
    if figure.op == "positive":
        return "↑"
    if figure.op == "qualitative":
        return action
    at = quote.rfind(action) if action else -1
    if figure.op == "faster" and at >= 0:
        return quote[at:]
    for word in ("与", "和", "同"):
        start = quote.rfind(word, 1, at if at > 0 else len(quote))
        # "城镇和农村居民" is no comparison: what follows must be able to grow.
        if start > 0 and any(thing in quote[start:] for thing in ("增长", "增速", "GDP", "经济")):
            return quote[start:]
    return action


def sort_key(op: str, middle: float) -> tuple[float, int]:
    """Orders cells by number, and among equal numbers by how much they promise."""
    return middle, -_STRENGTH.get(op, 0) if middle < 0 else _STRENGTH.get(op, 0)
