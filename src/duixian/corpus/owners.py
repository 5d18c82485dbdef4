"""Owners that people name for a commitment 牵头、配合单位: laid beside its record, never in it.

A record holds what the words say; who should answer for them is what an office decides. So these fields are kept by
the journal of corrections alone, and are found again by the words of the record like every correction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from duixian.corpus.errors import CorpusError

LONGEST_NAME = 100
"""Characters of the name of an organisation, as in the grid that opens a plan."""
_MOST = 20
_BETWEEN = re.compile(r"[、，,；;\n]+")
NOBODY = "无"
"""What people write where nobody supports."""
_NOBODY = frozenset({NOBODY, "没有", "none"})
_SHOWN = 20
_WHAT = "单位名称"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for a commitment, by name. None: as suggested.

    lead: the organisation that leads. supporting: those that support, () for nobody; the lead is never among them.
    """

    lead: str | None = None
    supporting: tuple[str, ...] | None = None

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Owner:
        """The owner that the fields of corrections come to."""
        lead, supporting = fields.get("lead"), fields.get("supporting")
        return cls(lead, None if supporting is None else tuple(name for name in supporting if name != lead))

    def __bool__(self) -> bool:
        return self.lead is not None or self.supporting is not None


def organisation(value: Any) -> str | None:
    """The name of one organisation; None for none given. Raises CorpusError."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    name = _name(value)
    if len([part for part in _BETWEEN.split(name) if part]) > 1:
        raise CorpusError(_short(name), "牵头单位只能写一个", "其余的请写在配合单位里")
    return name


def organisations(value: Any) -> list[str] | None:
    """The names of several, given as a list or with 、 between them; None for none given, [] for nobody.

    Raises CorpusError.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str):
        parts: list[Any] = [] if value.strip().lower() in _NOBODY else [part for part in _BETWEEN.split(value) if part]
    elif isinstance(value, list | tuple):
        parts = list(value)
    else:
        raise CorpusError(_WHAT, "应当是文字", "请改正后重试")
    names = list(dict.fromkeys(_name(part) for part in parts if not (isinstance(part, str) and not part.strip())))
    if len(names) > _MOST:
        raise CorpusError(_short(names[0]), f"配合单位超过 {_MOST} 个", "请只写主要的")
    return names


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise CorpusError(_WHAT, "应当是文字", "请改正后重试")
    name = value.strip()
    if any(ord(letter) < 32 or 0xD800 <= ord(letter) <= 0xDFFF or ord(letter) == 127 for letter in name):
        raise CorpusError(_WHAT, "文字里有无法保存的字符", "请删去后重新填写")
    if len(name) > LONGEST_NAME:
        raise CorpusError(_short(name), f"单位名称超过 {LONGEST_NAME} 字", "请写单位的全称或简称，不要写说明")
    return name


def _short(name: str) -> str:
    return name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
