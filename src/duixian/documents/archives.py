"""Archives of documents (.zip): their members, checked before anything is unpacked. Nothing is written to disk."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from duixian.documents.readers.limits import ARCHIVE_LIMIT_BYTES, ARCHIVE_LIMIT_MEMBERS, MEGABYTE, unreadable
from duixian.documents.readers.packages import DAMAGE, document_kind, is_bomb
from duixian.errors import InputError

_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_DRIVE = re.compile(r"^[A-Za-z]:")
_SOURCE_REMEDY = "请核实文件来源，不要打开可疑文件"
_OPEN_ARCHIVES = 4


class Archive:
    """One .zip: its members by their place in it, with readable names."""

    def __init__(self, origin: Path | bytes, name: str) -> None:
        self.name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(origin) if isinstance(origin, bytes) else origin)
            self._members = [info for info in self._zip.infolist() if not info.is_dir()]
        except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
            raise unreadable(name, error) from error
        except DAMAGE as error:
            raise InputError(name, "压缩包已损坏或不完整，打不开", "请重新下载，或解压后再读") from error
        self._check_size()

    def _check_size(self) -> None:
        if len(self._members) > ARCHIVE_LIMIT_MEMBERS:
            raise InputError(self.name, f"压缩包里的文件超过 {ARCHIVE_LIMIT_MEMBERS} 个", "请拆成几个较小的压缩包")
        total = sum(info.file_size for info in self._members)
        if total > ARCHIVE_LIMIT_BYTES:
            raise InputError(
                self.name,
                f"解压后有 {total // MEGABYTE} MB，上限是 {ARCHIVE_LIMIT_BYTES // MEGABYTE} MB，疑似压缩炸弹，已拒绝",
                _SOURCE_REMEDY + "；确实需要就拆成几个较小的压缩包",
            )

    def members(self) -> Iterator[tuple[int, str]]:
        """(place, readable name) of every file in the archive, in order."""
        for place, info in enumerate(self._members):
            yield place, member_name(info)

    def is_document(self) -> bool:
        """Whether this is one document (.docx, .ofd) under the name of an archive."""
        return document_kind(info.filename for info in self._members) is not None

    def problem(self, place: int, name: str) -> InputError | None:
        """Why a member may not be read: an unsafe name, a bomb or a password; None when it may be tried."""
        info = self._members[place]
        inner = member_name(info)
        if inner.startswith("/") or _DRIVE.match(inner) or ".." in inner.split("/"):
            return InputError(name, "压缩包里的文件名指向压缩包之外，已拒绝", _SOURCE_REMEDY)
        if info.flag_bits & _ENCRYPTED_FLAG:
            return InputError(name, "压缩包加了密，需要密码才能打开", "请用密码解压后再读")
        if is_bomb(info):
            return InputError(
                name,
                f"解压后有 {info.file_size // MEGABYTE} MB，疑似压缩炸弹，已拒绝",
                _SOURCE_REMEDY + "；确实需要就先解压",
            )
        return None

    def read(self, place: int, name: str) -> bytes:
        """The bytes of one member; raises :class:`InputError` when they may not or cannot be read."""
        problem = self.problem(place, name)
        if problem is not None:
            raise problem
        info = self._members[place]
        try:
            with self._zip.open(info) as stream:
                return stream.read(info.file_size + 1)
        except NotImplementedError as error:
            raise InputError(name, "压缩方法不受支持", "请解压后再读") from error
        except DAMAGE as error:
            raise InputError(name, "压缩包里的这个文件已损坏", "请重新下载，或解压后再读") from error


def member_name(info: zipfile.ZipInfo) -> str:
    """The name of a member as its author wrote it: Chinese tools write GBK without saying so."""
    name = info.filename
    if not info.flag_bits & _UTF8_FLAG:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            return name.replace("\\", "/")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def open_archive(path: Path, name: str) -> Archive:
    """The archive at a path; kept open for a while, so that reading its members one by one does not reopen it."""
    try:
        status = path.stat()
    except OSError as error:
        raise unreadable(name, error) from error
    # An open file is not shared between processes, because they would move each other's position in it.
    return _opened(path, name, status.st_mtime_ns, status.st_size, os.getpid())


@lru_cache(maxsize=_OPEN_ARCHIVES)
def _opened(path: Path, name: str, modified: int, size: int, process: int) -> Archive:
    return Archive(path, name)
