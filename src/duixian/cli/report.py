"""``duixian report``: a department's minute: a number, a sentence, and what is in the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from duixian.cli.book import actor, ledger_option, opened, who_option
from duixian.cli.choices import wrong
from duixian.cli.language import Messages
from duixian.cli.printing import console


def command(say: Messages) -> Callable[..., None]:
    """The command, with its texts in one language."""

    def report(
        item: str = typer.Argument(..., metavar="ITEM", help=say("item_which")),
        sentence: str = typer.Argument(..., metavar="SENTENCE", help=say("report_sentence")),
        value: list[str] = typer.Option([], "--value", "-v", metavar="[MEASURE=]VALUE", help=say("report_value")),
        percent: float = typer.Option(None, "--percent", "-p", metavar="N", help=say("report_percent")),
        milestone: str = typer.Option("", "--milestone", metavar="NAME", help=say("report_milestone")),
        problems: str = typer.Option("", "--problems", metavar="TEXT", help=say("report_problems")),
        support: str = typer.Option("", "--support", metavar="TEXT", help=say("report_support")),
        attach: list[str] = typer.Option([], "--attach", metavar="FILE", help=say("report_attach")),
        correction: str = typer.Option("", "--correction", metavar="TEXT", help=say("report_correction")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.plans import Item
        from duixian.ledger.progress import ProgressReported, Reading, read_value

        with opened(say, ledger) as book:
            with book.read() as tables:
                row = tables.need(Item, item, "事项")
            readings: list[Reading] = []
            for one in value:
                reading = read_value(row, one)
                if reading is None:
                    goals = "、".join(measure.name for measure in row.measures) or "–"
                    raise wrong(say("report_bad_value", value=one, measures=goals))
                readings.append(reading)
            files = tuple(book.attach(Path(one)) for one in attach)
            book.record(
                actor(say, book, who),
                ProgressReported(
                    item,
                    sentence,
                    tuple(readings),
                    percent,
                    milestone or None,
                    problems or None,
                    support or None,
                    correction or None,
                    attachments=files,
                ),
            )
        console().print(say("report_done", item=item), soft_wrap=True)

    return report
