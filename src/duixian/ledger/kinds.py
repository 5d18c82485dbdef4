"""The kinds of journal entry: for each, its payload, who decides whether it may happen, and what it changes.

``decide`` checks a wish against the present tables and completes it into a fact; ``apply`` turns a fact into rows.
Both are pure. A replay only applies: a change of the rules never changes what has happened.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from duixian.ledger import (
    admission,
    canonical,
    closing,
    contacts,
    escalation,
    freezing,
    groups,
    metrics,
    notices,
    orders,
    organisations,
    plans,
    problems,
    progress,
    publication,
    ranking,
    reshaping,
    rounds,
    rulebook,
    slicing,
    standings,
    states,
)
from duixian.ledger.errors import LedgerError
from duixian.ledger.journal import Entry, damaged
from duixian.ledger.organisations import Person
from duixian.ledger.tables import Row, Tables

Event = (
    organisations.LedgerOpened
    | organisations.OrganisationAdded
    | organisations.OrganisationChanged
    | organisations.PersonAdded
    | organisations.PersonChanged
    | organisations.RolesChanged
    | groups.GroupFormed
    | groups.IndicatorEntrusted
    | rulebook.RuleAdopted
    | plans.PlanOpened
    | plans.ItemRegistered
    | plans.ItemRevised
    | reshaping.ItemsMerged
    | reshaping.ItemSplit
    | slicing.MeasureSliced
    | publication.ItemsPublished
    | states.ItemMoved
    | progress.ProgressReported
    | rounds.RoundOpened
    | rounds.RoundClosed
    | metrics.MetricRecorded
    | metrics.Rated
    | metrics.MarkGiven
    | metrics.MarkWithdrawn
    | ranking.RankingPublished
    | closing.ItemCarried
    | closing.PlanClosed
    | contacts.ContactSet
    | orders.OrderIssued
    | orders.OrderMoved
    | problems.ProblemFound
    | problems.ProblemMoved
    | escalation.StepTaken
    | notices.NoticeSent
    | admission.SignInSucceeded
    | admission.SignInFailed
    | admission.AccountChanged
    | admission.LinksRecalled
)


@dataclass(frozen=True, slots=True)
class Kind:
    """name: as the journal writes it. subject: the field or property of the payload that says what it is about.

    unknown: whether it may happen without a person of the ledger who acts; ``decide`` is then given the id as it is.
    """

    name: str
    event: type[Any]
    subject: str
    decide: Callable[[Tables, Any, Any], Any]
    apply: Callable[[Tables, Entry, Any], tuple[Row, ...]]
    unknown: bool = False


_OPENED = Kind(
    "ledger.opened",
    organisations.LedgerOpened,
    "government",
    organisations.decide_opened,
    organisations.apply_opened,
    unknown=True,
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
            "organisation.changed",
            organisations.OrganisationChanged,
            "organisation",
            organisations.decide_change,
            organisations.apply_change,
        ),
        Kind(
            "person.added",
            organisations.PersonAdded,
            "person",
            organisations.decide_person,
            organisations.apply_person,
        ),
        Kind(
            "person.changed",
            organisations.PersonChanged,
            "person",
            organisations.decide_person_change,
            organisations.apply_person_change,
        ),
        Kind(
            "roles.changed",
            organisations.RolesChanged,
            "person",
            organisations.decide_roles,
            organisations.apply_roles,
        ),
        Kind("group.formed", groups.GroupFormed, "organisation", groups.decide_group, groups.apply_group),
        Kind(
            "indicator.entrusted",
            groups.IndicatorEntrusted,
            "indicator",
            groups.decide_entrusting,
            groups.apply_entrusting,
        ),
        Kind("rule.adopted", rulebook.RuleAdopted, "rule", rulebook.decide_adoption, rulebook.apply_adoption),
        Kind("plan.opened", plans.PlanOpened, "plan", plans.decide_plan, plans.apply_plan),
        Kind("item.registered", plans.ItemRegistered, "item", plans.decide_item, plans.apply_item),
        Kind("item.revised", plans.ItemRevised, "item", plans.decide_revision, plans.apply_revision),
        Kind("items.merged", reshaping.ItemsMerged, "item", reshaping.decide_merge, reshaping.apply_merge),
        Kind("item.split", reshaping.ItemSplit, "item", reshaping.decide_split, reshaping.apply_split),
        Kind("measure.sliced", slicing.MeasureSliced, "item", slicing.decide_slicing, slicing.apply_slicing),
        Kind(
            "items.published",
            publication.ItemsPublished,
            "plan",
            publication.decide_publication,
            publication.apply_publication,
        ),
        Kind("item.moved", states.ItemMoved, "item", states.decide_move, states.apply_move),
        Kind(
            "progress.reported",
            progress.ProgressReported,
            "item",
            progress.decide_progress,
            progress.apply_progress,
        ),
        Kind("round.opened", rounds.RoundOpened, "round", rounds.decide_open, rounds.apply_open),
        Kind("round.closed", rounds.RoundClosed, "round", freezing.decide_close, standings.apply_close),
        Kind("metric.recorded", metrics.MetricRecorded, "organisation", metrics.decide_metric, metrics.apply_metric),
        Kind("satisfaction.rated", metrics.Rated, "target", metrics.decide_rating, metrics.apply_rating),
        Kind("mark.given", metrics.MarkGiven, "organisation", metrics.decide_mark, metrics.apply_mark),
        Kind("mark.withdrawn", metrics.MarkWithdrawn, "mark", metrics.decide_withdrawal, metrics.apply_withdrawal),
        Kind(
            "ranking.published",
            ranking.RankingPublished,
            "plan",
            ranking.decide_publication,
            ranking.apply_publication,
        ),
        Kind("item.carried", closing.ItemCarried, "item", closing.decide_carry, closing.apply_carry),
        Kind("plan.closed", closing.PlanClosed, "plan", closing.decide_closure, closing.apply_closure),
        Kind("contact.set", contacts.ContactSet, "person", contacts.decide_contact, contacts.apply_contact),
        Kind("order.issued", orders.OrderIssued, "order", orders.decide_order, orders.apply_order),
        Kind("order.moved", orders.OrderMoved, "order", orders.decide_order_move, orders.apply_order_move),
        Kind("problem.found", problems.ProblemFound, "problem", problems.decide_problem, problems.apply_problem),
        Kind(
            "problem.moved",
            problems.ProblemMoved,
            "problem",
            problems.decide_problem_move,
            problems.apply_problem_move,
        ),
        Kind("step.taken", escalation.StepTaken, "target", escalation.decide_step, escalation.apply_step),
        Kind("notice.sent", notices.NoticeSent, "key", notices.decide_sent, notices.apply_sent),
        Kind(
            "signin.succeeded",
            admission.SignInSucceeded,
            "person",
            admission.decide_success,
            admission.apply_nothing,
            unknown=True,
        ),
        Kind(
            "signin.failed",
            admission.SignInFailed,
            "person",
            admission.decide_failure,
            admission.apply_nothing,
            unknown=True,
        ),
        Kind("account.changed", admission.AccountChanged, "person", admission.decide_account, admission.apply_nothing),
        Kind("links.recalled", admission.LinksRecalled, "person", admission.decide_recall, admission.apply_recall),
    )
}

_BY_EVENT = {kind.event: kind for kind in KINDS.values()}


@cache
def labels() -> Mapping[str, str]:
    """What each kind of entry is called in Chinese."""
    return tomllib.loads(resources.files(__package__).joinpath("data/kinds.toml").read_text("utf-8"))


def decide(tables: Tables, who: str, event: Event) -> tuple[Kind, Event]:
    """The fact that this wish becomes. Raises LedgerError, with nothing changed, when it may not happen."""
    kind = _BY_EVENT[type(event)]
    if kind.unknown:
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
