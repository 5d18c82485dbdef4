"""Duty: who answers for an organisation, who stands apart from it, and on whose behalf somebody acts."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from duixian.ledger.organisations import Group, Organisation, Person, Role, below, holds, require
from duixian.ledger.plans import Item
from duixian.ledger.states import independent
from duixian.ledger.tables import Tables

_WORKING = (Role.OWNER, Role.CONTRIBUTOR)


def owns(tables: Tables, person: Person, organisation: str) -> bool:
    """Whether the person answers for the organisation: an owner over it, or the chief of the group that it is."""
    group = tables.get(Group, organisation)
    return holds(tables, person, (Role.OWNER,), organisation) or (group is not None and group.chief == person.id)


def asked(tables: Tables, person: Person, organisation: str) -> bool:
    """Whether a round asks this person for what the organisation owes.

    It asks who works in it; of a group its chief and who works in its members, all of whom may report.
    """
    group = tables.get(Group, organisation)
    among = (organisation, *(group.members if group is not None else ()))
    return owns(tables, person, organisation) or any(holds(tables, person, _WORKING, one) for one in among)


def apart(tables: Tables, person: Person, organisation: str, items: Iterable[str], hands: Collection[str]) -> bool:
    """Whether the person may check what the organisation did about these items.

    Never one of the hands, nothing to answer for in the organisation (or, of a group, in its members) nor in the items.
    """
    if person.id in hands or owns(tables, person, organisation):
        return False
    group = tables.get(Group, organisation)
    concerned = (organisation, *(group.members if group is not None else ()))
    if any(holds(tables, person, _WORKING, one) for one in concerned):
        return False
    rows = (tables.need(Item, id, "事项") for id in items)
    return all(independent(tables, person, item) for item in rows)


def authority(tables: Tables, person: Person, roles: Collection[Role], organisation: str, act: str) -> str:
    """The organisation on whose behalf the person acts on another: the highest over which one of the roles is held.

    Whoever checks later must stand there, so that a department never checks what its government asked of it.
    Raises NotAllowedError when no role is held; ``act`` is in Chinese.
    """
    require(tables, person, roles, organisation, act)
    held = {grant.organisation for grant in person.grants if grant.role in roles}
    return min((top for top in sorted(held) if below(tables, organisation, top)), key=lambda top: depth(tables, top))


def depth(tables: Tables, organisation: str) -> int:
    """How many organisations stand above this one."""
    row = tables.get(Organisation, organisation)
    steps = 0
    while row is not None and row.parent is not None:
        row = tables.get(Organisation, row.parent)
        steps += 1
    return steps
