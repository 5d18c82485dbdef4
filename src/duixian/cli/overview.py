"""``duixian read``: what is in these files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from duixian.api import Reading
from duixian.cli.choices import checked
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS, console, table, write_csv, write_json, write_markdown
from duixian.cli.session import Session
from duixian.evaluation.scoring import bare_name
from duixian.reporting.labels import label

NAMES = (
    "source",
    "document",
    "title",
    "kind",
    "region",
    "region_name",
    "level",
    "plan_year",
    "review_year",
    "date",
    "speaker",
    "line_start",
    "line_end",
    "characters",
    "sections",
    "figures",
    "commitments",
    "projects",
)
_HEADINGS = ("source", "title", "kind", "region", "level", "years", "date", "characters", "sections")
# What still fits where the terminal is narrow.
_FEW_HEADINGS = ("title", "region", "years", "sections")
_WIDE = 120
_COUNTS = ("figures", "commitments", "projects")


def command(say: Messages) -> Callable[..., None]:
    """The command, with its texts in one language."""

    def read(
        paths: list[str] = typer.Argument(..., metavar="PATH", help=say("paths")),
        format: str = typer.Option("table", "--format", "-f", metavar="|".join(FORMATS), help=say("format_read")),
    ) -> None:
        checked(say, "--format", format, FORMATS)
        session = Session(say)
        rows = [row for _, row in session.each(paths, summary)]
        show(say, rows, format)
        session.finish()

    return read


def summary(reading: Reading) -> dict[str, Any]:
    """One document in one row; the names are ``NAMES``."""
    record = reading.record
    blocks = reading.document.blocks
    return {
        "source": reading.source,
        "document": record.id,
        "title": record.title,
        "kind": record.kind,
        "region": record.region,
        "region_name": record.region_name,
        "level": record.level,
        "plan_year": record.plan_year,
        "review_year": record.review_year,
        "date": record.date,
        "speaker": record.speaker,
        "line_start": record.line_start,
        "line_end": record.line_end,
        "characters": sum(len(block.text) for block in blocks),
        "sections": len({block.section for block in blocks if block.section}),
        "figures": len(reading.figures()),
        "commitments": len(reading.commitments()),
        "projects": len(reading.projects()),
    }


def show(say: Messages, rows: list[dict[str, Any]], format: str) -> None:
    """Print the rows in one of ``FORMATS``."""
    if format == "json":
        write_json(rows)
    elif format == "csv":
        write_csv(NAMES, rows)
    elif rows:
        body = [_shown(say, row) for row in rows]
        screen = console()
        names = [*(_HEADINGS if format == "md" or screen.width >= _WIDE else _FEW_HEADINGS), *_COUNTS]
        headings = [say(f"c_{name}") for name in names]
        cells = [[row[name] for name in names] for row in body]
        if format == "md":
            write_markdown(headings, cells)
            return
        screen.print(table(headings, cells))
        screen.print(
            say("c_total", documents=len(rows)), *(f"{say('c_' + n)} {sum(r[n] for r in rows)}" for n in _COUNTS)
        )


def _shown(say: Messages, row: dict[str, Any]) -> dict[str, Any]:
    """A row as people read it: labels in place of codes, the file without its folders."""
    language = say.language
    years = "/".join(str(year) if year else "–" for year in (row["plan_year"], row["review_year"]))
    return {
        **row,
        "source": bare_name(row["source"]),
        "kind": label("document_kind", row["kind"], language),
        "region": row["region_name"] or row["region"],
        "level": label("level", row["level"] or "", language),
        "years": years if years != "–/–" else None,
    }
