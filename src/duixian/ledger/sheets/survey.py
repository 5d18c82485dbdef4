"""A first look over a workbook, as a stream: how many rows, which cells are merged, which are formulas.

The library that reads the cells says none of this when it streams, and a file of a million rows must be refused before
anything of it is held in memory.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from duixian.documents.readers.limits import MEGABYTE
from duixian.documents.readers.packages import DAMAGE, document_kind, is_bomb
from duixian.ledger.errors import LedgerError

ROW_LIMIT = 20_000
"""Rows with content that one sheet may have."""

_SPARE = 1000  # rows for a title, and for what the hidden marker needs besides one for each row
SIZE_LIMIT = 40 * MEGABYTE
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_RANGE = re.compile(r"([A-Z]{1,3})(\d+)(?::([A-Z]{1,3})(\d+))?")
_SAVE = "请用 Excel 或 WPS 打开，另存为 .xlsx 再导入"


@dataclass
class Survey:
    """What a worksheet holds. merged: (first column, first row, last column, last row), from 1. formulas: addresses."""

    rows: int = 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: set[str] = field(default_factory=set)


def survey(data: bytes, name: str) -> dict[str, Survey]:
    """A survey of each worksheet by the name of its part. Raises LedgerError for what is no workbook or too large."""
    _refuse_others(data, name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if document_kind(member.filename for member in members) != ".xlsx":
                raise LedgerError(name, "不是 Excel 工作簿", _SAVE)
            for member in members:
                if member.flag_bits & 1:
                    raise LedgerError(name, "文件加了密，需要密码才能打开", "请用密码打开，另存为不加密的 .xlsx 再导入")
                if is_bomb(member):
                    raise LedgerError(name, "解压后大得不正常，已拒绝", "请核实文件来源，不要打开可疑文件")
            return {
                member.filename: _surveyed(archive, member, name)
                for member in members
                if _SHEET.fullmatch(member.filename)
            }
    except (*DAMAGE, etree.XMLSyntaxError) as error:
        raise LedgerError(name, "Excel 文件已损坏，打不开", "请重新取得文件，或用原来的软件打开后另存一份") from error


def _refuse_others(data: bytes, name: str) -> None:
    if not data:
        raise LedgerError(name, "文件是空的", "请重新导出或另存一份")
    if len(data) > SIZE_LIMIT:
        reason = f"文件有{len(data) // MEGABYTE}MB，超过{SIZE_LIMIT // MEGABYTE}MB的上限"
        raise LedgerError(name, reason, "请删去图片和多余的工作表后另存")
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise LedgerError(name, "文件加了密，需要密码才能打开", "请用密码打开，另存为不加密的 .xlsx 再导入")
        raise LedgerError(name, "是旧版 Excel 格式（.xls）", _SAVE)


def _surveyed(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Survey:
    found = Survey()
    with archive.open(member) as stream:
        walk = etree.iterparse(
            stream,
            events=("end",),
            tag=("{*}row", "{*}mergeCell"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        for _, element in walk:
            if element.tag.endswith("}mergeCell"):
                _merge(found, element.get("ref") or "")
            else:
                _row(found, element, name)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    return found


def _row(found: Survey, row: Any, name: str) -> None:
    filled = False
    for cell in row:
        for part in cell:
            kind = part.tag.rpartition("}")[2]
            filled = filled or kind in ("v", "is", "f")
            if kind == "f" and cell.get("r"):
                found.formulas.add(cell.get("r"))
    found.rows += filled
    if found.rows > ROW_LIMIT + _SPARE:
        raise LedgerError(name, f"有内容的行超过了{ROW_LIMIT}行的上限", "请核对是否选错了文件，或拆成几个文件分别导入")


def _merge(found: Survey, ref: str) -> None:
    match = _RANGE.fullmatch(ref)
    if match and match[3]:
        found.merged.append((_column(match[1]), int(match[2]), _column(match[3]), int(match[4])))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
