"""What people correct in the records: an append-only journal of its own beside the data, each entry sealed by a hash.

Like the log of commits, an entry is one small JSON file that is created whole and never changed; its number is taken by
exactly one writer. Each carries the hash of the one before it, so that a change to the past shows. The records
themselves are never changed: :mod:`duixian.corpus.correcting` lays the corrections over them when they are read, so
that they survive a new extraction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from duixian.corpus.durable import create_file
from duixian.corpus.errors import CorpusError
from duixian.corpus.manifest import check_marker
from duixian.records import Evidence

FOLDER = "corrections"
FORMAT = 1
ACTIONS = ("change", "drop", "add", "withdraw")
GENESIS = "0" * 64
"""What stands for the hash before the first entry."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry.

    sequence: 1 for the first, without gaps. time: UTC, ISO 8601. who: who made it, "" when nobody signed in.
    action: change, drop or add a record, or withdraw an earlier entry. kind: figure, commitment or project. record:
    its id. digest: of the source in which ``evidence`` stands. before: the fields as they stood; after: those that are
    set. withdrawn: the sequence taken back, for withdraw.
    """

    sequence: int
    time: str
    who: str
    action: str
    document: str
    kind: str
    record: str
    digest: str
    evidence: Evidence | None
    before: dict[str, Any]
    after: dict[str, Any]
    withdrawn: int | None
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A correction that is not yet in the journal; the fields are those of :class:`Correction`."""

    action: str
    document: str
    kind: str = ""
    record: str = ""
    digest: str = ""
    evidence: Evidence | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    withdrawn: int | None = None


@dataclass(frozen=True, slots=True)
class Journal:
    """All corrections, oldest first."""

    entries: tuple[Correction, ...] = ()

    @property
    def head(self) -> str:
        """The hash of the last entry."""
        return self.entries[-1].hash if self.entries else GENESIS

    def live(self) -> list[Correction]:
        """Changes, drops and additions that nobody took back."""
        taken = {entry.withdrawn for entry in self.entries if entry.action == "withdraw"}
        return [entry for entry in self.entries if entry.action != "withdraw" and entry.sequence not in taken]

    def of(self, document: str) -> list[Correction]:
        """The live corrections of a document."""
        return [entry for entry in self.live() if entry.document == document]


def load_journal(folder: Path, known: Journal | None = None) -> Journal:
    """The journal of a corpus; what ``known`` holds is not read again. Raises CorpusError for a broken chain."""
    entries = list(known.entries if known is not None else ())
    while True:
        path = _path(folder, len(entries) + 1)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            _refuse_gap(folder, len(entries))
            break
        entries.append(_decode(path, data, entries[-1] if entries else None))
    return known if known is not None and len(entries) == len(known.entries) else Journal(tuple(entries))


def write_correction(
    folder: Path, make: Callable[[Journal], Wish], who: str = "", known: Journal | None = None
) -> Journal:
    """Add the entry that ``make`` wishes for the present journal, however many writers there are; the journal after it.

    make is called again when another writer came first, and raises CorpusError for what cannot be.
    """
    check_marker(folder)
    (folder / FOLDER).mkdir(exist_ok=True)
    journal = load_journal(folder, known)
    while True:
        entry = _sealed(journal, make(journal), who)
        if create_file(_path(folder, entry.sequence), orjson.dumps({"format": FORMAT, **asdict(entry)})):
            return Journal((*journal.entries, entry))
        journal = load_journal(folder, journal)


def _path(folder: Path, sequence: int) -> Path:
    return folder / FOLDER / f"{sequence:08d}.json"


def _sealed(journal: Journal, wish: Wish, who: str) -> Correction:
    last = journal.entries[-1] if journal.entries else None
    moment = datetime.now(UTC).isoformat(timespec="microseconds")
    entry = Correction(
        sequence=len(journal.entries) + 1,
        time=max(moment, last.time) if last else moment,
        who=who,
        action=wish.action,
        document=wish.document,
        kind=wish.kind,
        record=wish.record,
        digest=wish.digest,
        evidence=wish.evidence,
        before=wish.before or {},
        after=wish.after or {},
        withdrawn=wish.withdrawn,
        previous=journal.head,
        hash="",
    )
    values = asdict(entry)
    return Correction(**{**values, "evidence": entry.evidence, "hash": _digest(values)})


def _digest(values: dict[str, Any]) -> str:
    words = orjson.dumps({**values, "hash": ""}, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(words).hexdigest()


def _decode(path: Path, data: bytes, last: Correction | None) -> Correction:
    try:
        values = orjson.loads(data)
        number = values.pop("format")
        if number > FORMAT:
            raise CorpusError(str(path), "更正由更新的版本写成", "请升级：pip install -U duixian")
        sealed = _digest(values)
        evidence = values.pop("evidence")
        entry = Correction(**values, evidence=None if evidence is None else Evidence(**evidence))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _broken(path, str(error)) from error
    if entry.hash != sealed:
        raise _broken(path, "内容被改动过，与校验值不符")
    if entry.previous != (last.hash if last else GENESIS) or entry.sequence != (last.sequence if last else 0) + 1:
        raise _broken(path, "与上一条接不上")
    return entry


def _refuse_gap(folder: Path, number: int) -> None:
    """An entry that is missing in the middle must not hide those behind it."""
    last = max((int(path.stem) for path in (folder / FOLDER).glob("*.json") if path.stem.isdigit()), default=0)
    # Another writer may have added the next one just now; that one is seen by the next reader.
    if last > number + 1 and not _path(folder, number + 1).exists():
        raise _broken(_path(folder, number + 1), "缺少这一条")


def _broken(path: Path, reason: str) -> CorpusError:
    return CorpusError(str(path), f"更正记录已损坏（{reason[:120]}）", "请从备份恢复这个文件，并查明原因")
