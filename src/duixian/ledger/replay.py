"""From the journal alone to the tables, and the proof that the tables are what the journal says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from duixian.ledger import kinds
from duixian.ledger.errors import DamagedError, LedgerError
from duixian.ledger.journal import Entry, Head, chained, end
from duixian.ledger.rows import StoredTables, decoded, stored_rows, table_of
from duixian.ledger.schema import DERIVED, EntryRow, HeadRow
from duixian.ledger.tables import MemoryTables, Row

_NAMES = {
    "organisations": "单位",
    "people": "人员",
    "groups": "专班",
    "indicator_chiefs": "指标长",
    "rules": "规则",
    "plans": "年度台账",
    "items": "事项",
    "slicings": "分解",
    "progress": "进展",
    "rounds": "调度期",
    "dues": "应报",
}


_BATCH = 5000  # entries whose rows are written at once


@dataclass(frozen=True, slots=True)
class Verification:
    """entries: how many fit. head: hash of the last of them. difference: the first that does not, in Chinese."""

    entries: int
    head: str
    difference: str | None

    @property
    def ok(self) -> bool:
        """Whether the chain and every derived table are whole."""
        return self.difference is None


def entries(connection: Connection, last: str | None = None, subject: str | None = None) -> Iterator[Entry]:
    """The journal in order, up to a journal time and of one subject when given."""
    query = select(EntryRow.__table__).order_by(EntryRow.sequence).execution_options(yield_per=1000)
    if last is not None:
        query = query.where(EntryRow.time <= last)
    if subject is not None:
        query = query.where(EntryRow.subject == subject)
    for row in connection.execute(query):
        yield Entry(*row)


def replay(journal: Iterable[Entry]) -> MemoryTables:
    """The tables that these entries make, from nothing. Raises DamagedError at the first that does not fit."""
    tables = MemoryTables()
    for entry in chained(journal):
        tables.put(kinds.apply(tables, entry))
    return tables


def refill(connection: Connection) -> None:
    """Fill the derived tables, which must be empty, from the journal: what a migration does after it changed them."""
    tables = StoredTables(connection)
    for entry in chained(entries(connection)):
        tables.put(kinds.apply(tables, entry))
        if entry.sequence % _BATCH == 0:
            tables.flush()
    tables.flush()


def verify(connection: Connection, noted: str | None = None) -> Verification:
    """See :meth:`duixian.ledger.store.Ledger.verify`."""
    tables, head, seen = MemoryTables(), Head(), noted is None
    try:
        for entry in chained(entries(connection)):
            tables.put(kinds.apply(tables, entry))
            head = end(entry)
            seen = seen or entry.hash == noted
    except DamagedError as error:
        return Verification(head.sequence, head.hash, str(error))
    kept = connection.execute(select(HeadRow.sequence, HeadRow.hash, HeadRow.time)).all()
    difference: str | None = None
    if [Head(*row) for row in kept] != [head]:
        difference = f"流水末尾：记录的末条与流水第{head.sequence}条不符，可能有流水被删去"
    elif not seen:
        difference = "流水：找不到您记下的校验值，流水可能被改写或截短"
    else:
        found = (_difference(connection, kind, tables) for kind in DERIVED)
        difference = next((words for words in found if words), None)
    return Verification(head.sequence, head.hash, difference)


def _difference(connection: Connection, kind: type[Row], tables: MemoryTables) -> str | None:
    name = _NAMES[table_of(kind).name]
    missing = {row.id for row in tables.select(kind)}
    wrong: dict[str, str] = {}
    for found in stored_rows(connection, kind):
        id = str(found["id"])
        missing.discard(id)
        expected = tables.get(kind, id)
        if expected is None:
            wrong[id] = "流水里没有这一行"
            continue
        try:
            row = decoded(kind, found)
        except (ValueError, LedgerError):
            wrong[id] = "内容无法读出"
            continue
        if row != expected:
            field = next(field for field in found if getattr(row, field) != getattr(expected, field))
            wrong[id] = f"“{field}”与流水不符"
    wrong.update(dict.fromkeys(missing, "流水里有，表里没有"))
    if not wrong:
        return None
    first = min(wrong)
    return f"{name}表 {first}：{wrong[first]}"
