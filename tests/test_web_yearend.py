"""What supervisors make of items on their pages, and the end of the year, which carries over and closes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from book_pages import PERIOD, PLAN, YEAR, as_person, book, opened_round
from fastapi.testclient import TestClient
from web_server import token

from duixian.ledger.plans import Item, Plan, PlanOpened, State
from duixian.ledger.slicing import Along, Manner, Slicing, slicing_id
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger

ITEM = f"{PLAN}/4"  # four kilometres of road


def quarters(browser: TestClient, *values: str, **fields: str) -> dict[str, str]:
    """The form as the page sends it."""
    typed = {f"value{place}": value for place, value in enumerate(values, 1)}
    form = {"token": token(browser), "version": "3", "act": "slice", "measure": "里程", "before": "", "manner": "share"}
    return {**form, "reason": "", **typed, **fields}


def sliced(ledger: Ledger) -> Slicing | None:
    with ledger.read() as tables:
        return tables.get(Slicing, slicing_id(ITEM, "里程", Along.QUARTER))


def test_a_measure_is_spread_over_quarters_and_stands_in_the_form_the_next_time(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        assert "分解“里程”" in browser.get(f"/items/{ITEM}").text
        done = browser.post(f"/items/{ITEM}", data=quarters(browser, "0.5", "１", "1.5", "1"))
        assert "已保存" in done.text
        found = sliced(ledger)
        assert found is not None
        assert (found.manner, [one.value for one in found.slices]) == (Manner.SHARE, [0.5, 1, 1.5, 1])
        for place, value in enumerate(("0.5", "1", "1.5", "1"), 1):
            assert re.search(rf'name="value{place}"[^>]* value="{re.escape(value)}"', done.text)
        assert "/items/chart.svg" in done.text


def test_quarters_that_do_not_add_up_are_told_and_kept_until_a_reason_is_given(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        for values, words in (
            (("1", "1", "0.5", "0.25"), "合计2.75公里，全年目标是≥4公里"),
            (("1", "1", "半", "0.25"), "“半”不是一个数"),
            (("1", "1", "", "0.25"), "第3季度没有填写"),
        ):
            answer = browser.post(f"/items/{ITEM}", data=quarters(browser, *values))
            assert answer.status_code == 400
            assert words in answer.text
            assert f'value="{values[3]}"' in answer.text
            assert re.search(r"<details[^>]* open><summary>分解“里程”", answer.text)
            assert sliced(ledger) is None
        reason = quarters(browser, "1", "1", "0.5", "0.25", reason="余下的由省里实施")
        assert "已保存" in browser.post(f"/items/{ITEM}", data=reason).text
        found = sliced(ledger)
        assert found is not None
        assert found.reason == "余下的由省里实施"


@pytest.mark.parametrize("value", ["123456789012.5", "0.00000012", "-3", "1e"])
def test_numbers_of_any_size_come_back_as_they_were_typed(tmp_path: Path, value: str, place: str) -> None:
    with book(tmp_path, place) as (browser, _):
        form = quarters(browser, "0", "0", "0", value, reason="核对")
        answer = browser.post(f"/items/{ITEM}", data=form)
        assert (answer.status_code == 200) is (value != "1e")
        assert f'value="{value}"' in answer.text


def test_the_second_of_two_who_spread_a_measure_is_told_and_shown_what_there_is(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
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


def test_only_supervisors_see_the_forms_and_may_send_them(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        before = ledger.head().sequence
        as_person(browser.app, "own2")  # type: ignore[arg-type]
        assert "分解“里程”" not in browser.get(f"/items/{ITEM}").text
        answer = browser.post(f"/items/{ITEM}", data=quarters(browser, "1", "1", "1", "1"))
        assert answer.status_code == 400
        assert "无权" in answer.text
        assert ledger.head().sequence == before


def test_the_forms_of_an_item_speak_english_too(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, _):
        page = browser.get(f"/items/{ITEM}?lang=en").text
        assert "Spread “里程”" in page
        told = browser.post(f"/items/{ITEM}", data=quarters(browser, "1", "1", "", "1")).text
        assert "quarter 3 is empty" in told


# Milestones and parts.


def stones(browser: TestClient, *rows: tuple[str, str, str], **fields: str) -> dict[str, str]:
    """The form of milestones as the page sends it: names, days, percent."""
    form = {"token": token(browser), "version": "3", "act": "milestones", "reason": ""}
    for place, row in enumerate(rows, 1):
        form |= {f"{name}{place}": value for name, value in zip(("stone", "due", "share"), row, strict=True)}
    return {**form, **fields}


FOUNDED, ROOFED = ("开工", f"{YEAR}-03-31", ""), ("路基贯通", f"{YEAR}-09-30", "６0%")


def test_milestones_are_set_shown_changed_and_taken_away(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        done = browser.post(f"/items/{ITEM}", data=stones(browser, FOUNDED, ("", "", ""), ROOFED))
        assert "已保存" in done.text
        assert re.search(rf"{YEAR}-09-30 路基贯通 <span class=\"tag\">60%", done.text)
        with ledger.read() as tables:
            found = tables.need(Item, ITEM, "")
        assert [(one.name, one.due, one.percent) for one in found.milestones] == [
            ("开工", f"{YEAR}-03-31", None),
            ("路基贯通", f"{YEAR}-09-30", 60),
        ]
        assert found.text == "新建农村公路4公里"
        assert 'name="stone4" maxlength="100" value=""' in done.text
        gone = browser.post(f"/items/{ITEM}", data=stones(browser, ("", "", ""), version="4"))
        assert "已保存" in gone.text
        with ledger.read() as tables:
            assert tables.need(Item, ITEM, "").milestones == ()


def test_many_milestones_are_all_kept(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        rows = [(f"节点{place}", f"{YEAR}-06-30", "") for place in range(45)]
        browser.post(f"/items/{ITEM}", data=stones(browser, *rows))
        with ledger.read() as tables:
            assert len(tables.need(Item, ITEM, "").milestones) == 45


def test_milestones_that_cannot_be_are_told_and_stay_in_the_form(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        before = ledger.head().sequence
        for rows, words in (
            ((ROOFED, FOUNDED), "节点没有按时间先后"),
            (((*FOUNDED[:2], "一半"), ROOFED), "“一半”不是一个数"),
            (((*FOUNDED[:2], "120"), ROOFED), "不在0到100之间"),
            ((("开工", "", ""), ROOFED), "不是日期"),
        ):
            answer = browser.post(f"/items/{ITEM}", data=stones(browser, *rows))
            assert answer.status_code == 400
            assert words in answer.text
            assert re.search(r"<details[^>]* open><summary>设定节点", answer.text)
            assert 'value="路基贯通"' in answer.text
        stale = browser.post(f"/items/{ITEM}", data=stones(browser, FOUNDED, version="2"))
        assert stale.status_code == 409
        assert 'name="version" value="3"' in stale.text
        more = browser.post(f"/items/{ITEM}", data=stones(browser, FOUNDED, act="more:milestones"))
        assert more.status_code == 200
        assert 'value="开工"' in more.text
        assert 'name="stone3"' in more.text
        assert ledger.head().sequence == before


def parts(browser: TestClient, *words: str, **fields: str) -> dict[str, str]:
    """The form of parts as the page sends it, with the numbers that it proposes."""
    form = {"token": token(browser), "version": "3", "act": "split", "goes1": "2", "reason": "分两段实施"}
    for place, text in enumerate(words, 1):
        form |= {f"number{place}": f"4-{place}", f"words{place}": text, f"lead{place}": ""}
    return {**form, **fields}


def test_an_item_is_split_and_its_page_leads_to_the_parts(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        page = browser.get(f"/items/{ITEM}").text
        assert 'name="number1" maxlength="40" value="4-1"' in page
        done = browser.post(f"/items/{ITEM}", data=parts(browser, "建东段", "建西段", "", lead1="第1局"))
        assert "已保存" in done.text
        assert f'href="/items/{ITEM}-1"' in done.text
        assert "拆分事项</summary>" not in done.text
        with ledger.read() as tables:
            one, two = (tables.need(Item, f"{ITEM}-{place}", "") for place in (1, 2))
        assert [one.text, two.text] == ["建东段", "建西段"]
        assert (one.measures, [each.name for each in two.measures]) == ((), ["里程"])
        assert [each.suggestion and each.suggestion.lead for each in (one, two)] == ["dept1", "dept2"]
        assert one.evidence == two.evidence
        assert f'href="/items/{ITEM}"' in browser.get(f"/items/{ITEM}-1").text


def test_a_split_that_loses_something_is_told_and_stays_in_the_form(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        before = ledger.head().sequence
        for form, words in (
            (parts(browser, "建东段", "建西段", goes1=""), "没有分到任何一部分"),
            (parts(browser, "建东段", "", goes1="1"), "拆分至少要两个"),
            (parts(browser, "建东段", "建西段", number2="4-1"), "序号不同"),
            (parts(browser, "建东段", "建西段", number2="3"), "序号"),
            (parts(browser, "建东段", "建西段", lead2="没有这个局"), "没有这个单位"),
            (parts(browser, "建东段", "建西段", reason=""), "拆分理由"),
        ):
            answer = browser.post(f"/items/{ITEM}", data=form)
            assert answer.status_code == 400
            assert words in answer.text
            assert re.search(r"<details[^>]* open><summary>拆分事项", answer.text)
            assert ">建东段</textarea>" in answer.text
        more = browser.post(f"/items/{ITEM}", data=parts(browser, "建东段", "建西段", act="more:split"))
        assert 'name="number4" maxlength="40" value="4-4"' in more.text
        assert ledger.head().sequence == before


# The end of the year.

NEXT = str(YEAR + 1)


def ending(browser: TestClient, **fields: str | list[str]) -> dict[str, str | list[str]]:
    form = {
        "token": token(browser),
        "act": "carry",
        "to": NEXT,
        "which": "chosen",
        "reason": "跨年实施",
        "deadline": "",
    }
    return {**form, **fields}


def next_year(ledger: Ledger) -> None:
    ledger.record("li", PlanOpened(NEXT, "gov", YEAR + 1, f"云岭市{NEXT}年度台账"))


def states(ledger: Ledger, plan: str) -> dict[str, State]:
    with ledger.read() as tables:
        return {item.number: item.state for item in tables.select(Item, plan=plan)}


def test_without_a_later_plan_the_page_says_what_to_do_first(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, _):
        assert "请先从下一年度的报告建账" in browser.get(f"/plans/{PLAN}").text


def test_chosen_items_are_carried_over_and_the_rest_stays(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        next_year(ledger)
        page = browser.get(f"/plans/{PLAN}").text
        assert f"云岭市{NEXT}年度台账" in page
        assert "全部未了结的 4 项" in page
        done = browser.post(f"/plans/{PLAN}", data=ending(browser, item=[f"{PLAN}/1", f"{PLAN}/3"]))
        assert "已结转 2 项" in done.text
        assert states(ledger, PLAN)["1"] is State.CARRIED
        assert states(ledger, PLAN)["2"] is State.ACCEPTED
        assert set(states(ledger, NEXT)) == {f"{PLAN}-1", f"{PLAN}-3"}


def test_a_carrying_that_fails_changes_nothing_and_keeps_what_was_chosen_and_typed(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        next_year(ledger)
        for fields, words in (
            ({"item": f"{PLAN}/2", "reason": ""}, "结转理由"),
            ({"item": f"{PLAN}/2", "deadline": f"{YEAR - 1}-01-01"}, "完成时限"),
            ({"item": []}, "还没有选中事项"),
            ({"item": f"{PLAN}/2", "to": PLAN}, "不是"),
        ):
            answer = browser.post(f"/plans/{PLAN}?q=公路&sort=deadline", data=ending(browser, **fields))
            assert answer.status_code == 400, fields
            assert words in answer.text
            assert re.search(r"<details[^>]* open><summary>结转未了结事项", answer.text)
            assert (f'value="{PLAN}/2" checked' in answer.text) is bool(fields["item"])
            assert ('value="跨年实施"' in answer.text) is ("reason" not in fields)
            assert 'value="deadline" selected' in answer.text
        assert State.CARRIED not in states(ledger, PLAN).values()


def test_items_that_changed_since_the_page_was_opened_are_not_carried_unseen(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        next_year(ledger)
        page = browser.get(f"/plans/{PLAN}").text
        seen = re.findall(r'name="seen" value="([^"]+)"', page)
        assert f"{PLAN}/1:3" in seen
        ledger.record("own1", ItemMoved(f"{PLAN}/1", "start"))
        stale = browser.post(f"/plans/{PLAN}", data=ending(browser, item=f"{PLAN}/1", seen=seen))
        assert stale.status_code == 409
        assert f'value="{PLAN}/1:4"' in stale.text
        assert f'value="{PLAN}/1" checked' in stale.text
        fewer = browser.post(f"/plans/{PLAN}", data=ending(browser, which="all", left="3"))
        assert fewer.status_code == 400
        assert "未了结的事项变成了4项" in fewer.text
        assert states(ledger, NEXT) == {}
        fresh = re.findall(r'name="seen" value="([^"]+)"', fewer.text)
        assert "已结转 4 项" in browser.post(f"/plans/{PLAN}", data=ending(browser, which="all", seen=fresh)).text


def test_a_year_is_closed_once_everything_in_it_is_settled(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        next_year(ledger)
        form = {"token": token(browser), "act": "close", "summary": "全年任务基本完成"}
        early = browser.post(f"/plans/{PLAN}", data=form)
        assert early.status_code == 400
        assert "还有4个事项没有办结、终止或结转" in early.text
        assert "全年任务基本完成</textarea>" in early.text
        listed = re.search(r'<ul class="left">.*?</ul>', early.text, re.DOTALL)
        assert listed is not None
        assert re.findall(r'href="/items/([^"]+)"', listed[0]) == [f"{PLAN}/{number}" for number in range(1, 5)]
        browser.post(f"/plans/{PLAN}?view=state", data=ending(browser, which="all"))
        assert set(states(ledger, PLAN).values()) == {State.CARRIED}
        none = browser.post(f"/plans/{PLAN}", data=ending(browser, which="all"))
        assert "没有未了结的事项" in none.text
        closed = browser.post(f"/plans/{PLAN}", data=form)
        assert "已交账" in closed.text
        assert "结转未了结事项" not in closed.text
        with ledger.read() as tables:
            assert tables.need(Plan, PLAN, "").state == "closed"
        assert browser.post(f"/plans/{PLAN}", data=form).status_code == 400


def test_an_open_round_is_named_before_closing(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        opened_round(ledger)
        assert f"调度期 {PERIOD} 还没有关闭" in browser.get(f"/plans/{PLAN}").text


def test_the_closing_statement_is_looked_at_and_saved_by_who_sees_everything(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, _):
        page = browser.get(f"/plans/{PLAN}").text
        for format in ("html", "docx", "xlsx"):
            assert f'href="/plans/{PLAN}/closing.{format}"' in page
        assert "新建农村公路1公里" in browser.get(f"/plans/{PLAN}/closing.html").text
        for format in ("docx", "xlsx"):
            assert browser.get(f"/plans/{PLAN}/closing.{format}").content[:2] == b"PK"
        as_person(browser.app, "own1")  # type: ignore[arg-type]
        assert "交账报告" not in browser.get(f"/plans/{PLAN}").text
        assert browser.get(f"/plans/{PLAN}/closing.html").status_code == 403


def test_only_supervisors_carry_over_and_close(tmp_path: Path, place: str) -> None:
    with book(tmp_path, place) as (browser, ledger):
        next_year(ledger)
        before = ledger.head().sequence
        for person in ("own1", "guest", "zhang"):
            as_person(browser.app, person)  # type: ignore[arg-type]
            assert "年底交账" not in browser.get(f"/plans/{PLAN}").text
            for form in (ending(browser, item=f"{PLAN}/1"), ending(browser, act="close")):
                answer = browser.post(f"/plans/{PLAN}", data=form)
                assert answer.status_code == 400
        assert ledger.head().sequence == before
