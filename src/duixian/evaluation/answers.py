"""Reads a folder of answers made by hand.

The folder holds any of ``figures/*.jsonl``, ``commitments/*.jsonl``, ``projects/*.jsonl`` and ``documents.jsonl``, one
JSON object a line. Every row of the first three has ``line``, the physical line in the source file, and may have
``doc``, the name under which its scores are listed (by default the name of the answer file), and ``file``, the name of
the source file, needed only when several files are evaluated at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import NoneType
from typing import Any

import orjson

from duixian.errors import InputError

Row = Mapping[str, Any]
_REQUIRED = {
    "figures": ("line", "subject", "op", "kind", "value", "unit", "status"),
    "commitments": ("line", "quote"),
    "projects": ("line", "name"),
    "documents": ("file", "line_start"),
}
# What a field may hold; true and false are no line numbers, but nobody writes them there.
_NUMBER = (int, float, NoneType)
_TEXT = (str, NoneType)
_TYPES: dict[str, type | tuple[type, ...]] = {
    "line": int,
    "line_start": int,
    "value": _NUMBER,
    "value2": _NUMBER,
    "op": str,
    "kind": str,
    "status": str,
    "name": str,
    "file": str,
    "doc": str,
    "subject": _TEXT,
    "indicator": _TEXT,
    "unit": _TEXT,
}


@dataclass(frozen=True, slots=True)
class Answers:
    """The rows of a folder of answers, each with ``doc`` filled in."""

    figures: tuple[Row, ...] = ()
    commitments: tuple[Row, ...] = ()
    projects: tuple[Row, ...] = ()
    documents: tuple[Row, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.figures or self.commitments or self.projects or self.documents)


def read_answers(folder: Path) -> Answers:
    """All answers under ``folder``; empty where there are none. Raises InputError for a row that cannot be used."""
    return Answers(
        figures=_folder(folder, "figures"),
        commitments=_folder(folder, "commitments"),
        projects=_folder(folder, "projects"),
        documents=tuple(_file(folder / "documents.jsonl", "documents")),
    )


def _folder(folder: Path, name: str) -> tuple[Row, ...]:
    return tuple(row for path in sorted((folder / name).glob("*.jsonl")) for row in _file(path, name))


def _file(path: Path, name: str) -> list[Row]:
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(str(path), f"读不出来（{error.strerror}）", "请检查文件和权限") from error
    rows: list[Row] = []
    for number, line in enumerate(text.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise InputError(str(path), f"第{number}行不是合法的 JSON", "请改正这一行") from error
        missing = [key for key in _REQUIRED[name] if key not in row] if isinstance(row, dict) else list(_REQUIRED[name])
        if missing:
            raise InputError(str(path), f"第{number}行缺少字段 {'、'.join(missing)}", "请按答案格式补上")
        wrong = [key for key, value in row.items() if not isinstance(value, _TYPES.get(key, object))]
        if wrong:
            raise InputError(str(path), f"第{number}行的字段 {'、'.join(wrong)} 类型不对", "请按答案格式改正")
        rows.append({"doc": path.stem, **row})
    return rows
