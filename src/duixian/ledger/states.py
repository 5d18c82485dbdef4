"""The state machine of an item: a table of actions, who may do each, and what it changes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from duixian.ledger.errors import LedgerError, NotAllowedError
from duixian.ledger.journal import Entry, day
from duixian.ledger.organisations import (
    LABELS,
    Group,
    IndicatorChief,
    Person,
    Role,
    chief_id,
    holds,
    known,
    require,
)
from duixian.ledger.plans import Item, Plan, State, check_deadline, open_plan
from duixian.ledger.tables import Row, Tables

SAME, HELD = "same", "held"


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the table; the fields are explained in ``data/states.toml``."""

    name: str
    label: str
    sources: tuple[State, ...]
    to: str
    by: tuple[Role, ...]
    independent: bool
    needs: tuple[str, ...]
    extension: str
    worker: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole table. owing: states that owe reports; reporting: the state after a report in each state."""

    labels: Mapping[State, str]
    actions: Mapping[str, Action]
    owing: frozenset[State]
    reporting: Mapping[State, State]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What of the item an action sets; written into the journal, so that a replay never asks the rules again."""

    state: State
    held: State | None
    lead: str | None
    supporting: tuple[str, ...]
    deadline: str
    extension_asked: str | None
    hands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemMoved:
    """An action on an item. ``outcome`` is filled in when it is decided."""

    item: str
    action: str
    reason: str | None = None
    lead: str | None = None
    supporting: tuple[str, ...] = ()
    deadline: str | None = None
    outcome: Outcome | None = None


@cache
def rules() -> Rules:
    """The table that comes with Duixian."""
    data = tomllib.loads(resources.files(__package__).joinpath("data/states.toml").read_text("utf-8"))
    actions = {
        name: Action(
            name,
            row["label"],
            tuple(State(state) for state in row["from"]),
            row["to"],
            tuple(Role(role) for role in row["by"]),
            row.get("independent", False),
            tuple(row.get("needs", ())),
            row.get("extension", ""),
            row.get("worker", False),
        )
        for name, row in data["actions"].items()
    }
    return Rules(
        {State(state): label for state, label in data["labels"].items()},
        actions,
        frozenset(State(state) for state in data["rounds"]["owing"]),
        {State(state): State(after) for state, after in data["progress"].items()},
    )


def owes(tables: Tables, person: Person, item: Item, roles: tuple[Role, ...]) -> bool:
    """Whether the person answers for the item in one of the roles.

    Owners hold over the lead organisation or are the chief of a leading group; contributors hold over an organisation
    that supports or belongs to the leading group, or are the chief of an indicator that the item measures.
    """
    lead = tables.get(Group, item.lead) if item.lead else None
    if item.lead and holds(tables, person, roles, item.lead):
        return True
    if Role.OWNER in roles and lead is not None and lead.chief == person.id:
        return True
    if Role.CONTRIBUTOR not in roles:
        return False
    if any(holds(tables, person, (Role.CONTRIBUTOR,), organisation) for organisation in item.supporting):
        return True
    members = lead.members if lead is not None else ()
    if any(holds(tables, person, (Role.OWNER, Role.CONTRIBUTOR), member) for member in members):
        return True
    return _leads_indicator(tables, person, item)


def independent(tables: Tables, person: Person, item: Item) -> bool:
    """Whether the person may review the item: never worked on it and owes none of it."""
    if person.id in item.hands:
        return False
    both = (Role.OWNER, Role.CONTRIBUTOR)
    plan = tables.get(Plan, item.plan)
    # An item that nobody leads yet is owed by the government itself.
    owing = (item.lead or (plan.organisation if plan else None), *item.supporting)
    if any(organisation and holds(tables, person, both, organisation) for organisation in owing):
        return False
    return not owes(tables, person, item, both)


def _leads_indicator(tables: Tables, person: Person, item: Item) -> bool:
    plan = tables.get(Plan, item.plan)
    if plan is None:
        return False
    for indicator in {measure.indicator for measure in item.measures} - {"other"}:
        chief = tables.get(IndicatorChief, chief_id(plan.organisation, indicator))
        if chief is not None and chief.person == person.id:
            return True
    return False


def available(tables: Tables, person: Person, item: Item) -> list[Action]:
    """The actions that this person may take on the item as it is now, in the order of the table."""
    return [action for action in rules().actions.values() if _refusal(tables, person, item, action) is None]


def decide_move(tables: Tables, person: Person, event: ItemMoved) -> ItemMoved:
    item = tables.need(Item, event.item, "事项")
    action = rules().actions.get(event.action)
    if action is None:
        names = "、".join(rules().actions)
        raise LedgerError(event.action, "没有这个办理动作", f"可用的动作有：{names}")
    refusal = _refusal(tables, person, item, action)
    if refusal is not None:
        raise refusal
    plan = open_plan(tables, item.plan)
    lead, supporting = _organisations(tables, item, action, event)
    if "reason" in action.needs and not (event.reason or "").strip():
        raise LedgerError(item.id, f"{action.label}没有写明理由", "请写一句话说明")
    if "deadline" in action.needs:
        if event.deadline is None:
            raise LedgerError(item.id, f"{action.label}没有写明新的时限", "请填写日期")
        check_deadline(item.id, event.deadline, plan)
        if event.deadline <= item.deadline:
            raise LedgerError(item.id, f"新时限{event.deadline}不晚于现时限{item.deadline}", "请填写更晚的日期")
    asked, deadline = item.extension_asked, item.deadline
    if action.extension == "ask":
        asked = event.deadline
    elif action.extension:
        deadline = (asked or deadline) if action.extension == "grant" else deadline
        asked = None
    hands = (*item.hands, person.id) if action.worker and person.id not in item.hands else item.hands
    state = _target(item, action)
    held = item.held if state is item.state else (item.state if state is State.SUSPENDED else None)
    return replace(event, outcome=Outcome(state, held, lead, supporting, deadline, asked, hands))


def apply_move(tables: Tables, entry: Entry, event: ItemMoved) -> tuple[Row, ...]:
    item = tables.need(Item, event.item, "事项")
    after = event.outcome
    if after is None:
        raise LedgerError(item.id, "流水里没有办理结果", "请从备份恢复台账")
    return (
        replace(
            item,
            state=after.state,
            held=after.held,
            lead=after.lead,
            supporting=after.supporting,
            deadline=after.deadline,
            extension_asked=after.extension_asked,
            hands=after.hands,
            # Who gives an item back was never asked to keep it.
            assigned=(item.assigned or day(entry.time)) if after.lead else None,
            submitted=_submitted(item, entry, after),
            closed=(item.closed or day(entry.time)) if after.state is State.CLOSED else None,
            version=item.version + 1,
        ),
    )


def _submitted(item: Item, entry: Entry, after: Outcome) -> str | None:
    if after.state is State.SUBMITTED and item.state is not State.SUBMITTED:
        return day(entry.time)
    return item.submitted if after.state in (State.SUBMITTED, State.CLOSED) else None


def _refusal(tables: Tables, person: Person, item: Item, action: Action) -> NotAllowedError | None:
    labels = rules().labels
    if item.state not in action.sources:
        allowed = "、".join(labels[state] for state in action.sources)
        reason = f"事项现为“{labels[item.state]}”，不能{action.label}"
        return NotAllowedError(item.id, reason, f"只有处于{allowed}的事项才能{action.label}")
    if action.extension == "ask" and item.extension_asked:
        return NotAllowedError(item.id, "已有一份延期申请等待答复", "请等待答复后再申请")
    if action.extension in ("grant", "refuse") and not item.extension_asked:
        return NotAllowedError(item.id, "没有等待答复的延期申请", "请责任人先申请延期")
    if Role.OWNER in action.by:
        if not owes(tables, person, item, (Role.OWNER,)):
            return NotAllowedError(person.name, f"不是该事项牵头单位的责任人，不能{action.label}", "请由责任人办理")
        return None
    plan = tables.need(Plan, item.plan, "年度台账")
    try:
        require(tables, person, action.by, plan.organisation, action.label)
    except NotAllowedError as error:
        return error
    if action.independent and not independent(tables, person, item):
        roles = "或".join(LABELS[role] for role in action.by)
        reason = f"办理过该事项或对其负有责任，不能{action.label}"
        return NotAllowedError(person.name, reason, f"请由没有参与办理的{roles}审核")
    return None


def _target(item: Item, action: Action) -> State:
    if action.to == SAME:
        return item.state
    if action.to == HELD:
        return item.held or State.ASSIGNED
    return State(action.to)


def _organisations(tables: Tables, item: Item, action: Action, event: ItemMoved) -> tuple[str | None, tuple[str, ...]]:
    if action.to == State.REGISTERED:
        return None, ()
    if "supporting" in action.needs:
        event = replace(event, lead=item.lead)
    elif "lead" not in action.needs:
        return item.lead, item.supporting
    if event.lead is None:
        raise LedgerError(item.id, f"{action.label}没有写明牵头单位", "请填写牵头单位")
    for organisation in (event.lead, *event.supporting):
        known(tables, organisation)
    if event.lead in event.supporting or len(set(event.supporting)) < len(event.supporting):
        raise LedgerError(item.id, "同一单位在牵头、配合单位中重复出现", "请只保留一处")
    if event.lead == item.lead and action.name == "transfer":
        raise LedgerError(item.id, "转办的单位就是现在的牵头单位", "请填写另一个单位")
    return event.lead, event.supporting
