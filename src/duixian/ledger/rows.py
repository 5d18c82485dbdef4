"""The derived tables in the database, behind the same face as the tables in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar, cast

from sqlalchemy import JSON, Connection, Select, Table, bindparam, insert, select, update

from duixian.ledger import canonical
from duixian.ledger.passing import PASSING, PassingTables
from duixian.ledger.schema import DERIVED
from duixian.ledger.tables import MemoryTables, Row, Tables

R = TypeVar("R", bound=Row)
_BULK = 500  # ids in one question: databases limit the parameters of a statement


class StoredTables(Tables):
    """Rows as the transaction sees them, with what has been put but not flushed on top."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._stored: dict[tuple[type[Row], str], Row | None] = {}
        self._pending = MemoryTables()

    def get(self, kind: type[R], id: str) -> R | None:
        pending = self._pending.get(kind, id)
        if pending is not None:
            return pending
        if not canonical.storable(id):
            return None
        key = (kind, id)
        if key not in self._stored:
            found = self._connection.execute(_by_id(kind), {"the_id": id}).mappings().one_or_none()
            self._stored[key] = decoded(kind, found) if found else None
        return cast("R | None", self._stored[key])

    def select(self, kind: type[R], **equal: str) -> list[R]:
        if not all(map(canonical.storable, equal.values())):
            return []
        table = table_of(kind)
        query = select(table).where(*(table.c[name] == value for name, value in equal.items()))
        rows: dict[str, R] = {}
        for found in self._connection.execute(query).mappings():
            # A row that was read before in this transaction is the same still: closing a round reads items thrice.
            row = cast("R | None", self._stored.get((kind, found["id"]))) or decoded(kind, found)
            rows[row.id] = self._stored[kind, row.id] = row
        present = {id: row for id, row in rows.items() if self._pending.get(kind, id) is None}
        present.update((row.id, row) for row in self._pending.select(kind, **equal))
        return [present[id] for id in sorted(present)]

    def put(self, rows: Iterable[Row]) -> None:
        self._pending.put(rows)

    def flush(self) -> None:
        """Write what was put, by table, and forget what was read."""
        for kind in DERIVED:
            rows = self._pending.select(kind)
            present = self._present(kind, [row.id for row in rows])
            _write(self._connection, kind, rows, present)
        self._pending = MemoryTables()
        self._stored.clear()

    def _present(self, kind: type[Row], ids: list[str]) -> set[str]:
        """Those of the ids that the database already has: by what was read, and for the rest by asking in bulk."""
        known = {id: self._stored[kind, id] is not None for id in ids if (kind, id) in self._stored}
        present = {id for id, there in known.items() if there}
        column = table_of(kind).c.id
        for some in batches((id for id in ids if id not in known), _BULK):
            present.update(self._connection.execute(select(column).where(column.in_(some))).scalars())
        return present


class FillingTables(PassingTables):
    """What fills an empty database from a whole journal: reads only its own memory, and writes in batches."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self._changed: dict[type[Row], dict[str, Row]] = defaultdict(dict)
        self._written: dict[type[Row], set[str]] = defaultdict(set)

    def put(self, rows: Iterable[Row]) -> None:
        rows = tuple(rows)
        super().put(rows)
        for row in rows:
            self._changed[type(row)][row.id] = row

    def flush(self) -> None:
        """Write what was put since the last time."""
        for kind in DERIVED:
            rows, written = self._changed.pop(kind, {}), self._written[kind]
            _write(self._connection, kind, rows.values(), written)
            if kind not in PASSING:
                written.update(rows)
        for row in self.final:
            self._written[type(row)].discard(row.id)
        self.final.clear()


def table_of(kind: type[Row]) -> Table:
    """The table that keeps this kind of row."""
    return cast("Table", DERIVED[kind].__table__)


def decoded(kind: type[R], found: Mapping[Any, Any]) -> R:
    """A row of the database as dataclass. Raises ValueError when it holds what no entry could have put there."""
    return canonical.typed(kind, dict(found))


def stored_rows(connection: Connection, kind: type[Row], ids: Sequence[str]) -> Iterator[Any]:
    """The rows with these ids as the database holds them; a ValueError in place of one that cannot be read."""
    columns = [table_of(kind).c[name] for name in _columns(kind)[2]]
    query = select(*columns)
    for some in batches(ids, _BULK):
        try:
            found: Sequence[Any] = connection.execute(query.where(columns[0].in_(some))).all()
        except ValueError:
            # Some cell is not even JSON: ask for each row by itself to find out which.
            found = [row for id in some for row in _one(connection, query.where(columns[0] == id), id)]
        yield from found


def agrees(row: Row, found: Any) -> bool:
    """Whether a row of :func:`stored_rows` is, cell for cell, what would be written for this one today."""
    plain, nested, names = _columns(type(row))
    count = len(names) - len(nested)
    return bool(found[:count] == plain(row)) and all(
        # As text, because Python holds True, 1 and 1.0 for the same.
        repr(canonical.plain(getattr(row, name))) == repr(cell)
        for name, cell in zip(nested, found[count:], strict=True)
    )


def batches(values: Iterable[str], size: int) -> Iterator[list[str]]:
    """The values in lists of at most ``size``."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


@cache
def _by_id(kind: type[Row]) -> Select[Any]:
    table = table_of(kind)
    return select(table).where(table.c.id == bindparam("the_id"))


@cache
def _columns(kind: type[Row]) -> tuple[Callable[[Row], tuple[Any, ...]], tuple[str, ...], tuple[str, ...]]:
    """How to get the cells of a row that are no JSON; the names of those that are; all names in that order."""
    table = table_of(kind)
    names = [field.name for field in fields(cast("Any", kind)) if field.name != "id"]
    nested = tuple(name for name in names if isinstance(table.c[name].type, JSON))
    flat = ("id", *(name for name in names if name not in nested))
    return attrgetter(*flat), nested, flat + nested


def _one(connection: Connection, query: Any, id: str) -> Sequence[Any]:
    try:
        return cast("Sequence[Any]", connection.execute(query).all())
    except ValueError as error:
        return (ValueError(id, str(error)),)


def _write(connection: Connection, kind: type[Row], rows: Iterable[Row], present: set[str]) -> None:
    table = table_of(kind)
    values = {row.id: canonical.plain(row) for row in rows}
    fresh = [row for id, row in values.items() if id not in present]
    changed = [{**row, "the_id": row.pop("id")} for id, row in values.items() if id in present]
    if fresh:
        connection.execute(insert(table), fresh)
    if changed:
        connection.execute(update(table).where(table.c.id == bindparam("the_id")), changed)
