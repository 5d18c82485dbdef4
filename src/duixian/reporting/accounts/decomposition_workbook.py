"""The decomposition table 任务分解表 as a workbook that can be edited and comes back."""

from __future__ import annotations

from duixian.ledger.journal import Head
from duixian.ledger.organisations import Grant, Organisation, Person, Role
from duixian.ledger.plans import Plan
from duixian.ledger.sheets.decomposition import form_of, plan_lines, table_title
from duixian.ledger.sheets.forms import DECOMPOSITION, forms
from duixian.ledger.sheets.marker import Marker
from duixian.ledger.sheets.names import Directory
from duixian.ledger.tables import Tables
from duixian.reporting.accounts.office import CELL_LIMIT, OfficeWorkbook, headings
from duixian.reporting.tables import csv_rows

_SPARE = 200  # rows below the last in which new items find the lists too
_CENTERED = ("number", "kind", "deadline", "leader", "state")
_HINT = "几个单位用顿号分开"


def decomposition_workbook(tables: Tables, plan: str, head: Head) -> bytes:
    """The table of a plan as .xlsx. head: the end of the journal, by which it is known when it comes back.

    Proposed owners of items that are not assigned stand in blue italics, with the reasons in a column of their own.
    Raises UnknownNameError.
    """
    row = tables.need(Plan, plan, "年度台账")
    words, form = forms(tables), form_of(tables)
    directory = Directory(tables, row.organisation)
    lines = plan_lines(tables, plan)
    book = OfficeWorkbook(words, form, table_title(tables, plan), form.note)
    for line in lines:
        looks = dict.fromkeys(_CENTERED, "center")
        if line.proposed:
            looks |= {"lead": "proposed", "supporting": "proposed"}
        book.add({**line.cells, "state": line.cells["state"]}, looks)
    organisations = [directory.name(one.id) for one in tables.select(Organisation)]
    leaders = [directory.person_name(one.id) for one in tables.select(Person) if _leads(one)]
    book.choose("lead", organisations, _SPARE, strict=False)
    book.choose("supporting", organisations, _SPARE, strict=False, hint=_HINT)
    book.choose("kind", list(words.kinds.values()), _SPARE, strict=True)
    book.choose("leader", leaders, _SPARE, strict=False)
    shown = [column.key for column in form.columns if column.word is not None]
    last = max((book.at(key) or 0) for key in shown) if shown else len(form.columns) - 1
    book.sheet.print_area(0, 0, book.rows + 2, last)
    marker = Marker(
        DECOMPOSITION,
        plan,
        "",
        head.sequence,
        head.hash,
        headings(form.columns),
        {line.item.id: line.item.version for line in lines},
        {line.item.id: {key: text[:CELL_LIMIT] for key, text in line.cells.items()} for line in lines},
    )
    return book.finish(marker)


def decomposition_csv(tables: Tables, plan: str) -> bytes:
    """The same rows as CSV with a byte order mark; it comes back too, but cannot show who changed what meanwhile."""
    form = form_of(tables)
    rows = ([line.cells.get(column.key, "") for column in form.columns] for line in plan_lines(tables, plan))
    return ("\ufeff" + csv_rows([column.heading for column in form.columns], rows)).encode()


def _leads(person: Person) -> bool:
    return any(isinstance(grant, Grant) and grant.role is Role.LEADER for grant in person.grants)
