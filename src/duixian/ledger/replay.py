"""From the journal alone to the tables, and the proof that the tables are what the journal says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

from sqlalchemy import Connection, func, select

from duixian.ledger import kinds
from duixian.ledger.base_schema import EntryRow, HeadRow
from duixian.ledger.blobs import References
from duixian.ledger.errors import DamagedError, LedgerError
from duixian.ledger.journal import Entry, Head, chained, end
from duixian.ledger.passing import PassingTables
from duixian.ledger.rows import FillingTables, agrees, decoded, stored_rows, table_of
from duixian.ledger.schema import DERIVED
from duixian.ledger.tables import MemoryTables, Row

_BATCH = 2_000  # entries whose rows are written at once, and final rows that are checked together
_NAMES = {
    "organisations": "单位",
    "people": "人员",
    "groups": "专班",
    "indicator_chiefs": "指标长",
    "link_recalls": "收回链接",
    "rules": "规则",
    "rulings": "历次规则",
    "plans": "年度台账",
    "items": "事项",
    "slicings": "分解",
    "progress": "进展",
    "rounds": "调度期",
    "dues": "应报",
    "standings": "期末情况",
    "metric_values": "统计指标",
    "ratings": "满意度",
    "marks": "表扬批评",
    "published_rankings": "已公布排名",
    "contacts": "联系方式",
    "orders": "督办单",
    "problems": "问题",
    "steps": "督办步骤",
    "dispatches": "已发提醒",
}


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
    tables = FillingTables(connection)
    for entry in chained(entries(connection)):
        tables.put(kinds.apply(tables, entry))
        if entry.sequence % _BATCH == 0:
            tables.flush()
    tables.flush()


def verify(connection: Connection, noted: str | None = None) -> Verification:
    """See :meth:`duixian.ledger.store.Ledger.verify`. The memory grows with the tables, not with the journal."""
    tables, references, head, seen = PassingTables(), References(), Head(), noted is None
    checks = {kind: _Check(connection, kind) for kind in DERIVED}
    try:
        for entry in chained(entries(connection)):
            tables.put(kinds.apply(tables, entry))
            references.note(entry)
            head = end(entry)
            seen = seen or entry.hash == noted
            if len(tables.final) >= _BATCH:
                _take(tables, checks)
    except DamagedError as error:
        return Verification(head.sequence, head.hash, str(error))
    kept = connection.execute(select(HeadRow.sequence, HeadRow.hash, HeadRow.time)).all()
    difference: str | None = None
    if [Head(*row) for row in kept] != [head]:
        difference = f"流水末尾：记录的末条与流水第{head.sequence}条不符，可能有流水被删去"
    elif not seen:
        difference = "流水：找不到您记下的校验值，流水可能被改写或截短"
    else:
        _take(tables, checks)
        for kind, check in checks.items():
            check.rows(tables.kept(kind))
        found = (check.difference() for check in checks.values())
        difference = next((words for words in found if words), None) or references.difference(connection)
    return Verification(head.sequence, head.hash, difference)


def _take(tables: PassingTables, checks: dict[type[Row], _Check]) -> None:
    """Check the rows that are final and let them go."""
    by_kind: dict[type[Row], list[Row]] = {}
    for row in tables.final:
        by_kind.setdefault(type(row), []).append(row)
    for kind, rows in by_kind.items():
        checks[kind].rows(rows)
    tables.final.clear()


class _Check:
    """One table against what the journal says, a batch of rows at a time; it remembers the first difference by id."""

    def __init__(self, connection: Connection, kind: type[Row]) -> None:
        self._connection = connection
        self._kind = kind
        self._present = 0
        self._first: tuple[str, str] | None = None

    def rows(self, rows: list[Row]) -> None:
        """Look for these rows in the database. Each row is asked for once."""
        expected = {row.id: row for row in rows}
        for found in stored_rows(self._connection, self._kind, list(expected)):
            self._present += 1
            if isinstance(found, ValueError):
                expected.pop(found.args[0])
                self._note(found.args[0], "内容无法读出")
                continue
            row = expected.pop(found.id)
            if not agrees(row, found):
                self._compare(row, found._mapping)
        for id in expected:
            self._note(id, "流水里有，表里没有")

    def difference(self) -> str | None:
        """The first difference in words, after all rows of the journal were looked for."""
        table = table_of(self._kind)
        if self._connection.execute(select(func.count()).select_from(table)).scalar_one() != self._present:
            made = self._made()
            for id in self._connection.execute(select(table.c.id)).scalars():
                if id not in made:
                    self._note(id, "流水里没有这一行")
        return f"{_NAMES[table.name]}表 {self._first[0]}：{self._first[1]}" if self._first else None

    def _compare(self, row: Row, found: Mapping[Any, Any]) -> None:
        try:
            stored = decoded(self._kind, found)
        except (ValueError, LedgerError):
            self._note(row.id, "内容无法读出")
            return
        if stored != row:
            names = (field.name for field in fields(cast("Any", row)))
            field = next(name for name in names if getattr(stored, name) != getattr(row, name))
            self._note(row.id, f"“{field}”与流水不符")

    def _made(self) -> set[str]:
        """The ids of all rows of this kind that the journal makes. Only asked when the table has others."""
        tables = PassingTables()
        made: set[str] = set()
        for entry in entries(self._connection):
            rows = kinds.apply(tables, entry)
            tables.put(rows)
            tables.final.clear()
            made.update(row.id for row in rows if type(row) is self._kind)
        return made

    def _note(self, id: str, words: str) -> None:
        self._first = min(self._first or (id, words), (id, words))
