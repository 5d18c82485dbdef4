"""Output files are written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from duixian.errors import OutputError

_REASONS = {
    errno.ENOSPC: ("磁盘已满", "请清理空间或换一个位置后重试"),
    errno.EDQUOT: ("磁盘配额已用完", "请清理空间或换一个位置后重试"),
    errno.EFBIG: ("文件超过了系统允许的大小", "请放宽限制，或用 --kind 分批导出"),
    errno.EACCES: ("没有写入权限", "请换一个有权限的位置"),
    errno.EPERM: ("没有写入权限", "请换一个有权限的位置"),
    errno.EROFS: ("所在磁盘是只读的", "请换一个位置"),
    errno.ENOENT: ("所在文件夹不存在", "请先建立文件夹，或检查路径"),
    errno.ENOTDIR: ("路径中有一段不是文件夹", "请检查路径"),
    errno.EISDIR: ("这是一个文件夹", "请给出文件名"),
    errno.ENAMETOOLONG: ("文件名太长", "请换一个短些的文件名"),
}


def output_error(target: str, error: OSError) -> OutputError:
    """The error of the operating system in words a user can act on."""
    reason, remedy = _REASONS.get(error.errno or 0, (f"无法写入（{error.strerror or error}）", "请换一个位置后重试"))
    return OutputError(target, reason, remedy)


@contextmanager
def whole_file(target: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary path beside ``target`` to write to; put it in place when the block ends without error.

    Readers see the old file or the new one, never a part. Symbolic links are followed; an existing file keeps its
    permissions. A target that is no regular file (a device, a pipe) is written to directly. Raises OutputError.
    """
    try:
        final = Path(os.path.realpath(target))
        mode = _mode(final)
        if mode is not None and stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if mode is not None and not stat.S_ISREG(mode):
            yield final
            return
        handle, name = tempfile.mkstemp(dir=final.parent, prefix=f".{final.name[:40]}.", suffix=".part")
        os.close(handle)
        part = Path(name)
        try:
            yield part
            _flush(part)
            part.chmod(stat.S_IMODE(mode) if mode is not None else 0o666 & ~_umask())
            part.replace(final)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
        _flush_directory(final.parent)
    except OSError as error:
        raise output_error(os.fspath(target), error) from error


def write_whole(target: str | os.PathLike[str], data: bytes) -> None:
    """Write ``data`` as the whole content of ``target``. Raises OutputError."""
    with whole_file(target) as part, part.open("wb") as stream:
        stream.write(data)


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _flush(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _flush_directory(path: Path) -> None:
    # The new name itself must survive a power cut; file systems that cannot do this say so and lose nothing else.
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
