"""The commands that compare: from a table of statistics to a board that is published."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import openpyxl
import pytest
from ledger_office import office
from openpyxl import Workbook

from duixian.cli.application import run
from duixian.ledger.metrics import MetricValue
from duixian.ledger.organisations import OrganisationAdded, OrganisationKind
from duixian.ledger.rounds import RoundOpened
from duixian.ledger.rulebook import RuleAdopted
from duixian.ledger.store import Ledger

RACE = resources.files("duixian.ledger").joinpath("data/samples/scheme-investment-race.toml").read_text("utf-8")
HEADINGS = ["单位", "指标", "调度期", "数值", "计量单位", "来源"]
ROWS = [
    ["青禾县", "固定资产投资增速", "2025-Q1", "6.2%", "%", "市统计局"],
    ["石梁县", "固定资产投资增速", "2025-Q1", "8", "", "市统计局"],
    ["qinghe", "红旗项目", "2025-Q1", "3", "个", "市发展改革委"],
]


@pytest.fixture
def place(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with office(backend, tmp_path) as (ledger, _, place):
        ledger.record(
            "li",
            OrganisationAdded("qinghe", "青禾县", OrganisationKind.DISTRICT, "gov"),
            OrganisationAdded("shiliang", "石梁县", OrganisationKind.DISTRICT, "gov"),
            RuleAdopted("scheme:投资赛马", RACE),
            RoundOpened("2025", "2025-Q1"),
        )
        monkeypatch.setenv("DUIXIAN_LEDGER", place)
        monkeypatch.setenv("DUIXIAN_WHO", "li")
        yield place


def written(path: Path, rows: list[list[str]], headings: list[str] = HEADINGS) -> str:
    if path.suffix == ".xlsx":
        book = Workbook()
        for row in [headings, *rows]:
            book.worksheets[0].append(row)
        book.save(path)
    else:
        with path.open("w", encoding="gb18030", newline="") as out:
            csv.writer(out).writerows([headings, *rows])
    return str(path)


def values(place: str) -> dict[str, float]:
    with Ledger(place) as ledger, ledger.read() as tables:
        return {row.id: row.value for row in tables.select(MetricValue)}


@pytest.mark.parametrize("name", ["统计.csv", "统计.xlsx"])
def test_a_table_of_statistics_is_imported_and_twice_changes_nothing(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    file = written(tmp_path / name, ROWS)
    assert run(["metric", "import", file, "--check"]) == 0
    assert values(place) == {}
    assert run(["metric", "import", file]) == 0
    assert values(place) == {
        "qinghe|investment_growth|2025-Q1": 6.2,
        "qinghe|red_flag_projects|2025-Q1": 3.0,
        "shiliang|investment_growth|2025-Q1": 8.0,
    }
    capsys.readouterr()
    assert run(["metric", "import", file]) == 0
    assert "登记 0 行，3 行与已登记的相同" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["统计.csv", "统计.xlsx"])
def test_every_bad_row_is_named_by_its_line_and_nothing_is_written(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    bad = [
        *ROWS,
        ["青禾县", "民间投资占比", "2025-Q1", "162", "%", "市统计局"],
        ["青木县", "民间投资占比", "2025-Q1", "62", "%", "市统计局"],
        ["石梁县", "民间投资占比", "2025-Q1", "六成", "%", "市统计局"],
        ["石梁县", "民间投资占比", "2025-Q1", "", "%", "市统计局"],
        ["石梁县", "固定资产投资增速", "2025-Q1", "9", "%", "市统计局"],
    ]
    assert run(["metric", "import", written(tmp_path / name, bad)]) == 1
    said = capsys.readouterr()
    lines = said.err.splitlines()
    assert [f"第{number}行" in line for number, line in zip(range(5, 10), lines, strict=True)] == [True] * 5
    for line, words in zip(lines, ("合理范围", "青禾县", "六成", "空的", "第3行"), strict=True):
        assert words in line
    assert "一行也没有写入" in said.out
    assert values(place) == {}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("单位,指标\n青禾县,投资增速\n", "缺少列“数值”"),
        ("", "文件是空的"),
        ("单位,县区,指标,数值\n", "这一列出现了两次"),
    ],
)
def test_a_table_without_what_is_needed_is_refused(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, told: str
) -> None:
    file = tmp_path / "统计.csv"
    file.write_text(content, "utf-8")
    assert run(["metric", "import", str(file)]) == 1
    assert told in capsys.readouterr().err


def test_a_file_that_is_no_workbook_is_refused(place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "统计.xlsx").write_bytes(b"PK\x03\x04 broken")
    assert run(["metric", "import", str(tmp_path / "统计.xlsx")]) == 1
    assert "已损坏" in capsys.readouterr().err


def test_merged_cells_and_formulas_without_a_result_are_named_by_their_row(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["单位", "指标", "数值"],
        ["青禾县", "投资增速", 6.2],
        ["石梁区", "投资增速", "=1+1"],
        ["", "投资增速", 5],
    ):
        sheet.append(row)
    sheet.merge_cells("A3:A4")
    book.save(tmp_path / "统计.xlsx")
    asked = ["metric", "import", str(tmp_path / "统计.xlsx"), "--period", "2025-Q1", "--source", "市统计局"]
    assert run(asked) == 1
    told = capsys.readouterr().err
    assert "第3行" in told
    assert "合并单元格" in told
    assert "公式" in told
    assert run(["metric", "list", "--format", "csv"]) == 0
    assert "投资增速" not in capsys.readouterr().out


def test_districts_are_ranked_published_and_shown_as_published(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    record = ["metric", "record", "青禾县", "投资增速", "2025-Q1"]
    assert run([*record, "6.2", "--source", "市统计局"]) == 1  # an organisation is named by its id here
    assert "青禾县" in capsys.readouterr().err
    record[2] = "qinghe"
    assert run([*record, "6.2", "--source", "市统计局"]) == 0
    assert run(["metric", "record", "shiliang", "投资增速", "2025-Q1", "8", "--source", "市统计局"]) == 0
    assert run(["rank", "2025", "--by", "投资增速", "--round", "2025-Q1", "--publish"]) == 0
    assert run([*record, "9.5", "--source", "市统计局", "--correction", "订正"]) == 0
    capsys.readouterr()
    for extra, first in (([], "qinghe"), (["--published"], "shiliang")):
        assert run(["rank", "2025", "--by", "投资增速", "-r", "2025-Q1", "-f", "json", *extra]) == 0
        rows = json.loads(capsys.readouterr().out)
        assert (rows[0]["rank"], rows[0]["organisation"]) == (1, first)


def test_a_score_is_explained_in_both_languages(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(["metric", "record", "qinghe", "投资增速", "2025-Q1", "6.2", "--source", "市统计局"])
    run(["metric", "record", "shiliang", "投资增速", "2025-Q1", "8", "--source", "市统计局"])
    run(["mark", "give", "qinghe", "通报表扬", "--date", "2025-02-10", "--reason", "项目攻坚"])
    capsys.readouterr()
    assert run(["score", "投资赛马", "--period", "2025-Q1", "--explain"]) == 0
    assert "第2位（2个县区），按位次得" in capsys.readouterr().out
    assert run(["score", "投资赛马", "--period", "2025-Q1", "-o", "qinghe", "--lang", "en"]) == 0
    assert "rank 2 of 2 districts" in capsys.readouterr().out
    assert run(["score", "投资赛马", "--period", "2025-Q1", "-f", "csv"]) == 0
    assert capsys.readouterr().out.startswith("group,organisation,name,total")


def test_marks_and_ratings_are_given_listed_and_taken_back(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mark", "give", "qinghe", "通报批评", "-d", "2025-02-10", "--reason", "数据迟报", "--points", "2"]) == 0
    capsys.readouterr()
    run(["mark", "list", "-f", "json"])
    (mark,) = json.loads(capsys.readouterr().out)
    assert (mark["kind"], mark["points"], mark["withdrawn"]) == ("criticism", 2.0, None)
    assert run(["mark", "withdraw", mark["id"], "--reason", "经复核属误报"]) == 0
    assert run(["satisfaction", "record", "2025@2025-Q1", "88", "-j", "企业问卷", "-o", "dept1"]) == 0
    capsys.readouterr()
    run(["satisfaction", "list", "-f", "json"])
    assert [row["score"] for row in json.loads(capsys.readouterr().out)] == [88.0]
    run(["mark", "list", "-f", "json"])
    assert json.loads(capsys.readouterr().out)[0]["withdrawn"] == "经复核属误报"


def test_what_rates_metrics_and_marks_mean_can_be_looked_up(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command, words in (
        (["rates"], "已办结且申请办结的日期不晚于时限"),
        (["rates", "--lang", "en"], "asked for by the deadline"),
        (["metric", "kinds"], "民间投资占比"),
        (["mark", "kinds"], "通报表扬"),
    ):
        assert run(command) == 0
        assert words in "".join(capsys.readouterr().out.split("\n")) or words in capsys.readouterr().out


def test_what_goes_wrong_is_told_in_english_too(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rank", "2025", "--by", "investment_grow", "-r", "2025-Q1", "--lang", "en"]) == 1
    assert "no such rate, metric or scheme" in capsys.readouterr().err
    assert run(["rank", "2025", "--by", "completion", "--publish", "--as-of", "2025-02-01"]) == 2
