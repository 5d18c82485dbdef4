"""What people corrected, as answers that ``duixian evaluate`` reads.

A line on which someone changed, dropped or added a record is a line that they read: all its records, as they stand
now, are answers, and complete ones (part "span"). With ``whole``, every line of a document that was corrected is.

Who owes a commitment is no field of its record: the owners that people named go into a file of their own beside the
answers, which ``duixian evaluate`` passes over. Whoever named an owner did not read the line for its other records.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import orjson

from duixian.corpus.readings import Reading
from duixian.evaluation.scoring import bare_name
from duixian.records import Evidence

OWNERS = "owners.jsonl"
"""The file of owners in the archive."""
_FIELDS = {
    "figure": ("subject", "indicator", "kind", "op", "value", "value2", "unit", "status", "period"),
    "commitment": ("action", "object", "heading", "measurable", "actor", "deadline", "theme"),
    "project": ("name", "stage", "status", "deadline"),
}


def answers_of(reading: Reading, whole: bool = False) -> dict[str, list[dict[str, Any]]]:
    """Rows by kind ("figures", "commitments", "projects") for one document; empty when nobody corrected a record."""
    amended = reading.amended
    touched = {*amended.changed, *amended.added}
    lines = {row["line"] for rows in amended.rows.values() for row in rows if row["id"] in touched}
    lines |= {row["line"] for _, row in amended.dropped}
    found: dict[str, list[dict[str, Any]]] = {}
    if not lines:
        return found
    for kind, names in _FIELDS.items():
        for row in amended.rows[kind]:
            if whole or row["line"] in lines:
                found.setdefault(f"{kind}s", []).append(_answer(reading, kind, names, row))
    return found


def owners_of(reading: Reading) -> list[dict[str, Any]]:
    """A row for each commitment of a document that people named an owner of, in the order of the text.

    document: its id. evidence: as of the record, ``source`` without its folder. lead: a name. supporting: names. null
    where they left it as suggested.
    """
    return [
        {
            "document": reading.entry.id,
            "evidence": {field.name: row[field.name] for field in fields(Evidence)}
            | {"source": bare_name(row["source"])},
            "lead": owner.lead,
            "supporting": owner.supporting,
        }
        for row in reading.amended.rows["commitment"]
        if (owner := reading.amended.owners.get(row["id"])) is not None
    ]


def answers_archive(readings: Iterable[Reading], whole: bool = False) -> bytes:
    """A zip of a folder of answers, one file a kind and document, with the owners that people named beside them.

    The same readings give the same bytes.
    """
    buffer = io.BytesIO()
    owners: list[dict[str, Any]] = []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for reading in readings:
            for kind, rows in answers_of(reading, whole).items():
                archive.writestr(_named(f"{kind}/{reading.entry.id}.jsonl"), _lines(rows))
            owners += owners_of(reading)
        if owners:
            archive.writestr(_named(OWNERS), _lines(owners))
    return buffer.getvalue()


def _named(path: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))


def _lines(rows: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


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
