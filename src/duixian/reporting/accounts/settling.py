"""What the ledger says of each promise beside what the next report says: where they differ, the book is not true."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from duixian.comparison.amounts import base_unit
from duixian.comparison.outcomes import EXCEEDED, MET, MISSED, OUTCOMES, SILENT, WITHIN
from duixian.comparison.reconciliation import PROJECT, Settlement, reconcile
from duixian.comparison.reports import Report
from duixian.ledger.errors import LedgerError
from duixian.ledger.plans import State
from duixian.reporting.accounts.lines import REACHED, SHORT, Account, ItemLine, MeasureLine, file_name

CLAIMED, NUMBERS, DENIED, UNTOLD, AGREED = "claimed", "numbers", "denied", "untold", ""
DIFFERENCES = (CLAIMED, NUMBERS, DENIED, UNTOLD)
"""The ledger says reached and the report missed; other numbers; the ledger says not reached and the report kept; the
ledger says reached and the report is silent."""

_KEPT = (EXCEEDED, MET, WITHIN)
_REPLACED = (State.MERGED.value, State.SPLIT.value)
_EQUAL = 1e-6  # as a share of the number: what is left of a difference after changing units


@dataclass(frozen=True, slots=True)
class SettledLine:
    """One promise of the report that opened the plan. claim: what the ledger calls it: reached, short or unknown.

    item, number: "" for one that is in no item. reported, on, report: the last reading. outcome, result, quote,
    source, line: what the next report says and where. difference: one of DIFFERENCES, or "" where they agree.
    """

    part: str
    item: str
    number: str
    organisation: str
    subject: str
    promise: str
    claim: str
    state: str
    reported: str
    on: str
    report: str
    outcome: str
    result: str
    quote: str
    source: str
    line: int | None
    page: int | None
    difference: str


@dataclass(frozen=True, slots=True)
class Settling:
    """All promises beside the review. outcomes: how many of each; title: of the review."""

    title: str
    source: str
    lines: tuple[SettledLine, ...]
    outcomes: tuple[tuple[str, int], ...]

    @property
    def differences(self) -> tuple[SettledLine, ...]:
        """The lines in which ledger and report differ, the gravest first."""
        found = [line for line in self.lines if line.difference]
        return tuple(sorted(found, key=lambda line: DIFFERENCES.index(line.difference)))


def settling(account: Account, plan: Report, review: Report) -> Settling:
    """Every promise of the plan's own report with its item and what the review says. Raises LedgerError.

    plan: the report that the plan was opened from.
    """
    own = account.plan
    measures = _by_figure(account)
    known = {id for row in account.rows for id in row.records} | measures.keys()
    if not known & {
        *(figure.id for figure in plan.figures),
        *(commitment.id for commitment in plan.commitments),
        *(project.id for project in plan.projects),
    }:
        raise LedgerError(plan.title, "不是建账所用的报告，对不上事项", "请给出建账时的那份报告")
    if review.document.review_year != own.year or review.region != plan.region:
        reason = f"没有回顾{plan.region_name}{own.year}年的工作"
        raise LedgerError(review.title, reason, f"请给出{own.year + 1}年初的报告")
    found = reconcile([plan, review], plan.region, own.year)
    if found is None:
        raise LedgerError(plan.title, f"没有{own.year}年的目标", "请给出建账时的那份报告")
    items = _by_record(account)
    lines = tuple(_line(one, measures.get(one.promise), items.get(one.promise)) for one in found.settlements)
    counts = Counter(line.outcome for line in lines)
    return Settling(
        review.title,
        file_name(review.document.evidence.source),
        lines,
        tuple((outcome, counts[outcome]) for outcome in OUTCOMES if counts[outcome]),
    )


def _by_figure(account: Account) -> dict[str, MeasureLine]:
    """The measure of each figure; that of an item which still stands before one that was merged or split."""
    found: dict[str, MeasureLine] = {}
    for item in sorted(account.items, key=lambda item: item.state not in _REPLACED):
        found.update({one.figure: one for one in item.measures if one.figure})
    return found


def _by_record(account: Account) -> dict[str, ItemLine]:
    found: dict[str, ItemLine] = {}
    pairs = sorted(zip(account.rows, account.items, strict=True), key=lambda pair: pair[1].state not in _REPLACED)
    for row, line in pairs:
        found.update(dict.fromkeys(row.records, line))
        found.update({measure.figure: line for measure in row.measures if measure.figure})
    return found


def _line(settlement: Settlement, measure: MeasureLine | None, item: ItemLine | None) -> SettledLine:
    claim = _claim(measure, item, settlement.part)
    there = settlement.result_evidence
    return SettledLine(
        part=settlement.part,
        item=item.id if item else "",
        number=item.number if item else "",
        organisation=item.home_name if item else "",
        subject=settlement.subject,
        promise=settlement.text,
        claim=claim,
        state=item.state if item else "",
        reported=measure.latest if measure else "",
        on=measure.on if measure else "",
        report=(measure.report or "") if measure else "",
        outcome=settlement.outcome,
        result=settlement.result_text,
        quote=there.quote if there else "",
        source=file_name(there.source) if there else "",
        line=there.line if there else None,
        page=there.page if there else None,
        difference=_difference(settlement, claim, measure),
    )


def _claim(measure: MeasureLine | None, item: ItemLine | None, part: str) -> str:
    """What the ledger says became of the promise: by its last reading, else by whether the item was closed."""
    if measure is not None and measure.verdict != "unknown":
        return measure.verdict
    if item is not None and item.state == State.CLOSED.value:
        return REACHED
    unfinished = item is not None and part == PROJECT and item.state in (State.CARRIED.value, State.TERMINATED.value)
    return SHORT if unfinished else "unknown"


def _difference(settlement: Settlement, claim: str, measure: MeasureLine | None) -> str:
    if claim == REACHED and settlement.outcome == MISSED:
        return CLAIMED
    if claim == SHORT and settlement.outcome in _KEPT:
        return DENIED
    if _numbers_differ(settlement, measure):
        return NUMBERS
    if claim == REACHED and settlement.outcome == SILENT:
        return UNTOLD
    return AGREED


def _numbers_differ(settlement: Settlement, measure: MeasureLine | None) -> bool:
    if (
        measure is None
        or measure.value is None
        or settlement.result is None
        or settlement.outcome not in (*_KEPT, MISSED)
    ):
        return False
    factor, unit = base_unit(measure.unit)
    other_factor, other_unit = base_unit(settlement.result_unit)
    one, other = measure.value * factor, float(settlement.result) * other_factor
    return unit == other_unit and abs(one - other) > _EQUAL * max(abs(one), abs(other))
