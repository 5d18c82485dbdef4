"""The HTTP interface over people, accounts and tokens: for administrators, and for everybody's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from web_access import PASSWORD, house, other, sign_in
from web_server import HOST, client

from duixian.access.accounts import Accounts
from duixian.ledger.admission import LinkRecall
from duixian.ledger.organisations import Person
from duixian.ledger.store import Ledger

API = "/api/v1"
NEW = "完全另外的一个长长的密码"


class Office:
    """A workbench with accounts, and programs that bring a token."""

    def __init__(self, client: TestClient, ledger: Ledger, accounts: Accounts) -> None:
        self.client, self.ledger, self.accounts = client, ledger, accounts

    def program(self, person: str = "li", scope: str = "write", days: int = 9) -> TestClient:
        """A program that acts for somebody."""
        made = self.accounts.make_token(person, person, f"{scope} {days}", scope, days)
        program = other(self.client)
        program.headers["authorization"] = f"Bearer {made}"
        return program

    def told(self, kind: str = "account.changed") -> list[tuple[Any, Any, Any]]:
        """Who did what to whom, as the journal has it."""
        entries = (entry for entry in self.ledger.journal() if entry.kind == kind)
        return [(entry.who, entry.values().get("change"), entry.values()["person"]) for entry in entries]


@pytest.fixture
def office(tmp_path: Path, backend: str) -> Iterator[Office]:
    with house(tmp_path, backend) as found:
        yield Office(*found)


def told(answer: Response, status: int, words: str) -> None:
    assert answer.status_code == status, answer.text
    assert words in answer.json()["detail"], answer.text


def act(program: TestClient, action: str, person: str, **fields: str) -> Response:
    return program.post(f"{API}/accounts/actions", json={"person": person, "action": action, **fields})


ZHAO = {"person": "zhao", "name": "赵六", "organisation": "dept1", "role": "contributor", "login": "zhao6"}


def test_an_administrators_token_adds_people_and_accounts_and_the_journal_tells_it(office: Office) -> None:
    program = office.program()
    made = program.post(f"{API}/people", json=ZHAO)
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    newcomer = other(office.client)
    assert sign_in(newcomer, "zhao6", made.json()["password"]).url.path == "/password"
    assert program.post(f"{API}/people", json=ZHAO | {"person": "qian", "login": ""}).json()["password"] is None
    second = program.post(f"{API}/accounts", json={"person": "qian", "login": "qian7", "external": "sub-7"})
    assert second.status_code == 201
    listed = {one["person"]: one for one in program.get(f"{API}/people").json()["items"]}
    assert listed["zhao"]["grants"] == [{"role": "contributor", "organisation": "dept1"}]
    assert (listed["zhao"]["organisation_name"], listed["zhang"]["account"]) == ("第1局", None)
    account = listed["qian"]["account"]
    assert (account["login"], account["external"], account["must_change"]) == ("qian7", "sub-7", True)
    assert program.get(f"{API}/people?limit=2&offset=1").json()["items"] == list(listed.values())[1:3]
    assert office.told()[-2:] == [("li", "added", "zhao"), ("li", "added", "qian")]
    journal = program.get(f"{API}/accounts/journal?limit=3").json()
    assert (journal[0]["change"], journal[0]["person"], journal[0]["detail"]) == ("added", "qian", "qian7")
    assert program.get(f"{API}/accounts/journal?limit=2&offset=1").json() == journal[1:]
    text = "".join(entry.payload for entry in office.ledger.journal()) + program.get(f"{API}/people").text
    for secret in (made.json()["password"], second.json()["password"], "$argon2id$"):
        assert secret not in text
    assert office.ledger.verify().ok


def test_what_cannot_be_added_is_told_and_nothing_is_half_done(office: Office) -> None:
    program = office.program()
    before = office.ledger.head()
    for path, wish, status, words in (
        ("people", ZHAO | {"login": "own1"}, 400, "已被使用"),
        ("people", ZHAO | {"person": "own1"}, 400, "已经登记"),
        ("people", ZHAO | {"organisation": "nowhere"}, 400, "没有这个单位"),
        ("people", ZHAO | {"role": "king"}, 422, "role"),
        ("people", ZHAO | {"name": ""}, 400, "姓名"),
        ("accounts", {"person": "nobody", "login": "nobody"}, 400, "没有这个人员"),
        ("accounts", {"person": "zhang", "login": "own1"}, 400, "已被使用"),
        ("accounts", {"person": "zhang", "login": " "}, 400, "账号是空的"),
        ("accounts", {"person": "zhang"}, 422, "login"),
        ("accounts", {"person": "zhang", "login": "z", "password": PASSWORD}, 422, "password"),
        ("accounts/actions", {"person": "own1", "action": "promote"}, 422, "action"),
        ("accounts/actions", {"person": "zhang", "action": "reset"}, 400, "还没有账号"),
        ("accounts/actions", {"person": "own1", "action": "revoke", "name": "无"}, 400, "没有这个令牌"),
        ("accounts/actions", {"person": "nobody", "action": "recall"}, 400, "没有这个人员"),
        ("accounts/actions", {"person": "li", "action": "disable"}, 400, "唯一能登录的管理员"),
        ("accounts/actions", {"person": "li", "action": "reset"}, 400, "我的账号"),
    ):
        told(program.post(f"{API}/{path}", json=wish), status, words)
    assert office.ledger.head() == before
    with office.ledger.read() as tables:
        assert tables.get(Person, "zhao") is None


def test_passwords_are_reset_accounts_disabled_linked_and_signed_out(office: Office) -> None:
    program, browser = office.program(), other(office.client)
    sign_in(browser, "own1")
    reset = act(program, "reset", "own1")
    assert reset.headers["cache-control"] == "no-store"
    assert browser.get("/account").url.path == "/sign-in"
    assert sign_in(browser, "own1", reset.json()["password"]).url.path == "/password"
    victim = office.program("own1")
    assert act(program, "disable", "own1").json() == {"person": "own1", "password": None}
    assert victim.get(f"{API}/account").status_code == 401
    assert sign_in(other(office.client), "own1", reset.json()["password"]).status_code == 401
    act(program, "enable", "own1")
    assert act(program, "link", "own1", external="sub-1").status_code == 200
    told(act(program, "link", "own2", external="sub-1"), 400, "已属于另一个账号")
    sign_in(browser, "own2")
    act(program, "everywhere", "own2")
    assert browser.get("/account").url.path == "/sign-in"
    act(program, "recall", "own2")
    with office.ledger.read() as tables:
        assert tables.get(LinkRecall, "own2") is not None
    office.accounts.make_token("own2", "own2", "脚本/一", "read", 9)
    listed = program.get(f"{API}/accounts/tokens").json()["items"]
    assert {one["name"] for one in listed if one["person"] == "own2"} == {"脚本/一"}
    assert "dx_" not in str(listed)
    act(program, "revoke", "own2", name="脚本/一")
    assert not [one for one in program.get(f"{API}/accounts/tokens").json()["items"] if one["person"] == "own2"]
    others = ("added", "token_made")
    assert [(change, person) for who, change, person in office.told() if who == "li" and change not in others] == [
        ("reset", "own1"),
        ("disabled", "own1"),
        ("enabled", "own1"),
        ("linked", "own1"),
        ("sessions_ended", "own2"),
        ("token_revoked", "own2"),
    ]


@pytest.mark.parametrize("person", ["own1", "guest"])
def test_accounts_of_others_are_only_for_who_supervises_the_whole(office: Office, person: str) -> None:
    program = office.program(person)
    before = office.ledger.head()
    for path in ("people", "accounts/tokens", "accounts/journal"):
        told(program.get(f"{API}/{path}"), 403, "只有总督查人员能管理账号")
    for path, wish in (
        ("people", ZHAO),
        ("accounts", {"person": person, "login": "x"}),
        ("accounts/actions", {"person": "own2", "action": "reset"}),
        ("accounts/actions", {"person": "li", "action": "everywhere"}),
    ):
        assert program.post(f"{API}/{path}", json=wish).status_code == 403, path
    assert office.ledger.head() == before


def test_a_token_that_may_only_read_administers_nothing(office: Office) -> None:
    program = office.program(scope="read")
    assert program.get(f"{API}/people").status_code == 200
    before = office.ledger.head()
    for path, wish in (
        ("people", ZHAO),
        ("accounts", {"person": "zhang", "login": "z"}),
        ("accounts/actions", {"person": "own2", "action": "reset"}),
        ("account/tokens", {"name": "更大", "scope": "write", "days": 1}),
        ("account/actions", {"action": "everywhere"}),
        ("account/password", {"present": PASSWORD, "password": NEW}),
    ):
        told(program.post(f"{API}/{path}", json=wish), 403, "这个令牌只能查看")
    assert office.ledger.head() == before


def test_everybody_sees_and_keeps_their_own_tokens(office: Office) -> None:
    program = office.program("own1")
    own = program.get(f"{API}/account").json()
    assert (own["person"], own["name"], own["scope"], own["administers"]) == ("own1", "责任人1", "write", False)
    assert (own["account"]["login"], own["grants"]) == ("own1", [{"role": "owner", "organisation": "dept1"}])
    made = program.post(f"{API}/account/tokens", json={"name": "夜间", "scope": "read", "days": 3})
    assert (made.status_code, made.headers["cache-control"], made.json()["name"]) == (201, "no-store", "夜间")
    child = other(office.client)
    child.headers["authorization"] = f"Bearer {made.json()['token']}"
    assert child.get(f"{API}/account").json()["scope"] == "read"
    told(program.post(f"{API}/account/tokens", json={"name": "夜间", "scope": "read", "days": 3}), 400, "已有同名")
    for bad in ({"days": 0}, {"scope": "all"}, {"person": "li"}):
        wish = {"name": "坏", "scope": "read", "days": 3} | bad
        assert program.post(f"{API}/account/tokens", json=wish).status_code == 422
    left = program.post(f"{API}/account/actions", json={"action": "revoke", "name": "夜间"}).json()["tokens"]
    assert [one["name"] for one in left] == ["write 9"]
    assert child.get(f"{API}/account").status_code == 401
    told(program.post(f"{API}/account/actions", json={"action": "revoke", "name": "别人的"}), 400, "没有这个令牌")
    browser = other(office.client)
    sign_in(browser, "own1")
    assert browser.get(f"{API}/account").json()["scope"] is None
    program.post(f"{API}/account/actions", json={"action": "everywhere"})
    assert browser.get("/account").url.path == "/sign-in"
    assert [one for one in office.told() if one[1] == "sessions_ended"] == [("own1", "sessions_ended", "own1")]


def test_a_token_makes_none_that_outlives_it(office: Office) -> None:
    program = office.program("own1", days=5)
    before = office.ledger.head()
    told(program.post(f"{API}/account/tokens", json={"name": "长", "scope": "read", "days": 30}), 400, "还有 4 天")
    english = program.post(f"{API}/account/tokens?lang=en", json={"name": "长", "scope": "read", "days": 30})
    assert english.json()["reason"] == "a token cannot make one that outlives it"
    assert office.ledger.head() == before
    assert program.post(f"{API}/account/tokens", json={"name": "短", "scope": "write", "days": 4}).status_code == 201
    # Whoever signed in is not held to it.
    browser = other(office.client)
    sign_in(browser, "own1")
    browser.headers["origin"] = HOST
    wish = {"name": "长", "scope": "read", "days": 30}
    assert browser.post(f"{API}/account/tokens", json=wish).status_code == 201


def test_ones_own_password_is_changed_with_the_present_one_and_guessing_is_made_to_wait(office: Office) -> None:
    program, browser = office.program("own1"), other(office.client)
    sign_in(browser, "own1")
    path = f"{API}/account/password"
    for present, password, words in (
        ("猜一个密码第一次", NEW, "原密码不对"),
        (PASSWORD, PASSWORD, "和原密码一样"),
        (PASSWORD, "短", "不足"),
    ):
        told(program.post(path, json={"present": present, "password": password}), 400, words)
    assert browser.get("/account").url.path == "/account"
    assert program.post(path, json={"present": PASSWORD, "password": NEW}).status_code == 204
    assert browser.get("/account").url.path == "/sign-in"
    assert sign_in(browser, "own1", NEW).url.path == "/account"
    assert ("own1", "password", "own1") in office.told()
    codes = {program.post(path, json={"present": f"猜{n}次", "password": NEW}).status_code for n in range(8)}
    assert codes == {400, 429}


def test_without_accounts_there_is_nobody_whose_own_they_are(tmp_path: Path) -> None:
    with client(tmp_path) as api:
        own = api.get(f"{API}/account").json()
        assert (own["person"], own["name"], own["account"]) == (None, "本机", None)
        told(api.post(f"{API}/account/tokens", json={"name": "a", "scope": "read", "days": 1}), 403, "只有登录的人")
