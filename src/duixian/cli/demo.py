"""``duixian demo``: the whole job on the sample reports, and how to go on with one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from duixian.api import Reading
from duixian.cli.annotate import annotated, write_page
from duixian.cli.extract import write_records
from duixian.cli.language import Messages
from duixian.cli.overview import show, summary
from duixian.cli.printing import console, table
from duixian.cli.session import Session
from duixian.comparison.amounts import written
from duixian.records import Figure
from duixian.reporting.columns import KINDS
from duixian.reporting.labels import label
from duixian.reporting.output import output_error

WORKBOOK = "records.xlsx"
PAGE = "annotated.html"
_SHOWN = 8


def command(say: Messages) -> Callable[..., None]:
    """The command, with its texts in one language."""

    def demo(
        output: str = typer.Option("duixian-demo", "--output", "-o", metavar="DIR", help=say("output_demo")),
    ) -> None:
        from duixian import samples

        screen = console()
        screen.print(say("demo_intro"))
        session = Session(say)
        paths = [str(path) for name, path in samples.paths().items() if name.endswith(".txt")]
        readings = [reading for reading, _ in session.each(paths, lambda reading: list(reading.records()))]
        show(say, [summary(reading) for reading in readings], "table")
        screen.print()
        screen.print(say("demo_sample"))
        screen.print(_sample(say, readings))
        screen.print()
        screen.print(say("demo_files"))
        for path in _write(say, Path(output), readings):
            screen.print(f"  {path}", soft_wrap=True)
        screen.print()
        screen.print(say("demo_next"))
        for usage, step in (
            ("duixian read PATH", "demo_step_read"),
            ("duixian extract PATH -o records.xlsx", "demo_step_extract"),
            ("duixian annotate PATH -o page.html", "demo_step_annotate"),
        ):
            screen.print(f"  {usage:<40}# {say(step)}", soft_wrap=True)
        session.finish()

    return demo


def _write(say: Messages, folder: Path, readings: list[Reading]) -> list[Path]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(str(folder), error) from error
    rows = ((record, reading.record) for reading in readings for record in reading.records())
    write_records(str(folder / WORKBOOK), rows, list(KINDS), "xlsx", say.language)
    write_page(str(folder / PAGE), [annotated(reading) for reading in readings], say)
    return [folder / WORKBOOK, folder / PAGE]


def _sample(say: Messages, readings: list[Reading]) -> Any:
    """The headline targets of the first report, as far as they name an indicator."""
    chosen: dict[str, Figure] = {}
    for figure in readings[0].figures() if readings else ():
        if figure.status == "target" and figure.indicator != "other":
            chosen.setdefault(figure.indicator, figure)
    headings = [say(f"demo_{name}") for name in ("subject", "value", "status", "line", "quote")]
    rows = [
        [
            figure.subject,
            written(figure),
            label("figure_status", figure.status, say.language),
            figure.evidence.line,
            figure.evidence.quote,
        ]
        for figure in list(chosen.values())[:_SHOWN]
    ]
    return table(headings, rows)
