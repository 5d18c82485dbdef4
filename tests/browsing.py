"""A real browser at the workbench: its sizes, what it complains of, and the people who sit at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from web_access import PASSWORD

SHOTS = "DUIXIAN_SCREENSHOTS"
WIDE, PHONE = {"width": 1366, "height": 800}, {"width": 390, "height": 844}


def opened(chromium: Any, complaints: list[str], **options: Any) -> Any:
    """A page of a fresh browser that notes what scripts and the content policy complain about."""
    page = chromium.new_context(**{"viewport": WIDE, **options}).new_page()
    page.set_default_timeout(15_000)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


def sign_in(page: Any, login: str, password: str = PASSWORD) -> None:
    """Fill in the form that whoever has not signed in is sent to."""
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


class People:
    """Who sits at browsers of one workbench. Each signs in by the form once and then has the same session again."""

    def __init__(self, chromium: Any, address: str) -> None:
        self._chromium, self._address = chromium, address
        self._sessions: dict[str, Any] = {}

    def page(self, person: str | None, complaints: list[str] | None = None, **options: Any) -> Any:
        """A page of this person's own browser; None is somebody who has not signed in."""
        if person is not None:
            options["storage_state"] = self._session(person)
        return opened(self._chromium, [] if complaints is None else complaints, **options)

    def visit(
        self, pages: Mapping[str, tuple[str | None, str]], until: str = "load", **options: Any
    ) -> Iterator[tuple[str, Any]]:
        """Every page as whoever it is for sees it: its name, and the page. pages: person and address, by name."""
        mine = {person: self.page(person, **options) for person in {person for person, _ in pages.values()}}
        for name, (person, path) in pages.items():
            mine[person].goto(self._address + path, wait_until=until)
            assert "/sign-in" not in mine[person].url, name
            yield name, mine[person]
        for page in mine.values():
            page.context.close()

    def _session(self, person: str) -> Any:
        if person not in self._sessions:
            page = opened(self._chromium, [])
            page.goto(f"{self._address}/account")
            sign_in(page, person)
            self._sessions[person] = page.context.storage_state()
            page.context.close()
        return self._sessions[person]
