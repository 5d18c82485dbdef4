"""The columns of the data files: those of the records, with the evidence laid flat, and those of texts and sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, get_type_hints

from duixian.records import Commitment, DocumentRecord, Evidence, Figure, Project, Record

if TYPE_CHECKING:
    import pyarrow as pa

RECORD_KINDS = ("documents", "figures", "commitments", "projects")
KINDS = (*RECORD_KINDS, "blocks", "sources")
_RECORDS: dict[str, type[Any]] = {
    "documents": DocumentRecord,
    "figures": Figure,
    "commitments": Commitment,
    "projects": Project,
}
# What is kept beside the fields of a record. block: index of the paragraph in which it stands.
_ADDED = {
    "documents": (("source_digest", "text"), ("extractor", "text")),
    "figures": (("block", "integer"),),
    "commitments": (("block", "integer"),),
    "projects": (("block", "integer"),),
}
_PLAIN = {
    # map_*: the source map of the paragraph, see documents.model.SpanMap.
    "blocks": (
        ("document", "text"),
        ("block", "integer"),
        ("kind", "text"),
        ("depth", "integer"),
        ("section", "list"),
        ("text", "text"),
        ("line", "integer"),
        ("page", "integer"),
        ("lead_start", "integer"),
        ("lead_end", "integer"),
        ("map_clean", "integers"),
        ("map_source", "integers"),
        ("map_page", "integers"),
    ),
    # The decoded text as it was read, from which everything else can be made again.
    "sources": (
        ("digest", "text"),
        ("name", "text"),
        ("format", "text"),
        ("paged", "boolean"),
        ("pages", "list"),
        ("notes", "list"),
        ("order", "text"),
    ),
}


@cache
def columns_of(kind: str) -> tuple[tuple[str, str], ...]:
    """(name, type) of the columns of one of ``KINDS``; types: text, integer, number, boolean, list, integers."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    return (*((name, type_) for name, _, type_ in _paths(kind)), *_ADDED[kind])


@cache
def row_of(kind: str) -> Callable[[Record], tuple[Any, ...]]:
    """From a record to the values of its own columns (without the added ones)."""
    return attrgetter(*(path for _, path, _ in _paths(kind)))


def schema_of(kind: str) -> pa.Schema:
    """The Arrow schema of one of ``KINDS``."""
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "list": pa.list_(pa.string()),
        "integers": pa.list_(pa.int32()),
    }
    return pa.schema(
        [pa.field(name, types[type_]) for name, type_ in columns_of(kind)], metadata={"duixian": "corpus/1"}
    )


@cache
def _paths(kind: str) -> tuple[tuple[str, str, str], ...]:
    """(column, path in the record, type); a document is its own ``document`` and has the evidence of its lines."""
    found = []
    for field, hint in _hints(_RECORDS[kind]):
        if hint is Evidence:
            names = ("source",) if kind == "documents" else tuple(each.name for each in fields(Evidence))
            flat = dict(_hints(Evidence))
            found += [(name, f"{field}.{name}", _type(flat[name])) for name in names]
        elif not (kind == "documents" and field == "document"):
            found.append((field, field, _type(hint)))
    return tuple(found)


def _hints(record: type[Any]) -> list[tuple[str, Any]]:
    hints = get_type_hints(record)
    return [(field.name, hints[field.name]) for field in fields(record)]


def _type(hint: Any) -> str:
    text = hint.__name__ if isinstance(hint, type) and not hasattr(hint, "__args__") else str(hint)
    if "tuple" in text:
        return "list"
    if "float" in text:
        return "number"
    if "bool" in text:
        return "boolean"
    return "integer" if "int" in text else "text"
