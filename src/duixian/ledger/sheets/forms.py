"""Forms 表格式样: titles, headings and order of the tables that offices exchange. The list itself is data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from duixian.ledger.errors import LedgerError
from duixian.ledger.organisations import OrganisationKind, Role
from duixian.ledger.plans import ItemKind
from duixian.ledger.rulebook import rule
from duixian.ledger.tables import Tables

DECOMPOSITION, PROGRESS = "decomposition", "progress"
ORGANISATIONS, PEOPLE = "organisations_roster", "people_roster"

_KEYS = {
    DECOMPOSITION: (
        "number section kind text measures lead supporting deadline leader state basis id",
        "text lead deadline id",
    ),
    PROGRESS: (
        "number text measure goal unit last_value last_sentence value percent sentence problems help corrected "
        "correction id",
        "measure value sentence id",
    ),
    ORGANISATIONS: ("id name short kind parent", "name"),
    PEOPLE: ("name id organisation roles over", "name organisation"),
}
"""What may stand in the columns of each form, and what must."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; the fields are explained in ``data/forms.toml``."""

    key: str
    heading: str
    also: tuple[str, ...] = ()
    width: float = 12
    word: float | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of table. sheet: name of its worksheet. note: a line for those who fill it in."""

    name: str
    title: str
    sheet: str
    note: str
    columns: tuple[Column, ...]

    def column(self, key: str) -> Column | None:
        """The column with this in it, None when the office left it out."""
        return next((column for column in self.columns if column.key == key), None)

    def heading(self, key: str) -> str:
        """What the column is called; the key where there is no such column."""
        column = self.column(key)
        return column.heading if column else key


@dataclass(frozen=True, slots=True)
class Forms:
    """All forms with the words that stand in their cells. before, after: other spellings of relations."""

    forms: Mapping[str, Form]
    fonts: Mapping[str, tuple[str, ...]]
    kinds: Mapping[ItemKind, str]
    organisations: Mapping[OrganisationKind, tuple[str, ...]]
    roles: Mapping[Role, tuple[str, ...]]
    before: Mapping[str, str]
    after: Mapping[str, str]
    yes: frozenset[str]
    no: frozenset[str]


def forms(tables: Tables) -> Forms:
    """The forms that this office uses."""
    return cast("Forms", rule(tables, "forms"))


def parse(data: dict[str, Any]) -> Forms:
    """Forms as in ``data/forms.toml``. Raises LedgerError, KeyError, TypeError and ValueError on bad ones."""
    return Forms(
        {name: _form(name, data[name]) for name in _KEYS},
        {use: tuple(names) for use, names in data["fonts"].items()},
        {kind: str(data["kinds"][kind]) for kind in ItemKind},
        {kind: tuple(data["organisations"][kind]) for kind in OrganisationKind},
        {role: tuple(data["roles"][role]) for role in Role},
        dict(data["operators"]["before"]),
        dict(data["operators"]["after"]),
        frozenset(data["answers"]["yes"]),
        frozenset(data["answers"]["no"]),
    )


def _form(name: str, data: dict[str, Any]) -> Form:
    columns = tuple(Column(**{**row, "also": tuple(row.get("also", ()))}) for row in data["columns"])
    keys = [column.key for column in columns]
    possible, needed = (words.split() for words in _KEYS[name])
    for key in keys:
        if key not in possible:
            raise LedgerError(name, f"没有“{key}”这种列", f"可用的有：{'、'.join(possible)}")
    missing = [key for key in needed if key not in keys]
    if missing:
        raise LedgerError(name, f"缺少列“{'、'.join(missing)}”", "请补上这些列")
    headings = [heading for column in columns for heading in (column.heading, *column.also)]
    if len(set(keys)) < len(keys) or len(set(headings)) < len(headings):
        raise LedgerError(name, "有两列的 key 或列名相同", "请给每一列不同的名称")
    return Form(name, str(data["title"]), str(data["sheet"]), str(data.get("note", "")), columns)
