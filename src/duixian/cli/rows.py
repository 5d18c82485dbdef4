"""Rows of a result on standard output: stable names for programs, chosen columns for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from duixian.cli.language import Messages
from duixian.cli.printing import console, table, write_csv, write_json, write_markdown

_PLAIN = (str, int, float, bool, type(None))


def emit(
    say: Messages,
    format: str,
    names: Sequence[str],
    rows: Sequence[dict[str, Any]],
    columns: Sequence[tuple[str, str]],
    shown: Sequence[dict[str, Any]] | None = None,
) -> None:
    """Print rows: all ``names`` for programs, the ``columns`` (name, heading) for people, these from ``shown``."""
    if format == "json":
        write_json([{name: _plain(row.get(name)) for name in names} for row in rows])
        return
    if format == "csv":
        write_csv(names, [{name: _cell(row.get(name)) for name in names} for row in rows])
        return
    headings = [heading for _, heading in columns]
    body = [[_seen(row.get(name)) for name, _ in columns] for row in (rows if shown is None else shown)]
    if format == "md":
        write_markdown(headings, body)
    elif body:
        console().print(table(headings, body))
    else:
        console().print(say("k_no_hits"))


def _plain(value: Any) -> Any:
    if isinstance(value, _PLAIN):
        return value
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else str(value)


def _cell(value: Any) -> Any:
    return tuple(str(each) for each in value) if isinstance(value, (list, tuple)) else _plain(value)


def _seen(value: Any) -> Any:
    """Whole numbers without a fraction, lists as a path."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple)):
        return " / ".join(map(str, value))
    return _plain(value)
