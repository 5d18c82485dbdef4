"""Many people report at once, and the power fails: no update is lost, nothing acknowledged disappears."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ledger_office import office, postgres, target
from ledger_processes import Parent
from sqlalchemy import text

from duixian.ledger.database import connect, retried, writing
from duixian.ledger.errors import BusyError, LedgerError, StaleError
from duixian.ledger.plans import Item
from duixian.ledger.progress import Progress, ProgressReported
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger

REPORTERS = {"sqlite": 10, "postgresql": 50}
KILLS = 50  # on each database
EACH = 4


def test_all_who_report_at_once_are_heard(backend: str, tmp_path: Path) -> None:
    people = REPORTERS[backend]
    with office(backend, tmp_path, items=8, departments=4) as (ledger, _, place):
        for number in range(1, 9):
            ledger.record(f"own{(number - 1) % 4 + 1}", ItemMoved(f"2025/{number}", "accept"))
        with Parent() as parent:
            heard = [word for words in parent.report(place, people, EACH) for word in words]
        # Two entries each time; anything else that was said is an error that nobody tried again.
        assert [word for word in heard if len(word) != 64] == []
        assert len(set(heard)) == people * EACH * 2
        assert set(heard) <= {entry.hash for entry in ledger.journal()}
        assert ledger.verify().ok
        with ledger.read() as tables:
            assert len(tables.select(Progress)) == people * EACH * 2
            # Registered, assigned, accepted, then one version for each report: none overwrote another.
            assert sum(item.version - 3 for item in tables.select(Item)) == people * EACH * 2


def test_threads_share_one_ledger(backend: str, tmp_path: Path) -> None:
    people = 10
    with office(backend, tmp_path) as (ledger, _, _):
        ledger.record("own1", ItemMoved("2025/1", "accept"))
        start = threading.Barrier(people)

        def reporter(number: int) -> list[str]:
            start.wait()
            events = (ProgressReported("2025/1", f"第{number}人第{step}次") for step in range(EACH))
            return [entry.hash for event in events for entry in ledger.record("own1", event)]

        with ThreadPoolExecutor(people) as pool:
            heard = [one for part in pool.map(reporter, range(people)) for one in part]
        assert len(set(heard)) == people * EACH
        assert ledger.verify().ok
        with ledger.read() as tables:
            assert tables.need(Item, "2025/1", "事项").version == 3 + people * EACH


def test_of_two_who_saw_the_same_version_one_must_look_again(backend: str, tmp_path: Path) -> None:
    with office(backend, tmp_path) as (ledger, _, _):
        with ledger.read() as tables:
            seen = tables.need(Item, "2025/1", "事项").version
        start = threading.Barrier(6)

        def accept(_: int) -> str:
            start.wait()
            try:
                ledger.record("own1", ItemMoved("2025/1", "accept"), expect={"2025/1": seen})
            except StaleError:
                return "stale"
            return "done"

        with ThreadPoolExecutor(6) as pool:
            assert sorted(pool.map(accept, range(6))) == ["done"] + ["stale"] * 5
        assert ledger.verify().ok


def test_a_new_ledger_opened_by_several_at_once_is_made_once(backend: str, tmp_path: Path) -> None:
    place = target(backend, tmp_path)

    def visit(_: int) -> bool:
        with Ledger(place) as ledger:
            return ledger.verify().ok

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(visit, range(4)))


def test_a_reader_sees_one_moment_while_others_write(tmp_path: Path, backend: str) -> None:
    with office(backend, tmp_path) as (ledger, _, _), ledger.read() as tables:
        before = tables.select(Item)
        ledger.record("own1", ItemMoved("2025/1", "accept"))
        assert tables.select(Item) == before


def test_a_failure_that_undid_everything_is_tried_again(tmp_path: Path) -> None:
    postgres = target("postgresql", tmp_path)
    engine = connect(postgres)
    tries = []

    def work() -> str:
        tries.append(1)
        with writing(engine) as connection:
            if len(tries) < 3:
                connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$"))
        return "done"

    assert retried(engine, work) == "done"
    assert len(tries) == 3

    def hopeless() -> None:
        with writing(engine) as connection:
            connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40P01'; END $$"))

    with pytest.raises(BusyError, match="稍后重试"):
        retried(engine, hopeless)
    engine.dispose()


def test_a_database_that_is_gone_is_named_without_its_password() -> None:
    with pytest.raises(LedgerError) as caught:
        Ledger("postgresql://office:secret@127.0.0.1:1/none")
    assert "secret" not in str(caught.value)


def test_a_server_that_stops_and_starts_again_is_usable_by_the_same_ledger(tmp_path: Path) -> None:
    with office("postgresql", tmp_path) as (ledger, _, _):
        server = postgres()
        asked = (
            ledger.head,
            ledger.verify,
            ledger.journal,
            lambda: ledger.record("own1", ItemMoved("2025/1", "accept")),
            lambda: ledger.attach_bytes("a.txt", b"a"),
        )
        before = ledger.head()
        server.stop()
        try:
            for ask in asked:
                with pytest.raises(LedgerError, match="打不开或中断了") as caught:
                    ask()
                assert "请检查" in caught.value.remedy
        finally:
            server.start()
        assert ledger.head() == before
        ledger.record("own1", ItemMoved("2025/1", "accept"))
        assert ledger.verify().ok


def test_a_server_that_stops_in_the_middle_of_a_reading_is_told_in_words(tmp_path: Path) -> None:
    with office("postgresql", tmp_path) as (ledger, _, _):
        server = postgres()

        def read() -> None:
            with ledger.read() as tables:
                server.stop()
                tables.select(Item)

        try:
            with pytest.raises(LedgerError, match="打不开或中断了"):
                read()
        finally:
            server.start()
        assert ledger.verify().ok


def test_a_process_killed_while_it_writes_loses_nothing_acknowledged(backend: str, tmp_path: Path) -> None:
    chance = random.Random(11)
    with office(backend, tmp_path) as (ledger, _, place), Parent() as parent:
        ledger.record("own1", ItemMoved("2025/1", "accept"), ItemMoved("2025/3", "accept"))
        for _ in range(KILLS):
            acknowledged = parent.killed(place, chance.uniform(0, 0.05))
            assert [word for word in acknowledged if len(word) != 64] == []
            kept = {entry.hash for entry in ledger.journal()}
            assert set(acknowledged) <= kept
            found = ledger.verify()
            assert found.ok, found.difference
            with ledger.read() as tables:
                # Each report of one stands with that of the other: no transaction was cut in two.
                assert len(tables.select(Progress, item="2025/1")) == len(tables.select(Progress, item="2025/3"))
