"""A ledger on disk: record what people do, read what stands, now or as of any day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from sqlalchemy import Connection, Engine, insert, select, update

from duixian.ledger import attachments, blobs, canonical, kinds
from duixian.ledger.attachments import Attachment
from duixian.ledger.base_schema import EntryRow, HeadRow
from duixian.ledger.blobs import References
from duixian.ledger.database import connect, migrate, reading, retried, translated, writing
from duixian.ledger.errors import LedgerError, StaleError
from duixian.ledger.journal import Entry, Head, chained, end, seal, stamp, until
from duixian.ledger.kinds import Event
from duixian.ledger.plans import Item
from duixian.ledger.replay import Verification, entries, replay, verify
from duixian.ledger.rows import FillingTables, StoredTables
from duixian.ledger.tables import MemoryTables, Tables

T = TypeVar("T")
_BATCH = 10_000  # entries that are received before they are written together


def _now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """One account book. Safe to share among threads; several programs may use one ledger at once."""

    def __init__(self, target: str | Path, clock: Callable[[], datetime] = _now) -> None:
        """Open the ledger in this file or at this URL; a new one is made. Raises LedgerError.

        clock: gives the time of entries, with its zone.
        """
        self._engine: Engine = connect(target)
        self._clock = clock
        migrate(self._engine)

    def record(
        self,
        who: str,
        *events: Event,
        expect: Mapping[str, int] | None = None,
        also: Callable[[Connection], None] | None = None,
    ) -> tuple[Entry, ...]:
        """Write these events, in this order, all or none; when it returns they are safe on the disk.

        who: id of the person who acts. expect: for items, by id, the version that the person has seen.
        also: writes what lies beside the journal in the same transaction; it may be called again when the database
        was busy.
        Raises NotAllowedError, StaleError (someone changed an item since), BusyError, and LedgerError for the rest.
        """
        return retried(self._engine, lambda: self._record(who, events, expect or {}, also))

    def _record(
        self,
        who: str,
        events: tuple[Event, ...],
        expect: Mapping[str, int],
        also: Callable[[Connection], None] | None,
    ) -> tuple[Entry, ...]:
        with writing(self._engine) as connection:
            head = _locked_head(connection)
            tables = StoredTables(connection)
            for id, version in expect.items():
                present = tables.need(Item, id, "事项").version
                if present != version:
                    raise StaleError(id, version, present)
            sealed: list[Entry] = []
            for event in events:
                kind, fact = kinds.decide(tables, who, event)
                payload = canonical.text(canonical.plain(fact))
                entry = seal(head, stamp(self._clock()), who, kind.name, getattr(fact, kind.subject), payload)
                blobs.check_referred(connection, entry)
                # Applied from its written form, exactly as a replay will apply it.
                tables.put(kinds.apply(tables, entry))
                sealed.append(entry)
                head = end(entry)
            tables.flush()
            _append(connection, sealed, head)
            if also is not None:
                also(connection)
            return tuple(sealed)

    def beside(self, work: Callable[[Connection], T], *, write: bool = False) -> T:
        """Work in one transaction on what lies beside the journal: the accounts. Raises LedgerError.

        write: whether the work changes anything; it is then tried again while the database is busy.
        """

        def writes() -> T:
            with writing(self._engine) as connection:
                return work(connection)

        if write:
            return retried(self._engine, writes)
        with translated(self._engine), reading(self._engine) as connection:
            return work(connection)

    def attach(self, path: Path) -> Attachment:
        """Keep the bytes of a file, for an event to refer to. Raises InputError or LedgerError when it cannot be."""
        return self.keep(*attachments.read(path))

    def attach_bytes(self, name: str, data: bytes) -> Attachment:
        """Keep bytes that came by other ways than a file, under the last part of this name made safe."""
        return self.keep(attachments.of(name, data), data)

    def keep(self, attachment: Attachment, data: bytes) -> Attachment:
        """Keep the bytes of an attachment, once however often they come; the same attachment."""
        attachments.check(attachment, data)

        def work() -> None:
            with writing(self._engine) as connection:
                blobs.put(connection, data)

        retried(self._engine, work)
        return attachment

    def attachment(self, sha256: str) -> bytes:
        """The bytes of an attachment. Raises LedgerError when there are none, DamagedError when they have changed."""
        with translated(self._engine), reading(self._engine) as connection:
            return blobs.get(connection, sha256)

    @contextmanager
    def read(self, as_of: date | datetime | None = None) -> Iterator[Tables]:
        """The tables as they stand, or as they stood at the end of a day or at a moment."""
        if as_of is not None:
            yield self.rebuild(as_of)
            return
        with translated(self._engine), reading(self._engine) as connection:
            yield StoredTables(connection)

    def rebuild(self, as_of: date | datetime | None = None) -> MemoryTables:
        """The tables made anew from the journal alone. Raises DamagedError at the first entry that does not fit."""
        with translated(self._engine), reading(self._engine) as connection:
            return replay(entries(connection, until(as_of) if as_of is not None else None))

    def verify(self, head: str | None = None) -> Verification:
        """Recompute the chain and every derived table, and name the first difference.

        head: a hash noted earlier; it must still be in the chain, so that a journal cut short shows too.
        """
        with translated(self._engine), reading(self._engine) as connection:
            return verify(connection, head)

    def head(self, as_of: date | datetime | None = None) -> Head:
        """The end of the chain, now or at the end of a day; sequence 0 before its first entry.

        Its hash, kept elsewhere, proves later that nothing up to here has changed.
        """
        query = select(HeadRow.sequence, HeadRow.hash, HeadRow.time)
        if as_of is not None:
            query = select(EntryRow.sequence, EntryRow.hash, EntryRow.time).where(EntryRow.time <= until(as_of))
            # By time first, which is indexed; entries of one moment follow one another by number.
            query = query.order_by(EntryRow.time.desc(), EntryRow.sequence.desc()).limit(1)
        with translated(self._engine), reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
            return Head(*row) if row else Head()

    def hash_at(self, sequence: int) -> str | None:
        """The hash of the entry with this sequence; None when the journal is not that long."""
        with translated(self._engine), reading(self._engine) as connection:
            found: str | None = connection.execute(select(EntryRow.hash).where(EntryRow.sequence == sequence)).scalar()
            return found

    def since(self, sequence: int, most: int) -> list[tuple[str, str]]:
        """Kind and subject of the entries after this one, in order; at most so many."""
        query = select(EntryRow.kind, EntryRow.subject).where(EntryRow.sequence > sequence)
        with translated(self._engine), reading(self._engine) as connection:
            found = connection.execute(query.order_by(EntryRow.sequence).limit(most))
            return [(row.kind, row.subject) for row in found]

    def journal(self, subject: str | None = None) -> list[Entry]:
        """The entries in order; of one subject when given."""
        if subject is not None and not canonical.storable(subject):
            return []
        with translated(self._engine), reading(self._engine) as connection:
            return list(entries(connection, subject=subject))

    def last(self, kinds: Collection[str], most: int) -> list[Entry]:
        """The latest entries of these kinds, the newest first."""
        query = select(EntryRow.__table__).where(EntryRow.kind.in_(kinds)).order_by(EntryRow.sequence.desc())
        with translated(self._engine), reading(self._engine) as connection:
            return [Entry(*row) for row in connection.execute(query.limit(most))]

    @contextmanager
    def entries(self) -> Iterator[Iterator[Entry]]:
        """The entries one by one, for ledgers of any length."""
        with translated(self._engine), reading(self._engine) as connection:
            yield entries(connection)

    def receive(self, incoming: Iterable[Entry | bytes], also: Callable[[Connection], None] | None = None) -> Head:
        """Fill this ledger, which must be empty, with the journal of another, checking every entry; all or none.

        incoming: the entries in order, and the bytes of each attachment before the first entry that refers to it.
        also: writes what lies beside the journal in the same transaction.
        """
        # Not retried: what comes in can be read only once.
        with translated(self._engine), writing(self._engine) as connection:
            head = _locked_head(connection)
            if head.sequence:
                raise LedgerError("导入", "目标台账里已有内容", "请导入到一个新的台账")
            tables, references = FillingTables(connection), References()
            batch: list[Entry] = []
            for entry in chained(_kept(connection, incoming)):
                for sha256 in references.note(entry):
                    blobs.get(connection, sha256)
                tables.put(kinds.apply(tables, entry))
                batch.append(entry)
                head = end(entry)
                if len(batch) >= _BATCH:
                    tables.flush()
                    _append(connection, batch, head)
                    batch = []
            tables.flush()
            _append(connection, batch, head)
            if also is not None:
                also(connection)
            return head

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _kept(connection: Connection, incoming: Iterable[Entry | bytes]) -> Iterator[Entry]:
    """The entries, with the bytes between them put away."""
    for one in incoming:
        if isinstance(one, bytes):
            blobs.put(connection, one)
        else:
            yield one


def _locked_head(connection: Connection) -> Head:
    columns = select(HeadRow.sequence, HeadRow.hash, HeadRow.time).where(HeadRow.id == 1)
    return Head(*connection.execute(columns.with_for_update()).one())


def _append(connection: Connection, sealed: list[Entry], head: Head) -> None:
    if not sealed:
        return
    connection.execute(insert(EntryRow), [canonical.plain(entry) for entry in sealed])
    connection.execute(
        update(HeadRow).where(HeadRow.id == 1).values(sequence=head.sequence, hash=head.hash, time=head.time)
    )
