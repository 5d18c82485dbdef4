"""Reshaping 合并、拆分: several items become one, or one becomes several, and no word of evidence is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace

from duixian.ledger.errors import LedgerError, NotAllowedError
from duixian.ledger.journal import Entry
from duixian.ledger.measures import Measure
from duixian.ledger.organisations import Person, Role, named, require
from duixian.ledger.plans import (
    SETTLED,
    Item,
    ItemKind,
    ItemRegistered,
    Plan,
    State,
    Suggestion,
    decide_item,
    item_id,
    new_item,
    open_plan,
)
from duixian.ledger.rounds import Due, Round, due_id
from duixian.ledger.tables import Row, Tables
from duixian.records import Evidence


@dataclass(frozen=True, slots=True)
class ItemsMerged:
    """并入: these items become one new item of the same plan.

    number, text: of the new item. The rest is filled in from the items where it is not given: the first's kind and
    section, all measures, the latest deadline.
    """

    plan: str
    items: tuple[str, ...]
    number: str
    text: str
    reason: str
    kind: ItemKind | None = None
    section: str | None = None
    measures: tuple[Measure, ...] | None = None
    deadline: str | None = None
    suggestion: Suggestion | None = None

    @property
    def item(self) -> str:
        """The id that the new item gets."""
        return item_id(self.plan, self.number)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the items into which another is split. measures: by name, of those that the whole has, or new ones."""

    number: str
    text: str
    measures: tuple[Measure, ...] = ()
    deadline: str | None = None
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class ItemSplit:
    """拆分: an item becomes several, each with all the words of the whole. Every measure must go into some part."""

    item: str
    parts: tuple[Part, ...]
    reason: str


def decide_merge(tables: Tables, person: Person, event: ItemsMerged) -> ItemsMerged:
    plan = open_plan(tables, event.plan)
    require(tables, person, (Role.SUPERVISOR,), plan.organisation, "合并事项")
    named(event.reason, "合并理由")
    if len(set(event.items)) < 2 or len(set(event.items)) < len(event.items):
        raise LedgerError(event.number, "合并至少要两个不同的事项", "请列出要合并的事项")
    items = [_movable(tables, id, plan) for id in event.items]
    event = replace(
        event,
        kind=event.kind or items[0].kind,
        section=items[0].section if event.section is None else event.section,
        measures=_gathered(items) if event.measures is None else event.measures,
        deadline=event.deadline or max(item.deadline for item in items),
        suggestion=event.suggestion or next((item.suggestion for item in items if item.suggestion), None),
    )
    decide_item(tables, person, _merged(event))
    return event


def apply_merge(tables: Tables, entry: Entry, event: ItemsMerged) -> tuple[Row, ...]:
    items = [tables.need(Item, id, "事项") for id in event.items]
    evidence: dict[Evidence, None] = dict.fromkeys(one for item in items for one in item.evidence)
    records = dict.fromkeys(record for item in items for record in item.records)
    whole = new_item(replace(_merged(event), records=tuple(records)), tuple(evidence), event.items)
    # Who worked on a part has worked on the whole.
    hands = dict.fromkeys(hand for item in items for hand in item.hands)
    whole = replace(whole, hands=tuple(hands))
    return (whole, *(_replaced(item, State.MERGED, (whole.id,)) for item in items))


def decide_split(tables: Tables, person: Person, event: ItemSplit) -> ItemSplit:
    plan = open_plan(tables, tables.need(Item, event.item, "事项").plan)
    require(tables, person, (Role.SUPERVISOR,), plan.organisation, "拆分事项")
    item = _movable(tables, event.item, plan)
    named(event.reason, "拆分理由")
    numbers = [part.number for part in event.parts]
    if len(numbers) < 2 or len(set(numbers)) < len(numbers):
        raise LedgerError(item.id, "拆分至少要两个序号不同的部分", "请列出每一部分的序号和内容")
    given = {measure.name for part in event.parts for measure in part.measures}
    lost = [measure.name for measure in item.measures if measure.name not in given]
    if lost:
        raise LedgerError(item.id, f"数量目标“{'、'.join(lost)}”没有分到任何一部分", "请分给其中一部分，或先修改事项")
    parts = tuple(replace(part, deadline=part.deadline or item.deadline) for part in event.parts)
    for part in parts:
        decide_item(tables, person, _registered(item, part))
    return replace(event, parts=parts)


def apply_split(tables: Tables, entry: Entry, event: ItemSplit) -> tuple[Row, ...]:
    item = tables.need(Item, event.item, "事项")
    parts = [
        replace(new_item(_registered(item, part), item.evidence, (item.id,)), hands=item.hands) for part in event.parts
    ]
    return (*parts, _replaced(item, State.SPLIT, tuple(part.id for part in parts)))


def _merged(event: ItemsMerged) -> ItemRegistered:
    return ItemRegistered(
        event.plan,
        event.number,
        event.text,
        event.kind or ItemKind.TASK,
        event.section or "",
        measures=event.measures or (),
        deadline=event.deadline,
        suggestion=event.suggestion,
    )


def _registered(item: Item, part: Part) -> ItemRegistered:
    return ItemRegistered(
        item.plan,
        part.number,
        part.text,
        item.kind,
        item.section,
        measures=part.measures,
        deadline=part.deadline,
        records=item.records,
        suggestion=part.suggestion or item.suggestion,
        leader=item.leader,
    )


def _gathered(items: list[Item]) -> tuple[Measure, ...]:
    """All measures; one whose name another item uses too is told apart by its item's number."""
    names = [measure.name for item in items for measure in item.measures]
    return tuple(
        replace(measure, name=f"{measure.name}（{item.number}）") if names.count(measure.name) > 1 else measure
        for item in items
        for measure in item.measures
    )


def _movable(tables: Tables, id: str, plan: Plan) -> Item:
    item = tables.need(Item, id, "事项")
    if item.plan != plan.id:
        raise LedgerError(id, f"不在台账{plan.id}里", "只能合并、拆分同一本台账的事项")
    if item.state in SETTLED or item.state in (State.SUBMITTED, State.SUSPENDED):
        raise NotAllowedError(id, "事项已办结、转出、中止或正在申请办结，不能合并或拆分", "请先退回、恢复或重新启动")
    for round in tables.select(Round, plan=plan.id, state="open"):
        if tables.get(Due, due_id(round.id, id)):
            raise NotAllowedError(id, f"调度期{round.period}正在等它的填报，不能合并或拆分", "请在该调度期关闭后办理")
    return item


def _replaced(item: Item, state: State, by: tuple[str, ...]) -> Item:
    return replace(item, state=state, held=None, extension_asked=None, became=by, version=item.version + 1)
