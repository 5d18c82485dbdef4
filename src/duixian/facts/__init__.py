"""Facts that ship with the package: what the nation and the provinces aimed at and reached, with the source.

The table holds no sentence of a report: indicator, place, operator, numbers, unit, the title of the document and the
section. ``scripts/write_facts.py`` makes it from the reports; a test keeps it equal to what the extractor says.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from duixian.comparison.reports import Report
from duixian.records import DocumentRecord, Evidence, Figure

YEARS = (2024,)
COLUMNS = (
    "region",
    "region_name",
    "indicator",
    "subject",
    "kind",
    "op",
    "value",
    "value2",
    "unit",
    "words",
    "status",
    "period",
    "headline",
    "document",
    "section",
)
_SEPARATOR = " / "

__all__ = ["COLUMNS", "YEARS", "reports", "rows"]


def rows(year: int) -> Iterator[dict[str, str]]:
    """The rows of the table of a year's plans as they stand in the file. Raises ValueError for a year without one."""
    if year not in YEARS:
        raise ValueError(f"no included table of {year}; there is {', '.join(map(str, YEARS))}")
    text = files(__name__).joinpath(f"data/{year}.csv").read_text("utf-8")
    yield from csv.DictReader(text.splitlines())


@cache
def reports(year: int) -> tuple[Report, ...]:
    """One report a place out of the table of a year's plans: targets of the year, results of the year before.

    Evidence gives the title of the document as its source; line and offsets are 0 and the quote is empty, since the
    table has no text. Raises ValueError for a year without a table.
    """
    figures: dict[str, list[Figure]] = {}
    about: dict[str, dict[str, str]] = {}
    main: dict[str, set[str]] = {}
    for number, row in enumerate(rows(year)):
        figure = _figure(f"fact-{year}-{number:04}", row)
        about.setdefault(row["region"], row)
        figures.setdefault(row["region"], []).append(figure)
        main.setdefault(row["region"], set()).update([figure.id] if row["headline"] == "true" else [])
    return tuple(
        Report(_document(about[code], year), tuple(found), main_targets=frozenset(main[code]))
        for code, found in figures.items()
    )


def _document(row: dict[str, str], year: int) -> DocumentRecord:
    identity = f"fact-{year}-{row['region']}"
    return DocumentRecord(
        id=identity,
        document=identity,
        evidence=Evidence(row["document"], 0, None, 0, 0, ""),
        title=row["document"],
        kind="government_work_report",
        region=row["region"],
        region_name=row["region_name"],
        level="national" if row["region"] == "100000" else "province",
        plan_year=year,
        review_year=year - 1,
        date=None,
        speaker=None,
        office=None,
        line_start=0,
        line_end=0,
        sha256="",
    )


def _figure(identity: str, row: dict[str, str]) -> Figure:
    return Figure(
        id=identity,
        document="",
        evidence=Evidence(row["document"], 0, None, 0, 0, row["words"]),
        subject=row["subject"],
        action=row["words"],
        indicator=row["indicator"],
        kind=row["kind"],
        op=row["op"],
        value=_number(row["value"]),
        value2=_number(row["value2"]),
        unit=row["unit"],
        base_value=None,
        base_unit=None,
        status=row["status"],
        period=row["period"],
        section=tuple(row["section"].split(_SEPARATOR)) if row["section"] else (),
    )


def _number(text: str) -> float | int | None:
    if not text:
        return None
    value = float(text)
    return int(value) if value.is_integer() and "." not in text else value
