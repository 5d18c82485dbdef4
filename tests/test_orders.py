"""Supervision orders: issued, signed for, answered; an answer is accepted only by somebody who stands apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from ledger_office import Clock, office

from duixian.ledger.closing import ItemCarried, PlanClosed
from duixian.ledger.errors import LedgerError, NotAllowedError, UnknownNameError
from duixian.ledger.groups import GroupFormed
from duixian.ledger.orders import Order, OrderIssued, OrderMoved, OrderState, order_flow, overdue
from duixian.ledger.organisations import (
    Grant,
    OrganisationAdded,
    OrganisationKind,
    Person,
    PersonAdded,
    Role,
    RolesChanged,
)
from duixian.ledger.plans import PlanOpened
from duixian.ledger.rulebook import RuleAdopted
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger
from duixian.ledger.workflow import available

Office = tuple[Ledger, Clock, str]


@pytest.fixture
def book(backend: str, tmp_path: Path) -> Iterator[Office]:
    with office(backend, tmp_path) as opened:
        yield opened


def issue(**more: object) -> OrderIssued:
    wish = {"organisation": "dept1", "subject": "公路进度滞后", "demand": "查明原因", "reply_by": "2025-04-10"}
    return OrderIssued(**(wish | {"items": ("2025/1",)} | more))  # type: ignore[arg-type]


def order(ledger: Ledger, id: str = "D2025-001") -> Order:
    with ledger.read() as tables:
        return tables.need(Order, id, "督办单")


def test_an_order_is_signed_for_answered_returned_answered_again_and_accepted(book: Office) -> None:
    ledger, clock, _ = book
    clock.set("2025-04-01")
    ledger.record("li", issue())
    ledger.record("own1", OrderMoved("D2025-001", "sign"))
    clock.set("2025-04-09")
    ledger.record("own1", OrderMoved("D2025-001", "reply", "雨季影响，四月底赶上"))
    ledger.record("li", OrderMoved("D2025-001", "return", "没有写明措施", "2025-04-15"))
    clock.set("2025-04-14")
    ledger.record("own1", OrderMoved("D2025-001", "reply", "增加两个作业面"))
    ledger.record("zhang", OrderMoved("D2025-001", "accept", "同意"))
    done = order(ledger)
    assert (done.state, done.signer, done.reply, done.replies) == (OrderState.ACCEPTED, "own1", "增加两个作业面", 2)
    assert (done.reply_by, done.replied, done.settled, done.opinion) == (
        "2025-04-15",
        "2025-04-14",
        "2025-04-14",
        "同意",
    )
    with ledger.read(date(2025, 4, 8)) as tables:
        assert tables.need(Order, "D2025-001", "督办单").state is OrderState.SIGNED
    assert [entry.kind for entry in ledger.journal("D2025-001")] == ["order.issued"] + ["order.moved"] * 5
    assert ledger.verify().ok


def test_orders_are_numbered_by_the_year_and_a_number_is_used_once(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", issue(), issue(items=()), issue(order="督〔2025〕1号"), issue(), issue(reply_by="2026-01-09"))
    with ledger.read() as tables:
        numbers = [row.id for row in tables.select(Order)]
    assert sorted(numbers) == ["D2025-001", "D2025-002", "D2025-003", "D2026-001", "督〔2025〕1号"]
    with pytest.raises(LedgerError, match="已经使用"):
        ledger.record("li", issue(order="D2025-001"))


def test_an_order_is_overdue_only_while_the_organisation_has_to_answer(book: Office) -> None:
    ledger, clock, _ = book
    clock.set("2025-04-01")
    ledger.record("li", issue())
    assert [overdue(order(ledger), date(2025, 4, day)) for day in (10, 11, 20)] == [0, 1, 10]
    ledger.record("own1", OrderMoved("D2025-001", "reply", "已查明"))
    assert overdue(order(ledger), date(2025, 4, 20)) == 0
    ledger.record("li", OrderMoved("D2025-001", "return", "再查"))
    assert overdue(order(ledger), date(2025, 4, 20)) == 10
    ledger.record("li", OrderMoved("D2025-001", "withdraw", "并入专项督办"))
    assert overdue(order(ledger), date(2025, 4, 20)) == 0


@pytest.mark.parametrize(
    ("who", "event", "reason"),
    [
        ("own1", issue(), "无权"),
        ("zhang", issue(), "无权"),
        ("li", issue(organisation="dept9"), "没有这个单位"),
        ("li", issue(items=("2025/9",)), "没有这个事项"),
        ("li", issue(items=("2025/1", "2025/1")), "列了两次"),
        ("li", issue(level="urgent"), "没有这个督办级别"),
        ("li", issue(reply_by="4月10日"), "不是日期"),
        ("li", issue(reply_by="20250410"), "写法或年份不对"),
        ("li", issue(reply_by="0205-04-10"), "写法或年份不对"),
        ("li", issue(subject=" "), "为空"),
        ("own2", OrderMoved("D2025-001", "sign"), "不是承办单位的责任人"),
        ("help1", OrderMoved("D2025-001", "reply", "好"), "不是承办单位的责任人"),
        ("own1", OrderMoved("D2025-001", "reply", " "), "没有写明内容"),
        ("own1", OrderMoved("D2025-001", "reply", "好", "2025-05-01"), "不能改动期限"),
        ("li", OrderMoved("D2025-001", "accept"), "不能认可"),
        ("li", OrderMoved("D2025-001", "withdraw"), "没有写明内容"),
        ("li", OrderMoved("D2025-001", "forget"), "没有这个办理动作"),
        ("li", OrderMoved("D2025-999", "accept"), "没有这个督办单"),
    ],
)
def test_what_may_not_be_is_told_and_changes_nothing(
    tmp_path: Path, who: str, event: OrderIssued | OrderMoved, reason: str, backend: str
) -> None:
    with office(backend, tmp_path) as (ledger, _, _):
        ledger.record("li", issue())
        before = ledger.rebuild()
        with pytest.raises(LedgerError, match=reason):
            ledger.record(who, event)
        assert ledger.rebuild() == before


def test_nobody_accepts_their_own_reply_even_in_another_role(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", issue())
    ledger.record("own1", OrderMoved("D2025-001", "reply", "已办"))
    ledger.record("li", RolesChanged("own1", (Grant(Role.SUPERVISOR, "gov"),)))
    with pytest.raises(NotAllowedError, match="没有参与办理"):
        ledger.record("own1", OrderMoved("D2025-001", "accept"))
    with pytest.raises(NotAllowedError, match="没有参与办理"):
        ledger.record("own1", OrderMoved("D2025-001", "withdraw", "不查了"))
    ledger.record("li", RolesChanged("help1", (Grant(Role.SUPERVISOR, "gov"), Grant(Role.CONTRIBUTOR, "dept1"))))
    with pytest.raises(NotAllowedError, match="没有参与办理"):
        ledger.record("help1", OrderMoved("D2025-001", "accept"))


def test_who_supports_the_item_does_not_accept_the_reply_about_it(book: Office) -> None:
    ledger, _, _ = book
    both = (Grant(Role.SUPERVISOR, "gov"), Grant(Role.CONTRIBUTOR, "dept2"))
    ledger.record(
        "li",
        RolesChanged("help2", both),
        ItemMoved("2025/1", "rearrange", "补充配合单位", supporting=("dept2",)),
        issue(),
        issue(items=()),
    )
    for id in ("D2025-001", "D2025-002"):
        ledger.record("own1", OrderMoved(id, "reply", "已办"))
    with pytest.raises(NotAllowedError, match="没有参与办理"):
        ledger.record("help2", OrderMoved("D2025-001", "accept"))
    ledger.record("help2", OrderMoved("D2025-002", "accept"))


def test_the_head_of_a_department_does_not_accept_what_the_government_asked_of_it(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", PersonAdded("head1", "局长", "dept1", (Grant(Role.LEADER, "dept1"),)), issue())
    ledger.record("own1", OrderMoved("D2025-001", "reply", "已办"))
    with pytest.raises(NotAllowedError, match="云岭市人民政府"):
        ledger.record("head1", OrderMoved("D2025-001", "accept"))


def test_an_order_to_a_group_is_answered_by_its_chief_and_accepted_by_nobody_of_its_members(book: Office) -> None:
    ledger, _, _ = book
    ledger.record(
        "li",
        OrganisationAdded("chain", "公路专班", OrganisationKind.GROUP, "gov"),
        GroupFormed("chain", "组长", "zhang", ("dept1", "dept2")),
        RolesChanged("own2", (Grant(Role.OWNER, "dept2"), Grant(Role.SUPERVISOR, "gov"))),
        issue(organisation="chain", items=()),
    )
    ledger.record("zhang", OrderMoved("D2025-001", "reply", "已部署"))
    for who in ("zhang", "own2"):
        with pytest.raises(NotAllowedError, match="没有参与办理"):
            ledger.record(who, OrderMoved("D2025-001", "accept"))
    ledger.record("li", OrderMoved("D2025-001", "accept"))


def test_what_is_offered_to_a_person_is_what_the_person_may_do(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", issue())
    ledger.record("own1", OrderMoved("D2025-001", "reply", "已办"))
    with ledger.read() as tables:
        row = tables.need(Order, "D2025-001", "督办单")
        offers = {
            person.id: [action.name for action in available(tables, person, order_flow(), row)]
            for person in tables.select(Person)
        }
    assert offers["li"] == ["accept", "return", "withdraw"]
    assert offers["zhang"] == ["accept", "return"]
    assert offers["own1"] == offers["guest"] == []


def test_a_new_reply_date_does_not_lie_before_the_reply(book: Office) -> None:
    ledger, clock, _ = book
    clock.set("2025-04-09")
    ledger.record("li", issue())
    ledger.record("own1", OrderMoved("D2025-001", "reply", "已办"))
    with pytest.raises(LedgerError, match="早于最近一次办理"):
        ledger.record("li", OrderMoved("D2025-001", "return", "再查", "2025-04-08"))


def test_no_order_is_issued_about_a_closed_book_but_one_that_stands_is_answered(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", issue(), PlanOpened("2026", "gov", 2026, "2026年度台账"))
    for number in (1, 2, 3):
        ledger.record("li", ItemCarried(f"2025/{number}", "2026", "未完"))
    ledger.record("li", PlanClosed("2025"))
    with pytest.raises(NotAllowedError, match="已经交账"):
        ledger.record("li", issue())
    ledger.record("own1", OrderMoved("D2025-001", "reply", "已办"))
    ledger.record("li", OrderMoved("D2025-001", "accept"))


def test_an_office_has_levels_of_its_own_and_what_was_issued_keeps_its_level(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", issue(level="listed"))
    ledger.record("li", RuleAdopted("orders", "[red]\nlabel = '红色督办'\ndays = 3"), issue(level="red"))
    with pytest.raises(LedgerError, match="红色督办"):
        ledger.record("li", issue(level="listed"))
    assert order(ledger).level == "listed"
    for text in ("[red]\nlabel = '红色督办'\ndays = 0", "[red]\nlabel = ' '\ndays = 3", "[red]\nname = 1"):
        with pytest.raises(LedgerError):
            ledger.record("li", RuleAdopted("orders", text))


def test_unknown_orders_are_answered_with_the_nearest(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", issue())
    with pytest.raises(UnknownNameError, match="D2025-001"):
        ledger.record("own1", OrderMoved("D2025-01", "sign"))
