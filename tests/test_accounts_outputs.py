"""What goes out of the account book says what the book says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from ledger_office import Clock, office

import duixian
from duixian import samples
from duixian.comparison.reports import Report, report_of
from duixian.ledger.closing import ItemCarried, PlanClosed
from duixian.ledger.errors import LedgerError, UnknownNameError
from duixian.ledger.founding import Founder, founding
from duixian.ledger.opening import proposals_of
from duixian.ledger.orders import OrderIssued
from duixian.ledger.organisations import Grant, OrganisationChanged, PersonAdded, Role
from duixian.ledger.plans import Item, ItemRevised, PlanOpened
from duixian.ledger.problems import ProblemFound
from duixian.ledger.progress import ProgressReported, Reading
from duixian.ledger.rounds import RoundClosed, RoundOpened
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger
from duixian.reporting.accounts.bulletin import Bulletin, bulletin, period_name
from duixian.reporting.accounts.closing_statement import ClosingStatement, closing_statement
from duixian.reporting.accounts.onepage import OnePage, onepage
from duixian.reporting.accounts.rendering import FORMATS, render
from duixian.reporting.accounts.sources import of_round, standing
from duixian.reporting.accounts.statement import Statement, statement, statements

ROUND = "2025@2025-03"
CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "government-work-reports-2024.txt"
TODAY = date(2025, 4, 11)


def march(ledger: Ledger, clock: Clock) -> None:
    """March: item 1 is done, item 2 comes late with a problem, nobody says anything of items 3 and 4."""
    clock.set("2025-03-15")
    ledger.record("li", RoundOpened("2025", "2025-03"))
    clock.set("2025-03-20")
    ledger.record("own1", ItemMoved("2025/1", "accept"))
    ledger.record("own1", ProgressReported("2025/1", "已建成通车", (Reading("里程", 1, "公里"),)))
    ledger.record("own1", ItemMoved("2025/1", "submit", reason="已完成"))
    clock.set("2025-03-25")
    ledger.record("zhang", ItemMoved("2025/1", "close"))
    clock.set("2025-04-06")
    ledger.record("own2", ItemMoved("2025/2", "accept"))
    said = ProgressReported(
        "2025/2", "开工一半", (Reading("里程", 1, "公里"),), problems="用地没有批下来", help="请协调用地指标"
    )
    ledger.record("own2", said)
    clock.set("2025-04-10")


@contextmanager
def spring(folder: Path, backend: str) -> Iterator[tuple[Ledger, Clock]]:
    """The office after March, its round closed on 10 April."""
    with office(backend, folder, items=4) as (ledger, clock, _):
        march(ledger, clock)
        ledger.record("li", RoundClosed(ROUND))
        clock.set("2025-04-11")
        yield ledger, clock


def told(ledger: Ledger, as_of: date | None = None) -> Bulletin:
    return of_round(ledger, ROUND, as_of, TODAY, lambda stand: bulletin(stand, ROUND))


def page(ledger: Ledger, plan: str = "2025", day: date = TODAY) -> OnePage:
    return standing(ledger, None, day, lambda stand: onepage(stand, plan))


def owed(ledger: Ledger, organisation: str) -> Statement:
    return standing(ledger, None, TODAY, lambda stand: statement(stand, "2025", organisation))


def closed(
    ledger: Ledger, plan: str = "2025", day: date = TODAY, report: Report | None = None, review: Report | None = None
) -> ClosingStatement:
    return standing(ledger, None, day, lambda stand: closing_statement(stand, plan, report, review))


def test_the_bulletin_counts_what_was_owed_what_came_and_what_came_late(tmp_path: Path, backend: str) -> None:
    with spring(tmp_path, backend) as (ledger, _):
        made = told(ledger)
    assert (made.period_name, made.due, made.day, made.is_closed) == ("2025年3月", "2025-04-05", "2025-04-10", True)
    assert (made.items, made.settled) == (4, 1)
    assert (made.owed, made.reported, made.in_time, made.late, made.missing) == (4, 2, 1, 1, 2)
    assert made.states == (("assigned", 2), ("in_progress", 1), ("closed", 1))
    lines = {one.name: one for one in made.organisations}
    first, second = lines["第1局"], lines["第2局"]
    assert (first.items, first.owed, first.reported, first.late, first.missing, first.closed) == (2, 2, 1, 0, 1, 1)
    assert (second.items, second.owed, second.reported, second.late, second.missing, second.closed) == (
        2,
        2,
        1,
        1,
        1,
        0,
    )
    assert made.late_names == "第2局"
    assert [one.item for one in made.unreported] == ["2025/3", "2025/4"]
    assert [(one.id, one.closed) for one in made.closed] == [("2025/1", "2025-03-25")]


def test_the_bulletin_says_who_is_behind_and_why_and_what_is_asked(tmp_path: Path, backend: str) -> None:
    with spring(tmp_path, backend) as (ledger, _):
        made = told(ledger)
    # Nothing of items 3 and 4 after more than a quarter of the year is red; a problem makes item 2 yellow.
    assert (made.red, made.yellow, made.green) == (2, 1, 0)
    assert [item.id for item in made.behind] == ["2025/3", "2025/4", "2025/2"]
    assert "落后26个百分点" in made.behind[0].why
    assert "用地没有批下来" in made.behind[2].why
    assert all(item.why and item.english for item in made.behind)
    (asked,) = made.raised
    assert (asked.item, asked.problems, asked.help) == ("2025/2", "用地没有批下来", "请协调用地指标")
    assert asked.report.startswith("2025/2#")


def test_the_bulletin_ranks_the_organisations_by_rates_that_are_defined(tmp_path: Path, backend: str) -> None:
    with spring(tmp_path, backend) as (ledger, _):
        done, reporting = told(ledger).boards
    assert (done.by, done.kind, reporting.by) == ("completion", "department", "reporting")
    assert [(row.rank, row.name, row.value, row.counted, row.of) for row in done.rows] == [
        (1, "第1局", 50, 1, 2),
        (2, "第2局", 0, 0, 2),
    ]
    assert [(row.rank, row.name, row.value) for row in reporting.rows] == [(1, "第1局", 50), (1, "第2局", 50)]
    assert "已办结" in done.definition


def test_the_page_names_the_best_and_the_worst(tmp_path: Path, backend: str) -> None:
    with spring(tmp_path, backend) as (ledger, _):
        made = page(ledger)
    assert [row.name for row in (*made.best, *made.worst)] == ["第1局", "第2局"]
    assert made.definition


def test_the_next_steps_are_the_days_before_the_next_reports(tmp_path: Path, backend: str) -> None:
    with office(backend, tmp_path, items=3) as (ledger, clock, _):
        item = ledger.rebuild().need(Item, "2025/3", "事项")
        march(ledger, clock)
        ledger.record("own2", ItemMoved("2025/2", "ask_extension", reason="征地", deadline="2026-03-31"))
        assert item.deadline == "2025-12-31"
        steps = told(ledger).steps
    assert [(step.on, step.kind, step.item) for step in steps] == [
        ("2025-04-11", "extension", "2025/2"),
        ("2025-05-05", "report", ""),
    ]


def test_an_open_round_says_that_it_is_still_open(tmp_path: Path, backend: str) -> None:
    with office(backend, tmp_path, items=4) as (ledger, clock, _):
        march(ledger, clock)
        made = told(ledger)
    assert not made.is_closed
    assert "尚未关闭" in render(made, "html").decode()


def test_a_closed_round_gives_the_same_bulletin_whatever_happens_later(tmp_path: Path, backend: str) -> None:
    with spring(tmp_path, backend) as (ledger, clock):
        before = told(ledger)
        pages = {format: render(before, format) for format in ("html", "xlsx")}
        clock.set("2025-06-01")
        ledger.record("li", OrganisationChanged("dept1", "改了名的局"))
        item = ledger.rebuild().need(Item, "2025/2", "事项")
        ledger.record("li", ItemRevised("2025/2", "改了文字", item.kind, item.measures, "更正"))
        ledger.record("li", ItemMoved("2025/2", "transfer", lead="dept1", reason="职责调整"))
        ledger.record("zhang", ItemMoved("2025/1", "reopen", reason="复查"))
        after = told(ledger)
        assert after == before
        assert {format: render(after, format) for format in pages} == pages
        assert told(ledger, date(2025, 5, 1)) == before


def test_before_a_round_closed_its_bulletin_is_that_of_the_day(tmp_path: Path, backend: str) -> None:
    with spring(tmp_path, backend) as (ledger, _):
        made = told(ledger, date(2025, 3, 31))
    assert (made.is_closed, made.day, made.reported) == (False, "2025-03-31", 1)


def test_a_statement_lists_what_is_owed_with_the_words_and_their_line(tmp_path: Path, backend: str) -> None:
    with spring(tmp_path, backend) as (ledger, _):
        made = owed(ledger, "第2局")
        assert owed(ledger, "dept2") == made
        (again,) = [one for one in standing(ledger, None, TODAY, lambda s: statements(s, "2025")) if one == made]
    assert again.organisation_name == "第2局"
    assert [item.id for item in made.led] == ["2025/2", "2025/4"]
    (words,) = made.led[0].words
    assert (words.quote, words.source, words.line) == ("新建农村公路2公里", "云岭.txt", 2)
    assert (made.items, made.settled, made.unsettled, made.owed, made.reported, made.late) == (2, 0, 2, 2, 1, 1)
    (second, fourth) = made.measures
    assert (second.goal, second.latest, second.verdict, second.on) == ("≥2公里", "1公里", "short", "2025-04-06")
    assert (fourth.latest, fourth.verdict, fourth.report) == ("", "unknown", None)
    assert [(report.item, report.sentence) for report in made.reports] == [("2025/2", "开工一半")]


def test_a_statement_for_an_organisation_that_is_not_there_names_the_nearest(tmp_path: Path, backend: str) -> None:
    with spring(tmp_path, backend) as (ledger, _), pytest.raises(UnknownNameError) as refused:
        owed(ledger, "第3局")
    assert "第2局" in refused.value.remedy


def test_the_page_for_the_leader_puts_first_what_needs_a_decision(tmp_path: Path, backend: str) -> None:
    with spring(tmp_path, backend) as (ledger, _):
        made = page(ledger)
        head = ledger.head()
    assert (made.sequence, made.proof) == (head.sequence, head.hash)
    assert (made.unsettled, made.red, made.yellow, made.green, made.settled) == (3, 2, 1, 0, 1)
    assert [(one.kind, one.item) for one in made.decisions] == [
        ("red", "2025/3"),
        ("help", "2025/2"),
        ("red", "2025/4"),
    ]
    assert made.decisions[1].why == "请协调用地指标"
    assert made.proof in render(made, "html").decode()


def test_an_earlier_day_is_proved_by_the_entry_that_was_last_then(tmp_path: Path, backend: str) -> None:
    with spring(tmp_path, backend) as (ledger, _):
        day = date(2025, 3, 20)
        made = standing(ledger, day, TODAY, lambda stand: onepage(stand, "2025"))
        last = [entry for entry in ledger.journal() if entry.time < "2025-03-20T16:00"][-1]
    assert (made.day, made.sequence, made.proof, made.settled) == ("2025-03-20", last.sequence, last.hash, 0)


def test_the_closing_statement_tells_what_became_of_each_item(tmp_path: Path, backend: str) -> None:
    with spring(tmp_path, backend) as (ledger, clock):
        ledger.record("li", PlanOpened("2026", "gov", 2026, "云岭市2026年度台账"))
        clock.set("2026-01-05")
        ledger.record("own2", ProgressReported("2025/2", "已建成", (Reading("里程", 2.5, "公里"),)))
        ledger.record("own2", ItemMoved("2025/2", "submit", reason="完成"))
        clock.set("2026-01-10")
        ledger.record("zhang", ItemMoved("2025/2", "close"))
        ledger.record("li", ItemCarried("2025/3", "2026", "跨年工程"))
        ledger.record("zhang", ItemMoved("2025/4", "suspend", reason="规划调整"))
        ledger.record("zhang", ItemMoved("2025/4", "terminate", reason="规划调整"))
        ledger.record("li", PlanClosed("2025"))
        made = closed(ledger)
    assert made.is_closed
    assert [(one.item, one.outcome) for one in made.ended] == [
        ("2025/1", "on_time"),
        ("2025/2", "late"),
        ("2025/3", "carried"),
        ("2025/4", "terminated"),
    ]
    # Three were to be completed, as the terminated one was not; two were.
    assert (made.of, made.rate) == (3, pytest.approx(200 / 3))
    (section,) = made.sections
    assert (section.name, section.items, section.on_time, section.late, section.carried, section.dropped) == (
        "二、重点任务",
        4,
        1,
        1,
        1,
        1,
    )
    assert {one.name: one.rate for one in made.organisations} == {"第1局": 50, "第2局": 100}
    assert (made.reached, made.short, made.unknown) == (2, 0, 2)
    assert made.review == ""
    assert "尚未对账" in render(made, "html").decode()


# The sample report of 2024 opens a plan; that of 2025 tells what became of it.


@pytest.fixture(scope="module")
def reports() -> tuple[duixian.Reading, duixian.Reading]:
    first, second = (next(iter(duixian.read(samples.report(year)))) for year in samples.YEARS)
    return first, second


@contextmanager
def province(place: str, reading: duixian.Reading) -> Iterator[Ledger]:
    """A plan opened from the sample report, every item assigned, one owner for all."""
    clock = Clock()
    clock.set("2024-01-25")
    proposals = proposals_of(reading)
    with Ledger(place, clock) as ledger:
        with ledger.read() as tables:
            events = founding(tables, reading.record, proposals, founder=Founder("li", "李督查"))
        ledger.record("li", *events)
        with ledger.read() as tables:
            items = tables.select(Item, plan="2024")
        home = events[0].government  # type: ignore[union-attr]
        ledger.record("li", PersonAdded("own", "责任人", home, (Grant(Role.OWNER, home),)))
        moves = [
            ItemMoved(item.id, "assign", lead=item.suggestion.lead)
            for item in items
            if item.suggestion and item.suggestion.lead
        ]
        ledger.record("li", *moves)
        clock.set("2024-12-20")
        yield ledger


def say(ledger: Ledger, name: str, value: float) -> str:
    """The owner reports a value for the measure of this name. Gives the item's id."""
    with ledger.read() as tables:
        pairs = [(item, one) for item in tables.select(Item, plan="2024") for one in item.measures]
    item, measure = next((item, one) for item, one in pairs if one.name == name)
    ledger.record("own", ItemMoved(item.id, "accept"))
    ledger.record("own", ProgressReported(item.id, "全年数", (Reading(name, value, measure.unit),)))
    return item.id


def test_a_figure_that_the_ledger_calls_reached_and_the_report_missed_stands_first(
    place: str, reports: tuple[duixian.Reading, duixian.Reading]
) -> None:
    with province(place, reports[0]) as ledger:
        # The report of 2025 says 4.3%, 5.6% and 6.9%.
        flattering = say(ledger, "固定资产投资", 6.2)
        true = say(ledger, "地区生产总值", 5.6)
        modest = say(ledger, "社会消费品零售总额", 5.0)
        plan, review = map(report_of, reports)
        made = closed(ledger, "2024", date(2025, 2, 1), plan, review)
    lines = {line.item: line for line in made.settled_lines if line.item in (flattering, true, modest)}
    assert made.differences[0].item == flattering
    first = lines[flattering]
    assert (first.difference, first.claim, first.reported, first.outcome) == ("claimed", "reached", "6.2%", "missed")
    assert "4.3%" in first.quote
    assert first.line is not None
    assert first.source == "lanchuan-2025.txt"
    assert lines[true].difference == ""
    assert (lines[modest].claim, lines[modest].difference) == ("short", "denied")
    assert made.claimed == 1
    assert sum(count for _, count in made.outcomes) == len(made.settled_lines)
    assert "台账称完成，报告称未完成" in render(made, "html").decode()


def test_every_promise_of_the_report_is_found_in_an_item(
    place: str, reports: tuple[duixian.Reading, duixian.Reading]
) -> None:
    with province(place, reports[0]) as ledger:
        made = closed(ledger, "2024", date(2025, 2, 1), *map(report_of, reports))
    assert made.settled_lines
    assert [line.subject for line in made.settled_lines if not line.item] == []


def test_a_report_that_does_not_belong_to_the_plan_is_refused(
    place: str, reports: tuple[duixian.Reading, duixian.Reading]
) -> None:
    first, second = map(report_of, reports)
    with province(place, reports[0]) as ledger:
        with pytest.raises(LedgerError, match="不是建账所用的报告"):
            closed(ledger, "2024", TODAY, second, second)
        with pytest.raises(LedgerError, match="没有回顾岚川省2024年的工作"):
            closed(ledger, "2024", TODAY, first, first)


def test_the_page_of_a_whole_province_has_its_main_targets_and_stays_short(
    place: str, reports: tuple[duixian.Reading, duixian.Reading]
) -> None:
    with province(place, reports[0]) as ledger:
        say(ledger, "地区生产总值", 5.6)
        made = page(ledger, "2024", date(2024, 12, 20))
    growth = next(one for one in made.indicators if one.name == "地区生产总值")
    assert (growth.goal, growth.latest, growth.verdict) == ("≈5.5%", "5.6%", "reached")
    assert len(made.indicators) == 10
    assert made.indicators_more > 0
    assert len(made.decisions) == 8
    assert made.decisions_more > 0
    for format in FORMATS:
        for language in ("zh", "en"):
            assert render(made, format, language)


def test_orders_and_problems_that_are_open_stand_in_every_output(tmp_path: Path, backend: str) -> None:
    with office(backend, tmp_path, items=4) as (ledger, clock, _):
        march(ledger, clock)
        order = OrderIssued("dept2", "报送迟缓", "三日内说明情况", "2025-04-09", items=("2025/4",))
        ledger.record("li", order, ProblemFound("拖欠工程款", "2025-04-30", organisation="dept1", item="2025/3"))
        ledger.record("li", OrderIssued("dept1", "别的事", "回复", "2025-04-20"))
        ledger.record("li", RoundClosed(ROUND))
        clock.set("2025-04-11")
        month, first, leader = told(ledger), owed(ledger, "dept1"), page(ledger)
    late, other, problem = month.demands
    assert (late.kind, late.organisation, late.items, late.due, late.late) == (
        "order",
        "第2局",
        ("2025/4",),
        "2025-04-09",
        1,
    )
    assert (late.state_name, other.items, problem.text, problem.late) == ("已下发", (), "拖欠工程款", 0)
    assert [one.id for one in first.demands] == [other.id, problem.id]
    assert ("order", late.id) in [(one.kind, one.item) for one in leader.decisions]
    assert [(step.on, step.kind) for step in month.steps] == [
        ("2025-04-20", "order"),
        ("2025-04-30", "problem"),
        ("2025-05-05", "report"),
    ]
    assert "三日内说明情况" in render(month, "html").decode()


@pytest.mark.parametrize(
    ("end", "months", "name"),
    [
        (date(2025, 3, 31), 1, "2025年3月"),
        (date(2025, 3, 31), 3, "2025年第一季度"),
        (date(2025, 12, 31), 6, "2025年下半年"),
        (date(2025, 12, 31), 12, "2025年度"),
        (date(2025, 4, 30), 2, "2025年3至4月"),
    ],
)
def test_periods_are_called_as_official_texts_call_them(end: date, months: int, name: str) -> None:
    assert period_name(end, months) == name


@pytest.mark.parametrize("where", ["全国", "浙江"])
def test_the_outputs_of_a_real_report_can_be_written(place: str, where: str) -> None:
    if not CORPUS.is_file():
        pytest.skip("the corpus is not beside the repository")
    reading = next(one for one in duixian.read(CORPUS) if (one.record.region_name or "").startswith(where))
    with province(place, reading) as ledger:
        ledger.record("li", RoundOpened("2024", "2024-11"))
        month = of_round(ledger, "2024@2024-11", None, TODAY, lambda stand: bulletin(stand, "2024@2024-11"))
        every = standing(ledger, None, date(2024, 12, 20), lambda stand: statements(stand, "2024"))
        made = (month, every[0], page(ledger, "2024", date(2024, 12, 20)), closed(ledger, "2024", date(2024, 12, 20)))
    assert month.owed == month.missing > 100
    assert sum(one.items for one in every) == month.items
    for content in made:
        for format in FORMATS:
            assert render(content, format)
