"""Words that were taught are understood: every row of tests/data/examples.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import duixian

ROWS = tomllib.loads((Path(__file__).parent / "data" / "examples.toml").read_text("utf-8"))
CASES = [(kind, row) for kind, rows in ROWS.items() for row in rows]
# A sentence by itself tells no year and no part of a report; it stands in the plan of an invented one, among paragraphs
# long enough to be known as such.
FRAME = """白石市政府工作报告
——2024年1月12日在白石市第九届人民代表大会第四次会议上

各位代表：

一、2023年工作回顾

过去一年，面对困难和挑战，全市上下同心协力，克服了一个又一个难关，各项事业都有了新的气象，人民群众得到了实惠。

二、2024年工作安排

新的一年，要把各项工作往实里做、往细里做，让群众看得见、摸得着、感受得到，不负大家的信任和嘱托。{}

三、加强政府自身建设

说到就要做到，承诺就要兑现，请全市人民监督。
"""


@pytest.mark.parametrize(("kind", "row"), CASES, ids=[row["text"][:24] for _, row in CASES])
def test_the_words_of_a_row_are_understood(kind: str, row: dict[str, Any]) -> None:
    wanted = {name: value for name, value in row.items() if name != "text"}
    found = [record for reading in duixian.read_text(FRAME.format(row["text"])) for record in reading.records([kind])]
    given = [{name: getattr(record, name) for name in wanted} for record in found]
    assert wanted in given
