"""Parts of the package formats: .docx and .ofd are zip archives of XML, and may be damaged or hostile."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable
from typing import Any

from lxml import etree

from duixian.documents.readers.limits import (
    ARCHIVE_LIMIT_MEMBERS,
    MEGABYTE,
    MEMBER_LIMIT_BYTES,
    RATIO_FREE_BYTES,
    RATIO_LIMIT,
)
from duixian.errors import InputError

# What zipfile and zlib raise on damaged or unsupported members.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
    IndexError,
    KeyError,
)
# What a package format has that an archive of files has not: the part that makes it one, and where its content lies.
_MARKS = ("[content_types].xml", "ofd.xml", "mimetype")
_KINDS = ((".docx", "word/"), (".xlsx", "xl/"), (".pptx", "ppt/"), (".ofd", "ofd.xml"), (".odt", "meta-inf/manifest"))


def document_kind(names: Iterable[str]) -> str | None:
    """The document format (".docx", ".ofd", …) of a zip with these members, or None for an archive of files."""
    parts = {_normal(name) for name in names}
    if not parts.intersection(_MARKS):
        return None
    return next((kind for kind, mark in _KINDS if any(part.startswith(mark) for part in parts)), None)


def is_bomb(info: zipfile.ZipInfo) -> bool:
    """Whether an archive member claims to unpack into far more than its packed size can honestly hold."""
    if info.file_size > MEMBER_LIMIT_BYTES:
        return True
    return info.file_size > RATIO_FREE_BYTES and info.file_size > RATIO_LIMIT * max(info.compress_size, 1)


class Package:
    """The parts of one .docx or .ofd file, looked up without regard to case or slashes."""

    def __init__(self, data: bytes, name: str, format_name: str) -> None:
        self.name = name
        self._format_name = format_name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            members = self._zip.infolist()
        except DAMAGE as error:
            raise InputError(
                name, f"{format_name} 文件已损坏，打不开", "请重新下载，或用原来的软件打开后另存一份"
            ) from error
        if len(members) > ARCHIVE_LIMIT_MEMBERS:
            raise InputError(name, f"{format_name} 文件的部件多得不正常", "请核实文件来源，不要打开可疑文件")
        self._members = {_normal(info.filename): info for info in members}
        self.damaged: set[str] = set()

    def __contains__(self, part: str) -> bool:
        return _normal(part) in self._members

    def names(self) -> list[str]:
        """The normalised names of all parts, in archive order."""
        return list(self._members)

    def read(self, part: str) -> bytes | None:
        """The bytes of a part, or None when it is missing or damaged; refuses bombs and encrypted parts."""
        info = self._members.get(_normal(part))
        if info is None:
            return None
        if info.flag_bits & 1:
            raise InputError(self.name, f"{self._format_name} 文件加了密", "请先用密码打开，另存为不加密的文件")
        if is_bomb(info):
            raise InputError(
                self.name,
                f"{self._format_name} 文件解压后有 {info.file_size // MEGABYTE} MB，疑似压缩炸弹，已拒绝",
                "请核实文件来源，不要打开可疑文件",
            )
        try:
            with self._zip.open(info) as stream:
                return stream.read(MEMBER_LIMIT_BYTES)
        except DAMAGE:
            self.damaged.add(_normal(part))
            return None

    def xml(self, part: str) -> Any | None:
        """The root element of an XML part, or None when it is missing or not XML at all.

        Damage inside is skipped as far as the parser can, because half a document is better than none; ``damaged``
        then names the part.
        """
        data = self.read(part)
        if data is None:
            return None
        root, sound = _parse(data)
        if not sound:
            self.damaged.add(_normal(part))
        return root


def _parse(data: bytes) -> tuple[Any | None, bool]:
    """Parse XML without entities, network or external files; the root and whether all of it was well-formed."""
    # Very long text and deep nesting are refused by libxml2 itself unless huge_tree is set: that is wanted here.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None, False
    return root, len(parser.error_log) == 0


def local(element: Any) -> str:
    """The tag of an element without its namespace; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str | None:
    """An attribute by its local name, whatever its namespace: strict and transitional files differ in that."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def _normal(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").lower()
