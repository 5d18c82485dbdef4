"""Tables for a journal of any length: rows that no later entry reads or replaces are handed on and let go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from duixian.ledger.progress import Progress
from duixian.ledger.ranking import Published
from duixian.ledger.rounds import Due
from duixian.ledger.rulebook import Ruling
from duixian.ledger.standings import Standing
from duixian.ledger.tables import MemoryTables, Row

R = TypeVar("R", bound=Row)

PASSING: frozenset[type[Row]] = frozenset({Progress, Ruling, Standing, Published})
"""Kinds whose every row is final from the start. The ``apply`` of no kind of entry may read them."""

SETTLED: dict[type[Row], Callable[[Any], bool]] = {Due: lambda due: due.frozen is not None}
"""Kinds whose rows become final: after this is true of a row, no ``apply`` may read or replace it."""


class PassingTables(MemoryTables):
    """Tables in memory without the final rows; those gather in ``final`` until the one who replays takes them."""

    def __init__(self) -> None:
        super().__init__()
        self.final: list[Row] = []

    def get(self, kind: type[R], id: str) -> R | None:
        self._refuse(kind)
        return super().get(kind, id)

    def select(self, kind: type[R], **equal: str) -> list[R]:
        self._refuse(kind)
        return super().select(kind, **equal)

    def put(self, rows: Iterable[Row]) -> None:
        for row in rows:
            kind = type(row)
            if kind in PASSING:
                self.final.append(row)
            elif kind in SETTLED and SETTLED[kind](row):
                self.drop(kind, row.id)
                self.final.append(row)
            else:
                super().put((row,))

    def kept(self, kind: type[Row]) -> list[Row]:
        """The rows of a kind that are not final."""
        return [] if kind in PASSING else super().select(kind)

    @staticmethod
    def _refuse(kind: type[Row]) -> None:
        if kind in PASSING:
            raise RuntimeError(f"an apply function reads {kind.__name__}, of which a long replay keeps no rows")
