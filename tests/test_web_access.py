"""The door of the workbench: who comes in, who is kept out, what the journal tells of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import APIRouter, Request
from fastapi.testclient import TestClient
from ledger_office import target
from web_access import CHEAP, PASSWORD, QUICK, SECRET, form_token, house, other, settings_for, sign_in
from web_server import HOST, client, token

from duixian.access import links
from duixian.access.accounts import Accounts
from duixian.cli.application import run
from duixian.ledger.admission import LinksRecalled
from duixian.ledger.organisations import LedgerOpened
from duixian.ledger.rounds import RoundClosed
from duixian.ledger.store import Ledger
from duixian.web import app as application
from duixian.web.app import create_app
from duixian.web.door import own_page
from duixian.web.settings import NotReadyError
from duixian.web.visitors import LINK_COOKIE, SESSION_COOKIE, reporter

KEPT = ("accounts", "sessions", "tokens")
House = tuple[TestClient, Ledger, Accounts]


@pytest.fixture
def doors(tmp_path: Path, backend: str) -> Iterator[House]:
    with house(tmp_path, backend) as found:
        yield found


def told(ledger: Ledger, kind: str) -> list[dict[str, object]]:
    return [entry.values() for entry in ledger.journal() if entry.kind == kind]


class TestSigningIn:
    def test_whoever_signs_in_comes_to_the_page_that_was_asked_for(self, tmp_path: Path, backend: str) -> None:
        with house(tmp_path, backend) as (browser, ledger, _):
            answer = browser.get("/compare?years=2024")
            assert answer.url.path == "/sign-in"
            fields = dict(re.findall(r'name="(token|next)" value="([^"]*)"', answer.text))
            fields["next"] = fields["next"].replace("&amp;", "&")
            answer = browser.post("/sign-in", data={**fields, "login": "OWN1 ", "password": PASSWORD})
            assert str(answer.url).endswith("/compare?years=2024")
            assert "责任人1" in answer.text
            (entry,) = told(ledger, "signin.succeeded")
            assert entry["person"] == "own1"
            assert ledger.verify().ok

    def test_a_wrong_password_and_a_wrong_login_are_told_alike(self, doors: House) -> None:
        browser, ledger, _ = doors
        answers = [sign_in(browser, "own1", "这不是密码这不是密码")]
        answers += [sign_in(browser, login, PASSWORD) for login in ("nobody", "own1\x00")]
        assert [answer.status_code for answer in answers] == [401, 401, 401]
        said = {text for answer in answers for text in re.findall(r'role="alert">([^<]+)<', answer.text)}
        assert said == {"账号或密码不对。请检查后重试；忘记密码请找管理员重置"}
        assert [entry["person"] for entry in told(ledger, "signin.failed")] == ["own1", ""]
        assert "nobody" not in "".join(entry.payload for entry in ledger.journal())

    @pytest.mark.parametrize("login", ["own1", "nobody"])
    def test_guessing_is_made_to_wait_and_the_journal_does_not_grow_with_it(self, doors: House, login: str) -> None:
        browser, ledger, accounts = doors
        answers = [sign_in(browser, login, f"猜一个密码第{number}次") for number in range(12)]
        assert [answer.status_code for answer in answers[:5]] == [401] * 5
        assert {answer.status_code for answer in answers[5:]} == {429}
        assert int(answers[-1].headers["retry-after"]) > 0
        assert sign_in(browser, login, PASSWORD).status_code == 429
        assert len(told(ledger, "signin.failed")) == 1
        if login == "own1":
            accounts.set_password("li", "own1", "另外的一个很长的密码呀")
            assert sign_in(browser, "own1", "另外的一个很长的密码呀").url.path == "/password"

    def test_an_address_that_fails_all_the_time_waits_whatever_the_login(self, tmp_path: Path, backend: str) -> None:
        from dataclasses import replace

        with house(tmp_path, backend, limits=replace(QUICK, failures=3)) as (browser, _, _):
            codes = [sign_in(browser, f"user{number}").status_code for number in range(4)]
            assert codes == [401, 401, 401, 429]

    def test_a_session_that_an_attacker_planted_is_never_used(self, doors: House) -> None:
        browser, _, _ = doors
        browser.cookies.set(SESSION_COOKIE, "planted", domain="127.0.0.1")
        before = form_token(browser)
        sign_in(browser, "own1")
        assert "planted" not in [cookie.value for cookie in browser.cookies.jar if cookie.name == SESSION_COOKIE]
        assert form_token(browser, "/account") != before

    def test_cookies_are_out_of_reach_of_scripts_and_secure_on_https(self, doors: House) -> None:
        browser, _, _ = doors
        safe = TestClient(browser.app, base_url="https://127.0.0.1", follow_redirects=False)
        answer = sign_in(safe, "own1")
        for cookie in answer.headers.get_list("set-cookie"):
            assert "HttpOnly" in cookie
            assert "Secure" in cookie
            assert "samesite=" in cookie.lower()

    @pytest.mark.parametrize("address", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb", ""])
    def test_the_way_on_never_leads_elsewhere(self, address: str) -> None:
        assert own_page(address) == "/"

    def test_signing_out_ends_the_session_and_everywhere_ends_all(self, doors: House) -> None:
        browser, _, _ = doors
        second = other(browser)
        for each in (browser, second):
            sign_in(each, "own1")
        kept = browser.cookies[SESSION_COOKIE]
        browser.post("/sign-out", data={"token": form_token(browser, "/account")})
        browser.cookies.set(SESSION_COOKIE, kept, domain="127.0.0.1")
        assert browser.get("/account").url.path == "/sign-in"
        assert second.get("/account").url.path == "/account"
        sign_in(browser, "own1")
        browser.post("/account", data={"token": form_token(browser, "/account"), "action": "everywhere"})
        assert second.get("/account").url.path == "/sign-in"

    @pytest.mark.parametrize(("idle", "whole"), [(0, 1000), (1000, 0)])
    def test_a_session_ends_unused_and_at_last(self, tmp_path: Path, idle: int, whole: int, backend: str) -> None:
        from dataclasses import replace

        limits = replace(QUICK, idle=timedelta(seconds=idle), whole=timedelta(seconds=whole))
        with house(tmp_path, backend, limits=limits) as (browser, _, _):
            assert sign_in(browser, "own1").url.path == "/sign-in"

    def test_a_first_password_is_changed_before_anything_else(self, doors: House) -> None:
        browser, _, accounts = doors
        accounts.set_password("li", "own1", "管理员给的第一个初始密码")
        assert sign_in(browser, "own1", "管理员给的第一个初始密码").url.path == "/password"
        assert browser.get("/compare").url.path == "/password"
        assert browser.get("/api/v1/documents").status_code == 403
        fields = {"token": form_token(browser, "/password"), "present": "管理员给的第一个初始密码"}
        for bad, why in (("短", "不足"), ("own1own1own1", "几乎一样"), ("1234567890", "太常见")):
            answer = browser.post("/password", data={**fields, "password": bad, "again": bad})
            assert answer.status_code == 400
            assert why in answer.text
        answer = browser.post("/password", data={**fields, "password": PASSWORD, "again": PASSWORD})
        assert answer.url.path == "/account"

    def test_another_password_signs_out_every_other_browser(self, doors: House) -> None:
        browser, _, _ = doors
        second = other(browser)
        for each in (browser, second):
            sign_in(each, "own1")
        new = "完全另外的一个长长的密码"
        fields = {"token": form_token(browser, "/password"), "present": PASSWORD, "password": new, "again": new}
        assert browser.post("/password", data=fields).url.path == "/account"
        assert browser.get("/account").url.path == "/account"
        assert second.get("/account").url.path == "/sign-in"

    def test_no_secret_is_in_the_journal_or_the_tables(self, doors: House, tmp_path: Path) -> None:
        browser, ledger, accounts = doors
        sign_in(browser, "own1")
        made = accounts.make_token("own1", "own1", "脚本", "read", 9)
        secret = browser.cookies[SESSION_COOKIE]
        journal = "".join(entry.payload for entry in ledger.journal())
        rows = ledger.beside(
            lambda c: str(
                [c.exec_driver_sql(f"SELECT * FROM {name}").all() for name in ("accounts", "sessions", "tokens")]
            )
        )
        for hidden in (PASSWORD, made, secret):
            assert hidden not in journal
            assert hidden not in rows
        assert "$argon2id$" not in journal


class TestForms:
    def test_a_form_without_its_token_signs_nobody_in_and_changes_nothing(self, doors: House) -> None:
        browser, ledger, _ = doors
        assert browser.post("/sign-in", data={"login": "own1", "password": PASSWORD}).status_code == 403
        sign_in(browser, "li")
        before = ledger.head()
        assert browser.post("/accounts", data={"person": "own1", "action": "disable"}).status_code == 403
        assert ledger.head() == before

    def test_a_request_with_a_session_must_say_where_it_comes_from(self, doors: House) -> None:
        browser, _, _ = doors
        sign_in(browser, "li")
        files = [("files", ("a.txt", b"x"))]
        assert browser.post("/api/v1/uploads", files=files).status_code == 403
        assert browser.post("/api/v1/uploads", files=files, headers={"origin": HOST}).status_code == 200


class TestRoles:
    def test_a_reader_reads_and_changes_nothing(self, doors: House) -> None:
        browser, _, accounts = doors
        sign_in(browser, "guest")
        assert browser.get("/compare").status_code == 200
        answer = browser.post("/library/samples", data={"token": form_token(browser, "/password")})
        assert answer.status_code == 403
        made = accounts.make_token("guest", "guest", "脚本", "write", 9)
        bearer = {"authorization": f"Bearer {made}"}
        program = other(browser)
        assert program.get("/api/v1/documents", headers=bearer).status_code == 200
        files = [("files", ("a.txt", b"x"))]
        assert program.post("/api/v1/uploads", files=files, headers=bearer).status_code == 403

    def test_who_corrects_a_record_signs_it_on_the_page_and_by_a_program(self, doors: House) -> None:
        browser, _, accounts = doors
        sign_in(browser, "li")
        browser.post("/library/samples", data={"token": form_token(browser, "/password")})
        document = browser.get("/api/v1/documents").json()["items"][0]["id"]
        record = browser.get(f"/api/v1/documents/{document}/records?kind=figure").json()["items"][0]
        page = f"/documents/{document}/records/{record['id']}"
        browser.post(page, data={"token": form_token(browser, page), "value": "9.5", "action": "save"})
        bearer = {"authorization": f"Bearer {accounts.make_token('li', 'li', '脚本', 'write', 9)}"}
        wish = {"action": "change", "record": record["id"], "values": {"value": 9.6}}
        made = other(browser).post(f"/api/v1/documents/{document}/corrections", json=wish, headers=bearer)
        assert made.status_code == 201
        journal = browser.get("/api/v1/corrections").json()["items"]
        assert [entry["who"] for entry in journal] == ["li", "li"]
        assert "</time> li</td>" in browser.get("/corrections").text

    def test_accounts_are_for_those_who_supervise_the_whole(self, doors: House) -> None:
        browser, _, _ = doors
        sign_in(browser, "own1")
        assert browser.get("/accounts").status_code == 403
        browser = other(browser)
        sign_in(browser, "li")
        page = browser.get("/accounts")
        assert page.status_code == 200
        assert "责任人2" in page.text
        assert browser.get("/accounts?lang=en").status_code == 200

    def test_an_administrator_adds_resets_and_disables(self, doors: House) -> None:
        browser, ledger, _ = doors
        sign_in(browser, "li")

        def change(**fields: str) -> str:
            return browser.post("/accounts", data={"token": form_token(browser, "/accounts"), **fields}).text

        page = change(
            action="person", person="zhao", name="赵六", organisation="dept1", role="contributor", login="zhao6"
        )
        found = re.search(r'class="once">([\w-]+)<', page)
        assert found is not None
        newcomer = other(browser)
        assert sign_in(newcomer, "zhao6", found[1]).url.path == "/password"
        again = re.search(r'class="once">([\w-]+)<', change(action="reset", person="zhao"))
        assert again is not None
        assert newcomer.get("/password").url.path == "/sign-in"
        change(action="disable", person="zhao")
        assert sign_in(newcomer, "zhao6", again[1]).status_code == 401
        assert "唯一能登录的管理员" in change(action="disable", person="li")
        changes = [entry["change"] for entry in told(ledger, "account.changed")][-3:]
        assert changes == ["added", "reset", "disabled"]

    def test_every_room_is_kept_unless_it_is_told_to_be_open(self, doors: House) -> None:
        browser, _, _ = doors
        browser.follow_redirects = False
        for room in application._ROOMS:
            if application._KEEPERS.get(room, True) is None:
                continue
            for route in room.router.routes:
                path = re.sub(r"\{[^}]+\}", "x", route.path)
                for method in route.methods:
                    answer = browser.request(method, path)
                    assert answer.status_code == 303, path
                    assert answer.headers["location"].startswith("/sign-in"), path
        assert browser.get("/api/v1/documents").status_code == 401
        assert browser.get("/api/v1/documents").headers["content-type"] == "application/problem+json"


class TestTokens:
    def test_a_token_works_until_it_expires_is_revoked_or_its_person_disabled(self, doors: House) -> None:
        browser, _, accounts = doors
        made = accounts.make_token("li", "own1", "脚本", "read", 1)
        bearer = {"authorization": f"Bearer {made}"}
        assert browser.get("/api/v1/documents", headers=bearer).status_code == 200
        files = [("files", ("a.txt", b"x"))]
        assert "只能查看" in browser.post("/api/v1/uploads", files=files, headers=bearer).json()["reason"]
        accounts.clock = lambda: datetime.now(UTC) + timedelta(days=2)
        assert accounts.of_token(made) is None
        accounts.clock = lambda: datetime.now(UTC)
        accounts.revoke_token("own1", "own1", "脚本")
        assert browser.get("/api/v1/documents", headers=bearer).status_code == 401
        made = accounts.make_token("own1", "own1", "脚本", "read", 1)
        accounts.set_disabled("li", "own1", True)
        assert accounts.of_token(made) is None

    def test_requests_beyond_the_rate_are_told_to_wait(self, tmp_path: Path, backend: str) -> None:
        with house(tmp_path, backend, requests=5) as (browser, _, accounts):
            bearer = {"authorization": f"Bearer {accounts.make_token('li', 'own1', '脚本', 'read', 1)}"}
            codes = [browser.get("/api/v1/documents", headers=bearer).status_code for _ in range(7)]
            assert codes == [200] * 5 + [429] * 2
            answer = browser.get("/api/v1/documents", headers=bearer)
            assert int(answer.headers["retry-after"]) >= 1
            other_bearer = {"authorization": f"Bearer {accounts.make_token('li', 'own2', '脚本', 'read', 1)}"}
            assert browser.get("/api/v1/documents", headers=other_bearer).status_code == 200


class TestLinks:
    ROUND = "2025@2025-03"

    @pytest.fixture
    def round(self, doors: House) -> str:
        from duixian.ledger.rounds import Round

        with doors[1].read() as tables:
            return tables.select(Round)[0].id

    def link(self, round: str, days: float = 7, person: str = "own1") -> str:
        return links.sign(SECRET.encode(), person, round, datetime.now(UTC) + timedelta(days=days))

    def test_a_link_lets_in_to_ones_minute_and_nowhere_else(self, doors: House, round: str) -> None:
        browser, _, _ = doors
        browser.follow_redirects = False
        answer = browser.get(f"/l/{self.link(round)}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/minute")
        request = Request(
            {
                "type": "http",
                "app": browser.app,
                "method": "GET",
                "path": "/minute",
                "headers": [(b"cookie", f"{LINK_COOKIE}={browser.cookies[LINK_COOKIE]}".encode())],
            }
        )
        found = reporter(request)
        assert (found.person, found.via, found.round) == ("own1", "link", round)
        for path in ("/", "/compare", "/account", "/accounts", "/password"):
            assert browser.get(path).headers["location"].startswith("/sign-in"), path
        assert browser.get("/api/v1/documents").status_code == 401

    def test_a_link_that_is_over_says_what_to_do(self, doors: House, round: str) -> None:
        browser, ledger, _ = doors
        good = self.link(round)
        for bad, why in ((self.link(round, -1), "已经过期"), (good[:-2], "不完整"), (self.link("x"), "没有了")):
            answer = browser.get(f"/l/{bad}")
            assert answer.status_code == 410
            assert why in answer.text
        ledger.record("li", LinksRecalled("own1"))
        # The office's clock stands in 2025; what was signed today is newer than any recall of that day.
        stale = links.sign(
            SECRET.encode(), "own1", round, datetime.now(UTC) + timedelta(days=1), datetime(2025, 1, 1, tzinfo=UTC)
        )
        assert "已被收回" in browser.get(f"/l/{stale}").text
        assert browser.get(f"/l/{good}", follow_redirects=False).status_code == 303
        ledger.record("li", RoundClosed(round))
        answer = browser.get(f"/l/{good}")
        assert answer.status_code == 410
        assert "已经关闭" in answer.text

    def test_a_link_of_another_server_or_purpose_is_refused(self, doors: House, round: str) -> None:
        from itsdangerous import URLSafeSerializer

        browser, _, _ = doors
        soon = datetime.now(UTC) + timedelta(days=1)
        assert browser.get(f"/l/{links.sign(b'x' * 40, 'own1', round, soon)}").status_code == 410
        words = ["own1", round, "2025-01-01", "2099-01-01"]
        assert browser.get(f"/l/{URLSafeSerializer(SECRET, salt='other').dumps(words)}").status_code == 410


class TestThisMachine:
    def test_without_accounts_whoever_sits_here_is_the_supervisor(self, tmp_path: Path, place: str) -> None:
        with Ledger(place) as ledger:
            ledger.record("li", LedgerOpened("gov", "云岭市人民政府", "li", "李督查"))
            with client(tmp_path, ledger=place, cost=CHEAP) as browser:
                assert browser.get("/accounts").status_code == 200
                assert browser.get("/password").status_code == 403
                assert "这台电脑上还没有建立账号" in browser.get("/account").text
                assert browser.get("/accounts", headers={"x-forwarded-for": "10.1.2.3"}).url.path == "/sign-in"
                Accounts(ledger).add("li", "li", "li", PASSWORD, must_change=False)
                assert browser.get("/accounts").url.path == "/sign-in"

    def test_behind_a_proxy_nobody_is_let_in_for_sitting_at_the_machine(self, tmp_path: Path, backend: str) -> None:
        settings = settings_for(tmp_path, target(backend, tmp_path), hosts=("dx.example",))
        with pytest.raises(NotReadyError, match="管理员"):
            settings.require_network_ready()
        with TestClient(create_app(settings), base_url="http://dx.example", follow_redirects=False) as browser:
            assert browser.get("/").headers["location"].startswith("/sign-in")

    def test_serve_needs_an_administrator_who_can_sign_in(
        self, tmp_path: Path, backend: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DUIXIAN_SECRET", SECRET)
        place = target(backend, tmp_path)
        settings = settings_for(tmp_path, place, host="0.0.0.0")
        with pytest.raises(NotReadyError):
            settings.require_network_ready()
        assert "://" in place or not Path(place).exists()
        arguments = ["account", "add", "li", "--name", "李督查", "--region", "云岭市", "--ledger", place]
        assert run(arguments) == 0
        assert "初始密码" in capsys.readouterr().out
        settings.require_network_ready()

    def test_a_ledger_that_goes_away_is_told_and_found_again(self, tmp_path: Path) -> None:
        place = tmp_path / "台账.db"
        with Ledger(place) as ledger:
            ledger.record("li", LedgerOpened("gov", "云岭市人民政府", "li", "李督查"))
        with client(tmp_path, ledger=str(place)) as browser:
            assert browser.get("/accounts").status_code == 200
            place.rename(tmp_path / "别处.db")
            answer = browser.get("/accounts")
            assert answer.status_code == 503
            assert "台账暂时打不开" in answer.text
            assert str(tmp_path) not in answer.text
            assert answer.headers["retry-after"]
            (tmp_path / "别处.db").rename(place)
            assert browser.get("/accounts").status_code == 200


def test_a_token_of_a_form_is_not_for_another_browser(tmp_path: Path) -> None:
    with client(tmp_path) as first, client(tmp_path) as second:
        second.get("/")
        assert second.post("/library/samples", data={"token": token(first)}).status_code == 403


def test_rooms_are_routers() -> None:
    assert all(isinstance(room.router, APIRouter) for room in application._ROOMS)
