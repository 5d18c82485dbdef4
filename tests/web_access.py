"""A workbench with accounts for tests: an office of two departments, cheap passwords, no waiting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from ledger_office import office
from web_server import HOST

from duixian.access.accounts import Accounts
from duixian.access.passwords import Cost, Passwords
from duixian.access.signing_in import Limits
from duixian.ledger.rounds import RoundOpened
from duixian.ledger.store import Ledger
from duixian.web.app import create_app
from duixian.web.settings import Settings

CHEAP = Cost(passes=1, memory=8)
QUICK = Limits(slowest=0.0)
PASSWORD = "云岭-青山-绿水-长流"
SECRET = "s" * 40


def settings_for(folder: Path, place: str, **options: Any) -> Settings:
    """Settings of a server on a network, with cheap passwords."""
    given = {"ledger": place, "secret": SECRET, "cost": CHEAP, "limits": QUICK, **options}
    return Settings(folder / "corpus", **given)


def admitted(ledger: Ledger, *people: str) -> Accounts:
    """The accounts of a ledger once each of these people has one: the login is the id, the password PASSWORD."""
    accounts = Accounts(ledger, Passwords(CHEAP))
    for person in people:
        accounts.add("li", person, person, PASSWORD, must_change=False)
    return accounts


@contextmanager
def house(folder: Path, backend: str, **options: Any) -> Iterator[tuple[TestClient, Ledger, Accounts]]:
    """A client that has not signed in, the ledger, and its accounts: li, own1, own2 and guest, all with PASSWORD."""
    with office(backend, folder) as (ledger, _, place):
        ledger.record("li", RoundOpened("2025", "2025-03"))
        accounts = admitted(ledger, "li", "own1", "own2", "guest")
        app = create_app(settings_for(folder, place, **options))
        with TestClient(app, base_url=HOST, follow_redirects=True) as client:
            yield client, ledger, accounts
        app.state.book.close()


def other(client: TestClient) -> TestClient:
    """Another browser at the same workbench."""
    return TestClient(client.app, base_url=HOST, follow_redirects=True)


def form_token(client: TestClient, page: str = "/sign-in") -> str:
    """The token of the first form of a page."""
    found = re.search(r'name="token" value="([0-9a-f]+)"', client.get(page).text)
    assert found is not None, page
    return found[1]


def sign_in(client: TestClient, login: str, password: str = PASSWORD, following: str = "/account") -> Response:
    """Sign in by the form."""
    fields = {"token": form_token(client), "login": login, "password": password, "next": following}
    return client.post("/sign-in", data=fields)
