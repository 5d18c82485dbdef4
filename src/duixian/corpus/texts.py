"""A document of the corpus as the reader gave it: its source, its blocks with their way back, its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from duixian.corpus.errors import damaged
from duixian.corpus.intake import source_text
from duixian.corpus.manifest import Snapshot
from duixian.corpus.parts import data_path, read_table
from duixian.documents.model import Block, Document, LineIndex, SpanMap
from duixian.records import Commitment, DocumentRecord, Evidence, Figure, Project

KINDS: dict[str, type[Any]] = {"figure": Figure, "commitment": Commitment, "project": Project}
_LISTS = ("section", "measures")
R = TypeVar("R")


def document_of(folder: Path, snapshot: Snapshot, identity: str) -> Document:
    """The document of this id, which must be in the snapshot. Raises CorpusError when its data is damaged."""
    entry = snapshot.documents[identity]
    part = snapshot.owner[identity]
    about = read_table(data_path(folder, "documents", part), "documents", [identity]).to_pylist()
    source = snapshot.sources.get(entry.source_digest)
    if not about or source is None:
        raise damaged(entry.source, "没有保存原文")
    kept = read_table(data_path(folder, "sources", source.part), "sources", [entry.source_digest]).to_pylist()
    if not kept:
        raise damaged(entry.source, "没有保存原文")
    text = source_text(kept[0])
    rows = []
    if "blocks" in snapshot.parts[part].files:
        rows = read_table(data_path(folder, "blocks", part), "blocks", [identity]).to_pylist()
    return Document(
        source=text,
        record=typed_record(DocumentRecord, about[0]),
        blocks=tuple(_block(row) for row in sorted(rows, key=lambda row: row["block"])),
        line_indexes=tuple(LineIndex(page) for page in text.pages),
    )


def record_rows(folder: Path, snapshot: Snapshot, identity: str, kind: str) -> list[dict[str, Any]]:
    """The records of one document as rows, in the order of the text. kind: figure, commitment or project."""
    table, part = f"{kind}s", snapshot.owner[identity]
    if table not in snapshot.parts[part].files:
        return []
    rows: list[dict[str, Any]] = read_table(data_path(folder, table, part), table, [identity]).to_pylist()
    return sorted(rows, key=lambda row: (row["page"] or 0, row["start"], row["end"]))


def typed_record(kind: type[R], row: Mapping[str, Any]) -> R:
    """The record of a row, with its evidence."""
    evidence = Evidence(*(row.get(field.name) for field in fields(Evidence)))  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        value = row.get(field.name)
        if field.name in _LISTS:
            value = tuple(value or ())
        elif isinstance(value, float) and value.is_integer():
            # Tables keep numbers as floats; a report that says 5 did not say 5.0.
            value = int(value)
        values[field.name] = value
    values |= {"evidence": evidence, "document": row.get("document") or row["id"]}
    if kind is DocumentRecord:
        values["evidence"] = Evidence(row["source"], row["line_start"], None, 0, 0, "")
    return kind(**values)


def _block(row: Mapping[str, Any]) -> Block:
    lead = None if row["lead_start"] is None else (row["lead_start"], row["lead_end"])
    spans = SpanMap(tuple(row["map_clean"]), tuple(row["map_source"]), tuple(row["map_page"]))
    return Block(row["block"], row["text"], spans, row["kind"], tuple(row["section"] or ()), row["depth"], lead)
