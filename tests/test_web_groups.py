"""What a group 专班 owes stands on the minute of its chief and of everybody who works in its members."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from book_pages import PLAN, ROUND, as_person, book, opened_round
from fastapi.testclient import TestClient
from web_server import token

from duixian.ledger.groups import GroupFormed
from duixian.ledger.organisations import OrganisationAdded, OrganisationKind
from duixian.ledger.progress import Progress
from duixian.ledger.rounds import Due, due_id
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger

ITEM = f"{PLAN}/1"


@contextmanager
def led_by_a_group(folder: Path, place: str) -> Iterator[tuple[TestClient, Ledger]]:
    """A book in which a group of dept2 and dept3, whose chief is zhang, leads the first item; a round is open."""
    with book(folder, place, items=3, departments=4) as (browser, ledger):
        ledger.record(
            "li",
            OrganisationAdded("chain", "公路专班", OrganisationKind.GROUP, "gov"),
            GroupFormed("chain", "组长", "zhang", ("dept2", "dept3")),
            ItemMoved(ITEM, "transfer", "专班牵头", "chain"),
        )
        opened_round(ledger)
        yield browser, ledger


def slip(browser: TestClient, version: int) -> dict[str, str]:
    fields = {
        "item": ITEM,
        "round": ROUND,
        "version": str(version),
        "before": "",
        "sentence": "全线贯通",
        "value0": "1",
    }
    return {"token": token(browser, "/minute"), "only": ITEM, **{f"{name}-0": value for name, value in fields.items()}}


def test_a_member_of_a_group_sees_what_the_group_owes_and_reports_it(tmp_path: Path, place: str) -> None:
    with led_by_a_group(tmp_path, place) as (browser, ledger):
        ledger.record("zhang", ItemMoved(ITEM, "accept"))
        for person in ("zhang", "own2", "help2", "own3"):
            as_person(browser.app, person)  # type: ignore[arg-type]
            page = browser.get("/minute").text
            assert "新建农村公路1公里" in page
            assert "公路专班" in page
            assert "由组长张市长负责，成员单位都可以填报" in page
        as_person(browser.app, "help2")  # type: ignore[arg-type]
        assert "已收到 1 项" in browser.post("/minute", data=slip(browser, 5)).text
        with ledger.read() as tables:
            (report,) = tables.select(Progress, item=ITEM)
            assert (report.who, tables.need(Due, due_id(ROUND, ITEM), "").report) == ("help2", report.id)
        as_person(browser.app, "zhang")  # type: ignore[arg-type]
        assert 'class="panel slip reported"' in browser.get("/minute").text


def test_who_has_nothing_to_do_with_a_group_sees_nothing_of_it(tmp_path: Path, place: str) -> None:
    with led_by_a_group(tmp_path, place) as (browser, _):
        for person in ("own1", "own4", "guest", "li"):
            as_person(browser.app, person)  # type: ignore[arg-type]
            page = browser.get("/minute").text
            assert "新建农村公路1公里" not in page
            assert "公路专班" not in page


def test_a_member_cannot_accept_for_the_group_and_is_told_where_it_stands(tmp_path: Path, place: str) -> None:
    with led_by_a_group(tmp_path, place) as (browser, _):
        as_person(browser.app, "own2")  # type: ignore[arg-type]
        page = browser.get("/minute").text
        assert "事项现为“交办”，还不能填报" in page
        as_person(browser.app, "zhang")  # type: ignore[arg-type]
        assert "签收并提交" in browser.get("/minute").text


def test_the_reminder_of_a_round_names_the_chief_of_a_group(tmp_path: Path, place: str) -> None:
    with led_by_a_group(tmp_path, place) as (browser, _):
        assert "公路专班（张市长）" in browser.get(f"/rounds/{ROUND}").text
