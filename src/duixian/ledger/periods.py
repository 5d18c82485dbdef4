"""Periods beside one another: the days of one, the one before it, the same one of another year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from duixian.ledger.rounds import period_end, rhythm_of
from duixian.ledger.tables import Tables


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day, ISO, both within."""

    start: str
    end: str


def span(tables: Tables, period: str) -> Span:
    """The days of a period such as 2025-03, 2025-Q1 or 2025. Raises LedgerError."""
    rhythm, _ = rhythm_of(tables, period)
    end = period_end(tables, period)
    return Span(date(end.year, end.month - rhythm.months + 1, 1).isoformat(), end.isoformat())


def year_of(tables: Tables, period: str) -> int:
    """The calendar year of a period. Raises LedgerError."""
    return period_end(tables, period).year


def year_before(tables: Tables, period: str) -> str:
    """The same period of the year before: 2024-Q1 for 2025-Q1. Raises LedgerError."""
    return _written(tables, period, -1, None)


def before(tables: Tables, period: str) -> str:
    """The period of the same rhythm that ended when this one began: 2024-Q4 for 2025-Q1. Raises LedgerError."""
    rhythm, _ = rhythm_of(tables, period)
    found = re.fullmatch(rhythm.pattern, period, re.ASCII)
    part = found.groupdict().get("part") if found else None
    if part is None:
        return _written(tables, period, -1, None)
    earlier = int(part) - 1
    return _written(tables, period, 0, earlier) if earlier else _written(tables, period, -1, 12 // rhythm.months)


def _written(tables: Tables, period: str, years: int, part: int | None) -> str:
    """The period with another year and, unless None, another part, in the office's own way of writing it."""
    rhythm, _ = rhythm_of(tables, period)
    found = re.fullmatch(rhythm.pattern, period, re.ASCII)
    assert found is not None
    pieces = {found.span("year"): f"{int(found['year']) + years:04d}"}
    if part is not None:
        pieces[found.span("part")] = f"{part:0{len(found['part'])}d}"
    text = period
    for (start, end), piece in sorted(pieces.items(), reverse=True):
        text = text[:start] + piece + text[end:]
    return text
