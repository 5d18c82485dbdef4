"""Ladders: what is to be done now about those who stay behind, why, and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from ledger_office import Clock, office

from duixian.ledger.errors import LedgerError, NotAllowedError, UnknownNameError
from duixian.ledger.escalation import Escalation, StepTaken, TakenStep, escalation, escalations, execution
from duixian.ledger.orders import Order, OrderIssued, OrderMoved
from duixian.ledger.problems import ProblemFound
from duixian.ledger.progress import ProgressReported, Reading
from duixian.ledger.rounds import RoundClosed, RoundOpened
from duixian.ledger.rulebook import RuleAdopted, shipped
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger

Office = tuple[Ledger, Clock, str]


@pytest.fixture
def book(backend: str, tmp_path: Path) -> Iterator[Office]:
    with office(backend, tmp_path, items=2) as opened:
        yield opened


def due(ledger: Ledger, day: str, ladder: str = "") -> list[Escalation]:
    with ledger.read() as tables:
        found = escalations(tables, date.fromisoformat(day))
    return [one for one in found if ladder in ("", one.ladder)]


def do(ledger: Ledger, key: str, day: str, note: str | None = None) -> None:
    with ledger.read() as tables:
        event = execution(tables, escalation(tables, date.fromisoformat(day), key), date.fromisoformat(day), note)
    ledger.record("li", event)


def month(ledger: Ledger, clock: Clock, number: int, *reporters: int) -> None:
    """One monthly round in which the owners of these items report in time."""
    clock.set(f"2025-{number + 1:02}-01")
    ledger.record("li", RoundOpened("2025", f"2025-{number:02}"))
    for item in reporters:
        ledger.record(f"own{item}", ProgressReported(f"2025/{item}", "有进展"))
    clock.set(f"2025-{number + 1:02}-06")
    ledger.record("li", RoundClosed(f"2025@2025-{number:02}"))


def accepted(ledger: Ledger) -> None:
    for number in (1, 2):
        ledger.record(f"own{number}", ItemMoved(f"2025/{number}", "accept"))


def test_silence_is_first_reminded_then_ordered_then_talked_about(book: Office) -> None:
    ledger, clock, _ = book
    accepted(ledger)
    month(ledger, clock, 1, 2)
    (first,) = due(ledger, "2025-02-06", "silent")
    assert (first.step, first.organisation, first.target) == ("remind", "dept1", "2025/1")
    assert first.reason == "事项1“新建农村公路1公里”自2025-01起连续1期没有填报进展"
    do(ledger, first.key, "2025-02-06")
    assert due(ledger, "2025-02-06", "silent") == due(ledger, "2025-02-20", "silent") == []

    month(ledger, clock, 2, 2)
    (second,) = due(ledger, "2025-03-06", "silent")
    assert (second.step, second.level) == ("order", "ordinary")
    do(ledger, second.key, "2025-03-06")
    with ledger.read() as tables:
        (order,) = tables.select(Order)
    assert (order.organisation, order.items, order.reply_by, order.cause) == (
        "dept1",
        ("2025/1",),
        "2025-03-16",
        second.key,
    )
    assert order.demand.startswith(second.reason)

    month(ledger, clock, 3, 2)
    (third,) = due(ledger, "2025-04-06", "silent")
    assert third.step == "talk"
    with pytest.raises(LedgerError, match="没有写明情况"):
        do(ledger, third.key, "2025-04-06")
    do(ledger, third.key, "2025-04-06", "约谈第1局负责人，要求五日内补报")
    with ledger.read() as tables:
        taken = tables.need(TakenStep, third.key, "步骤")
    assert (taken.note, taken.who, taken.day) == ("约谈第1局负责人，要求五日内补报", "li", "2025-04-06")
    assert ledger.verify().ok


def test_a_report_ends_the_run_and_a_later_silence_begins_a_new_one(book: Office) -> None:
    ledger, clock, _ = book
    accepted(ledger)
    month(ledger, clock, 1, 2)
    (first,) = due(ledger, "2025-02-06", "silent")
    do(ledger, first.key, "2025-02-06")
    month(ledger, clock, 2, 1, 2)
    assert due(ledger, "2025-03-06", "silent") == []
    month(ledger, clock, 3, 2)
    (again,) = due(ledger, "2025-04-06", "silent")
    assert again.step == "remind"
    assert again.key != first.key


def test_only_the_highest_rung_that_is_reached_is_proposed(book: Office) -> None:
    ledger, clock, _ = book
    accepted(ledger)
    for number in (1, 2, 3):
        month(ledger, clock, number, 2)
    assert [one.step for one in due(ledger, "2025-04-06", "silent")] == ["talk"]


def test_red_lights_in_two_rounds_in_a_row_lead_to_an_order_though_every_report_came(book: Office) -> None:
    ledger, clock, _ = book
    accepted(ledger)
    steps = {}
    for number in range(1, 5):
        clock.set(f"2025-{number + 1:02}-01")
        ledger.record("li", RoundOpened("2025", f"2025-{number:02}"))
        ledger.record("own1", ProgressReported("2025/1", "还没有动工", (Reading("里程", 0.0, "公里"),)))
        ledger.record("own2", ProgressReported("2025/2", "超前", (Reading("里程", 2.0, "公里"),)))
        clock.set(f"2025-{number + 1:02}-06")
        ledger.record("li", RoundClosed(f"2025@2025-{number:02}"))
        steps[number] = [(one.step, one.target) for one in due(ledger, f"2025-{number + 1:02}-06")]
    # A straight line to the end of the year: behind by 20 points and more from the report of the third month on.
    assert steps == {1: [], 2: [], 3: [("remind", "2025/1")], 4: [("order", "2025/1")]}
    (order,) = due(ledger, "2025-05-06")
    assert order.subject == "事项1“新建农村公路1公里”连续亮红灯"
    assert order.demand.startswith("事项1“新建农村公路1公里”自2025-03起连续2期亮红灯。")


def test_an_item_after_its_deadline_is_chased_until_it_is_submitted(book: Office) -> None:
    ledger, clock, _ = book
    accepted(ledger)
    clock.set("2026-01-05")
    assert due(ledger, "2025-12-31") == []
    assert [(one.step, one.target) for one in due(ledger, "2026-01-14", "overdue")] == [
        ("remind", "2025/1"),
        ("remind", "2025/2"),
    ]
    assert {one.step for one in due(ledger, "2026-01-20", "overdue")} == {"order"}
    ledger.record("own1", ItemMoved("2025/1", "start"), ItemMoved("2025/1", "submit", "已完工"))
    assert [one.target for one in due(ledger, "2026-01-20", "overdue")] == ["2025/2"]


def test_an_order_nobody_signs_or_answers_climbs_its_own_ladder(book: Office) -> None:
    ledger, clock, _ = book
    clock.set("2025-04-01")
    ledger.record("li", OrderIssued("dept1", "滞后", "说明", "2025-04-10"))
    assert due(ledger, "2025-04-03") == []
    assert [(one.ladder, one.step) for one in due(ledger, "2025-04-04")] == [("unsigned", "remind")]
    ledger.record("own1", OrderMoved("D2025-001", "sign"))
    assert due(ledger, "2025-04-10") == []
    assert [(one.step, one.reason) for one in due(ledger, "2025-04-15")] == [
        ("talk", "督办单D2025-001“滞后”应于2025-04-10前回复，已逾期5天")
    ]
    ledger.record("own1", OrderMoved("D2025-001", "reply", "已办"))
    assert due(ledger, "2025-04-30") == []


def test_a_problem_not_put_right_in_time_leads_to_an_order_about_its_item(book: Office) -> None:
    ledger, clock, _ = book
    clock.set("2025-06-12")
    ledger.record("li", ProblemFound("砂石占道", "2025-05-31", item="2025/1"))
    (one,) = due(ledger, "2025-06-12")
    assert (one.ladder, one.step, one.target) == ("problems", "order", "W2025-001")
    do(ledger, one.key, "2025-06-12")
    with ledger.read() as tables:
        assert tables.select(Order)[0].items == ("2025/1",)
    assert due(ledger, "2025-06-12") == []


def test_what_was_done_is_not_done_again_even_by_two_at_once(book: Office) -> None:
    ledger, clock, _ = book
    accepted(ledger)
    month(ledger, clock, 1, 2)
    month(ledger, clock, 2, 2)
    (one,) = due(ledger, "2025-03-06", "silent")
    with ledger.read() as tables:
        event = execution(tables, one, date(2025, 3, 6))
    ledger.record("li", event)
    with pytest.raises(LedgerError, match="已经为此下发过"):
        ledger.record("li", event)
    with pytest.raises(UnknownNameError):
        do(ledger, one.key, "2025-03-06")
    step = StepTaken("key", "remind", "提醒", "item", "2025/1", "dept1", "逾期")
    ledger.record("li", step)
    with pytest.raises(NotAllowedError, match="已经办过"):
        ledger.record("li", step)
    with pytest.raises(NotAllowedError, match="无权"):
        ledger.record("own1", StepTaken("other", "remind", "提醒", "item", "2025/1", "dept1", "逾期"))


def test_what_was_due_on_an_earlier_day_is_seen_as_of_that_day(book: Office) -> None:
    ledger, clock, _ = book
    accepted(ledger)
    month(ledger, clock, 1, 2)
    (first,) = due(ledger, "2025-02-06", "silent")
    clock.set("2025-02-10")
    do(ledger, first.key, "2025-02-10")
    with ledger.read(date(2025, 2, 7)) as tables:
        assert [one.key for one in escalations(tables, date(2025, 2, 7)) if one.ladder == "silent"] == [first.key]


def test_an_office_writes_steps_and_ladders_of_its_own(book: Office) -> None:
    ledger, _, _ = book
    own = """
[items]
chased = ["assigned"]
[steps.list]
label = "列入督办清单"
act = "record"
[ladders.late]
when = "item_overdue"
reason = "{what}（{organisation}）晚了{count}天"
[[ladders.late.rungs]]
at = 2
step = "list"
"""
    ledger.record("li", RuleAdopted("ladders", own))
    assert due(ledger, "2026-01-01") == []
    assert [(one.label, one.reason) for one in due(ledger, "2026-01-02")] == [
        ("列入督办清单", "事项1“新建农村公路1公里”（第1局）晚了2天"),
        ("列入督办清单", "事项2“新建农村公路2公里”（第2局）晚了2天"),
    ]


@pytest.mark.parametrize(
    ("wrong", "right", "reason"),
    [
        ('when = "red_rounds"', 'when = "blue_rounds"', "没有“blue_rounds”"),
        ("{what}自{since}起连续{count}期亮红灯", "{what.__class__}", "不能用"),
        ("{what}自{since}起连续{count}期亮红灯", "{what", "大括号"),
        ("at = 3", "at = 2", "没有从小到大"),
        ("at = 3", "at = true", "不是1以上的整数"),
        ('step = "talk"', 'step = "shout"', "没有“shout”"),
        ('act = "order"', 'act = "orders"', "没有“orders”"),
        ('tells = ["leader", "supervisor"]', 'tells = ["mayor"]', "没有“mayor”"),
        ('chased = ["assigned",', 'chased = ["closed",', "已办结或已转出"),
        ("note = true", "notes = true", "不认识“notes”"),
        ("\n[items]", "\n[[items]]", "不合要求"),
    ],
)
def test_a_mistake_in_a_ladder_is_named_before_it_holds(
    tmp_path: Path, wrong: str, right: str, reason: str, backend: str
) -> None:
    text = shipped("ladders")
    assert wrong in text
    with office(backend, tmp_path) as (ledger, _, _), pytest.raises(LedgerError, match=reason):
        ledger.record("li", RuleAdopted("ladders", text.replace(wrong, right, 1)))
