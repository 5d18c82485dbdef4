"""Files that are there whole or not at all, also after a power cut."""

from __future__ import annotations

import os
import secrets
import socket
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

TEMPORARY = ".tmp-"
_DAY = 86_400.0


def token() -> str:
    """A name no other writer uses, from which one can tell whether its writer is still at work."""
    return f"{time.time_ns() // 1_000_000:012x}-{_host()}-{os.getpid()}-{secrets.token_hex(3)}"


def is_abandoned(name: str, path: Path) -> bool:
    """Whether the writer that gave a file this token is gone: dead on this machine, or silent for a day."""
    pieces = name.split("-")
    if len(pieces) != 4 or not pieces[2].isdigit():
        return False
    if pieces[1] == _host() and not _runs(int(pieces[2])):
        return True
    try:
        return time.time() - path.stat().st_mtime > _DAY
    except OSError:
        return False


def write_file(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``, replacing what was there; on the disk when this returns. Raises OSError."""
    part = _written(path.parent, data)
    try:
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    flush_folder(path.parent)


def create_file(path: Path, data: bytes) -> bool:
    """Put ``data`` at ``path`` unless there is a file already; False when there is. Raises OSError."""
    part = _written(path.parent, data)
    try:
        # A hard link appears whole and never replaces: of two writers exactly one succeeds.
        if os.name == "nt":
            part.rename(path)
        else:
            os.link(part, path)
    except FileExistsError:
        return False
    finally:
        with suppress(OSError):
            part.unlink()
    flush_folder(path.parent)
    return True


def flush_folder(folder: Path) -> None:
    """Make new names in a folder survive a power cut, where the file system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def abandoned(folder: Path) -> Iterator[Path]:
    """Temporary files in a folder whose writers are gone."""
    for path in folder.glob(f"{TEMPORARY}*"):
        if is_abandoned(path.name.removeprefix(TEMPORARY), path):
            yield path


def _written(folder: Path, data: bytes) -> Path:
    part = folder / f"{TEMPORARY}{token()}"
    try:
        with part.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    return part


@cache
def _host() -> str:
    """Where process numbers mean the same: this machine, and on Linux this container of it."""
    space = ""
    with suppress(OSError):
        space = str(Path("/proc/self/ns/pid").readlink())
    return f"{zlib.crc32((socket.gethostname() + space).encode('utf-8', 'replace')):08x}"


def _runs(process: int) -> bool:
    if os.name == "nt":
        return True  # asking would end the process there; the age decides
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
