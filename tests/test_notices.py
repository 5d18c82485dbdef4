"""Reminders: who is written to, before and after which date, in which words, and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from ledger_office import Clock, office

from duixian.ledger.contacts import Contact, ContactSet
from duixian.ledger.errors import LedgerError, NotAllowedError
from duixian.ledger.escalation import StepTaken
from duixian.ledger.groups import GroupFormed
from duixian.ledger.notices import Notice, NoticeSent, notices, pending
from duixian.ledger.orders import OrderIssued, OrderMoved
from duixian.ledger.organisations import Grant, OrganisationAdded, OrganisationKind, PersonAdded, Role, RolesChanged
from duixian.ledger.problems import ProblemFound
from duixian.ledger.progress import ProgressReported
from duixian.ledger.rounds import RoundOpened
from duixian.ledger.rulebook import RuleAdopted, shipped
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger

Office = tuple[Ledger, Clock, str]


@pytest.fixture
def book(backend: str, tmp_path: Path) -> Iterator[Office]:
    with office(backend, tmp_path) as opened:
        yield opened


def on(ledger: Ledger, day: str, subject: str = "") -> list[Notice]:
    with ledger.read() as tables:
        found = notices(tables, date.fromisoformat(day))
    return [one for one in found if subject in ("", one.subject)]


def test_a_department_is_reminded_once_of_all_its_reports_before_the_day(book: Office) -> None:
    ledger, clock, _ = book
    clock.set("2025-03-25")
    ledger.record("li", RoundOpened("2025", "2025-03"))
    assert on(ledger, "2025-04-01") == []
    first, second = on(ledger, "2025-04-02")
    assert (first.organisation, first.recipients) == ("dept1", ("own1", "help1"))
    assert first.title == "请于2025-04-05前填报2025-03进展（2项）"
    assert first.body == (
        "第1局：\n2025-03的进展请于2025-04-05前填报，还有2项没有填报：\n"
        "· 事项1“新建农村公路1公里”\n· 事项3“新建农村公路3公里”\n"
    )
    assert (second.organisation, second.day) == ("dept2", "2025-04-05")


def test_the_key_is_the_same_until_the_next_stage_and_a_missed_day_does_no_harm(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", RoundOpened("2025", "2025-03"))
    keys = {day: on(ledger, f"2025-04-{day:02}")[0].key for day in range(2, 20)}
    assert keys[2] == keys[3]
    assert keys[6] == keys[7]
    assert len(set(keys.values())) == 6
    assert on(ledger, "2025-05-12")
    assert on(ledger, "2025-05-13") == []


def test_who_has_reported_is_left_in_peace_and_supervisors_hear_of_the_late(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", RoundOpened("2025", "2025-03"))
    ledger.record("own2", ItemMoved("2025/2", "accept"), ProgressReported("2025/2", "有进展"))
    (late,) = on(ledger, "2025-04-06", "round")
    assert (late.organisation, late.recipients) == ("dept1", ("own1", "help1", "li"))
    assert late.title == "第1局2025-03进展逾期1天未填报（2项）"


def test_deadlines_of_items_orders_and_problems_have_reminders_of_their_own(book: Office) -> None:
    ledger, clock, _ = book
    clock.set("2025-04-01")
    ledger.record("li", OrderIssued("dept1", "滞后", "说明原因", "2025-04-10"))
    ledger.record("li", ProblemFound("占道", "2025-04-12", organisation="dept1"))
    ledger.record("li", ProblemFound("扬尘", "2025-04-12", organisation="dept1"))
    issued = on(ledger, "2025-04-01", "issued")
    assert [(one.title, one.recipients) for one in issued] == [("督办单D2025-001“滞后”请签收", ("own1",))]
    assert issued[0].body.endswith("事由：滞后\n要求：说明原因\n回复期限：2025-04-10\n")
    ledger.record("own1", OrderMoved("D2025-001", "sign"))
    assert on(ledger, "2025-04-01", "issued") == []
    assert [one.title for one in on(ledger, "2025-04-09")] == [
        "督办单D2025-001“滞后”请于2025-04-10前回复",
        "2个问题应于2025-04-12前整改到位",
    ]
    assert [one.recipients for one in on(ledger, "2025-04-19")] == [("own1", "li"), ("own1", "li")]
    ledger.record("own1", OrderMoved("D2025-001", "reply", "已办"))
    assert [one.subject for one in on(ledger, "2025-04-19")] == ["problem"]
    assert [(one.title, one.organisation) for one in on(ledger, "2025-12-24")] == [
        ("2个事项将于2025-12-31到期", "dept1"),
        ("1个事项将于2025-12-31到期", "dept2"),
    ]
    assert on(ledger, "2026-01-01", "item")[0].recipients == ("own1", "help1", "li")


def test_a_step_of_a_ladder_tells_whom_the_step_says(book: Office) -> None:
    ledger, clock, _ = book
    clock.set("2025-04-01")
    ledger.record("li", StepTaken("k", "report", "报告领导", "item", "2025/1", "dept1", "逾期45天", None, ("leader",)))
    (one,) = on(ledger, "2025-04-03")
    assert (one.title, one.recipients, one.body) == ("报告领导：第1局", ("zhang",), "第1局：\n逾期45天\n")
    assert on(ledger, "2025-04-16") == []


def test_a_group_is_reminded_through_its_chief_and_members_and_an_office_without_owner_through_the_one_above(
    book: Office,
) -> None:
    ledger, clock, _ = book
    clock.set("2025-04-01")
    ledger.record(
        "li",
        OrganisationAdded("chain", "公路专班", OrganisationKind.GROUP, "gov"),
        GroupFormed("chain", "组长", "zhang", ("dept2",)),
        OrganisationAdded("desk", "公路科", OrganisationKind.DEPARTMENT, "dept1"),
        ItemMoved("2025/1", "transfer", "专班牵头", "chain"),
        ItemMoved("2025/3", "transfer", "科室牵头", "desk"),
        RoundOpened("2025", "2025-03"),
    )
    told = {one.organisation: one.recipients for one in on(ledger, "2025-04-05")}
    assert told == {"chain": ("own2", "help2", "zhang"), "dept2": ("own2", "help2"), "desk": ("own1",)}


def test_what_was_sent_by_a_channel_is_not_pending_there_and_stays_pending_elsewhere(book: Office) -> None:
    ledger, clock, _ = book
    clock.set("2025-04-02")
    ledger.record("li", RoundOpened("2025", "2025-03"))
    notice = on(ledger, "2025-04-02")[0]
    ledger.record("li", NoticeSent(notice.key, "email", ("own1",)))
    with ledger.read() as tables:
        assert pending(tables, notice, "email") == ("help1",)
        assert pending(tables, notice, "webhook") == ("own1", "help1")
    with pytest.raises(NotAllowedError, match="已经发给"):
        ledger.record("li", NoticeSent(notice.key, "email", ("own1", "help1")))
    clock.set("2025-04-03")
    ledger.record("li", NoticeSent(notice.key, "email", ("help1",)))
    with ledger.read() as tables:
        assert pending(tables, notice, "email") == ()
    with ledger.read(date(2025, 4, 2)) as tables:
        assert pending(tables, notice, "email") == ("help1",)
    with pytest.raises(NotAllowedError, match="无权"):
        ledger.record("own1", NoticeSent("other", "email", ("own1",)))
    assert ledger.verify().ok


def test_an_extension_makes_a_new_date_with_reminders_of_its_own(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("own1", ItemMoved("2025/1", "accept"))
    ledger.record("own1", ItemMoved("2025/1", "ask_extension", "雨季", deadline="2026-03-31"))
    ledger.record("li", ItemMoved("2025/1", "grant_extension"))
    assert [one.title for one in on(ledger, "2025-12-31", "item")] == [
        "1个事项将于2025-12-31到期",
        "1个事项将于2025-12-31到期",
    ]
    assert [one.title for one in on(ledger, "2026-03-30", "item")] == ["1个事项将于2026-03-31到期"]


def test_contacts_are_set_by_the_person_or_a_supervisor(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("own1", ContactSet("own1", "own1@dept1.example", "0555-123 4567"))
    ledger.record("li", ContactSet("help1", "help1@dept1.example"))
    with pytest.raises(NotAllowedError, match="无权"):
        ledger.record("own2", ContactSet("own1", "elsewhere@example.org"))
    with ledger.read() as tables:
        assert tables.select(Contact) == [
            Contact("help1", "help1@dept1.example", None),
            Contact("own1", "own1@dept1.example", "0555-123 4567"),
        ]
    ledger.record("own1", ContactSet("own1"))
    with ledger.read() as tables:
        assert tables.need(Contact, "own1", "联系方式") == Contact("own1", None, None)


@pytest.mark.parametrize(
    "email",
    [
        "own1",
        "own1@",
        "@dept1.example",
        "own1@dept1.example\nBcc: all@example.org",
        "own1@dept1.example, all@example.org",
        "责任人 <own1@dept1.example>",
        "own1@dept1.example\x00",
        "",
    ],
)
def test_an_address_that_could_be_more_than_one_plain_address_is_refused(
    tmp_path: Path, email: str, backend: str
) -> None:
    with office(backend, tmp_path) as (ledger, _, _), pytest.raises(LedgerError, match="不是邮箱地址"):
        ledger.record("own1", ContactSet("own1", email))


def test_words_with_line_breaks_never_reach_the_title_and_braces_mean_nothing(book: Office) -> None:
    ledger, clock, _ = book
    clock.set("2025-04-01")
    ledger.record("li", OrderIssued("dept1", "滞后\r\nBcc: x@example.org {days}", "说明{body}", "2025-04-10"))
    (one,) = on(ledger, "2025-04-01", "issued")
    assert one.title == "督办单D2025-001“滞后 Bcc: x@example.org {days}”请签收"
    assert "说明{body}" in one.body


def test_a_person_who_left_is_told_nothing_more(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", RoundOpened("2025", "2025-03"), RolesChanged("own1", ()))
    ledger.record("li", PersonAdded("own9", "新责任人", "dept1", (Grant(Role.OWNER, "dept1"),)))
    assert on(ledger, "2025-04-05")[0].recipients == ("own9", "help1")


@pytest.mark.parametrize(
    ("wrong", "right", "reason"),
    [
        ("[round.before]", "[meeting.before]", "没有这种提醒"),
        ("[round.before]", "[round.during]", "before 或 after"),
        ("days = [30, 7, 1]", "days = []", "天数"),
        ("days = [30, 7, 1]", "days = [-1]", "天数"),
        ('to = ["owner", "chief"]', 'to = ["boss"]', "没有“boss”"),
        ('to = ["owner", "chief"]', "to = []", "收件人"),
        ("{count}个事项逾期{days}天", "{secret}", "不能用"),
        ("keep = 14", "kept = 14", "不认识“kept”"),
    ],
)
def test_a_mistake_in_the_reminders_is_named_before_it_holds(
    tmp_path: Path, wrong: str, right: str, reason: str, backend: str
) -> None:
    text = shipped("notices")
    assert wrong in text
    with office(backend, tmp_path) as (ledger, _, _), pytest.raises(LedgerError, match=reason):
        ledger.record("li", RuleAdopted("notices", text.replace(wrong, right, 1)))
