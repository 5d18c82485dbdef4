"""A rehearsal: whether events would be accepted one after the other, with nothing written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TypeVar, cast

from duixian.ledger import canonical, kinds
from duixian.ledger.errors import LedgerError
from duixian.ledger.journal import Head, end, seal, stamp
from duixian.ledger.kinds import Event
from duixian.ledger.organisations import Person
from duixian.ledger.tables import Row, Tables, matches

T = TypeVar("T")
R = TypeVar("R", bound=Row)
_FAR = 10**15  # beyond every sequence in a journal, so that rehearsed rows take no id of a real one


class Overlay(Tables):
    """Tables with further rows on top that go nowhere."""

    def __init__(self, below: Tables) -> None:
        self._below = below
        self._above: dict[type[Row], dict[str, Row]] = {}

    def get(self, kind: type[R], id: str) -> R | None:
        row = self._above.get(kind, {}).get(id)
        return self._below.get(kind, id) if row is None else cast("R", row)

    def select(self, kind: type[R], **equal: str) -> list[R]:
        rows = {row.id: row for row in self._below.select(kind, **equal)}
        for row in self._above.get(kind, {}).values():
            rows.pop(row.id, None)
            if matches(row, equal):
                rows[row.id] = cast("R", row)
        return [rows[id] for id in sorted(rows)]

    def put(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._above.setdefault(type(row), {})[row.id] = row


def rehearse(tables: Tables, who: str, steps: Iterable[tuple[T, Event]]) -> Iterator[tuple[T, LedgerError]]:
    """Try the events in order; gives the mark of each that is refused, with the reason. The rest goes on without it.

    Raises UnknownNameError when the ledger does not know who acts.
    """
    tables.need(Person, who, "人员")
    over = Overlay(tables)
    head = Head(_FAR)
    for mark, event in steps:
        try:
            kind, fact = kinds.decide(over, who, event)
            payload = canonical.text(canonical.plain(fact))
            entry = seal(head, stamp(datetime.now(UTC)), who, kind.name, getattr(fact, kind.subject), payload)
            over.put(kinds.apply(over, entry))
            head = end(entry)
        except LedgerError as error:
            yield mark, error
