"""Records as text that other programs read: JSON Lines and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from duixian.records import DocumentRecord, Record
from duixian.reporting.columns import table_of

Row = tuple[Record, DocumentRecord]
LIST_SEPARATOR = " / "
_CHUNK = 1 << 18
# A spreadsheet takes a cell that begins with one of these for a formula. An apostrophe in front makes it text.
# Wide forms too: in Chinese and Japanese versions they begin a formula like the narrow ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BLANK = " \u00a0\u3000\u200b\ufeff"


def json_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    """One JSON object a record, UTF-8, each ended by a line feed, in chunks ready to be written."""
    for record, _ in rows:
        yield orjson.dumps(record.to_dict(), option=orjson.OPT_APPEND_NEWLINE)


def csv_table(rows: Iterable[Row], kinds: Sequence[str], *, marked: bool = False) -> Iterator[bytes]:
    """The records as CSV (RFC 4180, UTF-8) with the stable column names as its first line.

    marked: begin with a byte order mark, by which spreadsheets know the encoding. Text that a spreadsheet would run as
    a formula gets an apostrophe in front; lists are joined by " / "; booleans are true and false.
    """
    table = table_of(kinds)
    buffer = io.StringIO(newline="")
    if marked:
        buffer.write("\ufeff")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    for record, document in rows:
        writer.writerow([plain_cell(value) for value in table.row(record, document)])
        if buffer.tell() > _CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def csv_rows(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Any small table as CSV, with the same care for formulas."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([plain_cell(name) for name in names])
    writer.writerows([plain_cell(value) for value in row] for row in rows)
    return buffer.getvalue()


def plain_cell(value: Any) -> Any:
    """A value as a CSV cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        value = LIST_SEPARATOR.join(value)
    if isinstance(value, str) and value.lstrip(_BLANK).startswith(_FORMULA):
        return "'" + value
    return value
