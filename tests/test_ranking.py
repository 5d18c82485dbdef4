"""Departments and districts side by side: rates, statistics, schemes, and what was published of them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_office import Clock, office, target

from duixian.ledger.errors import LedgerError, NotAllowedError, UnknownNameError
from duixian.ledger.exchange import export, restore
from duixian.ledger.groups import GroupFormed
from duixian.ledger.lights import lights
from duixian.ledger.methods import METHODS, Earned, Field
from duixian.ledger.metrics import MarkGiven, MarkWithdrawn, MetricRecorded, Rated
from duixian.ledger.organisations import (
    Organisation,
    OrganisationAdded,
    OrganisationChanged,
    OrganisationKind,
)
from duixian.ledger.periods import before, span, year_before
from duixian.ledger.placing import level, placing, ranks
from duixian.ledger.placing import parse as parse_placing
from duixian.ledger.plans import Item, ItemKind, ItemRegistered, Plan, PlanOpened, State
from duixian.ledger.progress import ProgressReported, Reading
from duixian.ledger.ranking import Board, Published, RankingPublished, ranking
from duixian.ledger.rates import parse as parse_rates
from duixian.ledger.rounds import Due, Round, RoundClosed, RoundOpened
from duixian.ledger.rulebook import RuleAdopted, shipped
from duixian.ledger.scheme_text import parse as parse_scheme
from duixian.ledger.schemes import Score, scheme, score
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger
from duixian.ledger.tables import MemoryTables

Office = tuple[Ledger, Clock, str]
DISTRICTS = {"qinghe": "青禾县", "shiliang": "石梁县", "baishi": "白石区"}
RACE = resources.files("duixian.ledger").joinpath("data/samples/scheme-investment-race.toml").read_text("utf-8")


@pytest.fixture
def book(backend: str, tmp_path: Path) -> Iterator[Office]:
    with office(backend, tmp_path, items=6, departments=3) as opened:
        districts(opened[0])
        yield opened


def districts(ledger: Ledger) -> None:
    ledger.record(
        "li", *(OrganisationAdded(id, name, OrganisationKind.DISTRICT, "gov") for id, name in DISTRICTS.items())
    )


def finish(ledger: Ledger, item: str, owner: str) -> None:
    ledger.record(
        owner, ItemMoved(item, "accept"), ProgressReported(item, "已完工"), ItemMoved(item, "submit", "已完工")
    )
    ledger.record("zhang", ItemMoved(item, "close"))


def growth(district: str, value: float, period: str = "2025-Q1", **more: object) -> MetricRecorded:
    return MetricRecorded(district, "固定资产投资增速", period, value, "%", "市统计局", **more)  # type: ignore[arg-type]


def boards(ledger: Ledger, by: str, period: str | None = "2025-Q1", **more: object) -> list[Board]:
    with ledger.read() as tables:
        return ranking(tables, "2025", by, period=period, **more)  # type: ignore[arg-type]


def lines(board: Board) -> list[tuple[int | None, str, float | None]]:
    return [(row.rank, row.organisation, row.value) for row in board.rows]


def scores(ledger: Ledger, name: str, period: str = "2025-Q1", as_of: date | None = None) -> dict[str, Score]:
    with ledger.read(as_of) as tables:
        return {one.organisation: one for one in score(tables, scheme(tables, name), period)}


SIMPLE = """
name = "投资"
kinds = ["district"]
[[criteria]]
id = "growth"
name = "投资增速"
weight = {weight}
source = {{ metric = "investment_growth" }}
method = "rank"
[[criteria]]
id = "landing"
weight = {rest}
source = {{ metric = "project_landing_rate" }}
method = "target"
target = 80
missing = "{missing}"
"""


def simple(weight: int = 10, rest: int = 90, missing: str = "reweigh") -> str:
    return SIMPLE.format(weight=weight, rest=rest, missing=missing)


class TestRates:
    def test_departments_are_ranked_by_what_they_completed(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record("li", RoundOpened("2025", "2025-Q1"))
        finish(ledger, "2025/2", "own2")
        finish(ledger, "2025/5", "own2")
        finish(ledger, "2025/1", "own1")
        (board,) = boards(ledger, "完成率")
        assert board.kind is OrganisationKind.DEPARTMENT
        assert lines(board) == [(1, "dept2", 100.0), (2, "dept1", 50.0), (3, "dept3", 0.0)]
        assert [(row.counted, row.of) for row in board.rows] == [(2, 2), (1, 2), (0, 2)]
        assert [row.level for row in board.rows] == ["blue", "yellow", "red"]

    def test_who_owed_nothing_has_no_value_and_is_told_so(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record("li", RoundOpened("2025", "2025-Q1"))
        (board,) = boards(ledger, "按期率")
        assert [(row.rank, row.value, row.why) for row in board.rows] == [(None, None, "本期没有到期的事项")] * 3
        assert board.ranked == 0

    def test_equal_values_share_a_rank_and_the_next_one_is_skipped(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record("li", RoundOpened("2025", "2025-Q1"))
        for number in (1, 2):
            ledger.record(f"own{number}", ItemMoved(f"2025/{number}", "accept"))
            ledger.record(f"own{number}", ProgressReported(f"2025/{number}", "已开工"))
        (board,) = boards(ledger, "reporting")
        assert [row.rank for row in board.rows] == [1, 1, 3]
        ledger.record("li", RuleAdopted("ranking", shipped("ranking").replace('"competition"', '"dense"')))
        (board,) = boards(ledger, "reporting")
        assert [row.rank for row in board.rows] == [1, 1, 2]

    def test_late_reports_count_as_reported_but_not_as_timely(self, book: Office) -> None:
        ledger, clock, _ = book
        ledger.record("own1", ItemMoved("2025/1", "accept"))
        ledger.record("own2", ItemMoved("2025/2", "accept"))
        ledger.record("li", RoundOpened("2025", "2025-Q1"))
        clock.set("2025-04-10")
        ledger.record("own1", ProgressReported("2025/1", "已开工"))
        clock.set("2025-04-11")
        ledger.record("own2", ProgressReported("2025/2", "已开工"))
        assert [row.counted for row in boards(ledger, "reporting")[0].rows] == [1, 1, 0]
        assert lines(boards(ledger, "timely_reporting")[0])[0] == (1, "dept1", 50.0)
        assert [row.counted for row in boards(ledger, "timely_reporting")[0].rows] == [1, 0, 0]

    def test_a_slow_review_does_not_make_a_department_late(self, book: Office) -> None:
        ledger, clock, _ = book
        ledger.record(
            "li",
            *(ItemRegistered("2025", f"x{n}", "清理欠款", ItemKind.TASK, deadline="2025-03-31") for n in (1, 2)),
            ItemMoved("2025/x1", "assign", lead="dept1"),
            ItemMoved("2025/x2", "assign", lead="dept2"),
        )
        for number, day in ((1, "2025-03-31"), (2, "2025-04-01")):
            clock.set(day)
            ledger.record(
                f"own{number}",
                ItemMoved(f"2025/x{number}", "accept"),
                ProgressReported(f"2025/x{number}", "已清理"),
                ItemMoved(f"2025/x{number}", "submit", "已清理"),
            )
        clock.set("2025-05-01")
        ledger.record("zhang", ItemMoved("2025/x1", "close"), ItemMoved("2025/x2", "close"))
        (board,) = boards(ledger, "on_time")
        assert lines(board) == [(1, "dept1", 100.0), (2, "dept2", 0.0), (None, "dept3", None)]
        with ledger.read() as tables:
            item = tables.need(Item, "2025/x1", "事项")
        assert (item.submitted, item.closed) == ("2025-03-31", "2025-05-01")

    def test_an_application_that_is_sent_back_counts_from_the_next_one(self, book: Office) -> None:
        ledger, clock, _ = book
        ledger.record("own1", ItemMoved("2025/1", "accept"), ProgressReported("2025/1", "已完工"))
        ledger.record("own1", ItemMoved("2025/1", "submit", "已完工"))
        ledger.record("zhang", ItemMoved("2025/1", "return", "缺验收单"))
        with ledger.read() as tables:
            assert tables.need(Item, "2025/1", "事项").submitted is None
        clock.set("2025-06-01")
        ledger.record("own1", ProgressReported("2025/1", "已补"), ItemMoved("2025/1", "submit", "已补"))
        with ledger.read() as tables:
            assert tables.need(Item, "2025/1", "事项").submitted == "2025-06-01"

    def test_green_lights_are_counted_among_the_items_that_are_worked_on(self, book: Office) -> None:
        ledger, clock, _ = book
        ledger.record("li", RoundOpened("2025", "2025-Q1"))
        clock.set("2025-04-01")
        for number, value in ((1, 0.5), (2, 0.0)):
            owner, item = f"own{number}", f"2025/{number}"
            reading = Reading("里程", value, "公里")
            ledger.record(owner, ItemMoved(item, "accept"), ProgressReported(item, "已填报", (reading,)))
        (board,) = boards(ledger, "on_track")
        with ledger.read() as tables:
            found = {one.item: str(one.colour) for one in lights(tables, "2025", date(2025, 4, 11), date.max)}
        shown = {row.organisation: (row.counted, row.of) for row in board.rows}
        for dept, items in (("dept1", ("2025/1", "2025/4")), ("dept2", ("2025/2", "2025/5"))):
            colours = [found[item] for item in items]
            assert shown[dept] == (colours.count("green"), sum(one in ("green", "yellow", "red") for one in colours))
        assert {"green", "red"} <= set(found.values())

    def test_a_group_counts_for_itself_and_stands_on_a_board_of_its_own(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record(
            "li",
            OrganisationAdded("taskforce", "重大项目专班", OrganisationKind.GROUP, "gov"),
            GroupFormed("taskforce", "组长", "own1", ("dept1", "dept2")),
            ItemRegistered("2025", "g", "推进重大项目", ItemKind.PROJECT),
            ItemMoved("2025/g", "assign", lead="taskforce"),
        )
        departments, groups = boards(ledger, "completion")
        assert [row.of for row in departments.rows] == [2, 2, 2]
        assert (groups.kind, lines(groups)) == (OrganisationKind.GROUP, [(1, "taskforce", 0.0)])

    def test_what_an_office_below_leads_counts_for_the_department_above_it(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record(
            "li",
            OrganisationAdded("section", "综合科", OrganisationKind.DEPARTMENT, "dept1"),
            ItemRegistered("2025", "s", "修订办法", ItemKind.TASK),
            ItemMoved("2025/s", "assign", lead="section"),
        )
        (board,) = boards(ledger, "completion")
        assert {row.organisation: row.of for row in board.rows} == {"dept1": 3, "dept2": 2, "dept3": 2}

    def test_an_office_defines_a_rate_of_its_own_without_code(self, book: Office) -> None:
        ledger, _, _ = book
        own = """
[livelihood]
name = "民生实事办结率"
definition = "民生实事中已办结或已申请办结的比例。"
over = "items"
of = { kind = ["livelihood"] }
counted = { any = [{ state = ["closed"] }, { submitted = { given = true } }] }
"""
        ledger.record(
            "li",
            RuleAdopted("rates", own),
            ItemRegistered("2025", "m", "新建幼儿园", ItemKind.LIVELIHOOD),
            ItemMoved("2025/m", "assign", lead="dept3"),
        )
        ledger.record("own3", ItemMoved("2025/m", "accept"), ProgressReported("2025/m", "已建成"))
        ledger.record("own3", ItemMoved("2025/m", "submit", "已建成"))
        (board,) = boards(ledger, "民生实事办结率")
        assert lines(board)[0] == (1, "dept3", 100.0)

    @pytest.mark.parametrize(
        ("part", "wrong", "told"),
        [
            ('over = "items"', 'over = "things"', "不能统计“things”"),
            ('state = ["closed"]', 'state = ["close"]', "没有“close”这个值"),
            ('state = ["closed"]', 'stat = ["closed"]', "不能按“stat”筛选"),
            ('{ to = "period_end" }', '{ until = "period_end" }', "不认识的“until”"),
            ('definition = "牵头', 'definition = " "\nmore = "牵头', "没有写明定义"),
        ],
    )
    def test_a_definition_with_a_mistake_is_refused_and_named(self, part: str, wrong: str, told: str) -> None:
        text = shipped("rates")
        assert part in text
        with pytest.raises(LedgerError, match=told):
            parse_rates(tomllib.loads(text.replace(part, wrong, 1)))

    def test_a_name_that_is_nothing_suggests_the_nearest(self, book: Office) -> None:
        ledger, _, _ = book
        with pytest.raises(UnknownNameError) as caught:
            boards(ledger, "办结比率")
        assert "办结率" in caught.value.nearest


class TestForEver:
    def test_a_closed_round_answers_alike_whatever_happens_later(self, book: Office) -> None:
        ledger, clock, _ = book
        asked = ("completion", "reporting", "timely_reporting", "satisfaction", "closure", "on_time", "on_track")
        ledger.record("li", RoundOpened("2025", "2025-Q1"))
        finish(ledger, "2025/1", "own1")
        ledger.record("own2", ItemMoved("2025/2", "accept"), ProgressReported("2025/2", "已开工"))
        ledger.record("li", Rated("2025@2025-Q1", 85, "企业问卷", organisation="dept2"))
        before = {by: [replace(board, frozen=True) for board in boards(ledger, by)] for by in asked}
        assert before["on_track"][0].ranked > 0
        ledger.record("li", RoundClosed("2025@2025-Q1"))
        clock.set("2025-06-01")
        ledger.record("zhang", ItemMoved("2025/1", "reopen", "复核不实"))
        ledger.record("own2", ItemMoved("2025/2", "submit", "已完工"))
        ledger.record("zhang", ItemMoved("2025/2", "close"))
        ledger.record(
            "li",
            ItemMoved("2025/3", "transfer", "职责调整", lead="dept1"),
            OrganisationAdded("new", "新设局", OrganisationKind.DEPARTMENT, "gov"),
            OrganisationChanged("dept3", parent="dept1"),
            RuleAdopted("rates", shipped("rates").replace('state = ["closed"]', 'state = ["assigned"]')),
            RuleAdopted("ranking", shipped("ranking").replace('"competition"', '"dense"')),
        )
        assert {by: boards(ledger, by) for by in asked} == before
        assert ledger.verify().ok

    def test_an_open_round_moves_with_the_work(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record("li", RoundOpened("2025", "2025-Q1"))
        first = boards(ledger, "completion")
        finish(ledger, "2025/1", "own1")
        assert boards(ledger, "completion") != first
        assert not first[0].frozen

    def test_a_closed_round_takes_no_more_ratings(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record("li", RoundOpened("2025", "2025-Q1"), RoundClosed("2025@2025-Q1"))
        with pytest.raises(NotAllowedError, match="已经关闭"):
            ledger.record("li", Rated("2025@2025-Q1", 85, "企业问卷", organisation="dept2"))

    def test_the_year_up_to_any_day_is_ranked_as_it_stood_then(self, book: Office) -> None:
        ledger, clock, _ = book
        clock.set("2025-05-01")
        finish(ledger, "2025/1", "own1")
        for day, value in (("2025-04-30", 0.0), ("2025-05-01", 50.0)):
            with ledger.read(date.fromisoformat(day)) as tables:
                (board,) = ranking(tables, "2025", "completion", day=day)
            assert {row.organisation: row.value for row in board.rows}["dept1"] == value

    def test_movement_is_told_since_the_last_round_of_the_same_rhythm(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record("li", RoundOpened("2025", "2025-01"))
        finish(ledger, "2025/1", "own1")
        ledger.record("li", RoundClosed("2025@2025-01"), RoundOpened("2025", "2025-Q1"))
        ledger.record("li", RoundOpened("2025", "2025-02"))
        finish(ledger, "2025/2", "own2")
        finish(ledger, "2025/5", "own2")
        (board,) = boards(ledger, "completion", "2025-02")
        assert {row.organisation: (row.earlier, row.rank, row.moved) for row in board.rows} == {
            "dept2": (2, 1, 1),
            "dept1": (1, 2, -1),
            "dept3": (2, 3, -1),
        }
        assert [row.moved for row in boards(ledger, "completion", "2025-01")[0].rows] == [None] * 3

    def test_a_quarter_without_a_round_takes_the_reports_of_its_months(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record("own1", ItemMoved("2025/1", "accept"))
        for month in ("2025-01", "2025-02"):
            ledger.record("li", RoundOpened("2025", month))
            ledger.record("own1", ProgressReported("2025/1", f"{month}进展"))
            ledger.record("li", RoundClosed(f"2025@{month}"))
        ledger.record("li", RoundOpened("2025", "2025-04"))
        (board,) = boards(ledger, "reporting")
        assert {row.organisation: (row.counted, row.of) for row in board.rows} == {
            "dept1": (2, 4),
            "dept2": (0, 4),
            "dept3": (0, 4),
        }


class TestPublishing:
    def test_what_was_published_stays_to_the_letter_when_a_figure_is_corrected(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record("li", growth("qinghe", 6.2), growth("shiliang", 8.0))
        ledger.record("zhang", RankingPublished("2025", "投资增速", "2025-Q1", note="一季度晾晒"))
        (shown,) = boards(ledger, "投资增速")
        ledger.record("li", growth("qinghe", 9.9, correction="统计局订正"))
        with ledger.read() as tables:
            (kept,) = tables.select(Published)
        assert kept.boards == (shown,)
        assert lines(shown)[0] == (1, "shiliang", 8.0)
        assert lines(boards(ledger, "投资增速")[0])[0] == (1, "qinghe", 9.9)
        assert (kept.who, kept.note) == ("zhang", "一季度晾晒")
        assert ledger.verify().ok

    def test_only_those_over_the_plan_publish(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record("li", growth("qinghe", 6.2))
        with pytest.raises(NotAllowedError, match="公布排名"):
            ledger.record("own1", RankingPublished("2025", "投资增速", "2025-Q1"))

    def test_nothing_is_published_where_nobody_has_a_value(self, book: Office) -> None:
        ledger, _, _ = book
        with pytest.raises(LedgerError, match="没有一个单位有数据"):
            ledger.record("li", RankingPublished("2025", "投资增速", "2025-Q1"))


class TestFacts:
    def test_who_has_no_figure_is_shown_without_a_rank(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record("li", growth("qinghe", 6.2), growth("shiliang", 8.0))
        (board,) = boards(ledger, "投资增速")
        assert (board.kind, board.ranked) == (OrganisationKind.DISTRICT, 2)
        assert lines(board)[-1] == (None, "baishi", None)

    def test_of_what_should_be_low_the_lowest_is_first(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record(
            "li",
            MetricRecorded("qinghe", "万人投诉件数", "2025-Q1", 3.1, "件", "热线办"),
            MetricRecorded("shiliang", "万人投诉件数", "2025-Q1", 1.2, "件", "热线办"),
        )
        assert lines(boards(ledger, "complaints_per_10000")[0])[0] == (1, "shiliang", 1.2)

    @pytest.mark.parametrize(
        ("wish", "told"),
        [
            (MetricRecorded("qinghe", "民间投资占比", "2025-Q1", 162.0, "%", "统计局"), "不在合理范围"),
            (MetricRecorded("qinghe", "民间投资占比", "2025-Q1", 62.0, "万元", "统计局"), "单位应是“%”"),
            (MetricRecorded("qinghe", "民间投资占比", "1985-Q1", 62.0, "%", "统计局"), "离台账的年度太远"),
            (MetricRecorded("qinghe", "民间投资占比", "2025-13", 62.0, "%", "统计局"), "不是调度期的写法"),
            (MetricRecorded("qinghe", "民间投资占比", "2025-Q1", float("nan"), "%", "统计局"), "不是一个数"),
            (MetricRecorded("qinghe", "民间投资占比", "2025-Q1", 62.0, "%", " "), "数据来源"),
            (MetricRecorded("qinghe", "民营投资占比", "2025-Q1", 62.0, "%", "统计局"), "民间投资占比"),
            (MetricRecorded("青禾区", "民间投资占比", "2025-Q1", 62.0, "%", "统计局"), "青禾县"),
            (MarkGiven("qinghe", "通报表扬", "2025-02-30", "好"), "不是日期"),
            (MarkGiven("qinghe", "通报表扬", "2052-02-03", "好"), "离台账的年度太远"),
            (MarkGiven("qinghe", "通报表扬", "2025-02-03", "好", -2.0), "不是正数"),
            (MarkGiven("qinghe", "通报表样", "2025-02-03", "好"), "通报表扬"),
            (Rated("2025@2025-Q1", 101, "企业", organisation="dept1"), "不在0到100之间"),
            (Rated("2025@2025-Q1", 90, "企业"), "只写一个"),
            (Rated("2025@2025-Q9", 90, "企业", organisation="dept1"), "没有这个调度期"),
        ],
    )
    def test_a_slip_of_the_pen_is_refused_and_named(self, book: Office, wish: object, told: str) -> None:
        ledger, _, _ = book
        ledger.record("li", RoundOpened("2025", "2025-Q1"))
        before = ledger.head()
        with pytest.raises(LedgerError, match=told):
            ledger.record("li", wish)  # type: ignore[arg-type]
        assert ledger.head() == before

    def test_a_second_value_needs_a_reason_and_then_replaces_the_first(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record("li", growth("qinghe", 6.2))
        with pytest.raises(LedgerError, match=r"已登记为6\.2%"):
            ledger.record("li", growth("qinghe", 6.4))
        ledger.record("li", growth("qinghe", 6.4, correction="统计局订正"))
        assert lines(boards(ledger, "投资增速")[0])[0] == (1, "qinghe", 6.4)
        assert len(ledger.journal("qinghe")) == 3

    def test_nobody_writes_the_figures_by_which_they_are_compared(self, book: Office) -> None:
        ledger, _, _ = book
        with pytest.raises(NotAllowedError):
            ledger.record("own1", MetricRecorded("dept1", "红旗项目数", "2025-Q1", 3, "个", "自报"))
        with pytest.raises(NotAllowedError):
            ledger.record("own1", MarkGiven("dept1", "通报表扬", "2025-02-03", "自我表扬"))

    def test_a_rating_of_an_item_counts_for_who_leads_it(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record("li", RoundOpened("2025", "2025-Q1"))
        ledger.record(
            "li",
            Rated("2025@2025-Q1", 90, "服务对象", item="2025/2"),
            Rated("2025@2025-Q1", 70, "人大代表", item="2025/2"),
        )
        (board,) = boards(ledger, "满意率")
        assert lines(board)[0] == (1, "dept2", 50.0)
        with pytest.raises(LedgerError, match="本期已评90分"):
            ledger.record("li", Rated("2025@2025-Q1", 60, "服务对象", item="2025/2"))


class TestSchemes:
    def test_the_race_for_investment_is_judged_from_a_file_without_code(self, book: Office) -> None:
        ledger, _, _ = book
        figures = {
            "investment_growth": (6.2, 8.0, 6.2),
            "construction_investment_growth": (7.5, 15.0, -1.0),
            "hightech_investment_growth": (10.0, 25.0, 0.0),
            "private_investment_share": (60.0, 65.0, 55.0),
            "project_landing_rate": (96.0, 85.0, 60.0),
            "key_project_completion": (98.0, 104.0, 50.0),
            "red_flag_projects": (2.0, 5.0, 0.0),
        }
        units = {"red_flag_projects": "个"}
        ledger.record(
            "li",
            RuleAdopted("scheme:投资赛马", RACE),
            *(
                MetricRecorded(district, metric, "2025-Q1", value, units.get(metric, "%"), "市统计局")
                for metric, values in figures.items()
                for district, value in zip(DISTRICTS, values, strict=True)
            ),
            MarkGiven("qinghe", "通报表扬", "2025-02-10", "项目攻坚", 5),
            MarkGiven("shiliang", "通报批评", "2025-03-31", "进展迟缓"),
            MarkGiven("shiliang", "通报批评", "2025-04-01", "下一期的事"),
        )
        found = scores(ledger, "投资赛马")
        # 青禾: 10 (second of three, tied) + 7.5 + 7.5 + 10.5 + 15 + 9.8 + 4, and 3 of the 5 points of the commendation.
        assert found["qinghe"].total == pytest.approx(67.3)
        # 石梁: 20 + 15 + 15 + 15×0.85 + 12 + 10 + 10 - 1.
        assert found["shiliang"].total == pytest.approx(93.75)
        # 白石: 10 (tied) + 0 + 0 + 15×0.55 + 0 + 5 + 0.
        assert found["baishi"].total == pytest.approx(23.25)
        said = [part.sentence for part in found["qinghe"].parts]
        assert said[0] == "固定资产投资增速6.2%，第2位（3个县区），按位次得10/20分"
        assert said[-1] == "通报表扬5分，按1分计5分，最多3分，加3分"
        assert [row.organisation for row in boards(ledger, "投资赛马")[0].rows] == ["shiliang", "qinghe", "baishi"]

    def test_the_sentence_of_a_rank_says_where_and_among_how_many(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record(
            "li",
            *(OrganisationAdded(f"d{n}", f"第{n}县", OrganisationKind.DISTRICT, "gov") for n in range(9)),
            RuleAdopted("scheme:投资", simple()),
            growth("qinghe", 6.2),
            growth("shiliang", 9.0),
            growth("baishi", 8.0),
            *(growth(f"d{n}", float(n) / 2) for n in range(9)),
        )
        part = scores(ledger, "投资")["qinghe"].parts[0]
        # Where nobody has the other figure, the whole weight is on this one.
        assert part.sentence == "投资增速6.2%，第3位（12个县区），按位次得81.82/100分"
        ledger.record("li", MetricRecorded("qinghe", "项目落地率", "2025-Q1", 80, "%", "发改局"))
        part = scores(ledger, "投资")["qinghe"].parts[0]
        assert part.sentence == "投资增速6.2%，第3位（12个县区），按位次得8.18/10分"

    @pytest.mark.parametrize(
        ("missing", "total", "told"),
        [("reweigh", 100.0, "不计入"), ("zero", 10.0, "得0/90分"), ("average", 55.0, "2个有数据的县区的平均")],
    )
    def test_missing_data_is_dealt_with_as_the_scheme_says_and_shown(
        self, book: Office, missing: str, total: float, told: str
    ) -> None:
        ledger, _, _ = book
        ledger.record(
            "li",
            RuleAdopted("scheme:投资", simple(missing=missing)),
            growth("qinghe", 9.0),
            growth("shiliang", 8.0),
            growth("baishi", 7.0),
            MetricRecorded("shiliang", "项目落地率", "2025-Q1", 80, "%", "发改局"),
            MetricRecorded("baishi", "项目落地率", "2025-Q1", 0, "%", "发改局"),
        )
        found = scores(ledger, "投资")["qinghe"]
        assert found.total == pytest.approx(total)
        assert told in found.parts[1].sentence

    def test_weights_that_do_not_make_a_hundred_are_refused(self, book: Office) -> None:
        ledger, _, _ = book
        with pytest.raises(LedgerError, match=r"权重合计95（10＋85），不是100"):
            ledger.record("li", RuleAdopted("scheme:投资", simple(10, 85)))

    @pytest.mark.parametrize(
        ("part", "wrong", "told"),
        [
            ('method = "rank"', 'method = "luck"', "method 不能写“luck”"),
            ("target = 80", "", "没有写明 target"),
            ("target = 80", "taget = 80", "不认识“taget”这个写法。您要的也许是：target"),
            ('kinds = ["district"]', "kinds = []", "没有说明考核哪类单位"),
            ('metric = "project_landing_rate"', 'metric = "x", rate = "completion"', "中的一个"),
            ('id = "landing"', 'id = "growth"', "用了同一个编号"),
        ],
    )
    def test_a_scheme_with_a_mistake_is_refused_and_named(self, part: str, wrong: str, told: str) -> None:
        with pytest.raises(LedgerError, match=told):
            parse_scheme(tomllib.loads(simple().replace(part, wrong, 1)))

    def test_a_metric_that_nobody_defined_is_named_with_the_nearest(self, book: Office) -> None:
        ledger, _, _ = book
        wrong = RuleAdopted("scheme:投资", simple().replace("investment_growth", "investments_growth"))
        with pytest.raises(UnknownNameError) as caught:
            ledger.record("li", wrong)
        assert "investment_growth" in caught.value.nearest

    def test_a_veto_limits_the_total_until_it_is_withdrawn(self, book: Office) -> None:
        ledger, _, _ = book
        vetoed = simple() + '[[veto]]\nname = "一票否决"\nmarks = ["veto"]\nlimit = 59\n'
        ledger.record("li", RuleAdopted("scheme:投资", vetoed), growth("qinghe", 9.0), growth("shiliang", 8.0))
        (entry,) = ledger.record("li", MarkGiven("qinghe", "一票否决", "2025-01-20", "数据不实"))
        found = scores(ledger, "投资")["qinghe"]
        assert (found.total, found.parts[-1].sentence) == (59.0, "一票否决：数据不实，总分不超过59分")
        ledger.record("li", MarkWithdrawn(f"qinghe#{entry.sequence}", "复核属实"))
        assert scores(ledger, "投资")["qinghe"].total == 100.0

    def test_comparable_places_are_ranked_among_themselves(self, book: Office) -> None:
        ledger, _, _ = book
        classes = (
            '[[classes]]\nname = "一类"\norganisations = ["qinghe", "shiliang"]\n'
            '[[classes]]\nname = "二类"\norganisations = ["baishi"]\n'
        )
        ledger.record(
            "li",
            RuleAdopted("scheme:投资", simple() + classes),
            growth("qinghe", 9.0),
            growth("shiliang", 8.0),
            growth("baishi", 1.0),
        )
        first, second = boards(ledger, "投资")
        assert (first.group, lines(first)) == ("一类", [(1, "qinghe", 100.0), (2, "shiliang", 0.0)])
        assert (second.group, lines(second)) == ("二类", [(1, "baishi", 100.0)])

    def test_growth_is_over_the_same_period_of_the_year_before(self, book: Office) -> None:
        ledger, _, _ = book
        text = """
name = "红旗"
kinds = ["district"]
[[criteria]]
id = "flags"
name = "红旗项目"
weight = 100
source = { metric = "red_flag_projects" }
method = "growth"
floor = 0
ceiling = 100
"""
        ledger.record(
            "li",
            RuleAdopted("scheme:红旗", text),
            MetricRecorded("qinghe", "红旗项目", "2024-Q1", 4, "个", "发改局"),
            MetricRecorded("qinghe", "红旗项目", "2025-Q1", 6, "个", "发改局"),
            MetricRecorded("shiliang", "红旗项目", "2025-Q1", 6, "个", "发改局"),
        )
        found = scores(ledger, "红旗")
        assert found["qinghe"].total == 50.0
        assert "上年同期4个，变化50%" in found["qinghe"].parts[0].sentence
        assert found["shiliang"].total is None
        assert "没有上年同期数据" in found["shiliang"].parts[0].sentence

    def test_departments_are_judged_by_rates_with_what_is_behind_them(self, book: Office) -> None:
        ledger, _, _ = book
        text = """
name = "部门考核"
kinds = ["department"]
[[criteria]]
id = "completion"
name = "完成率"
weight = 60
source = { rate = "completion" }
method = "linear"
floor = 0
ceiling = 100
[[criteria]]
id = "late"
name = "批评"
weight = 40
source = { marks = ["criticism", "talk"], count = "points" }
method = "steps"
steps = [[0, 1.0], [2, 0.5]]
"""
        ledger.record("li", RuleAdopted("scheme:部门", text), RoundOpened("2025", "2025-Q1"))
        finish(ledger, "2025/1", "own1")
        ledger.record("li", MarkGiven("dept2", "约谈", "2025-02-01", "进展迟缓"))
        found = scores(ledger, "部门")
        assert {id: one.total for id, one in found.items()} == {"dept1": 70.0, "dept2": 20.0, "dept3": 40.0}
        assert "完成率50%（1/2）" in found["dept1"].parts[0].sentence

    def test_scores_follow_from_the_journal_alone(self, book: Office, backend: str, tmp_path: Path) -> None:
        ledger, _, _ = book
        ledger.record("li", RuleAdopted("scheme:投资赛马", RACE), growth("qinghe", 6.2), growth("baishi", -3.0))
        ledger.record("li", MarkGiven("qinghe", "通报表扬", "2025-02-10", "项目攻坚"))
        export(ledger, tmp_path / "台账.jsonl")
        with Ledger(target(backend, tmp_path)) as other:
            restore(tmp_path / "台账.jsonl", other)
            assert scores(other, "投资赛马") == scores(ledger, "投资赛马")
            assert other.verify().ok

    def test_a_score_as_of_a_day_uses_the_scheme_adopted_then(self, book: Office) -> None:
        ledger, clock, _ = book
        clock.set("2025-04-10")
        ledger.record("li", RuleAdopted("scheme:投资", simple(missing="zero")), growth("qinghe", 9.0))
        clock.set("2025-05-10")
        ledger.record("li", RuleAdopted("scheme:投资", simple(40, 60, "zero")))
        assert scores(ledger, "投资")["qinghe"].total == 40.0
        assert scores(ledger, "投资", as_of=date(2025, 4, 30))["qinghe"].total == 10.0

    def test_nobody_is_given_nothing_for_a_period_without_any_data(self, book: Office) -> None:
        ledger, _, _ = book
        ledger.record("li", RuleAdopted("scheme:投资", simple(missing="zero")))
        assert {one.total for one in scores(ledger, "投资").values()} == {None}


class TestPeriods:
    @pytest.mark.parametrize(
        ("period", "first", "last", "ahead", "year"),
        [
            ("2025-03", "2025-03-01", "2025-03-31", "2025-02", "2024-03"),
            ("2025-01", "2025-01-01", "2025-01-31", "2024-12", "2024-01"),
            ("2025-Q1", "2025-01-01", "2025-03-31", "2024-Q4", "2024-Q1"),
            ("2025", "2025-01-01", "2025-12-31", "2024", "2024"),
        ],
    )
    def test_a_period_knows_its_days_and_its_neighbours(
        self, period: str, first: str, last: str, ahead: str, year: str
    ) -> None:
        tables = MemoryTables()
        days = span(tables, period)
        assert (days.start, days.end) == (first, last)
        assert (before(tables, period), year_before(tables, period)) == (ahead, year)


RULES = parse_placing(tomllib.loads(shipped("ranking")))
VALUES = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.floats(-1e6, 1e6), min_size=1, max_size=30)


class TestProperties:
    @given(VALUES, st.sampled_from(["high", "low"]), st.sampled_from(["competition", "dense"]))
    def test_ranks_follow_the_values_and_equal_ones_are_tied(
        self, values: dict[str, float], better: str, method: str
    ) -> None:
        rules = replace(RULES, method=method)
        held = {id: round(value, rules.decimals) for id, value in values.items()}
        found = ranks(values, better, rules)
        for one, value in held.items():
            ahead = [other for other in held.values() if (other > value if better == "high" else other < value)]
            assert found[one] == 1 + len(ahead if method == "competition" else set(ahead))

    @given(
        st.sampled_from(sorted(METHODS)),
        st.dictionaries(st.sampled_from("abcde"), st.floats(-1e4, 1e4), min_size=1),
        st.dictionaries(st.sampled_from("abcde"), st.floats(-1e4, 1e4)),
        st.sampled_from(["high", "low"]),
        st.floats(-100, 100),
        st.floats(-100, 100).filter(lambda edge: abs(edge) > 1e-3),
    )
    def test_no_method_gives_more_than_its_weight_or_less_than_nothing(
        self, name: str, values: dict[str, float], last: dict[str, float], better: str, floor: float, step: float
    ) -> None:
        given = {
            "linear": {"floor": floor, "ceiling": floor + step},
            "rank": {"last": 0.2},
            "target": {"target": floor},
            "steps": {"steps": [[floor + 1, 1.0], [floor, 0.3]]},
            "growth": {"floor": floor, "ceiling": floor + step, "change": "relative"},
            "average": {"base": 0.6, "per_unit": 0.1},
        }
        METHODS[name].check("投资", given[name])
        field = Field(values, ranks(values, better, RULES), "%", better, last, {})
        for one in values:
            earned = METHODS[name].earn(given[name], field, one)
            assert not isinstance(earned, Earned) or 0 <= earned.share <= 1

    @settings(max_examples=15, deadline=None)
    @given(st.permutations(range(7)), st.integers(1, 99))
    def test_the_order_of_entries_does_not_matter(self, order: list[int], weight: int) -> None:
        facts = [
            MetricRecorded("qinghe", "investment_growth", "2025-Q1", 6.2, "%", "统计局"),
            MetricRecorded("shiliang", "investment_growth", "2025-Q1", 8.1, "%", "统计局"),
            MetricRecorded("baishi", "investment_growth", "2025-Q1", 0.3, "%", "统计局"),
            MetricRecorded("qinghe", "project_landing_rate", "2025-Q1", 63.3, "%", "发改局"),
            MetricRecorded("baishi", "project_landing_rate", "2025-Q1", 71.9, "%", "发改局"),
            MarkGiven("qinghe", "commendation", "2025-02-01", "项目攻坚"),
            MarkGiven("qinghe", "commendation", "2025-03-01", "招商引资", 0.3),
        ]
        bonus = (
            '[[bonus]]\nname = "加分"\nsource = { marks = ["commendation"], count = "points" }\neach = 0.7\ncap = 2\n'
        )
        text = simple(weight, 100 - weight, "average") + bonus
        found = []
        for sequence in (range(7), order):
            with TemporaryDirectory() as folder, office("sqlite", Path(folder), 1, 1) as (ledger, _, _):
                districts(ledger)
                ledger.record("li", RuleAdopted("scheme:投资", text), *(facts[index] for index in sequence))
                found.append(scores(ledger, "投资"))
        assert found[0] == found[1]
        assert all(one.total is not None and 0 <= one.total <= 102 for one in found[0].values())


def test_many_who_share_a_place_stand_in_the_middle_of_the_places_they_take() -> None:
    tables = MemoryTables()
    rules = placing(tables)
    best, last = rules.classes.levels[0], rules.classes.levels[-1]
    assert level(rules, "x", "high", 0.0, 3, 27, 25) not in (best, last)
    assert level(rules, "x", "high", 0.0, 27, 27) == last
    assert level(rules, "x", "high", 9.0, 1, 27) == best


def test_of_ten_thousand_items_none_is_left_out_of_the_ranking() -> None:
    for count in (2_500, 10_000):
        (board,) = ranking(filled(count), "2025", "completion", period="2025-Q1")
        assert (len(board.rows), sum(row.of or 0 for row in board.rows)) == (40, count)


def filled(count: int) -> MemoryTables:
    """A plan with so many items, a third of them closed, and an open round in which all of them report."""
    tables = MemoryTables()
    tables.put([Organisation("gov", "云岭市人民政府", OrganisationKind.GOVERNMENT, None)])
    tables.put([Organisation(f"dept{n}", f"第{n}局", OrganisationKind.DEPARTMENT, "gov") for n in range(40)])
    tables.put([Plan("2025", "gov", None, 2025, "台账", None, None, "open", None)])
    tables.put([Round("2025@2025-Q1", "2025", "quarterly", "2025-Q1", "2025-04-10", "open", None)])
    for number in range(count):
        closed = number % 3 == 0
        item = Item(
            id=f"2025/{number}",
            plan="2025",
            number=str(number),
            text="修路",
            kind=ItemKind.TASK,
            section="",
            evidence=(),
            records=(),
            measures=(),
            milestones=(),
            first_deadline="2025-12-31",
            deadline="2025-12-31",
            suggestion=None,
            lead=f"dept{number % 40}",
            supporting=(),
            leader=None,
            state=State.CLOSED if closed else State.IN_PROGRESS,
            held=None,
            extension_asked=None,
            hands=(),
            assigned=None,
            progress=None,
            sources=(),
            became=(),
            public=False,
            submitted="2025-02-01" if closed else None,
            closed="2025-02-02" if closed else None,
            version=1,
        )
        due = Due(f"2025@2025-Q1:{item.id}", "2025@2025-Q1", item.id, f"dept{number % 40}", None, False, None)
        tables.put([item, due])
    return tables


def test_last_year_is_the_plan_that_was_kept_then(tmp_path: Path, backend: str) -> None:
    with office(backend, tmp_path) as (ledger, _, _):
        ledger.record("li", PlanOpened("2026", "gov", 2026, "云岭市2026年度台账", follows="2025"))
        with ledger.read() as tables, pytest.raises(LedgerError, match="不在2026年度之内"):
            ranking(tables, "2026", "completion", period="2025-Q1")
