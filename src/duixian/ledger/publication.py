"""Publication 公开: which items the public page shows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from duixian.ledger.errors import LedgerError
from duixian.ledger.journal import Entry
from duixian.ledger.organisations import Person, Role, require
from duixian.ledger.plans import Item, Plan
from duixian.ledger.tables import Row, Tables


@dataclass(frozen=True, slots=True)
class ItemsPublished:
    """These items are shown to the public from now on, or no longer."""

    plan: str
    items: tuple[str, ...]
    public: bool = True


def decide_publication(tables: Tables, person: Person, event: ItemsPublished) -> ItemsPublished:
    plan = tables.need(Plan, event.plan, "年度台账")
    require(tables, person, (Role.SUPERVISOR, Role.LEADER), plan.organisation, "公开事项")
    for id in event.items:
        if tables.need(Item, id, "事项").plan != plan.id:
            raise LedgerError(id, f"不在台账{plan.id}里", "请核对事项")
    return event


def apply_publication(tables: Tables, entry: Entry, event: ItemsPublished) -> tuple[Row, ...]:
    return tuple(
        replace(item, public=event.public, version=item.version + 1)
        for item in (tables.need(Item, id, "事项") for id in dict.fromkeys(event.items))
        if item.public is not event.public
    )
