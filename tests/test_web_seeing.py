"""Whatever somebody may not see appears on no page and in no answer: every way in is tried with every id there is."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx2 import Response
from web_access import house, other, sign_in

from duixian.ledger.orders import Order, OrderIssued
from duixian.ledger.organisations import Organisation, Person
from duixian.ledger.plans import Item, Plan
from duixian.ledger.problems import Problem, ProblemFound
from duixian.ledger.progress import ProgressReported
from duixian.ledger.rounds import Round
from duixian.ledger.seeing import may_see
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger
from duixian.web.app import _ROOMS

_PLACE = re.compile(r"\{(\w+)(?::\w+)?\}")
_FILES = ["json", "csv", "xlsx", "docx", "svg", "png", "pdf", "html"]
_ELSEWHERE = ("/compare", "/static/", "/sign-", "/documents", "/search", "/l/", "/corrections")
_MOST = 400
_SECRET = "只有第{}局知道的话"


def ids(ledger: Ledger) -> dict[str, list[str]]:
    """The ids that may stand in an address, by the name of their place; whatever has another name gets all."""
    with ledger.read() as tables:
        found = {
            "plan": [row.id for row in tables.select(Plan)],
            "item": [row.id for row in tables.select(Item)],
            "round": [row.id for row in tables.select(Round)],
            "organisation": [row.id for row in tables.select(Organisation)],
            "order": [row.id for row in tables.select(Order)],
            "problem": [row.id for row in tables.select(Problem)],
            "person": [row.id for row in tables.select(Person)],
            "format": _FILES,
            "as_of": [date.today().isoformat()],
        }
    return found | {"": [id for ids in found.values() for id in ids]}


def queries(dependant: Dependant) -> list[str]:
    """The names that a route and what it depends on take from the query."""
    own = [each.name for each in dependant.query_params]
    return list(dict.fromkeys([*own, *(name for each in dependant.dependencies for name in queries(each))]))


def addresses(client: TestClient, values: dict[str, list[str]]) -> list[str]:
    """Every address that a GET route can have with these ids, in its path and in its query."""
    ways: dict[str, list[str]] = {}
    for path, route in client.app.openapi()["paths"].items():  # type: ignore[attr-defined]
        if "get" in route:
            ways[path] = [each["name"] for each in route["get"].get("parameters", ()) if each["in"] == "query"]
    for room in _ROOMS:
        for one in room.router.routes:
            if isinstance(one, APIRoute) and "GET" in one.methods:
                ways[one.path] = queries(one.dependant)
    found: list[str] = []
    for path, query in ways.items():
        if path.removeprefix("/api/v1").startswith(_ELSEWHERE):
            continue
        grown = [path]
        while grown and (place := _PLACE.search(grown[0])):
            for_it = values.get(place[1], values[""])
            grown = [each.replace(place[0], value, 1) for each in grown for value in for_it][:_MOST]
        found += grown
        found += [f"{each}?{name}={id}" for each in grown for name in query if name in values for id in values[name]]
    return found


def words_of(answer: Response) -> str:
    """All text of an answer, also of one that is an archive, as sheets and letters are."""
    if not answer.content.startswith(b"PK"):
        return answer.content.decode("utf-8", "ignore")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        text = "".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
    return re.sub(r"<[^>]+>", "", text)


def seen_by(client: TestClient, tried: list[str]) -> dict[str, str]:
    """What every address answers, and every address that those answers link to."""
    texts: dict[str, str] = {}
    waiting = list(tried)
    while waiting and len(texts) < len(tried) + _MOST:
        address = waiting.pop(0)
        if address in texts:
            continue
        answer = client.get(address)
        assert answer.status_code < 500, address
        texts[address] = words_of(answer)
        if answer.headers.get("content-type", "").startswith("text/html"):
            for link in re.findall(r'(?:href|src)="(/[^"#]*)', texts[address]):
                link = link.replace("&amp;", "&")
                if not link.startswith(_ELSEWHERE) and link not in texts:
                    waiting.append(link)
    return texts


# The walk through every address takes its time, and which way in was taken is nothing that the database knows.
@pytest.mark.parametrize(("backend", "way"), [("sqlite", "session"), ("sqlite", "token"), ("postgresql", "token")])
def test_another_organisations_item_appears_nowhere(tmp_path: Path, way: str, backend: str) -> None:
    with house(tmp_path, backend, requests=1_000_000, changes=1_000_000) as (client, ledger, accounts):
        for number in (1, 2):
            person, item = f"own{number}", f"2025/{number}"
            secret = _SECRET.format(number)
            ledger.record(person, ItemMoved(item, "accept"), ProgressReported(item, secret))
            ledger.record("li", OrderIssued(f"dept{number}", "督办", secret, "2025-12-30", items=(item,)))
            ledger.record("li", ProblemFound(secret, "2025-12-30", item=item))
        tried = addresses(client, ids(ledger))
        with ledger.read() as tables:
            items = tables.select(Item)
            hidden = {
                person: [item.text for item in items if not may_see(tables, tables.need(Person, person, "人员"), item)]
                for person in ("own1", "own2", "li")
            }
        assert hidden["own1"]
        assert hidden["own2"]
        assert not hidden["li"]
        shown: dict[str, dict[str, str]] = {}
        for person in hidden:
            browser = other(client)
            if way == "session":
                sign_in(browser, person)
            else:
                browser.headers["authorization"] = f"Bearer {accounts.make_token(person, person, 't', 'read', 1)}"
            shown[person] = seen_by(browser, tried)
        for person, number in (("own1", 2), ("own2", 1)):
            for address, text in shown[person].items():
                for secret in (*hidden[person], _SECRET.format(number)):
                    assert secret not in text, (person, address)
        strangers = seen_by(other(client), tried)
        for address, text in strangers.items():
            for secret in (*hidden["own1"], *hidden["own2"]):
                assert secret not in text, address
        if any("2025/" in address for address in tried):
            # The same addresses do show them to those who may see.
            whole = "".join(shown["li"].values())
            assert all(text in whole for text in hidden["own1"] + hidden["own2"])
