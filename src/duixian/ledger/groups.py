"""Groups 专班, chain chiefs 链长 and indicator chiefs 指标长: who answers across departments."""

from __future__ import annotations

from dataclasses import dataclass

from duixian.ledger.errors import LedgerError
from duixian.ledger.journal import Entry
from duixian.ledger.organisations import (
    Group,
    IndicatorChief,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    chief_id,
    known,
    named,
    require,
)
from duixian.ledger.tables import Row, Tables


@dataclass(frozen=True, slots=True)
class GroupFormed:
    """The chief and the members of a group, all of them from now on. title: what its chief is called (链长, 组长)."""

    organisation: str
    title: str
    chief: str | None = None
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndicatorEntrusted:
    """指标长: a person answers for an indicator in the plans of a government; None: nobody from now on."""

    indicator: str
    organisation: str
    person: str | None = None


def decide_group(tables: Tables, person: Person, event: GroupFormed) -> GroupFormed:
    group = known(tables, event.organisation)
    require(tables, person, (Role.SUPERVISOR,), group.id, "组建专班")
    if group.kind is not OrganisationKind.GROUP:
        raise LedgerError(group.id, f"“{group.name}”不是专班", "请先登记一个种类为专班的单位")
    named(event.title, "负责人称谓")
    if event.chief is not None:
        tables.need(Person, event.chief, "人员")
    for member in event.members:
        if known(tables, member).kind is OrganisationKind.GROUP:
            raise LedgerError(member, "专班不能是另一个专班的成员", "请直接列出成员单位")
    if len(set(event.members)) < len(event.members):
        raise LedgerError(group.id, "成员单位重复", "请只保留一处")
    return event


def apply_group(tables: Tables, entry: Entry, event: GroupFormed) -> tuple[Row, ...]:
    return (Group(event.organisation, event.title, event.chief, event.members),)


def decide_entrusting(tables: Tables, person: Person, event: IndicatorEntrusted) -> IndicatorEntrusted:
    government: Organisation = known(tables, event.organisation)
    require(tables, person, (Role.SUPERVISOR,), government.id, "指定指标长")
    named(event.indicator, "指标")
    if event.person is not None:
        tables.need(Person, event.person, "人员")
    return event


def apply_entrusting(tables: Tables, entry: Entry, event: IndicatorEntrusted) -> tuple[Row, ...]:
    id = chief_id(event.organisation, event.indicator)
    return (IndicatorChief(id, event.organisation, event.indicator, event.person),)
