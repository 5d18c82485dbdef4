"""Supervision from the command line, in Chinese and English: orders, problems, escalation, notices."""

from __future__ import annotations

import csv
import io
import json
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ledger_office import office
from test_notice_channels import PASSWORD, Box, mail_server

from duixian.cli.application import run
from duixian.cli.language import Messages
from duixian.ledger.plans import Item
from duixian.ledger.progress import Progress, ProgressReported
from duixian.ledger.rounds import RoundClosed, RoundOpened
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger
from duixian.notices.mail import why

SOON = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()


@pytest.fixture
def ledger(backend: str, tmp_path: Path) -> Iterator[str]:
    with office(backend, tmp_path) as (_, _, place):
        yield place


def out(capfd: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(arguments) == code, capfd.readouterr().err
    return capfd.readouterr().out


def told(capfd: pytest.CaptureFixture[str], *arguments: str, code: int = 1) -> str:
    assert run(arguments) == code
    return capfd.readouterr().err


def rows(capfd: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out(capfd, *arguments, "--format", "csv"), newline="")))


def issued(capfd: pytest.CaptureFixture[str], ledger: str, *more: str) -> str:
    words = ("--subject", "进度滞后", "--demand", "说明原因", "--item", "2025/1", "--as", "li", "-l", ledger)
    return out(capfd, "order", "issue", "dept1", *words, *more)


def test_an_order_goes_its_whole_way(ledger: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert f"已下发督办单 D{SOON[:4]}-001，请于 {SOON} 前回复" in issued(capfd, ledger, "--reply-by", SOON)
    number = f"D{SOON[:4]}-001"
    for who, arguments, said in (
        ("own1", ("sign", number), "已签收"),
        ("own1", ("reply", number, "--text", "增加作业面"), "已回复"),
        ("li", ("return", number, "--text", "写明时间", "--reply-by", SOON), "已退回回复"),
        ("own1", ("reply", number, "--text", "四月底完成"), "已回复"),
        ("zhang", ("accept", number), "已认可回复"),
    ):
        assert said in out(capfd, "order", *arguments, "--as", who, "-l", ledger)
    shown = out(capfd, "order", "show", number, "-l", ledger)
    assert "（已办结）进度滞后" in shown
    assert [word in shown for word in ("下发", "增加作业面", "写明时间", "四月底完成")] == [True] * 4
    (row,) = rows(capfd, "order", "list", "-l", ledger)
    assert (row["state"], row["organisation"], row["reply"], row["overdue"]) == ("accepted", "dept1", "四月底完成", "0")
    assert out(capfd, "ledger", "verify", "-l", ledger).startswith("核对无误")


def test_without_a_date_the_level_says_when_and_the_list_says_who_is_late(
    ledger: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert "请于 " in issued(capfd, ledger, "--level", "key", "--number", "督1号")
    issued(capfd, ledger, "--reply-by", "2025-01-10", "--number", "督2号")
    assert [row["id"] for row in rows(capfd, "order", "list", "--overdue", "-l", ledger)] == ["督2号"]
    assert rows(capfd, "order", "list", "--organisation", "dept2", "-l", ledger) == []
    assert rows(capfd, "order", "list", "--state", "accepted", "-l", ledger) == []
    table = out(capfd, "order", "list", "-l", ledger)
    assert all(word in table for word in ("重点督办", "第1局", "已下发"))
    english = out(capfd, "--lang", "en", "order", "list", "-l", ledger)
    assert all(word in english for word in ("Days overdue", "issued"))


def test_withdrawing_and_wrong_turns_are_told_in_one_line(ledger: str, capfd: pytest.CaptureFixture[str]) -> None:
    issued(capfd, ledger, "--number", "督1号")
    assert "不能认可回复" in told(capfd, "order", "accept", "督1号", "--as", "li", "-l", ledger)
    assert "没有这个督办单" in told(capfd, "order", "show", "督9号", "-l", ledger)
    assert "没有写明内容" in told(capfd, "order", "withdraw", "督1号", "--as", "li", "-l", ledger)
    assert told(capfd, "order", "list", "--state", "lost", "-l", ledger, code=2)
    english = told(capfd, "--lang", "en", "order", "sign", "督1号", "--as", "own2", "-l", ledger)
    assert "no owner of the organisation that was asked" in english
    assert "已撤销" in out(capfd, "order", "withdraw", "督1号", "--text", "并入", "--as", "li", "-l", ledger)


def test_a_problem_goes_its_whole_way_and_back(ledger: str, capfd: pytest.CaptureFixture[str]) -> None:
    own = ("-l", ledger, "--as", "own1")
    li = ("-l", ledger, "--as", "li")
    added = out(capfd, "problem", "add", "砂石占道", "--item", "2025/1", "--due", SOON, "--finder", "省督查组", *li)
    number = f"W{SOON[:4]}-001"
    assert number in added
    out(capfd, "problem", "measure", number, "--text", "清运", *own)
    out(capfd, "problem", "done", number, "--text", "已清运", *own)
    assert "只写一个" in told(capfd, "problem", "check", number, *li, code=2)
    assert "没有写明新的期限" in told(capfd, "problem", "check", number, "--failed", "--text", "仍有", *li)
    out(capfd, "problem", "check", number, "--failed", "--text", "仍有", "--due", "2099-01-01", *li)
    out(capfd, "problem", "measure", number, "--text", "再清", *own)
    out(capfd, "problem", "done", number, "--text", "清完", *own)
    assert "核查通过并销号" in out(capfd, "problem", "check", number, "--passed", *li)
    (row,) = rows(capfd, "problem", "list", "-l", ledger)
    assert (row["state"], row["failures"], row["finder"]) == ("closed", "1", "省督查组")
    (count,) = rows(capfd, "problem", "list", "--counts", "-l", ledger)
    assert (count["total"], count["closed"], count["ever_reopened"]) == ("1", "1", "1")
    assert "（已销号）砂石占道" in out(capfd, "problem", "show", number, "-l", ledger)
    assert "closed" in out(capfd, "--lang", "en", "problem", "show", number, "-l", ledger)


def test_a_report_becomes_a_problem_and_a_mistake_is_voided(ledger: str, capfd: pytest.CaptureFixture[str]) -> None:
    with Ledger(ledger) as book:
        book.record("own1", ItemMoved("2025/1", "accept"), ProgressReported("2025/1", "动工", problems="征地未完"))
        with book.read() as tables:
            (report,) = tables.select(Progress)
    li = ("-l", ledger, "--as", "li")
    out(capfd, "problem", "from-report", report.id, "--due", "2025-05-31", *li)
    (row,) = rows(capfd, "problem", "list", "--overdue", "-l", ledger)
    assert (row["finding"], row["report"], row["source"]) == ("征地未完", report.id, "report")
    out(capfd, "problem", "void", row["id"], "--text", "误登", *li)
    assert rows(capfd, "problem", "list", "--state", "found", "-l", ledger) == []


def test_steps_are_listed_taken_and_not_proposed_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], backend: str
) -> None:
    with office(backend, tmp_path) as (book, clock, ledger):
        for number in (1, 2, 3):
            clock.set(f"2025-0{number + 1}-01")
            book.record("li", RoundOpened("2025", f"2025-0{number}"), RoundClosed(f"2025@2025-0{number}"))
        with book.read() as tables:
            assert all(item.deadline == "2025-12-31" for item in tables.select(Item))
        steps = rows(capfd, "escalate", "list", "-l", ledger, "--as-of", "2025-04-30")
        assert {step["step"] for step in steps if step["ladder"] == "silent"} == {"talk"}
        assert "连续3期没有填报进展" in out(capfd, "escalate", "list", "-l", ledger, "--as-of", "2025-04-30")
        now = rows(capfd, "escalate", "list", "-l", ledger)
        key = next(step["key"] for step in now if step["ladder"] == "silent" and step["target"] == "2025/1")
        assert "没有写明情况" in told(capfd, "escalate", "do", key, "--as", "li", "-l", ledger)
        assert "约谈：" in out(capfd, "escalate", "do", key, "--text", "五日内补报", "--as", "li", "-l", ledger)
        assert key not in {step["key"] for step in rows(capfd, "escalate", "list", "-l", ledger)}
        assert told(capfd, "escalate", "do", "--as", "li", "-l", ledger, code=2)
        out(capfd, "escalate", "do", "--all", "--text", "已谈", "--as", "li", "-l", ledger)
        assert rows(capfd, "escalate", "list", "-l", ledger) == []
        assert out(capfd, "ledger", "verify", "-l", ledger).startswith("核对无误")


def test_what_cannot_be_done_of_all_steps_is_told_and_the_rest_is_done(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], backend: str
) -> None:
    with office(backend, tmp_path) as (book, clock, ledger):
        clock.set("2025-02-01")
        book.record("li", RoundOpened("2025", "2025-01"), RoundClosed("2025@2025-01"))
        (known, *_) = (step["key"] for step in rows(capfd, "escalate", "list", "-l", ledger))
        said = told(capfd, "escalate", "do", "没有:这一步", known, "--text", "已办", "--as", "li", "-l", ledger)
        assert len(said.splitlines()) == 1
        assert "没有这个督办步骤" in said
        assert known not in {step["key"] for step in rows(capfd, "escalate", "list", "-l", ledger)}


def test_reminders_are_listed_sent_once_and_what_fails_is_told(
    ledger: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    issued(capfd, ledger, "--reply-by", SOON)
    out(capfd, "problem", "add", "占道", "--organisation", "dept2", "--due", SOON, "--as", "li", "-l", ledger)
    out(capfd, "notice", "contact", "own1", "--email", "own1@yunling.example", "--as", "own1", "-l", ledger)
    assert "不是邮箱地址" in told(capfd, "notice", "contact", "own1", "--email", "own1", "--as", "own1", "-l", ledger)
    wanted = json.loads(out(capfd, "notice", "list", "-l", ledger, "--format", "json"))
    mine = [one for one in wanted if one["organisation"] == "dept1" and one["subject"] in ("issued", "order")]
    assert [one["recipients"] for one in mine] == [["own1"], ["own1"]]
    assert "请于" in out(capfd, "notice", "list", "-l", ledger)
    file = tmp_path / "notices.toml"
    box = Box()
    with mail_server(box) as port:
        file.write_text(
            f"[email]\nenabled = true\nhost = '127.0.0.1'\nport = {port}\nsecurity = 'none'\nsender = 'd@y.example'\n",
            "utf-8",
        )
        send = ("notice", "send", "--channels", str(file), "--as", "li", "-l", ledger)
        said = told(capfd, *send)
        assert "责任人2：没有登记邮箱" in said
        assert PASSWORD not in said
        count = len(box.letters)
        assert count >= 2
        told(capfd, *send)
        assert len(box.letters) == count
    shown = out(capfd, "notice", "list", "-l", ledger)
    assert "email 1" in shown
    assert "未发" in shown


def test_nothing_is_sent_until_a_channel_is_switched_on(
    ledger: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notices.toml"
    file.write_text("[email]\nhost = 'smtp.example'\n", "utf-8")
    send = ("notice", "send", "--channels", str(file), "--as", "li", "-l", ledger)
    assert "没有打开任何渠道" in told(capfd, *send)
    english = told(capfd, "--lang", "en", *send)
    assert "no channel is switched on" in english
    assert "读不出来" in told(capfd, "notice", "send", "--channels", str(tmp_path / "none.toml"), "-l", ledger)


def test_why_a_server_cannot_be_reached_is_told_in_english_too() -> None:
    say = Messages("en")
    errors = (TimeoutError(), ConnectionRefusedError(), smtplib.SMTPServerDisconnected(), OSError("x"))
    assert all(say.about_files(why(error)).isascii() for error in errors)
