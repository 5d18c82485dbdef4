"""Tables, workbooks and files: what programs and offices receive."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import openpyxl
import orjson
import pyarrow.parquet as pq
import pytest

import duixian
from duixian.errors import OutputError
from duixian.records import Commitment, DocumentRecord, Evidence, Figure, Project, Record
from duixian.reporting.columns import KINDS, columns_of, table_of
from duixian.reporting.labels import label, labels
from duixian.reporting.output import whole_file, write_whole
from duixian.reporting.parquet import schema_of, write_parquet
from duixian.reporting.tables import csv_rows, csv_table, json_lines
from duixian.reporting.workbook import write_workbook

PLACE = Evidence("a.txt", 3, None, 10, 14, "增长6%")
DOCUMENT = DocumentRecord(
    "doc-1", "doc-1", PLACE, "白石市政府工作报告", "government_work_report", None, "白石市", "prefecture",
    2024, 2023, "2024-01-20", None, None, 1, 90, "00",
)  # fmt: skip
FIGURE = Figure(
    "fig-1", "doc-1", PLACE, "=1+1", "增长", "gdp", "growth", "approx", 6, None, "%", 6, "%", "target", "2024",
    ("二、目标", "（一）总量"),
)  # fmt: skip
COMMITMENT = Commitment("com-1", "doc-1", PLACE, "建设", "@水库", False, True, ("fig-1",), None, "市水利局", "农业", ())
PROJECT = Project("pro-1", "doc-1", PLACE, "白石水库", "building", "target", "2024年底前", ())
RECORDS: list[Record] = [DOCUMENT, FIGURE, COMMITMENT, PROJECT]
ROWS = [(record, DOCUMENT) for record in RECORDS]


class TestColumns:
    @pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.record)
    def test_every_field_of_a_record_has_a_column(self, record: Record) -> None:
        """A field added to the data contract must appear in the tables."""
        fields = record.to_dict()
        fields.pop("record")
        if record.record == "document":
            fields.pop("document")
            place = {"source"}
        else:
            place = {"source", "line", "page", "start", "end", "quote"}
        fields.pop("evidence")
        names = {column.name for column in columns_of(record.record) if not column.of_document}
        assert names == set(fields) | place

    def test_names_are_unique_and_headings_chinese(self) -> None:
        for kind in KINDS:
            columns = columns_of(kind)
            assert len({column.name for column in columns}) == len(columns)
            assert all(column.heading and column.meaning and not column.heading.isascii() for column in columns)

    def test_labels_exist_for_the_codes_of_the_contract(self) -> None:
        assert label("figure_status", "achieved", "zh") == "已实现"
        assert label("indicator", "gdp", "zh") == "地区生产总值"
        assert label("stage", "unheard_of", "zh") == "unheard_of"
        for kind in KINDS:
            for column in columns_of(kind):
                assert not column.labels or labels(column.labels, "zh"), column.name

    def test_a_table_of_several_kinds_tags_its_rows(self) -> None:
        table = table_of(["project", "figure"])
        names = [column.name for column in table.columns]
        row = dict(zip(names, table.row(PROJECT, DOCUMENT), strict=True))
        assert row["record"] == "project"
        assert row["subject"] is None
        assert row["plan_year"] == 2024


class TestText:
    def test_json_lines_are_the_records(self) -> None:
        rows = [orjson.loads(line) for line in b"".join(json_lines(ROWS)).splitlines()]
        assert rows == [json.loads(json.dumps(record.to_dict())) for record in RECORDS]

    def test_csv_keeps_names_and_disarms_formulas(self) -> None:
        text = b"".join(csv_table(ROWS[1:], ["figure", "commitment", "project"])).decode()
        rows = list(csv.DictReader(io.StringIO(text)))
        assert rows[0]["subject"] == "'=1+1"
        assert rows[0]["section"] == "二、目标 / （一）总量"
        assert rows[1]["object"] == "'@水库"
        assert rows[1]["measurable"] == "true"
        assert rows[2]["subject"] == ""
        assert b"".join(csv_table([], ["figure"], marked=True)).startswith(b"\xef\xbb\xbfid,document,")

    @pytest.mark.parametrize("text", ["=1+1", "＝1+1", "＋86", " =1", "\u3000@SUM(A1)", "\ufeff-2", "\t=1", "＠x"])
    def test_no_text_and_no_heading_begins_a_formula_in_a_spreadsheet(self, text: str) -> None:
        for line in csv.reader(io.StringIO(csv_rows([text], [[text]]))):
            assert line == ["'" + text]

    def test_negative_numbers_stay_numbers(self) -> None:
        assert csv_rows(["a", "b"], [[-3, "-3"]]).splitlines()[1] == "-3,'-3"


class TestWorkbook:
    @pytest.fixture
    def book(self, tmp_path: Path) -> openpyxl.Workbook:
        target = tmp_path / "a.xlsx"
        assert write_workbook(target, ROWS, KINDS) == 4
        return openpyxl.load_workbook(target)

    def test_a_sheet_for_each_kind_and_one_that_explains(self, book: openpyxl.Workbook) -> None:
        assert book.sheetnames == ["文件", "数据", "承诺", "项目", "字段说明"]

    def test_headings_are_chinese_frozen_and_filtered(self, book: openpyxl.Workbook) -> None:
        sheet = book["数据"]
        assert [cell.value for cell in sheet[1]][:5] == ["编号", "文件编号", "文件标题", "地区", "计划年度"]
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref is not None

    def test_codes_are_shown_by_name_and_explained(self, book: openpyxl.Workbook) -> None:
        row = {book["数据"].cell(1, i).value: book["数据"].cell(2, i).value for i in range(1, 26)}
        assert row["状态"] == "目标"
        assert row["指标"] == "地区生产总值"
        assert row["数值"] == 6
        guide = {(row[0].value, row[2].value): row[4].value or "" for row in book["字段说明"].iter_rows(min_row=2)}
        assert "achieved 已实现" in guide["数据", "status"]

    def test_no_text_becomes_a_formula(self, book: openpyxl.Workbook) -> None:
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
        assert "=1+1" in [cell.value for cell in cells]

    def test_english_workbooks_carry_the_stable_names(self, tmp_path: Path) -> None:
        write_workbook(tmp_path / "a.xlsx", ROWS[1:2], ["figure"], "en")
        sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["figures"]
        assert [cell.value for cell in sheet[1]] == [column.name for column in columns_of("figure")]

    def test_a_kind_with_more_rows_than_a_sheet_goes_on_in_another(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("duixian.reporting.workbook.SHEET_ROWS", 3)
        write_workbook(tmp_path / "a.xlsx", [(FIGURE, DOCUMENT)] * 5, ["figure"])
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        assert [(sheet.title, sheet.max_row) for sheet in book][:3] == [("数据", 3), ("数据(2)", 3), ("数据(3)", 2)]


class TestParquet:
    def test_types_and_values(self, tmp_path: Path) -> None:
        target = tmp_path / "a.parquet"
        assert write_parquet(target, [(FIGURE, DOCUMENT)], ["figure"]) == 1
        table = pq.read_table(target)
        assert table.schema.field("value").type == "double"
        assert table.schema.field("line").type == "int64"
        assert table.schema.field("subject").metadata[b"heading"].decode() == "统计对象"
        assert table.to_pylist()[0]["section"] == ["二、目标", "（一）总量"]

    def test_no_records_still_make_a_file_with_its_columns(self, tmp_path: Path) -> None:
        assert write_parquet(tmp_path / "a.parquet", [], KINDS) == 0
        assert pq.read_schema(tmp_path / "a.parquet").names == schema_of(KINDS).names


class TestWholeFiles:
    def test_a_failure_leaves_the_old_file_and_nothing_else(self, tmp_path: Path) -> None:
        target = tmp_path / "a.txt"
        target.write_text("old")

        def fail() -> None:
            with whole_file(target) as part:
                part.write_text("half")
                raise RuntimeError("stop")

        with pytest.raises(RuntimeError):
            fail()
        assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]

    def test_permissions_are_kept(self, tmp_path: Path) -> None:
        target = tmp_path / "a.txt"
        target.write_text("old")
        target.chmod(0o640)
        write_whole(target, b"new")
        assert target.read_bytes() == b"new"
        assert stat.S_IMODE(target.stat().st_mode) == 0o640

    def test_a_new_file_follows_the_umask(self, tmp_path: Path) -> None:
        (tmp_path / "plain").write_bytes(b"")
        write_whole(tmp_path / "a", b"new")
        assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode

    def test_what_cannot_be_written_is_told_with_a_remedy(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        for target in (tmp_path / "no" / "a", tmp_path, tmp_path / "file" / "a", tmp_path / ("长" * 300)):
            with pytest.raises(OutputError) as caught:
                write_whole(target, b"x")
            assert caught.value.target == str(target)
            assert caught.value.remedy


def test_a_number_too_large_for_a_double_is_exported_as_the_nearest_one(tmp_path: Path) -> None:
    # 98,832,000亿元 is more than a double holds to the last digit.
    report = tmp_path / "report.txt"
    report.write_text("青禾县政府工作报告\n各位代表：\n一、2023年工作回顾\n社会融资规模达到98832000亿元。\n", "utf-8")
    target = tmp_path / "records.parquet"
    rows = [(record, doc.record) for doc in duixian.read(str(report)) for record in doc.figures()]
    assert write_parquet(target, rows, ("figure",)) == 1
