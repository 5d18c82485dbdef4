"""The HTTP interface: what programs get, and that it keeps to its own description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from book_pages import PLAN, ROUND, YEAR, fill, opened_round
from corpus_reports import report, write_reports
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis.strategies import booleans
from ledger_office import target
from web_access import PASSWORD, settings_for
from web_server import client

from duixian.corpus import Corpus
from duixian.ledger.orders import OrderIssued
from duixian.ledger.problems import ProblemFound
from duixian.ledger.progress import ProgressReported
from duixian.ledger.publication import ItemsPublished
from duixian.ledger.store import Ledger
from duixian.web.api import PREFIX, open_router, router
from duixian.web.app import create_app

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")


@pytest.fixture
def api(tmp_path: Path) -> Iterator[TestClient]:
    Corpus(tmp_path / "corpus").add([str(path) for path in write_reports(tmp_path / "in", 3)])
    with client(tmp_path) as browser:
        yield browser


def first(api: TestClient) -> str:
    return str(api.get("/api/v1/documents").json()["items"][0]["id"])


def test_documents_records_and_text(api: TestClient) -> None:
    page = api.get("/api/v1/documents?limit=2&offset=1").json()
    assert (page["total"], len(page["items"])) == (3, 2)
    document = first(api)
    assert api.get(f"/api/v1/documents/{document}").json()["title"].endswith("政府工作报告")
    records = api.get(f"/api/v1/documents/{document}/records?kind=figure").json()["items"]
    assert {each["kind"] for each in records} == {"figure"}
    one = api.get(f"/api/v1/documents/{document}/records/{records[0]['id']}").json()
    assert one == records[0]
    text = "".join(block["text"] for block in api.get(f"/api/v1/documents/{document}/text").json())
    assert "".join(one["evidence"]["quote"].split()) in "".join(text.split())


def test_search_and_matrix(api: TestClient) -> None:
    found = api.get("/api/v1/search", params={"q": "农村公路"}).json()
    assert found["total"] == 3
    assert "【农村公路】" in found["items"][0]["snippet"]
    matrix = api.get("/api/v1/matrix?indicators=gdp&years=2024").json()
    assert sorted(cell["text"] for cell in matrix["cells"]) == ["≈5%", "≈6%", "≈7%"]
    assert api.get("/api/v1/matrix", params={"years": "00 0"}).json()["years"] == [2024]
    assert {cell["document"] for cell in matrix["cells"]} == {
        item["id"] for item in api.get("/api/v1/documents").json()["items"]
    }


def test_corrections_are_written_listed_and_taken_back(api: TestClient) -> None:
    document = first(api)
    record = api.get(f"/api/v1/documents/{document}/records?kind=figure").json()["items"][0]
    wish = {"action": "change", "record": record["id"], "values": {"value": 9.5}}
    made = api.post(f"/api/v1/documents/{document}/corrections", json=wish)
    assert made.status_code == 201
    changed = api.get(f"/api/v1/documents/{document}/records/{record['id']}").json()
    assert (changed["state"], changed["fields"]["value"]) == ("changed", 9.5)
    back = {"action": "withdraw", "sequence": made.json()["sequence"]}
    assert api.post(f"/api/v1/documents/{document}/corrections", json=back).status_code == 201
    assert api.get(f"/api/v1/documents/{document}/records/{record['id']}").json() == record
    journal = api.get("/api/v1/corrections").json()["items"]
    assert [entry["action"] for entry in journal] == ["change", "withdraw"]
    assert journal[1]["previous"] == journal[0]["hash"]


def test_what_people_changed_added_and_dropped_is_found_by_its_state(api: TestClient) -> None:
    document = first(api)
    path = f"/api/v1/documents/{document}/corrections"
    one, two, *_ = api.get(f"/api/v1/documents/{document}/records?kind=figure").json()["items"]
    api.post(path, json={"action": "change", "record": one["id"], "values": {"value": 9.5}})
    drop = api.post(path, json={"action": "drop", "record": two["id"]}).json()["sequence"]
    wish = {"action": "add", "kind": "project", "words": "低空经济", "values": {"name": "低空经济"}}
    assert api.post(path, json=wish).status_code == 201

    def found(state: str) -> list[tuple[str, str, list[int]]]:
        items = api.get(f"/api/v1/documents/{document}/records", params={"state": state}).json()["items"]
        return [(each["kind"], each["state"], each["corrections"]) for each in items]

    assert found("changed") == [("figure", "changed", [1])]
    assert found("dropped") == [("figure", "dropped", [drop])]
    assert sorted(found("corrected")) == [
        ("figure", "changed", [1]),
        ("figure", "dropped", [2]),
        ("project", "added", [3]),
    ]
    assert {state for _, state, _ in found("extracted")} == {"extracted"}
    every = api.get(f"/api/v1/documents/{document}/records").json()["items"]
    assert two["id"] not in {each["id"] for each in every}
    assert api.get(f"/api/v1/documents/{document}/records?state=lost").status_code == 422
    api.post(path, json={"action": "withdraw", "sequence": drop})
    assert found("dropped") == []
    live = api.get("/api/v1/corrections", params={"live": True}).json()["items"]
    assert [entry["action"] for entry in live] == ["change", "add"]
    about = api.get("/api/v1/corrections", params={"record": one["id"]}).json()
    assert (about["total"], about["items"][0]["after"]) == (1, {"value": 9.5})


def test_what_can_be_corrected_and_what_words_would_make_is_told_before_it_is_written(api: TestClient) -> None:
    fields = {one["name"]: one for one in api.get("/api/v1/correctable").json()["figure"]}
    assert fields["subject"] == {"name": "subject", "type": "text", "needed": True, "choices": []}
    assert {"value": "gdp", "name": "地区生产总值"} in fields["indicator"]["choices"]
    english = {one["name"]: one for one in api.get("/api/v1/correctable?lang=en").json()["figure"]}
    assert english["status"]["choices"] != fields["status"]["choices"]
    document = first(api)
    path = f"/api/v1/documents/{document}/suggestion"
    found = api.get(path, params={"words": "新增高新技术企业320家"}).json()
    assert (found["values"]["value"], found["values"]["unit"]) == (320, "家")
    assert found["before"].endswith("%，")
    again = api.get(path, params={"kind": "project", **found["place"]}).json()
    assert (again["words"], again["values"]["name"]) == ("新增高新技术企业320家", "新增高新技术企业320家")
    wish = {"action": "add", "kind": "project", "values": again["values"], "place": again["place"]}
    assert api.post(f"/api/v1/documents/{document}/corrections", json=wish).status_code == 201
    for query, status, words in (
        ({"words": "没有这句"}, 400, "文件里没有这句话"),
        ({}, 400, "没有写出原文"),
        ({"block": 10**6, "start": 0, "end": 2}, 400, ""),
        ({"words": "公路", "kind": "poem"}, 422, "kind"),
    ):
        answer = api.get(path, params=query)
        assert answer.status_code == status, query
        assert words in answer.json()["detail"]
    assert api.get("/api/v1/documents/none/suggestion", params={"words": "公路"}).status_code == 404


def test_the_matrix_says_what_there_is_to_choose_and_sets_target_beside_result(api: TestClient, tmp_path: Path) -> None:
    write_reports(tmp_path / "next", 2, 2025)
    api.post("/api/v1/folders", json={"path": str(tmp_path / "next")})
    choices = api.get("/api/v1/matrix?years=2024&indicators=gdp").json()["choices"]
    assert choices["years"][:2] == [2025, 2024]
    assert "gdp" in {one["value"] for one in choices["indicators"]}
    assert {one["name"] for one in choices["regions"]} == {"青海省", "甘肃省", "云南省"}
    slopes = api.get("/api/v1/matrix?view=slopes&years=2024&indicator=gdp").json()
    assert slopes["ends"] == [{"status": "target", "year": 2024}, {"status": "achieved", "year": 2024}]
    assert [(pair["earlier"]["region_name"], pair["later"]["status"]) for pair in slopes["pairs"]] == [
        ("甘肃省", "achieved"),
        ("青海省", "achieved"),
    ]
    plain = api.get("/api/v1/matrix?years=2024").json()
    assert (plain["ends"], plain["pairs"]) == ([], [])


def test_problems_say_what_why_and_what_to_do(api: TestClient) -> None:
    document = first(api)
    wish = {"action": "add", "kind": "project", "words": "没有这句", "values": {"name": "甲"}}
    answer = api.post(f"/api/v1/documents/{document}/corrections", json=wish)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() | {"detail": ""} == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "",
        "target": "没有这句",
        "reason": "文件里没有这句话",
        "remedy": "请从原文复制，标点也要一样，不要跨段",
    }
    english = api.post(f"/api/v1/documents/{document}/corrections?lang=en", json=wish).json()
    assert english["reason"] == "the document does not hold these words"
    assert api.get("/api/v1/documents/none").status_code == 404
    assert api.get("/api/v1/matrix?status=someday").json()["target"] == "status"


def test_uploads_and_folders(api: TestClient, tmp_path: Path) -> None:
    files = [("files", ("新.txt", report("海南省").encode())), ("files", ("坏.txt", b"\x89PNG\r\n" + bytes(50)))]
    made = api.post("/api/v1/uploads", files=files).json()
    assert (len(made["documents"]), [each["target"] for each in made["failures"]]) == (1, ["坏.txt"])
    write_reports(tmp_path / "more", 8)
    made = api.post("/api/v1/folders", json={"path": str(tmp_path / "more")}).json()
    assert len(made["documents"]) + len(made["present"]) + made["unchanged"] == 8
    assert api.delete(f"/api/v1/documents/{made['documents'][0]}").status_code == 204
    assert api.delete(f"/api/v1/documents/{made['documents'][0]}").status_code == 404


CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
# Programs may name any folder of the machine there; the tests do not.
LEFT_OUT = ("/api/v1/folders",)
NAMES = {"plan": PLAN, "item": f"{PLAN}/1", "round": ROUND, "order": "D1", "problem": "W1", "organisation": "dept1"}
DAY = f"{YEAR}-12-30"


@dataclass(frozen=True)
class Described:
    """The interface as it describes itself. bearer: who asks. names: what there is, by the name of its place."""

    schema: Any
    bearer: dict[str, str]
    names: dict[str, str]


@pytest.fixture(scope="module")
def described(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Described:
    folder = tmp_path_factory.mktemp("described")
    Corpus(folder / "corpus").add([str(path) for path in write_reports(folder / "in", 2)])
    place = target(backend, folder)
    with Ledger(place) as ledger:
        fill(ledger, 6, 2)
        opened_round(ledger)
        ledger.record("li", ItemsPublished(PLAN, (f"{PLAN}/1",)))
        ledger.record("li", OrderIssued("dept1", "公路", "加快进度", DAY, items=(f"{PLAN}/1",), order="D1"))
        ledger.record("li", ProblemFound("路面开裂", DAY, item=f"{PLAN}/1", problem="W1"))
        kept = ledger.attach_bytes("照片.txt", b"x")
        ledger.record("own1", ProgressReported(f"{PLAN}/1", "已开工", attachments=(kept,)))
    settings = settings_for(folder, place, hosts=("testserver",), requests=10**6, changes=10**6)
    app = create_app(settings)
    accounts = app.state.door.accounts
    accounts.add("li", "li", "li", PASSWORD, must_change=False)
    # Of the administrator: whoever is not let in is answered 401 and never meets what lies behind.
    bearer = {"authorization": f"Bearer {accounts.make_token('li', 'li', 'schemathesis', 'write', 30)}"}
    desk = app.state.desk
    document = desk.corpus.entries()[0].id
    record = desk.reading(document).rows()[0][1]
    there = {"document": document, "record": record["id"], "words": record["quote"], "sha256": kept.sha256}
    return Described(schemathesis.openapi.from_asgi("/api/v1/openapi.json", app), bearer, NAMES | there)


def operations() -> list[str]:
    """Method and path of all that the interface describes."""
    bare = FastAPI()
    bare.include_router(router, prefix=PREFIX)
    bare.include_router(open_router, prefix=PREFIX)
    described = bare.openapi()["paths"]
    return [f"{method.upper()} {path}" for path, methods in described.items() for method in methods]


@pytest.mark.parametrize("operation", [each for each in operations() if not each.endswith(LEFT_OUT)])
def test_the_interface_keeps_to_its_description(described: Described, operation: str) -> None:
    method, path = operation.split(" ")
    known = described.schema[path][method]
    answers: Counter[int] = Counter()
    checks = schemathesis.checks.load_all_checks() or [
        check for check in schemathesis.checks.CHECKS.get_all() if check.__name__ in CHECKS
    ]
    assert len(checks) == len(CHECKS)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=known.as_strategy(), real=booleans())
    @example(case=known.Case(**usual(known, described.names)), real=True)
    def keeps(case: Any, real: bool) -> None:
        # A made-up name is never there; only a real one reaches what lies behind.
        for name, value in described.names.items():
            for part in (case.path_parameters, case.query, case.body):
                if real and isinstance(part, dict) and name in part:
                    part[name] = value
        if real and method == "DELETE":
            return
        answers[case.call_and_validate(checks=checks, headers=described.bearer).status_code] += 1

    keeps()
    assert 401 not in answers
    # Whatever can be read is read at least once, so that what it answers was held against its description.
    assert method != "GET" or answers[200]


def usual(operation: Any, names: dict[str, str]) -> dict[str, Any]:
    """What the simplest request for something that is there brings along."""
    found: dict[str, dict[str, Any]] = {"path_parameters": {}, "query": {}}
    for group, place in (("path_parameters", operation.path_parameters), ("query", operation.query)):
        for one in place:
            if one.is_required or one.name in names:
                given = one.definition["schema"]
                found[group][one.name] = names.get(one.name) or given.get("enum", ["公路"])[0]
    return found
