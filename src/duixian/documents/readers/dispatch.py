"""Which reader a file is for: what its first bytes say, and only then what its name says."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path, PurePosixPath

from duixian.documents.model import SourceText
from duixian.documents.readers.docx import read_docx
from duixian.documents.readers.html import read_html
from duixian.documents.readers.limits import FILE_LIMIT_BYTES, read_bytes, too_large_file
from duixian.documents.readers.ofd import read_ofd
from duixian.documents.readers.office import read_office
from duixian.documents.readers.packages import DAMAGE, document_kind
from duixian.documents.readers.pdf import read_pdf
from duixian.documents.readers.plaintext import read_plain_text
from duixian.errors import InputError

TEXT_SUFFIXES = frozenset({".txt", ".text", ".md"})
HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".shtml"})
OFFICE_SUFFIXES = frozenset({".doc", ".wps", ".rtf", ".dot", ".wpt"})
SUPPORTED_SUFFIXES = TEXT_SUFFIXES | HTML_SUFFIXES | OFFICE_SUFFIXES | {".pdf", ".docx", ".ofd"}

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 1024
_HTML = re.compile(rb"<!doctype\s{1,9}html|<html[\s>]", re.IGNORECASE)
# Files whose content is known and is no document to read: what to tell the user about them.
_FOREIGN = (
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"II*\x00", "图片"),
    (b"MM\x00*", "图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
)


def read_source(data: bytes | Path, name: str) -> SourceText:
    """Read one document file of any supported format.

    data: its bytes, or the path to read them from. name: the file as the user gave it, shown in messages and kept as
    evidence. Raises :class:`~duixian.errors.InputError`, with one line in Chinese, for whatever cannot be read.
    """
    if isinstance(data, Path):
        data = read_bytes(data, name)
    if len(data) > FILE_LIMIT_BYTES:
        raise too_large_file(name, len(data))
    if not data:
        raise InputError(name, "文件是空的", "请换一个有内容的文件")
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    head = data[:_HEAD]
    if b"%PDF-" in head:
        return read_pdf(data, name)
    if data.startswith(_ZIP):
        return _read_package(data, name, suffix)
    if data.startswith(_OLE):
        if suffix in {".xls", ".ppt", ".et", ".dps"}:
            raise _unsupported(name, "表格或演示文稿")
        return read_office(data, name, suffix if suffix in OFFICE_SUFFIXES - {".rtf"} else ".doc")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return read_office(data, name, ".rtf")
    for signature, kind in _FOREIGN:
        if data.startswith(signature):
            raise _unsupported(name, kind)
    if suffix in {".pdf", ".docx", ".ofd"} and not _HTML.search(head):
        raise InputError(
            name, f"扩展名是 {suffix}，内容却不是，可能已损坏或没有下载完", "请重新下载，或用原来的软件打开后另存一份"
        )
    if suffix in HTML_SUFFIXES or _HTML.search(head.replace(b"\x00", b"")):
        return read_html(data, name)
    return read_plain_text(data, name)


def is_document_package(data: bytes) -> bool:
    """Whether zip data is one document (.docx, .ofd and their like) rather than an archive of files."""
    return _package_kind(data) is not None


def _package_kind(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return document_kind(archive.namelist())
    except DAMAGE:
        return None


def _read_package(data: bytes, name: str, suffix: str) -> SourceText:
    kind = _package_kind(data) or suffix
    if kind == ".docx":
        return read_docx(data, name)
    if kind == ".ofd":
        return read_ofd(data, name)
    if kind in {".xlsx", ".pptx"}:
        raise _unsupported(name, "表格或演示文稿")
    if kind == ".odt":
        return read_office(data, name, ".odt")
    raise InputError(name, "这是压缩包，不是文档", "请把扩展名改为 .zip，或解压后再读")


def _unsupported(name: str, kind: str) -> InputError:
    return InputError(
        name, f"这是{kind}，不是能读的文档", "能读的有 txt、pdf、docx、html、ofd、doc、wps、rtf；请先转换成其中一种"
    )
