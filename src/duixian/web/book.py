"""The account book of a server: opened once, shared by all threads, found again after it was away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import takewhile
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from duixian.ledger.errors import LedgerError, UnavailableError
from duixian.ledger.journal import Head
from duixian.ledger.register import Register, register_then
from duixian.ledger.replay import replay
from duixian.ledger.store import Ledger
from duixian.ledger.tables import Tables
from duixian.web.kept import Kept
from duixian.web.settings import Settings

_DAYS = 3  # that are kept at once; each holds all tables of the book in memory
_PLANS = 8
_Mark = tuple[int, int]  # device and number of a file: another one under the same name differs


class Past:
    """The book as it stood at the end of a day; made once and only read. head: of the journal at that time."""

    def __init__(self, tables: Tables, day: date, head: Head) -> None:
        self.tables = tables
        self.day = day
        self.head = head
        self._registers = Kept(_PLANS)

    def register(self, plan: str) -> Register:
        """The items of a plan with their lights of that day. Raises UnknownNameError."""
        return self._registers.get(plan, lambda: register_then(self.tables, plan, self.day))


class Book:
    """The ledger that the server was told of. Methods raise LedgerError; UnavailableError while it is away."""

    def __init__(self, settings: Settings) -> None:
        self._target = settings.ledger
        self._file = _file(settings.ledger)
        self._lock = threading.Lock()
        self._ledger: Ledger | None = None
        self._mark: _Mark | None = None
        self._past = Kept(_DAYS)

    @property
    def there(self) -> bool:
        """Whether a ledger is configured."""
        return bool(self._target)

    @property
    def exists(self) -> bool:
        """Whether a ledger is configured and, where it is a file, there is one."""
        return self.there and _mark(self._file) is not None

    def ledger(self) -> Ledger:
        """The ledger, opened at the first call; a new file is made then, but never in place of one that went away."""
        if not self._target:
            raise LedgerError("台账", "还没有台账", "请用 duixian serve --ledger 写明台账")
        with self._lock:
            mark = _mark(self._file)
            if self._ledger is not None and mark != self._mark:
                # What is written through a file that was moved away would be lost.
                if mark is None:
                    raise away(str(self._file))
                self._ledger.close()
                self._ledger = None
            if self._ledger is None:
                if self._mark is not None and mark is None:
                    raise away(str(self._file))
                self._ledger = Ledger(self._target)
                self._mark = _mark(self._file)
            return self._ledger

    def past(self, day: date) -> Past:
        """The book as it stood at the end of a day. Raises DamagedError where the journal does not fit."""
        ledger = self.ledger()
        head = ledger.head(day)
        # The hash stands for all that came before: another book, or more entries of the same day, make it anew.
        return self._past.get((day, head.hash), lambda: _past(ledger, day, head))

    @contextmanager
    def read(self, as_of: date | None = None) -> Iterator[Tables]:
        """The tables as they stand, or as they stood."""
        if as_of is not None:
            yield self.past(as_of).tables
            return
        with self.ledger().read() as tables:
            yield tables

    @contextmanager
    def read_then(self, as_of: date | None) -> Iterator[tuple[Tables, Tables]]:
        """The tables as they stand, which say who may see, and as they stood; both the same when ``as_of`` is None."""
        # Made anew before the other is opened: a request never holds one connection while it waits for a second.
        then = self.past(as_of).tables if as_of is not None else None
        with self.read() as tables:
            yield tables, tables if then is None else then

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            if self._ledger is not None:
                self._ledger.close()
                self._ledger = None


def _past(ledger: Ledger, day: date, head: Head) -> Past:
    with ledger.entries() as journal:
        return Past(replay(takewhile(lambda entry: entry.sequence <= head.sequence, journal)), day, head)


def away(target: str) -> UnavailableError:
    """The error for a ledger that cannot be reached now."""
    return UnavailableError(Path(target).name, "台账暂时打不开", "请过一会儿再试；没有提交的内容请先复制保存")


def _file(target: str) -> Path | None:
    if "://" not in target:
        return Path(target) if target else None
    try:
        url = make_url(target)
    except ArgumentError:
        return None
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _mark(file: Path | None) -> _Mark | None:
    if file is None:
        return (0, 0)
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
