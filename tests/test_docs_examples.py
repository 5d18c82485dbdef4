"""Words that were taught are understood: every row of tests/data/examples.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import duixian

ROWS = tomllib.loads((Path(__file__).parent / "data" / "examples.toml").read_text("utf-8"))
CASES = [(kind, row) for kind, rows in ROWS.items() for row in rows]
# A sentence by itself tells no year and no part of a report; it stands in the plan of an invented one.
FRAME = "白石市政府工作报告\n各位代表：\n一、2023年工作回顾\n过去一年，成绩来之不易。\n二、2024年工作安排\n{}\n"


@pytest.mark.parametrize(("kind", "row"), CASES, ids=[row["text"][:24] for _, row in CASES])
def test_the_words_of_a_row_are_understood(kind: str, row: dict[str, Any]) -> None:
    wanted = {name: value for name, value in row.items() if name != "text"}
    found = [record for reading in duixian.read_text(FRAME.format(row["text"])) for record in reading.records([kind])]
    given = [{name: getattr(record, name) for name in wanted} for record in found]
    assert wanted in given
