"""Trends: the same indicator over years, one line a place."""

from __future__ import annotations

from typing import Any

from duixian.comparison.matrix import Matrix
from duixian.reporting.charts.drawing import ACCENT, GREY, altair
from duixian.reporting.charts.strip import shown_value
from duixian.vocabulary.regions import NATION

# More lines than this cannot be told apart by colour; they are drawn grey, with the nation on top.
_COLOURS = 8


def trend(matrix: Matrix, indicator: str, axis: str) -> Any:
    """A line for every place with a number in at least one year. None without numbers."""
    alt = altair()
    rows = []
    for code, name in matrix.regions:
        for column, year in matrix.columns:
            cell = matrix.cell(code, column, year)
            if column == indicator and cell.amount is not None and (cell.rank is not None or code == NATION):
                rows.append(
                    {
                        "place": name,
                        "year": str(year),
                        "value": shown_value(cell),
                        "text": cell.text,
                        "nation": code == NATION,
                    }
                )
    if not rows:
        return None
    places = {row["place"] for row in rows}
    colour: Any = alt.Color("place:N", title=None)
    if len(places) > _COLOURS:
        colour = alt.condition("datum.nation", alt.value(ACCENT), alt.value(GREY))
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("value:Q", title=axis, scale=alt.Scale(zero=False)),
        color=colour,
        detail="place:N",
        tooltip=[alt.Tooltip(name, type="nominal") for name in ("place", "year", "text")],
    )
    last = max(str(row["year"]) for row in rows)
    ends = base.transform_filter(f"datum.year == '{last}'").mark_text(align="left", dx=8, fontSize=11)
    return alt.layer(
        base.mark_line(strokeWidth=2), base.mark_circle(size=60, opacity=1), ends.encode(text="place:N")
    ).properties(width=420, height=320)
