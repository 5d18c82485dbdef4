"""The decomposition table goes out to Excel and Word and comes back: exactly what was edited, or why it cannot be."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_tables import ROAD, compared, desk, edited, exported, opened, saved, told

from duixian.ledger.errors import LedgerError, StaleError
from duixian.ledger.plans import Item, ItemKind, ItemRevised, Suggestion
from duixian.ledger.progress import ProgressReported
from duixian.ledger.sheets import decomposition
from duixian.ledger.sheets.changes import ProblemsError, require_own, write
from duixian.ledger.sheets.reading import read_table
from duixian.ledger.store import Ledger
from duixian.reporting.accounts.decomposition_document import decomposition_document
from duixian.reporting.accounts.decomposition_workbook import decomposition_csv

# Rows 4 to 9 of the sheet are items 1 to 6; 1 to 3 are assigned, 4 to 6 proposed.
FIRST, PROPOSED = 4, 7


@pytest.fixture
def ledger(backend: str, tmp_path: Path) -> Iterator[Ledger]:
    with desk(backend, tmp_path) as (book, _):
        yield book


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory, backend: str) -> Iterator[tuple[Ledger, bytes]]:
    """A ledger that nobody writes to, and its table."""
    with desk(backend, tmp_path_factory.mktemp("desk")) as (book, _):
        yield book, exported(book)


def item(ledger: Ledger, id: str) -> Item:
    with ledger.read() as tables:
        return tables.need(Item, id, "事项")


def test_an_untouched_table_changes_nothing(ledger: Ledger) -> None:
    changes = compared(ledger, exported(ledger))
    assert (changes.changes, changes.steps, changes.problems, changes.notes, changes.absent) == ((), (), (), (), ())


def test_an_untouched_table_that_excel_saved_changes_nothing(ledger: Ledger) -> None:
    assert compared(ledger, saved(opened(exported(ledger)))).steps == ()


def test_an_untouched_csv_changes_nothing(ledger: Ledger) -> None:
    with ledger.read() as tables:
        data = decomposition_csv(tables, "2025")
    for bytes_ in (data, data.decode("utf-8-sig").encode("gb18030"), data.decode("utf-8-sig").encode("utf-16")):
        changes = compared(ledger, bytes_, "表.csv")
        assert (changes.steps, changes.problems) == ((), ())


def test_edits_become_revisions_suggestions_transfers_and_new_items(ledger: Ledger) -> None:
    data = edited(
        exported(ledger),
        {
            (4, "工作任务"): "新建农村公路1公里以上",
            (4, "牵头单位"): "市教育局",
            (4, "配合单位"): "第2局 发改委",
            (5, "配合单位"): "第1局；市教局",
            (7, "牵头单位"): "第1局",
            (7, "配合单位"): "edu2，\n发展改革委",
            (7, "完成时限"): "二季度",
            (8, "数量目标"): "里程不低于210公里；增速5.5～6.5%",
            (8, "类别"): "重点任务",
            (10, "工作任务"): "办好一所学校",
            (10, "牵头单位"): "教育局",
            (10, "完成时限"): date(2025, 9, 1),
        },
    )
    before = item(ledger, "2025/5")
    changes = compared(ledger, data)
    assert changes.problems == ()
    assert len(changes.changes) == 10
    write(ledger, "li", changes)
    first, second, fourth, fifth, new = (item(ledger, f"2025/{number}") for number in (1, 2, 4, 5, 7))
    assert (first.text, first.lead, first.supporting) == (
        "新建农村公路1公里以上",
        "edu",
        ("dept2", "development_reform"),
    )
    assert (second.lead, second.supporting) == ("dept2", ("dept1", "edu"))
    assert fourth.suggestion == Suggestion("dept1", ("edu2", "development_reform"), 1.0, ("人工确定",))
    assert fourth.deadline == "2025-06-30"
    assert [(one.op, one.value, one.value2, one.figure) for one in fifth.measures] == [
        ("≥", 210, None, "f1"),
        ("～", 5.5, 6.5, None),
    ]
    assert (fifth.kind, fifth.evidence) == (ItemKind.TASK, before.evidence)
    assert (new.text, new.deadline, new.section) == ("办好一所学校", "2025-09-01", "三、项目 / （一）道路")
    assert new.suggestion == Suggestion("edu", (), 1.0, ("人工确定",))
    assert ledger.verify().difference is None
    assert compared(ledger, exported(ledger)).steps == ()


def test_nothing_is_written_when_one_row_is_wrong(ledger: Ledger) -> None:
    head = ledger.head()
    changes = compared(ledger, edited(exported(ledger), {(4, "工作任务"): "改过", (5, "牵头单位"): "第3局"}))
    assert [change.after for change in changes.changes] == ["改过"]
    with pytest.raises(ProblemsError):
        write(ledger, "li", changes)
    assert ledger.head() == head


def test_an_unknown_organisation_is_told_with_the_nearest_names(still: tuple[Ledger, bytes]) -> None:
    (problem,) = compared(still[0], edited(still[1], {(4, "配合单位"): "第2局、发展改革局委"})).problems
    assert (problem.row, problem.column, problem.reason) == (4, "配合单位", "没有这个单位")
    assert "发展改革委" in problem.remedy


def test_a_row_that_is_gone_is_told_and_deletes_nothing(ledger: Ledger) -> None:
    book = opened(exported(ledger))
    book.worksheets[0].delete_rows(5)
    changes = compared(ledger, saved(book))
    assert (changes.absent, changes.steps, changes.problems) == (("2025/2",), (), ())


def test_rows_may_be_sorted_and_columns_moved(still: tuple[Ledger, bytes]) -> None:
    book = opened(still[1])
    sheet = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    for at, row in enumerate([rows[0], *reversed(rows[1:])], 3):
        for column, value in enumerate(reversed(row), 1):
            sheet.cell(at, column).value = value
            sheet.cell(at, column).data_type = "s"  # as Excel keeps it; the library takes "=" for a formula
    changes = compared(still[0], saved(book))
    assert (changes.steps, changes.problems) == ((), ())


class TestTwoPeople:
    def test_the_same_cell_changed_by_both_is_a_conflict_that_shows_both(self, ledger: Ledger) -> None:
        data = edited(exported(ledger), {(7, "工作任务"): "甲改的"})
        ledger.record("li", ItemRevised("2025/4", "乙改的", ItemKind.PROJECT, ROAD, "更正"))
        changes = compared(ledger, data)
        assert told(changes) == [(7, "工作任务")]
        assert "乙改的" in changes.problems[0].reason
        assert "甲改的" in changes.problems[0].reason

    def test_the_same_change_by_both_is_none(self, ledger: Ledger) -> None:
        data = edited(exported(ledger), {(7, "工作任务"): "都这样改"})
        ledger.record("li", ItemRevised("2025/4", "都这样改", ItemKind.PROJECT, ROAD, "更正"))
        assert compared(ledger, data).steps == ()
        assert compared(ledger, data).problems == ()

    def test_what_another_changed_is_not_taken_back_by_an_old_table(self, ledger: Ledger) -> None:
        data = edited(exported(ledger), {(7, "责任领导"): "李督查"})
        ledger.record("li", ItemRevised("2025/4", "乙改的", ItemKind.PROJECT, ROAD, "更正"))
        changes = compared(ledger, data)
        assert changes.problems == ()
        write(ledger, "li", changes)
        assert (item(ledger, "2025/4").text, item(ledger, "2025/4").leader) == ("乙改的", "li")

    def test_a_progress_report_meanwhile_is_no_conflict(self, ledger: Ledger) -> None:
        data = edited(exported(ledger), {(4, "工作任务"): "改过"})
        ledger.record("own1", ProgressReported("2025/1", "开工"))
        assert compared(ledger, data).problems == ()

    def test_a_change_between_the_preview_and_the_writing_is_refused(self, ledger: Ledger) -> None:
        changes = compared(ledger, edited(exported(ledger), {(7, "工作任务"): "甲改的"}))
        ledger.record("li", ItemRevised("2025/4", "乙改的", ItemKind.PROJECT, ROAD, "更正"))
        with pytest.raises(StaleError):
            write(ledger, "li", changes)


CELLS: list[tuple[str, Any, bool]] = [
    ("工作任务", "换一种说法", True),
    ("工作任务", None, False),
    ("类别", "改革事项", True),
    ("类别", "好事", False),
    ("所属部分", "四、其他", True),
    ("数量目标", "里程≥1,200公里", True),
    ("数量目标", "里程≥200", True),
    ("数量目标", "里程≥200个", False),
    ("数量目标", "里程很长", False),
    ("数量目标", "里程≥200公里；里程≥300公里", False),
    ("数量目标", "两项工作同步", True),
    ("牵头单位", "第3局", False),
    ("牵头单位", "教育局、第2局", False),
    ("牵头单位", "青川区", True),
    ("配合单位", "青川区　第2局", None),
    ("配合单位", "青川区、青川区", False),
    ("完成时限", "6月底前", None),
    ("完成时限", "2024年6月底前", False),
    ("完成时限", "尽快", False),
    ("完成时限", None, False),
    ("责任领导", "配合人1", True),
    ("责任领导", "王市长", False),
    ("序号", "99", False),
    ("状态", "办结", False),
    ("建议依据", "我看行", False),
]
"""Heading, value, whether it is a change (True), a problem (False), or either, by the state of the item (None)."""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.tuples(st.integers(4, 9)), st.sampled_from(CELLS), max_size=6))
def test_every_edit_comes_back_as_that_change_or_as_an_error_of_its_row(
    still: tuple[Ledger, bytes], edits: dict[tuple[int], tuple[str, Any, bool]]
) -> None:
    data = edited(still[1], {(row, heading): value for (row,), (heading, value, _) in edits.items()})
    changes = compared(still[0], data)
    wrong = {(problem.row, problem.column) for problem in changes.problems}
    right = {(change.row, change.field) for change in changes.changes} - wrong
    for (row,), (heading, _, good) in edits.items():
        assert ((row, heading) in right) is not ((row, heading) in wrong)
        if good is not None:
            assert ((row, heading) in right) is good, (row, heading)
    assert right | wrong == {(row, heading) for (row,), (heading, _, _) in edits.items()}


HEADINGS = (
    "序号",
    "所属部分",
    "类别",
    "工作任务",
    "数量目标",
    "牵头单位",
    "配合单位",
    "完成时限",
    "责任领导",
    "事项编号",
)
anything = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30),
    st.sampled_from(
        ["=1+1", "-3", "@x", "5", "第1局", "里程≥200公里", "年底前", "2025/1", "#REF!", "9" * 400, "1e999", "_x0041_"]
    ),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**15), 10**15),
    st.booleans(),
    st.dates(date(1900, 3, 1), date(2999, 12, 31)),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.tuples(st.integers(2, 12), st.sampled_from(HEADINGS)), anything, max_size=5))
def test_no_edit_is_too_odd_to_be_answered(still: tuple[Ledger, bytes], cells: dict[tuple[int, str], Any]) -> None:
    head = still[0].head()
    try:
        changes = compared(still[0], edited(still[1], cells))
    except LedgerError:
        assert any(row == 3 for row, _ in cells)  # only without its headings a table cannot be read at all
        return
    touched = {row for row, _ in cells}
    if 3 not in touched:  # without the headings of number and item no row is known for what it is
        assert {change.row for change in changes.changes} | {problem.row for problem in changes.problems} <= touched
    assert still[0].head() == head


class TestWord:
    def test_the_document_has_the_table_that_offices_use(self, ledger: Ledger) -> None:
        with ledger.read() as tables:
            data = decomposition_document(tables, "2025")
        document = docx.Document(io.BytesIO(data))
        section = document.sections[0]
        assert section.page_width > section.page_height
        assert document.paragraphs[0].text == "云岭市2025年政府工作报告重点任务分解表"
        (table,) = document.tables
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        assert rows[0] == ["序号", "工作任务", "数量目标", "牵头单位", "配合单位", "完成时限", "责任领导"]
        assert rows[1] == ["二、重点任务"] * 7  # one merged cell
        assert rows[2] == [
            "1",
            "新建农村公路1公里",
            "里程≥1公里",
            "第1局",
            "云岭市教育局、发展改革委",
            "2025年12月底前",
            "",
        ]
        assert rows[5] == ["三、项目　（一）道路"] * 7
        assert rows[6][3:5] == ["发展改革委（拟）", "云岭市教育局（拟）"]
        assert len(rows) == 1 + 2 + 6
        assert "tblHeader" in table.rows[0]._tr.xml
        assert "PAGE" in section.footer._element.xml
        assert "方正小标宋简体" in document.paragraphs[0]._element.xml
        assert "仿宋" in table.rows[2]._tr.xml


class TestExcel:
    def test_the_workbook_is_ready_for_work(self, still: tuple[Ledger, bytes]) -> None:
        book = opened(still[1])
        sheet = book.worksheets[0]
        assert sheet["A1"].value == "云岭市2025年政府工作报告重点任务分解表"
        assert sheet.freeze_panes == "A4"
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.page_setup.orientation == "landscape"
        hidden = {
            sheet.cell(3, cell.column).value for cell in sheet[3] if sheet.column_dimensions[cell.column_letter].hidden
        }
        assert hidden == {"事项编号"}
        assert [other.sheet_state for other in book.worksheets[1:]] == ["hidden", "veryHidden"]
        assert len(sheet.data_validations.dataValidation) == 4

    def test_no_text_is_a_formula(self, still: tuple[Ledger, bytes]) -> None:
        cells = [cell for row in opened(still[1]).worksheets[0].iter_rows() for cell in row]
        assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
        assert "=修建第5条路" in {cell.value for cell in cells}

    def test_suggested_owners_are_shown_with_reason_and_confidence(self, still: tuple[Ledger, bytes]) -> None:
        rows = [[cell.value for cell in row] for row in opened(still[1]).worksheets[0].iter_rows(min_row=7, max_row=7)]
        assert "发展改革委" in rows[0]
        assert "把握82%：任务内容“道路”" in rows[0]


def test_an_office_replaces_the_columns_with_its_own(ledger: Ledger) -> None:
    from importlib.resources import files

    from duixian.ledger.rulebook import RuleAdopted

    text = files("duixian.ledger").joinpath("data/forms.toml").read_text("utf-8")
    own = text.replace('heading = "牵头单位"', 'heading = "责任部门"')
    own = "\n".join(line for line in own.splitlines() if 'key = "leader"' not in line)
    old = exported(ledger)
    ledger.record("li", RuleAdopted("forms", own))
    new = exported(ledger)
    headings = [cell.value for cell in opened(new).worksheets[0][3]]
    assert "责任部门" in headings
    assert "责任领导" not in headings
    for data in (old, new):  # a table that went out under the old headings still comes back
        assert compared(ledger, data).problems == ()
        assert compared(ledger, data).steps == ()
    with pytest.raises(LedgerError, match="缺少列"):
        ledger.record("li", RuleAdopted("forms", text.replace('{ key = "text"', '{ key = "state"', 1)))


def test_a_table_of_another_ledger_or_plan_is_refused(ledger: Ledger, tmp_path: Path, backend: str) -> None:
    with desk(backend, tmp_path) as (other, clock):
        clock.set("2025-05-01")
        other.record("li", ItemRevised("2025/4", "别处", ItemKind.PROJECT, ROAD, "更正"))
        data = exported(other)
    with ledger.read() as tables:
        book = read_table(data, "表.xlsx", decomposition.form_of(tables))
    with pytest.raises(LedgerError, match="不是从这本台账导出的"):
        require_own(ledger, book)
    from duixian.ledger.plans import PlanOpened

    ledger.record("li", PlanOpened("2026", "gov", 2026, "云岭市2026年度台账"))
    own = exported(ledger, "2026")
    with pytest.raises(LedgerError, match="是台账2026的任务分解表"):
        compared(ledger, own)


def test_a_person_without_the_role_is_told_so_row_by_row(still: tuple[Ledger, bytes]) -> None:
    changes = compared(still[0], edited(still[1], {(4, "工作任务"): "甲", (7, "工作任务"): "乙"}), who="own1")
    assert told(changes) == [(4, "工作任务"), (7, "工作任务")]
    assert "无权" in changes.problems[0].reason


def test_importing_a_table_twice_adds_nothing_twice(ledger: Ledger) -> None:
    data = edited(exported(ledger), {(10, "工作任务"): "办好一所学校"})
    write(ledger, "li", compared(ledger, data))
    again = compared(ledger, data)
    assert again.steps == ()
    assert told(again) == [(10, "工作任务")]
