"""The comparing commands, as a user types them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

from duixian import samples
from duixian.cli.application import run
from duixian.corpus import Corpus
from duixian.reporting.charts import fonts
from duixian.reporting.comparisons.rows import CELL_NAMES, CHANGE_NAMES, FINDING_NAMES, SETTLEMENT_NAMES

PAIR = [str(samples.report(year)) for year in samples.YEARS]


def out(capfd: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(arguments) == code
    return capfd.readouterr().out


def told(capfd: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(arguments) == code
    return capfd.readouterr().err


def test_a_newcomer_sees_the_national_comparison_without_a_document(capfd: pytest.CaptureFixture[str]) -> None:
    shown = out(capfd, "compare", "--included", "2024")
    assert "西藏自治区" in shown
    assert "≈8%" in shown


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("compare", *PAIR, "--year", "2024"), CELL_NAMES),
        (("compare", "--included", "2024", "-i", "gdp"), CELL_NAMES),
        (("reconcile", *PAIR), SETTLEMENT_NAMES),
        (("diff", *PAIR, "2024", "2025"), CHANGE_NAMES),
        (("check", *PAIR), FINDING_NAMES),
    ],
)
def test_columns_have_the_same_stable_names_in_csv_and_json(
    capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], names: tuple[str, ...]
) -> None:
    table = list(csv.DictReader(io.StringIO(out(capfd, *arguments, "--format", "csv"), newline="")))
    rows = json.loads(out(capfd, *arguments, "--format", "json"))
    assert [tuple(row) for row in (*table[:1], *rows[:1])] == [names, names][: 2 * bool(rows)]
    assert len(table) == len(rows)


@pytest.mark.parametrize("name", [*CELL_NAMES, *SETTLEMENT_NAMES, *CHANGE_NAMES, *FINDING_NAMES])
def test_every_column_has_a_chinese_heading(name: str) -> None:
    from duixian.reporting.comparisons.labels import label

    assert label("column", name, "zh") != name.replace("_", " ")


@pytest.mark.parametrize("view", ["matrix", "ranking", "distribution"])
@pytest.mark.parametrize("format", ["table", "md", "csv", "json"])
def test_every_view_comes_in_every_format(capfd: pytest.CaptureFixture[str], view: str, format: str) -> None:
    shown = out(capfd, "compare", "--included", "2024", "-i", "gdp", "--view", view, "-f", format)
    assert ("地区生产总值" if view == "distribution" else "西藏自治区") in shown


def test_several_years_stand_side_by_side(capfd: pytest.CaptureFixture[str]) -> None:
    shown = out(capfd, "compare", *PAIR, "-y", "2024", "-y", "2025", "-i", "gdp", "-f", "md")
    assert "地区生产总值 2024 | 地区生产总值 2025" in shown
    assert "≈5.5% | ≥5.5%" in shown


def test_a_workbook_has_the_matrix_the_spread_and_the_evidence(tmp_path: Path) -> None:
    target = tmp_path / "比较.xlsx"
    assert run(["compare", *PAIR, "-y", "2024", "-o", str(target)]) == 0
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["比较", "分布", "依据"]
    cell = book["比较"]["B2"]
    assert cell.hyperlink is not None
    quotes = [row[CELL_NAMES.index("quote")].value for row in book["依据"].iter_rows(min_row=2)]
    assert "地区生产总值增长5.5%左右" in quotes


def test_a_page_is_one_file_with_the_words_of_every_cell(tmp_path: Path) -> None:
    target = tmp_path / "比较.html"
    assert run(["compare", *PAIR, "-y", "2024", "-o", str(target)]) == 0
    page = target.read_text("utf-8")
    assert 'data-quote="地区生产总值增长5.5%左右"' in page
    assert "://" not in page


@pytest.mark.parametrize("command", [["reconcile", *PAIR], ["diff", *PAIR, "2024", "2025"], ["check", *PAIR]])
@pytest.mark.parametrize("suffix", ["xlsx", "csv", "json", "md"])
def test_answers_are_written_to_files(tmp_path: Path, command: list[str], suffix: str) -> None:
    target = tmp_path / f"answer.{suffix}"
    assert run([*command, "-o", str(target)]) == 0
    assert target.stat().st_size > 0


def test_the_book_is_closed_with_both_quotations(capfd: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(out(capfd, "reconcile", *PAIR, "--part", "target", "--outcome", "missed", "-f", "json"))
    assert {row["subject"] for row in rows} == {"服务业增加值", "固定资产投资", "PM2.5平均浓度"}
    assert all(row["quote"] and row["result_quote"] for row in rows)


def test_a_chart_is_drawn_and_its_font_named(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "目标.svg"
    said = told(capfd, "compare", "--included", "2024", "-i", "gdp", "--chart", str(target), "--font", "某某黑体")
    assert "某某黑体" in said
    assert "某某黑体" in target.read_text("utf-8")
    assert run(["reconcile", *PAIR, "--chart", str(tmp_path / "账.svg"), "--font", "某某黑体"]) == 0


@pytest.mark.parametrize("kind", ["map", "slope"])
def test_other_sorts_of_charts_can_be_asked_for(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "图.svg"
    arguments = ["compare", "--included", "2024", "-i", "gdp", "--chart", str(target), "--chart-type", kind]
    assert run([*arguments, "--font", "某某黑体"]) == 0
    assert target.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("compare", "--included", "2024", "-i", "gdpp"), "gdp"),
        (("compare", "--included", "2024", "-r", "江浙省"), "浙江省"),
        (("compare", "--included", "2019"), "2024"),
        (("compare",), "--included"),
        (("compare", "--included", "2024", "--status", "x"), "target"),
        (("compare", "--included", "2024", "-f", "xlsx"), "-o"),
        (("compare", "--included", "2024", "--chart", "x.bmp"), "svg"),
        (("reconcile", *PAIR, "--region", "浙江"), "岚川省"),
        (("diff", *PAIR, "2024"), "YEAR"),
    ],
)
def test_wrong_usage_is_told_with_what_would_be_right(
    capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert words in told(capfd, *arguments, code=2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("compare", *PAIR, "--year", "1999"), "2024"),
        (("reconcile", *PAIR, "--year", "1999"), "1999"),
        (("diff", *PAIR, "1998", "1999"), "2024"),
        (("compare", "no-such-file.txt"), "no-such-file.txt"),
        (("check", "no-such-file.txt"), "no-such-file.txt"),
    ],
)
def test_what_cannot_be_answered_is_told_and_leaves_code_1(
    capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert words in told(capfd, *arguments, code=1)


def test_the_commands_speak_english(capfd: pytest.CaptureFixture[str]) -> None:
    assert "no statement found" in out(capfd, "--lang", "en", "reconcile", *PAIR, "--part", "target")
    assert "Fixed-asset investment" in out(capfd, "--lang", "en", "compare", "--included", "2024")


def test_a_corpus_gives_the_same_answers_as_its_files(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    corpus = tmp_path / "语料"
    Corpus(corpus).add(PAIR)
    for command in (["compare", "-y", "2024"], ["reconcile"], ["check"]):
        files = out(capfd, command[0], *PAIR, *command[1:], "-f", "csv")
        assert out(capfd, command[0], str(corpus), *command[1:], "-f", "csv") == files
    assert "调高" in out(capfd, "diff", str(corpus), "2024", "2025", "--region", "岚川省")


def test_a_damaged_corpus_is_told(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "duixian-corpus.json").write_text("{", "utf-8")
    assert "duixian-corpus.json" in told(capfd, "compare", str(tmp_path), code=1)


def test_without_a_chinese_font_the_user_learns_what_to_install(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "_installed", lambda: None)
    monkeypatch.delenv(fonts.VARIABLE, raising=False)
    drawn = ["compare", "--included", "2024", "-i", "gdp", "--chart"]
    assert "fonts-noto-cjk" in told(capfd, *drawn, str(tmp_path / "图.png"), code=1)
    assert not (tmp_path / "图.png").exists()
    assert "fonts-noto-cjk" in told(capfd, *drawn, str(tmp_path / "图.svg"))
    assert "Install a Chinese font" in told(capfd, "--lang", "en", *drawn, str(tmp_path / "图.png"), code=1)
