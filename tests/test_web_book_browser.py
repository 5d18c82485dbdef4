"""The account book in a real browser, by people who sign in: a supervisor's plan, a clerk's minute on a phone, a month.

What costs little runs on both kinds of database; what only looks at the pages of a book, on a file.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from book_pages import PERIOD, PLAN, ROUND, YEAR, opened_round, served_book
from browsing import PHONE, SHOTS, People, opened, sign_in
from ledger_office import target
from notice_servers import Box, email, mail_server
from openpyxl import load_workbook
from web_access import CHEAP, PASSWORD, SECRET, settings_for
from web_server import CHROMIUM, needs_chromium, running

from duixian.access.accounts import Accounts
from duixian.access.passwords import Passwords
from duixian.ledger.contacts import ContactSet
from duixian.ledger.founding import Founder, government
from duixian.ledger.organisations import Organisation
from duixian.ledger.plans import Item
from duixian.ledger.progress import Progress, ProgressReported, Reading
from duixian.ledger.publication import ItemsPublished
from duixian.ledger.rounds import RoundClosed, RoundOpened
from duixian.ledger.store import Ledger
from duixian.notices.channels import Channels, Links
from duixian.notices.delivery import deliver, senders
from duixian.web.app import create_app

pytestmark = needs_chromium
Office = tuple[dict[str, tuple[str | None, str]], People]
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_supervisor_gets_from_a_report_to_a_table_with_owners_corrected(
    chromium: object, tmp_path: Path, place: str, complaints: list[str], scripts: bool
) -> None:
    initial = "青山-绿水-云岭-初见"
    with Ledger(place) as ledger:
        ledger.record("li", *government(None, "岚川省", "province", Founder("li", "李督查")))
        Accounts(ledger, Passwords(CHEAP)).add("li", "li", "li", initial)
    app = create_app(settings_for(tmp_path, place))
    with running(app) as base:
        page = opened(chromium, complaints, java_script_enabled=scripts)
        page.goto(base)
        sign_in(page, "li", initial)
        for label, password in (("原密码", initial), ("新密码", PASSWORD), ("再填一遍", PASSWORD)):
            page.get_by_label(label).fill(password)
        page.get_by_role("button", name="保存").click()
        page.wait_for_url("**/account")
        page.goto(base)
        page.get_by_role("button", name="载入示例报告").click()
        page.locator("td.title a").first.wait_for()
        page.locator("tr", has_text="2025").locator("td.title a").first.click()
        page.get_by_role("link", name="据此建账").click()
        leads = page.locator("tbody input[name^=lead-]")
        first = leads.nth(0).get_attribute("name").removeprefix("lead-")
        second = leads.nth(1).get_attribute("name").removeprefix("lead-")
        leads.nth(0).fill("财政厅")
        if scripts:
            leads.nth(0).press("Enter")
            assert page.evaluate("document.activeElement.name") == f"lead-{second}"
            page.keyboard.type("教育厅")
            page.keyboard.press("Shift+Enter")
            assert page.evaluate("document.activeElement.name") == f"lead-{first}"
            page.locator("[data-sift]").fill("公路")
            shown = page.locator("tbody tr:not([hidden])").count()
            assert 0 < shown < leads.count()
            page.locator("[data-sift]").fill("")
        else:
            leads.nth(1).fill("教育厅")
        page.locator(f"[name='out-{first}']").first.check()
        page.get_by_role("button", name="建立台账").click()
        page.get_by_text("台账已建好").wait_for()
        page.get_by_role("link", name="任务分解表").click()
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Excel").click()
        out = Path(waiting.value.path()).read_bytes()
        sheet = load_workbook(io.BytesIO(out)).worksheets[0]
        rows = {str(row[0].value): [cell.value for cell in row] for row in sheet.iter_rows()}
        assert first not in rows
        assert "教育厅" in rows[second]
        edited = load_workbook(io.BytesIO(out))
        cell = next(cell for row in edited.worksheets[0].iter_rows() for cell in row if cell.value == "教育厅")
        cell.value = "民政厅"
        edited.save(tmp_path / "改好.xlsx")
        page.set_input_files("#file", str(tmp_path / "改好.xlsx"))
        page.get_by_role("button", name="看看改了什么").click()
        page.locator("ins", has_text="民政厅").wait_for()
        page.get_by_role("button", name="写入这些改动").click()
        page.get_by_text("表里的改动已经写入").wait_for()
    app.state.book.close()
    with Ledger(place) as ledger, ledger.read() as tables:
        item = tables.need(Item, f"2025/{second}", "")
        assert item.suggestion is not None
        assert tables.need(Organisation, item.suggestion.lead or "", "").name == "民政厅"
    assert complaints == []


def test_a_clerk_who_follows_the_link_of_a_notice_reports_within_a_minute_on_a_phone(
    chromium: object, tmp_path: Path, place: str, complaints: list[str]
) -> None:
    with served_book(tmp_path, place) as (base, _, ledger):
        ledger.record("own1", ProgressReported(f"{PLAN}/1", "路基完成", (Reading("里程", 0.5, "公里"),)))
        opened_round(ledger)
        page = opened(chromium, complaints, viewport=PHONE)
        page.goto(mailed(ledger, base, "own1"))
        page.wait_for_url("**/minute")
        slip = page.locator(".slip").first
        slip.get_by_label("里程").fill("0.8")
        slip.get_by_label("进展情况").fill("路面完成")
        slip.get_by_role("button", name="提交这一项").click()
        page.get_by_text("已收到 1 项").wait_for()
        with ledger.read() as tables:
            last = tables.select(Progress, item=f"{PLAN}/1")[-1]
        assert (last.readings[0].value, last.sentence) == (0.8, "路面完成")
    assert complaints == []


def mailed(ledger: Ledger, base: str, person: str) -> str:
    """The personal link of the letter that reminds somebody of the round on its last day."""
    ledger.record("li", ContactSet(person, f"{person}@yunling.example", None))
    box = Box()
    with mail_server(box) as port:
        links = Links(base, SECRET.encode(), 7)
        deliver(ledger, "li", date(YEAR, 12, 31), senders(Channels(email(port), links=links)))
    (link,) = re.findall(re.escape(base) + r"/l/\S+", "".join(letter.get_content() for _, letter in box.letters))
    return str(link)


def test_a_lost_line_loses_no_word(chromium: object, tmp_path: Path, complaints: list[str]) -> None:
    with served_book(tmp_path, target("sqlite", tmp_path)) as (base, _, ledger):
        opened_round(ledger)
        page = People(chromium, base).page("own1", complaints, viewport=PHONE)
        page.goto(base + "/minute")
        slip = page.locator(".slip").first
        slip.get_by_label("里程").fill("0.9")
        slip.get_by_label("进展情况").fill("在隧道里写的话")
        page.context.set_offline(True)
        slip.get_by_role("button", name="提交这一项").click()
        page.get_by_text("网络断开了").wait_for()
        page.context.set_offline(False)
        page.reload()
        page.get_by_text("上次没有提交成的内容已经恢复").wait_for()
        assert slip.get_by_label("进展情况").input_value() == "在隧道里写的话"
        # The server may also take the report while its answer is lost on the way back.
        page.route(
            "**/minute",
            lambda route: (route.fetch(), route.abort()) if route.request.method == "POST" else route.continue_(),
        )
        slip.get_by_role("button", name="提交这一项").click(no_wait_after=True)
        page.wait_for_timeout(800)
        page.unroute("**/minute")
        page.goto(base + "/minute")
        assert "在隧道里写的话" in page.content()
        with ledger.read() as tables:
            assert len(tables.select(Progress, item=f"{PLAN}/1")) == 1
    assert not [each for each in complaints if "ERR_" not in each]


def test_a_months_round_is_opened_reported_closed_and_ranked(
    chromium: object, tmp_path: Path, place: str, complaints: list[str]
) -> None:
    with served_book(tmp_path, place) as (base, _, _):
        people = People(chromium, base)
        page, clerk = people.page("li", complaints), people.page("own1", complaints)
        page.goto(f"{base}/plans/{PLAN}/rounds")
        page.get_by_role("textbox", name="调度期").fill(PERIOD)
        page.get_by_role("button", name="开启调度期").click()
        page.get_by_text("各单位可以填报了").wait_for()
        clerk.goto(base + "/minute")
        for number in ("1", "3"):
            slip = clerk.locator(f"[data-item='{PLAN}/{number}']")
            slip.get_by_label("里程").fill(number)
            slip.get_by_label("进展情况").fill("全线通车")
        clerk.get_by_role("button", name="全部提交").last.click()
        clerk.get_by_text("已收到 2 项").wait_for()
        page.goto(f"{base}/rounds/{ROUND}")
        page.get_by_role("link", name="关闭调度期…").click()
        page.get_by_text("应报 4 项，已报 2 项").wait_for()
        page.get_by_role("button", name="关闭调度期").click()
        page.get_by_text("当时的情况已固定保存").wait_for()
        rates = {row.locator("th").inner_text(): row.inner_text() for row in page.locator(".side tbody tr").all()}
        assert "100%" in rates["第1局"]
        assert "0%" in rates["第2局"]
        page.get_by_role("link", name="排名").click()
        rows = [row.inner_text().split() for row in page.locator("tbody tr").all()]
        assert [(row[0], row[1], row[2]) for row in rows[:2]] == [("1", "第1局", "100%"), ("2", "第2局", "0%")]
        page.get_by_role("button", name="公布排名").click()
        page.get_by_text("排名已公布").wait_for()
    assert complaints == []


def test_the_leader_and_the_public_see_their_pages(chromium: object, tmp_path: Path, complaints: list[str]) -> None:
    with served_book(tmp_path, target("sqlite", tmp_path)) as (base, _, ledger):
        told(ledger)
        people = People(chromium, base)
        page = people.page("zhang", complaints)
        page.goto(f"{base}/leader/{PLAN}")
        assert "请协调用地指标" in page.locator("article").inner_text()
        page = people.page(None, complaints)
        page.goto(f"{base}/leader/{PLAN}")
        assert page.url.startswith(f"{base}/sign-in")
        page.goto(f"{base}/public/{PLAN}")
        assert page.locator(".promises li").count() == 2
        assert "请协调用地指标" not in page.content()
    assert complaints == []


def told(ledger: Ledger) -> None:
    """A round that was reported in and closed, the next open, two public items, one that asks for help."""
    ledger.record("li", RoundOpened(PLAN, f"{YEAR}-01", f"{YEAR}-02-05"))
    ledger.record("own1", ProgressReported(f"{PLAN}/1", "路基完成，桥梁合龙", (Reading("里程", 0.5, "公里"),)))
    ledger.record("own2", ProgressReported(f"{PLAN}/2", "已完成施工图审查", (Reading("里程", 0.4, "公里"),)))
    ledger.record("li", RoundClosed(f"{PLAN}@{YEAR}-01"))
    opened_round(ledger)
    ledger.record("li", ItemsPublished(PLAN, (f"{PLAN}/1", f"{PLAN}/2")))
    held = ProgressReported(
        f"{PLAN}/1", "征地受阻", (Reading("里程", 0.6, "公里"),), problems="两户未签约", help="请协调用地指标"
    )
    ledger.record("own1", held)


PAGES = {
    "plans": ("li", "/plans"),
    "plan": ("li", f"/plans/{PLAN}"),
    "board": ("li", f"/plans/{PLAN}?view=light"),
    "item": ("own1", f"/items/{PLAN}/1"),
    "item-supervisor": ("li", f"/items/{PLAN}/2"),
    "rounds": ("li", f"/plans/{PLAN}/rounds"),
    "round": ("li", f"/rounds/{ROUND}"),
    "round-closing": ("li", f"/rounds/{ROUND}?closing=1"),
    "ranking": ("li", f"/rounds/{ROUND}/ranking"),
    "minute": ("own1", "/minute"),
    "table": ("li", f"/plans/{PLAN}/table"),
    "leader": ("zhang", f"/leader/{PLAN}"),
    "public": (None, f"/public/{PLAN}"),
    "opening": ("li", "{document}/plan"),
}


@pytest.fixture(scope="module")
def office(chromium: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The pages of an office, and who looks at them."""
    folder = tmp_path_factory.mktemp("office")
    with served_book(folder, target("sqlite", folder), items=24, departments=5) as (base, app, ledger):
        told(ledger)
        app.state.desk.add_samples()
        entries = app.state.desk.snapshot().documents.values()
        document = max(entries, key=lambda entry: entry.plan_year or 0).id
        pages = {name: (who, path.format(document=f"/documents/{document}")) for name, (who, path) in PAGES.items()}
        yield pages, People(chromium, base)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(office: Office, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    pages, people = office
    found: dict[str, list[str]] = {}
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    for name, page in people.visit(pages, color_scheme=scheme, bypass_csp=True):
        results = axe.run(page, options={"runOnly": {"type": "tag", "values": tags}})
        for violation in results.response["violations"]:
            where = [node["html"][:160] for node in violation["nodes"][:3]]
            found.setdefault(name, []).append(f"{violation['id']}: {where}")
    assert found == {}, "\n".join(f"{name}: {each}" for name, each in found.items())


def test_nothing_of_a_page_is_out_of_reach_on_a_phone(office: Office) -> None:
    pages, people = office
    wide = {}
    for name, page in people.visit(pages, viewport=PHONE):
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide[name] = width
    assert wide == {}


def test_screenshots_of_every_page_can_be_looked_at(office: Office, tmp_path: Path) -> None:
    pages, people = office
    folder = Path(os.environ.get(SHOTS) or tmp_path / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    looks = {"light": {}, "dark": {"color_scheme": "dark"}, "phone": {"viewport": PHONE}}
    for look, options in looks.items():
        for name, page in people.visit(pages, "networkidle", **options):
            page.screenshot(path=folder / f"book-{name}-{look}.png", full_page=name != "opening")
    assert len(list(folder.glob("book-*.png"))) >= 3 * len(PAGES)
