"""The decomposition table 任务分解表: what stands in its cells, and what a table that came back asks for."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from duixian.ledger.deadlines import deadline_of
from duixian.ledger.errors import LedgerError
from duixian.ledger.measures import Measure
from duixian.ledger.organisations import Organisation
from duixian.ledger.plans import (
    SETTLED,
    Item,
    ItemKind,
    ItemRegistered,
    ItemRevised,
    Plan,
    State,
    Suggestion,
    check_deadline,
    confirmed,
    item_id,
)
from duixian.ledger.sheets.changes import Change, Changes, Step, rehearsed
from duixian.ledger.sheets.forms import DECOMPOSITION, Form, Forms, forms
from duixian.ledger.sheets.names import Directory, place_of
from duixian.ledger.sheets.problems import Note, Problem, problem_of
from duixian.ledger.sheets.quantities import measures_of, measures_text
from duixian.ledger.sheets.reading import Line, Workbook, written
from duixian.ledger.states import ItemMoved, rules
from duixian.ledger.tables import Tables

REASON = "任务分解表调整"
_GONE = frozenset({State.MERGED, State.SPLIT, State.CARRIED, State.TERMINATED})
_FIXED = ("number", "state", "basis")
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item as the table shows it. proposed: whether its owners are suggestions that nobody was asked to keep."""

    item: Item
    cells: Mapping[str, str]
    proposed: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What can be set of an item, as typed values."""

    section: str
    text: str
    kind: ItemKind
    measures: tuple[Measure, ...]
    lead: str | None
    supporting: tuple[str, ...]
    deadline: str | None
    leader: str | None


def plan_lines(tables: Tables, plan: str) -> list[ItemLine]:
    """The items that the table of a plan lists, in the order of their numbers. Raises UnknownNameError."""
    row = tables.need(Plan, plan, "年度台账")
    words, directory = forms(tables), Directory(tables, row.organisation)
    items = sorted(tables.select(Item, plan=plan), key=lambda item: by_number(item.number))
    return [item_line(item, directory, words) for item in items if item.state not in _GONE]


def table_title(tables: Tables, plan: str) -> str:
    """The title of the table. Raises UnknownNameError."""
    row = tables.need(Plan, plan, "年度台账")
    government = tables.get(Organisation, row.organisation)
    place = place_of(government.name if government else "")
    return form_of(tables).title.replace("{place}", place).replace("{year}", str(row.year))


def form_of(tables: Tables) -> Form:
    """The form of the table in this office."""
    return forms(tables).forms[DECOMPOSITION]


def item_line(item: Item, directory: Directory, words: Forms) -> ItemLine:
    """What the cells of an item show."""
    wish = _present(item)
    proposed = item.state is State.REGISTERED and item.suggestion is not None
    cells = {
        "number": item.number,
        "section": item.section,
        "kind": words.kinds[item.kind],
        "text": item.text,
        "measures": measures_text(item.measures),
        "lead": directory.name(wish.lead),
        "supporting": directory.names(wish.supporting),
        "deadline": deadline_text(item.deadline),
        "leader": directory.person_name(item.leader),
        "state": rules().labels[item.state],
        "basis": _basis(item.suggestion) if proposed else "",
        "id": item.id,
    }
    return ItemLine(item, {key: written(text) for key, text in cells.items()}, proposed)


def deadline_text(deadline: str) -> str:
    """An ISO date as offices write it: 2025年6月底前, 2025年6月15日前."""
    day = date.fromisoformat(deadline)
    last = monthrange(day.year, day.month)[1]
    return f"{day.year}年{day.month}月底前" if day.day == last else f"{day.year}年{day.month}月{day.day}日前"


def by_number(number: str) -> tuple[tuple[int, int, str], ...]:
    """A key by which 2 comes before 10, and 2.9 before 2.10."""
    parts = (part for part in _DIGITS.split(number) if part)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def plan_changes(tables: Tables, plan: str, book: Workbook, who: str | None = None) -> Changes:
    """What a decomposition table that came back would change in a plan.

    Rows without id are new items; a row that is gone deletes nothing and is told. A cell that was edited here while
    the ledger's value changed since the export is a conflict, shown with both values. who: the person who acts; the
    rules of the ledger are then asked too. Raises LedgerError for a file that belongs to another plan.
    """
    row = tables.need(Plan, plan, "年度台账")
    if book.marker is not None and book.marker.subject != plan:
        raise LedgerError(book.name, f"是台账{book.marker.subject}的任务分解表，不是{plan}的", "请核对台账编号和文件")
    return rehearsed(tables, who, _Comparison(tables, row, book).changes())


class _Comparison:
    """One table beside one plan."""

    def __init__(self, tables: Tables, plan: Plan, book: Workbook) -> None:
        self.plan, self.book = plan, book
        self.words = forms(tables)
        self.form = self.words.forms[DECOMPOSITION]
        self.directory = Directory(tables, plan.organisation)
        self.items = {item.id: item for item in tables.select(Item, plan=plan.id)}
        self.by_number = {item.number: item for item in self.items.values()}
        self.found: list[Change] = []
        self.steps: list[Step] = []
        self.problems = list(book.problems)
        self.expect: dict[str, int] = {}
        self.parsers: dict[str, Callable[[str, Item | None], Any]] = {
            "section": lambda text, _: text,
            "text": self._text,
            "kind": self._kind,
            "measures": self._measures,
            "lead": self._lead,
            "supporting": lambda text, _: self.directory.organisations(text),
            "deadline": self._deadline,
            "leader": self._leader,
        }

    def changes(self) -> Changes:
        seen: dict[str, int] = {}
        new: list[Line] = []
        for line in self.book.lines:
            item = self._item(line)
            if item is None:
                continue
            if isinstance(item, Line):
                new.append(line)
            elif item.id in seen:
                reason = f"与第{seen[item.id]}行是同一事项"
                self._problem(line, "id", item.id, reason, "请只保留一行；新增事项请清空事项编号")
            else:
                seen[item.id] = line.number
                self._compare(line, item)
        self._add(new)
        expected = self.book.marker.versions if self.book.marker else self._live()
        absent = tuple(sorted((id for id in expected if id in self.items and id not in seen), key=by_number))
        notes = [*self.book.notes, *self._left_out()]
        return Changes(
            self.book.name,
            tuple(self.found),
            tuple(self.steps),
            tuple(self.problems),
            tuple(notes),
            absent,
            self.expect,
        )

    def _live(self) -> Iterable[str]:
        return [item.id for item in self.items.values() if item.state not in SETTLED]

    def _left_out(self) -> Iterable[Note]:
        """Columns that went out and did not come back."""
        for key, heading in (self.book.marker.headings if self.book.marker else {}).items():
            if key in self.parsers and key not in self.book.headings:
                yield Note(0, heading, "表里没有这一列，各事项的这一项不变")

    def _item(self, line: Line) -> Item | Line | None:
        """The item of a row; the row itself when it is a new one; None when that cannot be said."""
        cell = line.cells.get("id")
        if cell is not None and not cell.sound:
            return None
        id = line.text("id")
        if id:
            item = self.items.get(id)
            if item is None:
                self._problem(line, "id", id, "台账里没有这个事项编号", "请恢复原来的编号；新增事项请清空事项编号")
            return item
        number = line.text("number")
        taken = self.by_number.get(number) if number else None
        if taken is None:
            return line
        if "id" not in self.book.headings:
            return taken
        self._problem(line, "number", number, "这个序号已经有事项", "新增事项请换一个序号，或留空由系统编号")
        return None

    def _compare(self, line: Line, item: Item) -> None:
        shown = item_line(item, self.directory, self.words).cells
        marker = self.book.marker
        base = marker.cells.get(item.id, shown) if marker else shown
        for key in _FIXED if marker else ("number",):
            # Only a file of our own shows what was there before; in others all but the number is for the eye.
            if key not in self.book.headings or not self._sound(line, key):
                continue
            if line.text(key) not in (base.get(key, ""), shown[key], *(() if marker else ("",))):
                remedy = f"请恢复为“{base.get(key, '')[:60]}”"
                self._problem(line, key, line.text(key), "这一列由系统填写，不在表里修改", remedy)
        edited: dict[str, Any] = {}
        for key, parser in self.parsers.items():
            if key not in self.book.headings or not self._sound(line, key):
                continue
            text = line.text(key)
            if text in (base.get(key, ""), shown[key]):
                continue
            try:
                value = parser(text, item)
            except LedgerError as error:
                self.problems.append(problem_of(line.number, self._heading(key), text, error))
                continue
            if value == getattr(_present(item), key):
                continue
            if base.get(key, "") != shown[key]:
                reason = f"导出后已有人改为“{shown[key]}”，表里填的是“{text}”"
                self._problem(line, key, text, reason, "请重新导出后再改，或把这一格改成台账现在的内容")
                continue
            edited[key] = value
            self.found.append(Change(line.number, item.id, self._heading(key), shown[key], text))
        if edited:
            self._events(line, item, edited)

    def _events(self, line: Line, item: Item, edited: Mapping[str, Any]) -> None:
        wish = replace(_present(item), **edited)
        if wish.lead is not None and wish.lead in wish.supporting:
            name = self.directory.name(wish.lead)
            column = "lead" if "lead" in edited else "supporting"
            self._problem(line, column, name, "同一单位在牵头、配合单位中重复出现", "请只保留一处")
            return
        self.expect[item.id] = item.version
        owners = [key for key in ("lead", "supporting") if key in edited]
        others = [key for key in edited if key not in owners]
        proposal = item.state is State.REGISTERED
        if others or (owners and proposal):
            suggestion = confirmed(wish.lead, wish.supporting) if owners and proposal else None
            event = ItemRevised(
                item.id,
                wish.text,
                wish.kind,
                wish.measures,
                REASON,
                section=wish.section,
                suggestion=suggestion,
                leader=wish.leader if "leader" in edited else None,
                deadline=wish.deadline if "deadline" in edited else None,
            )
            # A refusal that has to do with one column is best told with it.
            told = others if others else owners
            column = "deadline" if "deadline" in told else told[0] if len(told) == 1 else ""
            self.steps.append(Step(line.number, self._heading(column) if column else "", item.id, event))
        if owners and not proposal:
            action = "transfer" if "lead" in owners else "rearrange"
            moved = ItemMoved(item.id, action, REASON, lead=wish.lead, supporting=wish.supporting)
            self.steps.append(Step(line.number, self._heading(owners[0]), item.id, moved))

    def _add(self, lines: Sequence[Line]) -> None:
        numbers = {*self.by_number, *(line.text("number") for line in lines)}
        taken: dict[str, int] = {}
        texts = {item.text: f"事项{item.number}" for item in self.items.values() if item.state not in _GONE}
        sections = {line.number: line.text("section") for line in self.book.lines}
        for line in lines:
            values: dict[str, Any] = {}
            bad = False
            for key, parser in self.parsers.items():
                text = line.text(key)
                if not self._sound(line, key):
                    bad = True
                elif text or key == "text":
                    try:
                        values[key] = parser(text, None)
                    except LedgerError as error:
                        bad = True
                        self.problems.append(problem_of(line.number, self._heading(key), text, error))
            lead, supporting = values.get("lead"), values.get("supporting", ())
            if lead is not None and lead in supporting:
                bad = True
                name = self.directory.name(lead)
                self._problem(line, "supporting", name, "同一单位在牵头、配合单位中重复出现", "请只保留一处")
            number = line.text("number")
            if number in taken:
                self._problem(
                    line, "number", number, f"与第{taken[number]}行的序号相同", "请换一个序号，或留空由系统编号"
                )
                continue
            if bad:
                continue
            if values["text"] in texts:
                # Most likely a table that was imported before.
                reason = f"没有事项编号，内容却与{texts[values['text']]}相同"
                self._problem(line, "text", values["text"], reason, "如果是同一事项，请重新导出后再改；否则请改写内容")
                continue
            texts[values["text"]] = f"第{line.number}行"
            section = values.get("section") or _above(sections, line.number)
            number = number or self._next(section, numbers)
            numbers.add(number)
            taken[number] = line.number
            event = ItemRegistered(
                self.plan.id,
                number,
                values["text"],
                values.get("kind", ItemKind.TASK),
                section,
                measures=values.get("measures", ()),
                deadline=values.get("deadline"),
                suggestion=confirmed(lead, supporting) if lead or supporting else None,
                leader=values.get("leader"),
            )
            target = item_id(self.plan.id, number)
            self.steps.append(Step(line.number, "", target, event))
            self.found.append(Change(line.number, target, "新增事项", "", values["text"]))

    def _next(self, section: str, numbers: set[str]) -> str:
        """The number after the last of the section, or of the plan where the section has none."""
        own = [item.number for item in self.items.values() if item.section == section]
        last = max(own or self.by_number, key=by_number, default="0")
        head, digits = re.fullmatch(r"(.*?)(\d*)", last, re.DOTALL).groups()  # type: ignore[union-attr]
        number = int(digits or "0") + 1
        while f"{head}{number}" in numbers:
            number += 1
        return f"{head}{number}"

    def _sound(self, line: Line, key: str) -> bool:
        cell = line.cells.get(key)
        return cell is None or cell.sound

    def _heading(self, key: str) -> str:
        return self.book.headings.get(key) or self.form.heading(key)

    def _problem(self, line: Line, key: str, value: str, reason: str, remedy: str) -> None:
        self.problems.append(Problem(line.number, self._heading(key), value, reason, remedy))

    def _text(self, text: str, item: Item | None) -> str:
        if not text:
            raise LedgerError(text, "没有填写", "请填写任务内容；要取消一个事项，请用终止或合并")
        return text

    def _kind(self, text: str, item: Item | None) -> ItemKind:
        for kind, label in self.words.kinds.items():
            if text in (label, kind.value):
                return kind
        raise LedgerError(text, "没有这种类别", f"请填写{'、'.join(self.words.kinds.values())}之一")

    def _measures(self, text: str, item: Item | None) -> tuple[Measure, ...]:
        return measures_of(item.id if item else "", text, item.measures if item else (), self.words)

    def _lead(self, text: str, item: Item | None) -> str | None:
        if text:
            found = self.directory.organisations(text)
            if len(found) > 1:
                raise LedgerError(text, "牵头单位只能是一个", "请把其余单位填到配合单位")
            return found[0]
        if item is not None and item.state is not State.REGISTERED:
            raise LedgerError(text, "已交办事项的牵头单位不能清空", "请填写牵头单位")
        return None

    def _deadline(self, text: str, item: Item | None) -> str:
        if not text:
            raise LedgerError(text, "没有填写", "请写明时限；全年的工作请写“年底前”")
        day = deadline_of(text, self.plan.year)
        if day is None:
            raise LedgerError(text, "读不出时限", "请写成“6月底前”“二季度”或 2025-06-30 这样")
        check_deadline(text, day.isoformat(), self.plan)
        return day.isoformat()

    def _leader(self, text: str, item: Item | None) -> str:
        if not text:
            raise LedgerError(text, "责任领导不能清空", "请填写新的责任领导")
        return self.directory.person(text)


def _present(item: Item) -> Wish:
    proposal = item.suggestion if item.state is State.REGISTERED else None
    lead, supporting = (proposal.lead, proposal.supporting) if proposal else (item.lead, item.supporting)
    return Wish(item.section, item.text, item.kind, item.measures, lead, supporting, item.deadline, item.leader)


def _basis(suggestion: Suggestion | None) -> str:
    if suggestion is None:
        return ""
    reasons = "；".join(suggestion.reasons)
    return reasons if suggestion.confidence >= 1 else f"把握{suggestion.confidence:.0%}：{reasons}"


def _above(sections: Mapping[int, str], row: int) -> str:
    """The section of the nearest row above that names one."""
    return next((sections[at] for at in sorted(sections, reverse=True) if at < row and sections[at]), "")
