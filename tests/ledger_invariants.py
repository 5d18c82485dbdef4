"""What must hold in every ledger after every step, whatever people did in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from duixian.ledger.escalation import TakenStep
from duixian.ledger.journal import Entry
from duixian.ledger.metrics import Mark
from duixian.ledger.orders import Order, OrderState
from duixian.ledger.organisations import Group, IndicatorChief, Organisation, Person, Role
from duixian.ledger.plans import SETTLED, Item, Plan, State
from duixian.ledger.problems import Problem, ProblemState
from duixian.ledger.progress import Progress
from duixian.ledger.ranking import Published
from duixian.ledger.rounds import Due, Round, digest
from duixian.ledger.rulebook import Ruling
from duixian.ledger.schema import DERIVED
from duixian.ledger.standings import Standing
from duixian.ledger.tables import Row, Tables

R = TypeVar("R", bound=Row)

# Written out here once more, so that a slip in the tables of actions shows.
REVIEWS = {
    "item.moved": {"close", "return", "reopen", "grant_extension", "refuse_extension", "suspend", "terminate"},
    "order.moved": {"accept", "return", "withdraw"},
    "problem.moved": {"pass", "fail", "void"},
}
WORKS = {
    "item.moved": {"accept", "start", "submit", "withdraw", "ask_extension"},
    "order.moved": {"sign", "reply"},
    "problem.moved": {"measure", "done"},
}
MATTERS: dict[str, type[Any]] = {
    "item.moved": Item,
    "progress.reported": Item,
    "order.moved": Order,
    "problem.moved": Problem,
}
PASSED_ON = {State.MERGED, State.SPLIT, State.CARRIED}
FINAL = (Progress, Standing, Published, TakenStep, Ruling)
"""Kinds of row that are written once."""


class Picture:
    """All rows of a ledger at one moment, by kind and id."""

    def __init__(self, tables: Tables) -> None:
        self.rows: dict[type[Row], dict[str, Any]] = {
            kind: {row.id: row for row in tables.select(kind)} for kind in DERIVED
        }

    def of(self, kind: type[R]) -> Mapping[str, R]:
        """The rows of one kind."""
        return self.rows[kind]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Picture) and self.rows == other.rows

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class _Step:
    """What one batch changed, and the entries that say so."""

    before: Picture
    after: Picture
    entries: Sequence[Entry]

    def changed(self, kind: type[R]) -> Iterator[tuple[R, R]]:
        """The rows that were there before and are others now; ``is`` because most were not touched at all."""
        after = self.after.of(kind)
        for id, row in self.before.of(kind).items():
            now = after.get(id)
            if now is not None and now is not row and now != row:
                yield row, now

    def fresh(self, kind: type[R]) -> Iterator[R]:
        """The rows that were not there before."""
        before = self.before.of(kind)
        return (row for id, row in self.after.of(kind).items() if id not in before)

    def actions(self, kind: str, names: set[str]) -> Iterator[tuple[Entry, dict[str, Any]]]:
        """The entries of a kind that took one of these actions."""
        for entry in self.entries:
            if entry.kind == kind and (values := entry.values()).get("action") in names:
                yield entry, values


def breaches(before: Picture, after: Picture, entries: Sequence[Entry]) -> list[str]:
    """What a batch broke, in words; empty when all holds. before, after: the whole ledger on both sides of it."""
    step = _Step(before, after, entries)
    rules = (_nothing_vanishes, _written_once, _items, _heirs, _deadlines, _reviews, _hands, _dues, _rounds, _matters)
    return [words for rule in rules for words in rule(step)]


def _nothing_vanishes(step: _Step) -> Iterator[str]:
    for kind, rows in step.before.rows.items():
        for id in rows.keys() - step.after.rows[kind].keys():
            yield f"{kind.__name__} {id} vanished"


def _written_once(step: _Step) -> Iterator[str]:
    for kind in FINAL:
        for row, _ in step.changed(kind):
            yield f"{kind.__name__} {row.id} changed after it was written"
    for mark, now in step.changed(Mark):
        if mark.withdrawn is not None or replace(now, withdrawn=None) != mark:
            yield f"mark {mark.id} changed in more than its withdrawal"


def _items(step: _Step) -> Iterator[str]:
    """Every item is open with an owner, waits for one, or is settled for good."""
    organisations, plans = step.after.of(Organisation), step.after.of(Plan)
    reopened = {values["item"] for _, values in step.actions("item.moved", {"reopen"})}
    for item in step.after.of(Item).values():
        if item.state is State.REGISTERED:
            if item.lead is not None or item.assigned is not None:
                yield f"{item.id} is only registered and has an owner"
        elif item.state not in SETTLED and (item.lead not in organisations or item.assigned is None):
            yield f"{item.id} is {item.state} without an owner"
        if (item.state is State.SUSPENDED) is not (item.held is not None):
            yield f"{item.id} is {item.state} and returns to {item.held}"
        if (item.closed is not None) is not (item.state is State.CLOSED):
            yield f"{item.id} is {item.state} and closed on {item.closed}"
        if item.state in (State.SUBMITTED, State.CLOSED) and item.submitted is None:
            yield f"{item.id} is {item.state} and was never submitted"
        if plans[item.plan].state == "closed" and item.state not in SETTLED:
            yield f"{item.id} is {item.state} in a plan that is closed"
    for item, now in step.changed(Item):
        if now.version <= item.version:
            yield f"{item.id} changed and its version did not grow"
        if (now.plan, now.number, now.sources) != (item.plan, item.number, item.sources):
            yield f"{item.id} became another item"
        if now.evidence != item.evidence or now.records != item.records:
            yield f"{item.id} lost the words that made it"
        if item.state in SETTLED - {State.CLOSED} or plans[item.plan].state == "closed":
            yield f"{item.id} changed after it was {item.state} in a plan that is {plans[item.plan].state}"
        if item.state is State.CLOSED and now.state is not State.CLOSED and item.id not in reopened:
            yield f"{item.id} is no longer closed and nobody reopened it"


def _heirs(step: _Step) -> Iterator[str]:
    """What took an item's place has all its words, its measures and the names of those who worked on it."""
    items = step.after.of(Item)
    for item in items.values():
        if (item.state in PASSED_ON) is not bool(item.became):
            yield f"{item.id} is {item.state} and became {item.became}"
        heirs = [items[id] for id in item.became if id in items]
        if len(heirs) < len(item.became):
            yield f"{item.id} became items that are not there"
        for heir in heirs:
            if item.id not in heir.sources:
                yield f"{heir.id} does not know that it was {item.id}"
            if not set(item.evidence) <= set(heir.evidence) or not set(item.records) <= set(heir.records):
                yield f"{heir.id} lacks words of {item.id}"
            if not set(item.hands) <= set(heir.hands):
                yield f"{heir.id} forgot who worked on {item.id}"
        goals = Counter((one.op, one.value, one.unit) for one in item.measures)
        if heirs and goals - Counter((one.op, one.value, one.unit) for heir in heirs for one in heir.measures):
            yield f"a measure of {item.id} was lost"


def _deadlines(step: _Step) -> Iterator[str]:
    """A deadline that somebody was asked to keep moves only to the day that was asked for, when it is granted."""
    granted = {values["item"] for _, values in step.actions("item.moved", {"grant_extension"})}
    for item, now in step.changed(Item):
        free = item.state is State.REGISTERED
        if now.first_deadline != item.first_deadline and not free:
            yield f"the first deadline of {item.id} moved"
        if now.deadline != item.deadline and not free:
            if item.id not in granted or now.deadline != item.extension_asked:
                yield f"the deadline of {item.id} moved to {now.deadline} without a grant"
            if now.deadline <= item.deadline:
                yield f"the deadline of {item.id} moved back"


def _reviews(step: _Step) -> Iterator[str]:
    """Closed after it was submitted; judged by someone who neither worked on it nor owes it."""
    for kind, names in REVIEWS.items():
        for entry, values in step.actions(kind, names):
            id = entry.subject
            matter = step.before.of(MATTERS[kind])[id]
            if values["action"] == "close" and matter.state is not State.SUBMITTED:
                yield f"{id} was closed when it was {matter.state}"
            if entry.who in matter.hands:
                yield f"{entry.who} judged {id} and had worked on it"
            if _owes(step.before, step.before.of(Person)[entry.who], matter):
                yield f"{entry.who} judged {id} and owes it"
    closed = {values["item"] for _, values in step.actions("item.moved", {"close"})}
    for item, now in step.changed(Item):
        if now.state is State.CLOSED and item.state is not State.CLOSED and now.id not in closed:
            yield f"{now.id} was closed by nobody"
    for item in step.fresh(Item):
        if item.state is State.CLOSED:
            yield f"{item.id} was closed before it began"


def _owes(picture: Picture, person: Person, matter: Any) -> bool:
    """Whether the person works for the organisations that owe a matter, leads their group or one of its indicators."""
    items = [matter] if isinstance(matter, Item) else [picture.of(Item)[id] for id in matter.items]
    owing = set() if isinstance(matter, Item) else {matter.organisation}
    for item in items:
        owing |= {item.lead, *item.supporting}
        government = picture.of(Plan)[item.plan].organisation
        for measure in item.measures:
            chief = picture.of(IndicatorChief).get(f"{government}:{measure.indicator}")
            if chief is not None and chief.person == person.id:
                return True
    groups = [group for id in owing if (group := picture.of(Group).get(id or "")) is not None]
    owing |= {member for group in groups for member in group.members}
    held = {grant.organisation for grant in person.grants if grant.role in (Role.OWNER, Role.CONTRIBUTOR)}
    return bool(held & owing) or any(group.chief == person.id for group in groups)


def _hands(step: _Step) -> Iterator[str]:
    """Hands only grow, and whoever worked on something is one of them."""
    kinds: tuple[type[Any], ...] = (Item, Order, Problem)
    for kind in kinds:
        for row, now in step.changed(kind):
            if now.hands[: len(row.hands)] != row.hands:
                yield f"{row.id} forgot who worked on it"
    for entry in step.entries:
        works = entry.kind == "progress.reported" or (
            entry.kind in WORKS and entry.values()["action"] in WORKS[entry.kind]
        )
        if works and entry.who not in step.after.of(MATTERS[entry.kind])[entry.subject].hands:
            yield f"{entry.who} worked on {entry.subject} and is not among its hands"


def _dues(step: _Step) -> Iterator[str]:
    items, rounds, before = step.after.of(Item), step.after.of(Round), step.before.of(Round)
    for due in step.fresh(Due):
        item, round = items.get(due.item), rounds.get(due.round)
        if item is None or round is None or item.plan != round.plan:
            yield f"{due.id} belongs to no item of its plan"
        if due.organisation not in step.after.of(Organisation):
            yield f"{due.id} belongs to no organisation"
        if before.get(due.round) is not None:
            yield f"{due.id} was added to a round that had begun"
    for due, now in step.changed(Due):
        if (now.round, now.item, now.organisation) != (due.round, due.item, due.organisation):
            yield f"{due.id} was moved to another"
        if before[due.round].state == "closed":
            yield f"{due.id} changed after its round had closed"
        if due.report is not None and (now.report is None or now.late is not due.late):
            yield f"{due.id} forgot its first report"


def _rounds(step: _Step) -> Iterator[str]:
    for round, now in step.changed(Round):
        if round.state == "closed":
            yield f"round {round.id} changed after it had closed"
        elif now.state == "closed":
            dues = [due for due in step.after.of(Due).values() if due.round == now.id]
            if now.digest != digest(dues) or any(due.frozen is None for due in dues):
                yield f"round {round.id} closed with a digest that is not its picture's"
        if (now.plan, now.period, now.due) != (round.plan, round.period, round.due):
            yield f"round {round.id} became another"


def _matters(step: _Step) -> Iterator[str]:
    """Orders and problems keep who is asked, since when, and how often they failed; what is settled rests."""
    for order, now in step.changed(Order):
        if order.state in (OrderState.ACCEPTED, OrderState.WITHDRAWN):
            yield f"order {order.id} changed after it was {order.state}"
        kept = ("organisation", "authority", "items", "subject", "demand", "issuer", "issued", "cause")
        if any(getattr(now, name) != getattr(order, name) for name in kept) or now.replies < order.replies:
            yield f"order {order.id} became another"
        if now.state is OrderState.ACCEPTED and not (now.reply and order.state is OrderState.REPLIED):
            yield f"order {order.id} was accepted without a reply"
    for problem, after in step.changed(Problem):
        failed = problem.state is ProblemState.CLOSED and after.state is ProblemState.REOPENED
        if problem.state is ProblemState.VOID or (problem.state is ProblemState.CLOSED and not failed):
            yield f"problem {problem.id} changed after it was {problem.state}"
        fixed = ("finding", "source", "finder", "recorder", "organisation", "item", "report", "evidence", "found")
        reopened = after.failures - problem.failures
        if any(getattr(after, name) != getattr(problem, name) for name in fixed) or reopened not in (0, 1):
            yield f"problem {problem.id} became another"
        if after.state is ProblemState.CLOSED and problem.state is not ProblemState.DONE:
            yield f"problem {problem.id} was closed without a check"
        if (after.state is ProblemState.REOPENED) is not bool(reopened):
            yield f"problem {problem.id} was reopened without a failed check"
