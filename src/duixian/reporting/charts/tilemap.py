"""The tile-grid map: one tile a province, coloured by its value."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from duixian.comparison.matrix import Cell, Matrix
from duixian.reporting.charts.drawing import altair
from duixian.reporting.charts.strip import shown_value
from duixian.reporting.comparisons.labels import label

_SIDE = 62


@cache
def tiles() -> dict[str, tuple[int, int, str]]:
    """Code of a province -> (column, row, short name)."""
    text = files("duixian.reporting.charts").joinpath("tiles.toml").read_text("utf-8")
    return {code: (int(x), int(y), str(name)) for code, (x, y, name) in tomllib.loads(text)["tiles"].items()}


def tilemap(matrix: Matrix, indicator: str, year: int, axis: str, language: str = "zh") -> Any:
    """All provinces on a grid; those without a number are grey with what they say. None when no province has one."""
    alt = altair()
    cells = {cell.region: cell for cell in matrix.column(indicator, year)}
    rows = []
    for code, (x, y, name) in tiles().items():
        cell = cells.get(code)
        ranked = cell is not None and cell.rank is not None and cell.amount is not None
        rows.append(
            {
                "x": x,
                "y": y,
                "name": name,
                "text": _text(cell, language),
                "value": shown_value(cell) if ranked else None,
                "quote": cell.quote if cell else "",
            }
        )
    values = [row["value"] for row in rows if isinstance(row["value"], float)]
    if not values:
        return None
    middle = (min(values) + max(values)) / 2
    width, height = max(t[0] for t in tiles().values()) + 1, max(t[1] for t in tiles().values()) + 1
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("x:O", axis=None, scale=alt.Scale(domain=list(range(width)), paddingInner=0.06)),
        y=alt.Y("y:O", axis=None, scale=alt.Scale(domain=list(range(height)), paddingInner=0.06)),
    )
    tooltip = [alt.Tooltip(name, type="nominal") for name in ("name", "text", "quote")]
    empty = base.mark_rect(cornerRadius=5, color="#ececec").encode(tooltip=tooltip)
    squares = (
        base.transform_filter("isValid(datum.value)")
        .mark_rect(cornerRadius=5)
        .encode(
            color=alt.Color(
                "value:Q", title=axis, scale=alt.Scale(scheme="blues"), legend=alt.Legend(orient="top-left")
            ),
            tooltip=tooltip,
        )
    )
    ink = alt.condition(f"isValid(datum.value) && datum.value > {middle}", alt.value("white"), alt.value("#23262b"))
    names = base.mark_text(dy=-9, fontSize=13, fontWeight="bold").encode(text="name:N", color=ink)
    texts = base.mark_text(dy=10, fontSize=11, limit=_SIDE - 6).encode(text="text:N", color=ink)
    return alt.layer(empty, squares, names, texts).properties(width=_SIDE * width, height=_SIDE * height)


def _text(cell: Cell | None, language: str) -> str:
    if cell is None:
        return ""
    return cell.text or label("state", cell.state, language)
