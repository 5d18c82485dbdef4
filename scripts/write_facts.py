"""Writes src/duixian/facts/data/2024.csv from the compilation of the 2024 reports with the extractor.

Run ``python scripts/write_facts.py [FILE]`` after the extractor has changed; a test says when that is. FILE is the
compilation; by default the one beside this repository. ``--check`` lists every row with its words and line, for reading
against the source.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import Any

import duixian
from duixian import facts
from duixian.comparison.amounts import wording_of
from duixian.comparison.headlines import Statement, chosen
from duixian.comparison.reports import Report, report_of

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT.parent / "shared" / "corpus" / "government-work-reports-2024.txt"
TABLE = ROOT / "src" / "duixian" / "facts" / "data" / "2024.csv"
YEAR = 2024
HEADING = 14
# What the reports compare themselves by; of other indicators only what the main expected targets name.
CORE = (
    "gdp",
    "industrial_va",
    "fai",
    "retail",
    "trade",
    "budget_revenue",
    "income_all",
    "income_urban",
    "income_rural",
    "new_jobs",
    "unemployment",
    "cpi",
    "grain_output",
    "rd_intensity",
    "energy_intensity",
    "urbanization",
)


def statements(source: Path) -> list[Statement]:
    """What goes into the table, by place, results before targets, in the order of the text."""
    reports = [report_of(reading) for reading in duixian.read(source)]
    places = [report for report in reports if report.document.level in ("national", "province")]
    found: list[Statement] = []
    for report in sorted(places, key=lambda report: report.region):
        found += _of(report)
    return found


def _of(report: Report) -> list[Statement]:
    out = []
    for status, year in (("achieved", YEAR - 1), ("target", YEAR)):
        own = [
            each for each in chosen([report], status, year).values() if each.headline or each.figure.indicator in CORE
        ]
        out += sorted(own, key=lambda each: each.figure.evidence.start)
    return out


def _short(heading: str) -> str:
    """The beginning of a heading: enough to find it, too little to be a sentence."""
    return heading if len(heading) <= HEADING else heading[:HEADING] + "…"


def row(statement: Statement) -> dict[str, Any]:
    """One row of the table."""
    figure, document = statement.figure, statement.report.document
    return {
        "region": document.region,
        "region_name": document.region_name,
        "indicator": figure.indicator,
        "subject": figure.subject,
        "kind": figure.kind,
        "op": figure.op,
        "value": "" if figure.value is None else figure.value,
        "value2": "" if figure.value2 is None else figure.value2,
        "unit": figure.unit,
        "words": wording_of(figure),
        "status": figure.status,
        "period": figure.period,
        "headline": "true" if statement.headline else "false",
        "document": document.title,
        "section": " / ".join(_short(heading) for heading in figure.section[:2]),
    }


def table(source: Path = SOURCE) -> str:
    """The whole table as CSV."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, facts.COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row(statement) for statement in statements(source))
    return buffer.getvalue()


def main(arguments: list[str]) -> None:
    source = next((Path(each) for each in arguments if not each.startswith("-")), SOURCE)
    if "--check" in arguments:
        for each in statements(source):
            cells = row(each)
            shown = (
                cells[name] for name in ("region_name", "status", "indicator", "kind", "op", "value", "value2", "unit")
            )
            print(*shown, cells["words"], "|", each.figure.evidence.line, each.figure.evidence.quote)
        return
    TABLE.write_text(table(source), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
