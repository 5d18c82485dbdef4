"""Tables that cannot be taken as they are: every fault by row and column, all at once, nothing half-applied."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_tables import columns, compared, desk, edited, exported, opened, saved, told

from duixian.ledger.errors import LedgerError
from duixian.ledger.sheets.survey import ROW_LIMIT
from duixian.ledger.store import Ledger

HEADINGS = ("序号", "工作任务", "牵头单位", "完成时限", "事项编号")


@pytest.fixture(scope="module")
def still(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, bytes]]:
    """A ledger that nobody writes to, and its table."""
    with desk(backend, tmp_path_factory.mktemp("desk")) as (book, _):
        yield book, exported(book)


def refusal(ledger: Ledger, data: bytes, name: str = "表.xlsx") -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        compared(ledger, data, name)
    return caught.value


def answered(ledger: Ledger, data: bytes, name: str = "表.xlsx") -> None:
    """Changes and problems, or a refusal; any other exception fails the test."""
    head = ledger.head()
    with suppress(LedgerError):
        compared(ledger, data, name)
    assert ledger.head() == head


def table(rows: list[list[object]]) -> bytes:
    """A workbook of someone else's making."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("任务")
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()
    return target.getvalue()


def test_all_faults_of_a_file_are_told_at_once(still: tuple[Ledger, bytes]) -> None:
    cells = {
        (4, "工作任务"): "",
        (4, "牵头单位"): "第9局",
        (5, "完成时限"): "2024-06-30",
        (6, "数量目标"): "里程≥3个",
        (7, "责任领导"): "王市长",
        (8, "事项编号"): "2025/4",
        (9, "事项编号"): "2025/99",
        (10, "配合单位"): "第1局",
    }
    changes = compared(still[0], edited(still[1], cells))
    assert told(changes) == [*list(cells)[:-1], (10, "工作任务")]
    assert all(problem.reason and problem.remedy for problem in changes.problems)


def test_merged_cells_are_named_with_their_range(still: tuple[Ledger, bytes]) -> None:
    book = opened(still[1])
    sheet = book.worksheets[0]
    letter = sheet.cell(3, columns(sheet)["牵头单位"]).column_letter
    sheet.merge_cells(f"{letter}4:{letter}6")
    changes = compared(still[0], saved(book))
    assert [(one.row, one.column, one.value) for one in changes.problems] == [(4, "牵头单位", f"{letter}4:{letter}6")]
    assert changes.changes == ()


def test_a_formula_gives_its_cached_value_and_is_told_or_refused_without_one(still: tuple[Ledger, bytes]) -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_row(1, 0, ["4", "", "第1局", "年底前", "2025/4"])
    sheet.write_formula(1, 1, '=CONCATENATE("修","路")', None, "修路")
    sheet.write_row(2, 0, ["5", "", "第1局", "年底前", "2025/5"])
    sheet.write_formula(2, 1, '=CONCATENATE("修","桥")', None, "")
    sheet.write_row(3, 0, ["6", "修建第6条路", "", "年底前", "2025/6"])
    sheet.write_formula(3, 2, "=Z1/0", None, "#DIV/0!")
    book.close()
    changes = compared(still[0], target.getvalue())
    assert [(change.row, change.after) for change in changes.changes if change.field == "工作任务"] == [(2, "修路")]
    assert [(note.row, note.column) for note in changes.notes] == [(2, "工作任务")]
    assert told(changes) == [(3, "工作任务"), (4, "牵头单位")]


def test_missing_columns_are_named_with_those_found(still: tuple[Ledger, bytes]) -> None:
    error = refusal(still[0], table([["序号", "任务内容", "负责人"], ["1", "修路", "李"]]))
    assert error.reason == "缺少列“牵头单位、完成时限”；找到的列有：序号、任务内容、负责人"
    assert "（无）" in refusal(still[0], table([])).reason


def test_a_column_that_stands_twice_is_told(still: tuple[Ledger, bytes]) -> None:
    rows = [[*HEADINGS, "牵头单位"], ["4", "修建第4条路", "发展改革委", "年底前", "2025/4", "第1局"]]
    assert told(compared(still[0], table(rows))) == [(1, "牵头单位")]


def test_a_table_of_other_origin_is_compared_by_number(still: tuple[Ledger, bytes]) -> None:
    rows = [["某市任务表"], ["序号", "任务", "责任单位", "时限"], [4.0, "修建第4条路", "发改委", "6月底"]]
    changes = compared(still[0], table(rows))
    assert [(change.target, change.field, change.after) for change in changes.changes] == [("2025/4", "时限", "6月底")]
    assert "2025/5" in changes.absent


def test_a_hundred_thousand_rows_are_refused_with_memory_flat(still: tuple[Ledger, bytes], tmp_path: Path) -> None:
    path = tmp_path / "大.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    for row in range(1, 100_001):
        sheet.write_row(row, 0, [str(row), f"修建第{row}条农村公路并通车", "第1局", "年底前"])
    book.close()
    data = path.read_bytes()
    tracemalloc.start()
    error = refusal(still[0], data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert str(ROW_LIMIT) in error.reason
    assert peak < 8_000_000
    lines = "\n".join([",".join(HEADINGS), *(f"{row},路{row},第1局,年底前," for row in range(100_000))])
    assert str(ROW_LIMIT) in refusal(still[0], lines.encode(), "大.csv").reason


def _encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600


def _bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 250_000_000)
    return target.getvalue()


def _zip(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "文件是空的"),
        (_encrypted(), "文件加了密"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "旧版 Excel 格式（.xls）"),
        (b"PK\x03\x04" + b"\x07" * 500, "已损坏"),
        (_zip("a.txt"), "不是 Excel 工作簿"),
        (_zip("[Content_Types].xml", "xl/workbook.xml"), "已损坏"),
        (_bomb(), "解压后大得不正常"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "也不是 CSV 文件"),
        (b'a,b\n"' + b"x" * 200_000, "CSV"),
        ("只有一句话".encode(), "缺少列"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(
    still: tuple[Ledger, bytes], data: bytes, reason: str
) -> None:
    error = refusal(still[0], data)
    assert reason in error.reason
    assert error.remedy


def test_entities_in_a_hostile_workbook_are_not_expanded(still: tuple[Ledger, bytes]) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(still[1])) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            text = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                bombs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 12))
                start = text.index(b"<worksheet")
                text = text[:start] + f'<!DOCTYPE worksheet [<!ENTITY e0 "ha">{bombs}]>'.encode() + text[start:]
                text = text.replace(b"<sheetData>", b"<sheetData><row r='50'><c r='A50'><v>&e11;</v></c></row>", 1)
            archive.writestr(name, text)
    assert refusal(still[0], target.getvalue()).reason


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 200_000), st.binary(min_size=1, max_size=40), st.booleans())
def test_a_damaged_file_is_refused_or_read_but_never_a_crash(
    still: tuple[Ledger, bytes], at: int, junk: bytes, cut: bool
) -> None:
    data = still[1]
    at %= len(data)
    damaged = data[:at] if cut else data[:at] + junk + data[at + len(junk) :]
    answered(still[0], damaged)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_no_csv_is_too_odd_to_be_answered(still: tuple[Ledger, bytes], text: str, encoding: str) -> None:
    answered(still[0], (",".join(HEADINGS) + "\n" + text).encode(encoding, "ignore"), "表.csv")
