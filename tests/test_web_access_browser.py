"""The door in a real browser: by keyboard, on a phone, for every reader."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from browsing import PHONE, SHOTS, WIDE, sign_in
from web_access import PASSWORD, house
from web_server import CHROMIUM, needs_chromium

pytestmark = needs_chromium
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe_module = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")


@pytest.fixture
def address(tmp_path: Path, backend: str) -> Iterator[str]:
    with house(tmp_path, backend) as (client, _, _):
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        server = uvicorn.Server(uvicorn.Config(client.app, log_level="warning", access_log=False, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def looked_at(page: Any, name: str) -> None:
    """Nothing that axe objects to; a picture where one is wanted."""
    found = axe_module.Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
    folder = os.environ.get(SHOTS)
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_a_clerk_signs_in_on_a_phone_by_keyboard_and_out_again(address: str, chromium: Any) -> None:
    page = chromium.new_page(viewport=PHONE)
    page.goto(f"{address}/compare")
    looked_at(page, "sign-in-phone")
    page.keyboard.type("own1")
    page.keyboard.press("Tab")
    page.keyboard.type("这不是我的密码对吧")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert "账号或密码不对" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("账号").input_value() == "own1"
    looked_at(page, "sign-in-wrong")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare")
    page.get_by_role("link", name="责任人1").click()
    looked_at(page, "account-phone")
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="退出", exact=True).click()
    page.wait_for_url("**/sign-in")
    page.go_back()
    page.reload()
    assert "/sign-in" in page.url
    page.close()


def test_an_administrator_gives_somebody_an_account(address: str, chromium: Any) -> None:
    page = chromium.new_page(viewport=WIDE)
    page.goto(f"{address}/sign-in?next=/accounts")
    sign_in(page, "li")
    page.wait_for_url("**/accounts")
    looked_at(page, "accounts")
    page.get_by_label("账号 张市长").fill("zhang")
    page.get_by_role("row", name="张市长").get_by_role("button", name="建立账号").click()
    password = page.locator(".once").inner_text()
    looked_at(page, "account-made")
    other = chromium.new_context(viewport=WIDE, color_scheme="dark").new_page()
    other.goto(f"{address}/sign-in")
    sign_in(other, "zhang", password)
    other.wait_for_url("**/password")
    looked_at(other, "password-dark")
    other.context.close()
    page.close()
