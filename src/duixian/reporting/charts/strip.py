"""The strip: one dot a place along the value of an indicator, the nation as a line across."""

from __future__ import annotations

from typing import Any

from duixian.comparison.matrix import Matrix
from duixian.reporting.charts.drawing import ACCENT, BLUE, altair
from duixian.vocabulary.regions import NATION


def strip(matrix: Matrix, indicator: str, year: int, axis: str) -> Any:
    """Places by value, best first; each dot carries its text. axis: title of the value axis. None without numbers."""
    alt = altair()
    cells = [cell for cell in matrix.ranked(indicator, year) if cell.rank is not None and cell.amount is not None]
    if not cells:
        return None
    rows = [
        {
            "place": cell.region_name,
            "value": shown_value(cell),
            "text": cell.text,
            "derived": cell.derived,
            "quote": cell.quote,
        }
        for cell in cells
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("place:N", sort=[row["place"] for row in rows], title=None, axis=alt.Axis(grid=True, ticks=False)),
        x=alt.X("value:Q", title=axis, scale=alt.Scale(zero=False, nice=True, padding=14)),
    )
    dots = base.mark_circle(size=110, opacity=1).encode(
        color=alt.condition("datum.derived", alt.value("#9db8d6"), alt.value(BLUE)),
        tooltip=[alt.Tooltip(name, type="nominal") for name in ("place", "text", "quote")],
    )
    texts = base.mark_text(align="left", dx=9, fontSize=11, color="#444444").encode(text="text:N")
    layers = [dots, texts]
    nation = next((cell for cell in matrix.column(indicator, year) if cell.region == NATION and cell.amount), None)
    if nation is not None and cells[0].gap is not None:
        line = alt.Data(values=[{"value": shown_value(nation), "text": f"{nation.region_name} {nation.text}"}])
        layers.insert(0, alt.Chart(line).mark_rule(color=ACCENT, strokeDash=[4, 3]).encode(x="value:Q"))
        layers.append(
            alt.Chart(line)
            .mark_text(color=ACCENT, align="left", dx=4, dy=-4, y=0, baseline="bottom", fontSize=11)
            .encode(x="value:Q", text="text:N")
        )
    return alt.layer(*layers).properties(width=520, height=max(120, 20 * len(rows)))


def shown_value(cell: Any) -> float:
    """The number a cell is drawn at: as it is written, the middle of a range."""
    if cell.value is None:
        return float(cell.amount.middle)
    return float(cell.value if cell.value2 is None else (cell.value + cell.value2) / 2)
