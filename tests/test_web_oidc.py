"""Signing in by the office's own provider, against a real one on this machine; whatever is wrong keeps out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from joserfc.jwk import RSAKey
from oidc_provider import CLIENT, CLIENT_SECRET, Provider, provider
from web_access import house

from duixian.access.accounts import Accounts
from duixian.ledger.store import Ledger
from duixian.web.door import OIDC_COOKIE
from duixian.web.identity import Oidc, OidcError, configured

Journey = tuple[TestClient, Ledger, Accounts, Provider]


@pytest.fixture
def journey(tmp_path: Path, backend: str) -> Iterator[Journey]:
    with provider() as office:
        oidc = Oidc(office.issuer, CLIENT, CLIENT_SECRET)
        with house(tmp_path, backend, oidc=oidc) as (browser, ledger, accounts):
            accounts.set_external("li", "own1", office.subject)
            yield browser, ledger, accounts, office


def back(browser: TestClient, following: str = "/account") -> str:
    """Where the provider sends the browser back to."""
    answer = browser.get(f"/sign-in/provider?next={following}", follow_redirects=False)
    assert answer.status_code == 303
    with httpx2.Client() as outside:
        sent = outside.get(answer.headers["location"]).headers["location"]
    parts = urlsplit(sent)
    return f"{parts.path}?{parts.query}"


def entered(browser: TestClient) -> Response:
    return browser.get(back(browser))


def test_whom_the_provider_vouches_for_comes_in(journey: Journey) -> None:
    browser, ledger, _, office = journey
    assert "/sign-in/provider" in browser.get("/sign-in").text
    answer = entered(browser)
    assert answer.url.path == "/account"
    assert "责任人1" in answer.text
    (asked,) = office.asked
    assert len(asked["code_challenge"]) == 43
    assert asked["scope"].split()[0] == "openid"
    last = ledger.journal("own1")[-1]
    assert (last.kind, last.values()["means"]) == ("signin.succeeded", "oidc")


@pytest.mark.parametrize(
    "spoil",
    [{"aud": "somebody-else"}, {"iss": "http://elsewhere"}, {"nonce": "another"}, {"exp": 1}, {"sub": ""}],
    ids=lambda spoil: next(iter(spoil)),
)
def test_an_answer_that_is_not_for_us_is_refused(journey: Journey, spoil: dict[str, object]) -> None:
    browser, _, _, office = journey
    office.spoil = spoil
    answer = entered(browser)
    assert answer.status_code == 502
    assert browser.get("/account").url.path == "/sign-in"


def test_an_answer_that_somebody_else_signed_is_refused(journey: Journey) -> None:
    browser, _, _, office = journey
    office.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    assert entered(browser).status_code == 502


def test_a_way_back_that_was_not_begun_here_is_refused(journey: Journey) -> None:
    browser, _, _, _ = journey
    address = back(browser)
    state = parse_qs(urlsplit(address).query)["state"][0]
    assert browser.get(address.replace(state, "forged")).status_code == 502
    browser.cookies.delete(OIDC_COOKIE)
    assert browser.get(address).status_code == 502


def test_a_way_back_works_once(journey: Journey) -> None:
    browser, _, _, _ = journey
    address = back(browser)
    kept = browser.cookies[OIDC_COOKIE]
    assert browser.get(address).url.path == "/account"
    browser.cookies.clear()
    browser.cookies.set(OIDC_COOKIE, kept, domain="127.0.0.1", path="/sign-in/provider")
    assert browser.get(address).status_code == 502


def test_whom_nobody_here_knows_or_who_is_disabled_stays_out(journey: Journey) -> None:
    browser, ledger, accounts, office = journey
    accounts.set_disabled("li", "own1", True)
    assert entered(browser).status_code == 403
    office.subject = "u-unknown"
    assert entered(browser).status_code == 403
    assert len([entry for entry in ledger.journal() if entry.kind == "signin.failed"]) == 2


def test_the_claim_may_be_the_login(tmp_path: Path, backend: str) -> None:
    with provider() as office:
        office.spoil = {"preferred_username": "OWN2"}
        oidc = Oidc(office.issuer, CLIENT, CLIENT_SECRET, claim="preferred_username", by="login")
        with house(tmp_path, backend, oidc=oidc) as (browser, _, _):
            assert "责任人2" in entered(browser).text


def test_a_provider_that_is_down_is_told_and_passwords_still_work(tmp_path: Path, backend: str) -> None:
    oidc = Oidc("http://127.0.0.1:9", CLIENT, CLIENT_SECRET)
    with house(tmp_path, backend, oidc=oidc) as (browser, _, _):
        answer = browser.get("/sign-in/provider")
        assert answer.status_code == 502
        assert "连接不上" in answer.text


def test_it_is_off_unless_it_is_configured_whole(tmp_path: Path, backend: str) -> None:
    assert configured({}) is None
    file = tmp_path / "oidc.toml"
    file.write_text('issuer = "https://id.example"\nclient = "dx"\nsecret = "s"\ntitle = "统一登录"\n', "utf-8")
    found = configured({"DUIXIAN_OIDC_FILE": str(file), "DUIXIAN_OIDC_SECRET": "other"})
    assert found == Oidc("https://id.example", "dx", "other", title="统一登录")
    assert "other" not in repr(found)
    for wrong in (
        {"DUIXIAN_OIDC_ISSUER": "https://id.example"},
        {"DUIXIAN_OIDC_FILE": str(tmp_path / "nothing")},
        {"DUIXIAN_OIDC_ISSUER": "http://id.example", "DUIXIAN_OIDC_CLIENT": "a", "DUIXIAN_OIDC_SECRET": "b"},
    ):
        with pytest.raises(OidcError):
            configured(wrong)
    with house(tmp_path, backend) as (browser, _, _):
        assert "/sign-in/provider" not in browser.get("/sign-in").text
        assert browser.get("/sign-in/provider").status_code == 502
