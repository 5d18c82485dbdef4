"""Typed values to canonical JSON and back: the one form in which the journal is written and hashed."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import orjson

from duixian.ledger.errors import LedgerError

T = TypeVar("T")
_Reader = Callable[[Any], Any]
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def plain(value: Any) -> Any:
    """A dataclass, tuple, enum or scalar as JSON-ready value. Raises LedgerError on what no database keeps."""
    return _writer(value.__class__)(value)


def text(value: Any) -> str:
    """Canonical JSON of a plain value: sorted keys, no white space, one spelling for each value."""
    return _ENCODER.encode(value)


def encoded(words: list[int | str]) -> bytes:
    """The canonical JSON of numbers and words in UTF-8, as it is hashed; fast, because every entry passes here."""
    try:
        return orjson.dumps(words)
    except TypeError:
        # A tampered row may hold anything, even half a character; it must still be answered by a hash that differs.
        return repr(words).encode("utf-8", "surrogatepass")


def typed(kind: type[T], value: Any) -> T:
    """The dataclass ``kind`` from its plain form; fields that are missing take their defaults.

    Raises ValueError when the value has another shape, or a field that this version does not know.
    """
    result: T = _reader(cast("Hashable", kind))(value)
    return result


@cache
def _writer(kind: type) -> Callable[[Any], Any]:
    if issubclass(kind, StrEnum):
        return lambda value: value.value
    if issubclass(kind, str):
        return _storable
    if issubclass(kind, float):
        return _finite
    if issubclass(kind, tuple | list):
        return lambda value: [_writer(part.__class__)(part) for part in value]
    if is_dataclass(kind):
        names = tuple(field.name for field in fields(kind))
        return lambda value: {name: plain(getattr(value, name)) for name in names}
    return lambda value: value


def storable(text: str) -> bool:
    """Whether every database can hold this text and be asked for it: one knows no NUL, none knows half a character."""
    return "\x00" not in text if text.isascii() else _UNSTORABLE.search(text) is None


def _storable(value: str) -> str:
    if not storable(value):
        raise LedgerError(repr(value[:40]), "文字里有无法保存的字符", "请删去后重新填写")
    return value


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise LedgerError(str(value), "不是一个数", "请填写数值")
    return value


@cache
def _reader(hint: Hashable) -> _Reader:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        inner = [part for part in get_args(hint) if part is not NoneType]
        if len(inner) != 1:
            raise TypeError(f"no canonical form for {hint}")
        present = _reader(inner[0])
        return lambda value: None if value is None else present(value)
    if origin is tuple:
        member = _reader(get_args(hint)[0])
        return lambda value: tuple([member(part) for part in _expect(value, list)])
    if is_dataclass(hint) and isinstance(hint, type):
        return _dataclass_reader(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    if hint is float:
        return lambda value: value if value.__class__ is float else float(_expect(value, int | float))
    return lambda value: value if value.__class__ is hint else _expect(value, hint)


def _dataclass_reader(kind: type) -> _Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}

    def read(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise ValueError(f"{kind.__name__}: expected an object")
        unknown = value.keys() - readers.keys()
        if unknown:
            raise ValueError(f"{kind.__name__}: unknown field {min(unknown)}")
        try:
            return kind(**{name: readers[name](part) for name, part in value.items()})
        except TypeError as error:
            raise ValueError(f"{kind.__name__}: {error}") from error

    return read


def _expect(value: Any, hint: Any) -> Any:
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise ValueError(f"expected {hint}, got {value!r:.40}")
    return value
