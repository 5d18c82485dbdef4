"""The derived tables in the database, behind the same face as the tables in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from duixian.ledger import canonical
from duixian.ledger.schema import DERIVED
from duixian.ledger.tables import Row, Tables, matches

R = TypeVar("R", bound=Row)
_BULK = 500  # ids in one question: databases limit the parameters of a statement


class StoredTables(Tables):
    """Rows as the transaction sees them, with what has been put but not flushed on top."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._stored: dict[tuple[type[Row], str], Row | None] = {}
        self._pending: dict[tuple[type[Row], str], Row] = {}

    def get(self, kind: type[R], id: str) -> R | None:
        key = (kind, id)
        if key in self._pending:
            return cast("R", self._pending[key])
        if key not in self._stored:
            table = table_of(kind)
            found = self._connection.execute(select(table).where(table.c.id == id)).mappings().one_or_none()
            self._stored[key] = decoded(kind, found) if found else None
        return cast("R | None", self._stored[key])

    def select(self, kind: type[R], **equal: str) -> list[R]:
        table = table_of(kind)
        query = select(table).where(*(table.c[name] == value for name, value in equal.items()))
        rows = {row.id: row for row in (decoded(kind, found) for found in self._connection.execute(query).mappings())}
        for row in rows.values():
            self._stored[kind, row.id] = row
        for (owner, id), pending in self._pending.items():
            if owner is kind:
                rows.pop(id, None)
                if matches(pending, equal):
                    rows[id] = cast("R", pending)
        return [rows[id] for id in sorted(rows)]

    def put(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._pending[type(row), row.id] = row

    def flush(self) -> None:
        """Write what was put, by table, and forget what was read."""
        for kind in DERIVED:
            table = table_of(kind)
            values = {id: canonical.plain(row) for (owner, id), row in self._pending.items() if owner is kind}
            present = self._present(kind, values)
            fresh = [row for id, row in values.items() if id not in present]
            changed = [{**row, "the_id": row.pop("id")} for id, row in values.items() if id in present]
            if fresh:
                self._connection.execute(insert(table), fresh)
            if changed:
                self._connection.execute(update(table).where(table.c.id == bindparam("the_id")), changed)
        self._pending.clear()
        self._stored.clear()

    def _present(self, kind: type[Row], ids: Iterable[str]) -> set[str]:
        """Those of the ids that the database already has: by what was read, and for the rest by asking in bulk."""
        known = {id: self._stored[kind, id] is not None for id in ids if (kind, id) in self._stored}
        present = {id for id, there in known.items() if there}
        unknown = [id for id in ids if id not in known]
        column = table_of(kind).c.id
        for start in range(0, len(unknown), _BULK):
            some = unknown[start : start + _BULK]
            present.update(self._connection.execute(select(column).where(column.in_(some))).scalars())
        return present


def table_of(kind: type[Row]) -> Table:
    """The table that keeps this kind of row."""
    return cast("Table", DERIVED[kind].__table__)


def decoded(kind: type[R], found: Mapping[Any, Any]) -> R:
    """A row of the database as dataclass. Raises ValueError when it holds what no entry could have put there."""
    return canonical.typed(kind, dict(found))


def stored_rows(connection: Connection, kind: type[Row]) -> Iterator[Mapping[Any, Any]]:
    """The rows of a derived table one by one, as the database holds them."""
    query = select(table_of(kind)).execution_options(yield_per=1000)
    yield from connection.execute(query).mappings()
