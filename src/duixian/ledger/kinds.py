"""The kinds of journal entry: for each, its payload, who decides whether it may happen, and what it changes.

``decide`` checks a wish against the present tables and completes it into a fact; ``apply`` turns a fact into rows.
Both are pure. A replay only applies: a change of the rules never changes what has happened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from duixian.ledger import canonical, organisations, plans, progress, rounds, states
from duixian.ledger.errors import LedgerError
from duixian.ledger.journal import Entry, damaged
from duixian.ledger.organisations import Person
from duixian.ledger.tables import Row, Tables

Event = (
    organisations.LedgerOpened
    | organisations.OrganisationAdded
    | organisations.PersonAdded
    | organisations.RolesChanged
    | plans.PlanOpened
    | plans.ItemRegistered
    | plans.ItemRevised
    | states.ItemMoved
    | progress.ProgressReported
    | rounds.RoundOpened
    | rounds.RoundClosed
)


@dataclass(frozen=True, slots=True)
class Kind:
    """name: as the journal writes it. subject: the field or property of the payload that says what it is about."""

    name: str
    event: type[Any]
    subject: str
    decide: Callable[[Tables, Any, Any], Any]
    apply: Callable[[Tables, Entry, Any], tuple[Row, ...]]


_OPENED = Kind(
    "ledger.opened",
    organisations.LedgerOpened,
    "government",
    organisations.decide_opened,
    organisations.apply_opened,
)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        _OPENED,
        Kind(
            "organisation.added",
            organisations.OrganisationAdded,
            "organisation",
            organisations.decide_organisation,
            organisations.apply_organisation,
        ),
        Kind(
            "person.added",
            organisations.PersonAdded,
            "person",
            organisations.decide_person,
            organisations.apply_person,
        ),
        Kind(
            "roles.changed",
            organisations.RolesChanged,
            "person",
            organisations.decide_roles,
            organisations.apply_roles,
        ),
        Kind("plan.opened", plans.PlanOpened, "plan", plans.decide_plan, plans.apply_plan),
        Kind("item.registered", plans.ItemRegistered, "item", plans.decide_item, plans.apply_item),
        Kind("item.revised", plans.ItemRevised, "item", plans.decide_revision, plans.apply_revision),
        Kind("item.moved", states.ItemMoved, "item", states.decide_move, states.apply_move),
        Kind(
            "progress.reported",
            progress.ProgressReported,
            "item",
            progress.decide_progress,
            progress.apply_progress,
        ),
        Kind("round.opened", rounds.RoundOpened, "round", rounds.decide_open, rounds.apply_open),
        Kind("round.closed", rounds.RoundClosed, "round", rounds.decide_close, rounds.apply_close),
    )
}

_BY_EVENT = {kind.event: kind for kind in KINDS.values()}


def decide(tables: Tables, who: str, event: Event) -> tuple[Kind, Event]:
    """The fact that this wish becomes. Raises LedgerError, with nothing changed, when it may not happen."""
    kind = _BY_EVENT[type(event)]
    if kind is _OPENED:
        return kind, kind.decide(tables, who, event)
    return kind, kind.decide(tables, tables.need(Person, who, "人员"), event)


def apply(tables: Tables, entry: Entry) -> tuple[Row, ...]:
    """The rows that an entry adds or replaces. Raises DamagedError when the entry cannot be understood."""
    kind = KINDS.get(entry.kind)
    if kind is None:
        raise damaged(entry.sequence, f"不认识的种类“{entry.kind[:40]}”")
    try:
        return kind.apply(tables, entry, canonical.typed(kind.event, entry.values()))
    except (ValueError, LedgerError) as error:
        raise damaged(entry.sequence, f"内容无法读作“{kind.name}”（{str(error)[:160]}）") from error
