"""``duixian metric``: statistics of departments and districts from outside the book."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from duixian.cli.book import actor, as_of_option, format_option, group, ledger_option, opened, read, who_option
from duixian.cli.choices import checked
from duixian.cli.language import Messages
from duixian.cli.printing import FORMATS, console
from duixian.cli.rows import emit

NAMES = ("organisation", "metric", "period", "value", "unit", "source")
KIND_NAMES = ("id", "name", "english", "unit", "better", "low", "high")


def commands(say: Messages) -> typer.Typer:
    """The group of commands, with their texts in one language."""
    return group(
        say,
        "metric",
        {"record": _record(say), "import": _import(say), "list": _list(say), "kinds": _kinds(say)},
    )


def _record(say: Messages) -> Callable[..., None]:
    def record(
        organisation: str = typer.Argument(..., metavar="ORGANISATION", help=say("metric_organisation")),
        metric: str = typer.Argument(..., metavar="METRIC", help=say("metric_metric")),
        period: str = typer.Argument(..., metavar="PERIOD", help=say("metric_period")),
        value: float = typer.Argument(..., metavar="VALUE", help=say("metric_value")),
        unit: str = typer.Option("", "--unit", "-u", metavar="UNIT", help=say("metric_unit")),
        source: str = typer.Option(..., "--source", "-s", metavar="TEXT", help=say("metric_source")),
        correction: str = typer.Option("", "--correction", metavar="TEXT", help=say("metric_correction")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.metrics import MetricRecorded
        from duixian.ledger.metrics import metric as defined

        with opened(say, ledger) as book:
            with book.read() as tables:
                one = defined(tables, metric)
            wish = MetricRecorded(
                organisation, one.id, period, value, unit or one.unit, source, correction=correction or None
            )
            book.record(actor(say, book, who), wish)
        console().print(
            say("metric_done", organisation=organisation, period=period, name=one.name, value=value, unit=one.unit),
            soft_wrap=True,
        )

    return record


def _import(say: Messages) -> Callable[..., None]:
    def load(
        file: str = typer.Argument(..., metavar="FILE", help=say("metric_file")),
        period: str = typer.Option("", "--period", "-p", metavar="PERIOD", help=say("metric_default_period")),
        source: str = typer.Option("", "--source", "-s", metavar="TEXT", help=say("metric_default_source")),
        check: bool = typer.Option(False, "--check", help=say("metric_check")),
        ledger: str = ledger_option(say),
        who: str = who_option(say),
    ) -> None:
        from duixian.ledger.metric_sheet import apply_rows, read_rows

        with opened(say, ledger) as book:
            rows = read_rows(Path(file), period, source)
            done = apply_rows(book, actor(say, book, who), rows, check=check)
        for error in done.errors:
            reason, remedy = say.about_files(error.reason), say.about_files(error.remedy)
            typer.echo(say("failed", source=error.target, reason=reason, remedy=remedy), err=True)
        key = "metric_refused" if done.errors else "metric_checked" if check else "metric_imported"
        console().print(
            say(key, rows=done.rows, recorded=done.recorded, same=done.same, errors=len(done.errors)), soft_wrap=True
        )
        if done.errors:
            raise typer.Exit(1)

    return load


def _list(say: Messages) -> Callable[..., None]:
    def show(
        metric: str = typer.Option("", "--metric", "-m", metavar="METRIC", help=say("metric_only")),
        period: str = typer.Option("", "--period", "-p", metavar="PERIOD", help=say("metric_only_period")),
        organisation: str = typer.Option(
            "", "--organisation", "-o", metavar="ID", help=say("metric_only_organisation")
        ),
        ledger: str = ledger_option(say),
        as_of: str = as_of_option(say),
        format: str = format_option(say),
    ) -> None:
        from duixian.ledger.metrics import MetricValue
        from duixian.ledger.metrics import metric as defined

        checked(say, "--format", format, FORMATS)
        with read(say, ledger, as_of) as tables:
            wanted = {"metric": defined(tables, metric).id if metric else "", "period": period}
            wanted["organisation"] = organisation
            found = tables.select(MetricValue, **{name: text for name, text in wanted.items() if text})
        rows = [{name: getattr(row, name) for name in NAMES} for row in found]
        emit(say, format, NAMES, rows, [(name, say(f"metric_col_{name}")) for name in NAMES])

    return show


def _kinds(say: Messages) -> Callable[..., None]:
    def kinds(
        ledger: str = ledger_option(say), as_of: str = as_of_option(say), format: str = format_option(say)
    ) -> None:
        from duixian.ledger.metrics import metrics

        checked(say, "--format", format, FORMATS)
        with read(say, ledger, as_of) as tables:
            rows = [{name: getattr(row, name) for name in KIND_NAMES} for row in metrics(tables).values()]
        emit(say, format, KIND_NAMES, rows, [(name, say(f"metric_col_{name}")) for name in KIND_NAMES])

    return kinds
