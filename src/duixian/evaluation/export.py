"""What people corrected, as answers that ``duixian evaluate`` reads.

A line on which someone changed, dropped or added a record is a line that they read: all its records, as they stand
now, are answers, and complete ones (part "span"). With ``whole``, every line of a document that was corrected is.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Any

import orjson

from duixian.corpus.readings import Reading
from duixian.evaluation.scoring import bare_name

_FIELDS = {
    "figure": ("subject", "indicator", "kind", "op", "value", "value2", "unit", "status", "period"),
    "commitment": ("action", "object", "heading", "measurable", "actor", "deadline", "theme"),
    "project": ("name", "stage", "status", "deadline"),
}


def answers_of(reading: Reading, whole: bool = False) -> dict[str, list[dict[str, Any]]]:
    """Rows by kind ("figures", "commitments", "projects") for one document; empty when nobody corrected it."""
    amended = reading.amended
    touched = {*amended.changed, *amended.added}
    lines = {row["line"] for rows in amended.rows.values() for row in rows if row["id"] in touched}
    lines |= {row["line"] for _, row in amended.dropped}
    found: dict[str, list[dict[str, Any]]] = {}
    if not lines:
        return found
    for kind, fields in _FIELDS.items():
        for row in amended.rows[kind]:
            if whole or row["line"] in lines:
                found.setdefault(f"{kind}s", []).append(_answer(reading, kind, fields, row))
    return found


def answers_archive(readings: Iterable[Reading], whole: bool = False) -> bytes:
    """A zip of a folder of answers, one file a kind and document; the same readings give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for reading in readings:
            for kind, rows in answers_of(reading, whole).items():
                data = b"".join(orjson.dumps(row) + b"\n" for row in rows)
                archive.writestr(zipfile.ZipInfo(f"{kind}/{reading.entry.id}.jsonl", (1980, 1, 1, 0, 0, 0)), data)
    return buffer.getvalue()


def _answer(reading: Reading, kind: str, fields: tuple[str, ...], row: dict[str, Any]) -> dict[str, Any]:
    answer = {
        "line": row["line"],
        "quote": row["quote"],
        "doc": reading.entry.title,
        "file": bare_name(reading.entry.source),
        **{name: _plain(row.get(name)) for name in fields},
    }
    return answer | ({"part": "span", "unit": row.get("unit") or ""} if kind == "figure" else {})


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
