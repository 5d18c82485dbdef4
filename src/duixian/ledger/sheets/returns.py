"""The sheets in which a department reports a whole round 进展填报表: what it owes, and what it filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from duixian.ledger.errors import LedgerError, UnknownNameError
from duixian.ledger.measures import Measure, written
from duixian.ledger.organisations import known
from duixian.ledger.plans import Item
from duixian.ledger.progress import Progress, ProgressReported, Reading
from duixian.ledger.rounds import Due, Round
from duixian.ledger.sheets import reading
from duixian.ledger.sheets.changes import Change, Changes, Step, rehearsed
from duixian.ledger.sheets.decomposition import by_number
from duixian.ledger.sheets.forms import PROGRESS, Form, Forms, forms
from duixian.ledger.sheets.problems import Note, Problem, problem_of
from duixian.ledger.sheets.quantities import number_of
from duixian.ledger.sheets.reading import Cell, Line, Workbook
from duixian.ledger.tables import Tables

FILLED = ("value", "percent", "sentence", "problems", "help", "corrected", "correction")
"""The columns that a department fills in; all but the first once for each item."""

REPORT = "report"
"""Beside the cells in the marker: the id of the latest report when the sheet was written."""


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """One measure of an item that is owed, or an item without measures. first: whether it is the item's first line."""

    item: Item
    measure: Measure | None
    first: bool
    cells: Mapping[str, str | float | None]

    @property
    def key(self) -> str:
        """What it is called in the marker."""
        return line_key(self.item.id, self.measure.name if self.measure else "")


def line_key(item: str, measure: str) -> str:
    """The key of a line in the marker."""
    return f"{item}|{measure}"


def form_of(tables: Tables) -> Form:
    """The form of the sheet in this office."""
    return forms(tables).forms[PROGRESS]


def sheet_title(tables: Tables, round: Round, organisation: str) -> str:
    """The title of an organisation's sheet."""
    name = known(tables, organisation).name
    return form_of(tables).title.replace("{organisation}", name).replace("{period}", round.period)


def owing(tables: Tables, round: str) -> list[str]:
    """The ids of the organisations that owe something in a round."""
    return sorted({due.organisation for due in tables.select(Due, round=round)})


def return_lines(tables: Tables, round: Round, organisation: str) -> list[ReturnLine]:
    """What an organisation owes in a round, in the order of the plan, with the last value and the last sentence."""
    dues = tables.select(Due, round=round.id, organisation=organisation)
    items = sorted((tables.need(Item, due.item, "事项") for due in dues), key=lambda item: by_number(item.number))
    return [line for item in items for line in _lines(tables, item)]


def _lines(tables: Tables, item: Item) -> Iterator[ReturnLine]:
    last = tables.get(Progress, item.progress) if item.progress else None
    values = {reading.measure: reading.value for reading in last.readings} if last else {}
    for at, measure in enumerate(item.measures or (None,)):
        cells: dict[str, str | float | None] = {
            "number": item.number,
            "text": reading.written(item.text),
            "measure": measure.name if measure else "",
            "goal": written(measure).removeprefix(measure.name) if measure else "",
            "unit": measure.unit if measure else "",
            "last_value": values.get(measure.name) if measure else None,
            "last_sentence": reading.written(last.sentence) if last and not at else "",
            "id": item.id,
        }
        yield ReturnLine(item, measure, at == 0, cells)


def return_changes(tables: Tables, round: str, book: Workbook, who: str | None = None) -> Changes:
    """What a sheet that came back reports. An item whose cells are all empty is not reported, and told.

    who: the person who acts; the rules of the ledger are then asked too. Raises LedgerError for the sheet of another
    round, and for a round that is closed.
    """
    row = tables.need(Round, round, "调度期")
    if book.marker is not None and book.marker.subject != round:
        raise LedgerError(book.name, f"是调度期{book.marker.subject}的填报表，不是{round}的", "请核对调度期和文件")
    if row.state != "open":
        raise LedgerError(round, "这个调度期已经关闭", "如需更正，请在下一调度期填报")
    return rehearsed(tables, who, _Returned(tables, row, book).changes())


class _Returned:
    """One sheet beside one round."""

    def __init__(self, tables: Tables, round: Round, book: Workbook) -> None:
        self.tables, self.round, self.book = tables, round, book
        self.words: Forms = forms(tables)
        self.form = self.words.forms[PROGRESS]
        self.dues = {due.item: due for due in tables.select(Due, round=round.id)}
        self.found: list[Change] = []
        self.steps: list[Step] = []
        self.problems = list(book.problems)
        self.notes = list(book.notes)
        self.expect: dict[str, int] = {}

    def changes(self) -> Changes:
        seen: dict[str, int] = {}
        for id, group in groupby(self.book.lines, key=lambda line: line.text("id")):
            lines = list(group)
            if not id:
                for line in lines:
                    if any(line.text(key) for key in FILLED):
                        self._problem(
                            line, "id", "", "没有事项编号，不知道填的是哪一项", "请在原表的行里填写，不要新增行"
                        )
                continue
            item = self.tables.get(Item, id)
            if item is None or id not in self.dues:
                numbers = list(self.dues)
                error = UnknownNameError(id, "应报事项", numbers)
                self._problem(lines[0], "id", id, error.reason, "请恢复原表的事项编号，或重新导出填报表")
            elif id in seen:
                self._problem(lines[0], "id", id, f"与第{seen[id]}行是同一事项", "请把同一事项的各行放在一起")
            else:
                seen[id] = lines[0].number
                self._item(item, lines)
        marker = self.book.marker
        expected = marker.versions if marker else ()
        absent = tuple(sorted((id for id in expected if id in self.dues and id not in seen), key=by_number))
        return Changes(
            self.book.name,
            tuple(self.found),
            tuple(self.steps),
            tuple(self.problems),
            tuple(self.notes),
            absent,
            self.expect,
        )

    def _item(self, item: Item, lines: Sequence[Line]) -> None:
        before = len(self.problems)
        if not all(cell.sound for line in lines for cell in line.cells.values()):
            return  # told already, cell by cell
        readings = self._readings(item, lines)
        texts = {key: self._once(lines, key) for key in FILLED if key != "value"}
        if not readings and not any(cell for cell in texts.values()) and len(self.problems) == before:
            self.notes.append(Note(lines[0].number, "", f"事项{item.number}没有填写，不计入填报"))
            return
        event = ProgressReported(
            item.id,
            texts["sentence"].text if texts["sentence"] else "",
            readings,
            self._percent(lines[0], texts["percent"]),
            problems=texts["problems"].text if texts["problems"] else None,
            help=texts["help"].text if texts["help"] else None,
            correction=self._correction(lines[0], texts["corrected"], texts["correction"]),
        )
        if not event.sentence:
            self._problem(lines[0], "sentence", "", "没有写进展情况", "请写一句话说明做了什么")
        if len(self.problems) > before or not self._fresh(item, lines[0], event):
            return
        self.expect[item.id] = item.version
        self.steps.append(Step(lines[0].number, "", item.id, event))
        for line in lines:
            for key in FILLED:
                if line.text(key):
                    last = {"value": line.text("last_value"), "sentence": line.text("last_sentence")}
                    self.found.append(
                        Change(line.number, item.id, self._heading(key), last.get(key, ""), line.text(key))
                    )

    def _readings(self, item: Item, lines: Sequence[Line]) -> tuple[Reading, ...]:
        measures = {measure.name: measure for measure in item.measures}
        seen: set[str] = set()
        found: list[Reading] = []
        for line in lines:
            name, cell = line.text("measure"), line.cells.get("value")
            measure = measures.get(name)
            if name in seen:
                self._problem(line, "measure", name, "同一数量目标有两行", "请只保留一行")
            elif measure is None and (name or (cell and cell.text)):
                names = "、".join(measures) or "（无）"
                reason = f"没有“{name}”这个数量目标" if name else "该行没有数量目标，不能填数值"
                self._problem(line, "measure", name, reason, f"该事项的数量目标有：{names}")
            elif measure is not None and "unit" in self.book.headings and line.text("unit") != measure.unit:
                reason = f"“{measure.name}”的单位应是“{measure.unit}”，填的是“{line.text('unit')}”"
                self._problem(line, "unit", line.text("unit"), reason, "请换算成规定的单位")
            elif measure is not None and cell and cell.text:
                try:
                    found.append(Reading(measure.name, _value(cell, measure), measure.unit))
                except LedgerError as error:
                    self.problems.append(problem_of(line.number, self._heading("value"), cell.text, error))
            seen.add(name)
        return tuple(found)

    def _once(self, lines: Sequence[Line], key: str) -> Cell | None:
        """The one cell of an item that is filled in this column."""
        filled = [(line, line.cells[key]) for line in lines if line.text(key)]
        for line, cell in filled[1:]:
            if cell.text != filled[0][1].text:
                self._problem(
                    line, key, cell.text, f"同一事项在第{filled[0][0].number}行已填写另一内容", "请只填第一行"
                )
        return filled[0][1] if filled else None

    def _percent(self, line: Line, cell: Cell | None) -> float | None:
        if cell is None:
            return None
        try:
            value, unit = number_of(cell.text)
            if unit not in ("", "%"):
                raise LedgerError(cell.text, "不是一个数", "请只填数字")
            if cell.percent and isinstance(cell.value, int | float):
                value = round(value * 100, 10)
            if not 0 <= value <= 100:
                raise LedgerError(cell.text, f"完成比例{value:g}%不在0到100之间", "请核对后填写")
            return value
        except LedgerError as error:
            self.problems.append(problem_of(line.number, self._heading("percent"), cell.text, error))
            return None

    def _correction(self, line: Line, answer: Cell | None, reason: Cell | None) -> str | None:
        said = answer.text.lower() if answer else ""
        if said and said not in self.words.yes | self.words.no:
            self._problem(line, "corrected", said, "应填“是”或“否”", "没有更正的留空")
        elif said in self.words.yes and not reason:
            self._problem(line, "correction", "", "写了更正，但没有写更正原因", "请写一句话说明为什么更正")
        elif reason and said not in self.words.yes:
            self._problem(line, "corrected", said, "写了更正原因，但“是否更正”不是“是”", "请填“是”，或清空更正原因")
        elif reason:
            return reason.text
        return None

    def _fresh(self, item: Item, line: Line, event: ProgressReported) -> bool:
        """Whether this is news: not what is reported already, and not beside what someone else reported since."""
        last = self.tables.get(Progress, item.progress) if item.progress else None
        if last is None:
            return True
        same = (last.sentence, last.readings, last.percent, last.problems, last.help) == (
            event.sentence,
            event.readings,
            event.percent,
            event.problems,
            event.help,
        )
        if same and self.dues[item.id].report == last.id:
            self.notes.append(Note(line.number, "", f"事项{item.number}与已有填报相同，不重复写入"))
            return False
        marker = self.book.marker
        cells: Mapping[str, Any] = {}
        if marker is not None:
            cells = next((own for key, own in marker.cells.items() if key.startswith(line_key(item.id, ""))), {})
        if cells.get(REPORT, last.id) == last.id:
            return True
        reason = f"导出后已有人填报“{last.sentence}”，表里填的是“{event.sentence}”"
        self._problem(line, "sentence", event.sentence, reason, "请重新导出填报表，核对后再填")
        return False

    def _heading(self, key: str) -> str:
        return self.book.headings.get(key) or self.form.heading(key)

    def _problem(self, line: Line, key: str, value: str, reason: str, remedy: str) -> None:
        self.problems.append(Problem(line.number, self._heading(key), value, reason, remedy))


def _value(cell: Cell, measure: Measure) -> float:
    value, unit = number_of(cell.text)
    if cell.percent and isinstance(cell.value, int | float):
        value, unit = round(value * 100, 10), "%"
    if unit not in ("", measure.unit):
        reason = f"“{measure.name}”的单位应是“{measure.unit}”，填的是“{unit}”"
        raise LedgerError(cell.text, reason, "请换算成规定的单位")
    return value
