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
    """Tables in memory: what a replay builds."""

    def __init__(self) -> None:
        self._rows: dict[type[Row], dict[str, Row]] = {}

    def get(self, kind: type[R], id: str) -> R | None:
        return cast("R | None", self._rows.get(kind, {}).get(id))

    def select(self, kind: type[R], **equal: str) -> list[R]:
        rows = cast("Iterable[R]", self._rows.get(kind, {}).values())
        return sorted((row for row in rows if matches(row, equal)), key=lambda row: row.id)

    def put(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._rows.setdefault(type(row), {})[row.id] = row

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MemoryTables) and self._rows == other._rows

    __hash__ = None  # type: ignore[assignment]


def matches(row: Row, equal: dict[str, str]) -> bool:
    """Whether the row's fields have these values."""
    return all(getattr(row, name) == value for name, value in equal.items())
