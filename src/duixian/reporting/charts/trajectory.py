"""The way of an item: where it should stand from day to day, and where its reports say it stands."""

from __future__ import annotations

from datetime import date

from duixian.ledger.criteria import Course
from duixian.ledger.measures import written
from duixian.ledger.plans import Item
from duixian.ledger.trajectory import Line
from duixian.reporting.charts.drawing import ACCENT, BLUE, GREY, altair, rendered, styled
from duixian.reporting.charts.fonts import chinese_font

_WORDS = {
    "zh": {
        "planned": "计划",
        "reported": "填报",
        "now": "今天",
        "then": "截至",
        "whole": "完成比例（%）",
        "goal": "目标",
    },
    "en": {
        "planned": "planned",
        "reported": "reported",
        "now": "today",
        "then": "as of",
        "whole": "done (%)",
        "goal": "goal",
    },
}


def trajectory_chart(line: Line, item: Item, day: date, language: str = "zh", past: bool = False) -> bytes:
    """One line of an item as SVG: the planned way, the readings, and the day, which is today unless it is past."""
    alt = altair()
    words = _WORDS[language]
    when = words["then" if past else "now"]
    name = f"{line.measure.name}（{line.measure.unit}）" if line.measure and line.measure.unit else words["whole"]
    planned = [{"day": on.isoformat(), "value": value} for on, value in line.points]
    if line.course is Course.HOLD or not planned:
        planned = [{"day": on, "value": line.goal.target} for on in (f"{item.deadline[:4]}-01-01", item.deadline)]
    # A report that speaks of the end of its period stands there.
    told = [{"day": one.about.isoformat(), "value": one.value} for one in line.readings]
    x = alt.X("day:T", title=None, axis=alt.Axis(format="%m-%d", labelAngle=0, tickCount=6))
    y = alt.Y("value:Q", title=name, scale=alt.Scale(zero=line.course is Course.AMOUNT))
    way = alt.Chart(alt.Data(values=planned)).mark_line(color=GREY, strokeDash=[6, 4], strokeWidth=2).encode(x=x, y=y)
    end = (
        alt.Chart(alt.Data(values=planned[-1:]))
        .mark_text(align="right", dy=-10, color=GREY, fontSize=12)
        .encode(x=x, y=y, text=alt.value(f"{words['goal']} {line.goal.target:,.10g}"))
    )
    now = (
        alt.Chart(alt.Data(values=[{"day": day.isoformat(), "word": when}]))
        .mark_rule(color=ACCENT, strokeWidth=1)
        .encode(x=x)
    )
    layers = [way, end, now]
    if told:
        readings = alt.Chart(alt.Data(values=told)).encode(x=x, y=y)
        layers += [
            readings.mark_line(color=BLUE, strokeWidth=2.5),
            readings.mark_circle(color=BLUE, size=55, opacity=1),
            alt.Chart(alt.Data(values=told[-1:]))
            .mark_text(align="left", dx=8, fontWeight="bold", fontSize=12, color=BLUE)
            .encode(x=x, y=y, text=alt.Text("value:Q", format=",")),
        ]
    title = written(line.measure) if line.measure else words["whole"]
    subtitle = f"- - {words['planned']}   —●— {words['reported']}   | {when} {day.isoformat()}"
    font = chinese_font()
    chart = alt.layer(*layers).properties(width=520, height=220)
    return rendered(styled(chart, title, subtitle, font), "trajectory.svg", "svg", font)
