"""The tables of a ledger's database that are derived from the journal: one for each kind of row.

The columns of a derived table are the fields of its dataclass; nested values are JSON. A test holds them together.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from duixian.ledger.admission import LinkRecall
from duixian.ledger.base_schema import JSON_COLUMN, Base
from duixian.ledger.contacts import Contact
from duixian.ledger.escalation import TakenStep
from duixian.ledger.metrics import Mark, MetricValue, Rating
from duixian.ledger.notices import Dispatch
from duixian.ledger.orders import Order
from duixian.ledger.organisations import Group, IndicatorChief, Organisation, Person
from duixian.ledger.plans import Item, Plan
from duixian.ledger.problems import Problem
from duixian.ledger.progress import Progress
from duixian.ledger.ranking import Published
from duixian.ledger.rounds import Due, Round
from duixian.ledger.rulebook import Rule, Ruling
from duixian.ledger.slicing import Slicing
from duixian.ledger.standings import Standing
from duixian.ledger.tables import Row


class OrganisationRow(Base):
    __tablename__ = "organisations"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    parent: Mapped[str | None]
    short: Mapped[str | None]


class PersonRow(Base):
    __tablename__ = "people"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    organisation: Mapped[str]
    grants: Mapped[Any] = mapped_column(JSON_COLUMN)


class GroupRow(Base):
    __tablename__ = "groups"
    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    chief: Mapped[str | None]
    members: Mapped[Any] = mapped_column(JSON_COLUMN)


class IndicatorChiefRow(Base):
    __tablename__ = "indicator_chiefs"
    id: Mapped[str] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    indicator: Mapped[str]
    person: Mapped[str | None]


class LinkRecallRow(Base):
    __tablename__ = "link_recalls"
    id: Mapped[str] = mapped_column(primary_key=True)
    time: Mapped[str] = mapped_column(String(40))


class RuleRow(Base):
    __tablename__ = "rules"
    id: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    adopted: Mapped[int] = mapped_column(BigInteger)


class RulingRow(Base):
    __tablename__ = "rulings"
    id: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(index=True)
    text: Mapped[str]
    adopted: Mapped[int] = mapped_column(BigInteger)


class PlanRow(Base):
    __tablename__ = "plans"
    id: Mapped[str] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    region: Mapped[str | None]
    year: Mapped[int]
    title: Mapped[str]
    document: Mapped[str | None]
    level: Mapped[str | None]
    state: Mapped[str]
    follows: Mapped[str | None]


class ItemRow(Base):
    __tablename__ = "items"
    id: Mapped[str] = mapped_column(primary_key=True)
    plan: Mapped[str] = mapped_column(index=True)
    number: Mapped[str]
    text: Mapped[str]
    kind: Mapped[str]
    section: Mapped[str]
    evidence: Mapped[Any] = mapped_column(JSON_COLUMN)
    records: Mapped[Any] = mapped_column(JSON_COLUMN)
    measures: Mapped[Any] = mapped_column(JSON_COLUMN)
    milestones: Mapped[Any] = mapped_column(JSON_COLUMN)
    first_deadline: Mapped[str]
    deadline: Mapped[str]
    suggestion: Mapped[Any | None] = mapped_column(JSON_COLUMN, nullable=True)
    lead: Mapped[str | None] = mapped_column(index=True)
    supporting: Mapped[Any] = mapped_column(JSON_COLUMN)
    leader: Mapped[str | None]
    state: Mapped[str] = mapped_column(index=True)
    held: Mapped[str | None]
    extension_asked: Mapped[str | None]
    hands: Mapped[Any] = mapped_column(JSON_COLUMN)
    assigned: Mapped[str | None]
    submitted: Mapped[str | None]
    closed: Mapped[str | None]
    progress: Mapped[str | None]
    sources: Mapped[Any] = mapped_column(JSON_COLUMN)
    became: Mapped[Any] = mapped_column(JSON_COLUMN)
    public: Mapped[bool]
    version: Mapped[int]


class SlicingRow(Base):
    __tablename__ = "slicings"
    id: Mapped[str] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(index=True)
    measure: Mapped[str]
    along: Mapped[str]
    manner: Mapped[str]
    slices: Mapped[Any] = mapped_column(JSON_COLUMN)
    reason: Mapped[str | None]


class ProgressRow(Base):
    __tablename__ = "progress"
    id: Mapped[str] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(index=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    who: Mapped[str]
    time: Mapped[str] = mapped_column(String(40))
    readings: Mapped[Any] = mapped_column(JSON_COLUMN)
    percent: Mapped[float | None]
    milestone: Mapped[str | None]
    sentence: Mapped[str]
    problems: Mapped[str | None]
    help: Mapped[str | None]
    attachments: Mapped[Any] = mapped_column(JSON_COLUMN)


class RoundRow(Base):
    __tablename__ = "rounds"
    id: Mapped[str] = mapped_column(primary_key=True)
    plan: Mapped[str] = mapped_column(index=True)
    rhythm: Mapped[str]
    period: Mapped[str]
    due: Mapped[str]
    state: Mapped[str]
    digest: Mapped[str | None] = mapped_column(String(64))
    closed: Mapped[int | None] = mapped_column(BigInteger)


class DueRow(Base):
    __tablename__ = "dues"
    id: Mapped[str] = mapped_column(primary_key=True)
    round: Mapped[str] = mapped_column(index=True)
    item: Mapped[str]
    organisation: Mapped[str] = mapped_column(index=True)
    report: Mapped[str | None]
    late: Mapped[bool]
    frozen: Mapped[Any | None] = mapped_column(JSON_COLUMN, nullable=True)


class StandingRow(Base):
    __tablename__ = "standings"
    id: Mapped[str] = mapped_column(primary_key=True)
    round: Mapped[str] = mapped_column(index=True)
    item: Mapped[str]
    organisation: Mapped[str | None]
    kind: Mapped[str]
    state: Mapped[str]
    deadline: Mapped[str]
    first_deadline: Mapped[str]
    submitted: Mapped[str | None]
    closed: Mapped[str | None]
    light: Mapped[str | None]
    owed_by: Mapped[str | None]
    reported: Mapped[bool]
    late: Mapped[bool]


class MetricValueRow(Base):
    __tablename__ = "metric_values"
    id: Mapped[str] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    metric: Mapped[str] = mapped_column(index=True)
    period: Mapped[str] = mapped_column(index=True)
    value: Mapped[float]
    unit: Mapped[str]
    source: Mapped[str]
    evidence: Mapped[Any | None] = mapped_column(JSON_COLUMN, nullable=True)
    recorded: Mapped[int] = mapped_column(BigInteger)


class RatingRow(Base):
    __tablename__ = "ratings"
    id: Mapped[str] = mapped_column(primary_key=True)
    round: Mapped[str] = mapped_column(index=True)
    organisation: Mapped[str]
    counts_for: Mapped[str]
    item: Mapped[str | None]
    score: Mapped[float]
    by: Mapped[str]
    sentence: Mapped[str]


class MarkRow(Base):
    __tablename__ = "marks"
    id: Mapped[str] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    date: Mapped[str]
    points: Mapped[float]
    reason: Mapped[str]
    withdrawn: Mapped[str | None]


class PublishedRow(Base):
    __tablename__ = "published_rankings"
    id: Mapped[str] = mapped_column(primary_key=True)
    plan: Mapped[str] = mapped_column(index=True)
    by: Mapped[str]
    period: Mapped[str | None]
    day: Mapped[str | None]
    who: Mapped[str]
    time: Mapped[str] = mapped_column(String(40))
    note: Mapped[str]
    boards: Mapped[Any] = mapped_column(JSON_COLUMN)


class ContactRow(Base):
    __tablename__ = "contacts"
    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str | None]
    phone: Mapped[str | None]


class OrderRow(Base):
    __tablename__ = "orders"
    id: Mapped[str] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(index=True)
    authority: Mapped[str]
    items: Mapped[Any] = mapped_column(JSON_COLUMN)
    subject: Mapped[str]
    demand: Mapped[str]
    level: Mapped[str]
    issuer: Mapped[str]
    issued: Mapped[str]
    reply_by: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    signer: Mapped[str | None]
    reply: Mapped[str | None]
    replies: Mapped[int]
    replied: Mapped[str | None]
    opinion: Mapped[str | None]
    settled: Mapped[str | None]
    hands: Mapped[Any] = mapped_column(JSON_COLUMN)
    cause: Mapped[str | None]
    changed: Mapped[str]


class ProblemRow(Base):
    __tablename__ = "problems"
    id: Mapped[str] = mapped_column(primary_key=True)
    finding: Mapped[str]
    source: Mapped[str]
    finder: Mapped[str]
    recorder: Mapped[str]
    organisation: Mapped[str] = mapped_column(index=True)
    authority: Mapped[str]
    item: Mapped[str | None]
    report: Mapped[str | None]
    evidence: Mapped[Any | None] = mapped_column(JSON_COLUMN, nullable=True)
    due: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    found: Mapped[str]
    measure: Mapped[str | None]
    result: Mapped[str | None]
    finished: Mapped[str | None]
    opinion: Mapped[str | None]
    failures: Mapped[int]
    settled: Mapped[str | None]
    hands: Mapped[Any] = mapped_column(JSON_COLUMN)
    changed: Mapped[str]


class StepRow(Base):
    __tablename__ = "steps"
    id: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[str]
    label: Mapped[str]
    about: Mapped[str]
    target: Mapped[str]
    organisation: Mapped[str]
    reason: Mapped[str]
    note: Mapped[str | None]
    tells: Mapped[Any] = mapped_column(JSON_COLUMN)
    who: Mapped[str]
    day: Mapped[str]


class DispatchRow(Base):
    __tablename__ = "dispatches"
    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    channel: Mapped[str]
    people: Mapped[Any] = mapped_column(JSON_COLUMN)
    last: Mapped[str]


DERIVED: dict[type[Row], type[Base]] = {
    Organisation: OrganisationRow,
    Person: PersonRow,
    Group: GroupRow,
    IndicatorChief: IndicatorChiefRow,
    LinkRecall: LinkRecallRow,
    Rule: RuleRow,
    Ruling: RulingRow,
    Plan: PlanRow,
    Item: ItemRow,
    Slicing: SlicingRow,
    Progress: ProgressRow,
    Round: RoundRow,
    Due: DueRow,
    Standing: StandingRow,
    MetricValue: MetricValueRow,
    Rating: RatingRow,
    Mark: MarkRow,
    Published: PublishedRow,
    Contact: ContactRow,
    Order: OrderRow,
    Problem: ProblemRow,
    TakenStep: StepRow,
    Dispatch: DispatchRow,
}
"""Which table keeps which kind of row, in the order in which they are verified."""
