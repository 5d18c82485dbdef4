"""Attachments 附件: a file as what it holds (SHA-256), with a safe name and a media type told by content.

An event that carries attachments keeps them in a field ``attachments``; that is how the ledger finds them.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import tomllib
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from duixian.documents.readers.limits import MEGABYTE, unreadable
from duixian.errors import InputError
from duixian.ledger.errors import LedgerError
from duixian.ledger.journal import Entry

LIMIT_BYTES = 20 * MEGABYTE
"""The largest attachment: a scan of an acceptance certificate or some photographs; more belongs in an archive."""

_NAME_BYTES = 200  # every file system allows 255; the rest is for those who number copies
_SUFFIX_BYTES = 20
_NAMELESS = "附件"
# What some file system or shell takes for something else.
_SPECIAL = re.compile(r'[<>:"|?*]')
_DEVICES = re.compile(r"(?:CON|PRN|AUX|NUL|COM\d|LPT\d)(?=\.|$)", re.IGNORECASE)
# Control characters, invisible and direction marks ("gpj.exe" that shows as "exe.jpg"), halves and unassigned ones.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Cn"})
_ZIP = b"PK"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to an entry. name: safe to save under. sha256: of its bytes, hexadecimal, and the key to
    them in the ledger. size: bytes. media: its media type, by content.
    """

    name: str
    sha256: str
    size: int
    media: str


def of(name: str, data: bytes) -> Attachment:
    """The attachment that these bytes are. Raises LedgerError when there are none or too many."""
    if not data:
        raise LedgerError(name, "文件是空的", "请换一个有内容的文件")
    if len(data) > LIMIT_BYTES:
        raise _too_large(name, len(data))
    return Attachment(safe_name(name), hashlib.sha256(data).hexdigest(), len(data), media_type(data))


def read(path: Path) -> tuple[Attachment, bytes]:
    """A file on this machine. Raises InputError when it cannot be read and LedgerError when it cannot be attached.

    A file that is too large is refused by its size, before a byte of it is read.
    """
    shown = str(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError
        if not stat.S_ISREG(status.st_mode):
            # A pipe or a device may never end.
            raise LedgerError(shown, "不是普通文件", "请给出一个文件")
        if status.st_size > LIMIT_BYTES:
            raise _too_large(shown, status.st_size)
        with path.open("rb") as stream:
            # It may grow while it is read.
            data = stream.read(LIMIT_BYTES + 1)
    except OSError as error:
        raise unreadable(shown, error) from error
    except ValueError as error:
        raise InputError(shown, "路径中有不能用于文件名的字符", "请检查路径是否写对") from error
    if not data or len(data) > LIMIT_BYTES:
        of(shown, data)  # refuses it under the name that the user gave
    return of(_spelled(path), data), data


def safe_name(name: str) -> str:
    """The name without folders and without what a file system, a shell or a reader's eye takes for something else."""
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(" " if char.isspace() else char for char in name)
    name = "".join(char for char in name if unicodedata.category(char) not in _HIDDEN)
    name = _trimmed(unicodedata.normalize("NFC", _SPECIAL.sub("_", name)))
    stem, dot, suffix = name.rpartition(".")
    end = dot + suffix
    if not stem or len(end.encode()) > _SUFFIX_BYTES:
        stem, end = name, ""
    room = _NAME_BYTES - len(end.encode())
    if len(stem.encode()) > room:
        stem = _trimmed(stem.encode()[:room].decode("utf-8", "ignore"))
    name = stem + end
    return f"_{name}" if _DEVICES.match(name) else name or _NAMELESS


def media_type(data: bytes) -> str:
    """The media type of these bytes; text of any kind is text/plain, what is not known application/octet-stream."""
    table = _media()
    if data.startswith(_ZIP):
        return _package(data, table)
    for row in table["signatures"]:
        if data.startswith(bytes.fromhex(row["hex"]), row.get("at", 0)):
            return str(row["type"])
    return str(table["text" if _is_text(data) else "other"])


def referred(entry: Entry) -> Iterator[dict[str, Any]]:
    """The attachments in the payload of an entry, as plain mappings with at least a ``sha256``."""
    # Nearly all entries have none, and this is asked of every entry of a long journal.
    if '"attachments":[{' in entry.payload:
        yield from _found(entry.values())


def check(attachment: Attachment, data: bytes) -> None:
    """Raise LedgerError unless the attachment tells the truth about these bytes."""
    if attachment != of(attachment.name, data):
        raise LedgerError(attachment.name, "附件的名称、大小或类型与内容不符", "请重新添加附件")


def _found(value: Any) -> Iterator[dict[str, Any]]:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict):
        listed = value.get("attachments")
        if isinstance(listed, list):
            yield from (one for one in listed if isinstance(one, dict) and isinstance(one.get("sha256"), str))
    for part in parts:
        yield from _found(part)


def _trimmed(name: str) -> str:
    """Without blanks around it and dots at either end: hidden files here, lost dots there."""
    return re.sub(r" +", " ", name).strip(". ")


def _spelled(path: Path) -> str:
    """The last part of a path in characters: old archives hold names in GBK."""
    raw = os.fsencode(path.name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


@cache
def _media() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("data/media.toml").read_text("utf-8"))


def _package(data: bytes, table: dict[str, Any]) -> str:
    from duixian.documents.readers.packages import DAMAGE, document_kind

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            kind = document_kind(archive.namelist())
    except DAMAGE:
        return str(table["other"])
    return str(table["packages"].get(kind, table["archive"]))


def _is_text(data: bytes) -> bool:
    if b"\x00" in data:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _too_large(name: str, size: int) -> LedgerError:
    have, limit = -(-size // MEGABYTE), LIMIT_BYTES // MEGABYTE
    return LedgerError(name, f"文件有 {have} MB，附件每个不能超过 {limit} MB", "请压缩、拆分，或只附关键页")
