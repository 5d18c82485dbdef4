"""The closing statement on the page of a plan, held against next year's report out of the library."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from book_pages import PLAN, as_person, book
from docx import Document
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from web_server import client, token, upload

from duixian import samples
from duixian.cli.application import run
from duixian.ledger.closing import PlanClosed
from duixian.ledger.organisations import Grant, Person, PersonAdded, Role
from duixian.ledger.plans import Item, State
from duixian.ledger.progress import ProgressReported, Reading
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger

OTHER = """青川山省2024年政府工作报告
各位代表：
一、2023年工作回顾
地区生产总值增长5%。
二、2024年工作安排
地区生产总值增长5%左右。
"""


def documents(browser: TestClient) -> dict[int, str]:
    """The sample reports in the library, by the year that they review."""
    found = browser.get("/api/v1/documents").json()["items"]
    return {one["review_year"]: one["id"] for one in found if one["region_name"] == "岚川省"}


@contextmanager
def claimed(folder: Path, place: str) -> Iterator[tuple[TestClient, str, str]]:
    """A plan from the sample report of 2024 in which 500 new firms are reported, where next year's report tells 412."""
    with client(folder, ledger=place) as browser:
        browser.post("/library/samples", data={"token": token(browser)})
        form = {"token": token(browser), "grain": "sentence", "act": "open"}
        opened = browser.post(f"/documents/{documents(browser)[2023]}/plan", data=form)
        plan = re.search(r"/plans/([^?]+)", str(opened.url))
        assert plan is not None
        with Ledger(place) as ledger:
            with ledger.read() as tables:
                (who,) = (person.id for person in tables.select(Person))
                item, measure = next(
                    (item, one)
                    for item in tables.select(Item, plan=plan[1])
                    for one in item.measures
                    if "高新技术企业" in one.name
                )
            lead = item.suggestion.lead if item.suggestion else None
            assert lead is not None
            ledger.record(
                who,
                PersonAdded("owner", "责任人", lead, (Grant(Role.OWNER, lead),)),
                ItemMoved(item.id, "assign", lead=lead),
            )
            reading = Reading(measure.name, 500, measure.unit)
            ledger.record("owner", ItemMoved(item.id, "accept"), ProgressReported(item.id, "新增500家", (reading,)))
        yield browser, plan[1], place


def form_of(page: str) -> str:
    found = re.search(r'<form class="[^"]*settling".*?</form>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_what_the_ledger_claims_and_next_years_report_denies_comes_first(tmp_path: Path, place: str) -> None:
    with claimed(tmp_path, place) as (browser, plan, _):
        form = form_of(browser.get(f"/plans/{plan}").text)
        told = documents(browser)
        ((review, name),) = re.findall(r'<option value="([^"]+)">(.*?)</option>', form)
        assert review == told[2024]
        assert name.startswith("岚川省 2025")
        assert f'action="/plans/{plan}/closing.html"' in form
        for format in ("docx", "xlsx"):
            assert f'formaction="/plans/{plan}/closing.{format}"' in form
        page = browser.get(f"/plans/{plan}/closing.html?review={told[2024]}")
        assert page.status_code == 200
        assert "sandbox" in page.headers["content-security-policy"]
        second = page.text[page.text.index("<h2>二") : page.text.index("<h2>三")]
        assert "高新技术企业净增412家" in second
        first = re.search(r"<tbody>\s*<tr>.*?</tr>", second, re.DOTALL)
        assert first is not None
        assert "高新技术企业" in first[0]
        assert "500家" in first[0]
        plain = browser.get(f"/plans/{plan}/closing.html").text
        assert "高新技术企业净增412家" not in plain


def test_the_statement_is_saved_with_it_as_word_and_excel(tmp_path: Path, place: str) -> None:
    with claimed(tmp_path, place) as (browser, plan, _):
        review = documents(browser)[2024]
        saved = browser.get(f"/plans/{plan}/closing.docx?review={review}")
        assert saved.headers["content-disposition"].startswith("attachment;")
        text = "\n".join(cell.text for table in Document(io.BytesIO(saved.content)).tables for cell in table._cells)
        assert "412" in text
        book = load_workbook(io.BytesIO(browser.get(f"/plans/{plan}/closing.xlsx?review={review}").content))
        cells = [str(cell) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row]
        assert any("412" in cell for cell in cells)


def test_the_page_and_the_command_say_the_same(tmp_path: Path, place: str) -> None:
    with claimed(tmp_path, place) as (browser, plan, place):
        page = browser.get(f"/plans/{plan}/closing.html?review={documents(browser)[2024]}").text
    out = tmp_path / "交账.html"
    reports = ["--review", str(samples.report(2025)), "--report", str(samples.report(2024))]
    assert run(["write", "closing", plan, *reports, "-l", place, "-o", str(out)]) == 0
    tables = [re.findall(r"<tr>.*?</tr>", text, re.DOTALL) for text in (page, out.read_text("utf-8"))]
    assert len(tables[0]) > 100
    assert tables[0] == tables[1]


def test_without_next_years_report_in_the_library_the_page_says_which_to_add(tmp_path: Path, place: str) -> None:
    with claimed(tmp_path, place) as (browser, plan, _):
        review = documents(browser)[2024]
        browser.post("/library/remove", data={"token": token(browser), "document": review})
        upload(browser, ("青川山.txt", OTHER.encode()))
        page = browser.get(f"/plans/{plan}").text
        assert "请先把回顾2024年工作的报告（2025年初的）添加到文库" in page
        assert "settling" not in re.findall(r'<form class="([^"]*)"', page)
        gone = browser.get(f"/plans/{plan}/closing.html?review={review}")
        assert gone.status_code == 404
        assert "没有" in gone.text


def test_a_report_that_does_not_belong_to_the_plan_is_told(tmp_path: Path, place: str) -> None:
    with claimed(tmp_path, place) as (browser, plan, _):
        own = documents(browser)[2023]
        answer = browser.get(f"/plans/{plan}/closing.html?review={own}")
        assert answer.status_code == 400
        assert "没有回顾岚川省2024年的工作" in answer.text
        assert "--" not in re.sub(r"<[^>]+>", "", answer.text[answer.text.index("<main") :])


def test_without_the_report_that_opened_the_plan_it_is_asked_for(tmp_path: Path, place: str) -> None:
    with claimed(tmp_path, place) as (browser, plan, _):
        told = documents(browser)
        browser.post("/library/remove", data={"token": token(browser), "document": told[2023]})
        answer = browser.get(f"/plans/{plan}/closing.html?review={told[2024]}")
        assert answer.status_code == 400
        assert "建账所用的报告不在文库里" in answer.text
        english = browser.get(f"/plans/{plan}/closing.html?review={told[2024]}&lang=en").text
        assert "the report that the plan was opened from is not in the library" in english


def test_a_closed_plan_is_still_held_against_the_report(tmp_path: Path, place: str) -> None:
    with claimed(tmp_path, place) as (browser, plan, place):
        with Ledger(place) as ledger:
            with ledger.read() as tables:
                (who,) = (one.id for one in tables.select(Person) if one.id != "owner")
                items = tables.select(Item, plan=plan)
            for item in items:
                if item.state is not State.REGISTERED:
                    ledger.record(who, ItemMoved(item.id, "suspend", "停办"))
                ledger.record(who, ItemMoved(item.id, "terminate", "停办"))
            ledger.record(who, PlanClosed(plan, "交账"))
        page = browser.get(f"/plans/{plan}").text
        assert "结转未了结事项" not in page
        assert documents(browser)[2024] in form_of(page)


def test_only_who_oversees_the_plan_sees_and_gets_it(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, _):
        page = browser.get(f"/plans/{PLAN}").text
        assert "交账报告" in page
        # The year is not over: no report can tell of it yet.
        assert "与下一年度报告对账" not in page
        as_person(browser.app, "own1")  # type: ignore[arg-type]
        page = browser.get(f"/plans/{PLAN}").text
        assert "交账报告" not in page
        assert "添加到文库" not in page
        assert browser.get(f"/plans/{PLAN}/closing.html?review=doc1").status_code == 403


def test_the_reconciliation_speaks_english_too(tmp_path: Path, place: str) -> None:
    with claimed(tmp_path, place) as (browser, plan, _):
        assert "Each promise is held against next year" in browser.get(f"/plans/{plan}?lang=en").text
