"""Comparisons as rows: one mapping a cell, settlement, change or finding, with stable names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from duixian.comparison.changes import Change, Comparison
from duixian.comparison.consistency import Finding
from duixian.comparison.distribution import Distribution
from duixian.comparison.matrix import Cell
from duixian.comparison.reconciliation import Reconciliation
from duixian.records import Evidence
from duixian.reporting.comparisons.labels import label

CELL_NAMES = (
    "region",
    "region_name",
    "indicator",
    "indicator_name",
    "year",
    "status",
    "state",
    "kind",
    "op",
    "value",
    "value2",
    "unit",
    "text",
    "derived",
    "headline",
    "rank",
    "of",
    "gap",
    "title",
    "section",
    "source",
    "line",
    "page",
    "quote",
    "figure",
)
DISTRIBUTION_NAMES = (
    "indicator",
    "indicator_name",
    "year",
    "number",
    "least",
    "middle",
    "most",
    "unit",
    "counts",
    "words",
    "silent",
    "unextracted",
    "nation",
)
SETTLEMENT_NAMES = (
    "region",
    "region_name",
    "year",
    "part",
    "indicator",
    "subject",
    "kind",
    "op",
    "value",
    "value2",
    "unit",
    "text",
    "outcome",
    "result",
    "result_unit",
    "result_text",
    "result_subject",
    "margin",
    "margin_unit",
    "score",
    "deadline",
    "section",
    "source",
    "line",
    "page",
    "quote",
    "result_source",
    "result_line",
    "result_page",
    "result_quote",
)
CHANGE_NAMES = (
    "region",
    "region_name",
    "part",
    "change",
    "indicator",
    "subject",
    "before",
    "after",
    "difference",
    "unit",
    "score",
    "before_source",
    "before_line",
    "before_quote",
    "after_source",
    "after_line",
    "after_quote",
)
FINDING_NAMES = (
    "check",
    "region",
    "region_name",
    "indicator",
    "subject",
    "expected",
    "found",
    "difference",
    "unit",
    "sources",
    "lines",
    "quotes",
)
_LIST = " / "


def cell_row(cell: Cell, language: str = "zh") -> dict[str, Any]:
    """A cell; the names are ``CELL_NAMES``. Empty texts of cells without a statement are None."""
    return {
        "region": cell.region,
        "region_name": cell.region_name,
        "indicator": cell.indicator,
        "indicator_name": label("indicator", cell.indicator, language),
        "year": cell.year,
        "status": cell.status,
        "state": cell.state,
        "kind": cell.kind or None,
        "op": cell.op or None,
        "value": cell.value,
        "value2": cell.value2,
        "unit": cell.unit or None,
        "text": cell.text or None,
        "derived": cell.derived,
        "headline": cell.headline,
        "rank": cell.rank,
        "of": cell.of,
        "gap": cell.gap,
        "title": cell.title or None,
        "section": _LIST.join(cell.section) or None,
        "source": cell.source or None,
        "line": cell.line or None,
        "page": cell.page,
        "quote": cell.quote or None,
        "figure": cell.figure or None,
    }


def distribution_row(each: Distribution, language: str = "zh") -> dict[str, Any]:
    """A column's spread; the names are ``DISTRIBUTION_NAMES``; counts read "≈6% 12 / ≈5.5% 9"."""
    return {
        "indicator": each.indicator,
        "indicator_name": label("indicator", each.indicator, language),
        "year": each.year,
        "number": each.number,
        "least": each.least,
        "middle": each.middle,
        "most": each.most,
        "unit": each.unit,
        "counts": _LIST.join(f"{text} {number}" for text, number in each.counts),
        "words": each.words,
        "silent": each.silent,
        "unextracted": each.unextracted,
        "nation": each.nation or None,
    }


def settlement_rows(book: Reconciliation) -> list[dict[str, Any]]:
    """Every promise of a place and year; the names are ``SETTLEMENT_NAMES``."""
    return [
        {
            "region": book.region,
            "region_name": book.region_name,
            "year": book.year,
            "part": each.part,
            "indicator": each.indicator,
            "subject": each.subject,
            "kind": each.kind,
            "op": each.op or None,
            "value": each.value,
            "value2": each.value2,
            "unit": each.unit or None,
            "text": each.text,
            "outcome": each.outcome,
            "result": each.result,
            "result_unit": each.result_unit or None,
            "result_text": each.result_text or None,
            "result_subject": each.result_subject or None,
            "margin": each.margin,
            "margin_unit": each.margin_unit or None,
            "score": each.score,
            "deadline": each.deadline,
            "section": _LIST.join(each.section) or None,
            **_evidence("", each.evidence, page=True),
            **_evidence("result_", each.result_evidence, page=True),
        }
        for each in book.settlements
    ]


def change_rows(comparison: Comparison, changes: Iterable[Change] | None = None) -> list[dict[str, Any]]:
    """Every difference between two plans; the names are ``CHANGE_NAMES``."""
    return [
        {
            "region": comparison.region,
            "region_name": comparison.region_name,
            "part": each.part,
            "change": each.change,
            "indicator": each.indicator or None,
            "subject": each.subject,
            "before": each.before or None,
            "after": each.after or None,
            "difference": each.difference,
            "unit": each.unit or None,
            "score": each.score,
            **_evidence("before_", each.evidence),
            **_evidence("after_", each.later_evidence),
        }
        for each in (comparison.changes if changes is None else changes)
    ]


def finding_row(finding: Finding) -> dict[str, Any]:
    """A finding; the names are ``FINDING_NAMES``; lists are joined by " / "."""
    return {
        "check": finding.check,
        "region": finding.region or None,
        "region_name": finding.region_name,
        "indicator": finding.indicator,
        "subject": finding.subject,
        "expected": finding.expected,
        "found": finding.found,
        "difference": finding.difference,
        "unit": finding.unit or None,
        "sources": _LIST.join(dict.fromkeys(figure.evidence.source for _, figure in finding.figures)),
        "lines": _LIST.join(str(figure.evidence.line) for _, figure in finding.figures if figure.evidence.line),
        "quotes": _LIST.join(figure.evidence.quote for _, figure in finding.figures if figure.evidence.quote),
    }


def _evidence(prefix: str, evidence: Evidence | None, *, page: bool = False) -> dict[str, Any]:
    names = ("source", "line", "page", "quote") if page else ("source", "line", "quote")
    return {prefix + name: getattr(evidence, name, None) for name in names}
