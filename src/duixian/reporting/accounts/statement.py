"""The statement 单位对账单 of one organisation: what it owes, in which words, how far it is, what is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from duixian.ledger.errors import UnknownNameError
from duixian.ledger.organisations import Organisation, below
from duixian.ledger.rounds import Due, Round
from duixian.ledger.tables import Tables
from duixian.reporting.accounts.lines import Account, ItemLine, MeasureLine, ReportLine
from duixian.reporting.accounts.sources import Demand, Stand


@dataclass(frozen=True, slots=True)
class RoundLine:
    """What the organisation owed in a round and what came."""

    round: str
    period: str
    due: str
    state: str
    owed: int
    reported: int
    late: int
    missing: int


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything that a statement says. led, supported: items that the organisation, or one below it, owes or helps.

    proof: hash of the ledger's last entry.
    """

    output: ClassVar[str] = "statement"
    government: str
    organisation: str
    organisation_name: str
    plan: str
    plan_title: str
    year: int
    day: str
    proof: str
    items: int
    settled: int
    unsettled: int
    overdue: int
    red: int
    yellow: int
    green: int
    owed: int
    reported: int
    late: int
    led: tuple[ItemLine, ...]
    supported: tuple[ItemLine, ...]
    measures: tuple[MeasureLine, ...]
    rounds: tuple[RoundLine, ...]
    reports: tuple[ReportLine, ...]
    demands: tuple[Demand, ...]


def statement(stand: Stand, plan: str, organisation: str) -> Statement:
    """The statement of an organisation, by id or name, with all that stands below it. Raises UnknownNameError."""
    return _statement(Account(stand, plan), named(stand.tables, organisation))


def statements(stand: Stand, plan: str) -> list[Statement]:
    """The statements of all organisations just below the government that owe or help with anything."""
    account = Account(stand, plan)
    homes = {item.home for item in account.items if item.home}
    homes |= {account.home(id) for item in account.items for id in item.supporting}
    return [_statement(account, stand.tables.need(Organisation, id, "单位")) for id in sorted(homes)]


def named(tables: Tables, organisation: str) -> Organisation:
    """The organisation of this id or name. Raises UnknownNameError with the nearest."""
    rows = tables.select(Organisation)
    found = [row for row in rows if organisation in (row.id, row.name)]
    if not found:
        raise UnknownNameError(organisation, "单位", [name for row in rows for name in (row.id, row.name)])
    return found[0]


def _statement(account: Account, organisation: Organisation) -> Statement:
    tables = account.tables
    own = {row.id for row in tables.select(Organisation) if below(tables, row.id, organisation.id)}
    led = tuple(item for item in account.items if item.lead in own)
    supported = tuple(item for item in account.items if item.lead not in own and own.intersection(item.supporting))
    rounds = tuple(_round(row, dues, own) for row, dues in account.rounds)
    lights = account.lights(item for item in led if not item.settled)
    reports = [report for item in led for report in account.reports.get(item.id, ())]
    return Statement(
        government=account.government,
        organisation=organisation.id,
        organisation_name=organisation.name,
        plan=account.plan.id,
        plan_title=account.plan.title,
        year=account.plan.year,
        day=account.stand.day.isoformat(),
        proof=account.stand.head,
        items=len(led),
        settled=sum(item.settled for item in led),
        unsettled=sum(not item.settled for item in led),
        overdue=sum(item.days < 0 and not item.settled for item in led),
        red=lights["red"],
        yellow=lights["yellow"],
        green=lights["green"],
        owed=sum(one.owed for one in rounds),
        reported=sum(one.reported for one in rounds),
        late=sum(one.late for one in rounds),
        led=led,
        supported=supported,
        measures=tuple(measure for item in led for measure in item.measures),
        rounds=tuple(one for one in rounds if one.owed),
        reports=tuple(sorted(reports, key=lambda report: (report.on, report.item))),
        demands=tuple(one for one in account.demands if one.organisation_id in own),
    )


def _round(row: Round, owed: list[Due], own: set[str]) -> RoundLine:
    dues = [due for due in owed if due.organisation in own]
    reported = sum(due.report is not None for due in dues)
    late = sum(due.late for due in dues)
    return RoundLine(row.id, row.period, row.due, row.state, len(dues), reported, late, len(dues) - reported)
