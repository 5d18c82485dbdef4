"""Items are merged, split, spread over quarters and places, carried over and closed, and no word is lost."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_office import Clock, office, registered

from duixian.ledger.closing import ItemCarried, PlanClosed
from duixian.ledger.errors import LedgerError, NotAllowedError
from duixian.ledger.groups import GroupFormed, IndicatorEntrusted
from duixian.ledger.measures import Measure
from duixian.ledger.organisations import (
    Grant,
    Organisation,
    OrganisationAdded,
    OrganisationChanged,
    OrganisationKind,
    PersonAdded,
    Role,
)
from duixian.ledger.plans import (
    Item,
    ItemKind,
    ItemRegistered,
    ItemRevised,
    Milestone,
    Plan,
    PlanOpened,
    State,
    Suggestion,
)
from duixian.ledger.progress import ProgressReported, Reading, read_value
from duixian.ledger.publication import ItemsPublished
from duixian.ledger.reshaping import ItemsMerged, ItemSplit, Part
from duixian.ledger.rounds import RoundOpened, rhythm_of
from duixian.ledger.rulebook import RuleAdopted
from duixian.ledger.slicing import Along, Manner, MeasureSliced, Slice, Slicing, slicing_id
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger

Office = tuple[Ledger, Clock, str]


@pytest.fixture
def book(backend: str, tmp_path: Path) -> Iterator[Office]:
    with office(backend, tmp_path) as found:
        yield found


def item(ledger: Ledger, id: str) -> Item:
    with ledger.read() as tables:
        return tables.need(Item, id, "事项")


def slices(*values: float) -> tuple[Slice, ...]:
    return tuple(Slice(str(number), value) for number, value in enumerate(values, start=1))


def test_merged_items_live_on_in_one_that_has_all_their_words(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("own1", ItemMoved("2025/1", "accept"))
    ledger.record("li", ItemsMerged("2025", ("2025/1", "2025/2"), "9", "新建农村公路3公里", "同一件事"))
    whole, first = item(ledger, "2025/9"), item(ledger, "2025/1")
    assert [one.quote for one in whole.evidence] == ["新建农村公路1公里", "新建农村公路2公里"]
    assert [measure.name for measure in whole.measures] == ["里程（1）", "里程（2）"]
    assert (whole.sources, whole.hands) == (("2025/1", "2025/2"), ("own1",))
    assert (first.state, first.became) == (State.MERGED, ("2025/9",))
    with pytest.raises(NotAllowedError):
        ledger.record("li", ItemMoved("2025/1", "transfer", "改派", "dept2"))
    assert ledger.verify().ok


def test_a_split_item_gives_every_measure_to_a_part(book: Office) -> None:
    ledger, _, _ = book
    goals = item(ledger, "2025/3").measures
    with pytest.raises(LedgerError, match="没有分到任何一部分"):
        ledger.record("li", ItemSplit("2025/3", (Part("3a", "东段"), Part("3b", "西段")), "分段办理"))
    ledger.record("li", ItemSplit("2025/3", (Part("3a", "东段", goals), Part("3b", "西段")), "分段办理"))
    for part in ("2025/3a", "2025/3b"):
        assert [one.quote for one in item(ledger, part).evidence] == ["新建农村公路3公里"]
    assert item(ledger, "2025/3").became == ("2025/3a", "2025/3b")


def test_an_item_that_a_round_waits_for_is_not_reshaped(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", RoundOpened("2025", "2025-03"))
    with pytest.raises(NotAllowedError, match="调度期2025-03正在等"):
        ledger.record("li", ItemsMerged("2025", ("2025/1", "2025/2"), "9", "合并", "同一件事"))


def test_only_the_supervisor_reshapes(book: Office) -> None:
    ledger, _, _ = book
    for who in ("own1", "zhang", "guest"):
        with pytest.raises(NotAllowedError):
            ledger.record(who, ItemsMerged("2025", ("2025/1", "2025/2"), "9", "合并", "同一件事"))


def test_quarters_must_add_up_or_say_why_not(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", ItemRevised("2025/1", "新增就业", ItemKind.TASK, (Measure("就业", "≥", 40.0, "万人"),), "改"))
    wish = MeasureSliced("2025/1", "就业", Along.QUARTER, slices(10, 10, 10, 9), Manner.SHARE)
    with pytest.raises(LedgerError, match="合计39万人，全年目标是≥40万人"):
        ledger.record("li", wish)
    ledger.record("li", MeasureSliced("2025/1", "就业", Along.QUARTER, slices(9, 10, 11, 12), Manner.SHARE))
    ledger.record("li", MeasureSliced("2025/1", "就业", Along.QUARTER, slices(10, 10, 10, 9), Manner.SHARE, "留有余地"))
    with ledger.read() as tables:
        kept = tables.need(Slicing, slicing_id("2025/1", "就业", Along.QUARTER), "分解")
    assert (kept.reason, [one.value for one in kept.slices]) == ("留有余地", [10, 10, 10, 9])


@pytest.mark.parametrize(
    ("manner", "values", "told"),
    [
        (Manner.RUNNING, (5, 4, 20, 40), "低于前一期"),
        (Manner.RUNNING, (5, 10, 20, 30), "最后一期30万人"),
        (Manner.SHARE, (10, 10, 10), "依次写1到4"),
        (Manner.SHARE, (10, 10, 10, math.nan), "不是一个数"),
    ],
)
def test_a_wrong_slicing_says_what_is_wrong(
    tmp_path: Path, manner: Manner, values: tuple[float, ...], told: str, backend: str
) -> None:
    with office(backend, tmp_path) as (ledger, _, _):
        goal = Measure("就业", "≥", 40.0, "万人")
        ledger.record("li", ItemRevised("2025/1", "新增就业", ItemKind.TASK, (goal,), "改"))
        with pytest.raises(LedgerError, match=told):
            ledger.record("li", MeasureSliced("2025/1", "就业", Along.QUARTER, slices(*values), manner))


def test_districts_have_parts_of_an_amount_but_levels_of_their_own(book: Office) -> None:
    ledger, _, _ = book
    goals = (Measure("就业", "=", 40.0, "万人"), Measure("增速", "≈", 6.0, "%", kind="growth"))
    ledger.record("li", ItemRevised("2025/1", "新增就业", ItemKind.TASK, goals, "改"))
    parts = (Slice("东区", 25.0, "dept1"), Slice("西区", 15.0, "dept2"))
    ledger.record("li", MeasureSliced("2025/1", "就业", Along.DISTRICT, parts))
    ledger.record("li", MeasureSliced("2025/1", "增速", Along.DISTRICT, (Slice("东区", 7.0), Slice("西区", 5.0))))
    with pytest.raises(LedgerError, match="没有这个单位"):
        ledger.record("li", MeasureSliced("2025/1", "就业", Along.DISTRICT, (Slice("东区", 40.0, "dept9"),)))


@given(st.lists(st.integers(-1000, 1000), min_size=4, max_size=4), st.sampled_from("≥≤=≈"))
def test_slices_that_break_the_promise_always_need_a_reason(values: list[int], op: str) -> None:
    from duixian.ledger.slicing import _gap

    total = sum(values)
    event = MeasureSliced("x", "m", Along.QUARTER, slices(*map(float, values)))
    for goal, kept in ((total, True), (total + 1, op == "≤" if total >= 0 else op == "≥")):
        if goal == total + 1 and (total < 0) != (goal < 0):
            continue  # between a rise and a fall the relation changes its sense
        gap = _gap(Measure("m", op, float(goal), ""), Manner.SHARE, event)
        assert (gap is None) == kept


def test_unfinished_items_go_on_next_year_with_their_history(book: Office) -> None:
    ledger, clock, _ = book
    ledger.record("own1", ItemMoved("2025/1", "accept"), ProgressReported("2025/1", "完成一半", percent=50.0))
    clock.set("2026-01-05")
    with pytest.raises(NotAllowedError, match="还有3个事项"):
        ledger.record("li", PlanClosed("2025"))
    with pytest.raises(LedgerError, match="请先为下一年度建账"):
        ledger.record("li", ItemCarried("2025/1", "2025", "跨年"))
    ledger.record("li", PlanOpened("2026", "gov", 2026, "云岭市2026年度台账", follows="2025"))
    ledger.record("li", *(ItemCarried(f"2025/{number}", "2026", "跨年工程") for number in (1, 2, 3)))
    carried = item(ledger, "2026/2025-1")
    assert (carried.state, carried.lead, carried.deadline) == (State.ASSIGNED, "dept1", "2026-12-31")
    assert (carried.sources, carried.hands) == (("2025/1",), ("own1",))
    assert carried.evidence == item(ledger, "2025/1").evidence
    ledger.record("li", PlanClosed("2025", "三项结转"))
    with ledger.read() as tables:
        assert tables.need(Plan, "2025", "年度台账").state == "closed"
    for event in (registered(4), RoundOpened("2025", "2025-04"), ItemMoved("2025/1", "transfer", "改派", "dept2")):
        with pytest.raises(NotAllowedError):
            ledger.record("li", event)
    assert ledger.verify().ok


def test_the_chief_of_a_leading_group_owns_and_its_members_help(book: Office) -> None:
    ledger, _, _ = book
    ledger.record(
        "li",
        OrganisationAdded("chain", "装备制造产业链专班", OrganisationKind.GROUP, "gov"),
        PersonAdded("chief", "王链长", "gov"),
        GroupFormed("chain", "链长", "chief", ("dept2",)),
        registered(4),
        ItemMoved("2025/4", "assign", lead="chain"),
    )
    ledger.record("chief", ItemMoved("2025/4", "accept"))
    ledger.record("own2", ProgressReported("2025/4", "成员单位填报"))
    with pytest.raises(NotAllowedError):
        ledger.record("own1", ProgressReported("2025/4", "不是成员"))
    with pytest.raises(NotAllowedError):
        ledger.record("own2", ItemMoved("2025/4", "submit", "成员不能申请办结"))
    with pytest.raises(LedgerError, match="不是专班"):
        ledger.record("li", GroupFormed("dept1", "组长", "chief"))


def test_the_chief_of_an_indicator_reports_on_it_and_does_not_review_it(book: Office) -> None:
    ledger, _, _ = book
    goal = Measure("规上工业增加值", "≥", 7.0, "%", indicator="industrial_va", kind="growth")
    ledger.record(
        "li",
        PersonAdded("zhao", "赵副市长", "gov", (Grant(Role.LEADER, "gov"),)),
        IndicatorEntrusted("industrial_va", "gov", "zhao"),
        ItemRegistered("2025", "5", "规上工业增加值增长7%以上", ItemKind.HEADLINE, measures=(goal,)),
        ItemMoved("2025/5", "assign", lead="dept1"),
    )
    ledger.record("own1", ItemMoved("2025/5", "accept"), ItemMoved("2025/5", "start"))
    ledger.record("own1", ItemMoved("2025/5", "submit", "已完成"))
    with pytest.raises(NotAllowedError, match="没有参与办理"):
        ledger.record("zhao", ItemMoved("2025/5", "close"))
    ledger.record("zhao", ProgressReported("2025/5", "全年增长7.4%", (Reading("规上工业增加值", 7.4, "%"),)))
    ledger.record("zhang", ItemMoved("2025/5", "close"))


def test_an_organisation_is_renamed_and_moved_but_never_under_itself(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", OrganisationChanged("dept1", "数据管理局", "dept2"))
    with ledger.read() as tables:
        row = tables.need(Organisation, "dept1", "单位")
    assert (row.name, row.parent) == ("数据管理局", "dept2")
    with pytest.raises(LedgerError, match="不能作为它的上级"):
        ledger.record("li", OrganisationChanged("dept2", parent="dept1"))


def test_an_office_adopts_its_own_calendar_and_the_past_keeps_the_old_one(book: Office) -> None:
    ledger, clock, _ = book
    own = """
    [monthly]
    label = "月调度"
    pattern = '(?P<year>\\d{4})-(?P<part>0[1-9]|1[0-2])'
    example = "2025-03"
    months = 1
    due_day = 25
    """
    ledger.record("li", RoundOpened("2025", "2025-01"))
    clock.set("2025-03-01")
    ledger.record("li", RuleAdopted("rounds", own))
    with ledger.read() as tables:
        assert rhythm_of(tables, "2025-03")[1].isoformat() == "2025-04-25"
        with pytest.raises(LedgerError, match="不是调度期的写法"):
            rhythm_of(tables, "2025-Q1")
    from datetime import date

    with ledger.read(date(2025, 2, 1)) as tables:
        assert rhythm_of(tables, "2025-03")[1].isoformat() == "2025-04-05"
    ledger.record("li", RuleAdopted("rounds", ""))
    with ledger.read() as tables:
        assert rhythm_of(tables, "2025")[1].isoformat() == "2026-01-20"
    assert ledger.verify().ok


@pytest.mark.parametrize(
    "text",
    ["这不是 TOML", "", "[monthly]\nlabel = 1", '[m]\nlabel="月"\npattern="("\nexample="x"\nmonths=1\ndue_day=5'],
)
def test_a_bad_rule_is_refused_with_a_reason(tmp_path: Path, text: str, backend: str) -> None:
    with office(backend, tmp_path) as (ledger, _, _):
        before = ledger.head()
        if text:
            with pytest.raises(LedgerError):
                ledger.record("li", RuleAdopted("rounds", text))
            assert ledger.head() == before
        with pytest.raises(LedgerError, match="没有这种规则"):
            ledger.record("li", RuleAdopted("weather", "x = 1"))


def test_milestones_stand_in_order_and_reports_name_one_of_them(book: Office) -> None:
    ledger, _, _ = book
    row = item(ledger, "2025/1")

    def revised(*milestones: Milestone) -> ItemRevised:
        return ItemRevised(row.id, row.text, row.kind, row.measures, "定节点", milestones=milestones)

    with pytest.raises(LedgerError, match="先后"):
        ledger.record("li", revised(Milestone("竣工", "2025-12-01", 100), Milestone("开工", "2025-03-01", 10)))
    ledger.record("li", revised(Milestone("开工", "2025-03-01", 10), Milestone("竣工", "2025-12-01", 100)))
    ledger.record("own1", ItemMoved("2025/1", "accept"))
    with pytest.raises(LedgerError, match="节点有：开工、竣工"):
        ledger.record("own1", ProgressReported("2025/1", "封顶了", milestone="封顶"))
    ledger.record("own1", ProgressReported("2025/1", "开工了", milestone="开工"))


def test_suggested_owners_and_dates_are_corrected_until_the_item_is_assigned(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", registered(4))
    row = item(ledger, "2025/4")
    fixed = Suggestion("dept2", ("dept1",), 1.0, ("人工确定",))
    change = ItemRevised(row.id, row.text, row.kind, row.measures, "核定", suggestion=fixed, deadline="2025-06-30")
    ledger.record("li", change)
    assert (item(ledger, row.id).suggestion, item(ledger, row.id).first_deadline) == (fixed, "2025-06-30")
    ledger.record("li", ItemMoved(row.id, "assign", lead="dept2"))
    with pytest.raises(NotAllowedError, match="申请延期"):
        ledger.record("li", ItemRevised(row.id, row.text, row.kind, row.measures, "改", deadline="2025-09-30"))


def test_only_what_is_chosen_is_public(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("zhang", ItemsPublished("2025", ("2025/1",)))
    assert [item(ledger, f"2025/{number}").public for number in (1, 2)] == [True, False]
    with pytest.raises(NotAllowedError):
        ledger.record("own1", ItemsPublished("2025", ("2025/2",)))
    ledger.record("li", ItemsPublished("2025", ("2025/1",), False))
    assert not item(ledger, "2025/1").public


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("120", 120.0, "公里"), ("里程=1,200", 1200.0, "公里"), ("里程=3.5米", 3.5, "米")],
)
def test_a_value_is_read_as_people_write_it(tmp_path: Path, text: str, value: float, unit: str, backend: str) -> None:
    with office(backend, tmp_path) as (ledger, _, _):
        assert read_value(item(ledger, "2025/1"), text) == Reading("里程", value, unit)
        assert read_value(item(ledger, "2025/1"), "宽度=3") is None
        assert read_value(item(ledger, "2025/1"), "许多") is None


def test_a_share_over_the_whole_needs_a_word(book: Office) -> None:
    ledger, _, _ = book
    goal = Measure("覆盖率", "≥", 95.0, "%")
    ledger.record("li", ItemRevised("2025/1", "提高覆盖率", ItemKind.TASK, (goal,), "改"))
    ledger.record("own1", ItemMoved("2025/1", "accept"))
    with pytest.raises(LedgerError, match="不应超过100%"):
        ledger.record("own1", ProgressReported("2025/1", "报数", (Reading("覆盖率", 950.0, "%"),)))
