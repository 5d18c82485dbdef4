"""Leads suggested for commitments of real reports, against labels made by hand."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from functools import cache
from pathlib import Path

import pytest

import duixian
from duixian.ledger.assignment import suggest
from duixian.records import Commitment, Figure

DATA = Path(__file__).parent / "data"
SOURCE = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "government-work-reports-2024.txt"


def digest(clause: str) -> str:
    """A short hash of a clause by its letters and digits, so that another way of cutting points does not matter."""
    return hashlib.sha256("".join(filter(str.isalnum, unicodedata.normalize("NFKC", clause))).encode()).hexdigest()[:12]


@cache
def clauses() -> dict[object, tuple[str | None, Commitment, dict[str, Figure]]]:
    found: dict[object, tuple[str | None, Commitment, dict[str, Figure]]] = {}
    for document in duixian.read(SOURCE):
        figures = {figure.id: figure for figure in document.figures()}
        for commitment in document.commitments():
            entry = (document.record.level, commitment, figures)
            found[commitment.id] = found[commitment.evidence.line, digest(commitment.evidence.quote)] = entry
    return found


@pytest.mark.parametrize(
    # Labels were made before suggestions were looked at; words were added afterwards, so these are floors against
    # falling back, not measures of reports never seen (docs/departments.md has those).
    ("sample", "least_rows", "lead", "lead_or_support"),
    [
        ("lead_departments", 150, 0.85, 0.92),
        ("lead_departments_more", 200, 0.85, 0.92),
        ("lead_departments_random", 200, 0.88, 0.94),
    ],
)
def test_the_lead_is_who_a_reader_would_name(sample: str, least_rows: int, lead: float, lead_or_support: float) -> None:
    if not SOURCE.is_file():
        pytest.skip("the corpus is not beside the repository")
    rows = [json.loads(line) for line in (DATA / f"{sample}.jsonl").read_text("utf-8").splitlines()]
    first = among = count = 0
    for row in rows:
        entry = clauses().get(row["commitment"]) or clauses().get((row["line"], row["clause"]))
        if entry is None:
            continue
        level, commitment, figures = entry
        found = suggest(commitment, level, figures=figures)
        count += 1
        first += found.lead == row["department"]
        among += row["department"] in (found.lead, *found.supporting)
    assert count >= least_rows
    assert first / count >= lead
    assert among / count >= lead_or_support
