"""Problem lists: found, put right, checked by somebody who stands apart, and opened again when the check fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from ledger_office import Clock, office

from duixian.ledger.errors import LedgerError, NotAllowedError
from duixian.ledger.organisations import Grant, Role, RolesChanged
from duixian.ledger.problems import (
    Problem,
    ProblemFound,
    ProblemMoved,
    ProblemState,
    counts,
    from_report,
    overdue,
)
from duixian.ledger.progress import Progress, ProgressReported
from duixian.ledger.rulebook import RuleAdopted
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger
from duixian.records import Evidence

Office = tuple[Ledger, Clock, str]
DUE = "2025-05-31"


@pytest.fixture
def book(backend: str, tmp_path: Path) -> Iterator[Office]:
    with office(backend, tmp_path) as opened:
        yield opened


def problem(ledger: Ledger, id: str = "W2025-001") -> Problem:
    with ledger.read() as tables:
        return tables.need(Problem, id, "问题")


def put_right(ledger: Ledger, id: str = "W2025-001") -> None:
    ledger.record("own1", ProblemMoved(id, "measure", "重新招标"), ProblemMoved(id, "done", "已重新招标"))


def test_a_problem_is_put_right_checked_and_closed(book: Office) -> None:
    ledger, clock, _ = book
    clock.set("2025-05-01")
    words = Evidence("巡查.txt", 3, None, 8, 12, "砂石堆放")
    ledger.record("li", ProblemFound("砂石占道堆放", DUE, item="2025/1", finder="省督查组", evidence=words))
    found = problem(ledger)
    assert (found.state, found.organisation, found.finder, found.recorder, found.evidence) == (
        ProblemState.FOUND,
        "dept1",
        "省督查组",
        "li",
        words,
    )
    put_right(ledger)
    clock.set("2025-06-10")
    ledger.record("zhang", ProblemMoved("W2025-001", "pass", "现场已清"))
    closed = problem(ledger)
    assert (closed.state, closed.measure, closed.result) == (ProblemState.CLOSED, "重新招标", "已重新招标")
    assert (closed.finished, closed.settled, closed.opinion) == ("2025-05-01", "2025-06-10", "现场已清")
    with ledger.read(date(2025, 6, 9)) as tables:
        assert tables.need(Problem, "W2025-001", "问题").state is ProblemState.DONE
    assert ledger.verify().ok


def test_a_failed_check_opens_it_again_with_a_new_date_and_so_does_a_second_look(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", ProblemFound("砂石占道堆放", DUE, item="2025/1"))
    put_right(ledger)
    with pytest.raises(LedgerError, match="新的期限"):
        ledger.record("li", ProblemMoved("W2025-001", "fail", "仍有堆放"))
    ledger.record("li", ProblemMoved("W2025-001", "fail", "仍有堆放", "2025-06-30"))
    again = problem(ledger)
    assert (again.state, again.due, again.failures, again.settled) == (ProblemState.REOPENED, "2025-06-30", 1, None)
    put_right(ledger)
    ledger.record("li", ProblemMoved("W2025-001", "pass"))
    ledger.record("zhang", ProblemMoved("W2025-001", "fail", "回头看又有", "2025-09-30"))
    again = problem(ledger)
    assert (again.state, again.due, again.failures, again.settled) == (ProblemState.REOPENED, "2025-09-30", 2, None)


def test_nobody_checks_what_they_put_right_and_no_department_checks_itself(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", ProblemFound("砂石占道堆放", DUE, item="2025/1"))
    put_right(ledger)
    supervises = Grant(Role.SUPERVISOR, "gov")
    ledger.record("li", RolesChanged("own1", (supervises,)))
    ledger.record("li", RolesChanged("help1", (supervises, Grant(Role.CONTRIBUTOR, "dept1"))))
    for who in ("own1", "help1"):
        for event in (
            ProblemMoved("W2025-001", "pass"),
            ProblemMoved("W2025-001", "fail", "不行", "2025-07-01"),
            ProblemMoved("W2025-001", "void", "误登"),
        ):
            with pytest.raises(NotAllowedError, match="没有参与办理"):
                ledger.record(who, event)
    ledger.record("li", ProblemMoved("W2025-001", "pass"))


def test_a_report_becomes_a_problem_with_one_call_and_only_once(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("own1", ItemMoved("2025/1", "accept"))
    ledger.record("own1", ProgressReported("2025/1", "路基已完成", problems="征地未完", help="请市里协调"))
    ledger.record("own1", ProgressReported("2025/1", "路面开工"))
    with ledger.read() as tables:
        first, second = sorted(tables.select(Progress), key=lambda row: row.sequence)
        wish = from_report(tables, first.id, DUE)
        with pytest.raises(LedgerError, match="没有写存在问题"):
            from_report(tables, second.id, DUE)
    ledger.record("li", wish)
    found = problem(ledger)
    assert (found.finding, found.source, found.finder) == ("征地未完；请求协调：请市里协调", "report", "责任人1")
    assert (found.report, found.item, found.organisation) == (first.id, "2025/1", "dept1")
    with pytest.raises(LedgerError, match="已列入问题清单"):
        ledger.record("li", wish)
    ledger.record("li", ProblemMoved("W2025-001", "void", "重复登记"))
    ledger.record("li", wish)


@pytest.mark.parametrize(
    ("who", "event", "reason"),
    [
        ("own1", ProblemFound("堆放", DUE, item="2025/1"), "无权"),
        ("li", ProblemFound("堆放", DUE), "没有写明整改单位"),
        ("li", ProblemFound("堆放", DUE, organisation="第一局"), "没有这个单位"),
        ("li", ProblemFound("堆放", DUE, item="2025/99"), "没有这个事项"),
        ("li", ProblemFound("堆放", DUE, "rumour", organisation="dept1"), "没有这种问题来源"),
        ("li", ProblemFound("堆放", "5月底", organisation="dept1"), "不是日期"),
        ("li", ProblemFound("", DUE, organisation="dept1"), "为空"),
        ("li", ProblemFound("堆放", DUE, item="2025/1", report="2025/1#99"), "没有这个填报"),
        ("own1", ProblemMoved("W2025-001", "done", "好了"), "不能报告整改完成"),
        ("own1", ProblemMoved("W2025-001", "measure", "清运", "2025-08-01"), "不能改动期限"),
        ("own2", ProblemMoved("W2025-001", "measure", "清运"), "不是承办单位的责任人"),
        ("li", ProblemMoved("W2025-001", "pass"), "不能核查通过并销号"),
    ],
)
def test_what_may_not_be_is_told_and_changes_nothing(
    tmp_path: Path, who: str, event: ProblemFound | ProblemMoved, reason: str, backend: str
) -> None:
    with office(backend, tmp_path) as (ledger, _, _):
        ledger.record("li", ProblemFound("砂石占道堆放", DUE, item="2025/1"))
        before = ledger.rebuild()
        with pytest.raises(LedgerError, match=reason):
            ledger.record(who, event)
        assert ledger.rebuild() == before


def test_counts_tell_each_organisation_what_is_open_late_and_came_back(book: Office) -> None:
    ledger, _, _ = book
    for number, department in enumerate(("dept1", "dept1", "dept1", "dept2"), 1):
        ledger.record("li", ProblemFound(f"问题{number}", DUE, organisation=department))
    put_right(ledger)
    put_right(ledger, "W2025-002")
    ledger.record("li", ProblemMoved("W2025-001", "pass"), ProblemMoved("W2025-002", "fail", "不行", "2025-07-31"))
    ledger.record("li", ProblemMoved("W2025-004", "void", "误登"))
    with ledger.read() as tables:
        rows = tables.select(Problem)
    (first,) = counts(rows, date(2025, 6, 2))
    assert (first.organisation, first.total, first.overdue, first.reopened) == ("dept1", 3, 1, 1)
    assert first.by_state == {ProblemState.CLOSED: 1, ProblemState.REOPENED: 1, ProblemState.FOUND: 1}
    assert [overdue(row, date(2025, 6, 2)) for row in rows] == [0, 0, 2, 0]


def test_an_office_tells_sources_of_its_own_apart(book: Office) -> None:
    ledger, _, _ = book
    own = "report = '填报反映'\ncongress = '人大代表建议'"
    ledger.record("li", RuleAdopted("problems", own), ProblemFound("堆放", DUE, "congress", organisation="dept1"))
    assert problem(ledger).source == "congress"
    with pytest.raises(LedgerError, match="缺少 report"):
        ledger.record("li", RuleAdopted("problems", "congress = '人大代表建议'"))
