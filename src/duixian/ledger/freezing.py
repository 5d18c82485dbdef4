"""The end of a round: each item's picture and its light, as they are at that moment, kept for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from duixian.ledger.errors import NotAllowedError
from duixian.ledger.journal import Entry
from duixian.ledger.lights import lights
from duixian.ledger.organisations import Person, Role, require
from duixian.ledger.plans import Item, Plan
from duixian.ledger.rounds import Due, Frozen, ItemLight, Round, RoundClosed, digest
from duixian.ledger.tables import Row, Tables


def decide_close(tables: Tables, person: Person, event: RoundClosed) -> RoundClosed:
    round = tables.need(Round, event.round, "调度期")
    plan = tables.need(Plan, round.plan, "年度台账")
    require(tables, person, (Role.SUPERVISOR,), plan.organisation, "关闭调度期")
    if round.state != "open":
        raise NotAllowedError(round.id, "这个调度期已经关闭", "快照不能改动；如需更正，请在下一调度期填报")
    # The day after reports were due: whoever closes late does not make the work look later than it is.
    day = date.fromisoformat(round.due) + timedelta(days=1)
    owed = {due.item for due in tables.select(Due, round=round.id)}
    # Every report counts that came before the closing, late ones too.
    found = (one for one in lights(tables, plan.id, day, date.max) if one.item in owed)
    event = replace(event, day=day.isoformat(), lights=tuple(ItemLight(one.item, str(one.colour)) for one in found))
    return replace(event, digest=digest(_freeze(tables, event)))


def apply_close(tables: Tables, entry: Entry, event: RoundClosed) -> tuple[Row, ...]:
    round = tables.need(Round, event.round, "调度期")
    return (replace(round, state="closed", digest=event.digest, closed=entry.sequence), *_freeze(tables, event))


def _freeze(tables: Tables, event: RoundClosed) -> list[Due]:
    plan = tables.need(Round, event.round, "调度期").plan
    items = {item.id: item for item in tables.select(Item, plan=plan)}
    colours = {one.item: one.colour for one in event.lights}
    frozen = []
    for due in tables.select(Due, round=event.round):
        item = items[due.item]
        colour = colours.get(item.id)
        picture = Frozen(item.state, item.lead, item.deadline, item.progress, item.version, colour)
        frozen.append(replace(due, frozen=picture))
    return frozen
