"""Items of an invented plan as rows, without a ledger: what a table or a property of lights needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from duixian.ledger.lights import Light, light
from duixian.ledger.measures import Measure
from duixian.ledger.plans import Item, ItemKind, ItemRegistered, Milestone, Plan, State, new_item
from duixian.ledger.progress import Progress, Reading
from duixian.ledger.rounds import Due, Round, due_id
from duixian.ledger.slicing import Along, Manner, Slice, Slicing, slicing_id
from duixian.ledger.tables import MemoryTables

ROAD = Measure("里程", "≥", 200, "公里", kind="change")
GROWTH = Measure("生产总值增速", "≥", 6, "%", kind="growth", indicator="gdp")
ABOUT = Measure("生产总值增速", "≈", 6, "%", kind="growth", indicator="gdp")
JOBLESS = Measure("失业率", "≤", 5.5, "%", kind="level", indicator="unemployment")
JOBLESS_ABOUT = Measure("失业率", "≈", 5.5, "%", kind="level", indicator="unemployment")
FALL = Measure("单位能耗", "≥", -3, "%", kind="growth", indicator="energy_intensity")
CUT = Measure("产能", "=", -30, "万吨", kind="change")
FOREST = Measure("森林覆盖率", "≥", 50, "%", kind="level", indicator="forest_cover")
RANGE = Measure("增速", "～", 5, "%", value2=6, kind="growth", indicator="gdp")
RANK = Measure("位次", "=", 4, "位", kind="rank", indicator="gdp")
SYNC = Measure("居民收入", "同步", None, "", kind="relative")
Report = tuple[str, dict[str, float] | float | str | None]
"""The day it came, and what it says: values by measure, a percentage, the name of a milestone, or only words."""


def tables_of(
    measures: Sequence[Measure] = (),
    reports: Sequence[Report] = (),
    milestones: Sequence[Milestone] = (),
    slices: Sequence[float] = (),
    manner: Manner = Manner.SHARE,
    rounds: Sequence[str] = (),
    problems: str | None = None,
    **fields: object,
) -> MemoryTables:
    """A plan of 2025 with one item, 2025/1, in progress since January."""
    tables = MemoryTables()
    wish = ItemRegistered("2025", "1", "修路", ItemKind.TASK, measures=tuple(measures), deadline="2025-12-31")
    item = replace(new_item(wish, ()), lead="dept1", assigned="2025-01-01", state=State.IN_PROGRESS)
    item = replace(item, milestones=tuple(milestones), **fields)  # type: ignore[arg-type]
    tables.put([Plan("2025", "gov", None, 2025, "云岭市2025年度台账", None, None, "open", None), item])
    units = {measure.name: measure.unit for measure in measures}
    for number, (day, told) in enumerate(reports, 1):
        values = told if isinstance(told, dict) else {}
        tables.put(
            [
                Progress(
                    f"2025/1#{number}",
                    item.id,
                    number,
                    "own1",
                    f"{day}T01:00:00.000000+00:00",
                    tuple(Reading(name, value, units[name]) for name, value in values.items()),
                    float(told) if isinstance(told, int | float) else None,
                    told if isinstance(told, str) else None,
                    "正在推进",
                    problems,
                    None,
                )
            ]
        )
    if slices:
        along = Along.QUARTER if len(slices) == 4 else Along.MONTH
        parts = tuple(Slice(str(number), value) for number, value in enumerate(slices, 1))
        name = measures[0].name
        tables.put([Slicing(slicing_id(item.id, name, along), item.id, name, along, manner, parts, None)])
    for period in rounds:
        round = Round(f"2025@{period}", "2025", "monthly", period, f"2025-{int(period[-2:]) + 1:02}-05", "open", None)
        tables.put([round, Due(due_id(round.id, item.id), round.id, item.id, "dept1", None, False, None)])
    return tables


def seen(tables: MemoryTables, day: str) -> Light:
    """The light of the item on a day."""
    return light(tables, "2025/1", date.fromisoformat(day))


def item_of(tables: MemoryTables) -> Item:
    """The item."""
    return tables.need(Item, "2025/1", "事项")
