"""The HTTP interface from the opening of a plan to its end: proposals, slices, milestones, parts, rounds, closing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from book_pages import PERIOD, PLAN, ROUND, YEAR, as_person, book, opened_round
from corpus_reports import report
from fastapi.testclient import TestClient
from httpx2 import Response
from web_server import HOST, client

from duixian.ledger.plans import Item, Plan, PlanOpened, State
from duixian.ledger.progress import ProgressReported, Reading
from duixian.ledger.slicing import Along, Manner, Slicing, slicing_id
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger

API = "/api/v1"
ITEM = f"{PLAN}/4"  # four kilometres of road, led by dept2
NEXT = str(YEAR + 1)
BEFORE = {"as_of": f"{YEAR - 1}-12-31"}


@pytest.fixture
def asked(tmp_path: Path, place: str) -> Iterator[tuple[TestClient, Ledger]]:
    """A filled book and who asks it as a program does; "li" at first."""
    with book(tmp_path, place) as (api, ledger):
        api.headers["origin"] = HOST
        yield api, ledger


@contextmanager
def unchanged(ledger: Ledger) -> Iterator[None]:
    """Whatever is asked within writes nothing."""
    before = ledger.head()
    yield
    assert ledger.head() == before


def ask(api: TestClient, person: str) -> None:
    as_person(api.app, person)  # type: ignore[arg-type]


def told(answer: Response, status: int, words: str) -> None:
    assert answer.status_code == status, answer.text
    assert words in answer.json()["detail"], answer.text
    assert answer.headers["content-type"] == "application/problem+json"


# Slices.


def slices(*values: float, names: tuple[str, ...] = ("1", "2", "3", "4")) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in zip(names, values, strict=True)]


def spread(**fields: Any) -> dict[str, Any]:
    return {"item": ITEM, "measure": "里程", "along": "quarter", "slices": slices(0.5, 1, 1.5, 1), **fields}


def kept(ledger: Ledger, along: Along) -> Slicing | None:
    with ledger.read() as tables:
        return tables.get(Slicing, slicing_id(ITEM, "里程", along))


def test_a_measure_is_spread_in_every_way_that_there_is_and_the_item_shows_it(
    asked: tuple[TestClient, Ledger],
) -> None:
    api, ledger = asked
    for along, names in (
        (Along.QUARTER, ("1", "2", "3", "4")),
        (Along.MONTH, tuple(map(str, range(1, 13)))),
        (Along.DISTRICT, ("东山区", "西河县")),
        (Along.INDUSTRY, ("农业", "交通")),
        (Along.ORGANISATION, ("第1局", "第2局")),
    ):
        values = [4 / len(names)] * len(names)
        made = api.post(f"{API}/slicings", json=spread(along=along, slices=slices(*values, names=names)))
        assert made.json() == {"item": ITEM, "version": 3, "repeated": False}, made.text
        found = kept(ledger, along)
        assert found is not None
        assert (found.manner, [one.name for one in found.slices]) == (Manner.SHARE, list(names))
    owed = [{"name": "第1局", "value": 4, "organisation": "dept1"}]
    assert api.post(f"{API}/slicings", json=spread(along="organisation", slices=owed)).status_code == 200
    shown = {one["along"]: one for one in api.get(f"{API}/items/{ITEM}").json()["slicings"]}
    assert shown.keys() == set(Along)
    assert shown["organisation"]["slices"] == owed
    ways = api.get(f"{API}/items/{ITEM}").json()["ways"]
    assert [point["value"] for point in ways[0]["planned"]][-1] == 4
    ask(api, "own1")
    assert api.get(f"{API}/items/{ITEM}").status_code == 403


def test_slices_that_cannot_be_are_told_and_nothing_is_written(asked: tuple[TestClient, Ledger]) -> None:
    api, ledger = asked
    with unchanged(ledger):
        for fields, status, words in (
            ({"slices": slices(1, 1, 0.5, 0.25)}, 400, "合计2.75公里，全年目标是≥4公里"),
            ({"slices": slices(4, names=("1",))}, 400, "按期分解应依次写1到4"),
            ({"measure": "面积"}, 400, "没有“面积”这个数量目标"),
            ({"item": f"{PLAN}/99"}, 400, "没有这个事项"),
            ({"along": "district", "slices": [{"name": "东山区", "value": 4, "organisation": "无"}]}, 400, "单位"),
            ({"along": "colour"}, 422, "along"),
            ({"manner": "maybe"}, 422, "manner"),
            ({"slices": [{"name": "1", "value": "许多"}]}, 422, "slices"),
        ):
            told(api.post(f"{API}/slicings", json=spread(**fields)), status, words)
        for person in ("own1", "own2", "guest", "zhang"):
            ask(api, person)
            assert api.post(f"{API}/slicings", json=spread()).status_code == 403, person
    ask(api, "li")
    reason = spread(slices=slices(1, 1, 0.5, 0.25), reason="余下的由省里实施")
    assert api.post(f"{API}/slicings", json=reason).status_code == 200


def test_the_second_of_two_who_spread_a_measure_is_refused(asked: tuple[TestClient, Ledger]) -> None:
    api, ledger = asked
    assert api.post(f"{API}/slicings", json=spread(seen=[])).status_code == 200
    told(api.post(f"{API}/slicings", json=spread(slices=slices(0, 0, 0, 4), seen=[])), 400, "别人已经分解过")
    now = api.get(f"{API}/items/{ITEM}").json()["slicings"][0]["slices"]
    assert api.post(f"{API}/slicings", json=spread(slices=slices(0, 0, 0, 4), seen=now)).status_code == 200
    found = kept(ledger, Along.QUARTER)
    assert found is not None
    assert [one.value for one in found.slices] == [0, 0, 0, 4]


# Milestones and parts.

STONES = [
    {"name": "开工", "due": f"{YEAR}-03-31"},
    {"name": "路基贯通", "due": f"{YEAR}-09-30", "percent": 60},
]


def test_milestones_are_set_shown_and_taken_away(asked: tuple[TestClient, Ledger]) -> None:
    api, _ = asked
    wish = {"item": ITEM, "version": 3, "milestones": STONES}
    assert api.post(f"{API}/milestones", json=wish).json()["version"] == 4
    item = api.get(f"{API}/items/{ITEM}").json()
    assert [(one["name"], one["percent"]) for one in item["milestones"]] == [("开工", None), ("路基贯通", 60)]
    assert item["text"] == "新建农村公路4公里"
    assert item["names"]["li"] == "李督查"
    told(api.post(f"{API}/milestones", json=wish), 400, "已被他人更新")
    assert api.post(f"{API}/milestones", json=wish | {"version": None, "milestones": []}).json()["version"] == 5
    assert api.get(f"{API}/items/{ITEM}").json()["milestones"] == []


def test_milestones_that_cannot_be_are_told_and_only_supervisors_set_them(asked: tuple[TestClient, Ledger]) -> None:
    api, ledger = asked
    with unchanged(ledger):
        for stones, status, words in (
            (STONES[::-1], 400, "节点没有按时间先后"),
            ([STONES[0] | {"percent": 120}], 400, "不在0到100之间"),
            ([STONES[0] | {"due": "三月底"}], 400, "不是日期"),
            ([STONES[0] | {"due": "二〇二五年三月三十一日"}], 422, "due"),
            ([STONES[0] | {"name": ""}], 400, "节点名称"),
        ):
            told(api.post(f"{API}/milestones", json={"item": ITEM, "milestones": stones}), status, words)
        for person in ("own1", "own2", "guest", "zhang"):
            ask(api, person)
            answer = api.post(f"{API}/milestones", json={"item": ITEM, "milestones": STONES})
            assert answer.status_code == 403, person


def parts(**fields: Any) -> dict[str, Any]:
    two = [
        {"number": "4-1", "text": "建东段", "lead": "dept1"},
        {"number": "4-2", "text": "建西段", "measures": ["里程"], "deadline": f"{YEAR}-06-30"},
    ]
    return {"item": ITEM, "version": 3, "parts": two, "reason": "分两段实施", **fields}


def test_an_item_is_split_and_its_parts_keep_its_words(asked: tuple[TestClient, Ledger]) -> None:
    api, ledger = asked
    made = api.post(f"{API}/splits", json=parts())
    assert (made.status_code, made.json()) == (201, {"items": [f"{ITEM}-1", f"{ITEM}-2"]})
    whole, one, two = (api.get(f"{API}/items/{id}").json() for id in (ITEM, f"{ITEM}-1", f"{ITEM}-2"))
    assert (whole["state"], whole["became"], one["sources"]) == ("split", [f"{ITEM}-1", f"{ITEM}-2"], [ITEM])
    assert [each["proposed_lead"] for each in (one, two)] == ["dept1", "dept2"]
    assert (one["measures"], [each["name"] for each in two["measures"]]) == ([], ["里程"])
    assert one["evidence"] == two["evidence"] == whole["evidence"]
    assert two["deadline"] == f"{YEAR}-06-30"
    assert ledger.verify().ok


def test_a_split_that_loses_or_doubles_something_is_told(asked: tuple[TestClient, Ledger]) -> None:
    api, ledger = asked
    one, two = parts()["parts"]
    with unchanged(ledger):
        for fields, words in (
            ({"parts": [one, two | {"measures": []}]}, "没有分到任何一部分"),
            ({"parts": [one | {"measures": ["里程"]}, two]}, "分给了几个部分"),
            ({"parts": [one, two | {"measures": ["里程", "面积"]}]}, "没有“面积”这个数量目标"),
            ({"parts": [two]}, "拆分至少要两个"),
            ({"parts": [one, two | {"number": "4-1"}]}, "序号不同"),
            ({"parts": [one | {"lead": "没有这个局"}, two]}, "没有这个单位"),
            ({"parts": [one, two | {"deadline": "年底"}]}, "不是日期"),
            ({"reason": " "}, "拆分理由"),
            ({"version": 2}, "已被他人更新"),
        ):
            told(api.post(f"{API}/splits", json=parts(**fields)), 400, words)
        assert api.post(f"{API}/splits", json=parts(parts="两段")).status_code == 422
        for person in ("own1", "own2", "guest"):
            ask(api, person)
            assert api.post(f"{API}/splits", json=parts()).status_code == 403, person


# Organisations, rounds, the table, the one page.


def test_organisations_are_listed_and_who_leads_what_the_caller_sees(asked: tuple[TestClient, Ledger]) -> None:
    api, _ = asked
    found = api.get(f"{API}/organisations").json()
    assert (found["total"], [one["id"] for one in found["items"]]) == (3, ["dept1", "dept2", "gov"])
    assert api.get(f"{API}/organisations?limit=1&offset=2").json()["items"][0]["parent"] is None
    assert api.get(f"{API}/organisations", params=BEFORE).json()["total"] == 0
    assert {one["id"]: one["items"] for one in api.get(f"{API}/plans/{PLAN}/organisations").json()} == {
        "dept1": 2,
        "dept2": 2,
    }
    ask(api, "own1")
    assert [one["id"] for one in api.get(f"{API}/plans/{PLAN}/organisations").json()] == ["dept1"]
    told(api.get(f"{API}/plans/1999/organisations"), 400, "没有这个年度台账")


def test_a_round_says_who_owes_what_and_the_calendar_what_can_be_opened(asked: tuple[TestClient, Ledger]) -> None:
    api, ledger = asked
    calendar = api.get(f"{API}/plans/{PLAN}/calendar").json()
    assert calendar["usual"] == PERIOD
    assert {one["name"] for one in calendar["rhythms"]} == {"monthly", "quarterly", "annual"}
    told(api.get(f"{API}/plans/1999/calendar"), 400, "没有这个年度台账")
    opened_round(ledger)
    assert api.get(f"{API}/plans/{PLAN}").json()["rounds"] == [ROUND]
    ledger.record("own1", ProgressReported(f"{PLAN}/1", "贯通", (Reading("里程", 1, "公里"),)))
    dues = api.get(f"{API}/rounds/{ROUND}/dues").json()
    assert (dues["total"], dues["states"]) == (4, {"owing": 3, "reported": 1})
    assert sum(dues["lights"].values()) == 4
    assert all(one["light"] for one in dues["items"])
    owing = api.get(f"{API}/rounds/{ROUND}/dues", params={"state": "owing", "organisation": "dept1"}).json()
    assert ([one["number"] for one in owing["items"]], owing["states"]) == (["3"], dues["states"])
    (done,) = api.get(f"{API}/rounds/{ROUND}/dues", params={"state": "reported"}).json()["items"]
    assert done["readings"] == [{"measure": "里程", "value": 1, "unit": "公里"}]
    assert api.get(f"{API}/rounds/{ROUND}/dues", params={"state": "asleep"}).status_code == 422
    heads = api.get(f"{API}/rounds/{ROUND}").json()["organisations"]
    assert {one["organisation"]: one["people"] for one in heads}["dept1"] == ["责任人1", "配合人1"]
    ask(api, "own1")
    assert {one["organisation"] for one in api.get(f"{API}/rounds/{ROUND}/dues").json()["items"]} == {"dept1"}
    minute = api.get(f"{API}/minute").json()
    assert (minute["total"], minute["left"]) == (2, 1)
    assert [(one["number"], one["reported"], one["may_report"], one["last"]) for one in minute["items"]] == [
        ("1", True, True, "贯通"),
        ("3", False, True, ""),
    ]
    assert minute["items"][0]["measures"] == [{"name": "里程", "unit": "公里", "text": "里程≥1公里", "last": 1.0}]
    ask(api, "guest")
    assert api.get(f"{API}/minute").json()["total"] == 0


def test_the_ranking_says_what_it_can_be_ranked_by(asked: tuple[TestClient, Ledger]) -> None:
    api, ledger = asked
    opened_round(ledger)
    choices = {one["id"]: one for one in api.get(f"{API}/rounds/{ROUND}/ranking").json()["choices"]}
    assert choices["reporting"]["definition"]
    english = api.get(f"{API}/rounds/{ROUND}/ranking?lang=en").json()["choices"]
    assert {one["id"] for one in english} == choices.keys()
    assert choices["reporting"]["name"] not in {one["name"] for one in english}


def test_the_table_and_the_one_page_are_data_for_who_oversees(asked: tuple[TestClient, Ledger]) -> None:
    api, ledger = asked
    table = api.get(f"{API}/plans/{PLAN}/table", params={"limit": 2, "offset": 1}).json()
    assert (table["total"], [row["item"] for row in table["rows"]]) == (4, [f"{PLAN}/2", f"{PLAN}/3"])
    assert {one["key"] for one in table["columns"]} == table["rows"][0]["cells"].keys()
    assert table["rows"][0]["cells"]["lead"] == "第2局"
    page = api.get(f"{API}/plans/{PLAN}/onepage").json()
    assert (page["items"], page["settled"], page["proof"]) == (4, 0, ledger.head().hash)
    assert page["rate"] != api.get(f"{API}/plans/{PLAN}/onepage?lang=en").json()["rate"]
    for path in ("table", "onepage", "closing", "closing.html"):
        assert api.get(f"{API}/plans/1999/{path}").status_code == 400, path
        ask(api, "own1")
        assert api.get(f"{API}/plans/{PLAN}/{path}").status_code == 403, path
        ask(api, "zhang")
        assert api.get(f"{API}/plans/{PLAN}/{path}").status_code == 200, path
        ask(api, "li")
    assert api.get(f"{API}/plans/{PLAN}/onepage", params=BEFORE).status_code == 400


# The end of the year.


def states(ledger: Ledger, plan: str) -> dict[str, State]:
    with ledger.read() as tables:
        return {item.number: item.state for item in tables.select(Item, plan=plan)}


def test_chosen_items_or_all_that_are_left_are_carried_over(asked: tuple[TestClient, Ledger]) -> None:
    api, ledger = asked
    ledger.record("li", PlanOpened(NEXT, "gov", YEAR + 1, f"云岭市{NEXT}年度台账"))
    wish = {"to": NEXT, "reason": "跨年实施", "deadline": f"{NEXT}-06-30"}
    path = f"{API}/plans/{PLAN}/carrying"
    chosen = wish | {"items": [f"{PLAN}/1", f"{PLAN}/3"], "versions": {f"{PLAN}/1": 3}}
    assert api.post(path, json=chosen).json() == {"changed": 2}
    assert states(ledger, PLAN) == {"1": "carried", "2": "accepted", "3": "carried", "4": "accepted"}
    assert api.get(f"{API}/items/{NEXT}/{PLAN}-1").json()["deadline"] == f"{NEXT}-06-30"
    told(api.post(path, json=wish | {"left": 4}), 400, "未了结的事项变成了2项")
    assert api.post(path, json=wish | {"left": 2}).json() == {"changed": 2}
    assert set(states(ledger, PLAN).values()) == {State.CARRIED}
    told(api.post(path, json=wish), 400, "没有未了结的事项")


def test_a_carrying_that_fails_changes_nothing(asked: tuple[TestClient, Ledger]) -> None:
    api, ledger = asked
    ledger.record("li", PlanOpened(NEXT, "gov", YEAR + 1, f"云岭市{NEXT}年度台账"))
    path = f"{API}/plans/{PLAN}/carrying"
    wish = {"to": NEXT, "reason": "跨年实施", "items": [f"{PLAN}/2", f"{PLAN}/4"]}
    with unchanged(ledger):
        for fields, status, words in (
            ({"reason": ""}, 400, "结转理由"),
            ({"deadline": f"{YEAR - 1}-01-01"}, 400, "完成时限"),
            ({"to": PLAN}, 400, "不是"),
            ({"to": "2099"}, 400, "没有这个年度台账"),
            ({"items": [f"{PLAN}/2", f"{PLAN}/99"]}, 400, "没有这个事项"),
            ({"items": []}, 422, "items"),
            ({"versions": {f"{PLAN}/2": 2}}, 400, "已被他人更新"),
        ):
            told(api.post(path, json=wish | fields), status, words)
        for person in ("own2", "guest", "zhang"):
            ask(api, person)
            assert api.post(path, json=wish).status_code == 403, person
        # What somebody does not see is told like what there is not.
        ask(api, "own1")
        told(api.post(path, json=wish), 400, "没有这个事项")


def test_a_year_is_closed_once_everything_is_settled_and_its_statement_tells_it(
    asked: tuple[TestClient, Ledger],
) -> None:
    api, ledger = asked
    ledger.record("li", PlanOpened(NEXT, "gov", YEAR + 1, f"云岭市{NEXT}年度台账"))
    path = f"{API}/plans/{PLAN}/closing"
    before = api.get(path).json()
    assert (before["is_closed"], before["open"], len(before["ended"])) == (False, 4, 4)
    with unchanged(ledger):
        told(api.post(path, json={"summary": "完成"}), 403, "还有4个事项没有办结")
        assert api.post(path, json={"summary": 5}).status_code == 422
    api.post(f"{API}/plans/{PLAN}/carrying", json={"to": NEXT, "reason": "跨年实施"})
    for person in ("own1", "guest", "zhang"):
        ask(api, person)
        assert api.post(path, json={}).status_code == 403, person
    ask(api, "li")
    closed = api.post(path, json={"summary": "全年任务基本完成"})
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    with ledger.read() as tables:
        assert tables.need(Plan, PLAN, "").state == "closed"
    told(api.post(path, json={}), 403, "已经交账")
    after = api.get(path).json()
    assert (after["is_closed"], after["carried"], after["rate"]) == (True, 4, 0)
    assert {one["became"] for one in after["ended"]} == {f"{NEXT}/{PLAN}-{number}" for number in range(1, 5)}
    assert {one["organisation"] for one in after["ended"]} == {"第1局", "第2局"}
    for format, begins in (("html", b"<!"), ("docx", b"PK"), ("xlsx", b"PK")):
        assert api.get(f"{path}.{format}").content.startswith(begins)
    assert api.get(f"{path}.pdf").status_code == 422
    told(api.get(path, params=BEFORE), 400, "没有这个年度台账")
    told(api.get(path, params={"report": "doc1"}), 400, "没有写明下一年度的报告")
    assert api.get(path, params={"review": "doc1"}).status_code == 404


# From a report to a plan, and against the next report.


@pytest.fixture
def fresh(tmp_path: Path, place: str) -> Iterator[tuple[TestClient, Ledger, str, str]]:
    """A workbench with the two sample reports and an empty ledger; the reports of 2024 and 2025."""
    with client(tmp_path, ledger=place) as api, Ledger(place) as ledger:
        assert len(api.post(f"{API}/samples").json()["documents"]) == 2
        documents = {one["plan_year"]: one["id"] for one in api.get(f"{API}/documents").json()["items"]}
        yield api, ledger, documents[2024], documents[2025]


def test_a_plan_is_opened_as_corrected_and_held_against_the_next_report(
    fresh: tuple[TestClient, Ledger, str, str],
) -> None:
    api, ledger, old, new = fresh
    found = api.get(f"{API}/documents/{old}/proposals", params={"limit": 1000}).json()
    assert found["total"] == len(found["items"]) > 50
    unsure = api.get(f"{API}/documents/{old}/proposals", params={"sort": "low", "limit": found["unsure"]}).json()
    assert all(one["confidence"] < 0.5 for one in unsure["items"])
    one, two, three, four, *_ = (row["number"] for row in found["items"])
    wish = {
        "document": old,
        "plan": "y2024",
        "title": "岚川省2024年度台账（试）",
        "person": "li",
        "name": "李督查",
        "leave_out": [one],
        "items": [
            {"number": two, "members": [three], "text": "稳住增长", "lead": "统计局", "supporting": ["发展改革委"]},
            {"number": four, "kind": "task", "deadline": "2024-06-30", "lead": ""},
        ],
    }
    made = api.post(f"{API}/plans", json=wish)
    assert (made.status_code, made.json()) == (201, {"plan": "y2024"})
    plan = api.get(f"{API}/plans/y2024").json()
    assert (plan["title"], plan["items"]) == ("岚川省2024年度台账（试）", found["total"] - 2)
    joined, changed = (api.get(f"{API}/items/y2024/{number}").json() for number in (two, four))
    assert (joined["text"], len(joined["measures"]), joined["reasons"]) == ("稳住增长", 2, ["人工确定"])
    assert joined["names"][joined["proposed_lead"]] == "统计局"
    assert (changed["kind"], changed["deadline"], changed["proposed_lead"]) == ("task", "2024-06-30", None)
    assert joined["document"] == old
    assert ledger.verify().ok

    statement = api.get(f"{API}/plans/y2024/closing", params={"review": new}).json()
    assert statement["review"] == "政府工作报告"
    assert sum(statement["outcomes"].values()) == len(statement["settled"]) > 50
    assert statement["outcomes"]["missed"] > 0
    joined_line = next(line for line in statement["settled"] if line["item"] == f"y2024/{two}")
    assert joined_line["result"]
    assert joined_line["quote"]
    plain = api.get(f"{API}/plans/y2024/closing").json()
    assert (plain["settled"], plain["outcomes"], plain["review"]) == ([], {}, "")
    whole = api.get(f"{API}/plans/y2024/closing.html", params={"review": new, "report": old})
    assert "地区生产总值" in whole.text
    told(api.get(f"{API}/plans/y2024/closing", params={"review": old}), 400, "没有回顾岚川省2024年的工作")
    told(api.get(f"{API}/plans/y2024/closing", params={"review": new, "report": new}), 400, "不是建账所用的报告")


def test_a_plan_that_cannot_be_opened_is_told_and_nothing_is_written(
    fresh: tuple[TestClient, Ledger, str, str],
) -> None:
    api, ledger, old, _ = fresh
    numbers = [row["number"] for row in api.get(f"{API}/documents/{old}/proposals").json()["items"]]
    one, two = numbers[:2]
    with unchanged(ledger):
        for fields, status, words in (
            ({"leave_out": ["99.99"]}, 400, "没有这个拟立事项"),
            ({"items": [{"number": "99.99", "text": "甲"}]}, 400, "没有这个拟立事项"),
            ({"items": [{"number": one}, {"number": two, "members": [one]}]}, 400, "同一项写了两处"),
            ({"items": [{"number": one, "members": [one]}]}, 400, "同一项写了两处"),
            ({"items": [{"number": one, "lead": "没有这个局"}]}, 400, "没有这个单位"),
            ({"items": [{"number": one, "deadline": "年底"}]}, 400, "不是日期"),
            ({"items": [{"number": one, "kind": "wish"}]}, 422, "kind"),
            ({"items": [{"number": one, "text": ""}]}, 422, "text"),
            ({"document": "doc-none"}, 404, "没有这个文件"),
        ):
            told(api.post(f"{API}/plans", json={"document": old} | fields), status, words)
    assert api.get(f"{API}/documents/doc-none/proposals").status_code == 404
    assert api.get(f"{API}/documents/{old}/proposals", params={"grain": "word"}).status_code == 422


def test_only_supervisors_open_plans(asked: tuple[TestClient, Ledger]) -> None:
    api, ledger = asked
    file = ("报告.txt", report("云岭市", YEAR + 1).encode())
    (new,) = api.post(f"{API}/uploads", files=[("files", file)]).json()["documents"]
    with unchanged(ledger):
        for person in ("own1", "guest", "zhang"):
            ask(api, person)
            assert api.get(f"{API}/documents/{new}/proposals").status_code == 200
            assert api.post(f"{API}/plans", json={"document": new}).status_code == 403, person
    ask(api, "li")
    assert api.post(f"{API}/plans", json={"document": new}).json() == {"plan": NEXT}


def test_what_a_returned_table_is_taken_with_is_told(asked: tuple[TestClient, Ledger]) -> None:
    api, _ = asked
    table = openpyxl.load_workbook(io.BytesIO(api.get(f"{API}/plans/{PLAN}/table.xlsx").content))
    cell = next(cell for row in table.worksheets[0].iter_rows() for cell in row if cell.value == "责任领导")
    table.worksheets[0].delete_cols(cell.column)
    data = io.BytesIO()
    table.save(data)
    answer = api.post(f"{API}/plans/{PLAN}/table", files={"file": ("表.xlsx", data.getvalue())}).json()
    assert (answer["changes"], answer["problems"]) == ([], [])
    assert [note["column"] for note in answer["notes"]] == ["责任领导"]


def test_a_book_of_the_past_shows_its_slices_of_then(asked: tuple[TestClient, Ledger]) -> None:
    api, ledger = asked
    api.post(f"{API}/slicings", json=spread())
    ledger.record("own2", ItemMoved(ITEM, "start"))
    ask(api, "own2")
    item = api.get(f"{API}/items/{ITEM}").json()
    assert (item["may_report"], item["may_revise"], len(item["slicings"])) == (True, False, 1)
    told(api.get(f"{API}/items/{ITEM}", params=BEFORE), 400, "没有这个事项")
