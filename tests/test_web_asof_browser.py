"""An earlier day of the account book, slices and the closing statement in a real browser, with axe and on a phone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from book_pages import PLAN, ROUND, admitting
from browsing import PHONE, SHOTS, WIDE, People, opened
from ledger_office import target
from test_web_asof import FIRST, ITEM, MOVED, ago, weeks
from test_web_settling import claimed, documents
from web_server import CHROMIUM, needs_chromium, running

from duixian.ledger.organisations import OrganisationAdded, OrganisationKind
from duixian.ledger.slicing import Along, Slicing, slicing_id
from duixian.ledger.store import Ledger

pytestmark = needs_chromium
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


@contextmanager
def kept(folder: Path, items: int = 4) -> Iterator[tuple[str, Ledger]]:
    """The book of some weeks, in a file, where people sign in: address of the workbench, ledger."""
    place = target("sqlite", folder)
    with weeks(place, items) as (ledger, _), admitting(folder, place, ledger) as (base, _):
        yield base, ledger


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_supervisor_looks_at_the_book_as_it_stood_and_comes_back(
    chromium: object, tmp_path: Path, complaints: list[str], scripts: bool
) -> None:
    with kept(tmp_path) as (base, _):
        page = People(chromium, base).page("li", complaints, java_script_enabled=scripts)
        page.goto(f"{base}/plans/{PLAN}?q=公路")
        assert page.get_by_role("button", name="公开选中的").count() == 1
        day = page.locator(".day-field")
        day.get_by_label("看截至哪一天").fill(FIRST)
        day.get_by_role("button").click()
        page.get_by_text(f"截至 {FIRST} 的台账，只读").wait_for()
        assert page.get_by_label("检索").last.input_value() == "公路"
        assert page.locator("main form[method=post]").count() == 0
        assert page.get_by_role("button", name="公开选中的").count() == 0
        page.get_by_label("单位").select_option("dept2")
        page.get_by_role("button", name="看").last.click()
        page.get_by_role("link", name="新建农村公路2公里").click()
        page.get_by_text(f"截至 {FIRST} 的台账，只读").wait_for()
        assert page.locator(".facts-list").get_by_text("第2局").count() == 1
        page.get_by_role("link", name=f"云岭市{PLAN}年度台账").click()
        page.get_by_role("link", name="新建农村公路1公里").click()
        assert "路面完成" not in page.content()
        page.locator(".day-field").get_by_label("看截至哪一天").fill(MOVED)
        page.locator(".day-field").get_by_role("button").click()
        page.get_by_text("路面完成").first.wait_for()
        page.get_by_role("link", name="回到今天").click()
        page.locator("summary", has_text="转办").wait_for()
        assert "只读" not in page.content()
        page.goto(f"{base}/plans/{PLAN}?as_of={ago(-1)}")
        page.get_by_text("这一天还没有到").first.wait_for()
        page.get_by_role("link", name="回到今天").click()
        page.get_by_role("heading", name=f"云岭市{PLAN}年度台账").wait_for()
    # The page of a day that has not come is answered with 400, which the browser notes.
    assert [each for each in complaints if "400" not in each] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_goal_is_spread_over_districts_by_hand(
    chromium: object, tmp_path: Path, complaints: list[str], scripts: bool
) -> None:
    with kept(tmp_path) as (base, ledger):
        ledger.record("li", OrganisationAdded("d1", "东城区", OrganisationKind.DISTRICT, "gov"))
        page = People(chromium, base).page("li", complaints, java_script_enabled=scripts)
        page.goto(f"{base}/items/{ITEM}")
        page.locator("#slice-1 summary").click()
        page.get_by_role("link", name="按区县").click()
        form = page.locator("#slice-1")
        assert form.get_by_label("名称 1").input_value() == "东城区"
        form.get_by_label("数值 1", exact=True).fill("0.4")
        form.get_by_role("button", name="再加两行").click()
        assert form.get_by_label("数值 1", exact=True).input_value() == "0.4"
        form.get_by_label("名称 2").fill("高新区")
        form.get_by_label("数值 2").fill("0.5")
        form.get_by_role("button", name="保存").click()
        page.get_by_text("合计0.9公里").wait_for()
        form.get_by_label("数值 2").fill("0.6")
        form.get_by_role("button", name="保存").click()
        page.get_by_text("已保存").wait_for()
        assert page.locator("caption").inner_text().startswith("里程 · 按区县")
        with ledger.read() as tables:
            found = tables.get(Slicing, slicing_id(ITEM, "里程", Along.DISTRICT))
        assert found is not None
        assert [(one.name, one.value) for one in found.slices] == [("东城区", 0.4), ("高新区", 0.6)]
    assert [each for each in complaints if "400" not in each] == []


def test_the_closing_statement_is_held_against_next_years_report(
    chromium: object, tmp_path: Path, complaints: list[str]
) -> None:
    # On a machine of one's own, without accounts, whoever sits there is the supervisor.
    with claimed(tmp_path, target("sqlite", tmp_path)) as (browser, plan, _), running(browser.app) as base:  # type: ignore[arg-type]
        page = opened(chromium, complaints)
        page.goto(f"{base}/plans/{plan}")
        form = page.locator("form.settling")
        form.get_by_label("下一年度的报告").select_option(documents(browser)[2024])
        with page.expect_download() as waiting:
            form.get_by_role("button", name="Word").click()
        assert Path(waiting.value.path()).read_bytes()[:2] == b"PK"
        form.get_by_role("button", name="预览").click()
        page.get_by_text("高新技术企业净增412家").first.wait_for()
    assert complaints == []


PAGES = {
    "plans-then": ("li", f"/plans?as_of={FIRST}"),
    "plan-then": ("li", f"/plans/{PLAN}?as_of={FIRST}"),
    "board-then": ("li", f"/plans/{PLAN}?view=light&as_of={MOVED}"),
    "item-then": ("own1", f"/items/{ITEM}?as_of={MOVED}"),
    "rounds-then": ("li", f"/plans/{PLAN}/rounds?as_of={MOVED}"),
    "round-then": ("li", f"/rounds/{ROUND}?as_of={MOVED}"),
    "ranking-then": ("li", f"/rounds/{ROUND}/ranking?as_of={ago(0)}"),
    "table-then": ("li", f"/plans/{PLAN}/table?as_of={FIRST}"),
    "leader-then": ("zhang", f"/leader/{PLAN}?as_of={FIRST}"),
    "day-to-come": ("li", f"/plans/{PLAN}?as_of={ago(-1)}"),
    "item-months": ("li", f"/items/{ITEM}?measure=里程&along=month"),
    "item-districts": ("li", f"/items/{ITEM}?measure=里程&along=district"),
}


@pytest.fixture(scope="module")
def people(chromium: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with kept(tmp_path_factory.mktemp("then"), items=12) as (base, ledger):
        for number, name in enumerate(("东城区", "西山县"), 1):
            ledger.record("li", OrganisationAdded(f"d{number}", name, OrganisationKind.DISTRICT, "gov"))
        yield People(chromium, base)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_another_day_is_accessible(people: People, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    found: dict[str, list[str]] = {}
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    for name, page in people.visit(PAGES, color_scheme=scheme, bypass_csp=True):
        results = axe.run(page, options={"runOnly": {"type": "tag", "values": tags}})
        for violation in results.response["violations"]:
            where = [node["html"][:160] for node in violation["nodes"][:3]]
            found.setdefault(name, []).append(f"{violation['id']}: {where}")
    assert found == {}, "\n".join(f"{name}: {each}" for name, each in found.items())


def test_the_page_with_the_closing_statement_is_accessible(chromium: object, tmp_path: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    with claimed(tmp_path, target("sqlite", tmp_path)) as (browser, plan, _), running(browser.app) as base:  # type: ignore[arg-type]
        page = chromium.new_context(viewport=WIDE, bypass_csp=True).new_page()  # type: ignore[attr-defined]
        page.goto(f"{base}/plans/{plan}")
        assert page.locator("form.settling").count() == 1
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        results = axe.run(page, options={"runOnly": {"type": "tag", "values": tags}})
        assert [each["id"] for each in results.response["violations"]] == []
        if folder := os.environ.get(SHOTS):
            page.screenshot(path=Path(folder) / "book-settling-light.png", full_page=True)


def test_nothing_of_another_day_is_out_of_reach_on_a_phone(people: People) -> None:
    wide = {}
    for name, page in people.visit(PAGES, viewport=PHONE):
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide[name] = width
    assert wide == {}


def test_screenshots_of_another_day_can_be_looked_at(people: People, tmp_path: Path) -> None:
    folder = Path(os.environ.get(SHOTS) or tmp_path / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    for look, size in (("light", WIDE), ("phone", PHONE)):
        for name, page in people.visit(PAGES, "networkidle", viewport=size):
            page.screenshot(path=folder / f"book-{name}-{look}.png", full_page=True)
    assert len(list(folder.glob("book-*-then-*.png"))) >= 2 * 9
