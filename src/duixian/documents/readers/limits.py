"""How much Duixian is willing to read, and what it tells the user beyond that."""

from __future__ import annotations

from pathlib import Path

from duixian.errors import InputError

MEGABYTE = 1024 * 1024
# A year of reports of every county is about 60 MB of text; a file larger than this is a mistake or an attack.
TEXT_LIMIT_BYTES = 100 * MEGABYTE
# Scans are large, so other formats may be bigger than plain text.
FILE_LIMIT_BYTES = 400 * MEGABYTE
# Inside archives and package formats (.docx, .ofd): bytes after unpacking, and how far a part may outgrow its packing.
MEMBER_LIMIT_BYTES = 200 * MEGABYTE
ARCHIVE_LIMIT_BYTES = 2048 * MEGABYTE
ARCHIVE_LIMIT_MEMBERS = 50_000
RATIO_LIMIT = 150
# Below this size a high ratio is harmless: a page of blanks packs very well.
RATIO_FREE_BYTES = 16 * MEGABYTE


def too_large_text(name: str, size: int) -> InputError:
    """The refusal of a text of ``size`` bytes, with the way to split it."""
    return InputError(
        name,
        f"文本有 {size // MEGABYTE} MB，超过单个文件 {TEXT_LIMIT_BYTES // MEGABYTE} MB 的上限",
        "请先按行切分再读，例如：split -C 50m 原文件 分卷-",
    )


def too_large_file(name: str, size: int | None = None) -> InputError:
    """The refusal of a file of ``size`` bytes in any format; None when the size is not known."""
    have = f"文件有 {size // MEGABYTE} MB，" if size is not None else "文件"
    return InputError(
        name,
        f"{have}超过单个文件 {FILE_LIMIT_BYTES // MEGABYTE} MB 的上限",
        "请拆成几个较小的文件后再读",
    )


def read_bytes(path: Path, name: str) -> bytes:
    """The bytes of a file; raises :class:`InputError` when it is missing, unreadable, a folder or too large."""
    try:
        # One byte more than allowed tells a file that is too large from one that just fits, even for a device
        # or a pipe, which have no size.
        with path.open("rb") as stream:
            data = stream.read(FILE_LIMIT_BYTES + 1)
    except OSError as error:
        raise unreadable(name, error) from error
    except ValueError as error:
        raise InputError(name, "路径中有不能用于文件名的字符", "请检查路径是否写对") from error
    if len(data) > FILE_LIMIT_BYTES:
        raise too_large_file(name)
    return data


def unreadable(name: str, error: OSError) -> InputError:
    """What the user is told when the operating system refuses a path."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return InputError(name, "路径不存在", "请检查路径和文件名是否写对")
    if isinstance(error, PermissionError):
        return InputError(name, "没有读取权限", "请修改文件权限，或换有权限的用户运行")
    if isinstance(error, IsADirectoryError):
        return InputError(name, "这是文件夹，不是文件", "请给出文件夹里的文件，或用“文件夹/*”")
    return InputError(name, f"读不出来（系统错误 {error.errno}）", "请检查路径、磁盘或网络盘后重试")
