"""Plans 年度台账 and their items 事项, each with the words that created it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from duixian.ledger.errors import LedgerError, NotAllowedError
from duixian.ledger.journal import Entry
from duixian.ledger.measures import Measure, check_measures
from duixian.ledger.organisations import Person, Role, known, named, require
from duixian.ledger.tables import Row, Tables
from duixian.records import Evidence

_LATEST = 30  # years after the plan's own: the longest view that plans take, to 2050 or so


class ItemKind(StrEnum):
    """主要指标, 重点任务, 民生实事, 重大项目, 改革事项."""

    HEADLINE = "headline"
    TASK = "task"
    LIVELIHOOD = "livelihood"
    PROJECT = "project"
    REFORM = "reform"


class State(StrEnum):
    """立项, 交办, 签收, 办理, 退回, 申请办结, 办结, 中止, 终止; 并入, 拆分, 结转 when other items took its place."""

    REGISTERED = "registered"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    RETURNED = "returned"
    SUBMITTED = "submitted"
    CLOSED = "closed"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    MERGED = "merged"
    SPLIT = "split"
    CARRIED = "carried"


SETTLED = frozenset({State.CLOSED, State.TERMINATED, State.MERGED, State.SPLIT, State.CARRIED})
"""States in which an item no longer asks for anything in its own plan."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """节点: something that must stand by a day. due: ISO date. percent: of the whole work done by then, 0 to 100."""

    name: str
    due: str
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who should own an item: proposed by the vocabulary or set by a supervisor, binding only once it is assigned.

    lead, supporting: ids of organisations. confidence: 0 to 1; 1 when a person decided. reasons: in Chinese.
    """

    lead: str | None
    supporting: tuple[str, ...] = ()
    confidence: float = 1.0
    reasons: tuple[str, ...] = ()


CONFIRMED = "人工确定"
"""The reason of a suggestion that a person made."""


def confirmed(lead: str | None, supporting: Iterable[str] = ()) -> Suggestion:
    """Owners that a person has settled on."""
    return Suggestion(lead, tuple(supporting), 1.0, (CONFIRMED,))


@dataclass(frozen=True, slots=True)
class Plan:
    """One year of one government.

    organisation: its id. document: id of the report it was opened from. level: of the government. state: open or
    closed. follows: id of the plan of the year before.
    """

    id: str
    organisation: str
    region: str | None
    year: int
    title: str
    document: str | None
    level: str | None
    state: str
    follows: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """One promise to keep.

    evidence: the words that made it, of every item it was made from. records: ids of the extracted records behind it.
    deadline, extension_asked: ISO dates; ``first_deadline`` is the one it began with. lead, supporting: ids of
    organisations. leader: id of the person in charge (责任领导). held: the state to which a suspended item returns.
    hands: ids of all who ever worked on it for those who owe it, and who therefore never review it. assigned,
    submitted, closed: ISO dates on which it was first assigned, last submitted for closure, and closed. progress: id
    of the latest report. sources, became: ids of the items it was made from and of those that took its place. public:
    whether the public page shows it. version: counts its changes, from 1.
    """

    id: str
    plan: str
    number: str
    text: str
    kind: ItemKind
    section: str
    evidence: tuple[Evidence, ...]
    records: tuple[str, ...]
    measures: tuple[Measure, ...]
    milestones: tuple[Milestone, ...]
    first_deadline: str
    deadline: str
    suggestion: Suggestion | None
    lead: str | None
    supporting: tuple[str, ...]
    leader: str | None
    state: State
    held: State | None
    extension_asked: str | None
    hands: tuple[str, ...]
    assigned: str | None
    submitted: str | None
    closed: str | None
    progress: str | None
    sources: tuple[str, ...]
    became: tuple[str, ...]
    public: bool
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
    level: str | None = None
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class ItemRegistered:
    """立项: an item enters a plan.

    deadline: ISO date; None means the end of the plan's year. evidence: the words it came from; also: further ones.
    """

    plan: str
    number: str
    text: str
    kind: ItemKind
    section: str = ""
    evidence: Evidence | None = None
    measures: tuple[Measure, ...] = ()
    deadline: str | None = None
    also: tuple[Evidence, ...] = ()
    records: tuple[str, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    suggestion: Suggestion | None = None
    leader: str | None = None

    @property
    def item(self) -> str:
        """The id that the item gets."""
        return item_id(self.plan, self.number)


@dataclass(frozen=True, slots=True)
class ItemRevised:
    """The wording, kind or measures of an item are corrected; its evidence stays. All that it has from now on.

    section, milestones, suggestion, leader: as they were where None. deadline: only before the item is assigned; later
    it moves by extension alone.
    """

    item: str
    text: str
    kind: ItemKind
    measures: tuple[Measure, ...]
    reason: str
    section: str | None = None
    milestones: tuple[Milestone, ...] | None = None
    suggestion: Suggestion | None = None
    leader: str | None = None
    deadline: str | None = None


def item_id(plan: str, number: str) -> str:
    """The id of the item with this number in a plan."""
    return f"{plan}/{number}"


def open_plan(tables: Tables, plan: str) -> Plan:
    """The plan. Raises UnknownNameError, and NotAllowedError when its book is closed."""
    row = tables.need(Plan, plan, "年度台账")
    if row.state == "closed":
        raise NotAllowedError(plan, "这本年度台账已经交账", "已交账的台账不再变动；未完事项请在结转后的台账里办理")
    return row


def decide_plan(tables: Tables, person: Person, event: PlanOpened) -> PlanOpened:
    named(event.plan, "台账编号")
    named(event.title, "台账名称")
    known(tables, event.organisation)
    require(tables, person, (Role.SUPERVISOR,), event.organisation, "建立年度台账")
    if not 1949 <= event.year <= 2999:
        raise LedgerError(str(event.year), "年度不对", "请填写四位公历年份")
    if tables.get(Plan, event.plan):
        raise LedgerError(event.plan, "这个台账编号已经使用", "请换一个编号")
    if event.follows is not None:
        tables.need(Plan, event.follows, "年度台账")
    return event


def apply_plan(tables: Tables, entry: Entry, event: PlanOpened) -> tuple[Row, ...]:
    return (
        Plan(
            event.plan,
            event.organisation,
            event.region,
            event.year,
            event.title,
            event.document,
            event.level,
            "open",
            event.follows,
        ),
    )


def decide_item(tables: Tables, person: Person, event: ItemRegistered) -> ItemRegistered:
    plan = open_plan(tables, event.plan)
    require(tables, person, (Role.SUPERVISOR,), plan.organisation, "立项")
    named(event.number, "事项序号")
    named(event.text, f"事项{event.number}的内容")
    if tables.get(Item, event.item):
        raise LedgerError(event.item, "这个序号已经有事项", "请换一个序号")
    check_measures(event.item, event.measures)
    check_milestones(event.item, event.milestones, plan)
    check_owners(tables, event.item, event.suggestion, event.leader)
    deadline = event.deadline or year_end(plan)
    check_deadline(event.item, deadline, plan)
    return replace(event, deadline=deadline)


def apply_item(tables: Tables, entry: Entry, event: ItemRegistered) -> tuple[Row, ...]:
    evidence = (*((event.evidence,) if event.evidence else ()), *event.also)
    return (new_item(event, evidence),)


def new_item(event: ItemRegistered, evidence: tuple[Evidence, ...], sources: tuple[str, ...] = ()) -> Item:
    """The row of an item as it is first written."""
    deadline = event.deadline or ""
    return Item(
        id=event.item,
        plan=event.plan,
        number=event.number,
        text=event.text,
        kind=event.kind,
        section=event.section,
        evidence=evidence,
        records=event.records,
        measures=event.measures,
        milestones=event.milestones,
        first_deadline=deadline,
        deadline=deadline,
        suggestion=event.suggestion,
        lead=None,
        supporting=(),
        leader=event.leader,
        state=State.REGISTERED,
        held=None,
        extension_asked=None,
        hands=(),
        assigned=None,
        submitted=None,
        closed=None,
        progress=None,
        sources=sources,
        became=(),
        public=False,
        version=1,
    )


def decide_revision(tables: Tables, person: Person, event: ItemRevised) -> ItemRevised:
    item = tables.need(Item, event.item, "事项")
    plan = open_plan(tables, item.plan)
    require(tables, person, (Role.SUPERVISOR,), plan.organisation, "修改事项")
    if item.state in SETTLED:
        raise NotAllowedError(item.id, "已办结或已转出的事项不能修改", "请先重新启动该事项")
    named(event.text, f"事项{item.number}的内容")
    named(event.reason, "修改理由")
    check_measures(item.id, event.measures)
    check_milestones(item.id, event.milestones or (), plan)
    check_owners(tables, item.id, event.suggestion, event.leader)
    if event.deadline is not None and event.deadline != item.deadline:
        if item.state is not State.REGISTERED:
            raise NotAllowedError(item.id, "已交办事项的完成时限不能直接修改", "请由责任人申请延期，批准后时限随之改变")
        check_deadline(item.id, event.deadline, plan)
    return event


def apply_revision(tables: Tables, entry: Entry, event: ItemRevised) -> tuple[Row, ...]:
    item = tables.need(Item, event.item, "事项")
    deadline = event.deadline or item.deadline
    return (
        replace(
            item,
            text=event.text,
            kind=event.kind,
            measures=event.measures,
            section=item.section if event.section is None else event.section,
            milestones=item.milestones if event.milestones is None else event.milestones,
            suggestion=event.suggestion or item.suggestion,
            leader=event.leader or item.leader,
            deadline=deadline,
            # Before anybody was asked to keep it, a date that is corrected is the first one.
            first_deadline=deadline if item.state is State.REGISTERED else item.first_deadline,
            version=item.version + 1,
        ),
    )


def year_end(plan: Plan) -> str:
    """The last day of the plan's year, ISO."""
    return f"{plan.year}-12-31"


def check_owners(tables: Tables, target: str, suggestion: Suggestion | None, leader: str | None) -> None:
    """Raise LedgerError unless the organisations and the person are known and named once."""
    if suggestion is not None:
        owners = (*((suggestion.lead,) if suggestion.lead else ()), *suggestion.supporting)
        for organisation in owners:
            known(tables, organisation)
        if len(set(owners)) < len(owners):
            raise LedgerError(target, "同一单位在牵头、配合单位中重复出现", "请只保留一处")
    if leader is not None:
        tables.need(Person, leader, "人员")


def check_milestones(target: str, milestones: tuple[Milestone, ...], plan: Plan) -> None:
    """Raise LedgerError unless the milestones have names of their own, days in order and percentages that rise."""
    if len({milestone.name for milestone in milestones}) < len(milestones):
        raise LedgerError(target, "有两个同名的节点", "请给每个节点不同的名称")
    for milestone in milestones:
        named(milestone.name, f"{target}的节点名称")
        check_deadline(target, milestone.due, plan)
        if milestone.percent is not None and not 0 <= milestone.percent <= 100:
            raise LedgerError(target, f"节点“{milestone.name}”的比例{milestone.percent:g}%不在0到100之间", "请核对")
    days = [milestone.due for milestone in milestones]
    shares = [milestone.percent for milestone in milestones if milestone.percent is not None]
    if days != sorted(days) or shares != sorted(shares):
        raise LedgerError(target, "节点没有按时间先后、比例递增排列", "请调整节点的顺序")


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
