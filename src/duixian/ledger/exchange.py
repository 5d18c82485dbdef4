"""A whole ledger as one file: a line that says what it is, the journal, and a line that says where it ends.

The bytes of an attachment stand, in base64, on a line of their own before the first entry that refers to them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from duixian.errors import InputError, OutputError
from duixian.ledger import canonical
from duixian.ledger.blobs import References
from duixian.ledger.journal import Entry, Head, chained
from duixian.ledger.store import Ledger

_FORMAT = "duixian-ledger"
_VERSION = 2
_KNOWN = (1, 2)  # version 1 had no attachments


def export(ledger: Ledger, path: Path) -> Head:
    """Write the ledger to ``path`` (JSON Lines, UTF-8), whole or not at all; the head of what was written."""
    head, references, blobs = Head(), References(), 0
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise OutputError(str(path), f"无法写入（{error.strerror}）", "请检查文件夹和权限") from error
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out, ledger.entries() as entries:
            out.write(canonical.text({"format": _FORMAT, "version": _VERSION}) + "\n")
            for entry in chained(entries):
                for sha256 in references.note(entry):
                    data = base64.b64encode(ledger.attachment(sha256)).decode("ascii")
                    out.write(canonical.text({"blob": sha256, "data": data}) + "\n")
                    blobs += 1
                out.write(canonical.text(canonical.plain(entry)) + "\n")
                head = Head(entry.sequence, entry.hash, entry.time)
            out.write(canonical.text({"blobs": blobs, "entries": head.sequence, "head": head.hash}) + "\n")
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    except OSError as error:
        raise OutputError(str(path), f"无法写入（{error.strerror}）", "请检查磁盘空间和权限") from error
    finally:
        draft.unlink(missing_ok=True)
    return head


def restore(path: Path, ledger: Ledger, also: Callable[[Connection], None] | None = None) -> Head:
    """Fill an empty ledger from an exported file, checking every entry; all or nothing.

    also: writes what lies beside the journal in the same transaction.
    """
    return ledger.receive(_read(path), also)


def _read(path: Path) -> Iterator[Entry | bytes]:
    remedy = "请重新导出，或换一份备份"
    try:
        with path.open(encoding="utf-8") as lines:
            first = _line(path, 1, lines.readline())
            if first.get("format") != _FORMAT or first.get("version") not in _KNOWN:
                raise InputError(str(path), "不是台账导出文件，或由更新的版本写出", "请检查文件名，或升级后再试")
            last: Entry | None = None
            footer: dict[str, Any] | None = None
            blobs = 0
            for number, line in enumerate(lines, start=2):
                if footer is not None:
                    raise InputError(str(path), f"第{number}行在结尾之后", remedy)
                values = _line(path, number, line)
                if "head" in values:
                    footer = values
                    continue
                if "blob" in values:
                    yield _blob(path, number, values)
                    blobs += 1
                    continue
                try:
                    last = canonical.typed(Entry, values)
                except ValueError as error:
                    raise InputError(str(path), f"第{number}行不是一条流水", remedy) from error
                yield last
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"无法读取（{str(error)[:120]}）", "请检查文件名和权限") from error
    end: dict[str, Any] = {"entries": last.sequence if last else 0, "head": last.hash if last else Head().hash}
    if first["version"] > 1:
        end["blobs"] = blobs
    if footer != end:
        raise InputError(str(path), "文件不完整，结尾与流水不符", remedy)


def _blob(path: Path, number: int, values: dict[str, Any]) -> bytes:
    try:
        data = base64.b64decode(values["data"], validate=True)
    except (KeyError, TypeError, ValueError):
        data = b""
    if hashlib.sha256(data).hexdigest() != values["blob"]:
        raise InputError(str(path), f"第{number}行的附件与校验值不符", "请重新导出，或换一份备份")
    return data


def _line(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise InputError(str(path), f"第{number}行不是有效的 JSON", "请重新导出，或换一份备份")
    return values
