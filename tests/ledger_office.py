"""An invented government with a ledger, on SQLite or on a PostgreSQL server of the tests' own."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import make_url

from duixian.ledger.measures import Measure
from duixian.ledger.organisations import (
    Grant,
    LedgerOpened,
    OrganisationAdded,
    OrganisationKind,
    PersonAdded,
    Role,
)
from duixian.ledger.plans import ItemKind, ItemRegistered, PlanOpened
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger
from duixian.records import Evidence

BACKENDS = ("sqlite", "postgresql")
_numbers = itertools.count(1)


class Clock:
    """A clock that the test sets; it moves one second with every look."""

    def __init__(self, start: datetime = datetime(2025, 1, 1, tzinfo=UTC)) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def set(self, day: str) -> None:
        self.now = datetime.fromisoformat(f"{day}T01:00:00+00:00")


class Server:
    """A PostgreSQL server in a folder of its own, reached by a socket there."""

    def __init__(self, bin: Path, folder: Path, account: dict[str, str]) -> None:
        self._bin, self._folder, self._account = bin, folder, account
        self._run("initdb", "-U", "office", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.url = f"postgresql://office@/{{name}}?host={folder}"

    def start(self) -> None:
        # Only a socket in our own folder: no port to collide with another run. No fsync: the data lives for minutes.
        options = f"-c listen_addresses= -c unix_socket_directories={self._folder} -c fsync=off -c max_connections=120"
        self._run("pg_ctl", "-l", self._folder / "log", "-w", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-m", mode, "-w", "stop")

    def end(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *words: str | Path) -> None:
        subprocess.run(
            [str(self._bin / program), "-D", str(self._folder / "data"), *(str(word) for word in words)],
            check=True,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=120,
            **self._account,  # type: ignore[call-overload]
        )


@cache
def postgres() -> Server:
    """The server of this test run, started; or why there is none, as a skip."""
    found = [Path(path) for path in [shutil.which("initdb")] if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if not found:
        pytest.skip("no PostgreSQL server on this machine: install Debian's postgresql to run this")
    pytest.importorskip("psycopg", reason="no PostgreSQL driver: install duixian[postgres]")
    folder = Path(tempfile.mkdtemp(prefix="dxpg"))
    # The server refuses to run as root; an unprivileged account takes its place.
    account: dict[str, str] = {}
    if os.geteuid() == 0:
        try:
            shutil.chown(folder, "postgres")
        except LookupError:
            pytest.skip("running as root without a postgres account: PostgreSQL does not run as root")
        account = {"user": "postgres"}
    server = Server(found[0].resolve().parent, folder, account)
    server.start()
    atexit.register(server.end)
    return server


def target(backend: str, folder: Path, pattern: str = "") -> str:
    """Where a new and empty ledger can be made, or where a copy of this one lies."""
    number = next(_numbers)
    if backend == "sqlite":
        place = folder / f"台账{number}.db"
        if pattern:
            shutil.copyfile(pattern, place)
        return str(place)
    like = f" TEMPLATE {make_url(pattern).database}" if pattern else ""
    _ask(f"CREATE DATABASE ledger{number}{like}")
    return postgres().url.format(name=f"ledger{number}")


def dropped(place: str) -> None:
    """Make room where a ledger of :func:`target` was: hundreds of databases take gigabytes until the run ends."""
    if "://" in place:
        _ask(f"DROP DATABASE {make_url(place).database} WITH (FORCE)")


def _ask(statement: str) -> None:
    import psycopg

    with psycopg.connect(postgres().url.format(name="postgres"), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


@contextmanager
def office(backend: str, folder: Path, items: int = 3, departments: int = 2) -> Iterator[tuple[Ledger, Clock, str]]:
    """A ledger, its clock and its address: ``li`` supervises, ``zhang`` leads, ``own1`` and ``help1`` work in dept1."""
    pattern, now = _pattern(backend, items, departments)
    place, clock = target(backend, folder, pattern), Clock(now)
    with Ledger(place, clock) as ledger:
        yield ledger, clock, place
    dropped(place)


def made(backend: str, folder: Path) -> str:
    """Where a ledger lies that holds its tables and nothing else."""
    return target(backend, folder, _pattern(backend, None, 0)[0])


@cache
def _pattern(backend: str, items: int | None, departments: int) -> tuple[str, datetime]:
    """A ledger that others begin as copies of, which takes a tenth of the time, and the time when it was filled."""
    folder = Path(tempfile.mkdtemp(prefix="dxledger"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    place, clock = target(backend, folder), Clock()
    with Ledger(place, clock) as ledger:
        if items is not None:
            found(ledger, items, departments)
    return place, clock.now


def found(ledger: Ledger, items: int, departments: int) -> None:
    """Fill an empty ledger: the items go to the departments in turn and are assigned."""
    ledger.record("li", LedgerOpened("gov", "云岭市人民政府", "li", "李督查"))
    for number in range(1, departments + 1):
        dept = f"dept{number}"
        ledger.record(
            "li",
            OrganisationAdded(dept, f"第{number}局", OrganisationKind.DEPARTMENT, "gov"),
            PersonAdded(f"own{number}", f"责任人{number}", dept, (Grant(Role.OWNER, dept),)),
            PersonAdded(f"help{number}", f"配合人{number}", dept, (Grant(Role.CONTRIBUTOR, dept),)),
        )
    ledger.record(
        "li",
        PersonAdded("zhang", "张市长", "gov", (Grant(Role.LEADER, "gov"),)),
        PersonAdded("guest", "查阅人", "gov", (Grant(Role.READER, "gov"),)),
        PlanOpened("2025", "gov", 2025, "云岭市2025年度台账", "990100", "doc1"),
        *(registered(number) for number in range(1, items + 1)),
        *(
            ItemMoved(f"2025/{number}", "assign", lead=f"dept{(number - 1) % departments + 1}")
            for number in range(1, items + 1)
        ),
    )


def registered(number: int) -> ItemRegistered:
    """An item to build some kilometres of road, with the words it came from."""
    words = f"新建农村公路{number}公里"
    return ItemRegistered(
        "2025",
        str(number),
        words,
        ItemKind.TASK,
        "二、重点任务",
        Evidence("云岭.txt", number, None, 10 * number, 10 * number + len(words), words),
        (Measure("里程", "≥", number, "公里"),),
    )
