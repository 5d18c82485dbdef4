"""The closing statement held against next year's report: which reports belong to a plan, and what comes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from duixian.comparison.reports import Report
from duixian.ledger.plans import Plan
from duixian.reporting.accounts.closing_statement import ClosingStatement, closing_statement
from duixian.reporting.accounts.sources import Stand


class Dated(Protocol):
    """A document as its record or the list of a corpus knows it."""

    @property
    def region(self) -> str | None: ...
    @property
    def region_name(self) -> str | None: ...
    @property
    def plan_year(self) -> int | None: ...
    @property
    def review_year(self) -> int | None: ...


def reviews(document: Dated, plan: Plan) -> bool:
    """Whether a document is of the plan's place and tells what became of its year."""
    return document.review_year == plan.year and of_place(document, plan)


def of_place(document: Dated, plan: Plan) -> bool:
    """Whether a document is of the plan's place; any is where the plan does not say which that is."""
    return plan.region is None or plan.region in (document.region, document.region_name)


def reconciled(stand: Stand, plan: str, opened_from: Sequence[Report], told_by: Sequence[Report]) -> ClosingStatement:
    """The closing statement with what the ledger and next year's report say of each promise, where they differ first.

    opened_from: reports among which is the one that the plan was opened from; told_by: those among which is next
    year's. Raises UnknownNameError, and LedgerError where there is none such among them.
    """
    row = stand.tables.need(Plan, plan, "年度台账")
    # The year before the place; where neither fits, it is told why the report does not belong to the plan.
    source = min(opened_from, key=lambda one: (one.document.plan_year != row.year, not of_place(one.document, row)))
    review = min(told_by, key=lambda one: (one.document.review_year != row.year, not of_place(one.document, row)))
    return closing_statement(stand, plan, source, review)
