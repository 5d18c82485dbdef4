"""Founding 建账: the events that turn proposals into a plan, with the organisations that it needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from duixian.errors import InputError
from duixian.ledger.assignment import Assignment
from duixian.ledger.errors import LedgerError
from duixian.ledger.kinds import Event
from duixian.ledger.opening import Proposal, government_name
from duixian.ledger.organisations import LedgerOpened, Organisation, OrganisationAdded, OrganisationKind
from duixian.ledger.plans import ItemRegistered, Plan, PlanOpened, Suggestion
from duixian.ledger.tables import Tables
from duixian.records import DocumentRecord
from duixian.vocabulary.departments import DepartmentTable, load_departments

_REASONS = 4  # how many reasons are kept with a suggestion


@dataclass(frozen=True, slots=True)
class Founder:
    """Who opens a ledger that is new: id and name of its first supervisor."""

    person: str
    name: str


def founding(
    tables: Tables,
    document: DocumentRecord,
    proposals: Sequence[Proposal],
    plan: str | None = None,
    title: str | None = None,
    organisation: str | None = None,
    founder: Founder | None = None,
    departments: DepartmentTable | None = None,
) -> list[Event]:
    """The events that open a plan from a report.

    In a new ledger they first set up the government of the report's place, with ``founder`` as its supervisor, and the
    departments of its level. plan, title: id and name, from place and year when None. organisation: the government in
    a ledger that has several. Raises LedgerError, and InputError for a document without a year to plan.
    """
    if document.plan_year is None:
        raise InputError(
            document.evidence.source, f"“{document.title}”没有写明是哪一年的计划", "请换一份有年度安排的文件"
        )
    events: list[Event] = []
    present = {row.id: row for row in tables.select(Organisation)}
    if not present:
        if founder is None:
            raise LedgerError(document.title, "新台账没有写明督查人员", "请写明办理人")
        events += government(document.region, document.region_name, document.level, founder, departments, present)
        home = next(row.id for row in present.values() if row.parent is None)
    else:
        home = _home(present.values(), document, organisation)
    year = document.plan_year
    plan = plan or _free(tables, str(year), home, present)
    opened = PlanOpened(
        plan,
        home,
        year,
        title or f"{document.region_name or ''}{year}年度台账",
        document.region,
        document.id,
        document.level,
        _before(tables, home, year),
    )
    names = {row.name: id for id, row in present.items()}
    items = [
        ItemRegistered(
            plan,
            each.number,
            each.text,
            each.kind,
            each.section,
            each.evidence[0] if each.evidence else None,
            each.measures,
            each.deadline,
            each.evidence[1:],
            each.records,
            suggestion=_suggestion(each.assignment, present, names),
        )
        for each in proposals
    ]
    return [*events, opened, *items]


def government(
    region: str | None,
    region_name: str | None,
    level: str | None,
    founder: Founder,
    departments: DepartmentTable | None = None,
    present: dict[str, Organisation] | None = None,
) -> list[Event]:
    """The events that set up a new ledger: the government of a place, its departments, its first supervisor.

    region, level: code and level of the place, None where it has none. present: takes the organisations up.
    """
    present = {} if present is None else present
    home = region or "government"
    name = government_name(region, region_name or "本级")
    present[home] = Organisation(home, name, OrganisationKind.GOVERNMENT, None)
    opened = LedgerOpened(home, name, founder.person, founder.name)
    return [opened, *_departments(present, home, level, departments or load_departments())]


def _departments(
    present: dict[str, Organisation], home: str, level: str | None, departments: DepartmentTable
) -> Iterable[Event]:
    """The departments that there are at this level, under their own names."""
    for key, department in departments.departments.items():
        if departments.answering(key, level) == key and key not in present:
            name = department.name(level)
            present[key] = Organisation(key, name, OrganisationKind.DEPARTMENT, home)
            yield OrganisationAdded(key, name, OrganisationKind.DEPARTMENT, home)


def _home(rows: Iterable[Organisation], document: DocumentRecord, organisation: str | None) -> str:
    governments = {row.id: row for row in rows if row.kind is OrganisationKind.GOVERNMENT}
    if organisation is not None:
        if organisation not in governments:
            raise LedgerError(organisation, "不是台账里的政府", f"可用的有：{'、'.join(governments)}")
        return organisation
    name = government_name(document.region, document.region_name or "")
    found = [row.id for row in governments.values() if row.id == document.region or row.name == name]
    if not found:
        names = "、".join(f"{row.name}（{row.id}）" for row in governments.values())
        raise LedgerError(document.title, f"台账属于{names}，不属于{name}", "请换一个台账，或写明由哪个政府建账")
    return found[0]


def _free(tables: Tables, year: str, home: str, present: dict[str, Organisation]) -> str:
    """The year alone in the ledger of one government; with the government before it where there are others."""
    several = sum(row.kind is OrganisationKind.GOVERNMENT for row in present.values()) > 1
    return f"{home}-{year}" if several else year


def _before(tables: Tables, home: str, year: int) -> str | None:
    earlier = [row for row in tables.select(Plan, organisation=home) if row.year < year]
    return max(earlier, key=lambda row: row.year).id if earlier else None


def _suggestion(found: Assignment, present: dict[str, Organisation], names: dict[str, str]) -> Suggestion | None:
    """The suggestion in terms of this ledger; a department that it does not have is told among the reasons, and so is
    an organisation that a person named.
    """

    def known(key: str, name: str) -> str | None:
        # Whom a person named is called as this ledger calls them.
        if key in found.settled and name in names:
            return names[name]
        return key if key in present else names.get(name)

    if found.lead is None and not found.settled:
        return None
    lead = known(found.lead, found.lead_name) if found.lead is not None else None
    both = list(zip(found.supporting, found.supporting_names, strict=True))
    supporting = [id for key, name in both if (id := known(key, name)) is not None and id != lead]
    reasons = [reason.zh for reason in found.reasons][:_REASONS]
    gone = [name for key, name in both if key in found.settled and known(key, name) is None]
    if found.lead is not None and lead is None:
        gone.insert(0, found.lead_name)
    reasons = [*(f"台账里没有“{name}”" for name in gone), *reasons]
    confidence = found.confidence if lead is not None else 0.0
    return Suggestion(lead, tuple(dict.fromkeys(supporting)), confidence, tuple(reasons))
