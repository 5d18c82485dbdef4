"""Names as people write them, matched to the organisations and people of the ledger."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from duixian.ledger.errors import LedgerError, UnknownNameError
from duixian.ledger.organisations import Organisation, Person
from duixian.ledger.tables import Tables
from duixian.vocabulary.departments import load_departments

_MARKS = re.compile(r"[、，；,;\n]+")
_NAMED = re.compile(r"(?P<name>.*)[\[［(（](?P<id>[^\]］)）]+)[\]］)）]")
_GOVERNMENT = "人民政府"
_AUTONOMOUS = ("自治区", "自治州", "自治县")


class Directory:
    """Finds organisations by id, name, short name or the vocabulary of departments, and people by id or name.

    home: id of the government whose plan it is. Of several organisations with one name the one right below it is
    meant; where that does not settle it, the id has to be written behind the name: 教育局[edu2].
    """

    def __init__(self, tables: Tables, home: str) -> None:
        self._organisations = {row.id: row for row in tables.select(Organisation)}
        self._people = {row.id: row for row in tables.select(Person)}
        self._home = home
        self._place = place_of(self._organisations[home].name if home in self._organisations else "")
        self._called = load_departments().called
        self._names: dict[str, set[str]] = defaultdict(set)
        self._works: dict[str, set[str]] = defaultdict(set)
        for row in self._organisations.values():
            self.know(row)
        self._persons: dict[str, set[str]] = defaultdict(set)
        for person in self._people.values():
            self._persons[_plain(person.name)].add(person.id)

    def know(self, row: Organisation) -> None:
        """Find this organisation too: one that a table has just named."""
        self._organisations[row.id] = row
        for name in filter(None, (row.name, row.short)):
            for form in {_plain(name), self._bare(name)}:
                self._names[form].add(row.id)
            key = self._called.get(self._bare(name))
            if key is not None:
                self._works[key].add(row.id)

    def organisation(self, text: str) -> str:
        """The id of the organisation that is meant. Raises UnknownNameError with the nearest names, LedgerError."""
        written = text.strip()
        if written in self._organisations:
            return written
        named = _NAMED.fullmatch(written)
        if named and named["id"].strip() in self._organisations:
            return named["id"].strip()
        plain = _plain(written)
        for found in (self._names.get(plain), self._names.get(self._bare(written)), self._of_department(written)):
            if found:
                return self._one(written, found)
        known = (name for row in self._organisations.values() for name in (row.name, row.short) if name)
        raise UnknownNameError(written, "单位", known)

    def organisations(self, text: str) -> tuple[str, ...]:
        """The ids of several, each once: names apart by 、，；, line breaks or spaces. Raises LedgerError."""
        found: list[str] = []
        for piece in _MARKS.split(text):
            for name in self._pieces(piece.strip()):
                id = self.organisation(name)
                if id in found:
                    raise LedgerError(name, "同一单位写了两次", "请只保留一处")
                found.append(id)
        return tuple(found)

    def person(self, text: str) -> str:
        """The id of the person who is meant. Raises UnknownNameError with the nearest names, LedgerError."""
        written = text.strip()
        named = _NAMED.fullmatch(written)
        for id in (written, named["id"].strip() if named else ""):
            if id in self._people:
                return id
        found = self._persons.get(_plain(written), set())
        if len(found) > 1:
            raise LedgerError(written, f"有几个人叫这个名字（编号{'、'.join(sorted(found))}）", "请在姓名后面写明编号")
        if not found:
            raise UnknownNameError(written, "人员", (row.name for row in self._people.values()))
        return next(iter(found))

    def name(self, organisation: str | None) -> str:
        """How to write an organisation so that it is found again; "" for None."""
        if organisation is None:
            return ""
        row = self._organisations.get(organisation)
        if row is None:
            return organisation
        try:
            alone = not _MARKS.search(row.name) and self.organisation(row.name) == organisation
        except LedgerError:
            alone = False
        return row.name if alone else f"{row.name}[{organisation}]"

    def names(self, organisations: Iterable[str]) -> str:
        """Several, apart by 、."""
        return "、".join(map(self.name, organisations))

    def person_name(self, person: str | None) -> str:
        """How to write a person so that the same one is found again; "" for None."""
        if person is None:
            return ""
        row = self._people.get(person)
        if row is None:
            return person
        try:
            alone = self.person(row.name) == person
        except LedgerError:
            alone = False
        return row.name if alone else f"{row.name}[{person}]"

    def _pieces(self, piece: str) -> list[str]:
        """One name, or several that only spaces keep apart."""
        if " " not in piece and "\t" not in piece and "\u3000" not in piece:
            return [piece] if piece else []
        try:
            self.organisation(piece)
        except LedgerError:
            return piece.split()
        return [piece]

    def _one(self, written: str, found: set[str]) -> str:
        if len(found) == 1:
            return next(iter(found))
        near = [id for id in found if id == self._home or self._organisations[id].parent == self._home]
        exact = [id for id in near or found if _plain(self._organisations[id].name) == _plain(written)]
        for some in (near, exact):
            if len(some) == 1:
                return some[0]
        names = "、".join(f"{self._organisations[id].name}[{id}]" for id in sorted(found))
        raise LedgerError(written, f"有几个单位可以这样称呼：{names}", "请照这样写明是哪一个")

    def _of_department(self, written: str) -> set[str]:
        key = self._called.get(self._bare(written))
        if key is None:
            return set()
        return {key} if key in self._organisations else self._works.get(key, set())

    def _bare(self, name: str) -> str:
        """The name without the place: 云岭市教育局 and 市教育局 are 教育局 in 云岭市."""
        plain = _plain(name)
        place = self._place
        if not place:
            return plain
        level = next((word for word in _AUTONOMOUS if place.endswith(word)), place[-1])
        for prefix in (f"{place}{_GOVERNMENT}", place, f"{level}{_GOVERNMENT}", level):
            if plain.startswith(prefix) and len(plain) > len(prefix) + 1:
                return plain[len(prefix) :]
        return plain


def place_of(government: str) -> str:
    """The place of a government by its name: 云岭市 of 云岭市人民政府."""
    return government.removesuffix(_GOVERNMENT)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
