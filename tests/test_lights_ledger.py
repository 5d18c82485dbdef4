"""Lights on a real ledger: through a year, by the rule of the day, frozen with their round, and from the commands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from ledger_office import Clock, office
from light_items import tables_of

from duixian.cli.application import run
from duixian.ledger import canonical
from duixian.ledger.errors import LedgerError
from duixian.ledger.kinds import Event
from duixian.ledger.lights import Light, light, lights
from duixian.ledger.plans import Item, Plan
from duixian.ledger.progress import Progress, ProgressReported, Reading
from duixian.ledger.rounds import Due, Round, RoundClosed, RoundOpened, digest
from duixian.ledger.rulebook import RuleAdopted, shipped
from duixian.ledger.slicing import Along, MeasureSliced, Slice, Slicing
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger

Office = tuple[Ledger, Clock, str]
STRICT = shipped("lights").replace("yellow = 10\nred = 20", "yellow = 1\nred = 2")


@pytest.fixture
def book(backend: str, tmp_path: Path) -> Iterator[Office]:
    with office(backend, tmp_path, items=12) as opened:
        yield opened


def report(item: int, value: float, **more: object) -> Event:
    readings = (Reading("里程", value, "公里"),)
    return ProgressReported(f"2025/{item}", "路基已完成", readings, **more)  # type: ignore[arg-type]


def seen(ledger: Ledger, item: str, day: str) -> Light:
    with ledger.read(date.fromisoformat(day)) as tables:
        return light(tables, item, date.fromisoformat(day))


def test_a_report_that_came_late_still_counts_for_the_light_of_the_round(book: Office) -> None:
    ledger, clock, _ = book
    ledger.record("own2", ItemMoved("2025/12", "accept"))
    clock.set("2025-06-01")
    ledger.record("li", RoundOpened("2025", "2025-06"))
    clock.set("2025-07-08")
    ledger.record("own2", report(12, 7.0))
    clock.set("2025-07-10")
    ledger.record("li", RoundClosed("2025@2025-06"))
    with ledger.read() as tables:
        frozen = {due.item: due.frozen.light for due in tables.select(Due, round="2025@2025-06") if due.frozen}
    assert frozen["2025/12"] == "green"
    assert frozen["2025/10"] != "green"


def test_lights_change_as_the_months_go(book: Office) -> None:
    ledger, clock, _ = book
    # Item 10: in step until June, then silent; item 12: late at first, catches up, is closed.
    ledger.record("own2", ItemMoved("2025/10", "accept"), ItemMoved("2025/12", "accept"))
    done12 = {1: 0.0, 2: 0.1, 3: 1.0, 4: 3.0, 5: 5.0, 6: 6.0, 7: 7.5, 8: 8.5, 9: 9.5, 10: 10.5, 11: 12.0}
    for month in range(1, 13):
        period, after = f"2025-{month:02}", f"{2025 + month // 12}-{month % 12 + 1:02}"
        clock.set(f"{period}-01")
        ledger.record("li", RoundOpened("2025", period))
        clock.set(f"{period}-28")
        events = [report(10, 10 * month / 12)] if month <= 6 else []
        if month in done12:
            events.append(report(12, done12[month]))
        if month == 11:
            events.append(ItemMoved("2025/12", "submit", "已验收"))
        if events:
            ledger.record("own2", *events)
        if month == 12:
            ledger.record("zhang", ItemMoved("2025/12", "close"))
        clock.set(f"{after}-10")
        ledger.record("li", RoundClosed(f"2025@{period}"))
    days = [f"2025-{month:02}-20" for month in range(2, 13)] + ["2026-01-20"]
    ten = [str(seen(ledger, "2025/10", day).colour) for day in days]
    twelve = [str(seen(ledger, "2025/12", day).colour) for day in days]
    assert ten == ["green"] * 6 + ["yellow"] + ["red"] * 5
    assert twelve == ["yellow", "red", "red", "yellow"] + ["green"] * 7 + ["done"]
    assert "连续2期没有按期填报" in seen(ledger, "2025/10", "2025-09-20").sentence
    assert ledger.verify().ok
    with ledger.read() as tables:
        frozen = {due.round[-2:]: due.frozen.light for due in tables.select(Due, item="2025/10") if due.frozen}
        rounds, dues = tables.select(Round), tables.select(Due)
    assert [frozen[f"{month:02}"] for month in (2, 5, 7, 9)] == ["green", "green", "yellow", "red"]
    assert all(one.digest == digest(due for due in dues if due.round == one.id) for one in rounds)


def test_a_light_of_an_earlier_day_goes_by_the_rule_of_that_day(book: Office) -> None:
    ledger, clock, _ = book
    ledger.record("own2", ItemMoved("2025/10", "accept"))
    clock.set("2025-06-30")
    ledger.record("own2", report(10, 4.7))
    clock.set("2025-07-10")
    ledger.record("li", RuleAdopted("lights", STRICT))
    assert (seen(ledger, "2025/10", "2025-07-05").colour, seen(ledger, "2025/10", "2025-07-10").colour) == (
        "green",
        "red",
    )
    clock.set("2025-07-15")
    ledger.record("li", RuleAdopted("lights", ""))
    assert seen(ledger, "2025/10", "2025-07-15").colour == "green"


def test_the_lights_of_a_round_are_facts_that_no_replay_computes_again(
    book: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, clock, _ = book
    ledger.record("own2", ItemMoved("2025/10", "accept"))
    ledger.record("li", RoundOpened("2025", "2025-06"))
    clock.set("2025-07-03")
    ledger.record("own2", report(10, 4.7))
    clock.set("2025-07-20")
    (entry,) = ledger.record("li", RoundClosed("2025@2025-06"))
    told = {one["item"]: one["colour"] for one in entry.values()["lights"]}
    # The day after reports were due, not the day on which somebody found the time to close.
    assert entry.values()["day"] == "2025-07-06"
    assert (told["2025/10"], told["2025/2"], len(told)) == ("green", "red", 12)
    ledger.record("li", RuleAdopted("lights", STRICT))

    def never(*_: object) -> None:
        raise AssertionError("a replay computed lights")

    monkeypatch.setattr("duixian.ledger.freezing.lights", never)
    rebuilt = ledger.rebuild()
    assert {due.item: due.frozen.light for due in rebuilt.select(Due) if due.frozen} == told
    assert ledger.verify().ok


def test_a_round_that_closed_before_there_were_lights_keeps_its_digest() -> None:
    old = canonical.typed(RoundClosed, {"round": "2025@2025-03", "digest": "x"})
    assert (old.day, old.lights) == (None, ())
    # Computed by the version before lights.
    tables = tables_of(rounds=["2025-03"])
    (due,) = tables.select(Due)
    picture = {"state": "assigned", "lead": "dept1", "deadline": "2025-12-31", "progress": None, "version": 2}
    plain = canonical.plain(due) | {"frozen": picture}
    before = canonical.text(plain)
    assert digest([canonical.typed(Due, plain)]) == hashlib.sha256(before.encode()).hexdigest()


def test_an_item_remembers_when_it_was_assigned_and_submitted(book: Office) -> None:
    ledger, clock, _ = book

    def now() -> tuple[str | None, str | None]:
        with ledger.read() as tables:
            item = tables.need(Item, "2025/10", "事项")
        return item.assigned, item.submitted

    assert now() == ("2025-01-01", None)
    clock.set("2025-02-01")
    ledger.record("li", ItemMoved("2025/10", "transfer", "职责调整", "dept1"))
    assert now() == ("2025-01-01", None)
    ledger.record("own1", ItemMoved("2025/10", "decline", "不属本局"))
    assert now() == (None, None)
    clock.set("2025-03-01")
    ledger.record("li", ItemMoved("2025/10", "assign", lead="dept2"))
    ledger.record("own2", ItemMoved("2025/10", "accept"), report(10, 10))
    clock.set("2025-04-01")
    ledger.record("own2", ItemMoved("2025/10", "submit", "已完成"))
    assert now() == ("2025-03-01", "2025-04-01")
    ledger.record("li", ItemMoved("2025/10", "return", "缺验收单"))
    assert now() == ("2025-03-01", None)


def test_one_light_is_the_same_as_that_item_among_all(book: Office) -> None:
    ledger, clock, _ = book
    ledger.record("own2", ItemMoved("2025/10", "accept"))
    ledger.record(
        "li",
        RoundOpened("2025", "2025-03"),
        MeasureSliced("2025/10", "里程", Along.QUARTER, tuple(Slice(str(n), 2.5) for n in range(1, 5))),
    )
    clock.set("2025-04-02")
    ledger.record("own2", report(10, 4.0))
    day = date(2025, 5, 1)
    with ledger.read() as tables:
        together = list(lights(tables, "2025", day))
        assert together == [light(tables, item.id, day) for item in tables.select(Item)]
    assert len({one.colour for one in together}) > 1


def test_a_plan_of_ten_thousand_items_asks_each_table_once() -> None:
    tables = tables_of()
    (item,) = tables.select(Item)
    tables.put(replace(item, id=f"2025/{n}", number=str(n)) for n in range(1, 10_001))
    asked: list[tuple[type, dict[str, str]]] = []
    select = tables.select

    def counting(kind: type, **equal: str) -> list[object]:
        asked.append((kind, equal))
        return select(kind, **equal)

    tables.select = counting  # type: ignore[method-assign, assignment]
    assert len(list(lights(tables, "2025", date(2025, 8, 1)))) == 10_000
    assert sorted(kind.__name__ for kind, _ in asked) == sorted(
        kind.__name__ for kind in (Item, Round, Slicing, Progress)
    )


def command(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run(list(words))
    out, err = capsys.readouterr()
    return code, out, err


def test_the_commands_slice_set_milestones_and_show(book: Office, capsys: pytest.CaptureFixture[str]) -> None:
    ledger, _, place = book
    to = ("--ledger", place, "--as", "li")
    assert command(capsys, "measure", "slice", "2025/10", "里程", "--values", "1,2,3，4", *to)[0] == 0
    code, _, err = command(capsys, "measure", "slice", "2025/10", "里程", "--values", "1,2,3,3", *to)
    assert (code, "合计9公里" in err) == (1, True)
    code, _, err = command(capsys, "measure", "slice", "2025/10", "里程", "--values", "1,2,三,4", *to)
    assert (code, "“三”不是数值" in err) == (2, True)
    words = ("开工@2025-03-31@10", "竣工@2025-12-20")
    assert command(capsys, "measure", "milestones", "2025/11", *words, *to)[0] == 0
    code, _, err = command(capsys, "measure", "milestones", "2025/11", "竣工@十二月", *to)
    assert (code, "不是日期" in err) == (1, True)
    assert command(capsys, "measure", "milestones", "2025/11", *to)[0] == 2
    # What the commands write bears the time of the test, so they are read as of now.
    code, out, _ = command(capsys, "measure", "show", "2025/10", "--ledger", place, "--format", "json")
    planned = {row["date"]: row["planned"] for row in json.loads(out)}
    assert (code, planned["2025-03-31"], planned["2025-06-30"], planned["2025-12-31"]) == (0, 1, 3, 10)
    code, out, _ = command(capsys, "measure", "show", "2025/11", "--ledger", place)
    assert (code, "节点“开工”应于2025-03-31完成，已过" in out) == (0, True)
    assert command(capsys, "measure", "milestones", "2025/11", "--clear", *to)[0] == 0
    with ledger.read() as tables:
        assert tables.need(Item, "2025/11", "事项").milestones == ()


def test_the_command_shows_the_lights_that_are_asked_for(book: Office, capsys: pytest.CaptureFixture[str]) -> None:
    ledger, clock, place = book
    clock.set("2025-04-20")
    ledger.record("own1", ItemMoved("2025/1", "accept"), report(1, 1))
    where = ("--ledger", place, "--as-of", "2025-05-20")
    code, out, _ = command(capsys, "lights", "2025", *where)
    assert (code, "共 12 项：红 11，绿 1" in out, "第1局" in out) == (0, True, True)
    code, out, _ = command(capsys, "lights", "2025", *where, "--colour", "green", "-f", "json", "--lang", "en")
    (row,) = json.loads(out)
    assert (row["item"], row["lag"]) == ("2025/1", -62)
    assert "62 points ahead" in row["sentence"]
    code, out, _ = command(capsys, "lights", "2025", *where, "-o", "dept2", "-f", "csv")
    assert [line.split(",")[1] for line in out.splitlines()[1:]] == ["2", "4", "6", "8", "10", "12"]
    code, _, err = command(capsys, "lights", "2026", *where)
    assert (code, "2025" in err) == (1, True)
    assert command(capsys, "lights", "2025", *where, "--colour", "blue")[0] == 2


def test_the_commands_show_adopt_and_withdraw_a_rule(
    book: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger, _, place = book
    at, by = ("--ledger", place), ("--as", "li")
    code, out, _ = command(capsys, "rules", "show", "lights", *at)
    assert (code, out) == (0, shipped("lights"))
    file = tmp_path / "亮灯.toml"
    file.write_text(STRICT, "utf-8-sig")
    assert command(capsys, "rules", "adopt", "lights", str(file), *at, *by)[0] == 0
    assert command(capsys, "rules", "show", "lights", *at)[1] == STRICT
    _, out, _ = command(capsys, "rules", "list", *at, "-f", "json")
    origins = {row["rule"]: row["origin"] for row in json.loads(out)}
    assert (origins["lights"], origins["rounds"]) == ("own", "shipped")
    head = ledger.head()
    for text, words in (("[lag]\nyellow = 3", "缺少 red"), ("[lag", "不是有效的 TOML"), ("  \n", "是空的")):
        file.write_text(text, "utf-8")
        code, _, err = command(capsys, "rules", "adopt", "lights", str(file), *at, *by)
        assert (code, words in err) == (1, True), err
    file.write_bytes(b"\xff\xfe\x00")
    assert "不是 UTF-8" in command(capsys, "rules", "adopt", "lights", str(file), *at, *by)[2]
    assert "读不出来" in command(capsys, "rules", "adopt", "lights", str(tmp_path / "无.toml"), *at, *by)[2]
    assert "没有这种规则" in command(capsys, "rules", "show", "weather", *at)[2]
    assert "no rules of this name" in command(capsys, "rules", "show", "weather", *at, "--lang", "en")[2]
    assert command(capsys, "rules", "adopt", "lights", str(file), *at, "--as", "own1")[0] == 1
    assert ledger.head() == head
    assert command(capsys, "rules", "default", "lights", *at, *by)[0] == 0
    assert command(capsys, "rules", "show", "lights", *at)[1] == shipped("lights")


def test_a_light_of_nothing_is_an_error_in_words(book: Office) -> None:
    ledger, _, _ = book
    with ledger.read() as tables:
        assert tables.select(Plan)
        with pytest.raises(LedgerError, match="没有这个事项"):
            light(tables, "2025/99", date(2025, 3, 1))
