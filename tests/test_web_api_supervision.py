"""The HTTP interface over supervision: revisions, orders, problems, lights, rankings, what goes out of the book."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from book_pages import PLAN, ROUND, YEAR, as_person, book, fill, opened_round, road, workbench
from fastapi.testclient import TestClient
from web_server import HOST

from duixian.ledger.orders import OrderIssued
from duixian.ledger.plans import Item
from duixian.ledger.problems import ProblemFound
from duixian.ledger.progress import ProgressReported
from duixian.ledger.publication import ItemsPublished
from duixian.ledger.store import Ledger

ITEM = f"{PLAN}/1"
DAY = f"{YEAR}-12-30"


@contextmanager
def asked(folder: Path, place: str) -> Iterator[tuple[TestClient, Ledger]]:
    """A filled book and who asks it as a program does; "li" at first."""
    with book(folder, place) as (api, ledger):
        api.headers["origin"] = HOST
        yield api, ledger


def test_an_item_is_revised_and_what_is_left_out_stays(tmp_path: Path, place: str) -> None:
    with asked(tmp_path, place) as (api, ledger):
        before = api.get(f"/api/v1/items/{ITEM}").json()
        wish = {"item": ITEM, "version": before["version"], "reason": "核对原文"}
        measures = [{"name": "里程", "op": "≥", "value": 12, "unit": "公里"}]
        made = api.post("/api/v1/revisions", json=wish | {"measures": measures})
        assert made.json() == {"item": ITEM, "version": before["version"] + 1, "repeated": False}
        after = api.get(f"/api/v1/items/{ITEM}").json()
        assert (after["text"], after["measures"][0]["text"]) == (before["text"], "里程≥12公里")
        late = api.post("/api/v1/revisions", json=wish | {"text": "改写"})
        assert (late.status_code, "已被他人更新" in late.json()["reason"]) == (400, True)
        other = [{"name": "里程", "op": "≥", "value": 12, "unit": "亿元"}]
        refused = api.post("/api/v1/revisions", json={"item": ITEM, "reason": "改", "measures": other})
        assert (refused.status_code, refused.json()["target"]) == (400, "里程")
        owners = api.post("/api/v1/revisions?lang=en", json={"item": ITEM, "reason": "改", "lead": "dept2"})
        assert owners.status_code == 403
        assert owners.json()["reason"] == "the organisations of an assigned item cannot be edited"
        as_person(api.app, "own1")  # type: ignore[arg-type]
        assert api.post("/api/v1/revisions", json={"item": ITEM, "reason": "改", "text": "改写"}).status_code == 403
        with ledger.read() as tables:
            assert tables.need(Item, ITEM, "事项").text == before["text"]


def test_before_it_is_assigned_owners_and_deadline_are_revised_too(tmp_path: Path, place: str) -> None:
    with asked(tmp_path, place) as (api, ledger):
        ledger.record("li", road(9))
        wish = {"item": f"{PLAN}/9", "reason": "核对", "lead": "dept1", "supporting": ["dept2"], "deadline": DAY}
        assert api.post("/api/v1/revisions", json=wish).status_code == 200
        item = api.get(f"/api/v1/items/{PLAN}/9").json()
        assert (item["proposed_lead"], item["proposed_supporting"], item["deadline"]) == ("dept1", ["dept2"], DAY)
        assert api.post("/api/v1/revisions", json=wish | {"lead": "nobody"}).status_code in (400, 404)


def test_an_order_goes_from_issue_to_acceptance(tmp_path: Path, place: str) -> None:
    with asked(tmp_path, place) as (api, _):
        wish = {"organisation": "dept1", "subject": "公路", "demand": "加快进度", "reply_by": DAY, "items": [ITEM]}
        made = api.post("/api/v1/orders", json=wish)
        assert made.status_code == 201
        order = made.json()
        assert (order["state"], order["items"], order["organisation_name"]) == ("issued", [ITEM], "第1局")
        act(api, "own1", "orders", {"order": order["id"], "action": "sign"})
        replied = act(api, "own1", "orders", {"order": order["id"], "action": "reply", "text": "已增加人手"})
        assert (replied["reply"], replied["actions"]) == ("已增加人手", [])
        # Who owes does not accept.
        refused = api.post("/api/v1/orders/actions", json={"order": order["id"], "action": "accept"})
        assert refused.status_code == 403
        done = act(api, "li", "orders", {"order": order["id"], "action": "accept", "text": "属实"})
        assert (done["state"], done["late"]) == ("accepted", 0)
        assert api.get("/api/v1/orders", params={"state": "accepted", "item": ITEM}).json()["total"] == 1
        assert api.get("/api/v1/orders", params={"state": "issued"}).json()["total"] == 0
        assert api.get("/api/v1/orders", params={"as_of": f"{YEAR - 1}-12-31"}).json()["total"] == 0
        assert api.get(f"/api/v1/orders/{order['id']}", params={"as_of": f"{YEAR - 1}-12-31"}).status_code == 400
        assert api.get("/api/v1/orders", params={"as_of": "2026年"}).json()["reason"] == "不是日期"


def test_a_problem_goes_from_finding_to_a_check_that_fails(tmp_path: Path, place: str) -> None:
    with asked(tmp_path, place) as (api, _):
        made = api.post("/api/v1/problems", json={"finding": "路面开裂", "due": DAY, "item": ITEM})
        assert made.status_code == 201
        problem = made.json()
        assert (problem["organisation"], problem["finder"], problem["state"]) == ("dept1", "李督查", "found")
        as_person(api.app, "own1")  # type: ignore[arg-type]
        for number in (0, -1):
            action = api.get(f"/api/v1/problems/{problem['id']}").json()["actions"][number]
            act(api, "own1", "problems", {"problem": problem["id"], "action": action, "text": "返工"})
        as_person(api.app, "li")  # type: ignore[arg-type]
        known = api.get(f"/api/v1/problems/{problem['id']}").json()
        assert (known["state"], known["measure"], known["result"]) == ("done", "返工", "返工")
        listed = api.get("/api/v1/problems", params={"organisation": "dept1"}).json()
        assert listed == {"total": 1, "items": [known]}


def test_orders_and_problems_of_others_are_neither_listed_nor_shown_nor_acted_on(tmp_path: Path, place: str) -> None:
    with asked(tmp_path, place) as (api, ledger):
        ledger.record(
            "li",
            OrderIssued("dept1", "公路", "加快进度", DAY, items=(ITEM,), order="D1"),
            ProblemFound("路面开裂", DAY, item=ITEM, problem="W1"),
            ItemsPublished(PLAN, (ITEM,)),
        )
        for person, status in (("own1", 200), ("guest", 200), ("own2", 403)):
            as_person(api.app, person)  # type: ignore[arg-type]
            for noun, id in (("orders", "D1"), ("problems", "W1")):
                assert api.get(f"/api/v1/{noun}").json()["total"] == (status == 200)
                assert api.get(f"/api/v1/{noun}/{id}").status_code == status, (person, noun)
        refused = api.post("/api/v1/orders/actions?lang=en", json={"order": "D1", "action": "sign"})
        assert (refused.status_code, refused.json()["reason"]) == (403, "this order is another organisation's")
        mine = {"organisation": "dept2", "subject": "公路", "demand": "加快", "reply_by": DAY}
        assert api.post("/api/v1/orders", json=mine).status_code == 403


def test_lights_are_of_a_day_and_only_of_what_the_caller_sees(tmp_path: Path, place: str) -> None:
    with asked(tmp_path, place) as (api, _):
        all_of_them = api.get(f"/api/v1/plans/{PLAN}/lights").json()
        lines = api.get(f"/api/v1/plans/{PLAN}/items").json()
        assert {one["item"]: one["colour"] for one in all_of_them["items"]} == {
            one["id"]: one["light"] for one in lines["items"]
        }
        assert (all_of_them["total"], all_of_them["lights"]) == (4, lines["lights"])
        assert all(one["why"] and one["reasons"] for one in all_of_them["items"])
        ahead = api.get(f"/api/v1/plans/{PLAN}/lights", params={"as_of": f"{YEAR + 1}-03-01", "limit": 2}).json()
        assert (ahead["day"], ahead["lights"], len(ahead["items"])) == (f"{YEAR + 1}-03-01", {"red": 4}, 2)
        as_person(api.app, "own1")  # type: ignore[arg-type]
        assert [one["number"] for one in api.get(f"/api/v1/plans/{PLAN}/lights").json()["items"]] == ["1", "3"]
        before = api.get(f"/api/v1/plans/{PLAN}/lights", params={"as_of": f"{YEAR - 1}-12-31"})
        assert before.status_code == 400


def test_a_ranking_is_read_published_and_kept(tmp_path: Path, place: str) -> None:
    with asked(tmp_path, place) as (api, ledger):
        opened_round(ledger)
        ledger.record("own1", *(ProgressReported(f"{PLAN}/{number}", "已开工") for number in (1, 3)))
        path = f"/api/v1/rounds/{ROUND}/ranking"
        found = api.get(path).json()
        assert found["published"] is None
        assert [(row["name"], row["rank"]) for row in found["boards"][0]["rows"]] == [("第1局", 1), ("第2局", 2)]
        made = api.post(path, json={"by": "reporting", "note": "请对照检查"})
        assert (made.status_code, made.json()["published"]["boards"]) == (201, found["boards"])
        ledger.record("own2", *(ProgressReported(f"{PLAN}/{number}", "已开工") for number in (2, 4)))
        after = api.get(path).json()
        assert (after["published"]["boards"], after["published"]["note"]) == (found["boards"], "请对照检查")
        assert after["boards"] != found["boards"]
        assert api.get(path, params={"by": "没有的"}).status_code == 400
        as_person(api.app, "own1")  # type: ignore[arg-type]
        assert (api.get(path).status_code, api.post(path, json={"by": "reporting"}).status_code) == (403, 403)


@pytest.mark.parametrize("format", ["html", "docx", "xlsx"])
def test_what_goes_out_of_the_book_is_downloaded_by_who_oversees(tmp_path: Path, format: str, place: str) -> None:
    with asked(tmp_path, place) as (api, ledger):
        opened_round(ledger)
        paths = (
            f"/api/v1/rounds/{ROUND}/bulletin.{format}",
            f"/api/v1/plans/{PLAN}/onepage.{format}",
            f"/api/v1/plans/{PLAN}/statement.{format}?organisation=dept1",
        )
        for path in paths:
            answer = api.get(path)
            assert answer.status_code == 200, path
            assert answer.content.startswith(b"<!" if format == "html" else b"PK"), path
            assert api.get(path.replace(f".{format}", ".pdf")).status_code == 422
        as_person(api.app, "own1")  # type: ignore[arg-type]
        assert {api.get(path).status_code for path in paths} == {403}


def test_the_book_is_read_as_it_stood_and_who_sees_it_is_judged_now(tmp_path: Path, place: str) -> None:
    long_ago = datetime(YEAR - 1, 6, 1, 4, tzinfo=UTC)
    with Ledger(place, clock=lambda: long_ago) as ledger:
        fill(ledger, 4, 2)
        opened_round(ledger)
    with TestClient(workbench(tmp_path, place), base_url=HOST) as api:
        api.headers["origin"] = HOST
        wish = {"item": ITEM, "sentence": "贯通", "readings": [{"measure": "里程", "value": 1, "unit": "公里"}]}
        as_person(api.app, "own1")  # type: ignore[arg-type]
        assert api.post("/api/v1/reports", json=wish).status_code == 200
        as_person(api.app, "li")  # type: ignore[arg-type]
        assert api.post("/api/v1/revisions", json={"item": ITEM, "reason": "核对", "text": "改写"}).status_code == 200
        then = {"as_of": f"{YEAR - 1}-06-01"}
        now, past = (api.get(f"/api/v1/items/{ITEM}", params=query).json() for query in ({}, then))
        assert (now["text"], len(now["reports"]), past["text"], past["reports"]) == ("改写", 1, "新建农村公路1公里", [])
        assert (past["version"] < now["version"], len(past["history"]) < len(now["history"])) == (True, True)
        assert past["actions"] == []
        listed = api.get(f"/api/v1/plans/{PLAN}/items", params=then).json()
        assert (listed["total"], listed["items"][0]["text"]) == (4, past["text"])
        assert [api.get("/api/v1/plans", params=then).json()[0]["items"]] == [4]
        for query, reported in (({}, 1), (then, 0)):
            heads = api.get(f"/api/v1/rounds/{ROUND}", params=query).json()["organisations"]
            assert sum(head["reported"] for head in heads) == reported
            dues = api.get(f"/api/v1/rounds/{ROUND}/dues", params=query).json()["items"]
            assert sum(due["reported"] for due in dues) == reported
        before = {"as_of": f"{YEAR - 1}-05-31"}
        assert api.get("/api/v1/plans", params=before).json() == []
        assert api.get(f"/api/v1/plans/{PLAN}/rounds", params=before).status_code == 400
        as_person(api.app, "own2")  # type: ignore[arg-type]
        assert api.get(f"/api/v1/items/{ITEM}", params=then).status_code == 403
        listed = api.get(f"/api/v1/plans/{PLAN}/items", params=then).json()
        assert [line["number"] for line in listed["items"]] == ["2", "4"]


def act(api: TestClient, person: str, noun: str, wish: dict[str, str]) -> Any:
    """Take an action as somebody; what it says afterwards."""
    as_person(api.app, person)  # type: ignore[arg-type]
    made = api.post(f"/api/v1/{noun}/actions", json=wish)
    assert made.status_code == 200, made.text
    return made.json()
