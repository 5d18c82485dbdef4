"""``duixian write``, as a user types it."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from ledger_office import target

from duixian import samples
from duixian.cli.application import run

ROUND = "2024@2024-03"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copy(samples.report(2024), tmp_path_factory.mktemp("write") / "报告.txt"))


@pytest.fixture(scope="module")
def ledger(backend: str, report: Path) -> str:
    """A plan from the sample report, assigned, with a round."""
    place = target(backend, report.parent)
    assert run(["plan", "open", str(report), "-l", place, "--as", "li"]) == 0
    assert run(["plan", "assign", "2024", "-l", place]) == 0
    assert run(["round", "open", "2024", "2024-03", "-l", place]) == 0
    return place


def test_the_bulletin_of_a_round_is_written_in_the_format_of_the_file_name(ledger: str, tmp_path: Path) -> None:
    for name in ("通报.docx", "通报.xlsx", "通报.html"):
        assert run(["write", "bulletin", ROUND, "-l", ledger, "-o", str(tmp_path / name)]) == 0
    assert Document(str(tmp_path / "通报.docx")).paragraphs[0].text == "关于2024年3月重点工作落实情况的通报"
    assert "填报情况" in openpyxl.load_workbook(tmp_path / "通报.xlsx").sheetnames
    assert "关于2024年3月重点工作落实情况的通报" in (tmp_path / "通报.html").read_text("utf-8")


def test_the_page_and_the_bulletin_come_in_english(ledger: str, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    assert run(["--lang", "en", "write", "onepage", "2024", "-l", ledger, "-o", str(target)]) == 0
    assert "To be decided" in target.read_text("utf-8")
    assert run(["--lang", "en", "write", "bulletin", ROUND, "-l", ledger, "-o", str(target)]) == 0
    assert "Bulletin of 2024-03" in target.read_text("utf-8")


def test_one_organisation_gets_its_statement_or_every_one_does(ledger: str, tmp_path: Path) -> None:
    target = tmp_path / "教育.html"
    assert run(["write", "statement", "2024", "--organisation", "教育厅", "-l", ledger, "-o", str(target)]) == 0
    assert "教育厅2024年度对账单" in target.read_text("utf-8")
    assert run(["write", "statement", "2024", "--all", "-f", "xlsx", "-l", ledger, "-o", str(tmp_path / "全部")]) == 0
    written = {path.name for path in (tmp_path / "全部").iterdir()}
    assert "教育厅.xlsx" in written
    assert len(written) > 20


def test_the_closing_statement_finds_the_report_that_the_plan_was_opened_from(ledger: str, tmp_path: Path) -> None:
    target = tmp_path / "交账.html"
    review = str(samples.report(2025))
    assert run(["write", "closing", "2024", "--review", review, "-l", ledger, "-o", str(target)]) == 0
    assert "七、承诺逐项对账" in target.read_text("utf-8")


def test_a_report_that_was_moved_is_asked_for(
    ledger: str, report: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    report.rename(tmp_path / "别处.txt")
    words = ["write", "closing", "2024", "--review", str(samples.report(2025)), "-l", ledger]
    words += ["-o", str(tmp_path / "交账.docx")]
    try:
        assert run(words) == 2
        assert "--report" in capfd.readouterr().err
        assert run([*words, "--report", str(tmp_path / "别处.txt")]) == 0
        capfd.readouterr()
        assert run([*words, "--report", str(samples.report(2025))]) == 1
        assert "不是建账所用的报告" in capfd.readouterr().err
    finally:
        shutil.move(tmp_path / "别处.txt", report)


def test_templates_are_copied_changed_and_used(ledger: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder, target = tmp_path / "模板", tmp_path / "页.html"
    assert run(["write", "templates", str(folder)]) == 0
    page = folder / "onepage.html"
    page.write_text(page.read_text("utf-8").replace("<h1>", "<h1>内部"), "utf-8")
    words = ["write", "onepage", "2024", "-l", ledger, "-o", str(target), "--templates", str(folder)]
    assert run(words) == 0
    assert "<h1>内部" in target.read_text("utf-8")
    target.unlink()
    page.write_text("<p>\n{{ nobody }}", "utf-8")
    capfd.readouterr()
    assert run(words) == 1
    assert "onepage.html 第2行" in capfd.readouterr().err
    assert not target.exists()
    assert run(["--lang", "en", *words]) == 1
    assert "the template is wrong" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["bulletin", ROUND, "-o", "通报.doc"], 2, ".docx"),
        (["bulletin", "2024@2024-05", "-o", "通报.docx"], 1, "没有这个调度期"),
        (["onepage", "2023", "-o", "页.html"], 1, "没有这个年度台账"),
        (["statement", "2024", "-o", "单.html"], 2, "--all"),
        (["statement", "2024", "--organisation", "教育庭", "-o", "单.html"], 1, "教育厅"),
        (["closing", "2024", "--report", "x.txt", "-o", "账.html"], 2, "--review"),
        (["closing", "2024", "--review", "没有.txt", "-o", "账.html"], 1, "没有.txt"),
        (["onepage", "2024", "-o", "页.html", "--templates", "没有"], 1, "没有这个模板文件夹"),
        (["onepage", "2024", "-o", "页.html", "--as-of", "昨天"], 2, "2025-06-30"),
    ],
)
def test_what_cannot_be_written_is_told(
    ledger: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: list[str],
    code: int,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["write", *words, "-l", ledger]) == code
    assert told in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []
