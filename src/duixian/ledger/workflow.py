"""Workflows of orders and problems: tables of actions in data, who may take each, and what it asks for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Protocol

from duixian.ledger.duty import apart, owns
from duixian.ledger.errors import LedgerError, NotAllowedError
from duixian.ledger.organisations import LABELS, Person, Role, require
from duixian.ledger.tables import Tables


@dataclass(frozen=True, slots=True)
class Action:
    """One row of a table; the fields are explained in ``data/order_states.toml``."""

    name: str
    label: str
    sources: tuple[str, ...]
    to: str
    by: tuple[Role, ...]
    independent: bool
    needs: tuple[str, ...]
    allows: tuple[str, ...]
    worker: bool


@dataclass(frozen=True, slots=True)
class Workflow:
    """A whole table. noun: what it is about, in Chinese. owing: states in which the organisation still has to act."""

    noun: str
    labels: Mapping[str, str]
    owing: frozenset[str]
    settled: frozenset[str]
    actions: Mapping[str, Action]


class Matter(Protocol):
    """What goes through a workflow: asked of an organisation on behalf of an authority, about items."""

    @property
    def id(self) -> str: ...
    @property
    def organisation(self) -> str: ...
    @property
    def authority(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def items(self) -> tuple[str, ...]: ...
    @property
    def hands(self) -> tuple[str, ...]: ...
    @property
    def changed(self) -> str: ...


@cache
def workflow(name: str) -> Workflow:
    """The table ``data/NAME.toml`` that comes with Duixian."""
    data = tomllib.loads(resources.files(__package__).joinpath(f"data/{name}.toml").read_text("utf-8"))
    actions = {
        key: Action(
            key,
            row["label"],
            tuple(row["from"]),
            row["to"],
            tuple(Role(role) for role in row["by"]),
            row.get("independent", False),
            tuple(row.get("needs", ())),
            tuple(row.get("allows", ())),
            row.get("worker", False),
        )
        for key, row in data["actions"].items()
    }
    return Workflow(data["noun"], data["labels"], frozenset(data["owing"]), frozenset(data["settled"]), actions)


def available(tables: Tables, person: Person, flow: Workflow, matter: Matter) -> list[Action]:
    """The actions that this person may take on it now, in the order of the table."""
    return [action for action in flow.actions.values() if _refusal(tables, person, flow, matter, action) is None]


def checked(
    tables: Tables, person: Person, flow: Workflow, matter: Matter, name: str, text: str | None, due: str | None
) -> Action:
    """The action of this name, when the person may take it now with this text and date. Raises LedgerError."""
    action = flow.actions.get(name)
    if action is None:
        raise LedgerError(name, f"{flow.noun}没有这个办理动作", f"可用的动作有：{'、'.join(flow.actions)}")
    refusal = _refusal(tables, person, flow, matter, action)
    if refusal is not None:
        raise refusal
    if "text" in action.needs and not (text or "").strip():
        raise LedgerError(matter.id, f"{action.label}没有写明内容", "请写一句话说明")
    if due is None:
        if "due" in action.needs:
            raise LedgerError(matter.id, f"{action.label}没有写明新的期限", "请填写日期")
    elif "due" not in (*action.needs, *action.allows):
        raise LedgerError(matter.id, f"{action.label}不能改动期限", "请去掉日期")
    elif check_day(matter.id, due) < matter.changed:
        raise LedgerError(matter.id, f"新期限{due}早于最近一次办理的日期{matter.changed}", "请填写更晚的日期")
    return action


def hands_after(matter: Matter, action: Action, person: Person) -> tuple[str, ...]:
    """All who have worked on it, once this person has taken this action."""
    return (*matter.hands, person.id) if action.worker and person.id not in matter.hands else matter.hands


def days_late(flow: Workflow, state: str, due: str, day: date) -> int:
    """How many days an organisation that still has to act is over the date; 0 when it is not."""
    late = (day - date.fromisoformat(due)).days if state in flow.owing else 0
    return max(late, 0)


def check_day(target: str, value: str) -> str:
    """The day, when it is an ISO date of our time. Raises LedgerError."""
    try:
        found = date.fromisoformat(value)
    except ValueError as error:
        raise LedgerError(target, f"期限“{value}”不是日期", "请写成 2025-06-30 这样") from error
    if found.isoformat() != value or not 2000 <= found.year <= 2099:
        raise LedgerError(target, f"期限“{value}”写法或年份不对", "请写成 2025-06-30 这样")
    return value


def _refusal(tables: Tables, person: Person, flow: Workflow, matter: Matter, action: Action) -> NotAllowedError | None:
    noun, label = flow.noun, action.label
    if matter.state not in action.sources:
        allowed = "、".join(flow.labels[state] for state in action.sources)
        reason = f"{noun}现为“{flow.labels[matter.state]}”，不能{label}"
        return NotAllowedError(matter.id, reason, f"处于{allowed}时才能{label}")
    if Role.OWNER in action.by:
        if not owns(tables, person, matter.organisation):
            return NotAllowedError(person.name, f"不是承办单位的责任人，不能{label}", "请由责任人办理")
        return None
    try:
        require(tables, person, action.by, matter.authority, label)
    except NotAllowedError as error:
        return error
    if action.independent and not apart(tables, person, matter.organisation, matter.items, matter.hands):
        roles = "或".join(LABELS[role] for role in action.by)
        reason = f"办理过该{noun}或对其负有责任，不能{label}"
        return NotAllowedError(person.name, reason, f"请由没有参与办理的{roles}审核")
    return None
