"""Metrics 统计指标, satisfaction 满意度 and marks 表扬批评: facts from outside the book to compare by."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

from duixian.ledger.errors import LedgerError, NotAllowedError, UnknownNameError
from duixian.ledger.journal import Entry
from duixian.ledger.organisations import Organisation, Person, Role, known, named, require
from duixian.ledger.periods import year_of
from duixian.ledger.plans import Item, Plan
from duixian.ledger.rounds import Round
from duixian.ledger.rulebook import rule
from duixian.ledger.standings import Level
from duixian.ledger.states import independent
from duixian.ledger.tables import Row, Tables
from duixian.records import Evidence

_EARLIEST = 20  # years before the first plan: series that growth is computed from
_LATEST = 1  # years after the last plan


@dataclass(frozen=True, slots=True)
class Metric:
    """What a statistic means, as in ``data/metrics.toml``. better: high or low. low, high: plausible values."""

    id: str
    name: str
    unit: str
    better: str
    low: float
    high: float
    english: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkKind:
    """A kind of mark, as in ``data/marks.toml``. effect: bonus, penalty or veto. points: of one, never negative."""

    id: str
    name: str
    effect: str
    points: float
    english: str = ""


@dataclass(frozen=True, slots=True)
class MetricValue:
    """What an organisation reached in a period, as last recorded. recorded: sequence of the entry."""

    id: str
    organisation: str
    metric: str
    period: str
    value: float
    unit: str
    source: str
    evidence: Evidence | None
    recorded: int


@dataclass(frozen=True, slots=True)
class Rating:
    """How content a judge was with an organisation in a round.

    counts_for: the organisation just below the government for which it counts. item: when it was about one. score: 0
    to 100.
    """

    id: str
    round: str
    organisation: str
    counts_for: str
    item: str | None
    score: float
    by: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark. date: ISO day from which it counts. points: never negative. withdrawn: why it counts no more."""

    id: str
    organisation: str
    kind: str
    date: str
    points: float
    reason: str
    withdrawn: str | None


@dataclass(frozen=True, slots=True)
class MetricRecorded:
    """A statistic becomes known. metric: id or name. correction: why, where a value was recorded before."""

    organisation: str
    metric: str
    period: str
    value: float
    unit: str
    source: str
    evidence: Evidence | None = None
    correction: str | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    """A judge says how content they are with an organisation, or with an item and so with who leads it.

    round: its id. score: 0 to 100. by: who judges (a person, a hall, a survey). organisation: filled in for an item.
    correction: why, where the same judge has rated the same thing in this round before.
    """

    round: str
    score: float
    by: str
    organisation: str | None = None
    item: str | None = None
    sentence: str = ""
    correction: str | None = None

    @property
    def target(self) -> str:
        """What is rated."""
        return self.item or self.organisation or ""


@dataclass(frozen=True, slots=True)
class MarkGiven:
    """通报表扬, 通报批评, 一票否决 …: kind: id or name. points: None takes what the kind counts."""

    organisation: str
    kind: str
    date: str
    reason: str
    points: float | None = None


@dataclass(frozen=True, slots=True)
class MarkWithdrawn:
    """A mark that was given by mistake, or lifted, counts no more."""

    mark: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Names:
    """Definitions by id, name and alias."""

    rows: Mapping[str, Any]
    ids: Mapping[str, str] = field(default_factory=dict)


def parse_metrics(data: dict[str, Any]) -> _Names:
    """Definitions in the form of ``data/metrics.toml``. Raises LedgerError and what a wrong shape raises."""
    found: dict[str, Metric] = {}
    for id, row in data.items():
        metric = Metric(id, **{**row, "aliases": tuple(row.get("aliases", ()))})
        if metric.better not in ("high", "low"):
            raise LedgerError(id, f"better“{metric.better}”不是 high 或 low", "请改正")
        if not math.isfinite(metric.low) or not math.isfinite(metric.high) or metric.low >= metric.high:
            raise LedgerError(id, "合理范围的下限 low 应小于上限 high", "请改正")
        found[id] = metric
    return _named(found, lambda metric: (metric.id, metric.name, *metric.aliases))


def parse_marks(data: dict[str, Any]) -> _Names:
    """Kinds of mark in the form of ``data/marks.toml``. Raises as :func:`parse_metrics`."""
    found: dict[str, MarkKind] = {}
    for id, row in data.items():
        kind = MarkKind(id, **row)
        if kind.effect not in ("bonus", "penalty", "veto"):
            raise LedgerError(id, f"effect“{kind.effect}”不是 bonus、penalty 或 veto", "请改正")
        if not math.isfinite(kind.points) or kind.points < 0:
            raise LedgerError(id, "分值 points 应是不小于0的数", "请写正数；加分还是扣分由 effect 决定")
        found[id] = kind
    return _named(found, lambda kind: (kind.id, kind.name))


def _named(found: Mapping[str, Any], names: Any) -> _Names:
    ids: dict[str, str] = {}
    for row in found.values():
        for name in names(row):
            if ids.setdefault(name, row.id) != row.id:
                raise LedgerError(row.id, f"名称“{name}”与{ids[name]}重复", "请换一个名称")
    if not found:
        raise LedgerError("rules", "没有一条定义", "请至少写一条")
    return _Names(found, ids)


def metrics(tables: Tables) -> Mapping[str, Metric]:
    """The definitions that this office uses, by id."""
    return cast("_Names", rule(tables, "metrics")).rows


def mark_kinds(tables: Tables) -> Mapping[str, MarkKind]:
    """The kinds of mark that this office uses, by id."""
    return cast("_Names", rule(tables, "marks")).rows


def metric(tables: Tables, name: str) -> Metric:
    """The metric of this id, name or alias. Raises UnknownNameError with the nearest."""
    names = cast("_Names", rule(tables, "metrics"))
    if name not in names.ids:
        raise UnknownNameError(name, "统计指标", names.ids)
    return cast("Metric", names.rows[names.ids[name]])


def mark_kind(tables: Tables, name: str) -> MarkKind:
    """The kind of mark of this id or name. Raises UnknownNameError with the nearest."""
    names = cast("_Names", rule(tables, "marks"))
    if name not in names.ids:
        raise UnknownNameError(name, "奖惩种类", names.ids)
    return cast("MarkKind", names.rows[names.ids[name]])


def value_id(organisation: str, metric: str, period: str) -> str:
    """The id of what an organisation reached."""
    return f"{organisation}|{metric}|{period}"


def metric_values(tables: Tables, metric: str, period: str) -> dict[str, MetricValue]:
    """What was recorded of a metric (its id) in a period, by organisation."""
    return {row.organisation: row for row in tables.select(MetricValue, metric=metric, period=period)}


def marks(tables: Tables, kinds: Iterable[str], start: str, end: str) -> dict[str, list[Mark]]:
    """The marks of these kinds (ids) that count from a day within, by organisation."""
    found: dict[str, list[Mark]] = {}
    wanted = set(kinds)
    for mark in tables.select(Mark):
        if mark.kind in wanted and mark.withdrawn is None and start <= mark.date <= end:
            found.setdefault(mark.organisation, []).append(mark)
    return found


def decide_metric(tables: Tables, person: Person, event: MetricRecorded) -> MetricRecorded:
    row = known(tables, event.organisation)
    _judge(tables, person, row, "登记统计指标")
    found = metric(tables, event.metric)
    target = f"{row.name}{event.period}{found.name}"
    _check_year(tables, target, year_of(tables, event.period))
    if event.unit != found.unit:
        raise LedgerError(target, f"单位应是“{found.unit}”，填的是“{event.unit}”", "请换算成该指标的单位")
    if not math.isfinite(event.value):
        raise LedgerError(target, "填的不是一个数", "请填一个数")
    if not found.low <= event.value <= found.high:
        reason = f"{event.value:g}{found.unit}不在合理范围{found.low:g}～{found.high:g}{found.unit}之内"
        raise LedgerError(target, reason, "请核对数值和单位")
    named(event.source, f"{target}的数据来源")
    earlier = tables.get(MetricValue, value_id(row.id, found.id, event.period))
    if earlier is not None and not (event.correction or "").strip():
        raise LedgerError(target, f"已登记为{earlier.value:g}{found.unit}", "如需更正，请写明更正原因")
    return replace(event, metric=found.id)


def apply_metric(tables: Tables, entry: Entry, event: MetricRecorded) -> tuple[Row, ...]:
    return (
        MetricValue(
            value_id(event.organisation, event.metric, event.period),
            event.organisation,
            event.metric,
            event.period,
            event.value,
            event.unit,
            event.source,
            event.evidence,
            entry.sequence,
        ),
    )


def decide_rating(tables: Tables, person: Person, event: Rated) -> Rated:
    if (event.item is None) == (event.organisation is None):
        raise LedgerError("满意度", "应写明评价哪个单位或哪个事项，只写一个", "请改正")
    round = tables.need(Round, event.round, "调度期")
    if round.state != "open":
        raise NotAllowedError(round.id, "这个调度期已经关闭，不再接受评价", "请记入下一个调度期")
    organisation = event.organisation
    if event.item is not None:
        item = tables.need(Item, event.item, "事项")
        if item.plan != round.plan:
            raise LedgerError(item.id, f"不在台账{round.plan}里", "请核对事项")
        if item.lead is None:
            raise LedgerError(item.id, "事项还没有牵头单位", "请先交办")
        if not independent(tables, person, item):
            raise NotAllowedError(person.name, "参与过该事项的办理，不能登记对它的评价", "请由没有参与办理的人登记")
        organisation = item.lead
    row = known(tables, organisation or "")
    _judge(tables, person, row, "登记满意度", Role.LEADER)
    named(event.by, f"{row.name}的评价人")
    if not 0 <= event.score <= 100:
        raise LedgerError(row.name, f"评分{event.score:g}不在0到100之间", "请按百分制填写")
    earlier = tables.get(Rating, _rating_id(event))
    if earlier is not None and not (event.correction or "").strip():
        raise LedgerError(row.name, f"“{event.by}”本期已评{earlier.score:g}分", "如需更正，请写明更正原因")
    return replace(event, organisation=organisation)


def apply_rating(tables: Tables, entry: Entry, event: Rated) -> tuple[Row, ...]:
    organisation = event.organisation or ""
    plan = tables.need(Plan, tables.need(Round, event.round, "调度期").plan, "年度台账")
    counts_for = Level(tables, plan.organisation)(organisation)
    id = _rating_id(event)
    return (Rating(id, event.round, organisation, counts_for, event.item, event.score, event.by, event.sentence),)


def decide_mark(tables: Tables, person: Person, event: MarkGiven) -> MarkGiven:
    row = known(tables, event.organisation)
    _judge(tables, person, row, "登记表扬或批评", Role.LEADER)
    kind = mark_kind(tables, event.kind)
    named(event.reason, f"{row.name}{kind.name}的事由")
    try:
        day = date.fromisoformat(event.date)
    except ValueError as error:
        raise LedgerError(row.name, f"“{event.date}”不是日期", "请写成 2025-06-30 这样") from error
    _check_year(tables, f"{row.name}{kind.name}", day.year)
    points = kind.points if event.points is None else event.points
    if not math.isfinite(points) or points < 0:
        raise LedgerError(row.name, f"分值{points:g}不是正数", "加分还是扣分由种类决定，分值请写正数")
    return replace(event, kind=kind.id, date=day.isoformat(), points=points)


def apply_mark(tables: Tables, entry: Entry, event: MarkGiven) -> tuple[Row, ...]:
    id = f"{event.organisation}#{entry.sequence}"
    return (Mark(id, event.organisation, event.kind, event.date, event.points or 0.0, event.reason, None),)


def decide_withdrawal(tables: Tables, person: Person, event: MarkWithdrawn) -> MarkWithdrawn:
    mark = tables.need(Mark, event.mark, "表扬批评")
    _judge(tables, person, known(tables, mark.organisation), "撤销表扬或批评", Role.LEADER)
    if mark.withdrawn is not None:
        raise NotAllowedError(mark.id, "已经撤销过", "请核对编号")
    named(event.reason, "撤销理由")
    return event


def apply_withdrawal(tables: Tables, entry: Entry, event: MarkWithdrawn) -> tuple[Row, ...]:
    return (replace(tables.need(Mark, event.mark, "表扬批评"), withdrawn=event.reason),)


def _rating_id(event: Rated) -> str:
    return f"{event.round}|{event.target}|{event.by}"


def _judge(tables: Tables, person: Person, row: Organisation, act: str, *more: Role) -> None:
    """Who judges holds a role above: nobody writes the figures by which they are compared themselves."""
    require(tables, person, (Role.SUPERVISOR, *more), row.parent or row.id, act)


def _check_year(tables: Tables, target: str, year: int) -> None:
    years = [plan.year for plan in tables.select(Plan)]
    if years and not min(years) - _EARLIEST <= year <= max(years) + _LATEST:
        raise LedgerError(target, f"{year}年离台账的年度太远", "请核对年份")
