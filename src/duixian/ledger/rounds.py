"""Rounds 调度期: what each organisation owes in a month or quarter, and the picture frozen at its end."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, cast

from duixian.ledger import canonical
from duixian.ledger.errors import LedgerError
from duixian.ledger.journal import Entry
from duixian.ledger.organisations import Person, Role, require
from duixian.ledger.plans import Item, State, open_plan
from duixian.ledger.rulebook import rule
from duixian.ledger.states import rules
from duixian.ledger.tables import Row, Tables


@dataclass(frozen=True, slots=True)
class Rhythm:
    """One kind of period, as in ``data/rounds.toml``."""

    name: str
    label: str
    pattern: str
    example: str
    months: int
    due_day: int


@dataclass(frozen=True, slots=True)
class Frozen:
    """An item as it was when the round closed. light: its colour; None before there were lights."""

    state: State
    lead: str | None
    deadline: str
    progress: str | None
    version: int
    light: str | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One period of one plan. due: ISO date. state: open or closed.

    digest: SHA-256 of the frozen snapshot. closed: sequence of the entry that closed it.
    """

    id: str
    plan: str
    rhythm: str
    period: str
    due: str
    state: str
    digest: str | None
    closed: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What an organisation owes in a round. report: id of the latest; late: whether the first came after the day."""

    id: str
    round: str
    item: str
    organisation: str
    report: str | None
    late: bool
    frozen: Frozen | None


@dataclass(frozen=True, slots=True)
class RoundItem:
    """An item that a round asks about and the organisation that leads it at that time."""

    item: str
    organisation: str


@dataclass(frozen=True, slots=True)
class RoundOpened:
    """A period begins. due: ISO date, from the rhythm when None. owed: filled in when it is decided."""

    plan: str
    period: str
    due: str | None = None
    rhythm: str | None = None
    owed: tuple[RoundItem, ...] = ()

    @property
    def round(self) -> str:
        """The id that the round gets."""
        return f"{self.plan}@{self.period}"


@dataclass(frozen=True, slots=True)
class ItemLight:
    """The colour of an item's light: a value of :class:`duixian.ledger.criteria.Colour`."""

    item: str
    colour: str


@dataclass(frozen=True, slots=True)
class RoundClosed:
    """A period ends. digest: of the snapshot; day: ISO date of the lights; all filled in when it is decided.

    The lights are facts of the journal: no replay, and no change of the rules, ever computes them again.
    """

    round: str
    digest: str | None = None
    day: str | None = None
    lights: tuple[ItemLight, ...] = ()


def parse(data: dict[str, Any]) -> Mapping[str, Rhythm]:
    """A calendar in the form of ``data/rounds.toml``. Raises LedgerError and ValueError on a bad one."""
    found = {name: Rhythm(name, **row) for name, row in data.items()}
    for rhythm in found.values():
        try:
            example = re.fullmatch(rhythm.pattern, rhythm.example, re.ASCII)
        except re.error as error:
            raise LedgerError(rhythm.name, f"写法 pattern 不是有效的正则表达式（{error}）", "请改正") from error
        if example is None or "year" not in example.groupdict():
            raise LedgerError(rhythm.name, "例子 example 不合 pattern，或 pattern 没有 year", "请改正")
        if rhythm.months not in (1, 2, 3, 4, 6, 12) or not 1 <= rhythm.due_day <= 28:
            raise LedgerError(rhythm.name, "月数 months 应能整除12，报送日 due_day 应在1到28之间", "请改正")
    if not found:
        raise LedgerError("rounds", "没有一种调度期", "请至少写一种")
    return found


def rhythms(tables: Tables) -> Mapping[str, Rhythm]:
    """The kinds of period that this office uses."""
    return cast("Mapping[str, Rhythm]", rule(tables, "rounds"))


def due_id(round: str, item: str) -> str:
    """The id of what an item owes in a round."""
    return f"{round}:{item}"


def rhythm_of(tables: Tables, period: str) -> tuple[Rhythm, date]:
    """The kind of a period such as 2025-03, 2025-Q1 or 2025 and the day its reports are due. Raises LedgerError."""
    rhythm, after = _placed(tables, period)
    return rhythm, date(after.year, after.month, rhythm.due_day)


def period_end(tables: Tables, period: str) -> date:
    """The last day of a period. Raises LedgerError."""
    return _placed(tables, period)[1] - timedelta(days=1)


def _placed(tables: Tables, period: str) -> tuple[Rhythm, date]:
    """The kind of a period and the first day after it."""
    kinds = rhythms(tables)
    for rhythm in kinds.values():
        found = re.fullmatch(rhythm.pattern, period, re.ASCII)
        if found and int(found["year"]) >= 1949:
            after = int(found.groupdict().get("part") or 1) * rhythm.months
            return rhythm, date(int(found["year"]) + after // 12, after % 12 + 1, 1)
    examples = "或".join(rhythm.example for rhythm in kinds.values())
    raise LedgerError(period, "不是调度期的写法", f"请写成{examples}这样")


def digest(dues: Iterable[Due]) -> str:
    """SHA-256, hexadecimal, of a snapshot; the order of the rows does not matter."""
    rows = [canonical.text(_pictured(due)) for due in dues]
    return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()


def _pictured(due: Due) -> Any:
    plain = canonical.plain(due)
    if due.frozen is not None and due.frozen.light is None:
        # A round that closed before there were lights keeps the digest that it was given.
        del plain["frozen"]["light"]
    return plain


def decide_open(tables: Tables, person: Person, event: RoundOpened) -> RoundOpened:
    plan = open_plan(tables, event.plan)
    require(tables, person, (Role.SUPERVISOR,), plan.organisation, "开启调度期")
    rhythm, due = rhythm_of(tables, event.period)
    if not event.period.startswith(str(plan.year)):
        raise LedgerError(event.period, f"不在{plan.year}年度之内", "请核对年份")
    if tables.get(Round, event.round):
        raise LedgerError(event.round, "这个调度期已经开启过", "请查看已有的调度期")
    if event.due is not None:
        try:
            due = date.fromisoformat(event.due)
        except ValueError as error:
            raise LedgerError(event.due, "报送期限不是日期", "请写成 2025-04-05 这样") from error
    owing = rules().owing
    items = (item for item in tables.select(Item, plan=plan.id) if item.state in owing)
    owed = tuple(RoundItem(item.id, item.lead) for item in items if item.lead)
    return replace(event, rhythm=rhythm.name, due=due.isoformat(), owed=owed)


def apply_open(tables: Tables, entry: Entry, event: RoundOpened) -> tuple[Row, ...]:
    round = Round(event.round, event.plan, event.rhythm or "", event.period, event.due or "", "open", None)
    dues = (
        Due(due_id(round.id, one.item), round.id, one.item, one.organisation, None, False, None) for one in event.owed
    )
    return (round, *dues)
