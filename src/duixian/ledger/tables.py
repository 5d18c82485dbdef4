"""The derived tables as the rules see them: rows by id, wherever they are kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Protocol, TypeVar, cast

from duixian.ledger.errors import UnknownNameError


class Row(Protocol):
    """A frozen dataclass with an id that is unique in its table."""

    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=Row)


_Index = dict[object, dict[str, None]]  # ids, in the order in which they came, by the value of a field


class Tables(ABC):
    """Rows by kind and id. The rules read it; only the one who applies an entry puts rows into it."""

    @abstractmethod
    def get(self, kind: type[R], id: str) -> R | None:
        """The row, or None."""

    @abstractmethod
    def select(self, kind: type[R], **equal: str) -> list[R]:
        """The rows whose fields have these values, by id."""

    @abstractmethod
    def put(self, rows: Iterable[Row]) -> None:
        """Add rows, or replace those of the same kind and id."""

    def need(self, kind: type[R], id: str, what: str) -> R:
        """The row. Raises UnknownNameError, with the nearest ids, when there is none; ``what`` is its Chinese noun."""
        row = self.get(kind, id)
        if row is None:
            raise UnknownNameError(id, what, (row.id for row in self.select(kind)))
        return row


class MemoryTables(Tables):
    """Tables in memory: what a replay builds. A field that was asked for once is indexed from then on."""

    def __init__(self) -> None:
        self._rows: dict[type[Row], dict[str, Row]] = {}
        self._indexes: dict[type[Row], dict[str, _Index]] = {}

    def get(self, kind: type[R], id: str) -> R | None:
        rows = self._rows.get(kind)
        return cast("R | None", rows.get(id)) if rows else None

    def select(self, kind: type[R], **equal: str) -> list[R]:
        rows = self._rows.get(kind, {})
        if not equal:
            return cast("list[R]", [rows[id] for id in sorted(rows)])
        # The smallest of the groups that the fields pick out.
        ids = min((self._index(kind, name).get(value, {}) for name, value in equal.items()), key=len)
        found = (rows[id] for id in sorted(ids))
        return cast("list[R]", [row for row in found if len(equal) == 1 or matches(row, equal)])

    def put(self, rows: Iterable[Row]) -> None:
        for row in rows:
            kind = type(row)
            table = self._rows.setdefault(kind, {})
            if kind in self._indexes:
                self._unlist(kind, table.get(row.id))
                for name, index in self._indexes[kind].items():
                    index.setdefault(getattr(row, name), {})[row.id] = None
            table[row.id] = row

    def drop(self, kind: type[Row], id: str) -> None:
        """Let go of a row, if it is there."""
        self._unlist(kind, self._rows.get(kind, {}).pop(id, None))

    def _index(self, kind: type[Row], name: str) -> _Index:
        indexes = self._indexes.setdefault(kind, {})
        if name not in indexes:
            index: _Index = {}
            for id, row in self._rows.get(kind, {}).items():
                index.setdefault(getattr(row, name), {})[id] = None
            indexes[name] = index
        return indexes[name]

    def _unlist(self, kind: type[Row], row: Row | None) -> None:
        if row is None:
            return
        for name, index in self._indexes.get(kind, {}).items():
            value = getattr(row, name)
            index[value].pop(row.id)
            if not index[value]:
                del index[value]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MemoryTables) and self._filled() == other._filled()

    def _filled(self) -> dict[type[Row], dict[str, Row]]:
        return {kind: rows for kind, rows in self._rows.items() if rows}

    __hash__ = None  # type: ignore[assignment]


def matches(row: Row, equal: dict[str, str]) -> bool:
    """Whether the row's fields have these values."""
    return all(getattr(row, name) == value for name, value in equal.items())
