"""Verifying a journal of any length: in little memory, and still naming the first difference exactly."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_office import Clock, office, target
from sqlalchemy import text

from duixian.ledger import canonical, replay
from duixian.ledger.database import connect, writing
from duixian.ledger.journal import Entry, Head, end, seal, stamp
from duixian.ledger.passing import PassingTables
from duixian.ledger.plans import Item
from duixian.ledger.progress import Progress, ProgressReported
from duixian.ledger.rounds import Due, RoundClosed, RoundOpened
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger
from duixian.ledger.tables import MemoryTables, matches

Office = tuple[Ledger, Clock, str]
REPORTS = 30


@pytest.fixture
def book(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Thirty reports in a round that closed and five in one that is open, checked seven rows at a time."""
    monkeypatch.setattr(replay, "_BATCH", 7)
    with office(backend, tmp_path) as opened:
        ledger = opened[0]
        ledger.record("own1", ItemMoved("2025/1", "accept"), ItemMoved("2025/3", "accept"))
        ledger.record("li", RoundOpened("2025", "2025-01"))
        for _ in range(REPORTS):
            ledger.record("own1", ProgressReported("2025/1", "动工"))
        ledger.record("li", RoundClosed("2025@2025-01"), RoundOpened("2025", "2025-02"))
        for _ in range(5):
            ledger.record("own1", ProgressReported("2025/3", "动工"))
        yield opened


def alter(place: str, *statements: str) -> None:
    engine = connect(place)
    with writing(engine) as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


PUT_IN = (
    "INSERT INTO progress (id, item, sequence, who, time, readings, sentence, attachments) "
    "VALUES ('2025/1#0', '2025/1', 0, 'eve', '', '[]', 'x', '[]')"
)
TAMPERING = {
    "changed": ("UPDATE progress SET sentence = '完工' WHERE id = '{last}'", "进展表 {last}：“sentence”与流水不符"),
    "all changed": ("UPDATE progress SET sentence = '完工'", "进展表 {first}：“sentence”与流水不符"),
    "missing": ("DELETE FROM progress WHERE id = '{last}'", "进展表 {last}：流水里有，表里没有"),
    "extra": (PUT_IN, "进展表 2025/1#0：流水里没有这一行"),
    "extra for missing": (PUT_IN + "; DELETE FROM progress WHERE id = '{first}'", "进展表 2025/1#0：流水里没有这一行"),
    "nested": ("UPDATE progress SET readings = '[true]' WHERE id = '{last}'", "进展表 {last}：内容无法读出"),
    "settled due": (
        "UPDATE dues SET late = true WHERE id = '2025@2025-01:2025/2'",
        "应报表 2025@2025-01:2025/2：“late”",
    ),
    "open due": (
        "UPDATE dues SET report = NULL WHERE id = '2025@2025-02:2025/3'",
        "应报表 2025@2025-02:2025/3：“report”",
    ),
    "due lost": ("DELETE FROM dues WHERE id = '2025@2025-01:2025/1'", "应报表 2025@2025-01:2025/1：流水里有，表里没有"),
    "due thawed": (
        "UPDATE dues SET frozen = NULL WHERE id = '2025@2025-01:2025/1'",
        "应报表 2025@2025-01:2025/1：“frozen”与流水不符",
    ),
    # Of two tables that differ, the one that comes first is named.
    "two tables": (
        "UPDATE progress SET percent = 1; UPDATE items SET state = 'closed' WHERE id = '2025/2'",
        "事项表 2025/2：“state”",
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_a_difference_among_rows_that_were_let_go_is_named_exactly(book: Office, what: str) -> None:
    ledger, _, place = book
    assert ledger.verify().ok
    with ledger.read() as tables:
        ids = [row.id for row in tables.select(Progress)]
    statements, words = TAMPERING[what]
    alter(place, *statements.format(first=ids[0], last=ids[-1]).split("; "))
    assert words.format(first=ids[0], last=ids[-1]) in (ledger.verify().difference or "")


def test_a_cell_that_is_not_even_json_is_named(tmp_path: Path) -> None:
    # PostgreSQL itself lets nothing else into such a cell.
    with office("sqlite", tmp_path) as (ledger, _, place):
        alter(place, "UPDATE items SET measures = '[' WHERE id = '2025/2'")
        assert ledger.verify().difference == "事项表 2025/2：内容无法读出"


def facts(turns: int) -> Iterator[Entry]:
    """Twenty items that report in turn; made as it is read, so that nothing of it is in memory."""
    head, moment = Head(), stamp(datetime(2025, 1, 1, tzinfo=UTC))

    def entry(who: str, kind: str, subject: str, payload: dict[str, Any]) -> Entry:
        nonlocal head
        sealed = seal(head, moment, who, kind, subject, canonical.text(payload))
        head = end(sealed)
        return sealed

    opened = {"government": "gov", "government_name": "云岭市", "supervisor": "li", "supervisor_name": "李督查"}
    yield entry("li", "ledger.opened", "gov", opened)
    yield entry("li", "plan.opened", "2025", {"plan": "2025", "organisation": "gov", "year": 2025, "title": "台账"})
    for number in range(20):
        wish = {"plan": "2025", "number": str(number), "text": "修路", "kind": "task", "deadline": "2025-12-31"}
        yield entry("li", "item.registered", f"2025/{number}", wish)
    for turn in range(turns):
        for number in range(20):
            report = {"item": f"2025/{number}", "sentence": f"第{turn}次填报，路基已完成", "state": "in_progress"}
            yield entry("li", "progress.reported", f"2025/{number}", report)


def test_memory_does_not_grow_with_the_journal(backend: str, tmp_path: Path) -> None:
    peaks = []
    for turns in (200, 800):
        with Ledger(target(backend, tmp_path)) as ledger:
            assert ledger.receive(facts(turns)).sequence == 22 + 20 * turns
            ledger.verify()  # what is loaded and remembered once is not counted
            tracemalloc.start()
            found = ledger.verify()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            assert found.ok
            assert found.entries == 22 + 20 * turns
    # Four times the entries; what may differ is garbage that waits for its collection.
    assert peaks[1] < 1.5 * peaks[0]


def test_no_rule_may_read_what_a_long_replay_lets_go() -> None:
    tables = PassingTables()
    with pytest.raises(RuntimeError, match="Progress"):
        tables.select(Progress)
    with pytest.raises(RuntimeError, match="Progress"):
        tables.get(Progress, "x")


def due(number: int, round: str, organisation: str, late: bool = False) -> Due:
    return Due(str(number), round, f"item{number}", organisation, None, late, None)


CHANGES = st.lists(st.tuples(st.integers(0, 5), st.sampled_from("abc"), st.sampled_from("xy"), st.booleans()))


@given(CHANGES, st.sets(st.integers(0, 5)))
def test_rows_are_found_by_any_field_as_a_look_at_each_would_find_them(
    changes: list[tuple[int, str, str, bool]], dropped: set[int]
) -> None:
    tables, plainly = MemoryTables(), {}
    for number, round, organisation, ask in changes:
        row = due(number, round, organisation)
        tables.put((row,))
        plainly[row.id] = row
        if ask:
            tables.select(Due, round=round)
    for number in dropped:
        tables.drop(Due, str(number))
        plainly.pop(str(number), None)
    for equal in ({}, {"round": "a"}, {"organisation": "x"}, {"round": "b", "organisation": "y"}, {"item": "none"}):
        found = sorted((row for row in plainly.values() if matches(row, equal)), key=lambda row: row.id)
        assert tables.select(Due, **equal) == found
    assert tables.select(Item) == []


@given(
    st.tuples(st.integers(0, 2**62), *[st.text(st.characters(codec="utf-8")) for _ in range(6)]).map(list),
)
def test_the_fast_spelling_of_what_is_hashed_is_the_canonical_one(words: list[int | str]) -> None:
    assert canonical.encoded(words) == canonical.text(words).encode()


def test_half_a_character_is_answered_by_another_hash() -> None:
    assert canonical.encoded([1, "\ud800"]) != canonical.encoded([1, "\ufffd"])


def test_every_field_of_every_row_is_compared() -> None:
    from duixian.ledger.rows import _columns
    from duixian.ledger.schema import DERIVED

    for kind in DERIVED:
        assert sorted(_columns(kind)[2]) == sorted(field.name for field in fields(kind))
