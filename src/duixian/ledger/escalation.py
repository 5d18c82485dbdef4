"""Escalation 升级督办: what the ladders say is to be done now, and that it was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from duixian.ledger.conditions import cases
from duixian.ledger.duty import authority
from duixian.ledger.errors import LedgerError, NotAllowedError, UnknownNameError
from duixian.ledger.journal import Entry, day
from duixian.ledger.ladders import ladders
from duixian.ledger.orders import Order, OrderIssued, level_of
from duixian.ledger.organisations import Organisation, Person, Role, known
from duixian.ledger.plans import Item, Plan
from duixian.ledger.tables import Row, Tables
from duixian.ledger.templates import filled


@dataclass(frozen=True, slots=True)
class Escalation:
    """One thing to be done now.

    key: the same on every day until the next rung. step, label: what, by name and in Chinese. act: as in a step.
    note: whether what was said must be written down. organisation: id of who is behind. about, target: with what.
    reason: why, in a sentence. subject, demand, level: of the order, when it is one.
    """

    key: str
    ladder: str
    step: str
    label: str
    act: str
    note: bool
    tells: tuple[str, ...]
    organisation: str
    about: str
    target: str
    items: tuple[str, ...]
    reason: str
    subject: str
    demand: str
    level: str


@dataclass(frozen=True, slots=True)
class TakenStep:
    """A step that was taken. id: key of the escalation. day: ISO. tells: kinds of recipient, by that day's rules."""

    id: str
    step: str
    label: str
    about: str
    target: str
    organisation: str
    reason: str
    note: str | None
    tells: tuple[str, ...]
    who: str
    day: str


@dataclass(frozen=True, slots=True)
class StepTaken:
    """提醒, 约谈, 报告领导 and the like were done. note: what was said or agreed."""

    key: str
    step: str
    label: str
    about: str
    target: str
    organisation: str
    reason: str
    note: str | None = None
    tells: tuple[str, ...] = ()


def escalations(tables: Tables, day: date) -> list[Escalation]:
    """What is to be done at the end of this day and was not done yet, by ladder."""
    rules = ladders(tables)
    taken = {step.id for step in tables.select(TakenStep)}
    taken |= {order.cause for order in tables.select(Order) if order.cause is not None}
    plans = {plan.id for plan in tables.select(Plan, state="open")}
    found: list[Escalation] = []
    for ladder in rules.ladders:
        for case in cases(tables, day, rules, ladder.when):
            rung = ladder.reached(case.count)
            key = f"{ladder.name}:{case.target}:{case.run}:{rung.at}" if rung is not None else ""
            if rung is None or key in taken:
                continue
            organisation = tables.get(Organisation, case.organisation)
            words: dict[str, object] = {
                "what": case.what,
                "organisation": organisation.name if organisation else case.organisation,
                "count": case.count,
                "since": case.since,
            }
            reason = filled(ladder.reason, words)
            words["reason"] = reason
            found.append(
                Escalation(
                    key=key,
                    ladder=ladder.name,
                    step=rung.step.name,
                    label=rung.step.label,
                    act=rung.step.act,
                    note=rung.step.note,
                    tells=rung.step.tells,
                    organisation=case.organisation,
                    about=case.about,
                    target=case.target,
                    items=_open_items(tables, plans, case.items),
                    reason=reason,
                    subject=filled(rung.subject, words),
                    demand=filled(rung.demand, words),
                    level=rung.level,
                )
            )
    return found


def escalation(tables: Tables, day: date, key: str) -> Escalation:
    """The one with this key. Raises UnknownNameError with the nearest when it is not, or no longer, to be done."""
    found = {one.key: one for one in escalations(tables, day)}
    if key not in found:
        raise UnknownNameError(key, "督办步骤", found)
    return found[key]


def execution(tables: Tables, one: Escalation, day: date, note: str | None = None) -> OrderIssued | StepTaken:
    """The event that records that this is done: an order, or a step taken. Raises LedgerError."""
    if one.act == "order":
        reply_by = day + timedelta(days=level_of(tables, one.level).days)
        return OrderIssued(
            one.organisation, one.subject, one.demand, reply_by.isoformat(), one.level, one.items, cause=one.key
        )
    if one.note and not (note or "").strip():
        raise LedgerError(one.key, f"{one.label}没有写明情况", "请写一句话：谈了什么，有什么要求")
    return StepTaken(one.key, one.step, one.label, one.about, one.target, one.organisation, one.reason, note, one.tells)


def decide_step(tables: Tables, person: Person, event: StepTaken) -> StepTaken:
    organisation = known(tables, event.organisation)
    authority(tables, person, (Role.SUPERVISOR,), organisation.id, event.label)
    if tables.get(TakenStep, event.key):
        raise NotAllowedError(event.key, "这一步已经办过", "请查看已办的步骤")
    return event


def apply_step(tables: Tables, entry: Entry, event: StepTaken) -> tuple[Row, ...]:
    return (
        TakenStep(
            id=event.key,
            step=event.step,
            label=event.label,
            about=event.about,
            target=event.target,
            organisation=event.organisation,
            reason=event.reason,
            note=event.note,
            tells=event.tells,
            who=entry.who,
            day=day(entry.time),
        ),
    )


def _open_items(tables: Tables, plans: set[str], items: tuple[str, ...]) -> tuple[str, ...]:
    """Those of these open plans: an order about a closed book could not be issued."""
    rows = (tables.get(Item, id) for id in items)
    return tuple(item.id for item in rows if item is not None and item.plan in plans)
