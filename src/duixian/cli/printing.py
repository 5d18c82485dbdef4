"""Small tables on standard output: for people on a terminal, or as CSV, JSON and Markdown with stable names."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from duixian.reporting.tables import csv_rows

# Where there is no terminal to measure, a table may be as wide as it needs to be within reason.
_PIPE_WIDTH = 200
# The formats in which these functions print rows.
FORMATS = ("table", "csv", "json", "md")


def console() -> Console:
    """A console on standard output that does not cut tables when piped."""
    stream = sys.stdout
    return Console(highlight=False) if stream.isatty() else Console(highlight=False, width=_PIPE_WIDTH)


def write_bytes(chunks: Iterable[bytes]) -> None:
    """Bytes to standard output as they are; a closed or full stream raises OSError."""
    stream = sys.stdout.buffer
    for chunk in chunks:
        stream.write(chunk)
    stream.flush()


def write_json(value: Any) -> None:
    """A value as indented JSON."""
    write_bytes([json_bytes(value)])


def json_bytes(value: Any) -> bytes:
    """A value as indented JSON with a line break at the end."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def write_csv(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows as CSV with the names as first line."""
    write_bytes([csv_rows(names, ([row.get(name) for name in names] for row in rows)).encode()])


def write_markdown(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows as a Markdown table."""
    write_bytes([markdown(headings, rows).encode()])


def markdown(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table as text."""
    lines = ["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings)]
    for row in rows:
        lines.append("| " + " | ".join(_cell(value).replace("|", "\\|") for value in row) + " |")
    return "\n".join(lines) + "\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> Table:
    """A table for the eye; numbers stand to the right."""
    grid = Table(
        title=title or None, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    body = [list(row) for row in rows]
    for index, heading in enumerate(headings):
        numeric = bool(body) and all(isinstance(row[index], (int, float)) or row[index] is None for row in body)
        grid.add_column(heading, justify="right" if numeric else "left", overflow="fold", no_wrap=numeric)
    for row in body:
        grid.add_row(*(Text(_cell(value)) for value in row))
    return grid


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}"
    return " ".join(str(value).split())
