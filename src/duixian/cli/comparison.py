"""What the comparing commands share: names out of what users type, rows out to a format, charts out to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from duixian.cli.choices import checked, wrong
from duixian.cli.language import Messages
from duixian.cli.printing import console, json_bytes, markdown, table, write_csv, write_json, write_markdown
from duixian.cli.session import Session
from duixian.comparison.lookup import UnknownNameError, indicator_named, region_named
from duixian.comparison.reports import Report
from duixian.reporting.comparisons.labels import label
from duixian.reporting.output import write_whole
from duixian.reporting.tables import csv_rows

FORMATS = ("table", "csv", "json", "md", "xlsx")
CHARTS = ("svg", "png", "html")
_FILES = {"csv": "csv", "json": "json", "md": "md", "xlsx": "xlsx", "html": "html"}
_LABELLED = ("state", "status", "outcome", "change", "check", "part")
Row = Mapping[str, Any]


def listed(text: str) -> list[str]:
    """The names in a list that a user typed, with commas of either kind."""
    return [name.strip() for name in text.replace("，", ",").replace("、", ",").split(",") if name.strip()]


def indicators(say: Messages, text: str) -> list[str]:
    """Ids of the indicators that a user listed; wrong usage with the nearest names for one there is not."""
    return [_named(say, "unknown_indicator", name, lambda name: indicator_named(name)) for name in listed(text)]


def regions(say: Messages, text: str, reports: Iterable[Report]) -> list[str]:
    """Codes of the places that a user listed; wrong usage with the nearest names for one there is not."""
    known = list(reports)
    return [_named(say, "unknown_region", name, lambda name: region_named(name, known)) for name in listed(text)]


def only_region(say: Messages, text: str, reports: Sequence[Report]) -> str:
    """The place asked for, or the only one that the reports are about."""
    if text:
        return regions(say, text, reports)[0]
    names = {report.region: report.region_name for report in reports if report.region}
    if len(names) == 1:
        return next(iter(names))
    raise wrong(say("needs_region", places="、".join(list(names.values())[:8])))


def _named(say: Messages, message: str, name: str, find: Callable[[str], str]) -> str:
    try:
        return find(name)
    except UnknownNameError as error:
        near = "、".join(error.nearest)
        raise wrong(say(message, name=name, nearest=near or "–")) from error


def chosen_format(say: Messages, format: str, output: str, formats: Sequence[str]) -> str:
    """The format asked for, or that of the output file's suffix; workbooks and pages need a file."""
    suffix = _FILES.get(Path(output).suffix.lower().lstrip("."), "")
    chosen = checked(say, "--format", format or (suffix if suffix in formats else "table"), formats)
    if chosen in ("xlsx", "html") and not output:
        raise wrong(say("needs_output", format=chosen))
    return chosen


def chosen_chart(say: Messages, path: str) -> str:
    """The format of a chart by the suffix of its file."""
    return checked(say, "--chart", Path(path).suffix.lower().lstrip(".") or path, CHARTS)


def emit(
    session: Session,
    names: Sequence[str],
    rows: Sequence[Row],
    format: str,
    output: str,
    shown: Sequence[str],
    title: str = "",
) -> None:
    """Print or write rows. names: all columns, for programs. shown: those for people, in table and Markdown."""
    say = session.say
    if output:
        write_whole(output, _bytes(say, names, rows, format, title))
        session.print(say("written_rows", path=output, count=len(rows)))
    elif format == "json":
        write_json([dict(row) for row in rows])
    elif format == "csv":
        write_csv(names, rows)
    else:
        headings = [label("column", name, say.language) for name in shown]
        cells = [[readable(say, name, row.get(name)) for name in shown] for row in rows]
        if format == "md":
            write_markdown(headings, cells)
        else:
            console().print(table(headings, cells, title=title))


def _bytes(say: Messages, names: Sequence[str], rows: Sequence[Row], format: str, title: str) -> bytes:
    if format == "json":
        return json_bytes([dict(row) for row in rows])
    if format == "xlsx":
        from duixian.reporting.comparisons.workbook import rows_workbook

        shown = [{name: readable(say, name, row.get(name)) for name in names} for row in rows]
        return rows_workbook(title, names, shown, say.language)
    if format == "csv":
        return ("\ufeff" + csv_rows(names, ([row.get(name) for name in names] for row in rows))).encode()
    headings = [label("column", name, say.language) for name in names]
    return markdown(headings, [[readable(say, name, row.get(name)) for name in names] for row in rows]).encode()


def readable(say: Messages, name: str, value: Any) -> Any:
    """A value as people read it: labels in place of codes, short numbers."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "✓" if value else ""
    if name in _LABELLED:
        return label(name, str(value), say.language)
    if name == "indicator":
        return label("indicator", str(value), say.language)
    if isinstance(value, float):
        return f"{value:.10g}"
    return value


def draw(session: Session, chart: Any, target: str, title: str, subtitle: str, wanted: str) -> None:
    """Write a chart to a file and say with which font; what cannot be drawn is told. Raises OutputError."""
    from duixian.reporting.charts.drawing import rendered, styled
    from duixian.reporting.charts.fonts import REMEDY, chinese_font

    say = session.say
    if chart is None:
        session.failures += 1
        session.print(say("nothing_to_draw", path=target))
        return
    format = chosen_chart(say, target)
    font = chinese_font(wanted)
    data = rendered(styled(chart, title, subtitle, font), target, format, font)
    write_whole(target, data)
    if font is None:
        session.print(say("no_font", path=target, remedy=say.about_files(REMEDY)))
    else:
        session.print(say("drawn", path=target, font=font.family))


def refuse(session: Session, message: str) -> None:
    """Say that there is nothing to answer with, and leave with code 1."""
    session.print(message)
    raise typer.Exit(1)
