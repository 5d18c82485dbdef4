"""The hand-made answers for the sample report of 2024 stand on their lines and keep to the shared vocabulary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from duixian import samples

GOLD = Path(__file__).resolve().parent / "data" / "sample_gold"
KINDS = {"growth", "level", "change", "rank", "multiple", "relative"}
OPS = {"eq", "approx", "ge", "gt", "le", "lt", "range", "sync", "faster", "positive", "qualitative"}
STATUSES = {"achieved", "target", "longterm", "ongoing", "context"}
STAGES = {"planning", "start", "building", "completed", "in_operation"}
NUMBERLESS = {"sync", "faster", "positive", "qualitative"}


def rows(kind: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLD / kind / "lanchuan-2024.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("kind", ["figures", "commitments", "projects"])
def test_every_answer_quotes_the_line_it_names(kind: str) -> None:
    lines = samples.report(2024).read_text(encoding="utf-8").split("\n")
    answers = rows(kind)
    assert answers
    for row in answers:
        assert row["quote"] in lines[row["line"] - 1], row


def test_figures_use_the_shared_vocabulary() -> None:
    for row in rows("figures"):
        assert row["kind"] in KINDS, row
        assert row["op"] in OPS, row
        assert row["status"] in STATUSES, row
        assert (row["value"] is None) == (row["op"] in NUMBERLESS), row
        assert (row["value2"] is not None) == (row["op"] == "range"), row


def test_projects_use_the_shared_stages() -> None:
    assert {row["stage"] for row in rows("projects")} == STAGES
