"""A measure is spread on the page of its item: over districts, months, industries and organisations, as by quarters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from book_pages import PLAN, as_person, book
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.datastructures import FormData
from web_server import token

from duixian.ledger.organisations import OrganisationAdded, OrganisationKind
from duixian.ledger.plans import Item
from duixian.ledger.slicing import Along, Manner, Slicing, slicing_id
from duixian.ledger.store import Ledger
from duixian.web.slices import sliced

ITEM = f"{PLAN}/4"  # four kilometres of road
DISTRICTS = ("东城区", "西山县", "南湖县")


@contextmanager
def with_districts(folder: Path, place: str) -> Iterator[tuple[TestClient, Ledger]]:
    with book(folder, place) as (browser, ledger):
        for number, name in enumerate(DISTRICTS, 1):
            ledger.record("li", OrganisationAdded(f"d{number}", name, OrganisationKind.DISTRICT, "gov"))
        ledger.record("li", OrganisationAdded("far", "外地县政府", OrganisationKind.GOVERNMENT, "gov"))
        yield browser, ledger


def shown(browser: TestClient, along: str) -> str:
    """The form that the link for this along leads to."""
    page = browser.get(f"/items/{ITEM}").text
    link = re.search(rf'href="(/items/[^"]*along={along}[^"]*)"', page)
    assert link is not None
    return form_of(browser.get(link[1].replace("&amp;", "&")).text)


def form_of(page: str) -> str:
    found = re.search(r'<details[^>]* id="slice-1".*?</details>', page, re.DOTALL)
    assert found is not None
    return found[0]


def filled(browser: TestClient, along: str, *rows: tuple[str, str], **fields: str) -> dict[str, str]:
    """The form as the page sends it."""
    form = {"token": token(browser), "version": "3", "act": "slice", "measure": "里程", "along": along, "before": ""}
    for place, (name, value) in enumerate(rows, 1):
        form |= {f"part{place}": name, f"value{place}": value}
    return {**form, "manner": "share", "reason": "", **fields}


def kept(ledger: Ledger, along: Along) -> Slicing | None:
    with ledger.read() as tables:
        return tables.get(Slicing, slicing_id(ITEM, "里程", along))


def names_in(form: str) -> list[str]:
    return re.findall(r'name="part\d+"[^>]* value="([^"]*)"', form)


def test_a_goal_is_spread_over_the_districts_that_the_ledger_proposes(tmp_path: Path, place: str) -> None:
    with with_districts(tmp_path, place) as (browser, ledger):
        form = shown(browser, "district")
        assert names_in(form) == [*DISTRICTS, "", ""]
        assert re.findall(r'<option value="(.*?)"></option>', form) == list(DISTRICTS)
        assert "外地县政府" not in form
        assert 'value="running"' not in form
        rows = [("东城区", "2"), ("西山县", "１.5"), ("南湖县", "0"), ("高新区", "0.5"), ("", "")]
        done = browser.post(f"/items/{ITEM}", data=filled(browser, "district", *rows))
        assert "已保存" in done.text
        found = kept(ledger, Along.DISTRICT)
        assert found is not None
        assert [(one.name, one.value, one.organisation) for one in found.slices] == [
            ("东城区", 2, "d1"),
            ("西山县", 1.5, "d2"),
            ("南湖县", 0, "d3"),
            ("高新区", 0.5, None),
        ]
        assert kept(ledger, Along.QUARTER) is None
        again = form_of(done.text)
        assert 'value="district"' in again
        assert names_in(again) == ["东城区", "西山县", "南湖县", "高新区", "", ""]


def test_whoever_sees_the_item_sees_how_its_goal_is_spread(tmp_path: Path, place: str) -> None:
    with with_districts(tmp_path, place) as (browser, _):
        browser.post(f"/items/{ITEM}", data=filled(browser, "district", ("东城区", "3"), ("高新区", "1")))
        browser.post(f"/items/{ITEM}", data=filled(browser, "quarter", *[("", "1")] * 4))
        as_person(browser.app, "own2")  # type: ignore[arg-type]
        page = browser.get(f"/items/{ITEM}").text
        tables = re.findall(r"<caption>.*?</table>", page, re.DOTALL)
        assert len(tables) == 2
        assert "按季度" in tables[0]
        assert re.findall(r'row">(.*?)</th><td class="n">(.*?)</td>', tables[0])[0] == ("第1季度", "1公里")
        assert re.findall(r'row">(.*?)</th><td class="n">(.*?)</td>', tables[1]) == [
            ("东城区", "3公里"),
            ("高新区", "1公里"),
        ]
        assert 'name="part1"' not in page


def test_districts_that_do_not_add_up_are_told_and_kept_until_a_reason_is_given(tmp_path: Path, place: str) -> None:
    with with_districts(tmp_path, place) as (browser, ledger):
        for rows, words in (
            ([("东城区", "1"), ("西山县", "2")], "合计3公里，全年目标是≥4公里"),
            ([("东城区", "4"), ("西山县", "")], "没有填写数值：西山县"),
            ([("东城区", "3"), ("", "1")], "第2行没有写名称"),
            ([("东城区", "3"), ("西山县", "一")], "“一”不是一个数"),
            ([("东城区", "2"), ("东城区", "2")], "有两项同名"),
            ([("", ""), ("", "")], "分解没有内容"),
        ):
            answer = browser.post(f"/items/{ITEM}", data=filled(browser, "district", *rows))
            assert answer.status_code == 400
            assert words in answer.text
            form = form_of(answer.text)
            assert " open" in form[:80]
            assert names_in(form) == [name for name, _ in rows]
            assert re.findall(r'name="value\d+"[^>]* value="([^"]*)"', form) == [value for _, value in rows]
            assert kept(ledger, Along.DISTRICT) is None
        given_up = filled(browser, "district", ("东城区", "1"), ("西山县", "2"), reason="余下的由市本级实施")
        assert "已保存" in browser.post(f"/items/{ITEM}", data=given_up).text
        found = kept(ledger, Along.DISTRICT)
        assert found is not None
        assert found.reason == "余下的由市本级实施"


def test_more_rows_are_given_and_nothing_is_written(tmp_path: Path, place: str) -> None:
    with with_districts(tmp_path, place) as (browser, ledger):
        before = ledger.head()
        form = filled(browser, "industry", ("制造业", "3"), ("", ""), act="more:slice", reason="先写一半")
        answer = browser.post(f"/items/{ITEM}", data=form)
        assert answer.status_code == 200
        shown_again = form_of(answer.text)
        assert names_in(shown_again) == ["制造业", "", "", ""]
        assert 'value="先写一半"' in shown_again
        assert ledger.head() == before


@pytest.mark.parametrize("along", list(Along))
def test_a_goal_can_be_spread_along_everything_that_the_ledger_knows(tmp_path: Path, place: str, along: Along) -> None:
    rows = {
        Along.QUARTER: [("", "1")] * 4,
        Along.MONTH: [("", "0.5")] * 8 + [("", "0")] * 4,
        Along.DISTRICT: [("东城区", "4")],
        Along.INDUSTRY: [("制造业", "3"), ("服务业", "1")],
        Along.ORGANISATION: [("第1局", "3"), ("dept2", "1")],
    }[along]
    with with_districts(tmp_path, place) as (browser, ledger):
        assert f'name="along" value="{along}"' in shown(browser, along)
        assert "已保存" in browser.post(f"/items/{ITEM}", data=filled(browser, along, *rows)).text
        found = kept(ledger, along)
        assert found is not None
        assert [one.value for one in found.slices] == [float(value) for _, value in rows]
        if along is Along.ORGANISATION:
            assert [(one.name, one.organisation) for one in found.slices] == [("dept1",) * 2, ("dept2",) * 2]
            assert names_in(form_of(browser.get(f"/items/{ITEM}").text))[:2] == ["第1局", "第2局"]


def test_organisations_begin_with_those_that_own_the_item_and_unknown_ones_are_told(tmp_path: Path, place: str) -> None:
    with with_districts(tmp_path, place) as (browser, ledger):
        assert names_in(shown(browser, "organisation")) == ["第2局", "", ""]
        answer = browser.post(f"/items/{ITEM}", data=filled(browser, "organisation", ("第9局", "4")))
        assert answer.status_code == 400
        assert "没有这个单位" in answer.text
        assert names_in(form_of(answer.text)) == ["第9局"]
        assert kept(ledger, Along.ORGANISATION) is None


def test_months_that_are_left_empty_are_named(tmp_path: Path, place: str) -> None:
    with with_districts(tmp_path, place) as (browser, _):
        rows = [("", "0.5")] * 6 + [("", "")] + [("", "0.2")] * 5
        answer = browser.post(f"/items/{ITEM}", data=filled(browser, "month", *rows))
        assert (answer.status_code, "7月没有填写" in answer.text) == (400, True)
        assert form_of(answer.text).count('value="0.5"') == 6


def test_levels_of_districts_need_not_add_up(tmp_path: Path, place: str) -> None:
    with with_districts(tmp_path, place) as (browser, ledger):
        form = filled(browser, "district", ("东城区", "4"), ("西山县", "6"), manner="level")
        assert "已保存" in browser.post(f"/items/{ITEM}", data=form).text
        found = kept(ledger, Along.DISTRICT)
        assert found is not None
        assert found.manner is Manner.LEVEL


def test_the_second_of_two_who_spread_over_districts_is_told_and_shown_both(tmp_path: Path, place: str) -> None:
    with with_districts(tmp_path, place) as (browser, ledger):
        browser.post(f"/items/{ITEM}", data=filled(browser, "district", ("东城区", "4")))
        second = browser.post(f"/items/{ITEM}", data=filled(browser, "district", ("东城区", "1"), ("西山县", "3")))
        assert second.status_code == 400
        assert "别人已经分解过" in second.text
        assert "东城区 4" in form_of(second.text)
        assert names_in(form_of(second.text)) == ["东城区", "西山县"]
        before = re.search(r'name="before" value="([^"]+)"', form_of(second.text))
        assert before is not None
        again = filled(browser, "district", ("东城区", "1"), ("西山县", "3"), before=before[1])
        assert "已保存" in browser.post(f"/items/{ITEM}", data=again).text
        found = kept(ledger, Along.DISTRICT)
        assert found is not None
        assert [one.value for one in found.slices] == [1, 3]


def test_a_spread_of_an_earlier_day_is_shown_and_cannot_be_changed(tmp_path: Path, place: str) -> None:
    with with_districts(tmp_path, place) as (browser, _):
        browser.post(f"/items/{ITEM}", data=filled(browser, "district", ("东城区", "4")))
        from duixian.web.bookkeeping import today

        page = browser.get(f"/items/{ITEM}?as_of={today()}&measure=里程&along=district").text
        assert "<caption>里程" in page
        assert 'id="slice-1"' not in page


def test_an_along_that_there_is_not_is_passed_over(tmp_path: Path, place: str) -> None:
    with with_districts(tmp_path, place) as (browser, _):
        answer = browser.get(f"/items/{ITEM}?measure=里程&along=planet")
        assert answer.status_code == 200
        assert 'name="along" value="quarter"' in form_of(answer.text)
        assert browser.get(f"/items/{ITEM}?measure=没有&along=district").status_code == 200


_NAMES = st.text("甲乙丙丁ABC区县 （）", max_size=6)


def test_whatever_rows_are_typed_the_ledger_is_asked_for_those_that_hold_something(tmp_path: Path, place: str) -> None:
    with with_districts(tmp_path, place) as (_, ledger), ledger.read() as tables:
        row = tables.need(Item, ITEM, "")

        @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(st.lists(st.tuples(_NAMES, st.integers(-999, 999)), max_size=12))
        def asked(rows: list[tuple[str, int]]) -> None:
            typed = [(name, str(value) if name.strip() else "") for name, value in rows]
            form = {"measure": "里程", "along": "industry", "before": ""}
            for place, (name, value) in enumerate(typed, 1):
                form |= {f"part{place}": name, f"value{place}": value}
            event = sliced(tables, row, FormData(form))
            assert [(one.name, one.value) for one in event.slices] == [
                (name.strip(), value) for name, value in rows if name.strip()
            ]

        asked()


def test_slices_speak_english_too(tmp_path: Path, place: str) -> None:
    with with_districts(tmp_path, place) as (browser, _):
        page = browser.get(f"/items/{ITEM}?lang=en").text
        assert "by district" in page
        told = browser.post(f"/items/{ITEM}", data=filled(browser, "district", ("东城区", ""), ("西山县", "4"))).text
        assert "no value is given for 东城区" in told
        assert "row 1 has no name" in browser.post(f"/items/{ITEM}", data=filled(browser, "industry", ("", "4"))).text
