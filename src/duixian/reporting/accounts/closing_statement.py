"""The closing statement 交账报告: every item by its outcome, and the promises against the next year's report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from duixian.comparison.reports import Report
from duixian.ledger.plans import State
from duixian.reporting.accounts.lines import REACHED, SHORT, Account, ItemLine, MeasureLine
from duixian.reporting.accounts.settling import SettledLine, Settling, settling
from duixian.reporting.accounts.sources import Stand

ON_TIME, LATE, CARRIED, TERMINATED, MERGED, SPLIT, OPEN = (
    "on_time",
    "late",
    "carried",
    "terminated",
    "merged",
    "split",
    "open",
)
OUTCOMES = (ON_TIME, LATE, CARRIED, TERMINATED, MERGED, SPLIT, OPEN)


@dataclass(frozen=True, slots=True)
class Ended:
    """One item and what became of it. note: where it went, or when it was closed."""

    outcome: str
    item: str
    number: str
    text: str
    section: str
    organisation: str
    deadline: str
    first_deadline: str
    submitted: str
    closed: str
    became: str
    quote: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Completion:
    """How many of a part of the plan were completed. of: all but those terminated, merged or split.

    rate: percent, None where ``of`` is 0.
    """

    name: str
    items: int
    on_time: int
    late: int
    carried: int
    dropped: int
    open: int
    of: int
    rate: float | None


@dataclass(frozen=True, slots=True)
class ClosingStatement:
    """Everything that the statement says. settled_lines, differences: empty without a review to hold it against."""

    output: ClassVar[str] = "closing"
    government: str
    plan: str
    plan_title: str
    year: int
    day: str
    is_closed: bool
    sequence: int
    proof: str
    items: int
    on_time: int
    late: int
    carried: int
    terminated: int
    merged: int
    split: int
    open: int
    of: int
    rate: float | None
    ended: tuple[Ended, ...]
    sections: tuple[Completion, ...]
    organisations: tuple[Completion, ...]
    measures: tuple[MeasureLine, ...]
    reached: int
    short: int
    unknown: int
    review: str
    review_source: str
    outcomes: tuple[tuple[str, int], ...]
    settled_lines: tuple[SettledLine, ...]
    differences: tuple[SettledLine, ...]
    claimed: int


def closing_statement(
    stand: Stand, plan: str, report: Report | None = None, review: Report | None = None
) -> ClosingStatement:
    """The closing statement of a plan. Raises UnknownNameError, and LedgerError for reports that do not belong to it.

    report: the one that the plan was opened from; review: next year's. Both are needed for the reconciliation.
    """
    account = Account(stand, plan)
    ended = tuple(_ended(item) for item in account.items)
    counts = Counter(one.outcome for one in ended)
    standing = [item for item in account.items if item.state not in (State.MERGED, State.SPLIT)]
    measures = tuple(measure for item in standing for measure in item.measures)
    told: Settling | None = settling(account, report, review) if report is not None and review is not None else None
    whole = _completion("", ended)
    return ClosingStatement(
        government=account.government,
        plan=plan,
        plan_title=account.plan.title,
        year=account.plan.year,
        day=stand.day.isoformat(),
        is_closed=account.plan.state == "closed",
        sequence=stand.sequence,
        proof=stand.head,
        items=len(ended),
        on_time=counts[ON_TIME],
        late=counts[LATE],
        carried=counts[CARRIED],
        terminated=counts[TERMINATED],
        merged=counts[MERGED],
        split=counts[SPLIT],
        open=counts[OPEN],
        of=whole.of,
        rate=whole.rate,
        ended=tuple(sorted(ended, key=lambda one: OUTCOMES.index(one.outcome))),
        sections=_completions(ended, lambda one: one.section),
        organisations=_completions(ended, lambda one: one.organisation),
        measures=measures,
        reached=sum(one.verdict == REACHED for one in measures),
        short=sum(one.verdict == SHORT for one in measures),
        unknown=sum(one.verdict not in (REACHED, SHORT) for one in measures),
        review=told.title if told else "",
        review_source=told.source if told else "",
        outcomes=told.outcomes if told else (),
        settled_lines=told.lines if told else (),
        differences=told.differences if told else (),
        claimed=sum(one.difference == "claimed" for one in told.lines) if told else 0,
    )


def _ended(item: ItemLine) -> Ended:
    words = item.words[0] if item.words else None
    return Ended(
        outcome=_outcome(item),
        item=item.id,
        number=item.number,
        text=item.text,
        section=" / ".join(item.section.split(" / ")[:2]),
        organisation=item.home_name,
        deadline=item.deadline,
        first_deadline=item.first_deadline,
        submitted=item.submitted,
        closed=item.closed,
        became=item.became,
        quote=item.quote,
        line=words.line if words else None,
    )


def _outcome(item: ItemLine) -> str:
    if item.state == State.CLOSED:
        # The owner is in time when closure was asked for in time; how long the review takes is not theirs.
        return LATE if (item.submitted or item.closed) > item.deadline else ON_TIME
    return item.state if item.state in OUTCOMES else OPEN


def _completions(ended: Sequence[Ended], part: Callable[[Ended], str]) -> tuple[Completion, ...]:
    groups: dict[str, list[Ended]] = {}
    for one in ended:
        groups.setdefault(part(one), []).append(one)
    return tuple(_completion(name, rows) for name, rows in groups.items())


def _completion(name: str, rows: Sequence[Ended]) -> Completion:
    counts = Counter(row.outcome for row in rows)
    done = counts[ON_TIME] + counts[LATE]
    dropped = counts[TERMINATED] + counts[MERGED] + counts[SPLIT]
    of = len(rows) - dropped
    return Completion(
        name,
        len(rows),
        counts[ON_TIME],
        counts[LATE],
        counts[CARRIED],
        dropped,
        counts[OPEN],
        of,
        100 * done / of if of else None,
    )
