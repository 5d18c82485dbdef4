"""Closing 年底交账: unfinished items move on to the next year with their history, then the book is shut."""

from __future__ import annotations

from dataclasses import dataclass, replace

from duixian.ledger.errors import LedgerError, NotAllowedError
from duixian.ledger.journal import Entry, day
from duixian.ledger.organisations import Person, Role, named, require
from duixian.ledger.plans import (
    SETTLED,
    Item,
    ItemRegistered,
    Plan,
    State,
    check_deadline,
    item_id,
    new_item,
    open_plan,
    year_end,
)
from duixian.ledger.rounds import Round
from duixian.ledger.tables import Row, Tables

_NAMED = 5  # how many unsettled items an error names


@dataclass(frozen=True, slots=True)
class ItemCarried:
    """结转: an item that is not finished goes on in a later plan of the same government.

    to: id of that plan. number: there; None keeps the present one with the year before it. deadline: ISO date, the
    end of that year when None. Owners, measures, evidence and the names of all who worked on it go with it.
    """

    item: str
    to: str
    reason: str
    number: str | None = None
    deadline: str | None = None


@dataclass(frozen=True, slots=True)
class PlanClosed:
    """交账: nothing in this plan changes any more. summary: one sentence of the office, kept with the closure."""

    plan: str
    summary: str = ""


def decide_carry(tables: Tables, person: Person, event: ItemCarried) -> ItemCarried:
    item = tables.need(Item, event.item, "事项")
    plan = open_plan(tables, item.plan)
    require(tables, person, (Role.SUPERVISOR,), plan.organisation, "结转事项")
    later = open_plan(tables, event.to)
    if later.organisation != plan.organisation or later.year <= plan.year:
        raise LedgerError(event.to, f"不是{plan.title}之后同一政府的台账", "请先为下一年度建账")
    if item.state in SETTLED:
        raise NotAllowedError(item.id, "事项已办结或已转出，不用结转", "请查看事项")
    if item.state is State.SUBMITTED:
        raise NotAllowedError(item.id, "事项正在申请办结", "请先审核：办结，或退回后再结转")
    named(event.reason, "结转理由")
    number = event.number or f"{plan.year}-{item.number}"
    if tables.get(Item, item_id(later.id, number)):
        raise LedgerError(item_id(later.id, number), "这个序号已经有事项", "请另给一个序号")
    deadline = event.deadline or year_end(later)
    check_deadline(item.id, deadline, later)
    return replace(event, number=number, deadline=deadline)


def apply_carry(tables: Tables, entry: Entry, event: ItemCarried) -> tuple[Row, ...]:
    item = tables.need(Item, event.item, "事项")
    wish = ItemRegistered(
        event.to,
        event.number or item.number,
        item.text,
        item.kind,
        item.section,
        measures=item.measures,
        deadline=event.deadline,
        records=item.records,
        suggestion=item.suggestion,
        leader=item.leader,
    )
    carried = replace(
        new_item(wish, item.evidence, (item.id,)),
        lead=item.lead,
        supporting=item.supporting,
        state=State.ASSIGNED if item.lead else State.REGISTERED,
        hands=item.hands,
        assigned=day(entry.time) if item.lead else None,
        public=item.public,
    )
    gone = replace(
        item,
        state=State.CARRIED,
        held=None,
        extension_asked=None,
        became=(carried.id,),
        version=item.version + 1,
    )
    return (carried, gone)


def decide_closure(tables: Tables, person: Person, event: PlanClosed) -> PlanClosed:
    plan = open_plan(tables, event.plan)
    require(tables, person, (Role.SUPERVISOR,), plan.organisation, "交账")
    left = [item for item in tables.select(Item, plan=plan.id) if item.state not in SETTLED]
    if left:
        numbers = "、".join(item.number for item in left[:_NAMED]) + ("等" if len(left) > _NAMED else "")
        raise NotAllowedError(plan.id, f"还有{len(left)}个事项没有办结、终止或结转（{numbers}）", "请逐项了结后再交账")
    running = [round.period for round in tables.select(Round, plan=plan.id, state="open")]
    if running:
        raise NotAllowedError(plan.id, f"调度期{'、'.join(running)}还没有关闭", "请先关闭调度期")
    return event


def apply_closure(tables: Tables, entry: Entry, event: PlanClosed) -> tuple[Row, ...]:
    return (replace(tables.need(Plan, event.plan, "年度台账"), state="closed"),)
