"""Which fields of a record people may correct, and what each may hold; the list is data."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from duixian.corpus.errors import CorpusError
from duixian.corpus.owners import organisation, organisations
from duixian.vocabulary.indicators import OTHER, load_indicators

_LONGEST = 200
_TRUE, _FALSE = ("true", "1", "on", "是"), ("", "false", "0", "off", "否")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form. needed: in a record that people add. beside: kept beside the record, not in it.

    type: text, number, boolean, choice, indicator, organisation or organisations.
    """

    name: str
    type: str
    choices: tuple[str, ...] = ()
    needed: bool = False
    beside: bool = False


@cache
def correctable() -> dict[str, tuple[Field, ...]]:
    """The fields by kind of record: figure, commitment, project."""
    data = tomllib.loads(files("duixian.corpus").joinpath("data/correctable.toml").read_text("utf-8"))
    return {
        kind: tuple(
            Field(
                name,
                given["type"],
                tuple(given.get("choices", ())),
                given.get("needed", False),
                given.get("beside", False),
            )
            for name, given in table.items()
        )
        for kind, table in data.items()
    }


def checked_values(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of some fields as records hold them. Raises CorpusError for a field or value that cannot be."""
    fields = {field.name: field for field in fields_of(kind)}
    checked: dict[str, Any] = {}
    for name, value in values.items():
        if name not in fields and name in beside("commitment"):
            raise CorpusError(name, "只有承诺才有牵头、配合单位", "请更正同一句话里的承诺")
        if name not in fields:
            raise CorpusError(name[:40], "这个字段不能更正", f"可以更正的有：{'、'.join(fields)}")
        checked[name] = _checked(fields[name], value)
    return checked


def fields_of(kind: str) -> tuple[Field, ...]:
    """The fields of a kind. Raises CorpusError for a kind there is not."""
    found = correctable().get(kind)
    if found is None:
        raise CorpusError(kind[:40], "没有这类记录", f"记录有：{'、'.join(correctable())}")
    return found


@cache
def beside(kind: str) -> frozenset[str]:
    """The names of the fields of a kind that are kept beside its records."""
    return frozenset(field.name for field in correctable().get(kind, ()) if field.beside)


def _checked(field: Field, value: Any) -> Any:
    if field.type == "boolean":
        return _boolean(field, value)
    if field.type == "number":
        return _number(field, value)
    if field.type == "organisation":
        return organisation(value)
    if field.type == "organisations":
        return organisations(value)
    text = "" if value is None else value
    if not isinstance(text, str):
        raise CorpusError(field.name, "应当是文字", "请改正后重试")
    text = text.strip()
    if len(text) > _LONGEST:
        raise CorpusError(field.name, f"超过 {_LONGEST} 字", "请缩短")
    if any(ord(character) < 32 or 0xD800 <= ord(character) <= 0xDFFF or ord(character) == 127 for character in text):
        raise CorpusError(field.name, "文字里有无法保存的字符", "请删去后重新填写")
    if field.type == "choice" and text not in field.choices:
        raise CorpusError(field.name, f"不能是“{text[:40]}”", f"可以是：{'、'.join(field.choices)}")
    if field.type == "indicator":
        text = text or OTHER
        if text != OTHER and text not in load_indicators().by_id:
            raise CorpusError(text[:40], "没有这个指标", "请从列表里选，没有合适的选“其他”")
    return text or None if field.name in ("deadline", "actor") else text


def _boolean(field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str("" if value is None else value).strip().lower()
    if text not in (*_TRUE, *_FALSE):
        raise CorpusError(field.name, f"不能是“{text[:40]}”", "请写 true 或 false")
    return text in _TRUE


def _number(field: Field, value: Any) -> float | int | None:
    if value is None or value == "":
        return None
    try:
        number = float(value if not isinstance(value, str) else value.strip().replace(",", "").replace("，", ""))
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if isinstance(value, bool) or not math.isfinite(number) or abs(number) > 1e15:
        raise CorpusError(field.name, f"“{str(value)[:40]}”不是一个数", "请只写数字，单位另填")
    return int(number) if number.is_integer() else number
