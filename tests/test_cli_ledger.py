"""The account book from the command line: from a report to a closed round, in the user's words."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from ledger_office import target

from duixian import samples
from duixian.cli.application import run

REPORT = str(samples.report(2024))


@pytest.fixture
def ledger(place: str, capfd: pytest.CaptureFixture[str]) -> str:
    assert run(["plan", "open", REPORT, "--ledger", place, "--as", "li", "--name", "李督查"]) == 0
    capfd.readouterr()
    return place


def out(capfd: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(arguments) == code
    return capfd.readouterr().out


def told(capfd: pytest.CaptureFixture[str], *arguments: str, code: int = 1) -> str:
    assert run(arguments) == code
    return capfd.readouterr().err


def rows(capfd: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out(capfd, *arguments, "--format", "csv"), newline="")))


def test_a_report_becomes_a_plan_in_one_command(
    backend: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shown = out(capfd, "plan", "open", REPORT, "--ledger", target(backend, tmp_path))
    assert "已建账：岚川省2024年度台账（编号 2024）" in shown
    assert "duixian plan show 2024" in shown
    english = out(capfd, "--lang", "en", "plan", "open", REPORT, "--ledger", target(backend, tmp_path))
    assert "Opened 岚川省2024年度台账 (id 2024)" in english


def test_a_look_at_the_items_writes_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.db"
    found = rows(capfd, "plan", "open", REPORT, "--ledger", str(path), "--dry-run")
    assert len(found) > 40
    assert all(row["lead"] and row["reasons"] for row in found)
    assert not path.exists()


def test_a_month_from_assignment_to_the_closed_round(ledger: str, capfd: pytest.CaptureFixture[str]) -> None:
    items = rows(capfd, "plan", "show", "2024", "--ledger", ledger)
    assert {row["state"] for row in items} == {"registered"}
    assert "已交办" in out(capfd, "plan", "assign", "2024", "--ledger", ledger)
    assert "应报" in out(capfd, "round", "open", "2024", "2024-03", "--ledger", ledger)
    missing = rows(capfd, "round", "show", "2024@2024-03", "--missing", "--ledger", ledger)
    assert len(missing) == len(items)
    shown = out(capfd, "item", "show", items[0]["item"], "--ledger", ledger)
    assert "原文（" in shown
    assert "立项" in shown
    assert "交办" in shown
    whole = json.loads(out(capfd, "item", "show", items[0]["item"], "--ledger", ledger, "--format", "json"))
    assert whole["item"]["evidence"][0]["quote"]
    assert "已关闭" in out(capfd, "round", "close", "2024@2024-03", "--ledger", ledger)
    assert "核对无误" in out(capfd, "ledger", "verify", "--ledger", ledger)
    (listed,) = rows(capfd, "round", "list", "--ledger", ledger)
    assert (listed["state"], listed["reported"]) == ("closed", "0")


def test_items_are_added_revised_merged_split_and_published(ledger: str, capfd: pytest.CaptureFixture[str]) -> None:
    measures = ("--measure", "里程≥200公里", "--measure", "投资=30亿元")
    add = ("plan", "add", "2024", "修环湖公路", "--number", "99", *measures, "--lead", "transport", "--ledger", ledger)
    assert "已立项：2024/99" in out(capfd, *add)
    parts = ("--part", "99a=东段里程", "--part", "99b=西段投资")
    out(capfd, "plan", "split", "2024/99", *parts, "--reason", "分段", "--ledger", ledger)
    found = {row["number"]: row for row in rows(capfd, "plan", "show", "2024", "--ledger", ledger)}
    assert (found["99a"]["measures"], found["99b"]["measures"]) == ("里程≥200公里", "投资=30亿元")
    assert found["99"]["state"] == "split"
    merge = ("plan", "merge", "2024", "99a", "99b", "--number", "99c", "--reason", "还是一件事", "--ledger", ledger)
    out(capfd, *merge)
    revise = ("plan", "revise", "2024/99c", "--text", "修环湖公路", "--deadline", "2024-10-31")
    out(capfd, *revise, "--reason", "定稿", "--ledger", ledger)
    found = {row["number"]: row for row in rows(capfd, "plan", "show", "2024", "--ledger", ledger)}
    assert (found["99c"]["text"], found["99c"]["deadline"]) == ("修环湖公路", "2024-10-31")
    assert "已公开 1 个事项" in out(capfd, "plan", "publish", "2024", "99c", "--ledger", ledger)


def test_one_file_carries_the_whole_ledger(
    ledger: str, backend: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file, other = str(tmp_path / "备份.jsonl"), target(backend, tmp_path)
    out(capfd, "ledger", "export", file, "--ledger", ledger)
    out(capfd, "ledger", "import", file, "--ledger", other)
    assert out(capfd, "plan", "show", "2024", "--ledger", other, "--format", "csv") == out(
        capfd, "plan", "show", "2024", "--ledger", ledger, "--format", "csv"
    )


def test_who_may_do_what_is_listed_and_kept(ledger: str, capfd: pytest.CaptureFixture[str]) -> None:
    first = rows(capfd, "plan", "show", "2024", "--ledger", ledger)[0]["item"]
    assert "assign" in out(capfd, "item", "do", first, "--ledger", ledger)
    assert "不能办结" in told(capfd, "item", "do", first, "close", "--ledger", ledger)
    assert "请先签收" in told(capfd, "report", first, "有进展", "--ledger", ledger)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("plan", "show", "2030"), "没有这个年度台账"),
        (("item", "show", "2024/没有"), "没有这个事项"),
        (("item", "show", "2024/\udcff"), "没有这个事项"),
        (("item", "do", "2024/1.1", "fly"), "可用的动作有"),
        (("round", "open", "2024", "2024-13"), "不是调度期的写法"),
        (("round", "open", "2024", "2025-03"), "请核对年份"),
        (("plan", "assign", "2024", "--as", "nobody"), "没有这个人员"),
        (("plan", "add", "2024", "新事项", "--number", "77", "--deadline", "2019-01-01"), "请核对年份"),
        (("plan", "revise", "2024/1.1", "--lead", "education_bureau", "--reason", "改"), "您要的也许是"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(
    ledger: str, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    message = told(capfd, *arguments, "--ledger", ledger)
    assert words in message
    assert "Traceback" not in message
    assert message.count("\n") == 1


def test_a_ledger_that_is_not_there_is_not_made_by_looking(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "没有.db"
    assert "没有这个台账文件" in told(capfd, "plan", "list", "--ledger", str(path))
    assert not path.exists()
    assert "--ledger" in told(capfd, "plan", "list", code=2)


def test_a_file_that_plans_nothing_opens_no_book(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    news, path = tmp_path / "新闻.txt", tmp_path / "a.db"
    news.write_text("云岭市今天天气晴好。", "utf-8")
    assert "没有找到带有年度安排的报告" in told(capfd, "plan", "open", str(news), "--ledger", str(path))
    assert not path.exists()


def test_a_place_that_the_file_has_no_report_of_is_told_with_those_it_has(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for place in ("浙江", "无此地"):
        message = told(capfd, "plan", "open", REPORT, "--region", place, "--ledger", str(tmp_path / "a.db"), code=2)
        assert "岚川省" in message


def test_as_of_shows_an_earlier_day(ledger: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert rows(capfd, "plan", "list", "--ledger", ledger)
    assert rows(capfd, "plan", "list", "--ledger", ledger, "--as-of", "2020-01-01") == []
