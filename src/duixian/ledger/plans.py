"""Plans 年度台账 and their items 事项, each with the words that created it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from duixian.ledger.errors import LedgerError, NotAllowedError
from duixian.ledger.journal import Entry
from duixian.ledger.organisations import Person, Role, known, named, require
from duixian.ledger.tables import Row, Tables
from duixian.records import Evidence

OPERATORS = ("=", "≥", "≤", "≈", ">", "<")
_LATEST = 30  # years after the plan's own: the longest view that plans take, to 2050 or so


class ItemKind(StrEnum):
    """主要指标, 重点任务, 民生实事, 重大项目, 改革事项."""

    HEADLINE = "headline"
    TASK = "task"
    LIVELIHOOD = "livelihood"
    PROJECT = "project"
    REFORM = "reform"


class State(StrEnum):
    """立项, 交办, 签收, 办理, 退回, 申请办结, 办结, 中止."""

    REGISTERED = "registered"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    RETURNED = "returned"
    SUBMITTED = "submitted"
    CLOSED = "closed"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Measure:
    """What must be reached: ``name`` is unique in its item, ``unit`` is as written, ``op`` one of OPERATORS."""

    name: str
    op: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One year of one government. organisation: its id; document: id of the report it was opened from."""

    id: str
    organisation: str
    region: str | None
    year: int
    title: str
    document: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """One promise to keep.

    deadline, extension_asked: ISO dates; ``first_deadline`` is the one it began with. lead, supporting: ids of
    organisations. held: the state to which a suspended item returns. hands: ids of all who ever worked on it for
    those who owe it, and who therefore never review it. version: counts its changes, from 1. progress: id of the
    latest report.
    """

    id: str
    plan: str
    number: str
    text: str
    kind: ItemKind
    section: str
    evidence: Evidence | None
    measures: tuple[Measure, ...]
    first_deadline: str
    deadline: str
    lead: str | None
    supporting: tuple[str, ...]
    state: State
    held: State | None
    extension_asked: str | None
    hands: tuple[str, ...]
    progress: str | None
    version: int


@dataclass(frozen=True, slots=True)
class PlanOpened:
    """A year begins."""

    plan: str
    organisation: str
    year: int
    title: str
    region: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class ItemRegistered:
    """立项: an item enters a plan. deadline: ISO date; None means the end of the plan's year."""

    plan: str
    number: str
    text: str
    kind: ItemKind
    section: str = ""
    evidence: Evidence | None = None
    measures: tuple[Measure, ...] = ()
    deadline: str | None = None

    @property
    def item(self) -> str:
        """The id that the item gets."""
        return f"{self.plan}/{self.number}"


@dataclass(frozen=True, slots=True)
class ItemRevised:
    """The wording, kind or measures of an item are corrected; its evidence stays. All that it has from now on."""

    item: str
    text: str
    kind: ItemKind
    measures: tuple[Measure, ...]
    reason: str


def decide_plan(tables: Tables, person: Person, event: PlanOpened) -> PlanOpened:
    named(event.plan, "台账编号")
    named(event.title, "台账名称")
    known(tables, event.organisation)
    require(tables, person, (Role.SUPERVISOR,), event.organisation, "建立年度台账")
    if not 1949 <= event.year <= 2999:
        raise LedgerError(str(event.year), "年度不对", "请填写四位公历年份")
    if tables.get(Plan, event.plan):
        raise LedgerError(event.plan, "这个台账编号已经使用", "请换一个编号")
    return event


def apply_plan(tables: Tables, entry: Entry, event: PlanOpened) -> tuple[Row, ...]:
    return (Plan(event.plan, event.organisation, event.region, event.year, event.title, event.document),)


def decide_item(tables: Tables, person: Person, event: ItemRegistered) -> ItemRegistered:
    plan = tables.need(Plan, event.plan, "年度台账")
    require(tables, person, (Role.SUPERVISOR,), plan.organisation, "立项")
    named(event.number, "事项序号")
    named(event.text, f"事项{event.number}的内容")
    if tables.get(Item, event.item):
        raise LedgerError(event.item, "这个序号已经有事项", "请换一个序号")
    _check_measures(event.item, event.measures)
    deadline = event.deadline or f"{plan.year}-12-31"
    check_deadline(event.item, deadline, plan)
    return replace(event, deadline=deadline)


def apply_item(tables: Tables, entry: Entry, event: ItemRegistered) -> tuple[Row, ...]:
    deadline = event.deadline or ""
    item = Item(
        id=event.item,
        plan=event.plan,
        number=event.number,
        text=event.text,
        kind=event.kind,
        section=event.section,
        evidence=event.evidence,
        measures=event.measures,
        first_deadline=deadline,
        deadline=deadline,
        lead=None,
        supporting=(),
        state=State.REGISTERED,
        held=None,
        extension_asked=None,
        hands=(),
        progress=None,
        version=1,
    )
    return (item,)


def decide_revision(tables: Tables, person: Person, event: ItemRevised) -> ItemRevised:
    item = tables.need(Item, event.item, "事项")
    plan = tables.need(Plan, item.plan, "年度台账")
    require(tables, person, (Role.SUPERVISOR,), plan.organisation, "修改事项")
    if item.state is State.CLOSED:
        raise NotAllowedError(item.id, "已办结的事项不能修改", "请先重新启动该事项")
    named(event.text, f"事项{item.number}的内容")
    named(event.reason, "修改理由")
    _check_measures(item.id, event.measures)
    return event


def apply_revision(tables: Tables, entry: Entry, event: ItemRevised) -> tuple[Row, ...]:
    item = tables.need(Item, event.item, "事项")
    return (replace(item, text=event.text, kind=event.kind, measures=event.measures, version=item.version + 1),)


def check_deadline(target: str, deadline: str, plan: Plan) -> None:
    """Raise LedgerError unless this is an ISO date in the plan's year or a reasonable time after it."""
    try:
        year = date.fromisoformat(deadline).year
    except ValueError as error:
        raise LedgerError(target, f"完成时限“{deadline}”不是日期", "请写成 2025-06-30 这样") from error
    if len(deadline) != 10 or deadline[4] != "-":
        raise LedgerError(target, f"完成时限“{deadline}”写法不对", "请写成 2025-06-30 这样")
    if not plan.year <= year <= plan.year + _LATEST:
        raise LedgerError(target, f"完成时限{deadline}不在{plan.year}年及以后", "请核对年份")


def _check_measures(target: str, measures: tuple[Measure, ...]) -> None:
    names = [measure.name for measure in measures]
    if len(set(names)) < len(names):
        raise LedgerError(target, "有两个同名的数量目标", "请给每个数量目标不同的名称")
    for measure in measures:
        named(measure.name, f"{target}的数量目标名称")
        if measure.op not in OPERATORS:
            raise LedgerError(target, f"不认识的关系“{measure.op}”", f"请用{'、'.join(OPERATORS)}之一")
        if not math.isfinite(measure.value):
            raise LedgerError(target, f"“{measure.name}”的目标值不是一个数", "请填写数值")
