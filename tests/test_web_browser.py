"""The workbench in a real browser: the newcomer's way, without a script, for every reader, in every light."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import PHONE, SHOTS, WIDE, opened
from corpus_reports import report, write_reports
from web_server import CHROMIUM, needs_chromium, served

from duixian.corpus import Corpus

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


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    paths = [str(path) for year in (2023, 2024) for path in write_reports(folder / f"in{year}", 8, year)]
    Corpus(folder / "corpus").add(paths)
    with served(folder) as base:
        yield base


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_newcomer_gets_from_nothing_to_a_compared_table(
    chromium: object, tmp_path: Path, complaints: list[str], scripts: bool
) -> None:
    own = write_reports(tmp_path / "in", 2)
    bad = tmp_path / "in" / "照片.txt"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    with served(tmp_path) as base:
        page = opened(chromium, complaints, java_script_enabled=scripts)
        page.goto(base)
        page.get_by_role("button", name="载入示例报告").click()
        page.get_by_role("link", name="岚川省").or_(page.locator("td.title a")).first.wait_for()
        assert page.locator("tbody tr").count() == 2
        page.set_input_files("#files", [str(path) for path in (*own, bad)])
        page.get_by_role("button", name="上传").click()
        page.get_by_text("图片").first.wait_for()
        page.goto(base)
        assert page.locator("tbody tr").count() == 4
        page.get_by_role("link", name="比较", exact=True).click()
        page.get_by_label("年度").select_option("2024")
        if not scripts:
            page.get_by_role("button", name="查看").click()
        page.get_by_role("link", name="≈5%").first.click()
        assert page.locator(".text .on").first.inner_text()
        assert page.locator(".items .on").count() == 1
    assert complaints == []


def test_a_view_chosen_before_the_script_came_is_shown_and_coming_back_shows_what_was_asked(
    chromium: object, address: str, complaints: list[str]
) -> None:
    page = opened(chromium, complaints)
    held: list[object] = []
    page.route("**/compare.js*", lambda route: route.continue_() if held else held.append(route))
    page.goto(f"{address}/compare?years=2024", wait_until="commit")
    chosen = page.get_by_label("年度")
    chosen.select_option("2023")
    held[0].continue_()  # type: ignore[attr-defined]
    page.wait_for_url("**years=2023**")
    page.go_back()
    page.wait_for_url("**years=2024**")
    page.wait_for_load_state()
    assert chosen.input_value() == "2024"
    assert complaints == []


def test_words_and_records_find_each_other(chromium: object, address: str, complaints: list[str]) -> None:
    page = opened(chromium, complaints)
    page.goto(address)
    page.locator("td.title a").first.click()
    page.locator("#sift").wait_for()
    words = page.locator("a.s.f.target").first
    words.click()
    chosen = page.locator(".items .on")
    assert chosen.count() == 1
    page.locator(".items a.go").nth(2).click()
    assert page.locator(".text .on").count() >= 1
    assert page.locator(".items .on").get_attribute("id") == "r2"
    assert complaints == []


def test_a_missed_record_is_added_by_selecting_its_words(chromium: object, address: str, complaints: list[str]) -> None:
    page = opened(chromium, complaints)
    page.goto(address)
    page.locator("td.title a").nth(3).click()
    page.locator("#offer").wait_for(state="attached")
    assert not page.locator("#offer").is_visible()
    page.evaluate(
        """() => {
          const holds = (each) => each.textContent.includes('无人配送');
          const block = [...document.querySelectorAll('[data-b]')].find(holds);
          const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
          let node; while ((node = walker.nextNode()) && !node.data.includes('无人配送'));
          const at = node.data.indexOf('无人配送');
          getSelection().setBaseAndExtent(node, at, node, at + 4);
        }"""
    )
    page.get_by_role("link", name="补记选中的文字").click()
    assert page.locator("blockquote mark").inner_text() == "无人配送"
    page.get_by_role("link", name="项目").click()
    assert page.locator("blockquote mark").inner_text() == "无人配送"
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已补记。").wait_for()
    assert page.locator(".text .on").first.inner_text() == "无人配送"
    assert page.locator(".items .on").get_by_text("人工补记").count() == 1
    assert complaints == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_who_answers_for_a_commitment_is_named_with_one_click_and_leads_in_the_plan(
    chromium: object, tmp_path: Path, complaints: list[str], scripts: bool
) -> None:
    Corpus(tmp_path / "corpus").add([str(path) for path in write_reports(tmp_path / "in", 1)])
    with served(tmp_path) as base:
        page = opened(chromium, complaints, java_script_enabled=scripts)
        page.goto(base)
        page.locator("td.title a").first.click()
        page.locator(".chips").get_by_role("link", name="承诺").click()
        item = page.locator(".items li", has_text="云岭水库")
        assert not page.get_by_text("补记选中的文字").is_visible()
        assert "水利厅" in item.locator(".owner").inner_text()
        item.get_by_role("button", name="农业农村厅").click()
        page.get_by_text("已定牵头单位。").wait_for()
        chosen = page.locator(".items .on")
        assert "农业农村厅 人工确定" in " ".join(chosen.locator(".owner").inner_text().split())
        assert chosen.evaluate(
            """(item) => { const place = item.getBoundingClientRect();
              const box = item.parentElement.getBoundingClientRect();
              return place.top < box.bottom && place.bottom > box.top }"""
        )
        chosen.get_by_role("link", name="其他单位").click()
        assert page.get_by_label("牵头", exact=True).input_value() == "农业农村厅"
        page.get_by_label("牵头", exact=True).fill("水库建设指挥部")
        page.get_by_label("配合", exact=True).fill("水利厅")
        page.get_by_role("button", name="保存").click()
        page.get_by_text("已保存更正。").wait_for()
        if scripts:
            # What is looked for is what the entries say, not whom else one could choose.
            page.locator("#sift").fill("水库建设指挥部")
            assert page.locator(".items li:visible").count() == 1
        page.get_by_role("link", name="据此建账").click()
        line = page.locator("tbody tr", has_text="云岭水库")
        assert line.locator("[name^=lead-]").input_value() == "水库建设指挥部"
        assert line.locator("[name^=supporting-]").input_value().startswith("水利厅")
        assert "100% 人工确定" in line.inner_text()
    assert complaints == []


def test_a_report_of_thirty_thousand_characters_is_read_smoothly(
    chromium: object, tmp_path: Path, complaints: list[str]
) -> None:
    line = "新建农村公路{0}公里，改造老旧小区{0}个，建成青川{0}号水库，推动数字经济增长{0}%，支持企业开展技术改造。"
    extra = "\n".join(line.format(number) for number in range(3, 600))
    path = tmp_path / "长.txt"
    path.write_text(report("青海省", extra="\n" + extra), "utf-8")
    Corpus(tmp_path / "corpus").add([str(path)])
    with served(tmp_path) as base:
        page = opened(chromium, complaints)
        page.goto(base)
        page.locator("td.title a").first.click()
        page.locator("#sift").wait_for()
        assert len(page.locator(".text").inner_text()) > 25_000
        number = page.locator(".items li").count()
        assert number > 1500
        page.locator(".items a.go").nth(number - 2).click()
        # The words are in sight, not only marked.
        page.wait_for_function(
            """() => { const box = document.querySelector('.text').getBoundingClientRect();
              const place = document.querySelector('.text .on').getBoundingClientRect();
              return place.top >= box.top && place.bottom <= box.bottom }"""
        )
    assert complaints == []


PAGES = {
    "library": "/",
    "search": "/search?q=农村公路",
    "reader": "{document}",
    "record": "{record}",
    "owner": "{owner}",
    "add": "{document}/add",
    "add-words": "{document}/add?kind=project&words=白石河治理工程",
    "compare": "/compare",
    "compare-rank": "/compare?show=rank&sort=gdp.2024&included=1&every=1",
    "compare-strip": "/compare?view=strip&included=1",
    "compare-map": "/compare?view=map&included=1",
    "compare-trend": "/compare?view=trend",
    "compare-slopes": "/compare?view=slopes",
    "corrections": "/corrections",
    "failed": "/nothing-here",
}


def paths(chromium: object, address: str) -> dict[str, str]:
    page = chromium.new_context().new_page()  # type: ignore[attr-defined]
    page.goto(address)
    document = page.locator("td.title a").nth(1).get_attribute("href")
    page.goto(address + document)
    record = page.locator("a.edit").first.get_attribute("href")
    owner = page.locator("li.c a.edit").first.get_attribute("href")
    page.close()
    return {name: path.format(document=document, record=record, owner=owner) for name, path in PAGES.items()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(chromium: object, address: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    found: dict[str, list[str]] = {}
    page = chromium.new_context(viewport=WIDE, color_scheme=scheme, bypass_csp=True).new_page()  # type: ignore[attr-defined]
    for name, path in paths(chromium, address).items():
        page.goto(address + path)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        results = axe.run(page, options={"runOnly": {"type": "tag", "values": tags}})
        for violation in results.response["violations"]:
            where = [node["html"][:160] for node in violation["nodes"][:3]]
            found.setdefault(name, []).append(f"{violation['id']}: {where}")
    assert found == {}, "\n".join(f"{name}: {each}" for name, each in found.items())


def test_nothing_of_a_page_is_out_of_reach_on_a_phone(chromium: object, address: str) -> None:
    page = chromium.new_context(viewport=PHONE).new_page()  # type: ignore[attr-defined]
    wide = {}
    for name, path in paths(chromium, address).items():
        page.goto(address + path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide[name] = width
    assert wide == {}


def test_screenshots_of_every_page_can_be_looked_at(chromium: object, address: str, tmp_path: Path) -> None:
    folder = Path(os.environ.get(SHOTS) or tmp_path / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    for look, size in (("light", WIDE), ("dark", WIDE), ("phone", PHONE)):
        scheme = "dark" if look == "dark" else "light"
        page = chromium.new_context(viewport=size, color_scheme=scheme).new_page()  # type: ignore[attr-defined]
        for name, path in paths(chromium, address).items():
            page.goto(address + path, wait_until="networkidle")
            page.screenshot(path=folder / f"{name}-{look}.png")
        with served(tmp_path / look) as empty:
            page.goto(empty)
            page.screenshot(path=folder / f"welcome-{look}.png")
    assert len(list(folder.glob("*.png"))) >= 3 * (len(PAGES) + 1)
