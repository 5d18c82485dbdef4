"""Problem lists 问题清单: what was found, who puts it right by when, and whether a check says that it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, cast

from duixian.ledger.duty import authority
from duixian.ledger.errors import LedgerError
from duixian.ledger.journal import Entry, day
from duixian.ledger.orders import next_number
from duixian.ledger.organisations import Person, Role, known, named
from duixian.ledger.plans import Item, open_plan
from duixian.ledger.progress import Progress
from duixian.ledger.rulebook import rule
from duixian.ledger.tables import Row, Tables
from duixian.ledger.workflow import Workflow, check_day, checked, days_late, hands_after, workflow
from duixian.records import Evidence


class ProblemState(StrEnum):
    """待整改, 整改中, 待核查, 已销号, 重新整改, 已作废."""

    FOUND = "found"
    RECTIFYING = "rectifying"
    DONE = "done"
    CLOSED = "closed"
    REOPENED = "reopened"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem as it stands.

    finding: what is wrong. source: a key of ``data/problems.toml``. finder: who found it, in words. recorder: id of the
    person who wrote it down. organisation: id of who puts it right; authority: of who asks. report: id of the progress
    report it came from. due, found, finished, settled, changed: ISO days. measure: what will be done; result: what was.
    opinion: of the last check. failures: how many checks failed. hands: all who worked on it.
    """

    id: str
    finding: str
    source: str
    finder: str
    recorder: str
    organisation: str
    authority: str
    item: str | None
    report: str | None
    evidence: Evidence | None
    due: str
    state: ProblemState
    found: str
    measure: str | None
    result: str | None
    finished: str | None
    opinion: str | None
    failures: int
    settled: str | None
    hands: tuple[str, ...]
    changed: str

    @property
    def items(self) -> tuple[str, ...]:
        """The item that it is about, if any."""
        return (self.item,) if self.item else ()


@dataclass(frozen=True, slots=True)
class ProblemFound:
    """发现. due: ISO date. organisation: the item's lead when None. finder: the person's name when None.

    problem: its number, the next of that year when None; authority is filled in when it is decided.
    """

    finding: str
    due: str
    source: str = "inspection"
    organisation: str | None = None
    item: str | None = None
    finder: str | None = None
    evidence: Evidence | None = None
    report: str | None = None
    problem: str | None = None
    authority: str | None = None


@dataclass(frozen=True, slots=True)
class ProblemOutcome:
    """What an action sets; written into the journal, so that a replay never asks the rules again."""

    state: ProblemState
    hands: tuple[str, ...]
    measure: str | None
    result: str | None
    opinion: str | None
    due: str
    failures: int
    finished: bool
    settled: bool


@dataclass(frozen=True, slots=True)
class ProblemMoved:
    """整改措施, 整改完成, 核查 or 作废. text: the measure, the result or the opinion; due: the new date, reopened."""

    problem: str
    action: str
    text: str | None = None
    due: str | None = None
    outcome: ProblemOutcome | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How one organisation stands. overdue: of those that it still has to put right. reopened: after a failed check."""

    organisation: str
    total: int
    by_state: Mapping[ProblemState, int]
    overdue: int
    reopened: int


def parse_sources(data: dict[str, Any]) -> Mapping[str, str]:
    """Sources in the form of ``data/problems.toml``. Raises LedgerError on bad ones."""
    for name, label in data.items():
        named(label, f"问题来源{name}的名称")
    if "report" not in data:
        raise LedgerError("problems", "缺少 report（填报反映）", "填报里反映的问题要用到它，请补上")
    return data


def sources(tables: Tables) -> Mapping[str, str]:
    """The sources that this office tells apart: Chinese names by key."""
    return cast("Mapping[str, str]", rule(tables, "problems"))


def problem_flow() -> Workflow:
    """The state machine of problems."""
    return workflow("problem_states")


def overdue(problem: Problem, day: date) -> int:
    """How many days the organisation is late with putting it right; 0 when it is not."""
    return days_late(problem_flow(), problem.state, problem.due, day)


def counts(problems: Iterable[Problem], day: date) -> list[Count]:
    """How each organisation stands, by id; those without a problem are left out. Void ones count for nothing."""
    by_organisation: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.state is not ProblemState.VOID:
            by_organisation.setdefault(problem.organisation, []).append(problem)
    return [
        Count(
            organisation,
            len(rows),
            Counter(row.state for row in rows),
            sum(overdue(row, day) > 0 for row in rows),
            sum(row.failures > 0 for row in rows),
        )
        for organisation, rows in sorted(by_organisation.items())
    ]


def from_report(tables: Tables, report: str, due: str) -> ProblemFound:
    """The problem that a progress report tells of, kept linked to it. Raises LedgerError when it tells of none."""
    progress = tables.need(Progress, report, "填报")
    told = [progress.problems or "", f"请求协调：{progress.help}" if progress.help else ""]
    finding = "；".join(words.strip() for words in told if words.strip())
    if not finding:
        raise LedgerError(report, "这份填报没有写存在问题，也没有请求协调", "请直接登记问题")
    person = tables.need(Person, progress.who, "人员")
    return ProblemFound(finding, due, "report", item=progress.item, finder=person.name, report=report)


def decide_problem(tables: Tables, person: Person, event: ProblemFound) -> ProblemFound:
    named(event.finding, "问题内容")
    item = tables.need(Item, event.item, "事项") if event.item else None
    if item is not None:
        open_plan(tables, item.plan)
    owner = event.organisation or (item.lead if item else None)
    if owner is None:
        raise LedgerError(event.finding[:20], "没有写明整改单位", "请给出单位，或给出已有牵头单位的事项")
    asks = authority(tables, person, (Role.SUPERVISOR, Role.LEADER), known(tables, owner).id, "登记问题")
    known_sources = sources(tables)
    if event.source not in known_sources:
        names = "、".join(f"{key}（{label}）" for key, label in known_sources.items())
        raise LedgerError(event.source, "没有这种问题来源", f"可用的有：{names}")
    check_day(event.finding[:20], event.due)
    rows = tables.select(Problem)
    if event.report is not None:
        progress = tables.need(Progress, event.report, "填报")
        if item is None or progress.item != item.id:
            raise LedgerError(event.report, "这份填报不是关于该事项的", "请核对事项")
        same = [row.id for row in rows if row.report == event.report and row.state is not ProblemState.VOID]
        if same:
            raise LedgerError(event.report, f"这份填报已列入问题清单（{same[0]}）", "请查看已有的问题")
    id = event.problem or next_number("W", event.due, [row.id for row in rows])
    named(id, "问题编号")
    if tables.get(Problem, id):
        raise LedgerError(id, "这个问题编号已经使用", "请换一个编号")
    finder = named(event.finder or person.name, "发现人")
    return replace(event, organisation=owner, finder=finder, problem=id, authority=asks)


def apply_problem(tables: Tables, entry: Entry, event: ProblemFound) -> tuple[Row, ...]:
    today = day(entry.time)
    return (
        Problem(
            id=event.problem or "",
            finding=event.finding,
            source=event.source,
            finder=event.finder or "",
            recorder=entry.who,
            organisation=event.organisation or "",
            authority=event.authority or "",
            item=event.item,
            report=event.report,
            evidence=event.evidence,
            due=event.due,
            state=ProblemState.FOUND,
            found=today,
            measure=None,
            result=None,
            finished=None,
            opinion=None,
            failures=0,
            settled=None,
            hands=(),
            changed=today,
        ),
    )


def decide_problem_move(tables: Tables, person: Person, event: ProblemMoved) -> ProblemMoved:
    problem, flow = tables.need(Problem, event.problem, "问题"), problem_flow()
    action = checked(tables, person, flow, problem, event.action, event.text, event.due)
    after = ProblemState(action.to)
    outcome = ProblemOutcome(
        state=after,
        hands=hands_after(problem, action, person),
        measure=event.text if after is ProblemState.RECTIFYING else problem.measure,
        result=event.text if after is ProblemState.DONE else problem.result,
        opinion=problem.opinion if action.worker else event.text,
        due=event.due or problem.due,
        failures=problem.failures + (after is ProblemState.REOPENED),
        finished=after is ProblemState.DONE,
        settled=after in flow.settled,
    )
    return replace(event, outcome=outcome)


def apply_problem_move(tables: Tables, entry: Entry, event: ProblemMoved) -> tuple[Row, ...]:
    problem, after, today = tables.need(Problem, event.problem, "问题"), event.outcome, day(entry.time)
    if after is None:
        raise LedgerError(problem.id, "流水里没有办理结果", "请从备份恢复台账")
    return (
        replace(
            problem,
            state=after.state,
            hands=after.hands,
            measure=after.measure,
            result=after.result,
            finished=today if after.finished else problem.finished,
            opinion=after.opinion,
            due=after.due,
            failures=after.failures,
            settled=today if after.settled else None,
            changed=today,
        ),
    )
