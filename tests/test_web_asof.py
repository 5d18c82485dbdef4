"""The account book's pages as they stood on an earlier day: for reading only, and only by who may see them now."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from book_pages import PERIOD, PLAN, ROUND, YEAR, as_person, fill, workbench
from fastapi.testclient import TestClient
from ledger_office import Clock
from openpyxl import load_workbook
from web_server import HOST, token

from duixian.ledger.orders import OrderIssued
from duixian.ledger.plans import Item, PlanOpened
from duixian.ledger.progress import ProgressReported, Reading
from duixian.ledger.ranking import RankingPublished
from duixian.ledger.rounds import RoundClosed, RoundOpened
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger
from duixian.web.bookkeeping import today

TODAY = today()


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


BEGAN, FIRST, MOVED, CLOSED = ago(40), ago(20), ago(10), ago(5)
ITEM, OTHER = f"{PLAN}/1", f"{PLAN}/2"
PAGES = (
    "/plans",
    f"/plans/{PLAN}",
    f"/plans/{PLAN}?view=state&organisation=dept1",
    f"/plans/{PLAN}?view=light",
    f"/items/{ITEM}",
    f"/plans/{PLAN}/rounds",
    f"/rounds/{ROUND}?show=owing",
    f"/rounds/{ROUND}/ranking",
    f"/plans/{PLAN}/table",
    f"/leader/{PLAN}",
)
_BOOK = ("/plans", "/items/", "/rounds/", "/leader/")


@contextmanager
def weeks(place: str, items: int = 4) -> Iterator[tuple[Ledger, Clock]]:
    """A book of some weeks: begun, first reported in, an item moved and reported again, a round closed."""
    clock = Clock()
    with Ledger(place, clock) as ledger:
        clock.set(BEGAN)
        fill(ledger, items, 2)
        clock.set(FIRST)
        ledger.record("own1", ProgressReported(ITEM, "路基完成", (Reading("里程", 0.5, "公里"),)))
        ledger.record("li", RoundOpened(PLAN, PERIOD, f"{YEAR}-12-31"))
        clock.set(MOVED)
        ledger.record("li", OrderIssued("dept1", "进展滞后", "请说明滞后原因", ago(1), items=(ITEM,)))
        ledger.record("own1", ProgressReported(ITEM, "路面完成", (Reading("里程", 0.9, "公里"),)))
        ledger.record("li", ItemMoved(OTHER, "transfer", "职能调整", "dept1"))
        clock.set(CLOSED)
        ledger.record("li", RoundClosed(ROUND), RankingPublished(PLAN, "reporting", period=PERIOD))
        clock.set(ago(0))
        yield ledger, clock


@contextmanager
def kept(folder: Path, place: str, items: int = 4) -> Iterator[tuple[TestClient, Ledger, Clock]]:
    """The book of some weeks with a client of its workbench."""
    with weeks(place, items) as (ledger, clock):
        app = workbench(folder, place)
        with TestClient(app, base_url=HOST, follow_redirects=True) as browser:
            yield browser, ledger, clock
        app.state.book.close()


def body(html: str) -> str:
    """What stands between the head and the foot of a page."""
    found = re.search(r"<main.*</main>", html, re.DOTALL)
    assert found is not None
    return found[0]


def links(html: str) -> list[str]:
    """The addresses of the account book that a page leads to or shows."""
    found = [one.replace("&amp;", "&") for one in re.findall(r'(?:href|src)="([^"]+)"', html)]
    return [one for one in found if one.startswith(_BOOK) and not one.startswith("/items/file")]


def day_in(address: str) -> str:
    return "".join(parse_qs(urlsplit(address).query).get("as_of", []))


def with_day(path: str, day: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}as_of={day}"


def rows_of(text: str) -> dict[str, dict[str, str]]:
    """The lines of an exported list by their number."""
    return {row["序号"]: row for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff")))}


def test_an_item_is_seen_as_it_stood_on_the_day_that_is_asked_for(tmp_path: Path, place: str) -> None:
    with kept(tmp_path, place) as (browser, _, _):
        now = browser.get(f"/items/{ITEM}").text
        assert "路面完成" in now
        assert "请说明滞后原因" in now
        assert "只读" not in now
        early = browser.get(f"/items/{ITEM}?as_of={FIRST}").text
        assert f"截至 {FIRST} 的台账，只读" in early
        assert "路基完成" in early
        assert "路面完成" not in early
        assert "请说明滞后原因" not in early
        assert ">0.5公里<" in early
        later = browser.get(f"/items/{ITEM}?as_of={MOVED}").text
        assert "路面完成" in later
        assert "请说明滞后原因" in later
        chart = f"/items/chart.svg?item={ITEM}&as_of="
        assert browser.get(chart + FIRST).text != browser.get(chart + MOVED).text


def test_the_list_and_what_is_exported_from_it_are_of_that_day(tmp_path: Path, place: str) -> None:
    with kept(tmp_path, place) as (browser, ledger, _):
        for day in (BEGAN, ago(30), FIRST, MOVED, CLOSED, ago(0)):
            answer = browser.get(f"/plans/{PLAN}/items.csv?as_of={day}")
            assert f"截至{day}.csv" in unquote(answer.headers["content-disposition"])
            listed = rows_of(answer.text)
            with ledger.read(date.fromisoformat(day)) as then:
                items = {item.number: item for item in then.select(Item, plan=PLAN)}
            assert set(listed) == set(items)
            owners = {"dept1": "第1局", "dept2": "第2局"}
            assert {number: row["牵头单位"] for number, row in listed.items()} == {
                number: owners[item.lead or ""] for number, item in items.items()
            }
        assert listed["2"]["牵头单位"] == "第1局"
        assert rows_of(browser.get(f"/plans/{PLAN}/items.csv?as_of={FIRST}").text)["2"]["牵头单位"] == "第2局"
        data = browser.get(f"/plans/{PLAN}/items.xlsx?organisation=dept2&as_of={FIRST}").content
        assert load_workbook(io.BytesIO(data)).worksheets[0].max_row == 3
        for query, shown in ((f"&as_of={FIRST}", True), ("", False)):
            page = browser.get(f"/plans/{PLAN}?organisation=dept2{query}").text
            table = re.search(r"<tbody>.*?</tbody>", page, re.DOTALL)
            assert table is not None
            assert ("新建农村公路2公里" in table[0]) is shown


def test_a_round_is_open_before_it_closed_and_has_no_ranking_published_yet(tmp_path: Path, place: str) -> None:
    with kept(tmp_path, place) as (browser, _, _):
        assert "已固定" in browser.get(f"/rounds/{ROUND}?as_of={CLOSED}").text
        early = browser.get(f"/rounds/{ROUND}?as_of={FIRST}").text
        assert "已固定" not in early
        assert "关闭调度期" not in early
        assert "关闭调度期" not in browser.get(f"/rounds/{ROUND}?closing=1&as_of={FIRST}").text
        assert "公布" not in body(browser.get(f"/rounds/{ROUND}/ranking?as_of={FIRST}").text)
        assert PERIOD not in body(browser.get(f"/plans/{PLAN}/rounds?as_of={ago(30)}").text)


def test_what_goes_out_of_the_book_is_of_that_day(tmp_path: Path, place: str) -> None:
    with kept(tmp_path, place) as (browser, ledger, _):
        head = ledger.head(date.fromisoformat(FIRST))
        assert 0 < head.sequence < ledger.head().sequence
        page = browser.get(f"/leader/{PLAN}?as_of={FIRST}").text
        assert str(head.sequence) in re.findall(r'proof">(.*?)<', page, re.DOTALL)[0]
        for path in (f"/leader/{PLAN}.html", f"/plans/{PLAN}/closing.html", f"/rounds/{ROUND}/bulletin.html"):
            assert browser.get(f"{path}?as_of={FIRST}").text != browser.get(path).text, path
        statement = f"/plans/{PLAN}/statement.html?organisation=dept2"
        assert "新建农村公路2公里" in browser.get(f"{statement}&as_of={FIRST}").text
        assert "新建农村公路2公里" not in browser.get(statement).text
        old, new = (browser.get(f"/plans/{PLAN}/table.csv{query}").text for query in (f"?as_of={FIRST}", ""))
        assert rows_of(old)["2"]["牵头单位"] == "第2局"
        assert rows_of(new)["2"]["牵头单位"] == "第1局"


def test_an_old_table_that_comes_back_takes_nothing_back_unseen(tmp_path: Path, place: str) -> None:
    with kept(tmp_path, place) as (browser, ledger, _):
        data = browser.get(f"/plans/{PLAN}/table.xlsx?as_of={FIRST}").content
        before = ledger.head().sequence
        answer = browser.post(
            f"/plans/{PLAN}/table", data={"token": token(browser)}, files={"file": ("旧表.xlsx", data)}
        )
        assert "写入这些改动" not in answer.text
        assert ledger.head().sequence == before


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_that_it_is_of_another_day_and_its_links_stay_there(
    tmp_path: Path, place: str, path: str
) -> None:
    with kept(tmp_path, place) as (browser, _, _):
        answer = browser.get(with_day(path, FIRST))
        assert answer.status_code == 200
        page = answer.text
        assert f"截至 {FIRST} 的台账，只读" in page
        assert 'method="post"' not in body(page)
        back = re.search(r'<a href="([^"]+)">回到今天</a>', page)
        assert back is not None
        assert back[1].replace("&amp;", "&") == path
        assert links(body(page))
        stray = [one for one in links(page) if day_in(one) != FIRST and one != path]
        assert stray == []
        for form in re.findall(r"<form[^>]*>.*?</form>", body(page), re.DOTALL):
            assert f'name="as_of" value="{FIRST}"' in form, form
        now = browser.get(path).text
        assert "只读" not in now
        assert not any(day_in(one) for one in links(now))


def test_the_field_for_the_day_keeps_what_is_filtered_and_the_filters_keep_the_day(tmp_path: Path, place: str) -> None:
    with kept(tmp_path, place) as (browser, _, _):
        page = browser.get(f"/plans/{PLAN}?q=公路&organisation=dept1&page=1&as_of={FIRST}").text
        field = re.search(r'<form class="day-field".*?</form>', page, re.DOTALL)
        assert field is not None
        assert f'action="/plans/{PLAN}"' in field[0]
        assert 'name="q" value="公路"' in field[0]
        assert 'name="organisation" value="dept1"' in field[0]
        assert 'name="page"' not in field[0]
        assert field[0].count('name="as_of"') == 1
        filters = re.search(r'<form class="filters".*?</form>', page, re.DOTALL)
        assert filters is not None
        assert f'type="hidden" name="as_of" value="{FIRST}"' in filters[0]


def test_what_was_told_of_a_day_is_told_again_whatever_happens_later(tmp_path: Path, place: str) -> None:
    with kept(tmp_path, place) as (browser, ledger, _):
        before = {path: body(browser.get(with_day(path, MOVED)).text) for path in PAGES}
        ledger.record("own1", ProgressReported(ITEM, "全线通车", (Reading("里程", 1, "公里"),)))
        ledger.record("li", ItemMoved(f"{PLAN}/3", "suspend", "资金未到位"))
        for path in PAGES:
            assert body(browser.get(with_day(path, MOVED)).text) == before[path], path
        # Today is a day like others, and not yet at its end.
        assert "全线通车" in browser.get(f"/items/{ITEM}?as_of={ago(0)}").text
        ledger.record("own1", ProgressReported(ITEM, "通过验收", (Reading("里程", 1, "公里"),)))
        assert "通过验收" in browser.get(f"/items/{ITEM}?as_of={ago(0)}").text


def test_who_may_see_an_earlier_day_is_judged_by_the_roles_of_today(tmp_path: Path, place: str) -> None:
    with kept(tmp_path, place) as (browser, _, _):
        as_person(browser.app, "own2")  # type: ignore[arg-type]
        assert browser.get(f"/items/{OTHER}?as_of={FIRST}").status_code == 403
        assert browser.get(f"/items/chart.svg?item={OTHER}&as_of={FIRST}").status_code == 403
        assert "公路2公里" not in browser.get(f"/plans/{PLAN}?as_of={FIRST}").text
        assert "公路2公里" not in browser.get(f"/plans/{PLAN}/items.csv?as_of={FIRST}").text
        assert "公路4公里" in browser.get(f"/plans/{PLAN}?as_of={FIRST}").text
        for path in (
            f"/leader/{PLAN}",
            f"/plans/{PLAN}/table",
            f"/plans/{PLAN}/table.xlsx",
            f"/rounds/{ROUND}/ranking",
        ):
            assert browser.get(f"{path}?as_of={FIRST}").status_code == 403, path
        as_person(browser.app, "own1")  # type: ignore[arg-type]
        assert "公路2公里" in browser.get(f"/items/{OTHER}?as_of={FIRST}").text
        assert "请说明滞后原因" in browser.get(f"/items/{ITEM}?as_of={MOVED}").text


def test_nothing_can_be_done_about_an_earlier_day(tmp_path: Path, place: str) -> None:
    with kept(tmp_path, place) as (browser, ledger, _):
        csrf, before = token(browser), ledger.head()
        tries = {
            f"/items/{ITEM}": {"act": "suspend", "version": "5", "reason": "x"},
            f"/plans/{PLAN}": {"act": "publish", "item": ITEM},
            f"/plans/{PLAN}/rounds": {"period": f"{YEAR}-01"},
            f"/rounds/{ROUND}": {},
            f"/rounds/{ROUND}/ranking": {"by": "reporting"},
            f"/plans/{PLAN}/table": {"kept": "x"},
        }
        for path, fields in tries.items():
            for query, form in ((f"?as_of={FIRST}", {}), ("", {"as_of": FIRST})):
                answer = browser.post(path + query, data={"token": csrf, **fields, **form})
                assert answer.status_code == 409, path
                assert "只能看，不能办理" in answer.text
        assert ledger.head() == before


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("昨天", "不是日期"),
        (f"{YEAR}-02-30", "不是日期"),
        (f"{YEAR}0101", "不是日期"),
        (f"{YEAR}-01-01T00:00:00", "不是日期"),
        ("9999-12-31", "不是日期"),
        (ago(-1), "这一天还没有到"),
        (ago(41), f"台账从{BEGAN}开始记"),
        ("1950-01-01", f"台账从{BEGAN}开始记"),
    ],
)
def test_a_day_of_which_nothing_can_be_told_is_said_to_be_so(tmp_path: Path, place: str, day: str, words: str) -> None:
    with kept(tmp_path, place) as (browser, _, _):
        for path in PAGES:
            answer = browser.get(with_day(path, day))
            assert answer.status_code == 400, path
            assert words in answer.text
            assert "回到今天" in answer.text
            assert "新建农村公路" not in answer.text
        assert browser.get(f"/plans/{PLAN}?as_of=").status_code == 200


def test_what_came_only_later_is_said_to_have_come_later(tmp_path: Path, place: str) -> None:
    with kept(tmp_path, place) as (browser, ledger, clock):
        clock.set(ago(3))
        ledger.record("li", PlanOpened("late", "gov", YEAR + 1, "后开的台账"))
        for path, what in ((f"/rounds/{ROUND}", "调度期"), ("/plans/late", "年度台账"), ("/leader/late", "年度台账")):
            answer = browser.get(f"{path}?as_of={ago(30)}")
            assert answer.status_code == 400
            assert f"到{ago(30)}为止，还没有这个{what}" in answer.text
        assert "后开的台账" in browser.get("/plans").text
        assert "后开的台账" not in browser.get(f"/plans?as_of={ago(30)}").text
        assert "没有这个年度台账" in browser.get(f"/plans/none?as_of={ago(30)}").text


def test_the_public_page_and_my_minute_are_of_now_only(tmp_path: Path, place: str) -> None:
    with kept(tmp_path, place) as (browser, _, _):
        as_person(browser.app, "own1")  # type: ignore[arg-type]
        assert "只读" not in browser.get(f"/minute?as_of={FIRST}").text
        assert browser.get(f"/public/{PLAN}?as_of={FIRST}").status_code == 404


def test_another_day_speaks_english_too(tmp_path: Path, place: str) -> None:
    with kept(tmp_path, place) as (browser, _, _):
        page = browser.get(f"/plans/{PLAN}?lang=en&as_of={FIRST}").text
        assert f"The book as it stood at the end of {FIRST}; it can only be read" in page
        assert "Back to today" in page
        assert "that day has not come yet" in browser.get(f"/plans/{PLAN}?as_of={ago(-1)}").text
        assert f"the book begins on {BEGAN}" in browser.get(f"/plans/{PLAN}?as_of={ago(41)}").text
        assert "choose a later day" in browser.get(f"/rounds/{ROUND}?as_of={ago(30)}").text
        answer = browser.post(f"/plans/{PLAN}?as_of={FIRST}", data={"token": token(browser)})
        assert "go back to today first" in answer.text
