"""Organisations as a tree, the people in them, and what each may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from duixian.ledger.errors import LedgerError, NotAllowedError, UnknownNameError
from duixian.ledger.journal import Entry
from duixian.ledger.tables import Row, Tables


class OrganisationKind(StrEnum):
    """Government, its departments and districts, and groups (专班, 链长制) that own across departments."""

    GOVERNMENT = "government"
    DEPARTMENT = "department"
    DISTRICT = "district"
    GROUP = "group"


class Role(StrEnum):
    """督查人员, 责任人, 配合人, 领导, 查阅人: each is held over one organisation and everything below it."""

    SUPERVISOR = "supervisor"
    OWNER = "owner"
    CONTRIBUTOR = "contributor"
    LEADER = "leader"
    READER = "reader"


LABELS = {
    Role.SUPERVISOR: "督查人员",
    Role.OWNER: "责任人",
    Role.CONTRIBUTOR: "配合人",
    Role.LEADER: "领导",
    Role.READER: "查阅人",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over an organisation (its id) and everything below it."""

    role: Role
    organisation: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """parent: id of the organisation above; None only for the root, the government whose ledger it is.

    short: 简称, what people call it.
    """

    id: str
    name: str
    kind: OrganisationKind
    parent: str | None
    short: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """organisation: where the person works. grants: what the person may do, and where."""

    id: str
    name: str
    organisation: str
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """专班, 链: id is its organisation's. title: what its chief is called. chief: person; members: organisations."""

    id: str
    title: str
    chief: str | None
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndicatorChief:
    """指标长: who answers for an indicator in the plans of a government. person: None when nobody does any more."""

    id: str
    organisation: str
    indicator: str
    person: str | None


@dataclass(frozen=True, slots=True)
class LedgerOpened:
    """The first entry of every ledger: the government it belongs to and its first supervisor."""

    government: str
    government_name: str
    supervisor: str
    supervisor_name: str


@dataclass(frozen=True, slots=True)
class OrganisationAdded:
    """A new organisation below another."""

    organisation: str
    name: str
    kind: OrganisationKind
    parent: str
    short: str | None = None


@dataclass(frozen=True, slots=True)
class OrganisationChanged:
    """机构改革: another name, or another place in the tree; None keeps it. The id stays, and all that it owes."""

    organisation: str
    name: str | None = None
    parent: str | None = None
    short: str | None = None


@dataclass(frozen=True, slots=True)
class PersonAdded:
    """A new person with roles."""

    person: str
    name: str
    organisation: str
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True)
class RolesChanged:
    """All the roles that a person holds from now on; none for someone who has left."""

    person: str
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """更名, 调动: another name, or another organisation; None keeps it. The id stays, and what the person signed.

    Who moves leaves the roles held over the organisation left behind; roles over others stay.
    """

    person: str
    name: str | None = None
    organisation: str | None = None


def chief_id(organisation: str, indicator: str) -> str:
    """The id of the chief of an indicator."""
    return f"{organisation}:{indicator}"


def below(tables: Tables, organisation: str, top: str) -> bool:
    """Whether ``organisation`` is ``top`` or stands somewhere under it."""
    here: str | None = organisation
    while here is not None:
        if here == top:
            return True
        row = tables.get(Organisation, here)
        here = row.parent if row else None
    return False


def holds(tables: Tables, person: Person, roles: Collection[Role], organisation: str) -> bool:
    """Whether the person holds one of the roles over the organisation."""
    return any(grant.role in roles and below(tables, organisation, grant.organisation) for grant in person.grants)


def require(tables: Tables, person: Person, roles: Collection[Role], organisation: str, act: str) -> None:
    """Raise NotAllowedError unless the person holds one of the roles over the organisation; ``act`` in Chinese."""
    if not holds(tables, person, roles, organisation):
        names = "或".join(LABELS[role] for role in roles)
        raise NotAllowedError(
            person.name, f"无权对“{_name(tables, organisation)}”{act}", f"请由该单位的{names}办理，或先授予角色"
        )


def known(tables: Tables, organisation: str) -> Organisation:
    """The organisation of this id. Raises UnknownNameError with the nearest ids and names."""
    row = tables.get(Organisation, organisation)
    if row is None:
        rows = tables.select(Organisation)
        raise UnknownNameError(organisation, "单位", [name for row in rows for name in (row.id, row.name)])
    return row


def named(value: str, what: str) -> str:
    """An id or name that is not blank. Raises LedgerError."""
    if not value.strip() or value != value.strip():
        raise LedgerError(what, f"“{value}”为空或首尾有空格", "请填写后再提交")
    return value


def decide_opened(tables: Tables, who: str, event: LedgerOpened) -> LedgerOpened:
    for value, what in (
        (event.government, "政府编号"),
        (event.government_name, "政府名称"),
        (event.supervisor, "督查人员编号"),
        (event.supervisor_name, "督查人员姓名"),
    ):
        named(value, what)
    if tables.select(Organisation):
        raise LedgerError(event.government, "台账已经建立", "请直接登记单位和人员")
    if who != event.supervisor:
        raise NotAllowedError(who, "建账人应是第一位督查人员", "请以督查人员的编号建账")
    return event


def apply_opened(tables: Tables, entry: Entry, event: LedgerOpened) -> tuple[Row, ...]:
    return (
        Organisation(event.government, event.government_name, OrganisationKind.GOVERNMENT, None),
        Person(event.supervisor, event.supervisor_name, event.government, (Grant(Role.SUPERVISOR, event.government),)),
    )


def decide_organisation(tables: Tables, person: Person, event: OrganisationAdded) -> OrganisationAdded:
    named(event.organisation, "单位编号")
    named(event.name, "单位名称")
    if event.short is not None:
        named(event.short, "单位简称")
    known(tables, event.parent)
    require(tables, person, (Role.SUPERVISOR,), event.parent, "登记下属单位")
    if tables.get(Organisation, event.organisation):
        raise LedgerError(event.organisation, "这个单位编号已经登记", "请换一个编号")
    return event


def apply_organisation(tables: Tables, entry: Entry, event: OrganisationAdded) -> tuple[Row, ...]:
    return (Organisation(event.organisation, event.name, event.kind, event.parent, event.short),)


def decide_change(tables: Tables, person: Person, event: OrganisationChanged) -> OrganisationChanged:
    row = known(tables, event.organisation)
    require(tables, person, (Role.SUPERVISOR,), row.id, "变更单位")
    if event.name is not None:
        named(event.name, "单位名称")
    if event.short is not None:
        named(event.short, "单位简称")
    if event.parent is not None:
        if row.parent is None:
            raise LedgerError(row.id, "这是台账所属的政府，没有上级", "只能改名")
        known(tables, event.parent)
        require(tables, person, (Role.SUPERVISOR,), event.parent, "接收下属单位")
        if below(tables, event.parent, row.id):
            raise LedgerError(event.parent, f"在“{row.name}”之下，不能作为它的上级", "请换一个上级单位")
    return event


def apply_change(tables: Tables, entry: Entry, event: OrganisationChanged) -> tuple[Row, ...]:
    row = known(tables, event.organisation)
    parent, short = event.parent or row.parent, event.short or row.short
    return (replace(row, name=event.name or row.name, parent=parent, short=short),)


def decide_person(tables: Tables, person: Person, event: PersonAdded) -> PersonAdded:
    named(event.person, "人员编号")
    named(event.name, "姓名")
    known(tables, event.organisation)
    require(tables, person, (Role.SUPERVISOR,), event.organisation, "登记人员")
    if tables.get(Person, event.person):
        raise LedgerError(event.person, "这个人员编号已经登记", "请换一个编号，或只调整角色")
    _grantable(tables, person, event.grants)
    return event


def apply_person(tables: Tables, entry: Entry, event: PersonAdded) -> tuple[Row, ...]:
    return (Person(event.person, event.name, event.organisation, event.grants),)


def decide_roles(tables: Tables, person: Person, event: RolesChanged) -> RolesChanged:
    target = tables.need(Person, event.person, "人员")
    require(tables, person, (Role.SUPERVISOR,), target.organisation, "调整角色")
    _grantable(tables, person, (*event.grants, *target.grants))
    _supervised(tables, target, event.grants)
    return event


def apply_roles(tables: Tables, entry: Entry, event: RolesChanged) -> tuple[Row, ...]:
    return (replace(tables.need(Person, event.person, "人员"), grants=event.grants),)


def decide_person_change(tables: Tables, person: Person, event: PersonChanged) -> PersonChanged:
    target = tables.need(Person, event.person, "人员")
    require(tables, person, (Role.SUPERVISOR,), target.organisation, "变更人员")
    if event.name is None and event.organisation is None:
        raise LedgerError(target.id, "没有写明改什么", "请写明新的姓名或单位")
    if event.name is not None:
        named(event.name, "姓名")
    if event.organisation is not None:
        known(tables, event.organisation)
        require(tables, person, (Role.SUPERVISOR,), event.organisation, "接收人员")
        _supervised(tables, target, _staying(target, event.organisation))
    return event


def apply_person_change(tables: Tables, entry: Entry, event: PersonChanged) -> tuple[Row, ...]:
    row = tables.need(Person, event.person, "人员")
    to = event.organisation or row.organisation
    return (replace(row, name=event.name or row.name, organisation=to, grants=_staying(row, to)),)


def _staying(person: Person, to: str) -> tuple[Grant, ...]:
    if to == person.organisation:
        return person.grants
    return tuple(grant for grant in person.grants if grant.organisation != person.organisation)


def _supervised(tables: Tables, target: Person, grants: tuple[Grant, ...]) -> None:
    """Raise NotAllowedError when nobody would supervise the whole ledger once the person holds only ``grants``."""
    root = Grant(Role.SUPERVISOR, _root(tables))
    others = (other for other in tables.select(Person) if other.id != target.id)
    if root in target.grants and root not in grants and not any(root in other.grants for other in others):
        # Nobody could then ever close an item or name a new supervisor.
        raise NotAllowedError(target.name, "是台账唯一的总督查人员", "请先授予另一人督查角色")


def _grantable(tables: Tables, person: Person, grants: tuple[Grant, ...]) -> None:
    for grant in grants:
        known(tables, grant.organisation)
        require(tables, person, (Role.SUPERVISOR,), grant.organisation, f"授予或收回{LABELS[grant.role]}角色")


def _root(tables: Tables) -> str:
    return next(row.id for row in tables.select(Organisation) if row.parent is None)


def _name(tables: Tables, organisation: str) -> str:
    row = tables.get(Organisation, organisation)
    return row.name if row else organisation
