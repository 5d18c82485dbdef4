"""What supervisors make of items on their pages, and the end of the year, which carries over and closes."""

from __future__ import annotations

import re
from pathlib import Path

from book_pages import PLAN, as_person, book
from fastapi.testclient import TestClient
from web_server import token

from duixian.ledger.slicing import Along, Manner, Slicing, slicing_id
from duixian.ledger.store import Ledger

ITEM = f"{PLAN}/4"  # four kilometres of road


def quarters(browser: TestClient, *values: str, **fields: str) -> dict[str, str]:
    """The form as the page sends it."""
    typed = {f"quarter{place}": value for place, value in enumerate(values, 1)}
    form = {"token": token(browser), "version": "3", "act": "slice", "measure": "里程", "before": "", "manner": "share"}
    return {**form, "reason": "", **typed, **fields}


def sliced(ledger: Ledger) -> Slicing | None:
    with ledger.read() as tables:
        return tables.get(Slicing, slicing_id(ITEM, "里程", Along.QUARTER))


def test_a_measure_is_spread_over_quarters_and_stands_in_the_form_the_next_time(tmp_path: Path) -> None:
    with book(tmp_path) as (browser, ledger):
        assert "按季度分解“里程”" in browser.get(f"/items/{ITEM}").text
        done = browser.post(f"/items/{ITEM}", data=quarters(browser, "0.5", "１", "1.5", "1"))
        assert "已保存" in done.text
        found = sliced(ledger)
        assert found is not None
        assert (found.manner, [one.value for one in found.slices]) == (Manner.SHARE, [0.5, 1, 1.5, 1])
        for place, value in enumerate(("0.5", "1", "1.5", "1"), 1):
            assert re.search(rf'name="quarter{place}"[^>]* value="{re.escape(value)}"', done.text)
        assert "/items/chart.svg" in done.text


def test_quarters_that_do_not_add_up_are_told_and_kept_until_a_reason_is_given(tmp_path: Path) -> None:
    with book(tmp_path) as (browser, ledger):
        for values, words in (
            (("1", "1", "0.5", "0.25"), "合计2.75公里，全年目标是≥4公里"),
            (("1", "1", "半", "0.25"), "“半”不是一个数"),
            (("1", "1", "", "0.25"), "第3季度没有填写"),
        ):
            answer = browser.post(f"/items/{ITEM}", data=quarters(browser, *values))
            assert answer.status_code == 400
            assert words in answer.text
            assert f'value="{values[3]}"' in answer.text
            assert re.search(r"<details[^>]* open><summary>按季度分解", answer.text)
            assert sliced(ledger) is None
        reason = quarters(browser, "1", "1", "0.5", "0.25", reason="余下的由省里实施")
        assert "已保存" in browser.post(f"/items/{ITEM}", data=reason).text
        found = sliced(ledger)
        assert found is not None
        assert found.reason == "余下的由省里实施"


def test_the_second_of_two_who_spread_a_measure_is_told_and_shown_what_there_is(tmp_path: Path) -> None:
    with book(tmp_path) as (browser, ledger):
        browser.post(f"/items/{ITEM}", data=quarters(browser, "1", "1", "1", "1"))
        second = browser.post(f"/items/{ITEM}", data=quarters(browser, "0", "0", "0", "4"))
        assert second.status_code == 400
        assert "别人已经分解过" in second.text
        assert "1、1、1、1" in second.text
        before = re.search(r'name="before" value="([^"]+)"', second.text)
        assert before is not None
        again = quarters(browser, "0", "0", "0", "4", before=before[1])
        assert "已保存" in browser.post(f"/items/{ITEM}", data=again).text
        found = sliced(ledger)
        assert found is not None
        assert found.slices[3].value == 4


def test_only_supervisors_see_the_forms_and_may_send_them(tmp_path: Path) -> None:
    with book(tmp_path) as (browser, ledger):
        before = ledger.head().sequence
        as_person(browser.app, "own2")  # type: ignore[arg-type]
        assert "按季度分解" not in browser.get(f"/items/{ITEM}").text
        answer = browser.post(f"/items/{ITEM}", data=quarters(browser, "1", "1", "1", "1"))
        assert answer.status_code == 400
        assert "无权" in answer.text
        assert ledger.head().sequence == before


def test_the_forms_of_an_item_speak_english_too(tmp_path: Path) -> None:
    with book(tmp_path) as (browser, _):
        page = browser.get(f"/items/{ITEM}?lang=en").text
        assert "Spread “里程” over quarters" in page
        told = browser.post(f"/items/{ITEM}", data=quarters(browser, "1", "1", "", "1")).text
        assert "quarter 3 is empty" in told
