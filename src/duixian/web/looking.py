"""The day for which a page tells the account book: today, or an earlier one, and then it can only be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from duixian.ledger.errors import LedgerError
from duixian.ledger.journal import day as day_of
from duixian.ledger.store import Ledger
from duixian.ledger.tables import Row, Tables
from duixian.reporting.accounts.sources import Stand, standing
from duixian.web.book import Book
from duixian.web.bookkeeping import asked_day, book_of, stood, today

R = TypeVar("R", bound=Row)
T = TypeVar("T")
_BACK = "请选晚一些的日期，或回到今天"


@dataclass(frozen=True, slots=True)
class Look:
    """What a page looks at. as_of: the day that was asked for, None for now. day: for which lights are told."""

    book: Book
    as_of: date | None
    day: date

    @property
    def live(self) -> bool:
        """Whether it is the book of now, in which something can be done."""
        return self.as_of is None

    @property
    def suffix(self) -> str:
        """What the name of a file says of the day; "" for now."""
        return "" if self.as_of is None else f"-截至{self.as_of}"

    @contextmanager
    def read(self) -> Iterator[tuple[Tables, Tables]]:
        """The present tables, which say who may see and do what, and those that are shown."""
        with self.book.read_then(self.as_of) as pair:
            yield pair

    def need(self, tables: Tables, then: Tables, kind: type[R], id: str, what: str) -> R:
        """The row as it is shown. Raises UnknownNameError, and LedgerError for one that came only later."""
        return stood(tables, then, kind, id, what, self.as_of)

    def stand(self, build: Callable[[Stand], T]) -> T:
        """What an output makes of the book on that day."""
        if self.as_of is None:
            return standing(self.book.ledger(), None, self.day, build)
        past = self.book.past(self.as_of)
        return build(Stand(past.tables, self.as_of, past.head.sequence, past.head.hash))


def look_on(request: Request, as_of: date | None) -> Look:
    """The book on a day, None for now, for programs: nothing is checked, and no page is told."""
    return Look(book_of(request), as_of, as_of or today())


def looking(request: Request, as_of: str = "") -> Look:
    """The day in the address, as YYYY-MM-DD; a dependency. Raises LedgerError for one of which nothing can be told."""
    book, now = book_of(request), today()
    wanted = asked_day(as_of.strip()[:40])
    if wanted is None or not book.there:
        return Look(book, None, now)
    if wanted > now:
        raise LedgerError(wanted.isoformat(), "这一天还没有到", "请选今天以前的日期，或回到今天")
    ledger = book.ledger()
    if not ledger.head(wanted).sequence:
        raise LedgerError(wanted.isoformat(), _before(ledger), _BACK)
    # What is rendered for this request says so at the top, and its links lead to the same day.
    request.state.as_of = wanted
    return Look(book, wanted, wanted)


def _before(ledger: Ledger) -> str:
    with ledger.entries() as journal:
        first = next(journal, None)
    return f"台账从{day_of(first.time)}开始记，这一天还没有内容" if first else "台账里还没有内容"


Looking = Annotated[Look, Depends(looking)]
"""The day for which a page tells the book."""
