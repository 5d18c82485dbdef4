"""Accounts from the command line: made, listed, reset, disabled; tokens and links; never a secret twice."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_office import office, target

from duixian.access import links
from duixian.access.accounts import Accounts
from duixian.cli.application import run
from duixian.ledger.organisations import Organisation, Person
from duixian.ledger.rounds import Round, RoundOpened
from duixian.ledger.store import Ledger

SECRET = "s" * 40


@pytest.fixture
def place(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with office(backend, tmp_path) as (_, _, found):
        monkeypatch.setenv("DUIXIAN_LEDGER", found)
        monkeypatch.setenv("DUIXIAN_WHO", "li")
        yield found


def first_password(text: str) -> str:
    found = re.search(r"：([\w]{4}(?:-[\w]{4}){3})", text)
    assert found is not None
    return found[1]


def test_a_new_ledger_is_founded_with_its_departments_and_administrator(
    backend: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = target(backend, tmp_path)
    assert run(["account", "add", "li", "--name", "李督查", "--region", "云岭市", "--ledger", place]) == 0
    password = first_password(capsys.readouterr().out)
    with Ledger(place) as ledger:
        account = Accounts(ledger).get("li")
        assert Accounts(ledger).passwords.verify(account.password, password)
        assert account.must_change
        assert [each.person for each in Accounts(ledger).administrators()] == ["li"]
        with ledger.read() as tables:
            names = [row.name for row in tables.select(Organisation)]
        assert "云岭市人民政府" in names
        assert len(names) > 10
    assert run(["account", "add", "wang", "--name", "王", "--region", "云岭市", "--ledger", place]) == 1
    assert "台账已经建立" in capsys.readouterr().err


def test_an_account_is_added_listed_reset_and_disabled(
    place: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["account", "add", "own1", "--login", "wang"]) == 0
    assert run(["account", "add", "zhao", "--name", "赵六", "--organisation", "dept2", "--role", "contributor"]) == 0
    capsys.readouterr()
    assert run(["account", "list", "--format", "json"]) == 0
    rows = {row["person"]: row for row in json.loads(capsys.readouterr().out)}
    assert (rows["own1"]["login"], rows["own1"]["state"]) == ("wang", "must_change")
    assert rows["zhao"]["organisation"] == "第2局"
    with Ledger(place) as ledger:
        before = Accounts(ledger).get("own1").password
        monkeypatch.setattr("sys.stdin", io.StringIO("青山 绿水 云岭 长流\n"))
        assert run(["account", "password", "own1", "--stdin"]) == 0
        assert Accounts(ledger).get("own1").password != before
        assert run(["account", "disable", "own1"]) == 0
        assert Accounts(ledger).get("own1").disabled
        assert run(["account", "enable", "own1"]) == 0
        with ledger.read() as tables:
            assert tables.need(Person, "zhao", "人员").grants[0].organisation == "dept2"
        assert ledger.verify().ok


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["add", "nobody"], "没有这个人员"),
        (["add", "own1", "--login", "a\u200bb"], "看不见的字符"),
        (["password", "own2"], "还没有账号"),
        (["token", "own2", "脚本"], "还没有账号"),
        (["token", "own2", "脚本", "--revoke"], "没有这个令牌"),
        (["add", "own1", "--as", "own2"], "无权"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_changed(
    place: str, capsys: pytest.CaptureFixture[str], arguments: list[str], why: str
) -> None:
    with Ledger(place) as ledger:
        before = ledger.head()
        assert run(["account", *arguments]) == 1
        assert why in capsys.readouterr().err
        assert ledger.head() == before
        assert Accounts(ledger).all() == []
    assert run(["--lang", "en", "account", *arguments]) == 1
    said = capsys.readouterr().err
    assert not re.search(r"[\u4e00-\u9fff]{5,}", said), said


def test_a_token_stands_alone_on_standard_output(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(["account", "add", "own1"])
    capsys.readouterr()
    assert run(["account", "token", "own1", "月报", "--scope", "write"]) == 0
    token = capsys.readouterr().out.splitlines()[-1]
    with Ledger(place) as ledger:
        assert Accounts(ledger).of_token(token) == ("own1", "责任人1", "write")
        assert run(["account", "token", "own1", "月报", "--revoke"]) == 0
        assert Accounts(ledger).of_token(token) is None


def test_a_link_is_for_one_person_and_one_round(
    place: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger(place) as ledger:
        ledger.record("li", RoundOpened("2025", "2025-03"))
        with ledger.read() as tables:
            round = tables.select(Round)[0].id
    assert run(["account", "link", "own1", round]) == 1
    monkeypatch.setenv("DUIXIAN_SECRET", SECRET)
    assert run(["account", "link", "own1", "2025/nothing"]) == 1
    assert run(["account", "link", "own1", round, "--as", "own2"]) == 1
    capsys.readouterr()
    assert run(["account", "link", "own1", round, "--address", "https://dx.example/"]) == 0
    address = capsys.readouterr().out.strip()
    assert address.startswith("https://dx.example/l/")
    link = links.read(SECRET.encode(), address.rsplit("/", 1)[1])
    assert (link.person, link.round) == ("own1", round)
    assert run(["account", "link", "own1", "--recall"]) == 0
