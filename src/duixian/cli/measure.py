"""``duixian measure``: slices and milestones of an item's measures, and the way to their goals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import typer

from duixian.cli.book import actor, as_of_option, day_of, format_option, group, ledger_option, opened, read, who_option
from duixian.cli.choices import checked, wrong
from duixian.cli.language import Messages
from duixian.cli.lights import today
from duixian.cli.printing import FORMATS, console
from duixian.cli.rows import emit

if TYPE_CHECKING:
    from duixian.ledger.plans import Milestone
    from duixian.ledger.slicing import Slice
    from duixian.ledger.trajectory import Line

ALONG = ("quarter", "month", "district", "industry", "organisation")
MANNERS = ("share", "running", "level")
NAMES = ("measure", "course", "way", "date", "planned", "actual", "unit", "planned_share", "actual_share", "lag")
_SHOWN = ("measure", "date", "planned", "actual", "lag")


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    return group(say, "measure", {"slice": _slice(say), "milestones": _milestones(say), "show": _show(say)})


def _slice(say: Messages) -> Callable[..., None]:
    def slice(
        item: str = typer.Argument(..., metavar="ITEM", help=say("measure_item")),
        measure: str = typer.Argument(..., metavar="MEASURE", help=say("measure_name")),
        along: str = typer.Option("quarter", "--along", metavar="|".join(ALONG), help=say("measure_along")),
        values: str = typer.Option(..., "--values", metavar="VALUES", help=say("measure_values")),
        manner: str = typer.Option("", "--manner", metavar="|".join(MANNERS), help=say("measure_manner")),
        reason: str = typer.Option("", "--reason", metavar="TEXT", help=say("measure_reason")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.slicing import PERIODS, Along, Manner, MeasureSliced

        kind = Along(checked(say, "--along", along, ALONG))
        way = Manner(checked(say, "--manner", manner, MANNERS)) if manner else None
        slices = _slices(say, values, kind in PERIODS, kind is Along.ORGANISATION)
        with opened(say, ledger) as book:
            book.record(actor(say, book, who), MeasureSliced(item, measure, kind, slices, way, reason or None))
        console().print(say("measure_sliced", item=item, measure=measure, count=len(slices)), soft_wrap=True)

    return slice


def _milestones(say: Messages) -> Callable[..., None]:
    def milestones(
        item: str = typer.Argument(..., metavar="ITEM", help=say("measure_item")),
        milestone: list[str] = typer.Argument(None, metavar="MILESTONE", help=say("measure_milestone")),
        clear: bool = typer.Option(False, "--clear", help=say("measure_clear")),
        reason: str = typer.Option("", "--reason", metavar="TEXT", help=say("measure_reason")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.plans import Item, ItemRevised

        if bool(milestone) is clear:
            raise wrong(say("measure_none"))
        stones = tuple(_stone(say, text) for text in milestone or ())
        with opened(say, ledger) as book:
            person = actor(say, book, who)
            with book.read() as tables:
                row = tables.need(Item, item, "事项")
            why = reason or "设定节点"
            event = ItemRevised(row.id, row.text, row.kind, row.measures, why, milestones=stones)
            book.record(person, event, expect={row.id: row.version})
        console().print(say("measure_stones", item=item, count=len(stones)), soft_wrap=True)

    return milestones


def _show(say: Messages) -> Callable[..., None]:
    def show(
        item: str = typer.Argument(..., metavar="ITEM", help=say("measure_item")),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger.dossiers import dossier
        from duixian.ledger.lights import judged
        from duixian.ledger.trajectory import lines

        checked(say, "--format", format, FORMATS)
        day = day_of(say, as_of) or today()
        with read(say, ledger, as_of) as tables:
            of = dossier(tables, item, day)
        rows = [row for line in lines(of) for row in _rows(say, line, _days(of.plan.year, line, day), day)]
        shown = [{**row, **_told(row)} for row in rows]
        emit(say, format, NAMES, rows, [(name, say(f"measure_col_{name}")) for name in _SHOWN], shown)
        if format == "table":
            light = judged(of, day)
            words = light.sentence if say.language == "zh" else light.english
            console().print(say("measure_light", colour=say(f"lights_{light.colour}"), sentence=words), soft_wrap=True)

    return show


def _days(year: int, line: Line, day: date) -> list[date]:
    """The ends of quarters, the days on which the plan turns, the days of reports, and the day that is asked for."""
    ends = [date(year, month, 1) - timedelta(days=1) for month in (4, 7, 10)] + [date(year, 12, 31)]
    turns = [on for on, _ in line.points]
    return sorted({*ends, *turns, *(reading.came for reading in line.readings), day})


def _rows(say: Messages, line: Line, days: list[date], today: date) -> list[dict[str, Any]]:
    from duixian.ledger.measures import written
    from duixian.ledger.trajectory import standing

    rows = []
    for day in days:
        found = standing(line, day)
        past = day <= today
        rows.append(
            {
                "measure": written(line.measure) if line.measure else say("measure_whole"),
                "course": str(line.course),
                "way": str(line.way),
                "date": day.isoformat(),
                "planned": found.planned,
                "actual": found.actual if past else None,
                "unit": line.measure.unit if line.measure else "%",
                "planned_share": found.planned_share,
                "actual_share": found.actual_share if past else None,
                "lag": found.lag if past else None,
            }
        )
    return rows


def _told(row: dict[str, Any]) -> dict[str, str]:
    """The figures as people read them, with units and shares."""
    told = {}
    for name in ("planned", "actual"):
        value, share = row[name], row[f"{name}_share"]
        words = "" if value is None else f"{value:.6g}{row['unit']}"
        told[name] = f"{words}（{share}%）" if words and share is not None and row["unit"] != "%" else words
    # Behind is what the eye looks for: a plus sign would look like good news.
    told["lag"] = "" if row["lag"] is None else f"{-row['lag']:+.6g}" if row["lag"] else "0"
    return told


def _slices(say: Messages, text: str, periods: bool, owners: bool) -> tuple[Slice, ...]:
    """ "10,20,30,40" for periods, else "name=value" parts; names of organisations are their ids."""
    from duixian.ledger.slicing import Slice

    found = []
    for place, part in enumerate(text.replace("，", ",").split(","), 1):
        name, _, value = (str(place), "", part) if periods else part.rpartition("=")
        try:
            number = float(value)
        except ValueError:
            raise wrong(say("measure_bad_value", value=part.strip())) from None
        if not name.strip():
            raise wrong(say("measure_bad_value", value=part.strip()))
        found.append(Slice(name.strip(), number, name.strip() if owners else None))
    return tuple(found)


def _stone(say: Messages, text: str) -> Milestone:
    """ "封顶@2025-06-30@60" or "封顶@2025-06-30"."""
    from duixian.ledger.plans import Milestone

    name, _, rest = text.partition("@")
    due, _, percent = rest.partition("@")
    try:
        return Milestone(name.strip(), due.strip(), float(percent.rstrip("%")) if percent else None)
    except ValueError:
        raise wrong(say("measure_bad_stone", value=text)) from None
