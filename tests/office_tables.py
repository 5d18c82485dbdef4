"""Workbooks of an invented office, edited as people edit them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
from ledger_office import Clock, office
from openpyxl.cell.cell import MergedCell

from duixian.ledger.measures import Measure
from duixian.ledger.organisations import OrganisationAdded, OrganisationKind
from duixian.ledger.plans import ItemKind, ItemRegistered, Suggestion
from duixian.ledger.rounds import RoundOpened
from duixian.ledger.sheets import decomposition, returns
from duixian.ledger.sheets.changes import Changes
from duixian.ledger.sheets.reading import read_table
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger
from duixian.reporting.accounts.decomposition_workbook import decomposition_workbook
from duixian.reporting.accounts.round_workbook import round_workbook

HEAD = 3  # the row of the headings
ROUND = "2025@2025-03"
ROAD = (Measure("里程", "≥", 200, "公里", figure="f1"), Measure("增速", "～", 5, "%", 6))


@contextmanager
def desk(backend: str, folder: Path) -> Iterator[tuple[Ledger, Clock]]:
    """A plan whose items 1 to 3 are assigned and 4 to 6 only proposed; items 1 and 3 are dept1's and accepted."""
    with office(backend, folder, items=3, departments=2) as (ledger, clock, _):
        ledger.record(
            "li",
            OrganisationAdded("edu", "云岭市教育局", OrganisationKind.DEPARTMENT, "gov", "市教局"),
            OrganisationAdded("development_reform", "发展改革委", OrganisationKind.DEPARTMENT, "gov"),
            OrganisationAdded("green", "青川区", OrganisationKind.DISTRICT, "gov"),
            OrganisationAdded("edu2", "教育局", OrganisationKind.DEPARTMENT, "green"),
            *(
                ItemRegistered(
                    "2025",
                    str(number),
                    f"=修建第{number}条路" if number == 5 else f"修建第{number}条路",
                    ItemKind.PROJECT,
                    "三、项目 / （一）道路",
                    None,
                    ROAD,
                    suggestion=Suggestion("development_reform", ("edu",), 0.82, ("任务内容“道路”",)),
                    leader="zhang",
                )
                for number in (4, 5, 6)
            ),
            ItemMoved("2025/1", "rearrange", "协同", supporting=("edu", "development_reform")),
            RoundOpened("2025", "2025-03"),
        )
        ledger.record("own1", ItemMoved("2025/1", "accept"), ItemMoved("2025/3", "accept"))
        yield ledger, clock


def exported(ledger: Ledger, plan: str = "2025") -> bytes:
    """The decomposition table as it goes out."""
    with ledger.read() as tables:
        return decomposition_workbook(tables, plan, ledger.head())


def sent(ledger: Ledger, organisation: str = "dept1") -> bytes:
    """The progress sheet of an organisation as it goes out."""
    with ledger.read() as tables:
        return round_workbook(tables, ROUND, organisation, ledger.head())


def opened(data: bytes) -> Any:
    """The workbook in Excel's hands."""
    return openpyxl.load_workbook(io.BytesIO(data))


def saved(book: Any) -> bytes:
    """The workbook as it is saved."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def columns(sheet: Any) -> dict[str, int]:
    """Heading -> column."""
    return {cell.value: cell.column for cell in sheet[HEAD] if cell.value}


def edited(data: bytes, cells: Mapping[tuple[int, str], Any]) -> bytes:
    """The same with other values in these cells: row as Excel counts, heading."""
    book = opened(data)
    sheet = book.worksheets[0]
    at = columns(sheet)
    for (row, heading), value in cells.items():
        cell = sheet.cell(row, at[heading])
        if not isinstance(cell, MergedCell):
            cell.value = value
    return saved(book)


def compared(ledger: Ledger, data: bytes, name: str = "表.xlsx", who: str | None = "li") -> Changes:
    """What a decomposition table asks for."""
    with ledger.read() as tables:
        book = read_table(data, name, decomposition.form_of(tables))
        return decomposition.plan_changes(tables, "2025", book, who)


def returned(ledger: Ledger, data: bytes, name: str = "表.xlsx", who: str = "own1") -> Changes:
    """What a progress sheet reports."""
    with ledger.read() as tables:
        return returns.return_changes(tables, ROUND, read_table(data, name, returns.form_of(tables)), who)


def told(changes: Changes) -> list[tuple[int, str]]:
    """Row and heading of every problem."""
    return [(problem.row, problem.column) for problem in changes.problems]
