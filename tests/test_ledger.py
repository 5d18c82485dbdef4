"""The account book: what is written stays, is seen as of any day, and shows when someone tampers with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from ledger_office import BACKENDS, Clock, office, target
from sqlalchemy import text

from duixian.errors import InputError
from duixian.ledger.database import connect, writing
from duixian.ledger.errors import LedgerError, NotAllowedError, StaleError, UnknownNameError
from duixian.ledger.exchange import export, restore
from duixian.ledger.organisations import Grant, LedgerOpened, Person, PersonChanged, Role, RolesChanged
from duixian.ledger.plans import Item, ItemKind, ItemRevised, Measure, State
from duixian.ledger.progress import Progress, ProgressReported, Reading
from duixian.ledger.rounds import Due, Round, RoundClosed, RoundOpened, digest
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger

Office = tuple[Ledger, Clock, str]


@pytest.fixture
def book(backend: str, tmp_path: Path) -> Iterator[Office]:
    with office(backend, tmp_path) as opened:
        yield opened


def item(ledger: Ledger, id: str = "2025/1") -> Item:
    with ledger.read() as tables:
        return tables.need(Item, id, "事项")


def report(value: float, **more: object) -> ProgressReported:
    return ProgressReported("2025/1", "路基已完成", (Reading("里程", value, "公里"),), **more)  # type: ignore[arg-type]


def live(ledger: Ledger) -> None:
    """A short life of item 1: reported in a round, given more time, sent back, closed by the leader."""
    ledger.record("own1", ItemMoved("2025/1", "accept"))
    ledger.record("li", RoundOpened("2025", "2025-03"))
    ledger.record("own1", report(0.4, percent=40.0, problems="征地未完", help="请市里协调"))
    ledger.record("own1", ItemMoved("2025/1", "ask_extension", "雨季", deadline="2026-03-31"))
    ledger.record("li", ItemMoved("2025/1", "grant_extension"))
    ledger.record("own1", ItemMoved("2025/1", "submit", "已完工"))
    ledger.record("li", ItemMoved("2025/1", "return", "缺验收单"))
    ledger.record("own1", report(1.0, percent=100.0), ItemMoved("2025/1", "submit", "验收单已补"))
    ledger.record("zhang", ItemMoved("2025/1", "close"))
    ledger.record("li", RoundClosed("2025@2025-03"))


def test_an_item_lives_from_registration_to_closure_and_keeps_its_words(book: Office) -> None:
    ledger, _, _ = book
    live(ledger)
    closed = item(ledger)
    assert (closed.state, closed.deadline, closed.first_deadline) == (State.CLOSED, "2026-03-31", "2025-12-31")
    assert [one.quote for one in closed.evidence] == ["新建农村公路1公里"]
    assert ledger.verify().ok
    assert [entry.kind for entry in ledger.journal("2025/1")].count("item.moved") == 8


def test_nothing_is_half_applied(book: Office) -> None:
    ledger, _, _ = book
    before = (ledger.head(), ledger.rebuild())
    with pytest.raises(NotAllowedError):
        ledger.record("own1", ItemMoved("2025/1", "accept"), ItemMoved("2025/2", "accept"))
    assert (ledger.head(), ledger.rebuild()) == before
    assert item(ledger).state is State.ASSIGNED


def test_a_change_that_someone_else_overtook_is_refused(book: Office) -> None:
    ledger, _, _ = book
    seen = item(ledger).version
    ledger.record("own1", ItemMoved("2025/1", "accept"), expect={"2025/1": seen})
    with pytest.raises(StaleError, match="重新查看") as caught:
        ledger.record("own1", report(0.5), expect={"2025/1": seen})
    assert caught.value.version == item(ledger).version == seen + 1


def test_the_ledger_can_be_read_as_of_any_day(book: Office) -> None:
    ledger, clock, _ = book
    clock.set("2025-03-10")
    ledger.record("own1", ItemMoved("2025/1", "accept"))
    clock.set("2025-06-10")
    ledger.record("own1", report(0.6))
    for day, state in (("2025-03-09", "assigned"), ("2025-03-10", "accepted"), ("2025-12-31", "in_progress")):
        with ledger.read(date.fromisoformat(day)) as tables:
            assert tables.need(Item, "2025/1", "事项").state == state
    assert ledger.rebuild(date(2024, 1, 1)).select(Item) == []


def test_a_clock_that_runs_back_does_not_disorder_the_journal(book: Office) -> None:
    ledger, clock, _ = book
    clock.set("2020-01-01")
    before = ledger.head().time
    (entry,) = ledger.record("own1", ItemMoved("2025/1", "accept"))
    assert entry.time == before
    assert ledger.verify().ok


def test_a_round_lists_what_is_owed_and_freezes_at_its_end(book: Office) -> None:
    ledger, clock, _ = book
    ledger.record("own1", ItemMoved("2025/1", "accept"), ItemMoved("2025/3", "accept"))
    ledger.record("li", RoundOpened("2025", "2025-03"))
    clock.set("2025-04-03")
    ledger.record("own1", report(0.2))
    clock.set("2025-04-09")
    ledger.record("own1", ProgressReported("2025/3", "已开工"))
    (closing,) = ledger.record("li", RoundClosed("2025@2025-03"))
    day = date(2025, 4, 9)
    clock.set("2025-05-01")
    ledger.record("own1", report(0.9))
    with ledger.read() as tables:
        dues = tables.select(Due, round="2025@2025-03")
        frozen = tables.need(Round, "2025@2025-03", "调度期").digest
    assert [(due.organisation, due.report is not None, due.late) for due in dues] == [
        ("dept1", True, False),
        ("dept2", False, False),
        ("dept1", True, True),
    ]
    assert dues[0].frozen is not None
    assert dues[0].frozen.progress != item(ledger).progress
    rebuilt = ledger.rebuild(day).select(Due, round="2025@2025-03")
    assert rebuilt == dues
    assert closing.values()["digest"] == frozen
    # The digest was taken of the picture at the close.
    assert digest(dues) == frozen
    with pytest.raises(NotAllowedError, match="已经关闭"):
        ledger.record("li", RoundClosed("2025@2025-03"))


TAMPERING = {
    "items": ("UPDATE items SET state = 'closed' WHERE id = '2025/2'", "事项表 2025/2：“state”"),
    "unreadable": ("UPDATE items SET state = 'gone' WHERE id = '2025/2'", "事项表 2025/2：内容无法读出"),
    "progress": ("UPDATE progress SET percent = 99 WHERE percent = 40", "进展表"),
    "row lost": ("DELETE FROM dues WHERE item = '2025/3'", "应报表 2025@2025-03:2025/3：流水里有，表里没有"),
    "row put in": ("INSERT INTO organisations VALUES ('x', 'x', 'group', NULL, NULL)", "单位表 x：流水里没有"),
    "payload": ("UPDATE journal SET payload = '{}' WHERE sequence = 3", "流水第3条：内容被改动过"),
    "entry lost": ("DELETE FROM journal WHERE sequence = 4", "流水第4条：这一条缺失"),
    "cut short": ("DELETE FROM journal WHERE sequence > 20", "流水末尾"),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_shows_and_the_first_difference_is_named(book: Office, what: str) -> None:
    ledger, _, place = book
    live(ledger)
    statement, words = TAMPERING[what]
    engine = connect(place)
    with writing(engine) as connection:
        connection.execute(text(statement))
    engine.dispose()
    found = ledger.verify()
    assert not found.ok
    assert words in (found.difference or "")


def test_a_hash_noted_elsewhere_must_still_be_in_the_chain(book: Office) -> None:
    ledger, _, _ = book
    noted = ledger.head().hash
    ledger.record("own1", ItemMoved("2025/1", "accept"))
    assert ledger.verify(noted).ok
    assert "找不到" in (ledger.verify("f" * 64).difference or "")


@pytest.mark.parametrize("other", BACKENDS)
def test_a_ledger_moves_as_one_file_to_either_database(book: Office, other: str, tmp_path: Path) -> None:
    ledger, _, _ = book
    live(ledger)
    path = tmp_path / "台账.jsonl"
    head = export(ledger, path)
    with Ledger(target(other, tmp_path)) as copy:
        assert restore(path, copy) == head == copy.head()
        assert copy.verify().ok
        assert copy.rebuild() == ledger.rebuild()
        with pytest.raises(LedgerError, match="已有内容"):
            restore(path, copy)


@pytest.mark.parametrize("damage", ["cut", "changed", "tail", "other"])
def test_a_damaged_file_leaves_the_new_ledger_empty(tmp_path: Path, damage: str, backend: str) -> None:
    path = tmp_path / "台账.jsonl"
    with office(backend, tmp_path) as (ledger, _, _):
        export(ledger, path)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    broken = {
        "cut": lines[:-3],
        "changed": [line.replace("公里", "里") for line in lines],
        "tail": [*lines, lines[-1]],
        "other": ["不是台账\n"],
    }[damage]
    path.write_text("".join(broken), "utf-8")
    with Ledger(target(backend, tmp_path)) as empty:
        with pytest.raises((InputError, LedgerError)):
            restore(path, empty)
        assert empty.head().sequence == 0
        assert empty.verify().ok


BAD_REPORTS = {
    "百分比": (report(0.5, percent=120.0), "不在0到100"),
    "单位": (ProgressReported("2025/1", "好", (Reading("里程", 1, "亩"),)), "单位应是“公里”"),
    "目标": (ProgressReported("2025/1", "好", (Reading("面积", 1, "公里"),)), "没有“面积”"),
    "下降": (report(0.1), "降到0.1"),
    "空话": (ProgressReported("2025/1", " "), "没有写进展情况"),
    "字符": (ProgressReported("2025/1", "好\x00"), "无法保存的字符"),
    "无穷": (report(float("nan")), "不是一个数"),
}


@pytest.mark.parametrize("what", BAD_REPORTS)
def test_a_report_that_cannot_be_right_is_refused_in_words(book: Office, what: str) -> None:
    ledger, _, _ = book
    ledger.record("own1", ItemMoved("2025/1", "accept"))
    ledger.record("own1", report(0.5, percent=50.0))
    event, words = BAD_REPORTS[what]
    with pytest.raises(LedgerError, match=words):
        ledger.record("own1", event)
    assert ledger.verify().ok
    ledger.record("own1", report(0.1, correction="上期误报"))


def test_names_that_do_not_exist_bring_the_nearest(book: Office) -> None:
    ledger, _, _ = book
    with pytest.raises(UnknownNameError, match="dept2") as caught:
        ledger.record("li", ItemMoved("2025/1", "transfer", "职责调整", lead="detp2"))
    assert "dept2" in caught.value.nearest


@pytest.mark.parametrize("name", ["2025/1\x00", "2025/\udcff"], ids=["NUL", "half a character"])
def test_a_name_that_no_database_can_hold_is_the_name_of_nothing(book: Office, name: str) -> None:
    ledger, _, _ = book
    with ledger.read() as tables:
        assert tables.get(Item, name) is None
        assert tables.select(Item, plan=name) == []
    assert ledger.journal(name) == []
    with pytest.raises(UnknownNameError, match="没有这个事项"):
        ledger.record("own1", ItemMoved(name, "accept"))


def test_dates_in_the_wrong_year_are_refused(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("own1", ItemMoved("2025/1", "accept"))
    for wrong in ("2024-06-30", "2025-06-31", "20260630", "2925-01-01", "2025-12-31"):
        with pytest.raises(LedgerError):
            ledger.record("own1", ItemMoved("2025/1", "ask_extension", "雨季", deadline=wrong))
    for period in ("2024-03", "2025-13", "2025-Q5", "三月"):
        with pytest.raises(LedgerError):
            ledger.record("li", RoundOpened("2025", period))


def test_a_correction_is_a_new_entry(book: Office) -> None:
    ledger, _, _ = book
    before = ledger.head()
    ledger.record(
        "li", ItemRevised("2025/1", "新建公路2公里", ItemKind.PROJECT, (Measure("里程", "≥", 2, "公里"),), "笔误")
    )
    assert item(ledger).measures[0].value == 2
    assert item(ledger).evidence
    assert ledger.journal()[before.sequence - 1].hash == before.hash


def test_the_last_supervisor_stays_and_a_second_founding_is_refused(book: Office) -> None:
    ledger, _, _ = book
    with pytest.raises(NotAllowedError, match="唯一"):
        ledger.record("li", RolesChanged("li", ()))
    with pytest.raises(LedgerError, match="已经建立"):
        ledger.record("eve", LedgerOpened("gov2", "别处", "eve", "某人"))
    ledger.record("li", RolesChanged("zhang", (Grant(Role.SUPERVISOR, "gov"),)))
    ledger.record("li", RolesChanged("li", ()))


def test_people_are_renamed_and_moved_and_leave_the_roles_of_their_old_place(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("li", RolesChanged("own1", (Grant(Role.OWNER, "dept1"), Grant(Role.READER, "gov"))))
    ledger.record("li", PersonChanged("own1", "改名人"), PersonChanged("own1", organisation="dept2"))
    with ledger.read() as tables:
        row = tables.need(Person, "own1", "人员")
    assert row == Person("own1", "改名人", "dept2", (Grant(Role.READER, "gov"),))
    with pytest.raises(NotAllowedError):
        ledger.record("own1", ItemMoved("2025/1", "accept"))
    with pytest.raises(NotAllowedError):
        ledger.record("own2", PersonChanged("own1", organisation="dept1"))
    with pytest.raises(NotAllowedError, match="唯一"):
        ledger.record("li", PersonChanged("li", organisation="dept1"))
    with pytest.raises(LedgerError, match="没有写明改什么"):
        ledger.record("li", PersonChanged("own1"))
    with pytest.raises(LedgerError, match="没有"):
        ledger.record("li", PersonChanged("own1", organisation="nowhere"))
    ledger.verify()


def test_whoever_is_not_registered_can_do_nothing(book: Office) -> None:
    ledger, _, _ = book
    for who in ("nobody", "guest", "own2", "help1"):
        with pytest.raises(LedgerError):
            ledger.record(who, ItemMoved("2025/1", "accept"))


def test_reports_are_kept_one_by_one(book: Office) -> None:
    ledger, _, _ = book
    ledger.record("own1", ItemMoved("2025/1", "accept"))
    for step in (0.1, 0.2, 0.3):
        ledger.record("help1", report(step))
    with ledger.read() as tables:
        values = [one.readings[0].value for one in tables.select(Progress, item="2025/1")]
    assert sorted(values) == [0.1, 0.2, 0.3]


@pytest.mark.parametrize("place", ["没有这个文件夹/a.db", "mysql://a/b", "sqlite://", "不是://地址"])
def test_a_place_that_cannot_hold_a_ledger_is_named(place: str, tmp_path: Path) -> None:
    with pytest.raises(LedgerError):
        Ledger(place if "://" in place else tmp_path / place)


def test_a_file_that_is_no_ledger_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "照片.db"
    path.write_bytes(b"something else entirely" * 100)
    with pytest.raises(LedgerError, match="不是台账"):
        Ledger(path)
    assert path.read_bytes() == b"something else entirely" * 100
