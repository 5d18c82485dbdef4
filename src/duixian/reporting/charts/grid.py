"""The matrix as a picture: places down, indicators across, shaded by rank."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from duixian.comparison.matrix import Cell, Matrix
from duixian.reporting.charts.drawing import GREY, altair
from duixian.reporting.comparisons.labels import label

SHADES = ("#f3f7fb", "#e0ebf5", "#c9dcee", "#adcae4", "#8db5d8")
_SILENT = ("not_stated", "not_extracted", "no_report")
_WIDTH, _HEIGHT = 96, 24
# Longer texts would run into the next cell.
_LIMIT = _WIDTH - 6


def grid(matrix: Matrix, shade: Callable[[Cell], int], text: Callable[[Cell], str], language: str = "zh") -> Any:
    """The chart. shade: 1 (last) to 5 (best) for a cell, 0 for none. text: what stands in it. None without cells."""
    alt = altair()
    if not matrix.columns or not matrix.regions:
        return None
    several = len({year for _, year in matrix.columns}) > 1
    names = {
        column: label("indicator", column[0], language) + (f" {column[1]}" if several else "")
        for column in matrix.columns
    }
    rows = [
        {
            "place": name,
            "column": names[cell.indicator, cell.year],
            "text": text(cell),
            "shade": shade(cell) or None,
            "silent": cell.state in _SILENT,
            "main": cell.headline,
        }
        for code, name in matrix.regions
        for cell in matrix.row(code)
    ]
    x = alt.X(
        "column:O",
        sort=list(names.values()),
        title=None,
        axis=alt.Axis(orient="top", labelAngle=-30, labelLimit=160, domain=False, ticks=False),
    )
    places = [name for _, name in matrix.regions]
    y = alt.Y("place:O", sort=places, title=None, axis=alt.Axis(domain=False, ticks=False))
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=y)
    scale = alt.Scale(domain=[1, 2, 3, 4, 5], range=list(SHADES))
    frame = base.mark_rect(fill="white", stroke="#d8dce1")
    shaded = base.transform_filter("isValid(datum.shade)").mark_rect(stroke="#d8dce1")
    layers = [frame, shaded.encode(color=alt.Color("shade:O", scale=scale, legend=None))]
    for condition, weight, colour in (
        ("datum.silent", "normal", GREY),
        ("!datum.silent && datum.main", "bold", "#1d2329"),
        ("!datum.silent && !datum.main", "normal", "#1d2329"),
    ):
        words = base.transform_filter(condition).mark_text(fontSize=11, fontWeight=weight, color=colour, limit=_LIMIT)
        layers.append(words.encode(text="text:N"))
    return alt.layer(*layers).properties(width=_WIDTH * len(names), height=_HEIGHT * len(places))
