"""``duixian extract``: the records of these files, in the format that the next program reads."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import typer

from duixian.cli.choices import checked, wrong
from duixian.cli.language import Messages
from duixian.cli.printing import write_bytes
from duixian.cli.session import Session
from duixian.records import DocumentRecord, Record
from duixian.reporting.columns import KINDS
from duixian.reporting.labels import label
from duixian.reporting.output import whole_file
from duixian.reporting.tables import csv_table, json_lines

FORMATS = ("jsonl", "csv", "xlsx", "parquet")
_ONLY_FILES = ("xlsx", "parquet")
Rows = Iterator[tuple[Record, DocumentRecord]]


def command(say: Messages) -> Callable[..., None]:
    """The command, with its texts in one language."""

    def extract(
        paths: list[str] = typer.Argument(..., metavar="PATH", help=say("paths")),
        kind: list[str] = typer.Option([], "--kind", "-k", metavar="|".join(KINDS), help=say("kind")),
        format: str = typer.Option("", "--format", "-f", metavar="|".join(FORMATS), help=say("format_extract")),
        output: str = typer.Option("", "--output", "-o", metavar="FILE", help=say("output_extract")),
    ) -> None:
        kinds = [checked(say, "--kind", each, KINDS) for each in kind] or list(KINDS)
        chosen = checked(say, "--format", format or _by_suffix(output), FORMATS)
        if not output and chosen in _ONLY_FILES:
            raise wrong(say("needs_output", format=chosen))
        session = Session(say, writes_to_terminal=not output and sys.stdout.isatty())
        counts: Counter[str] = Counter()
        rows = _rows(session, paths, kinds, counts)
        try:
            if output:
                write_records(output, rows, kinds, chosen, say.language)
                session.print(say("written", path=output, count=_counted(say, counts)))
            else:
                write_bytes(json_lines(rows) if chosen == "jsonl" else csv_table(rows, kinds))
        except _NothingRead:
            pass
        session.finish()

    return extract


def write_records(output: str, rows: Rows, kinds: list[str], format: str, language: str) -> None:
    """Write a file of records whole or not at all. Raises OutputError."""
    with whole_file(output) as part:
        if format == "xlsx":
            from duixian.reporting.workbook import write_workbook

            write_workbook(part, rows, kinds, language)
        elif format == "parquet":
            from duixian.reporting.parquet import write_parquet

            write_parquet(part, rows, kinds)
        else:
            chunks = json_lines(rows) if format == "jsonl" else csv_table(rows, kinds, marked=True)
            with part.open("wb") as stream:
                stream.writelines(chunks)


class _NothingRead(Exception):
    """No document could be read, so that no file of records takes the place of an earlier one."""


def _rows(session: Session, paths: list[str], kinds: list[str], counts: Counter[str]) -> Rows:
    for reading, records in session.each(paths, lambda reading: list(reading.records(kinds))):
        for record in records:
            counts[record.record] += 1
            yield record, reading.record
    if session.failures and not session.documents:
        raise _NothingRead


def _by_suffix(output: str) -> str:
    suffix = Path(output).suffix.lower().lstrip(".")
    return suffix if suffix in FORMATS else "jsonl"


def _counted(say: Messages, counts: Counter[str]) -> str:
    parts = [
        say("counted", count=counts[kind], kind=label("record", kind, say.language)) for kind in KINDS if counts[kind]
    ]
    return ("、" if say.language == "zh" else ", ").join(parts) or "0"
