"""A department's sheet for a round goes out with what is known and comes back with what was done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_tables import ROUND, desk, edited, opened, returned, saved, sent, told

from duixian.ledger.errors import LedgerError
from duixian.ledger.plans import Item
from duixian.ledger.progress import Progress, ProgressReported, Reading
from duixian.ledger.rounds import RoundClosed
from duixian.ledger.sheets.changes import ProblemsError, write, write_rows
from duixian.ledger.store import Ledger

# Rows 4 and 5 are items 1 and 3, which dept1 leads.
FILLED = ("本期数值", "完成比例（%）", "进展情况", "存在问题", "需协调事项", "是否更正", "更正原因")


@pytest.fixture
def ledger(backend: str, tmp_path: Path) -> Iterator[Ledger]:
    with desk(backend, tmp_path) as (book, clock):
        clock.set("2025-03-20")
        yield book


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory, backend: str) -> Iterator[tuple[Ledger, bytes]]:
    """A ledger that nobody writes to, and a sheet of it."""
    with desk(backend, tmp_path_factory.mktemp("desk")) as (book, _):
        yield book, sent(book)


def latest(ledger: Ledger, id: str) -> Progress | None:
    with ledger.read() as tables:
        progress = tables.need(Item, id, "事项").progress
        return tables.get(Progress, progress) if progress else None


def test_an_empty_sheet_reports_nothing_and_says_so(ledger: Ledger) -> None:
    changes = returned(ledger, sent(ledger))
    assert (changes.steps, changes.problems) == ((), ())
    assert [note.row for note in changes.notes] == [4, 5]


def test_a_filled_sheet_is_reported_for_the_whole_department_at_once(ledger: Ledger) -> None:
    cells = {
        (4, "本期数值"): "0.5公里",
        (4, "完成比例（%）"): "50%",
        (4, "进展情况"): "完成路基",
        (4, "存在问题"): "征地慢",
        (4, "需协调事项"): "请自然资源局支持",
        (5, "本期数值"): 2,
        (5, "完成比例（%）"): 66,
        (5, "进展情况"): "完成路面",
    }
    data = edited(sent(ledger), cells)
    changes = returned(ledger, data)
    assert changes.problems == ()
    assert len(write(ledger, "own1", changes)) == 2
    first = latest(ledger, "2025/1")
    assert first is not None
    assert (first.readings, first.percent, first.sentence) == ((Reading("里程", 0.5, "公里"),), 50, "完成路基")
    assert (first.problems, first.help) == ("征地慢", "请自然资源局支持")
    again = returned(ledger, data)
    assert (again.steps, again.problems) == ((), ())  # the same sheet twice is not two reports
    assert ledger.verify().difference is None


def test_the_next_sheet_shows_the_last_value_and_the_last_sentence(ledger: Ledger) -> None:
    ledger.record("own1", ProgressReported("2025/1", "完成路基", (Reading("里程", 0.5, "公里"),), 50))
    sheet = opened(sent(ledger)).worksheets[0]
    row = {sheet.cell(3, cell.column).value: cell.value for cell in sheet[4]}
    assert (row["上期数值"], row["上期进展情况"], row["单位"], row["目标值"]) == (0.5, "完成路基", "公里", "≥1公里")


def test_only_the_cells_to_fill_can_be_changed(still: tuple[Ledger, bytes]) -> None:
    sheet = opened(still[1]).worksheets[0]
    assert sheet.protection.sheet
    free = {sheet.cell(3, cell.column).value for cell in sheet[4] if not cell.protection.locked}
    assert free == set(FILLED)


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"本期数值": "0.5个", "进展情况": "好"}, "本期数值", "的单位应是“公里”，填的是“个”"),
        ({"本期数值": "很多", "进展情况": "好"}, "本期数值", "不是一个数"),
        ({"本期数值": 0.5}, "进展情况", "没有写进展情况"),
        ({"完成比例（%）": 120, "进展情况": "好"}, "完成比例（%）", "不在0到100之间"),
        ({"完成比例（%）": "大半", "进展情况": "好"}, "完成比例（%）", "不是一个数"),
        ({"进展情况": "好", "是否更正": "是"}, "更正原因", "没有写更正原因"),
        ({"进展情况": "好", "更正原因": "写错了"}, "是否更正", "“是否更正”不是“是”"),
        ({"进展情况": "好", "是否更正": "也许"}, "是否更正", "应填“是”或“否”"),
        ({"进展情况": "好", "数量目标": "长度", "本期数值": 1}, "数量目标", "没有“长度”这个数量目标"),
        ({"进展情况": "好", "单位": "个"}, "单位", "的单位应是“公里”"),
        ({"进展情况": "好", "事项编号": "2025/2000"}, "事项编号", "没有这个应报事项"),
        ({"进展情况": "好", "事项编号": None}, "事项编号", "没有事项编号"),
        ({"进展情况": "好", "事项编号": "2025/3"}, None, ""),
    ],
)
def test_what_is_filled_in_wrongly_is_told_by_row_and_column(
    still: tuple[Ledger, bytes], cells: dict[str, Any], column: str | None, reason: str
) -> None:
    changes = returned(still[0], edited(still[1], {(4, heading): value for heading, value in cells.items()}))
    assert changes.problems
    assert column is None or (4, column) in told(changes)
    assert any(reason in problem.reason for problem in changes.problems)


def test_a_value_that_falls_needs_a_reason(ledger: Ledger) -> None:
    ledger.record("own1", ProgressReported("2025/1", "完成路基", (Reading("里程", 0.5, "公里"),)))
    data = sent(ledger)
    fallen = {(4, "本期数值"): 0.4, (4, "进展情况"): "重新丈量"}
    changes = returned(ledger, edited(data, fallen))
    assert [problem.row for problem in changes.problems] == [4]
    assert "从0.5降到0.4" in changes.problems[0].reason
    changes = returned(ledger, edited(data, fallen | {(4, "是否更正"): "是", (4, "更正原因"): "上期多算"}))
    assert changes.problems == ()


def test_percentages_of_excel_are_understood(still: tuple[Ledger, bytes]) -> None:
    book = opened(edited(still[1], {(4, "完成比例（%）"): 0.46, (4, "进展情况"): "好"}))
    sheet = book.worksheets[0]
    for cell in sheet[4]:
        if cell.value == 0.46:
            cell.number_format = "0.00%"
    (step,) = returned(still[0], saved(book)).steps
    assert isinstance(step.event, ProgressReported)
    assert step.event.percent == 46


def test_a_file_with_a_fault_is_written_by_rows_only_when_asked(ledger: Ledger) -> None:
    cells = {(4, "进展情况"): "开工", (5, "进展情况"): "开工", (5, "本期数值"): "三公里"}
    changes = returned(ledger, edited(sent(ledger), cells))
    with pytest.raises(ProblemsError):
        write(ledger, "own1", changes)
    assert latest(ledger, "2025/1") is None
    done, problems = write_rows(ledger, "own1", changes)
    assert (done, [problem.row for problem in problems]) == (1, [5])
    assert latest(ledger, "2025/1") is not None
    assert latest(ledger, "2025/3") is None


def test_a_report_made_meanwhile_is_told_with_both_sentences(ledger: Ledger) -> None:
    data = edited(sent(ledger), {(4, "进展情况"): "表里写的"})
    ledger.record("own1", ProgressReported("2025/1", "网上报的"))
    changes = returned(ledger, data)
    assert told(changes) == [(4, "进展情况")]
    assert "网上报的" in changes.problems[0].reason
    assert "表里写的" in changes.problems[0].reason


def test_who_does_not_owe_an_item_cannot_report_it_by_sheet(still: tuple[Ledger, bytes]) -> None:
    changes = returned(still[0], edited(still[1], {(4, "进展情况"): "好"}), who="own2")
    assert [problem.row for problem in changes.problems] == [4]


def test_the_sheet_of_a_closed_round_is_refused(ledger: Ledger) -> None:
    data = sent(ledger)
    ledger.record("li", RoundClosed(ROUND))
    with pytest.raises(LedgerError, match="已经关闭"):
        returned(ledger, data)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.tuples(st.integers(4, 6), st.sampled_from((*FILLED, "数量目标", "单位", "事项编号"))),
        st.one_of(
            st.none(),
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20),
            st.sampled_from(["是", "否", "好", "50%", "1公里", "里程", "2025/1", "1e999"]),
            st.floats(allow_nan=False, allow_infinity=False),
            st.booleans(),
        ),
        max_size=6,
    )
)
def test_no_filling_is_too_odd_to_be_answered(still: tuple[Ledger, bytes], cells: dict[tuple[int, str], Any]) -> None:
    head = still[0].head()
    changes = returned(still[0], edited(still[1], cells))
    rows = {row for row, _ in cells}
    assert {change.row for change in changes.changes} <= rows
    assert still[0].head() == head
