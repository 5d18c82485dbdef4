"""Who sees what: an item is seen by those who oversee it and those who owe it, and by the public when it was published.

Over an organisation, supervisors, leaders and readers see the plans of all governments below it and whatever its
organisations lead or support; owners and contributors see what their organisations lead or support, what their groups
lead, and what measures an indicator of which they are the chief.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from duixian.ledger.organisations import (
    Group,
    IndicatorChief,
    Organisation,
    Person,
    Role,
    chief_id,
    holds,
)
from duixian.ledger.plans import Item, Plan
from duixian.ledger.states import owes
from duixian.ledger.tables import Tables
from duixian.ledger.workflow import Matter

OVERSEEING = (Role.SUPERVISOR, Role.LEADER, Role.READER)
OWING = (Role.OWNER, Role.CONTRIBUTOR)
M = TypeVar("M", bound=Matter)


def may_see(tables: Tables, person: Person | None, item: Item) -> bool:
    """Whether the person sees the item; None for the public."""
    if item.public:
        return True
    if person is None:
        return False
    plan = tables.get(Plan, item.plan)
    if plan is not None and holds(tables, person, OVERSEEING, plan.organisation):
        return True
    owners = [organisation for organisation in (item.lead, *item.supporting) if organisation]
    if any(holds(tables, person, (*OVERSEEING, *OWING), organisation) for organisation in owners):
        return True
    return item.leader == person.id or owes(tables, person, item, OWING)


def visible_items(tables: Tables, person: Person | None, plan: str) -> list[Item]:
    """The items of a plan that the person sees, by id; None for the public."""
    items = tables.select(Item, plan=plan)
    if person is None:
        return [item for item in items if item.public]
    sight = sight_of(tables, person)
    row = tables.get(Plan, plan)
    government = row.organisation if row else ""
    return [item for item in items if sight.sees(item, government)]


def may_see_plan(tables: Tables, person: Person | None, plan: str) -> bool:
    """Whether the person sees that there is such a plan: who oversees its government or sees one of its items."""
    row = tables.get(Plan, plan)
    if row is None:
        return False
    if person is not None and holds(tables, person, OVERSEEING, row.organisation):
        return True
    return bool(visible_items(tables, person, plan))


def visible_matters(tables: Tables, person: Person | None, matters: Iterable[M]) -> list[M]:
    """Those of some orders or problems that the person sees, in their order.

    They are seen by who oversees or owes for the organisation that is asked, and by who sees an item they are about
    for another reason than that it is public.
    """
    if person is None:
        return []
    sight = sight_of(tables, person)
    seen = sight.overseen | sight.owing | sight.groups

    def sees(id: str) -> bool:
        item = tables.get(Item, id)
        plan = tables.get(Plan, item.plan) if item is not None else None
        return item is not None and plan is not None and sight.sees(replace(item, public=False), plan.organisation)

    return [one for one in matters if one.organisation in seen or any(map(sees, one.items))]


def may_change(person: Person) -> bool:
    """Whether the person may change anything at all; readers may not."""
    return any(grant.role is not Role.READER for grant in person.grants)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a person sees, worked out once for many items.

    person: id. overseen: organisations over which the person oversees. owing: those whose items the person owes.
    groups: those that the person is chief or a member of. indicators: ids of those of which the person is chief.
    """

    person: str
    overseen: frozenset[str]
    owing: frozenset[str]
    groups: frozenset[str]
    indicators: frozenset[str]

    def sees(self, item: Item, government: str) -> bool:
        """Whether the person sees an item of a plan of this government."""
        if item.public or government in self.overseen or item.leader == self.person:
            return True
        seen = self.overseen | self.owing
        if (item.lead is not None and (item.lead in seen or item.lead in self.groups)) or not seen.isdisjoint(
            item.supporting
        ):
            return True
        return bool(self.indicators) and any(
            chief_id(government, measure.indicator) in self.indicators for measure in item.measures
        )


def sight_of(tables: Tables, person: Person) -> Sight:
    """What the person sees."""
    children: dict[str | None, list[str]] = {}
    for row in tables.select(Organisation):
        children.setdefault(row.parent, []).append(row.id)
    overseen = _below(children, (grant.organisation for grant in person.grants if grant.role in OVERSEEING))
    owing = _below(children, (grant.organisation for grant in person.grants if grant.role in OWING))
    groups = frozenset(
        row.id for row in tables.select(Group) if row.chief == person.id or not owing.isdisjoint(row.members)
    )
    chiefs = (row for row in tables.select(IndicatorChief, person=person.id) if row.indicator != "other")
    return Sight(person.id, overseen, owing, groups, frozenset(row.id for row in chiefs))


def _below(children: dict[str | None, list[str]], tops: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(tops)
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += children.get(here, [])
    return frozenset(found)
