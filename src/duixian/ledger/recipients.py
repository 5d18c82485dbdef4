"""Recipients: the persons who are told about what an organisation owes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from duixian.ledger.organisations import Group, Organisation, Person, Role
from duixian.ledger.tables import Tables

CHIEF = "chief"
KINDS = (Role.OWNER.value, Role.CONTRIBUTOR.value, CHIEF, Role.SUPERVISOR.value, Role.LEADER.value)
"""What the rules may call them: roles, and the chief of a group 组长、链长."""


def recipients(tables: Tables) -> Callable[[str, Iterable[str]], tuple[str, ...]]:
    """A function from an organisation and kinds of recipient to the ids of persons, in order and each once.

    Of each role those who hold it nearest: over the organisation itself, or else over the first above it that has any.
    The members of a group contribute to it.
    """
    people = tables.select(Person)
    holders: dict[tuple[str, str], list[str]] = {}
    for person in people:
        for grant in person.grants:
            holders.setdefault((grant.role.value, grant.organisation), []).append(person.id)

    def nearest(role: str, organisation: str) -> list[str]:
        here: str | None = organisation
        while here is not None:
            if found := holders.get((role, here)):
                return found
            row = tables.get(Organisation, here)
            here = row.parent if row is not None else None
        return []

    def of(organisation: str, kinds: Iterable[str]) -> tuple[str, ...]:
        group = tables.get(Group, organisation)
        found: list[str] = []
        for kind in kinds:
            if kind == CHIEF:
                found += [group.chief] if group is not None and group.chief else []
            elif kind == Role.CONTRIBUTOR.value:
                found += holders.get((kind, organisation), [])
                for member in group.members if group is not None else ():
                    found += holders.get((Role.OWNER.value, member), []) + holders.get((kind, member), [])
            else:
                found += nearest(kind, organisation)
        return tuple(dict.fromkeys(found))

    return of
