"""Readings: what each organisation reached by a rate, a metric or a count of marks, told alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from duixian.ledger.errors import LedgerError
from duixian.ledger.metrics import Mark, mark_kind, marks, metric, metric_values
from duixian.ledger.organisations import Organisation, OrganisationKind
from duixian.ledger.periods import span, year_of
from duixian.ledger.plans import Plan
from duixian.ledger.rates import measured, rate
from duixian.ledger.standings import Basis, Level, basis
from duixian.ledger.tables import Tables


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from: exactly one of a rate, a metric (id or name) and kinds of mark.

    count: of marks, whether each counts one ("number") or its points ("points").
    """

    rate: str | None = None
    metric: str | None = None
    marks: tuple[str, ...] = ()
    count: str = "number"


@dataclass(frozen=True, slots=True)
class Reading:
    """value: None where there is none, and then ``why`` says so in Chinese. counted, of: how many of how many."""

    value: float | None
    counted: int | None = None
    of: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Readings:
    """A source in one period. id, name, english, unit, better: of what is read. values: by organisation."""

    id: str
    name: str
    english: str
    unit: str
    better: str
    values: dict[str, Reading]


class Year:
    """The year of one government as comparisons ask about it; the basis of a period is found once."""

    def __init__(self, tables: Tables, government: str, plan: str | None = None) -> None:
        """plan: id, where a year has several plans of the government."""
        self.tables = tables
        self.government = government
        self._plan = plan
        self._level = Level(tables, government)
        self._bases: dict[tuple[str | None, str | None], Basis] = {}
        self._readings: dict[tuple[Source, str | None, str | None], Readings] = {}

    def members(self) -> list[Organisation]:
        """The organisations just below the government, by id."""
        return self.tables.select(Organisation, parent=self.government)

    def of_kind(self, kind: OrganisationKind) -> list[str]:
        """The ids of those members that are of one kind."""
        return [row.id for row in self.members() if row.kind is kind]

    def basis(self, period: str | None, day: str | None = None) -> Basis | None:
        """What rates of a period stand on; None when there is no plan of that year."""
        key = period, day
        if key not in self._bases:
            plan = self._plan_of(period)
            if plan is None:
                return None
            self._bases[key] = basis(self.tables, plan, period, day)
        return self._bases[key]

    def readings(self, source: Source, period: str | None, day: str | None = None) -> Readings:
        """What the source gives. Raises UnknownNameError with the nearest names."""
        key = source, period, day
        if key not in self._readings:
            self._readings[key] = self._read(source, period, day)
        return self._readings[key]

    def marks(self, names: Iterable[str], period: str) -> dict[str, list[Mark]]:
        """The marks of these kinds (ids or names) in a period, by the member for which they count."""
        days = span(self.tables, period)
        kinds = [mark_kind(self.tables, name).id for name in names]
        found: dict[str, list[Mark]] = {}
        for id, given in marks(self.tables, kinds, days.start, days.end).items():
            found.setdefault(self._level(id), []).extend(given)
        return found

    def _read(self, source: Source, period: str | None, day: str | None) -> Readings:
        if source.rate is not None:
            return self._rate(source.rate, period, day)
        if period is None:
            raise LedgerError(source.metric or "marks", "没有说明是哪一期", "请写明调度期，如 2025-Q1")
        return self._metric(source.metric, period) if source.metric is not None else self._marks(source, period)

    def _plan_of(self, period: str | None) -> Plan | None:
        given = self.tables.need(Plan, self._plan, "年度台账") if self._plan is not None else None
        year = year_of(self.tables, period) if period is not None else None
        if given is not None and year in (None, given.year):
            return given
        found = [row for row in self.tables.select(Plan, organisation=self.government) if row.year == year]
        if len(found) > 1:
            names = "、".join(row.id for row in found)
            raise LedgerError(str(year), f"这一年有几本台账：{names}", "请写明是哪一本")
        return found[0] if found else None

    def _rate(self, name: str, period: str | None, day: str | None) -> Readings:
        ground = self.basis(period, day)
        one = rate(self.tables, name, ground.at if ground else None)
        shares = measured(self.tables, one, ground) if ground is not None else {}
        values = {
            id: Reading(share.value, share.counted, share.of, "" if share.of else one.empty)
            for id, share in shares.items()
        }
        return Readings(one.id, one.name, one.english, "%", one.better, values)

    def _metric(self, name: str, period: str) -> Readings:
        one = metric(self.tables, name)
        found = metric_values(self.tables, one.id, period)
        values = {id: Reading(row.value) for id, row in found.items()}
        return Readings(one.id, one.name, one.english or one.name, one.unit, one.better, values)

    def _marks(self, source: Source, period: str) -> Readings:
        kinds = [mark_kind(self.tables, name) for name in source.marks]
        found = self.marks(source.marks, period)
        values = {}
        for row in self.members():
            given = found.get(row.id, [])
            total = float(sum(mark.points for mark in given)) if source.count == "points" else float(len(given))
            values[row.id] = Reading(total)
        better = "low" if all(kind.effect != "bonus" for kind in kinds) else "high"
        unit = "分" if source.count == "points" else "次"
        name, english = "、".join(kind.name for kind in kinds), ", ".join(kind.english or kind.name for kind in kinds)
        return Readings("+".join(kind.id for kind in kinds), name, english, unit, better, values)


def only(values: dict[str, Reading], among: Sequence[str]) -> dict[str, float]:
    """The numbers that there are, of these organisations."""
    return {id: value for id in among if id in values and (value := values[id].value) is not None}
