"""The ledger at scale, beside an event-sourcing library that keeps the same payloads.

    python -m benchmarks.ledger [--entries 1000000] [--items 10000] [--keep DIR] [--server URL]

measures opening a plan of 500 items, opening, ranking and closing a round over ``--items`` items, and verifying a
journal of about ``--entries`` entries in a process of its own, with the peak of its memory; a tenth of the journal
over the same items shows whether memory grows with it. With ``--server``, the address of a PostgreSQL server where
``{name}`` stands for the database, the ledgers are databases made there and dropped afterwards. In the same run the
`eventsourcing` library (when installed) appends the same payloads one by one to SQLite and reads them back. Printed
as JSON.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import journals
from benchmarks.pipeline import peak_memory
from duixian.ledger import canonical
from duixian.ledger.journal import chained
from duixian.ledger.plans import Item
from duixian.ledger.ranking import ranking
from duixian.ledger.rounds import RoundClosed, RoundOpened
from duixian.ledger.store import Ledger

_PLAN = 500
_ROUNDS = 10
_APPENDED = 3_000
_DATABASE = "duixian_benchmark_"
_BETWEEN = 100  # items that take turns in the comparison with the peer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--keep", type=Path, default=None, help="folder to work in, kept afterwards")
    parser.add_argument("--server", default=None, help="postgresql://user@/{name}?host=…, instead of SQLite files")
    parser.add_argument("--verify", default=None, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.verify is not None:
        print(json.dumps(_verified_here(options.verify)))
        return
    folder = options.keep or Path(tempfile.mkdtemp(prefix="duixian-ledger-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        places = Places(folder, options.server)
        json.dump(measure(places, options.entries, options.items), sys.stdout, ensure_ascii=False, indent=2)
        print()
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


class Places:
    """Where fresh ledgers are made: files of a folder, or databases of a server."""

    def __init__(self, folder: Path, server: str | None) -> None:
        self.folder, self._server = folder, server

    def ledger(self, name: str) -> Ledger:
        """A new, empty ledger; what was there under this name is gone."""
        if self._server is None:
            for end in ("", "-wal", "-shm"):
                (self.folder / f"{name}.db{end}").unlink(missing_ok=True)
        else:
            self._on_server(f'DROP DATABASE IF EXISTS "{_DATABASE}{name}"', f'CREATE DATABASE "{_DATABASE}{name}"')
        return Ledger(self.address(name))

    def address(self, name: str) -> str:
        """What opens the ledger of this name again."""
        if self._server is None:
            return str(self.folder / f"{name}.db")
        return self._server.format(name=f"{_DATABASE}{name}")

    def size(self, name: str) -> int:
        """Its bytes on disk."""
        if self._server is None:
            return Path(self.address(name)).stat().st_size
        return int(self._on_server(f"SELECT pg_database_size('{_DATABASE}{name}')"))

    def drop(self, name: str) -> None:
        """Take away a database that was made for this run; files go with their folder."""
        if self._server is not None:
            self._on_server(f'DROP DATABASE IF EXISTS "{_DATABASE}{name}"')

    def _on_server(self, *commands: str) -> Any:
        import psycopg

        assert self._server is not None
        with psycopg.connect(self._server.format(name="postgres"), autocommit=True) as connection:
            for command in commands:
                found = connection.execute(command.encode())
            row = found.fetchone() if found.description else None
        return row[0] if row else None


def measure(places: Places, entries: int, items: int) -> dict[str, Any]:
    """Everything that is measured, in the order in which it is done; times in seconds, memory in megabytes."""
    result: dict[str, Any] = {"open_500_items": _opening(places)}
    result["round"] = {str(number): _round(places, number) for number in (items // 4, items)}
    most = max(_ROUNDS, entries // items)
    result["verify"] = [_verified(places, items, reports) for reports in (most // 10 or 1, most)]
    result["peer"] = _beside(places)
    return result


def _opening(places: Places) -> float:
    with _used(places, "plan") as ledger:
        ledger.receive(journals.journal(journals.founding()))
        return _timed(lambda: ledger.record("li", *(journals.registered(number) for number in range(_PLAN))))


def _round(places: Places, items: int) -> dict[str, float]:
    """A round over items of which half have reported."""
    with _used(places, f"round{items}") as ledger:
        ledger.receive(journals.journal(journals.year(items, 0, 1)))
        opened = _timed(lambda: ledger.record("li", RoundOpened(journals.PLAN, "2025-03")))
        reports = [journals.reported(number, 1, 12) for number in range(2, items + 1, 2)]
        for number in range(journals.DEPARTMENTS):
            mine = [one for one in reports if journals.lead(int(one.item.rpartition("/")[2])) == number]
            if mine:
                ledger.record(f"own{number}", *mine)
        running = _timed(lambda: _ranked(ledger))
        closed = _timed(lambda: ledger.record("li", RoundClosed(f"{journals.PLAN}@2025-03")))
        return {
            "open": opened,
            "rank_while_open": running,
            "close": closed,
            "rank_closed": _timed(lambda: _ranked(ledger)),
        }


def _ranked(ledger: Ledger) -> None:
    with ledger.read() as tables:
        ranking(tables, journals.PLAN, "completion", period="2025-03")


def _verified(places: Places, items: int, reports: int) -> dict[str, Any]:
    name = f"{reports}"
    with _used(places, name) as ledger:
        filled = _timed(lambda: ledger.receive(journals.journal(journals.year(items, reports, min(_ROUNDS, reports)))))
        command = [sys.executable, "-m", "benchmarks.ledger", "--verify", places.address(name)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        return {"restore": filled, **found, "bytes": places.size(name)}


def _verified_here(place: str) -> dict[str, Any]:
    with Ledger(place) as ledger:
        begun = time.perf_counter()
        found = ledger.verify()
        seconds = time.perf_counter() - begun
    if not found.ok:
        raise SystemExit(found.difference)
    return {"entries": found.entries, "verify": round(seconds, 2), "peak_mb": round(peak_memory(), 1)}


def _beside(places: Places) -> dict[str, Any] | None:
    """Appending reports one transaction each, and reading all back as events, by us and by the library."""
    try:
        from eventsourcing.application import Application
        from eventsourcing.domain import Aggregate, event
    except ImportError:
        return None

    class Account(Aggregate):  # type: ignore[misc]
        @event("Registered")
        def __init__(self, payload: str) -> None:
            self.payload = payload

        @event("Reported")
        def report(self, payload: str) -> None:
            self.payload = payload

    turns = range(1, _APPENDED // _BETWEEN + 1)
    reports = [journals.reported(item, turn, len(turns)) for turn in turns for item in range(1, _BETWEEN + 1)]
    with _used(places, "ours") as ledger:
        ledger.receive(journals.journal(journals.year(_BETWEEN, 0, 1)))
        owners = [f"own{journals.lead(int(one.item.rpartition('/')[2]))}" for one in reports]
        wishes = [replace(one, state=None) for one in reports]
        ours = {"append": _timed(lambda: _each(ledger.record(*pair) for pair in zip(owners, wishes, strict=True)))}

        def ours_read() -> None:
            with ledger.entries() as entries:
                _each(canonical.typed(journals.kind(entry), entry.values()) for entry in chained(entries))

        ours["read"] = _timed(ours_read)
        with ledger.read() as tables:
            assert sum(item.version - 3 for item in tables.select(Item)) == len(reports)

    place = places.folder / "theirs.db"
    place.unlink(missing_ok=True)
    app = Application(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(place)})
    accounts = [Account(payload="{}") for _ in range(_BETWEEN)]
    app.save(*accounts)
    payloads = [canonical.text(canonical.plain(one)) for one in reports]

    def append() -> None:
        for number, payload in enumerate(payloads):
            account = accounts[number % _BETWEEN]
            account.report(payload)
            app.save(account)

    def read() -> None:
        start, found = 1, True
        while found:
            some = app.recorder.select_notifications(start, 1_000)
            _each(app.mapper.to_domain_event(one) for one in some)
            start, found = start + len(some), bool(some)

    theirs = {"append": _timed(append), "read": _timed(read)}
    app.close()
    ratio = {name: round(ours[name] / theirs[name], 2) for name in ours}
    return {"events": len(reports), "ours": ours, "eventsourcing": theirs, "ours_to_theirs": ratio}


@contextmanager
def _used(places: Places, name: str) -> Iterator[Ledger]:
    with places.ledger(name) as ledger:
        yield ledger
    places.drop(name)


def _each(results: Iterable[Any]) -> None:
    for _ in results:
        pass


def _timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return round(time.perf_counter() - begun, 3)


if __name__ == "__main__":
    main()
