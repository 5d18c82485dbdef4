"""Ranking 晾晒、赛马: departments and districts side by side, by a rate, a metric or a scheme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from duixian.ledger.errors import LedgerError, UnknownNameError
from duixian.ledger.journal import Entry
from duixian.ledger.metrics import metrics
from duixian.ledger.organisations import Organisation, OrganisationKind, Person, Role, require
from duixian.ledger.periods import before, span
from duixian.ledger.placing import Placing, level, placing, ranks
from duixian.ledger.plans import Plan
from duixian.ledger.rates import rates
from duixian.ledger.readings import Reading, Readings, Source, Year, only
from duixian.ledger.rounds import Round
from duixian.ledger.schemes import scheme, schemes, score
from duixian.ledger.tables import Row, Tables

_POINTS = "分"


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of a board.

    rank: None where there is no value, and then ``why`` says so. counted, of: behind a rate. earlier: the rank in the
    period before; moved: places gained (positive) or lost since then, None where there was none. level: id of the
    class; level_name, level_english: how it is called.
    """

    organisation: str
    name: str
    value: float | None
    rank: int | None
    counted: int | None = None
    of: int | None = None
    earlier: int | None = None
    moved: int | None = None
    level: str | None = None
    level_name: str = ""
    level_english: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """Those of one kind (and class of comparable places) by one thing, the best first, those without value last.

    by: id of the rate or metric, or name of the scheme. period: or None, and day: the day it was asked for. frozen:
    whether it rests on the picture of a closed round. ranked: how many have a value.
    """

    plan: str
    by: str
    name: str
    english: str
    unit: str
    better: str
    kind: OrganisationKind
    group: str | None
    period: str | None
    day: str | None
    frozen: bool
    ranked: int
    rows: tuple[Ranked, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """What was published, to the letter. who: the person, time: in UTC, note: a sentence that went with it."""

    id: str
    plan: str
    by: str
    period: str | None
    day: str | None
    who: str
    time: str
    note: str
    boards: tuple[Board, ...]


@dataclass(frozen=True, slots=True)
class RankingPublished:
    """晾晒: a ranking is published. period, or day (ISO) for one as of a day. kind: None for every kind.

    boards: filled in when it is decided, so that what was published is kept whatever is corrected later.
    """

    plan: str
    by: str
    period: str | None = None
    day: str | None = None
    kind: OrganisationKind | None = None
    note: str = ""
    boards: tuple[Board, ...] = ()


@dataclass(frozen=True, slots=True)
class _Field:
    """Values to be ranked among one another."""

    kind: OrganisationKind
    group: str | None
    values: Mapping[str, Reading]


_ORDER = (
    OrganisationKind.DEPARTMENT,
    OrganisationKind.DISTRICT,
    OrganisationKind.GROUP,
    OrganisationKind.GOVERNMENT,
)


def ranking(
    tables: Tables,
    plan: str,
    by: str,
    *,
    period: str | None = None,
    day: str | None = None,
    kind: OrganisationKind | None = None,
) -> list[Board]:
    """The boards of a period, or of the year up to a day (ISO), one for each kind and class.

    A closed round answers from its frozen picture and by the definitions of its time. Raises LedgerError.
    """
    row = tables.need(Plan, plan, "年度台账")
    if period is not None and span(tables, period).start[:4] != str(row.year):
        raise LedgerError(period, f"不在{row.year}年度之内", "请核对年份")
    boards = _boards(tables, row, by, period, day)
    earlier = _earlier(tables, row, by, period) if period is not None else {}
    wanted = [board for board in boards if kind in (None, board.kind)]
    return [replace(board, rows=tuple(_moved(one, board, earlier) for one in board.rows)) for board in wanted]


def published(tables: Tables, plan: str) -> list[Published]:
    """What was published of a plan, in order of time."""
    return sorted(tables.select(Published, plan=plan), key=lambda row: (row.time, row.id))


def decide_publication(tables: Tables, person: Person, event: RankingPublished) -> RankingPublished:
    plan = tables.need(Plan, event.plan, "年度台账")
    require(tables, person, (Role.SUPERVISOR, Role.LEADER), plan.organisation, "公布排名")
    if (event.period is None) == (event.day is None):
        raise LedgerError(plan.id, "应写明公布哪一期或截至哪一天的排名，只写一个", "请改正")
    if event.day is not None:
        try:
            date.fromisoformat(event.day)
        except ValueError as error:
            raise LedgerError(event.day, "不是日期", "请写成 2025-06-30 这样") from error
    boards = ranking(tables, plan.id, event.by, period=event.period, day=event.day, kind=event.kind)
    if not any(board.ranked for board in boards):
        raise LedgerError(event.by, "没有一个单位有数据，没有可公布的排名", "请核对调度期和单位种类")
    return replace(event, boards=tuple(boards))


def apply_publication(tables: Tables, entry: Entry, event: RankingPublished) -> tuple[Row, ...]:
    id = f"{event.plan}|{event.by}|{event.period or event.day}#{entry.sequence}"
    row = Published(id, event.plan, event.by, event.period, event.day, entry.who, entry.time, event.note, event.boards)
    return (row,)


def _boards(tables: Tables, plan: Plan, by: str, period: str | None, day: str | None) -> list[Board]:
    year = Year(tables, plan.organisation, plan.id)
    ground = year.basis(period, day)
    at = ground.at if ground is not None else None
    read, fields = _fields(tables, year, plan, by, period, day, at)
    rules = placing(tables, at)
    # Metrics and schemes follow corrections; only what rests on the items of a closed round alone is frozen.
    frozen = at is not None and read.id in rates(tables, at)
    found = []
    for field in sorted(fields, key=lambda one: (_ORDER.index(one.kind), one.group or "")):
        rows = _rows(tables, read, field, rules)
        ranked = sum(row.rank is not None for row in rows)
        found.append(
            Board(
                plan.id,
                read.id,
                read.name,
                read.english,
                read.unit,
                read.better,
                field.kind,
                field.group,
                period,
                day,
                frozen,
                ranked,
                rows,
            )
        )
    return found


def _fields(
    tables: Tables, year: Year, plan: Plan, by: str, period: str | None, day: str | None, at: int | None
) -> tuple[Readings, list[_Field]]:
    """What is compared, and who with whom. Raises UnknownNameError with the nearest of all that can be asked for."""
    name = by.removeprefix("scheme:")
    if name in schemes(tables):
        return _by_scheme(tables, plan, name, period)
    of_rates = [word for one in rates(tables, at).values() for word in (one.id, one.name)]
    of_metrics = [word for one in metrics(tables).values() for word in (one.id, one.name, *one.aliases)]
    if by in of_rates:
        read = year.readings(Source(rate=by), period, day)
        members = {row.id: row.kind for row in tables.select(Organisation)}
        return read, _split(read.values, members)
    if by in of_metrics:
        read = year.readings(Source(metric=by), period, day)
        members = {row.id: row.kind for row in year.members()}
        # Who should have a value and has none is shown; a kind of which nobody has one is not asked for.
        kinds = {members[id] for id in read.values if id in members}
        silent = {id: Reading(None, why="没有登记数据") for id, kind in members.items() if kind in kinds}
        return read, _split({**silent, **read.values}, members)
    raise UnknownNameError(by, "排名依据", [*of_rates, *of_metrics, *schemes(tables)])


def _by_scheme(tables: Tables, plan: Plan, name: str, period: str | None) -> tuple[Readings, list[_Field]]:
    if period is None:
        raise LedgerError(name, "没有说明是哪一期", "请写明调度期，如 2025-Q1")
    held = scheme(tables, name)
    fields: dict[tuple[OrganisationKind, str | None], dict[str, Reading]] = {}
    for one in score(tables, held, period, plan=plan.id, government=plan.organisation):
        fields.setdefault((one.kind, one.group), {})[one.organisation] = Reading(one.total, why=one.why)
    read = Readings(name, held.name, held.english, _POINTS, "high", {})
    return read, [_Field(kind, group, values) for (kind, group), values in fields.items()]


def _split(values: Mapping[str, Reading], kinds: Mapping[str, OrganisationKind]) -> list[_Field]:
    fields: dict[OrganisationKind, dict[str, Reading]] = {}
    for id, reading in values.items():
        if id in kinds:
            fields.setdefault(kinds[id], {})[id] = reading
    return [_Field(kind, None, values) for kind, values in fields.items()]


def _rows(tables: Tables, read: Readings, field: _Field, rules: Placing) -> tuple[Ranked, ...]:
    names = {row.id: row.name for row in tables.select(Organisation)}
    placed = ranks(only(dict(field.values), list(field.values)), read.better, rules)
    last = len(placed) if rules.method == "competition" else max(placed.values(), default=0)
    sharing = Counter(placed.values())
    rows = []
    for id, reading in field.values.items():
        row = Ranked(id, names.get(id, id), reading.value, placed.get(id), reading.counted, reading.of)
        if row.rank is not None and row.value is not None:
            tied = sharing[row.rank] if rules.method == "competition" else 1
            held = level(rules, read.id, read.better, row.value, row.rank, last, tied)
            row = replace(row, level=held.id, level_name=held.name, level_english=held.english)
        else:
            row = replace(row, why=reading.why)
        rows.append(row)
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.organisation)))


def _earlier(tables: Tables, plan: Plan, by: str, period: str) -> Mapping[tuple[str, str | None], int]:
    """The ranks of the period before, by organisation and class: of the last round of the same rhythm, if any."""
    start = span(tables, period).start
    last = before(tables, period)
    plans = {row.id: row for row in tables.select(Plan, organisation=plan.organisation)}
    rhythm = next((one.rhythm for one in tables.select(Round, plan=plan.id) if one.period == period), None)
    rounds: Iterable[Round] = (one for one in tables.select(Round) if one.plan in plans and one.rhythm == rhythm)
    held = max(
        ((span(tables, one.period).end, one.id, one) for one in rounds if span(tables, one.period).end < start),
        key=lambda row: row[:2],
        default=None,
    )
    if held is not None:
        of, last = plans[held[2].plan], held[2].period
    else:
        year = int(span(tables, last).start[:4])
        same = [row for row in plans.values() if row.year == year]
        of = plan if year == plan.year else same[0] if len(same) == 1 else plan
    try:
        boards = _boards(tables, of, by, last, None)
    except LedgerError:
        return {}  # nothing of that time can be compared: a scheme, say, whose rates had no plan then
    return {(row.organisation, board.group): row.rank for board in boards for row in board.rows if row.rank is not None}


def _moved(row: Ranked, board: Board, earlier: Mapping[tuple[str, str | None], int]) -> Ranked:
    past = earlier.get((row.organisation, board.group))
    if past is None or row.rank is None:
        return row
    return replace(row, earlier=past, moved=past - row.rank)
