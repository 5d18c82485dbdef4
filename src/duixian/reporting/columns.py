"""The columns of a table of records: stable names, Chinese headings, types. The list itself is data."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import attrgetter
from typing import Any

from duixian.records import DocumentRecord, Record

KINDS = ("document", "figure", "commitment", "project")
_OF_DOCUMENT = "of_document"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. name: stable, English. heading: Chinese. meaning: English.

    type: "text", "integer", "number", "boolean" or "list". labels: family of labels of its codes, or "".
    """

    name: str
    heading: str
    meaning: str
    type: str
    labels: str
    path: str
    of_document: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The columns for one or several kinds of record, and the way from a record to its row."""

    columns: tuple[Column, ...]
    _getters: dict[str, Callable[[Record, DocumentRecord], tuple[Any, ...]]]

    def row(self, record: Record, document: DocumentRecord) -> tuple[Any, ...]:
        """The values of a record, one a column; None where the record has no such field."""
        return self._getters[record.record](record, document)


@cache
def columns_of(kind: str) -> tuple[Column, ...]:
    """The columns of one kind of record."""
    data = tomllib.loads(files("duixian.reporting").joinpath("data/columns.toml").read_text("utf-8"))
    families = ("document",) if kind == "document" else ("identity", _OF_DOCUMENT, kind, "evidence")
    return tuple(
        Column(
            name=entry["name"],
            heading=entry["zh"],
            meaning=entry["en"],
            type=entry["type"],
            labels=entry.get("labels", ""),
            path=entry.get("from", entry["name"]),
            of_document=family == _OF_DOCUMENT,
        )
        for family in families
        for entry in data[family]
    )


def table_of(kinds: Sequence[str]) -> Table:
    """The table for these kinds: for one its own columns, for several ``record`` and the union of their columns."""
    wanted = [kind for kind in KINDS if kind in kinds]
    if len(wanted) == 1:
        columns = columns_of(wanted[0])
        return Table(columns, {wanted[0]: _getter(columns, wanted[0], tagged=False)})
    union: dict[str, Column] = {}
    for kind in sorted(wanted, key=lambda kind: kind == "document"):
        for column in columns_of(kind):
            union.setdefault(column.name, column)
    tag = Column("record", "记录类型", "kind of record", "text", "record", "record", False)
    columns = (tag, *union.values())
    return Table(columns, {kind: _getter(columns, kind, tagged=True) for kind in wanted})


def _getter(
    columns: Sequence[Column], kind: str, *, tagged: bool
) -> Callable[[Record, DocumentRecord], tuple[Any, ...]]:
    own = {column.name: column for column in columns_of(kind)}
    getters: list[Callable[[Record, DocumentRecord], Any]] = []
    for column in columns:
        if tagged and column.name == "record":
            getters.append(lambda record, document, kind=kind: kind)  # type: ignore[misc]
        elif column.name not in own:
            getters.append(lambda record, document: None)
        else:
            get = attrgetter(own[column.name].path)
            if own[column.name].of_document:
                getters.append(lambda record, document, get=get: get(document))  # type: ignore[misc]
            else:
                getters.append(lambda record, document, get=get: get(record))  # type: ignore[misc]
    return lambda record, document: tuple(get(record, document) for get in getters)
