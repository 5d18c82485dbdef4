"""The bytes of attachments in the ledger's database, each kept once under its SHA-256."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from duixian.ledger import canonical
from duixian.ledger.attachments import Attachment, check, referred
from duixian.ledger.base_schema import BlobRow
from duixian.ledger.errors import DamagedError, LedgerError
from duixian.ledger.journal import Entry

_REMEDY = "请从备份或导出文件恢复台账，并查明原因"


def put(connection: Connection, data: bytes) -> str:
    """Keep these bytes, once however often they come; their SHA-256."""
    sha256 = hashlib.sha256(data).hexdigest()
    # Two who attach the same file at once: the second finds it there instead of failing.
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = {"sha256": sha256, "size": len(data), "data": data}
    connection.execute(dialect.insert(BlobRow).values(row).on_conflict_do_nothing())
    return sha256


def get(connection: Connection, sha256: str) -> bytes:
    """The bytes of this hash. Raises LedgerError when there are none, DamagedError when they have another hash."""
    row = connection.execute(select(BlobRow.size, BlobRow.data).where(BlobRow.sha256 == sha256)).one_or_none()
    if row is None:
        raise LedgerError(sha256, "台账里没有这个附件的内容", "请先添加附件（attach），再引用")
    if row.size != len(row.data) or hashlib.sha256(row.data).hexdigest() != sha256:
        raise DamagedError(sha256, "附件的内容被改动过，与校验值不符", _REMEDY)
    return bytes(row.data)


def check_referred(connection: Connection, entry: Entry) -> None:
    """Raise LedgerError unless the bytes of every attachment of this entry are kept and are what it says.

    For a new entry only: what is a safe name, a type or too large is today's rule, and the past is not judged by it.
    """
    for found in referred(entry):
        try:
            attachment = canonical.typed(Attachment, found)
        except ValueError as error:
            raise LedgerError(str(found.get("name")), "附件的写法不对", "请重新添加附件") from error
        check(attachment, get(connection, attachment.sha256))


class References:
    """Which entry first refers to which bytes, gathered while a journal passes."""

    def __init__(self) -> None:
        self._first: dict[bytes, int] = {}

    def note(self, entry: Entry) -> list[str]:
        """The hashes that this entry is the first to name."""
        fresh = []
        for found in referred(entry):
            sha256: str = found["sha256"]
            key = sha256.encode("utf-8", "surrogatepass")
            if key not in self._first:
                self._first[key] = entry.sequence
                fresh.append(sha256)
        return fresh

    def difference(self, connection: Connection) -> str | None:
        """The first of them whose bytes are missing or changed, in words; None when all are whole."""
        for key, sequence in self._first.items():
            sha256 = key.decode("utf-8", "surrogatepass")
            try:
                get(connection, sha256)
            except LedgerError as error:
                return f"附件 {sha256[:12]}…（流水第{sequence}条）：{error.reason}"
        return None
