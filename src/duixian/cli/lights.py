"""``duixian lights``: the lights of a plan, each with the sentence that explains it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime

import typer

from duixian.cli.book import as_of_option, day_of, format_option, ledger_option, read
from duixian.cli.choices import checked
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS, console
from duixian.cli.rows import emit

COLOURS = ("red", "yellow", "green", "grey", "late", "done")
NAMES = ("item", "number", "text", "lead", "colour", "sentence", "time", "lag", "deadline", "days_left")
_SHOWN = ("number", "lead", "colour", "sentence")


def command(say: Messages) -> Callable[..., None]:
    """The function behind ``duixian lights``, with its texts in one language."""

    def lights(
        plan: str = typer.Argument(..., metavar="PLAN", help=say("lights_plan")),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
        organisation: str = typer.Option("", "--organisation", "-o", metavar="ID", help=say("lights_organisation")),
        colour: list[str] = typer.Option([], "--colour", metavar="|".join(COLOURS), help=say("lights_colour")),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger.lights import lights as of_plan
        from duixian.ledger.organisations import Organisation, below, known
        from duixian.ledger.plans import Item

        checked(say, "--format", format, FORMATS)
        for one in colour:
            checked(say, "--colour", one, COLOURS)
        day = day_of(say, as_of) or today()
        rows = []
        with read(say, ledger, as_of) as tables:
            found = list(of_plan(tables, plan, day))
            items = {item.id: item for item in tables.select(Item, plan=plan)}
            names = {each.id: each.name for each in tables.select(Organisation)}
            if organisation:
                known(tables, organisation)
                led = {id for id in names if below(tables, id, organisation)}
                found = [light for light in found if items[light.item].lead in led]
        for light in sorted(found, key=lambda light: natural(items[light.item].number)):
            item = items[light.item]
            if colour and light.colour not in colour:
                continue
            rows.append(
                {
                    "item": item.id,
                    "number": item.number,
                    "text": item.text,
                    "lead": item.lead,
                    "colour": str(light.colour),
                    "sentence": light.sentence if say.language == "zh" else light.english,
                    "time": light.time,
                    "lag": light.lag,
                    "deadline": item.deadline,
                    "days_left": light.days_left,
                }
            )
        shown = [
            {**row, "lead": names.get(str(row["lead"]), ""), "colour": say(f"lights_{row['colour']}")} for row in rows
        ]
        emit(say, format, NAMES, rows, [(name, say(f"lights_col_{name}")) for name in _SHOWN], shown)
        if format == "table" and rows:
            counts = Counter(str(row["colour"]) for row in rows)
            told = [f"{say(f'lights_{one}')} {counts[one]}" for one in COLOURS if counts[one]]
            console().print(say("lights_total", day=day, total=len(rows), counts=say("lights_join").join(told)))

    return lights


def today() -> date:
    """The present day in China, by which the ledger counts."""
    from duixian.ledger.journal import day, stamp

    return date.fromisoformat(day(stamp(datetime.now(UTC))))


def natural(number: str) -> tuple[tuple[int, str], ...]:
    """A key by which 2 comes before 10."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", number) if part)
