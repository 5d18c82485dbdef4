"""Slopes: what was aimed at on the left, what was reached on the right, one line a place or an indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from duixian.comparison.matrix import Matrix
from duixian.comparison.reconciliation import Reconciliation
from duixian.reporting.charts.drawing import ACCENT, BLUE, GREY, altair
from duixian.reporting.charts.strip import shown_value
from duixian.reporting.comparisons.labels import label
from duixian.vocabulary.regions import NATION, gazetteer

_GAP = 13.0
# So many names stand beside one value; the rest are counted.
_NAMES = 5


@dataclass(frozen=True, slots=True)
class Slope:
    """One line. good: whether the right end is where it should be, None when that is not for us to say."""

    name: str
    left: float
    right: float
    left_text: str
    right_text: str
    good: bool | None = None


def of_matrices(left: Matrix, right: Matrix, indicator: str, left_year: int, right_year: int) -> list[Slope]:
    """A line for every place that has the indicator in both matrices, measured in the same way."""
    out = []
    for code, name in left.regions:
        if (code, indicator, right_year) not in right.cells:
            continue
        a, b = left.cell(code, indicator, left_year), right.cell(code, indicator, right_year)
        if a.amount is None or b.amount is None or a.unit != b.unit or a.kind != b.kind:
            continue
        good = None if code != NATION else False
        out.append(Slope(_short(code, name), shown_value(a), shown_value(b), a.text, b.text, good))
    return out


def of_book(book: Reconciliation, language: str = "zh") -> list[Slope]:
    """A line for every main target in per cent that the review reports in the same way."""
    out = []
    for each in book.settlements:
        if each.part != "target" or each.unit != "%" or each.result_unit != "%" or each.margin is None:
            continue
        if each.value is None or each.result is None:
            continue
        # Shares near a hundred would flatten the rates of growth.
        if abs(each.value) > 25 or abs(each.result) > 25:
            continue
        name = label("indicator", each.indicator, language) if each.indicator != "other" else each.subject
        good = each.outcome in ("met", "exceeded", "within")
        out.append(Slope(name, float(each.value), float(each.result), each.text, each.result_text, good))
    return out


def slopes(lines: Sequence[Slope], left: str, right: str) -> Any:
    """The chart; left, right: titles of the two ends. None without lines."""
    alt = altair()
    if not lines:
        return None
    height = max(260.0, 15.0 * len(lines))
    values = [value for line in lines for value in (line.left, line.right)]
    low, high = min(values), max(values)
    spread = (high - low) or 1.0
    per_point = spread / height
    labels_left = _apart([(line.left, line.left_text, line.name) for line in lines], per_point, before=True)
    labels_right = _apart([(line.right, line.right_text, line.name) for line in lines], per_point, before=False)
    rows = []
    for line in lines:
        colour = GREY if line.good is None else BLUE if line.good else ACCENT
        rows += [
            {"name": line.name, "end": left, "value": line.left, "colour": colour},
            {"name": line.name, "end": right, "value": line.right, "colour": colour},
        ]
    heights = [value for value, _ in (*labels_left, *labels_right)] + values
    scale = alt.Scale(domain=[min(heights), max(heights)], nice=False, zero=False)
    axis = alt.Axis(
        orient="top", labelAngle=0, domain=False, ticks=False, labelFontSize=13, labelFontWeight="bold", labelPadding=14
    )
    x = alt.X("end:O", sort=[left, right], title=None, scale=alt.Scale(padding=0.1), axis=axis)
    y = alt.Y("value:Q", axis=None, scale=scale)
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=x, y=y, detail="name:N", color=alt.Color("colour:N", scale=None, legend=None)
    )
    layers = [base.mark_line(strokeWidth=1.6, opacity=0.8), base.mark_circle(size=36, opacity=1)]
    for end, side, align, dx in ((left, labels_left, "right", -8), (right, labels_right, "left", 8)):
        data = alt.Data(values=[{"end": end, "value": value, "text": text} for value, text in side])
        layers.append(
            alt.Chart(data)
            .mark_text(align=align, dx=dx, fontSize=10.5, color="#333333")
            .encode(x=x, y=y, text="text:N")
        )
    return alt.layer(*layers).properties(width=260, height=height)


def _short(code: str, name: str) -> str:
    region = gazetteer().by_code.get(code)
    return region.short[-1] if region is not None and region.short else name


def _apart(labels: list[tuple[float, str, str]], per_point: float, *, before: bool) -> list[tuple[float, str]]:
    """The labels of one end, those of one value together, moved as little as keeps them from covering one another.

    labels: (value, its text, name). Values in and out are in units of the axis.
    """
    groups: dict[tuple[float, str], list[str]] = {}
    for value, text, name in sorted(labels):
        groups.setdefault((value, text), []).append(name)
    texts, wanted = [], []
    for (value, text), names in groups.items():
        shown = "、".join(names[:_NAMES]) + (f"等{len(names)}地" if len(names) > _NAMES else "")
        texts.append(f"{shown} {text}" if before else f"{text} {shown}")
        wanted.append(value)
    return list(zip(_spaced(wanted, _GAP * per_point), texts, strict=True))


def _spaced(wanted: list[float], step: float) -> list[float]:
    """Rising positions at least ``step`` apart and, in squares, as near as possible to those wanted."""
    # With i steps taken off the i-th position, "a step apart" becomes "not falling": pool what falls into its mean.
    pools: list[tuple[float, int]] = []
    for number, value in enumerate(wanted):
        mean, size = value - number * step, 1
        while pools and pools[-1][0] > mean:
            before, more = pools.pop()
            mean, size = (mean * size + before * more) / (size + more), size + more
        pools.append((mean, size))
    levels = [mean for mean, size in pools for _ in range(size)]
    return [level + number * step for number, level in enumerate(levels)]
