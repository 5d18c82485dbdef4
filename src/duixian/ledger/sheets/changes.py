"""What a table that came back would change: shown before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from duixian.ledger.errors import LedgerError
from duixian.ledger.journal import Entry
from duixian.ledger.kinds import Event
from duixian.ledger.sheets.marker import Marker
from duixian.ledger.sheets.problems import Note, Problem, ProblemsError, problem_of
from duixian.ledger.sheets.reading import Workbook
from duixian.ledger.sheets.rehearsal import rehearse
from duixian.ledger.store import Ledger
from duixian.ledger.tables import Tables


@dataclass(frozen=True, slots=True)
class Change:
    """One cell. row: as Excel counts. target: id of the item, organisation or person. before, after: as shown."""

    row: int
    target: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Step:
    """An event that a row becomes. row: as Excel counts. column: the heading that asks for it, "" when several do."""

    row: int
    column: str
    target: str
    event: Event


@dataclass(frozen=True, slots=True)
class Changes:
    """All that a table asks for.

    steps: the events in order. expect: versions of the items on which this rests. absent: ids of items whose row is
    gone from the table, which does nothing to them.
    """

    name: str
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...] = ()
    absent: tuple[str, ...] = ()
    expect: Mapping[str, int] = field(default_factory=dict)


def rehearsed(tables: Tables, who: str | None, changes: Changes) -> Changes:
    """The same with every refusal of the ledger's rules among the problems. who: None leaves it as it is.

    Raises UnknownNameError when the ledger does not know who acts.
    """
    if who is None:
        problems = list(changes.problems)
    else:
        steps = ((step, step.event) for step in changes.steps)
        values = {(change.row, change.field): change.after for change in changes.changes}
        refused = [
            problem_of(step.row, step.column, values.get((step.row, step.column), step.target), error)
            for step, error in rehearse(tables, who, steps)
        ]
        problems = [*changes.problems, *refused]
    problems.sort(key=lambda problem: problem.row)
    return Changes(
        changes.name,
        changes.changes,
        changes.steps,
        tuple(problems),
        changes.notes,
        changes.absent,
        changes.expect,
    )


def require_own(ledger: Ledger, book: Workbook) -> None:
    """Raise LedgerError unless the file came from this ledger, or from none."""
    if book.marker is not None:
        check_origin(ledger, book.name, book.marker)


def check_origin(ledger: Ledger, name: str, marker: Marker) -> None:
    """Raise LedgerError unless the marker's place in the journal is in this ledger."""
    if ledger.hash_at(marker.sequence) != marker.hash:
        raise LedgerError(name, "不是从这本台账导出的", "请核对 --ledger；如果台账从备份恢复过，请重新导出表格")


def write(ledger: Ledger, who: str, changes: Changes) -> tuple[Entry, ...]:
    """Write all of it in one transaction, or nothing. Raises ProblemsError, StaleError and LedgerError."""
    if changes.problems:
        raise ProblemsError(changes.name, changes.problems)
    if not changes.steps:
        return ()
    return ledger.record(who, *(step.event for step in changes.steps), expect=changes.expect)


def write_rows(ledger: Ledger, who: str, changes: Changes) -> tuple[int, tuple[Problem, ...]]:
    """Write row by row what can be written. Returns how many rows were, and all the problems."""
    bad = {problem.row for problem in changes.problems}
    problems = list(changes.problems)
    done = 0
    for row in dict.fromkeys(step.row for step in changes.steps if step.row not in bad):
        steps = [step for step in changes.steps if step.row == row]
        expect = {step.target: changes.expect[step.target] for step in steps if step.target in changes.expect}
        try:
            ledger.record(who, *(step.event for step in steps), expect=expect)
            done += 1
        except LedgerError as error:
            problems.append(problem_of(row, "", steps[0].target, error))
    return done, tuple(sorted(problems, key=lambda problem: problem.row))
