"""A matrix as one web page that needs no network; every cell shows its evidence."""

from __future__ import annotations

import re
from html import escape
from importlib.resources import files

from duixian.comparison.matrix import NO_REPORT, NOT_EXTRACTED, NOT_STATED, Cell, Matrix
from duixian.reporting.comparisons.labels import label

_SLOT = re.compile(r"\{\{([a-z]+)\}\}")
_SILENT = (NOT_STATED, NO_REPORT, NOT_EXTRACTED)


def matrix_page(matrix: Matrix, title: str, language: str = "zh") -> bytes:
    """The page as UTF-8. Whatever comes from documents is escaped."""
    slots = {
        "lang": "zh-CN" if language == "zh" else language,
        "title": escape(title),
        "legend": escape(label("text", "main", language) + label("text", "legend", language)),
        "find": escape(label("text", "find", language)),
        "click": escape(label("text", "click", language)),
        "head": _head(matrix, language),
        "rows": "\n".join(_row(matrix, code, name, language) for code, name in matrix.regions),
    }
    template = files("duixian.reporting.comparisons").joinpath("page.html").read_text("utf-8")
    return _SLOT.sub(lambda match: slots[match[1]], template).encode()


def _head(matrix: Matrix, language: str) -> str:
    several = len({year for _, year in matrix.columns}) > 1
    cells = [label("column", "region_name", language)]
    cells += [label("indicator", name, language) + (f" {year}" if several else "") for name, year in matrix.columns]
    return "".join(f'<th scope="col">{escape(cell)}</th>' for cell in cells)


def _row(matrix: Matrix, code: str, name: str, language: str) -> str:
    return (
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(_cell(cell, language) for cell in matrix.row(code))
        + "</tr>"
    )


def _cell(cell: Cell, language: str) -> str:
    if not cell.text:
        return f'<td class="silent">{escape(label("state", cell.state, language))}</td>'
    kind = "unsure" if cell.state == NOT_EXTRACTED else "derived" if cell.derived else "main" if cell.headline else ""
    text = label("state", cell.state, language) if cell.state in _SILENT else cell.text
    where = " · ".join(part for part in (cell.title, " / ".join(cell.section), _place(cell), cell.source) if part)
    attributes = f'data-where="{escape(where)}" data-quote="{escape(cell.quote)}"'
    return f'<td class="{kind}"><button type="button" {attributes}>{escape(text)}</button></td>'


def _place(cell: Cell) -> str:
    page = f"p.{cell.page} " if cell.page else ""
    return f"{page}L{cell.line}" if cell.line else page.strip()
