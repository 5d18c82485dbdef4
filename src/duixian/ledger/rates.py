"""Rates 比率 with written definitions: which rows are counted, and which of them count as good."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from duixian.ledger.criteria import Colour
from duixian.ledger.errors import LedgerError, UnknownNameError
from duixian.ledger.metrics import Rating
from duixian.ledger.periods import Span
from duixian.ledger.plans import ItemKind, State
from duixian.ledger.rulebook import rule
from duixian.ledger.standings import Basis, Standing, lit
from duixian.ledger.tables import Tables

Condition = Callable[[Any, Span], bool]
_WORDS = {"kind": ItemKind, "state": State, "light": Colour}
_ITEM = ("kind", "state")
_FLAGS = ("reported", "late")
_DATES = ("deadline", "first_deadline", "submitted", "closed")
_FIELDS: dict[str, tuple[str, ...]] = {
    "items": (*_ITEM, "light", *_DATES, *_FLAGS),
    "reports": (*_ITEM, *_DATES, *_FLAGS),
    "ratings": ("score",),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """One definition, as in ``data/rates.toml``.

    of, counted: conditions on a row and the days of the period. lit: whether they ask for the lights of items.
    """

    id: str
    name: str
    english: str
    definition: str
    definition_english: str
    over: str
    of: Condition
    counted: Condition
    empty: str
    better: str
    lit: bool


@dataclass(frozen=True, slots=True)
class Share:
    """A rate of one organisation: how many of how many."""

    counted: int
    of: int

    @property
    def value(self) -> float | None:
        """Percent; None where nothing is to be counted, which is neither 0 nor 100."""
        return 100 * self.counted / self.of if self.of else None


def parse(data: dict[str, Any]) -> Mapping[str, Rate]:
    """Definitions in the form of ``data/rates.toml``. Raises LedgerError and what a wrong shape raises."""
    found = {id: _rate(id, dict(row)) for id, row in data.items()}
    if not found:
        raise LedgerError("rates", "没有一种比率", "请至少写一种")
    names = [name for rate in found.values() for name in {rate.id, rate.name}]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise LedgerError(twice, "两种比率用了同一个名称", "请换一个名称")
    return found


def rates(tables: Tables, at: int | None = None) -> Mapping[str, Rate]:
    """The definitions that this office uses; those that held at an entry of the journal when ``at`` is given."""
    return cast("Mapping[str, Rate]", rule(tables, "rates", at))


def rate(tables: Tables, name: str, at: int | None = None) -> Rate:
    """The rate of this id or name. Raises UnknownNameError with the nearest."""
    known = rates(tables, at)
    for one in known.values():
        if name in (one.id, one.name):
            return one
    raise UnknownNameError(name, "比率", [word for one in known.values() for word in (one.id, one.name)])


def measured(tables: Tables, rate: Rate, basis: Basis) -> dict[str, Share]:
    """The rate of every organisation that has anything to do with the period, by id."""
    counts: dict[str, list[int]] = {one: [0, 0] for one in _concerned(tables, basis)}
    for organisation, row in _rows(tables, rate, basis):
        if rate.of(row, basis.span):
            count = counts[organisation]
            count[1] += 1
            count[0] += rate.counted(row, basis.span)
    return {organisation: Share(*count) for organisation, count in counts.items()}


def _rows(tables: Tables, rate: Rate, basis: Basis) -> Iterable[tuple[str, Standing | Rating]]:
    if rate.over == "items":
        # Lights take far longer than all else: they are asked for only where a rate counts them.
        items = lit(tables, basis) if rate.lit else basis.items
        return ((row.organisation or "", row) for row in items)
    if rate.over == "reports":
        return ((row.owed_by or "", row) for row in basis.reports)
    return _ratings(tables, basis)


def _ratings(tables: Tables, basis: Basis) -> list[tuple[str, Rating]]:
    return [(row.counts_for, row) for one in basis.rounds for row in tables.select(Rating, round=one.id)]


def _concerned(tables: Tables, basis: Basis) -> set[str]:
    leading = {row.organisation for row in basis.items}
    owing = {row.owed_by for row in basis.reports}
    rated = {organisation for organisation, _ in _ratings(tables, basis)}
    return {one for one in leading | owing | rated if one is not None}


def _rate(id: str, row: dict[str, Any]) -> Rate:
    over, better = row["over"], row.get("better", "high")
    if over not in _FIELDS:
        raise LedgerError(id, f"不能统计“{over}”", f"over 请用{'、'.join(_FIELDS)}之一")
    if better not in ("high", "low"):
        raise LedgerError(id, f"better“{better}”不是 high 或 low", "请改正")
    if not str(row["definition"]).strip():
        raise LedgerError(id, "没有写明定义", "请在 definition 里写清楚统计口径")
    return Rate(
        id,
        row["name"],
        row.get("english", row["name"]),
        row["definition"],
        row.get("definition_english", row["definition"]),
        over,
        _condition(id, over, row["of"]),
        _condition(id, over, row["counted"]),
        row.get("empty", "没有可统计的内容"),
        better,
        _asks(row["of"], "light") or _asks(row["counted"], "light"),
    )


def _asks(wanted: Any, name: str) -> bool:
    """Whether a condition speaks of a field, at any depth."""
    if isinstance(wanted, Mapping):
        return name in wanted or any(_asks(part, name) for part in wanted.values())
    return isinstance(wanted, list) and any(_asks(part, name) for part in wanted)


def _condition(id: str, over: str, wanted: Mapping[str, Any]) -> Condition:
    """All that a table asks for, as one question about a row."""
    parts = [_part(id, over, name, value) for name, value in wanted.items()]
    return lambda row, days: all(part(row, days) for part in parts)


def _part(id: str, over: str, name: str, value: Any) -> Condition:
    if name == "not":
        inner = _condition(id, over, value)
        return lambda row, days: not inner(row, days)
    if name in ("any", "all"):
        choices = [_condition(id, over, one) for one in value]
        match = any if name == "any" else all
        return lambda row, days: match(choice(row, days) for choice in choices)
    if name not in _FIELDS[over]:
        raise LedgerError(id, f"不能按“{name}”筛选", f"可以用：{'、'.join(_FIELDS[over])}、any、all、not")
    if isinstance(value, bool):
        return lambda row, days: bool(getattr(row, name)) is value
    if isinstance(value, list):
        words = frozenset(_word(id, name, word) for word in value)
        return lambda row, days: getattr(row, name) in words
    return _range(id, over, name, value)


def _word(id: str, name: str, word: Any) -> str:
    kind = _WORDS.get(name)
    if kind is not None and word not in list(kind):
        raise LedgerError(id, f"“{name}”没有“{word}”这个值", f"可以用：{'、'.join(kind)}")
    return str(word)


def _range(id: str, over: str, name: str, value: Mapping[str, Any]) -> Condition:
    strange = set(value) - {"from", "to", "given"}
    if strange:
        raise LedgerError(id, f"“{name}”的范围里有不认识的“{min(strange)}”", "请用 from、to、given")
    low, high = (_edge(id, over, name, value.get(end)) for end in ("from", "to"))
    given = bool(value.get("given", True))

    def within(row: Any, days: Span) -> bool:
        found = getattr(row, name)
        if found is None:
            return not given
        return given and (low is None or _leq(low(row, days), found)) and (high is None or _leq(found, high(row, days)))

    return within


def _leq(left: Any, right: Any) -> bool:
    return left is not None and right is not None and bool(left <= right)


def _edge(id: str, over: str, name: str, edge: Any) -> Callable[[Any, Span], Any] | None:
    if edge is None:
        return None
    if name in _DATES:
        if edge == "period_start":
            return lambda row, days: days.start
        if edge == "period_end":
            return lambda row, days: days.end
        if edge in _DATES and edge in _FIELDS[over]:
            return lambda row, days: getattr(row, edge)
        text = date.fromisoformat(str(edge)).isoformat()
        return lambda row, days: text
    if isinstance(edge, int | float) and not isinstance(edge, bool) and math.isfinite(edge):
        return lambda row, days: edge
    raise LedgerError(id, f"“{name}”的范围写成了“{edge}”", "请写一个数")
