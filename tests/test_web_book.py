"""The pages of the account book, by requests: what each person sees, does, and is told when something is in the way."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from book_pages import PERIOD, PLAN, ROUND, YEAR, as_person, book, fill, opened_round
from fastapi.testclient import TestClient
from ledger_office import postgres, target
from openpyxl import load_workbook
from web_server import HOST, client, token

from duixian.access.accounts import Accounts
from duixian.access.links import sign
from duixian.ledger.plans import Item, State
from duixian.ledger.progress import Progress, ProgressReported, Reading
from duixian.ledger.publication import ItemsPublished
from duixian.ledger.rounds import Round, RoundClosed
from duixian.ledger.store import Ledger
from duixian.ledger.tables import Tables
from duixian.web.app import create_app
from duixian.web.settings import Settings


def words(html: str) -> str:
    return re.sub(r"(?:<[^>]+>|\s)+", " ", html)


def slip(number: int, key: str, version: int, **fields: str) -> dict[str, str]:
    """The fields of a slip as the page sends them."""
    values = {
        "item": f"{PLAN}/{number}",
        "round": ROUND,
        "version": str(version),
        "before": "",
        "sentence": "",
        **fields,
    }
    return {name + key: value for name, value in values.items()}


def reports(tables: Tables, item: str) -> list[Progress]:
    return tables.select(Progress, item=item)


# Opening a plan.


def sample(browser: TestClient) -> str:
    browser.post("/library/samples", data={"token": token(browser)})
    found = browser.get("/api/v1/documents").json()["items"]
    return str(max(found, key=lambda each: each["plan_year"])["id"])


def rows_of(html: str) -> list[str]:
    return re.findall(r'name="row" value="([^"]+)"', html)


def test_a_plan_is_opened_from_a_document_of_the_library_with_what_was_corrected(tmp_path: Path, place: str) -> None:
    with client(tmp_path, ledger=place) as browser:
        document = sample(browser)
        assert f"/documents/{document}/plan" in browser.get(f"/documents/{document}").text
        page = browser.get(f"/documents/{document}/plan").text
        rows = rows_of(page)
        office = re.search(r'<option value="([^"]+)"></option>', page)
        assert office is not None
        form = {"token": token(browser), "grain": "sentence", "act": "open", f"out-{rows[0]}": "1"}
        form |= {f"lead-{rows[1]}": office[1], f"supporting-{rows[1]}": "", f"text-{rows[1]}": "改过的任务"}
        answer = browser.post(f"/documents/{document}/plan", data=form)
        assert answer.status_code == 200
        assert "台账已建好" in answer.text
        plan = re.search(r"/plans/([^?]+)", str(answer.url))
        assert plan is not None
        with Ledger(place) as ledger, ledger.read() as tables:
            items = {item.number: item for item in tables.select(Item, plan=plan[1])}
        assert len(items) == len(rows) - 1
        assert rows[0] not in items
        assert items[rows[1]].text == "改过的任务"
        assert items[rows[1]].suggestion is not None
        assert items[rows[1]].suggestion.reasons == ("人工确定",)
        assert all(item.evidence for item in items.values())
        reader = browser.get(f"/items/{plan[1]}/{rows[1]}").text
        assert f"/documents/{document}?record=" in reader


def test_the_grid_merges_sets_leads_and_keeps_what_was_typed_when_something_is_wrong(
    tmp_path: Path, place: str
) -> None:
    with client(tmp_path, ledger=place) as browser:
        document = sample(browser)
        path = f"/documents/{document}/plan"
        first, second, third = rows_of(browser.get(path).text)[:3]
        base = {"token": token(browser), "grain": "sentence"}
        merged = browser.post(path, data={**base, "act": "merge", "row": [first, second]}).text
        assert f'name="members-{first}" value="{first}+{second}"' in merged
        assert second not in rows_of(merged)
        assert "由 2 项合并" in merged
        none = browser.post(path, data={**base, "act": "merge", f"text-{third}": "先改的字"})
        assert (none.status_code, "还没有选中事项" in none.text, "先改的字" in none.text) == (400, True, True)
        wrong = browser.post(
            path, data={**base, "act": "open", f"lead-{third}": "没有这个局", f"text-{third}": "先改的字"}
        )
        assert wrong.status_code == 400
        assert "没有这个单位" in wrong.text
        assert "先改的字" in wrong.text
        led = browser.post(path, data={**base, "act": "lead", "row": [third], "bulk-lead": "财政厅"}).text
        assert f'name="lead-{third}" value="财政厅"' in led
        done = browser.post(path, data={**base, "act": "open", f"members-{first}": f"{first}+{second}"})
        assert "台账已建好" in done.text
        with Ledger(place) as ledger, ledger.read() as tables:
            item = next(item for item in tables.select(Item) if item.number == first)
            assert not any(item.number == second for item in tables.select(Item))
        assert len(item.evidence) >= 2


def test_a_server_without_a_ledger_says_how_to_start_one(tmp_path: Path) -> None:
    with client(tmp_path) as browser:
        for page in ("/plans", "/minute"):
            assert "duixian serve --ledger" in browser.get(page).text or "台账" in browser.get(page).text
        assert "还没有台账" in browser.get("/plans").text


# Lists.


def test_lists_are_filtered_by_the_address_counted_and_exported_as_shown(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place, items=120) as (browser, _):
        page = browser.get(f"/plans/{PLAN}").text
        assert "120" in page
        assert page.count('name="item"') == 50
        one = browser.get(f"/plans/{PLAN}?organisation=dept1&q=公路").text
        assert "60 / 120" in words(one)
        assert browser.get(f"/plans/{PLAN}?page=3").text.count('name="item"') == 20
        board = browser.get(f"/plans/{PLAN}?view=state").text
        assert "签收" in board
        assert "还有 108 项" in board
        text = browser.get(f"/plans/{PLAN}/items.csv?organisation=dept2").text
        assert len(text.splitlines()) == 61
        sheet = load_workbook(io.BytesIO(browser.get(f"/plans/{PLAN}/items.xlsx?q=公路7公里").content)).worksheets[0]
        assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["新建农村公路7公里"]
        assert browser.get(f"/plans/{PLAN}?state=nonsense&light=x&due=y&view=z").status_code == 200


def test_ten_thousand_items_come_in_a_small_page(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place, items=10_000, departments=40) as (browser, ledger):
        browser.get(f"/plans/{PLAN}")
        for path in (f"/plans/{PLAN}", f"/plans/{PLAN}?view=state", f"/plans/{PLAN}?q=77&sort=deadline&page=2"):
            # A report in between: what it concerns is read anew, and nothing else.
            ledger.record("own1", ProgressReported(f"{PLAN}/1", "有进展"))
            answer = browser.get(path)
            assert answer.status_code == 200
            assert len(answer.content) < 100_000, path
        assert "10,000" in browser.get(f"/plans/{PLAN}").text


def test_chosen_items_are_published_and_taken_back(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        form = {"token": token(browser), "act": "publish", "item": [f"{PLAN}/1", f"{PLAN}/2"]}
        assert "已公开 2 项" in browser.post(f"/plans/{PLAN}", data=form).text
        assert (
            "已撤下 1 项" in browser.post(f"/plans/{PLAN}", data={**form, "act": "conceal", "item": f"{PLAN}/1"}).text
        )
        with ledger.read() as tables:
            assert [item.id for item in tables.select(Item) if item.public] == [f"{PLAN}/2"]


# Items.


def test_an_item_shows_its_words_and_takes_the_actions_of_whoever_looks(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        page = browser.get(f"/items/{PLAN}/1").text
        assert "新建农村公路1公里" in page
        assert "第1局" in page
        assert 'value="suspend"' in page
        assert 'value="submit"' not in page
        as_person(browser.app, "own1")  # type: ignore[arg-type]
        page = browser.get(f"/items/{PLAN}/1").text
        assert 'value="start"' in page
        assert 'value="suspend"' not in page
        answer = browser.post(f"/items/{PLAN}/1", data={"token": token(browser), "version": "3", "act": "start"})
        assert "已保存" in answer.text
        with ledger.read() as tables:
            assert tables.need(Item, f"{PLAN}/1", "").state is State.IN_PROGRESS
        assert browser.get(f"/items/chart.svg?item={PLAN}/1").text.startswith("<svg")


def test_the_second_of_two_who_edit_an_item_is_told_and_shown_both(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, _):
        form = {"token": token(browser), "version": "3", "act": "revise", "kind": "task", "measures": "里程≥1公里"}
        assert "已保存" in browser.post(f"/items/{PLAN}/1", data={**form, "text": "甲改的话", "reason": "核对"}).text
        second = browser.post(f"/items/{PLAN}/1", data={**form, "text": "乙改的话", "reason": "再核对"})
        assert second.status_code == 409
        shown = words(second.text)
        assert "已被他人更新" in shown
        assert "您填写时，别人已经改过" in shown
        assert shown.count("乙改的话") >= 2
        assert "甲改的话" in shown
        assert 'name="version" value="4"' in second.text
        assert "已保存" in browser.post(f"/items/{PLAN}/1", data={**form, "version": "4", "text": "乙改的话"}).text


def test_other_organisations_items_are_refused_everywhere(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        opened_round(ledger)
        as_person(browser.app, "own1")  # type: ignore[arg-type]
        for path in (f"/items/{PLAN}/2", f"/items/chart.svg?item={PLAN}/2", f"/api/v1/items/{PLAN}/2"):
            answer = browser.get(path)
            assert answer.status_code == 403, path
            assert "其他单位的事项" in answer.text
            assert "公路2公里" not in answer.text
        listed = browser.get(f"/plans/{PLAN}").text
        assert "公路1公里" in listed
        assert "公路2公里" not in listed
        assert "公路2公里" not in browser.get(f"/rounds/{ROUND}").text
        assert "公路2公里" not in browser.get("/minute").text
        assert "公路2公里" not in browser.get(f"/plans/{PLAN}/items.csv").text
        for path in (f"/plans/{PLAN}/table", f"/plans/{PLAN}/table.xlsx", f"/leader/{PLAN}"):
            assert "公路2公里" not in browser.get(path).text
        answer = browser.post(
            "/minute", data={"token": token(browser), **slip(2, "-0", 3, value0="1", sentence="越权")}
        )
        assert "不是该事项" in answer.text
        with ledger.read() as tables:
            assert reports(tables, f"{PLAN}/2") == []


def test_a_reader_changes_nothing(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        before = ledger.head().sequence
        as_person(browser.app, "guest")  # type: ignore[arg-type]
        assert "新建农村公路2公里" in browser.get(f"/plans/{PLAN}").text
        csrf = (
            token(browser, f"/items/{PLAN}/1")
            if 'name="token"' in browser.get(f"/items/{PLAN}/1").text
            else token(browser)
        )
        browser.post(f"/items/{PLAN}/1", data={"token": csrf, "version": "3", "act": "suspend", "reason": "x"})
        browser.post(f"/plans/{PLAN}", data={"token": csrf, "act": "publish", "item": f"{PLAN}/1"})
        browser.post(f"/plans/{PLAN}/rounds", data={"token": csrf, "period": PERIOD})
        assert ledger.head().sequence == before


def test_files_of_a_report_come_back_as_they_were_and_a_bad_one_loses_no_word(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        as_person(browser.app, "own1")  # type: ignore[arg-type]
        form = {"token": token(browser), "act": "report", **slip(1, "", 3, value0="1", sentence="全线贯通")} | {
            "round": ""
        }
        empty = browser.post(f"/items/{PLAN}/1", data=form, files={"files": ("空.pdf", b"")})
        assert empty.status_code == 400
        assert "文件是空的" in empty.text
        with ledger.read() as tables:
            assert reports(tables, f"{PLAN}/1") == []
        good = browser.post(f"/items/{PLAN}/1", data=form, files={"files": ("../验收<单>.txt", "合格".encode())})
        assert "已保存" in good.text
        found = re.search(r"/items/file\?item=([^&]+)&amp;sha256=([0-9a-f]+)", good.text)
        assert found is not None
        got = browser.get("/items/file", params={"item": f"{PLAN}/1", "sha256": found[2]})
        assert got.content == "合格".encode()
        assert got.headers["content-disposition"].startswith("attachment;")
        assert got.headers["x-content-type-options"] == "nosniff"
        assert browser.get("/items/file", params={"item": f"{PLAN}/3", "sha256": found[2]}).status_code == 400


# My minute.


def test_a_clerk_reports_one_number_and_one_sentence_with_the_last_words_filled_in(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        ledger.record("own1", ProgressReported(f"{PLAN}/1", "路基完成", (Reading("里程", 0.5, "公里"),)))
        opened_round(ledger)
        as_person(browser.app, "own1")  # type: ignore[arg-type]
        page = browser.get("/minute").text
        assert "路基完成" in page
        assert "上次 0.5" in page
        assert page.count('class="panel slip') == 2
        form = {"token": token(browser), **slip(1, "-0", 4, value0="０．８", sentence="路面完成", before="路基完成")}
        form |= slip(3, "-1", 3, value0="")
        answer = browser.post("/minute", data=form)
        assert "已收到 1 项" in answer.text
        assert "还有 1 项，共 2 项" in answer.text
        with ledger.read() as tables:
            last = reports(tables, f"{PLAN}/1")[-1]
            assert (last.readings[0].value, last.sentence) == (0.8, "路面完成")
            assert reports(tables, f"{PLAN}/3") == []


def test_the_same_report_sent_twice_is_written_once(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        opened_round(ledger)
        as_person(browser.app, "own1")  # type: ignore[arg-type]
        form = {"token": token(browser), "only": f"{PLAN}/1", **slip(1, "-0", 3, value0="1", sentence="贯通")}
        for _ in range(3):
            assert "已收到 1 项" in browser.post("/minute", data=form).text
        with ledger.read() as tables:
            assert len(reports(tables, f"{PLAN}/1")) == 1
        wish = {
            "item": f"{PLAN}/3",
            "version": 3,
            "sentence": "贯通",
            "readings": [{"measure": "里程", "value": 3, "unit": "公里"}],
        }
        answers = [browser.post("/api/v1/reports", json=wish, headers={"origin": HOST}).json() for _ in range(2)]
        assert [each["repeated"] for each in answers] == [False, True]


def test_another_report_meanwhile_is_shown_beside_ones_own(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        opened_round(ledger)
        ledger.record("help1", ProgressReported(f"{PLAN}/1", "配合人先报", (Reading("里程", 0.2, "公里"),)))
        as_person(browser.app, "own1")  # type: ignore[arg-type]
        answer = browser.post(
            "/minute",
            data={"token": token(browser), "only": f"{PLAN}/1", **slip(1, "-0", 3, value0="0.9", sentence="我的话")},
        )
        assert answer.status_code == 409
        assert "别人刚报的" in answer.text
        assert "配合人先报" in answer.text
        assert "我的话" in answer.text
        assert 'value="0.9"' in answer.text


def test_a_page_that_outlived_its_round_keeps_the_words_and_says_what_to_do(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        opened_round(ledger)
        ledger.record("li", RoundClosed(ROUND))
        as_person(browser.app, "own1")  # type: ignore[arg-type]
        form = {"token": token(browser), "only": f"{PLAN}/1", **slip(1, "-0", 3, value0="1", sentence="昨晚写的话")}
        answer = browser.post("/minute", data=form)
        assert answer.status_code == 409
        assert "这一期已经关闭" in answer.text
        assert "作为日常进展补报" in answer.text
        assert "昨晚写的话" in answer.text
        with ledger.read() as tables:
            assert reports(tables, f"{PLAN}/1") == []
        kept = re.findall(r'<input type="hidden" name="([a-z0-9]+-401)" value="([^"]*)"', answer.text)
        again = browser.post(
            "/minute",
            data={"token": token(browser), "anyway": f"{PLAN}/1", **dict(kept), "sentence-401": "昨晚写的话"},
        )
        assert "已收到 1 项" in again.text
        with ledger.read() as tables:
            last = reports(tables, f"{PLAN}/1")[-1]
            assert (last.sentence, last.readings[0].value) == ("昨晚写的话", 1)


@contextmanager
def linked(folder: Path, place: str, **options: Any) -> Iterator[tuple[Callable[..., TestClient], Ledger]]:
    """A workbench with an account, which is open to nobody but by links: a client for a person's link, the ledger."""
    with Ledger(place) as ledger:
        fill(ledger, 4, 2)
        opened_round(ledger)
        Accounts(ledger).add("li", "li", "li", "correct horse battery staple")
        app = create_app(Settings(folder / "corpus", ledger=place, **options))

        def follow(person: str, hours: float = 1) -> TestClient:
            browser = TestClient(app, base_url=HOST, follow_redirects=True)
            end = datetime.now(UTC) + timedelta(hours=hours)
            browser.get(f"/l/{sign(app.state.settings.key, person, ROUND, end)}")
            return browser

        yield follow, ledger
        app.state.book.close()


def test_a_link_leads_to_ones_own_minute_and_to_nothing_else(tmp_path: Path, place: str) -> None:
    with linked(tmp_path, place) as (follow, ledger):
        browser = follow("own1")
        page = browser.get("/minute").text
        assert "公路1公里" in page
        assert "公路2公里" not in page
        csrf = {"token": token(browser, "/minute")}
        assert (
            "已收到 1 项"
            in browser.post("/minute", data={**csrf, **slip(1, "-0", 3, value0="1", sentence="通车")}).text
        )
        outside = {**csrf, **slip(3, "-0", 3, value0="1", sentence="绕过调度期"), "round-0": ""}
        assert "这个链接只能填报它所指的调度期" in browser.post("/minute", data=outside).text
        with ledger.read() as tables:
            assert reports(tables, f"{PLAN}/3") == []
        for path in (f"/items/{PLAN}/1", f"/plans/{PLAN}", f"/leader/{PLAN}", "/api/v1/minute"):
            assert "公路1公里" not in browser.get(path).text


def test_a_link_that_has_ended_gives_the_words_back(tmp_path: Path, place: str) -> None:
    with linked(tmp_path, place) as (follow, ledger):
        browser = follow("own1")
        csrf = {"token": token(browser, "/minute")}
        ledger.record("li", RoundClosed(ROUND))
        answer = browser.post("/minute", data={**csrf, **slip(1, "-0", 3, value0="1", sentence="昨晚写的话")})
        assert answer.status_code == 410
        assert "调度期已经关闭" in answer.text
        assert "昨晚写的话" in answer.text
        expired = follow("own2", hours=-1)
        late = sign(expired.app.state.settings.key, "own2", ROUND, datetime.now(UTC) - timedelta(hours=1))  # type: ignore[attr-defined]
        told = expired.get(f"/l/{late}")
        assert (told.status_code, "这个链接已经过期" in told.text) == (410, True)
        assert "公路2公里" not in expired.get("/minute").text


def test_a_whole_office_reports_by_links_from_one_address(tmp_path: Path, place: str) -> None:
    with linked(tmp_path, place, changes=1) as (follow, _):
        for person, number in (("own1", 1), ("own2", 2)):
            browser = follow(person)
            form = {"token": token(browser, "/minute"), **slip(number, "-0", 3, value0="1", sentence="通车")}
            assert "已收到 1 项" in browser.post("/minute", data=form).text
        assert browser.post("/minute", data=form).status_code == 429


def test_what_cannot_be_taken_is_told_at_its_item_and_the_others_are_written(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        opened_round(ledger)
        as_person(browser.app, "own1")  # type: ignore[arg-type]
        form = {"token": token(browser), **slip(1, "-0", 3, value0="一公里", sentence="写错的数")}
        form |= slip(3, "-1", 3, value0="2", sentence="写对的数")
        answer = browser.post("/minute", data=form)
        assert "“一公里”不是一个数" in answer.text
        assert "写错的数" in answer.text
        assert "已收到 1 项" in answer.text
        with ledger.read() as tables:
            assert (len(reports(tables, f"{PLAN}/1")), len(reports(tables, f"{PLAN}/3"))) == (0, 1)
        assert (
            "还没有填写" in browser.post("/minute", data={"token": token(browser), **slip(1, "-0", 3, value0="")}).text
        )


def test_an_item_that_waits_is_accepted_with_its_first_report(tmp_path: Path, place: str) -> None:
    from duixian.ledger.states import ItemMoved

    with book(tmp_path, place) as (browser, ledger):
        ledger.record("li", ItemMoved(f"{PLAN}/1", "transfer", "换个单位", "dept2"))
        opened_round(ledger)
        as_person(browser.app, "own2")  # type: ignore[arg-type]
        assert "签收并提交" in browser.get("/minute").text
        form = {"token": token(browser), "only": f"{PLAN}/1", **slip(1, "-0", 4, value0="1", sentence="已开工")}
        assert "已收到 1 项" in browser.post("/minute", data=form).text
        with ledger.read() as tables:
            assert tables.need(Item, f"{PLAN}/1", "").state is State.IN_PROGRESS


# Rounds.


def test_a_round_is_opened_watched_closed_with_a_look_beforehand_and_kept(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        csrf = token(browser)
        wrong = browser.post(f"/plans/{PLAN}/rounds", data={"token": csrf, "period": "去年"})
        assert wrong.status_code == 400
        assert "不是调度期的写法" in wrong.text
        begun = browser.post(f"/plans/{PLAN}/rounds", data={"token": csrf, "period": PERIOD, "due": f"{YEAR}-12-31"})
        assert "调度期已开启" in begun.text
        ledger.record("own1", ProgressReported(f"{PLAN}/1", "通车", (Reading("里程", 1, "公里"),)))
        page = words(browser.get(f"/rounds/{ROUND}").text)
        assert "未报 3" in page
        assert "第2局（责任人2、配合人2）：还有2项进展未报" in page
        look = words(browser.get(f"/rounds/{ROUND}?closing=1").text)
        assert "应报 4 项，已报 1 项（迟报 0 项），未报 3 项" in look
        closed = browser.post(f"/rounds/{ROUND}", data={"token": csrf})
        assert "当时的情况已固定保存" in closed.text
        with ledger.read() as tables:
            digest = tables.need(Round, ROUND, "").digest
        assert digest is not None
        assert digest[:16] in closed.text
        twice = browser.post(f"/rounds/{ROUND}", data={"token": csrf})
        assert (twice.status_code, "已经关闭" in twice.text) == (409, True)


# The table.


def test_the_table_goes_out_and_comes_back_with_every_change_shown_first(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        data = browser.get(f"/plans/{PLAN}/table.xlsx").content
        assert browser.get(f"/plans/{PLAN}/table.docx").content[:2] == b"PK"
        csrf = token(browser)
        same = browser.post(f"/plans/{PLAN}/table", data={"token": csrf}, files={"file": ("表.xlsx", data)})
        assert "没有改动" in same.text
        edited = load_workbook(io.BytesIO(data))
        sheet = edited.worksheets[0]
        cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "新建农村公路2公里")
        cell.value = "新建农村公路2公里并养护"
        out = io.BytesIO()
        edited.save(out)
        shown = browser.post(f"/plans/{PLAN}/table", data={"token": csrf}, files={"file": ("表.xlsx", out.getvalue())})
        assert "<ins>新建农村公路2公里并养护</ins>" in shown.text
        with ledger.read() as tables:
            assert tables.need(Item, f"{PLAN}/2", "").text == "新建农村公路2公里"
        kept = re.search(r'name="kept" value="([^"]+)"', shown.text)
        assert kept is not None
        done = browser.post(f"/plans/{PLAN}/table", data={"token": csrf, "kept": kept[1]})
        assert "已经写入" in done.text
        with ledger.read() as tables:
            assert tables.need(Item, f"{PLAN}/2", "").text == "新建农村公路2公里并养护"
        gone = browser.post(f"/plans/{PLAN}/table", data={"token": csrf, "kept": "nothing"})
        assert "请重新上传" in gone.text
        bad = browser.post(f"/plans/{PLAN}/table", data={"token": csrf}, files={"file": ("表.xlsx", b"not a table")})
        assert bad.status_code == 400


# The leader's and the public page.


def test_the_leaders_page_holds_what_went_wrong_and_what_is_asked(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        report = ProgressReported(f"{PLAN}/1", "受阻", (Reading("里程", 0.1, "公里"),), help="请协调用地指标")
        ledger.record("own1", report)
        as_person(browser.app, "zhang")  # type: ignore[arg-type]
        page = browser.get(f"/leader/{PLAN}").text
        assert "请协调用地指标" in page
        assert browser.get(f"/leader/{PLAN}.docx").content[:2] == b"PK"
        printed = browser.get(f"/leader/{PLAN}.html")
        assert "请协调用地指标" in printed.text
        assert "sandbox" in printed.headers["content-security-policy"]


def test_a_rounds_bulletin_is_looked_at_and_saved(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        opened_round(ledger)
        ledger.record("li", RoundClosed(ROUND))
        assert "第1局" in browser.get(f"/rounds/{ROUND}/bulletin.html").text
        for format in ("docx", "xlsx"):
            saved = browser.get(f"/rounds/{ROUND}/bulletin.{format}")
            assert saved.content[:2] == b"PK"
            assert saved.headers["content-disposition"].startswith("attachment;")
        assert browser.get(f"/rounds/{ROUND}/bulletin.exe").status_code == 400
        assert browser.get(f"/plans/{PLAN}/statement.html?organisation=dept2").status_code == 200
        as_person(browser.app, "own1")  # type: ignore[arg-type]
        assert browser.get(f"/rounds/{ROUND}/bulletin.html").status_code == 403


def test_orders_and_problems_of_an_item_go_their_way_on_its_page(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, _):
        form = {"token": token(browser), "words": "请说明滞后原因", "day": f"{YEAR + 1}-01-15"}
        assert "请说明滞后原因" in browser.post(f"/items/{PLAN}/1", data={**form, "act": "order"}).text
        assert (
            "路面未压实"
            in browser.post(f"/items/{PLAN}/1", data={**form, "act": "problem", "words": "路面未压实"}).text
        )
        as_person(browser.app, "own1")  # type: ignore[arg-type]
        page = browser.get(f"/items/{PLAN}/1").text
        sign = re.search(r'value="(order:sign:[^"]+)"', page)
        assert sign is not None
        signed = browser.post(f"/items/{PLAN}/1", data={**form, "words": "", "day": "", "act": sign[1]})
        assert signed.status_code == 200
        assert "order:reply:" in signed.text
        wrong = browser.post(f"/items/{PLAN}/1", data={**form, "act": "order"})
        assert wrong.status_code == 400
        assert "无权" in wrong.text


def test_the_public_page_shows_only_what_is_public_and_can_be_kept_by_anybody(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        report = ProgressReported(f"{PLAN}/1", "内部的话", (Reading("里程", 0.7, "公里"),), problems="内部的问题")
        ledger.record("own1", report)
        as_person(browser.app, None)  # type: ignore[arg-type]
        paths = [f"/public/{PLAN}", f"/public/{PLAN}.json", f"/public/{PLAN}.csv", f"/api/v1/public/{PLAN}"]
        for path in paths:
            assert browser.get(path).status_code == 404
        for path in ("/public/none", "/public/%00"):
            assert words(browser.get(path).text) == words(browser.get(f"/public/{PLAN}").text)
        ledger.record("zhang", ItemsPublished(PLAN, (f"{PLAN}/1",)))
        before = browser.get(f"/public/{PLAN}").text
        assert "0.7" not in before
        opened_round(ledger)
        ledger.record("own1", ProgressReported(f"{PLAN}/1", "内部的话二", (Reading("里程", 0.9, "公里"),)))
        ledger.record("li", RoundClosed(ROUND))
        browser.cookies.clear()
        for path in paths:
            answer = browser.get(path)
            assert answer.status_code == 200
            assert "set-cookie" not in answer.headers
            assert answer.headers["cache-control"].startswith("public")
            assert "新建农村公路1公里" in answer.text
            assert "0.9" in answer.text
            for private in ("内部的", "责任人1", "own1", "张市长", "李督查", "公路2公里", "red", "红灯"):
                assert private not in answer.text, (path, private)


# What goes wrong.


def test_a_file_that_goes_away_is_told_in_words_and_comes_back(tmp_path: Path) -> None:
    place, away = tmp_path / "台账.db", tmp_path / "away.db"
    with book(tmp_path, str(place)) as (browser, ledger):
        assert browser.get(f"/plans/{PLAN}").status_code == 200
        ledger.close()
        place.rename(away)
        for path in ("/plans", f"/plans/{PLAN}", "/minute", f"/items/{PLAN}/1", f"/api/v1/plans/{PLAN}"):
            answer = browser.get(path)
            assert answer.status_code == 503, path
            assert "台账暂时打不开" in answer.text
        away.rename(place)
        assert browser.get(f"/plans/{PLAN}").status_code == 200


def test_a_database_server_that_stops_is_told_in_words_and_found_again(tmp_path: Path) -> None:
    with book(tmp_path, target("postgresql", tmp_path)) as (browser, _):
        assert browser.get(f"/plans/{PLAN}").status_code == 200
        server = postgres()
        server.stop()
        try:
            for path in ("/plans", f"/plans/{PLAN}", "/minute", f"/items/{PLAN}/1", f"/api/v1/plans/{PLAN}"):
                answer = browser.get(path)
                assert answer.status_code == 503, path
                assert "psycopg" not in answer.text
                assert "Traceback" not in answer.text
        finally:
            server.start()
        assert browser.get(f"/plans/{PLAN}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/plans/none", "/items/none", "/rounds/none", "/leader/none", "/plans/none/table", "/items/a%00b"]
)
def test_what_is_not_there_is_told_with_the_nearest_names(tmp_path: Path, path: str, place: str) -> None:
    with book(tmp_path, place) as (browser, _):
        answer = browser.get(path)
        assert answer.status_code in (400, 404)
        assert "没有这个" in answer.text


def test_every_page_speaks_english_too(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        opened_round(ledger)
        ledger.record("zhang", ItemsPublished(PLAN, (f"{PLAN}/1",)))
        paths = ("/plans", f"/plans/{PLAN}", f"/items/{PLAN}/1", f"/rounds/{ROUND}", "/minute", f"/leader/{PLAN}")
        for path in (*paths, f"/plans/{PLAN}/rounds", f"/plans/{PLAN}/table", f"/public/{PLAN}"):
            answer = browser.get(path, params={"lang": "en"})
            assert answer.status_code == 200, path
            assert '<html lang="en">' in answer.text
