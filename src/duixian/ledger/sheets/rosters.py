"""Rosters 名册: organisations and people out of a table, as events; what is there already is only changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from duixian.ledger.errors import LedgerError
from duixian.ledger.kinds import Event
from duixian.ledger.organisations import (
    LABELS,
    Grant,
    Organisation,
    OrganisationAdded,
    OrganisationChanged,
    OrganisationKind,
    Person,
    PersonAdded,
    PersonChanged,
    Role,
    RolesChanged,
)
from duixian.ledger.sheets.changes import Change, Changes, Step, rehearsed
from duixian.ledger.sheets.forms import ORGANISATIONS, PEOPLE, Forms, forms
from duixian.ledger.sheets.names import Directory
from duixian.ledger.sheets.problems import Problem, problem_of
from duixian.ledger.sheets.reading import Line, Workbook
from duixian.ledger.tables import Tables

W = TypeVar("W", Role, OrganisationKind)
_MARKS = re.compile(r"[、，；,;\s/]+")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A row of the roster of organisations. old: what the ledger has of it."""

    line: Line
    row: Organisation
    old: Organisation | None


def organisation_changes(tables: Tables, book: Workbook, who: str | None = None) -> Changes:
    """What a roster of organisations would add and change; an organisation may stand before the one above it.

    who: the person who acts; the rules of the ledger are then asked too.
    """
    return rehearsed(tables, who, _Organisations(tables, book).changes())


def people_changes(tables: Tables, book: Workbook, who: str | None = None) -> Changes:
    """What a roster of people would add and change. A person may stand in several rows, with a role in each.

    who: the person who acts; the rules of the ledger are then asked too.
    """
    return rehearsed(tables, who, _People(tables, book).changes())


class _Roster:
    """What both rosters share."""

    form_name = ""

    def __init__(self, tables: Tables, book: Workbook) -> None:
        self.tables, self.book = tables, book
        self.words: Forms = forms(tables)
        self.present = {row.id: row for row in tables.select(Organisation)}
        self.root = next(row.id for row in self.present.values() if row.parent is None)
        self.directory = Directory(tables, self.root)
        self.found: list[Change] = []
        self.steps: list[Step] = []
        self.problems = list(book.problems)

    def result(self) -> Changes:
        return Changes(self.book.name, tuple(self.found), tuple(self.steps), tuple(self.problems), self.book.notes)

    def heading(self, key: str) -> str:
        return self.book.headings.get(key) or self.words.forms[self.form_name].heading(key)

    def problem(self, line: Line, key: str, value: str, reason: str, remedy: str) -> None:
        self.problems.append(Problem(line.number, self.heading(key), value, reason, remedy))

    def refused(self, line: Line, key: str, error: LedgerError) -> None:
        self.problems.append(problem_of(line.number, self.heading(key), line.text(key), error))

    def step(self, line: Line, target: str, event: Event) -> None:
        self.steps.append(Step(line.number, "", target, event))

    def change(self, line: Line, target: str, key: str, before: str, after: str) -> None:
        self.found.append(Change(line.number, target, self.heading(key), before, after))


class _Organisations(_Roster):
    form_name = ORGANISATIONS

    def changes(self) -> Changes:
        wanted: dict[str, _Wanted] = {}
        for line in self.book.lines:
            if not all(cell.sound for cell in line.cells.values()):
                continue
            one = self._row(line, wanted)
            if one is not None:
                wanted[one.row.id] = one
                if one.old is None:
                    self.directory.know(one.row)
        placed = {id: one for id, one in ((id, self._placed(one)) for id, one in wanted.items()) if one is not None}
        for one in self._in_order(placed):
            self._events(one)
        return self.result()

    def _row(self, line: Line, wanted: Mapping[str, _Wanted]) -> _Wanted | None:
        name, id = line.text("name"), line.text("id")
        if not name:
            self.problem(line, "name", "", "没有填写", "请填写单位名称")
            return None
        same = [row for row in self.present.values() if row.name == name]
        old = self.present.get(id) if id else same[0] if len(same) == 1 else None
        if not id and len(same) > 1:
            ids = "、".join(row.id for row in same)
            self.problem(line, "name", name, f"有几个单位叫这个名称（编号{ids}）", "请填写编号")
            return None
        id = old.id if old else id or name
        if id in wanted:
            self.problem(line, "id", id, f"与第{wanted[id].line.number}行是同一单位", "请只保留一行")
            return None
        kind = old.kind if old else OrganisationKind.DEPARTMENT
        if line.text("kind"):
            try:
                kind = _word(line.text("kind"), self.words.organisations)
            except LedgerError as error:
                self.refused(line, "kind", error)
                return None
        if old is not None and kind is not old.kind:
            self.problem(
                line, "kind", line.text("kind"), "已登记单位的种类不能改", "请恢复原来的种类，或另行登记新单位"
            )
            return None
        short = line.text("short") or (old.short if old else None)
        return _Wanted(line, Organisation(id, name, kind, old.parent if old else self.root, short), old)

    def _placed(self, one: _Wanted) -> _Wanted | None:
        """With the organisation above it, which may stand anywhere in the same table."""
        text = one.line.text("parent")
        if not text:
            return one
        try:
            parent = self.directory.organisation(text)
        except LedgerError as error:
            self.refused(one.line, "parent", error)
            return None
        if parent == one.row.id:
            self.problem(one.line, "parent", text, "上级单位就是它自己", "请填写另一个单位")
            return None
        return replace(one, row=replace(one.row, parent=parent))

    def _in_order(self, wanted: dict[str, _Wanted]) -> Sequence[_Wanted]:
        """New organisations after those above them; a circle is told."""
        ordered: list[_Wanted] = []
        waiting = dict(wanted)
        while waiting:
            ready = [
                one
                for one in waiting.values()
                if one.row.parent not in waiting or waiting[one.row.parent].old is not None
            ]
            if not ready:
                for one in waiting.values():
                    text = one.line.text("parent")
                    self.problem(one.line, "parent", text, "几个单位互为上级，成了一个圈", "请改正其中一个的上级单位")
                break
            for one in ready:
                ordered.append(one)
                del waiting[one.row.id]
        return ordered

    def _events(self, one: _Wanted) -> None:
        row, old, line = one.row, one.old, one.line
        assert row.parent is not None or old is not None
        if old is None:
            self.step(line, row.id, OrganisationAdded(row.id, row.name, row.kind, row.parent or self.root, row.short))
            self.change(line, row.id, "name", "", row.name)
            return
        name = row.name if row.name != old.name else None
        short = row.short if row.short != old.short else None
        parent = row.parent if row.parent != old.parent else None
        for key, before, after in (
            ("name", old.name, name),
            ("short", old.short or "", short),
            ("parent", self.directory.name(old.parent), self.directory.name(parent) if parent else None),
        ):
            if after is not None:
                self.change(line, row.id, key, before, after)
        if name or short or parent:
            self.step(line, row.id, OrganisationChanged(row.id, name, parent, short))


class _People(_Roster):
    form_name = PEOPLE

    def changes(self) -> Changes:
        persons = {row.id: row for row in self.tables.select(Person)}
        wanted: dict[str, tuple[Line, Person]] = {}
        for line in self.book.lines:
            if not all(cell.sound for cell in line.cells.values()):
                continue
            row = self._row(line, persons)
            if row is None:
                continue
            if row.id in wanted:
                first, known = wanted[row.id]
                if (known.name, known.organisation) != (row.name, row.organisation):
                    reason = f"与第{first.number}行编号相同，姓名或单位却不同"
                    self.problem(line, "id", row.id, reason, "请给每个人不同的编号")
                    continue
                row = replace(row, grants=tuple(dict.fromkeys((*known.grants, *row.grants))))
                line = first
            wanted[row.id] = (line, row)
        for line, row in wanted.values():
            self._events(line, row, persons.get(row.id))
        return self.result()

    def _row(self, line: Line, persons: Mapping[str, Person]) -> Person | None:
        name = line.text("name")
        before = len(self.problems)
        if not name:
            self.problem(line, "name", "", "没有填写", "请填写姓名")
        organisation = ""
        if not line.text("organisation"):
            self.problem(line, "organisation", "", "没有填写", "请填写所在单位")
        else:
            try:
                organisation = self.directory.organisation(line.text("organisation"))
            except LedgerError as error:
                self.refused(line, "organisation", error)
        grants = self._grants(line, organisation)
        if len(self.problems) > before:
            return None
        same = [row.id for row in persons.values() if row.name == name and row.organisation == organisation]
        id = line.text("id") or (same[0] if len(same) == 1 else name)
        old = persons.get(id)
        if old is not None and old.name != name:
            # An id that was mistyped must not give one person's record to another.
            self.problem(line, "id", id, f"这个编号是“{old.name}”的", "请换一个编号；如是更名，请先用 people rename")
            return None
        if old is not None and old.organisation != organisation and not line.text("id"):
            where = self.directory.name(old.organisation)
            remedy = f"如是调动，请在编号一栏填写{id}；同名的人请另填编号"
            self.problem(line, "organisation", line.text("organisation"), f"登记在“{where}”", remedy)
            return None
        return Person(id, name, organisation, grants)

    def _grants(self, line: Line, organisation: str) -> tuple[Grant, ...]:
        roles: list[Role] = []
        for word in filter(None, _MARKS.split(line.text("roles"))):
            try:
                roles.append(_word(word, self.words.roles))
            except LedgerError as error:
                self.refused(line, "roles", error)
        over: tuple[str, ...] = (organisation,)
        if line.text("over"):
            try:
                over = self.directory.organisations(line.text("over"))
            except LedgerError as error:
                self.refused(line, "over", error)
        return tuple(Grant(role, id) for role in dict.fromkeys(roles) for id in over)

    def _events(self, line: Line, row: Person, old: Person | None) -> None:
        if old is None:
            self.step(line, row.id, PersonAdded(row.id, row.name, row.organisation, row.grants))
            self.change(line, row.id, "name", "", row.name)
            if row.grants:
                self.change(line, row.id, "roles", "", self._said(row.grants))
            return
        if row.organisation != old.organisation:
            self.step(line, row.id, PersonChanged(row.id, organisation=row.organisation))
            before, after = self.directory.name(old.organisation), self.directory.name(row.organisation)
            self.change(line, row.id, "organisation", before, after)
        if row.grants and set(row.grants) != set(old.grants):
            self.step(line, row.id, RolesChanged(row.id, row.grants))
            self.change(line, row.id, "roles", self._said(old.grants), self._said(row.grants))

    def _said(self, grants: Sequence[Grant]) -> str:
        return "、".join(f"{LABELS[grant.role]}（{self.directory.name(grant.organisation)}）" for grant in grants)


def _word(text: str, words: Mapping[W, tuple[str, ...]]) -> W:
    for value, names in words.items():
        if text == value.value or text in names:
            return value
    raise LedgerError(text, f"没有“{text}”这个说法", f"请填写{'、'.join(names[0] for names in words.values())}之一")
