"""Writes the tables of docs/data-contract.md from the columns and labels that the program itself uses.

Run ``python scripts/write_contract.py`` after a change to the columns; a test fails while the page is out of date.
"""

from __future__ import annotations

import re
from pathlib import Path

from duixian.reporting.columns import KINDS, columns_of
from duixian.reporting.labels import label, labels

PAGE = Path(__file__).resolve().parents[1] / "docs" / "data-contract.md"
_PART = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_CODES = ("document_kind", "level", "figure_kind", "op", "figure_status", "stage", "project_status", "indicator")


def contract(page: str) -> str:
    """The page with its generated parts renewed."""
    return _PART.sub(lambda match: match[1] + _part(match[2]) + match[3], page)


def _part(name: str) -> str:
    if name in KINDS:
        rows = ["| 列 name | 中文名 | 类型 type | 含义 meaning |", "| --- | --- | --- | --- |"]
        for column in columns_of(name):
            codes = f"；{label('record', 'document', 'zh')}的字段" if column.of_document else ""
            rows.append(f"| `{column.name}` | {column.heading}{codes} | {column.type} | {column.meaning} |")
    elif name in _CODES:
        rows = ["| 代码 code | 名称 |", "| --- | --- |"]
        rows += [f"| `{code}` | {text} |" for code, text in labels(name, "zh").items()]
    else:
        raise ValueError(f"no such part: {name}")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(contract(PAGE.read_text("utf-8")), "utf-8")
