"""Rosters to fill in: organisations and people, empty or as they stand."""

from __future__ import annotations

from duixian.ledger.organisations import LABELS, Grant, Organisation, Person
from duixian.ledger.sheets.forms import ORGANISATIONS, PEOPLE, forms
from duixian.ledger.sheets.names import Directory
from duixian.ledger.tables import Tables
from duixian.reporting.accounts.office import OfficeWorkbook

_SPARE = 500


def organisations_workbook(tables: Tables) -> bytes:
    """The roster of organisations as they stand, to be changed and added to, as .xlsx."""
    words = forms(tables)
    form = words.forms[ORGANISATIONS]
    book = OfficeWorkbook(words, form, form.title, form.note)
    rows = tables.select(Organisation)
    directory = Directory(tables, next(row.id for row in rows if row.parent is None))
    for row in rows:
        book.add(
            {
                "id": row.id,
                "name": row.name,
                "short": row.short or "",
                "kind": words.organisations[row.kind][0],
                "parent": directory.name(row.parent),
            },
            {},
        )
    book.choose("kind", [names[0] for names in words.organisations.values()], _SPARE, strict=True)
    book.choose("parent", [directory.name(row.id) for row in rows], _SPARE, strict=False)
    _show_id(book)
    return book.finish()


def people_workbook(tables: Tables) -> bytes:
    """The roster of people as they stand, one row for each role and place, as .xlsx."""
    words = forms(tables)
    form = words.forms[PEOPLE]
    book = OfficeWorkbook(words, form, form.title, form.note)
    organisations = tables.select(Organisation)
    directory = Directory(tables, next(row.id for row in organisations if row.parent is None))
    for row in tables.select(Person):
        grants: tuple[Grant | None, ...] = row.grants or (None,)
        for grant in grants:
            book.add(
                {
                    "name": row.name,
                    "id": row.id,
                    "organisation": directory.name(row.organisation),
                    "roles": LABELS[grant.role] if grant else "",
                    "over": directory.name(grant.organisation) if grant else "",
                },
                {},
            )
    names = [directory.name(row.id) for row in organisations]
    book.choose("organisation", names, _SPARE, strict=False)
    book.choose("over", names, _SPARE, strict=False)
    book.choose("roles", list(LABELS.values()), _SPARE, strict=False, hint="几个角色用顿号分开")
    _show_id(book)
    return book.finish()


def _show_id(book: OfficeWorkbook) -> None:
    """In a roster the id is written by people, not by us."""
    at = book.at("id")
    if at is not None:
        book.sheet.set_column(at, at, book.form.columns[at].width, book.look("unlocked"))
