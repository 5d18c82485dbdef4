"""Who answers for a commitment, in the reader, over the interface and in the plan that is opened from it."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from corpus_reports import write_reports
from fastapi.testclient import TestClient
from ledger_office import BACKENDS, target
from web_server import client, token

from duixian.corpus import Corpus
from duixian.ledger.organisations import OrganisationAdded, OrganisationKind
from duixian.ledger.plans import Item, Suggestion
from duixian.ledger.store import Ledger


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[TestClient]:
    with workbench(tmp_path) as found:
        yield found


def workbench(folder: Path, **options: object) -> TestClient:
    Corpus(folder / "corpus").add([str(path) for path in write_reports(folder / "in", 1)])
    return client(folder, **options)


def document_of(browser: TestClient) -> str:
    return str(browser.get("/api/v1/documents").json()["items"][0]["id"])


def clause(browser: TestClient, words: str) -> str:
    """The id of the commitment that has these words."""
    found = browser.get(f"/api/v1/documents/{document_of(browser)}/records?kind=commitment").json()["items"]
    return next(str(each["id"]) for each in found if words in each["evidence"]["quote"])


def owner(browser: TestClient, words: str) -> dict[str, Any]:
    record = clause(browser, words)
    found = browser.get(f"/api/v1/documents/{document_of(browser)}/owners").json()["items"]
    return next(dict(each) for each in found if each["record"] == record)


def entry(page: str, record: str) -> str:
    """The entry of a record in the list beside the text."""
    return next(part for part in page.split("<li id=")[1:] if f"/records/{record}" in part).split("</li>")[0]


def words_of(page: str) -> str:
    return html.unescape(re.sub(r"(?:<[^>]+>|\s)+", " ", page))


def press(browser: TestClient, value: str, **more: str) -> Any:
    path = f"/documents/{document_of(browser)}"
    return browser.post(f"{path}/owners", data={"token": token(browser, path), "own": value, **more})


class TestReader:
    def test_each_commitment_shows_who_should_answer_for_it_and_why(self, browser: TestClient) -> None:
        document, record = document_of(browser), clause(browser, "云岭水库")
        found = owner(browser, "云岭水库")
        shown = words_of(entry(browser.get(f"/documents/{document}").text, record))
        assert f"牵头 {found['lead']} {found['confidence'] * 100:.0f}%" in shown
        assert found["reasons"][0] in shown
        english = words_of(entry(browser.get(f"/documents/{document}?lang=en").text, record))
        assert f"Lead {found['lead']}" in english
        assert "the task:" in english
        figures = browser.get(f"/documents/{document}?show=figure&lang=zh").text
        assert "牵头" not in figures.split('class="items"')[1]

    def test_one_click_names_the_lead_and_another_takes_it_back(self, browser: TestClient) -> None:
        document, record = document_of(browser), clause(browser, "云岭水库")
        path = f"/documents/{document}"
        offered = re.findall(rf'<button name="own" value="({record} [^"]*)"', browser.get(path).text)
        assert len(offered) >= 2  # the suggestion, and somebody else
        answer = press(browser, offered[1], show="commitment")
        name = offered[1].split(" ")[1]
        assert (answer.url.path, "show=commitment" in str(answer.url)) == (path, True)
        assert "已定牵头单位" in answer.text
        mine = entry(answer.text, record)
        assert f'<li id="{answer.url.fragment}"' in answer.text
        assert mine.startswith(f'"{answer.url.fragment}" class="c on"')
        assert f"牵头 {name} 人工确定" in words_of(mine)
        assert "原来建议" in mine
        assert "已更正" not in mine  # the record itself is as it was extracted
        assert browser.get(f"{path}?show=corrected").text.count("<li id=") == 1
        twice = press(browser, offered[1])
        assert twice.status_code == 200
        assert len(browser.get("/api/v1/corrections").json()["items"]) == 1
        back = press(browser, f"{record} ")
        assert "人工确定" not in words_of(entry(back.text, record))
        assert owner(browser, "云岭水库")["lead_named"] is False

    def test_the_form_names_lead_and_supporting_and_keeps_what_was_wrong(self, browser: TestClient) -> None:
        document, record = document_of(browser), clause(browser, "云岭水库")
        form = f"/documents/{document}/records/{record}"
        shown = browser.get(form).text
        assert '<option value="水利厅"></option>' in shown
        assert '<option value="水利局"></option>' not in shown  # of a county, not of a province
        fields = {"token": token(browser, form), "lead": "水库建设指挥部", "supporting": "财政厅、自然资源厅"}
        wrong = browser.post(form, data={**fields, "lead": "局" * 101})
        assert wrong.status_code == 400
        assert "单位名称超过 100 字" in wrong.text
        assert 'value="财政厅、自然资源厅"' in wrong.text
        saved = browser.post(form, data=fields).text
        mine = words_of(entry(saved, record))
        assert "牵头 水库建设指挥部 人工确定" in mine
        assert "配合 财政厅、自然资源厅 人工确定" in mine
        again = browser.get(form).text
        assert 'value="水库建设指挥部"' in again
        assert '<option value="水库建设指挥部"></option>' in again
        history = words_of(again.split('class="history"')[1])
        assert "牵头 按建议 → 水库建设指挥部；配合 按建议 → 财政厅、自然资源厅" in history
        assert "牵头 按建议 → 水库建设指挥部" in words_of(browser.get("/corrections").text)
        browser.post(form, data={**fields, "supporting": "无"})
        assert 'value="无"' in browser.get(form).text
        assert "财政厅、自然资源厅 → 无" in words_of(browser.get("/corrections").text)
        english = browser.post(f"{form}?lang=en", data={**fields, "lead": "财政厅、水利厅"}).text
        assert "only one organisation can lead" in english

    def test_it_is_taken_back_on_the_page_of_corrections(self, browser: TestClient) -> None:
        document, record = document_of(browser), clause(browser, "云岭水库")
        press(browser, f"{record} 水库建设指挥部")
        fields = {"token": token(browser, "/corrections"), "document": document, "sequence": "1"}
        assert "还没有更正" in browser.post("/corrections/withdraw", data=fields).text
        assert owner(browser, "云岭水库")["lead"] != "水库建设指挥部"

    def test_a_figure_has_no_owner_and_a_record_that_is_gone_has_none(self, browser: TestClient) -> None:
        document = document_of(browser)
        figure = browser.get(f"/api/v1/documents/{document}/records?kind=figure").json()["items"][0]["id"]
        assert "owner-hint" not in browser.get(f"/documents/{document}/records/{figure}").text
        refused = press(browser, f"{figure} 水利厅")
        assert refused.status_code == 400
        assert "只有承诺才有牵头、配合单位" in refused.text
        assert "请更正同一句话里的承诺" in refused.text
        gone = press(browser, "com-gone 水利厅")
        assert gone.status_code == 404
        assert "没有这个记录" in gone.text

    def test_names_are_never_markup(self, browser: TestClient) -> None:
        document, record = document_of(browser), clause(browser, "云岭水库")
        press(browser, f"{record} <script>alert(1)</script>")
        for path in (f"/documents/{document}", f"/documents/{document}/records/{record}", "/corrections"):
            page = browser.get(path).text
            assert "&lt;script&gt;alert" in page
            assert "<script>alert" not in page


class TestInterface:
    def test_owners_go_round_by_programs(self, browser: TestClient) -> None:
        document, record = document_of(browser), clause(browser, "云岭水库")
        before = browser.get(f"/api/v1/documents/{document}/records/{record}").json()
        assert {"lead", "supporting"} & before["fields"].keys() == set()
        values = {"lead": "水库建设指挥部", "supporting": ["财政厅"]}
        path = f"/api/v1/documents/{document}/corrections"
        made = browser.post(path, json={"action": "change", "record": record, "values": values})
        assert made.status_code == 201
        assert made.json()["after"] == values
        found = browser.get(f"/api/v1/documents/{document}/owners?named=true").json()
        assert (found["total"], found["items"][0]["record"]) == (1, record)
        assert found["items"][0] | values == found["items"][0]
        assert found["items"][0]["lead_named"] is found["items"][0]["supporting_named"] is True
        assert "水利厅" in found["names"]
        assert browser.get(f"/api/v1/documents/{document}/records/{record}").json() == before
        listed = browser.get(f"/api/v1/corrections?document={document}").json()["items"]
        assert listed[0] == made.json()
        archive = zipfile.ZipFile(io.BytesIO(browser.get("/api/v1/corrections/gold.zip").content))
        assert json.loads(archive.read("owners.jsonl"))["lead"] == "水库建设指挥部"
        assert browser.post(path, json={"action": "withdraw", "sequence": 1}).status_code == 201
        assert browser.get(f"/api/v1/documents/{document}/owners?named=true").json()["items"] == []

    @pytest.mark.parametrize(
        ("values", "reason"),
        [
            ({"lead": "局" * 101}, "the name of the organisation has more than 100 characters"),
            (
                {"supporting": [f"第{number}局" for number in range(21)]},
                "there are more than 20 supporting organisations",
            ),
            ({"lead": ["水利厅"]}, "should be text"),
        ],
    )
    def test_what_cannot_be_is_told(self, browser: TestClient, values: dict[str, Any], reason: str) -> None:
        wish = {"action": "change", "record": clause(browser, "云岭水库"), "values": values}
        answer = browser.post(f"/api/v1/documents/{document_of(browser)}/corrections?lang=en", json=wish)
        assert (answer.status_code, answer.json()["reason"]) == (400, reason)
        assert answer.json()["remedy"].isascii()


def suggestion(place: str, words: str) -> Suggestion:
    with Ledger(place) as ledger, ledger.read() as tables:
        found = next(item.suggestion for item in tables.select(Item) if words in item.text)
    assert found is not None
    return found


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("way", ["page", "program"])
def test_a_plan_is_opened_with_the_owners_named_in_the_reader(tmp_path: Path, backend: str, way: str) -> None:
    place = target(backend, tmp_path)
    with workbench(tmp_path, ledger=place) as browser:
        document = document_of(browser)
        press(browser, f"{clause(browser, '云岭水库')} 生态环境厅")
        press(browser, f"{clause(browser, '白石河')} 流域管理局")
        path = f"/documents/{document}/plan"
        grid = browser.get(f"{path}?grain=clause").text
        assert "100%</span> 人工确定" in grid
        if way == "page":
            opened = browser.post(path, data={"token": token(browser, path), "grain": "clause", "act": "open"})
            assert "台账已建好" in opened.text
        else:
            assert browser.post("/api/v1/plans", json={"document": document, "grain": "clause"}).status_code == 201
        reservoir, river = suggestion(place, "云岭水库"), suggestion(place, "白石河")
        assert (reservoir.lead, reservoir.confidence, reservoir.reasons) == ("ecology", 1.0, ("人工确定",))
        # Nobody of this name is in a new ledger: the item is open, and says so.
        assert (river.lead, river.confidence) == (None, 0.0)
        assert river.reasons == ("台账里没有“流域管理局”", "人工确定")


def test_an_organisation_of_ones_own_leads_where_the_ledger_has_it(tmp_path: Path) -> None:
    place = str(tmp_path / "台账.db")
    with workbench(tmp_path, ledger=place) as browser:
        document = document_of(browser)
        assert browser.post("/api/v1/plans", json={"document": document}).status_code == 201
        with Ledger(place) as ledger:
            ledger.record("supervisor", OrganisationAdded("basin", "流域管理局", OrganisationKind.DEPARTMENT, "630000"))
        press(browser, f"{clause(browser, '白石河')} 流域管理局")
        page = browser.get(f"/documents/{document}/plan").text
        assert 'value="流域管理局"' in page
        path = f"/documents/{document}/plan"
        data = {"token": token(browser, path), "grain": "sentence", "act": "open", "plan": "again"}
        assert "台账已建好" in browser.post(path, data=data).text
        with Ledger(place) as ledger, ledger.read() as tables:
            found = next(item for item in tables.select(Item, plan="again") if "白石河" in item.text)
        assert found.suggestion is not None
        assert (found.suggestion.lead, found.suggestion.confidence) == ("basin", 1.0)
        assert "water" in found.suggestion.supporting  # who was suggested for the other clauses of the sentence


def test_lines_that_are_merged_keep_whom_a_person_named(tmp_path: Path) -> None:
    with workbench(tmp_path, ledger=str(tmp_path / "l.db")) as browser:
        document = document_of(browser)
        press(browser, f"{clause(browser, '云岭水库')} 生态环境厅")
        path = f"/documents/{document}/plan"
        page = browser.get(f"{path}?grain=clause&sort=number").text
        rows = dict(re.findall(r'name="text-([^"]+)"[^>]*>([^<]*)</textarea>', page))
        road = next(number for number, text in rows.items() if "农村公路" in text)
        reservoir = next(number for number, text in rows.items() if "云岭水库" in text)
        data = {"token": token(browser, path), "grain": "clause", "act": "merge", "row": [road, reservoir]}
        merged = browser.post(path, data=data).text
        assert f'name="lead-{road}" value="生态环境厅"' in merged
