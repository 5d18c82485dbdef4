"""The bulletin 通报 of a round: what was owed and came, who is behind and why, what is asked, what comes next."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from duixian.ledger.rounds import Due, Round, period_end, rhythms
from duixian.ledger.views import order
from duixian.reporting.accounts.lines import Account, ItemLine, ReportLine, settings, shortened, states
from duixian.reporting.accounts.sources import Board, Demand, Stand, boards

_BEHIND = ("red", "yellow")


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """How one organisation stands in the round. closed: items it brought to an end in the period."""

    id: str
    name: str
    items: int
    owed: int
    reported: int
    in_time: int
    late: int
    missing: int
    red: int
    yellow: int
    green: int
    closed: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A report that did not come."""

    item: str
    number: str
    text: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Raised:
    """What the last report of an item names as in the way, or asks for."""

    item: str
    number: str
    text: str
    organisation: str
    problems: str
    help: str
    on: str
    report: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is due. on: ISO day. kind: report, deadline, milestone, extension, order or problem."""

    on: str
    kind: str
    item: str
    number: str
    text: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Everything that a bulletin says. digest: of the frozen round, "" while it is open."""

    output: ClassVar[str] = "bulletin"
    government: str
    plan: str
    plan_title: str
    year: int
    round: str
    period: str
    period_name: str
    rhythm: str
    due: str
    day: str
    is_closed: bool
    digest: str
    items: int
    settled: int
    states: tuple[tuple[str, int], ...]
    owed: int
    reported: int
    in_time: int
    late: int
    missing: int
    red: int
    yellow: int
    green: int
    organisations: tuple[OrganisationLine, ...]
    unreported: tuple[Missing, ...]
    late_names: str
    missing_names: str
    behind: tuple[ItemLine, ...]
    behind_more: int
    raised: tuple[Raised, ...]
    closed: tuple[ItemLine, ...]
    boards: tuple[Board, ...]
    demands: tuple[Demand, ...]
    steps: tuple[Step, ...]
    steps_more: int
    all_items: tuple[ItemLine, ...]


def bulletin(stand: Stand, round: str) -> Bulletin:
    """The bulletin of a round, from the book as it stands here. Raises UnknownNameError when there is no such round."""
    row = stand.tables.need(Round, round, "调度期")
    dues = stand.tables.select(Due, round=round)
    frozen = {due.item: due.frozen for due in dues if due.frozen is not None}
    account = Account(stand, row.plan, frozen)
    months = rhythms(stand.tables)[row.rhythm].months
    end = period_end(stand.tables, row.period)
    start = _first_day(end, months)
    closed = tuple(item for item in account.items if start.isoformat() <= item.closed <= end.isoformat())
    organisations = _organisations(account, dues, closed)
    behind = sorted(
        (item for item in account.open if item.colour in _BEHIND),
        key=lambda item: (_BEHIND.index(item.colour), -(item.lag or 0.0), order(item.number)),
    )
    shown, steps = settings()["bulletin"], _steps(account, row, end, months)
    lights = account.lights(account.open)
    unreported = tuple(
        sorted(
            (
                Missing(due.item, item.number, item.text, account.names.organisation(due.organisation))
                for due in dues
                if due.report is None and (item := account.by_id[due.item])
            ),
            key=lambda each: (each.organisation, order(each.number)),
        )
    )
    return Bulletin(
        government=account.government,
        plan=account.plan.id,
        plan_title=account.plan.title,
        year=account.plan.year,
        round=row.id,
        period=row.period,
        period_name=period_name(end, months),
        rhythm=rhythms(stand.tables)[row.rhythm].label,
        due=row.due,
        day=stand.day.isoformat(),
        is_closed=row.state == "closed",
        digest=row.digest or "",
        items=len(account.items),
        settled=sum(item.settled for item in account.items),
        states=states(account.items),
        owed=len(dues),
        reported=sum(due.report is not None for due in dues),
        in_time=sum(due.report is not None and not due.late for due in dues),
        late=sum(due.late for due in dues),
        missing=len(unreported),
        red=lights["red"],
        yellow=lights["yellow"],
        green=lights["green"],
        organisations=organisations,
        unreported=unreported,
        late_names="、".join(one.name for one in organisations if one.late),
        missing_names="、".join(one.name for one in organisations if one.missing),
        behind=tuple(behind[: shown["behind"]]),
        behind_more=max(0, len(behind) - shown["behind"]),
        raised=raised(account),
        closed=closed,
        boards=tuple(
            board for by in shown["rates"] for board in boards(stand.tables, row.plan, by, row.period, stand.day)
        ),
        demands=account.demands,
        steps=steps[: shown["steps"]],
        steps_more=max(0, len(steps) - shown["steps"]),
        all_items=account.items,
    )


def period_name(end: date, months: int) -> str:
    """A period as Chinese texts call it: 2025年3月, 2025年第一季度, 2025年上半年, 2025年度."""
    part = (end.month - 1) // months
    if months == 1:
        return f"{end.year}年{end.month}月"
    if months == 3:
        return f"{end.year}年第{'一二三四'[part]}季度"
    if months == 6:
        return f"{end.year}年{'上下'[part]}半年"
    if months == 12:
        return f"{end.year}年度"
    return f"{end.year}年{end.month - months + 1}至{end.month}月"


def raised(account: Account) -> tuple[Raised, ...]:
    """What the latest reports of open items name as in the way, or ask for."""
    found = []
    for item in account.open:
        last: ReportLine | None = item.latest
        if last is not None and (last.problems.strip() or last.help.strip()):
            found.append(
                Raised(
                    item.id,
                    item.number,
                    item.text,
                    item.lead_name,
                    last.problems,
                    last.help,
                    last.on,
                    last.report,
                )
            )
    return tuple(found)


def _first_day(end: date, months: int) -> date:
    return date(end.year, end.month - months + 1, 1)


def _organisations(account: Account, dues: list[Due], closed: tuple[ItemLine, ...]) -> tuple[OrganisationLine, ...]:
    """Each organisation just below the government that leads or owes anything, by how much it owes."""
    owed: dict[str, list[Due]] = defaultdict(list)
    led: dict[str, list[ItemLine]] = defaultdict(list)
    for due in dues:
        owed[account.home(due.organisation)].append(due)
    for item in account.items:
        if item.home:
            led[item.home].append(item)
    lines = []
    for id in {*owed, *led}:
        lights = account.lights(item for item in led[id] if not item.settled)
        lines.append(
            OrganisationLine(
                id=id,
                name=account.names.organisation(id),
                items=len(led[id]),
                owed=len(owed[id]),
                reported=sum(due.report is not None for due in owed[id]),
                in_time=sum(due.report is not None and not due.late for due in owed[id]),
                late=sum(due.late for due in owed[id]),
                missing=sum(due.report is None for due in owed[id]),
                red=lights["red"],
                yellow=lights["yellow"],
                green=lights["green"],
                closed=sum(item.home == id for item in closed),
            )
        )
    return tuple(sorted(lines, key=lambda line: (-line.missing, -line.late, -line.red, -line.owed, line.id)))


def _steps(account: Account, row: Round, end: date, months: int) -> tuple[Step, ...]:
    """What is due from this day to the next round's reports, by day."""
    day = account.stand.day
    after = _first_day(_month_end(end, months), 1) + timedelta(days=31)
    due = date(after.year, after.month, rhythms(account.tables)[row.rhythm].due_day)
    within = (day.isoformat(), due.isoformat())
    steps = []
    if due.year == account.plan.year or _month_end(end, months).year == account.plan.year:
        steps.append(Step(due.isoformat(), "report", "", "", "", ""))
    for item in account.open:
        if within[0] <= item.deadline <= within[1]:
            steps.append(Step(item.deadline, "deadline", item.id, item.number, item.text, item.lead_name))
        if item.extension_asked:
            text = f"{shortened(item.text, 40)}（申请延至{item.extension_asked}）"
            steps.append(Step(day.isoformat(), "extension", item.id, item.number, text, account.government))
    for one in account.rows:
        line = account.by_id[one.id]
        if line.settled:
            continue
        for milestone in one.milestones:
            if within[0] <= milestone.due <= within[1]:
                steps.append(Step(milestone.due, "milestone", line.id, line.number, milestone.name, line.lead_name))
    for demand in account.demands:
        if within[0] <= demand.due <= within[1]:
            steps.append(
                Step(demand.due, demand.kind, next(iter(demand.items), ""), demand.id, demand.text, demand.organisation)
            )
    return tuple(sorted(steps, key=lambda step: (step.on, step.kind, order(step.number))))


def _month_end(end: date, months: int) -> date:
    """The last day of the month that ends so many months later."""
    count = end.year * 12 + end.month - 1 + months
    after = date((count + 1) // 12, (count + 1) % 12 + 1, 1)
    return after - timedelta(days=1)
