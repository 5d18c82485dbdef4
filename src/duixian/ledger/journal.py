"""The journal: entries that are only ever added, each sealed by a hash over itself and the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import orjson

from duixian.ledger import canonical
from duixian.ledger.errors import DamagedError, LedgerError

GENESIS = "0" * 64
"""What stands for the hash before the first entry."""

_CHINA = timezone(timedelta(hours=8))  # one time zone for the whole country, and no summer time since 1991


@dataclass(frozen=True, slots=True)
class Entry:
    """One change.

    sequence: 1 for the first, without gaps. time: UTC, ISO 8601 with microseconds, never before the entry ahead.
    who: id of the person. kind: what changed, as in :mod:`duixian.ledger.kinds`. subject: id of what it is about.
    payload: canonical JSON. previous, hash: SHA-256 in hexadecimal.
    """

    sequence: int
    time: str
    who: str
    kind: str
    subject: str
    payload: str
    previous: str
    hash: str

    def values(self) -> dict[str, Any]:
        """The payload as plain mapping. Raises DamagedError when it is not JSON."""
        try:
            values = orjson.loads(self.payload)
        except ValueError as error:
            raise damaged(self.sequence, "内容不是有效的 JSON") from error
        if not isinstance(values, dict):
            raise damaged(self.sequence, "内容不是有效的 JSON 对象")
        return values


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: the last sequence (0 in an empty ledger), its hash and its time."""

    sequence: int = 0
    hash: str = GENESIS
    time: str = ""


def seal(head: Head, moment: str, who: str, kind: str, subject: str, payload: str) -> Entry:
    """The entry that follows ``head``. Its time is moved up to the head's when a clock runs behind."""
    moment = max(moment, head.time)
    sequence = head.sequence + 1
    digest = _digest(sequence, moment, who, kind, subject, payload, head.hash)
    return Entry(sequence, moment, who, kind, subject, payload, head.hash, digest)


def end(entry: Entry) -> Head:
    """The head of a chain whose last entry this is."""
    return Head(entry.sequence, entry.hash, entry.time)


def chained(entries: Iterable[Entry], head: Head | None = None) -> Iterator[Entry]:
    """The same entries, each checked against the one before. Raises DamagedError at the first that does not fit."""
    head = head or Head()
    for entry in entries:
        if entry.sequence != head.sequence + 1:
            raise damaged(head.sequence + 1, "这一条缺失")
        if entry.previous != head.hash:
            raise damaged(entry.sequence, "与上一条接不上")
        if entry.time < head.time:
            raise damaged(entry.sequence, "时间早于上一条")
        if entry.hash != _digest(
            entry.sequence, entry.time, entry.who, entry.kind, entry.subject, entry.payload, entry.previous
        ):
            raise damaged(entry.sequence, "内容被改动过，与校验值不符")
        yield entry
        head = end(entry)


def damaged(sequence: int, reason: str) -> DamagedError:
    """The error for one bad entry."""
    return DamagedError(f"流水第{sequence}条", reason, "请从备份或导出文件恢复台账，并查明原因")


def stamp(moment: datetime) -> str:
    """A moment as the journal writes it. Raises LedgerError for a time without zone."""
    if moment.tzinfo is None:
        raise LedgerError(str(moment), "时间没有时区", "请使用带时区的时间")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def day(moment: str) -> str:
    """The calendar day in China, ISO 8601, of a journal time."""
    return datetime.fromisoformat(moment).astimezone(_CHINA).date().isoformat()


def local(moment: str) -> str:
    """A journal time as clocks in China show it, to the minute."""
    return datetime.fromisoformat(moment).astimezone(_CHINA).strftime("%Y-%m-%d %H:%M")


def until(as_of: date | datetime) -> str:
    """The last journal time that belongs to ``as_of``; a date counts to its end in China."""
    if isinstance(as_of, datetime):
        return stamp(as_of)
    return stamp(datetime.combine(as_of, time.max, _CHINA))


def _digest(sequence: int, moment: str, who: str, kind: str, subject: str, payload: str, previous: str) -> str:
    words = canonical.encoded([sequence, moment, who, kind, subject, payload, previous])
    return hashlib.sha256(words).hexdigest()
