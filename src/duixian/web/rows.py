"""Rows of a form that may be any number: what was typed, or what there is, with empty rows below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

MORE = "more:"  # before the name of an act: more rows, and nothing is written
_SPARE = 2  # empty rows below those that are filled
_MOST = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a form. place: from 1, behind the names of its fields. texts: (field, value) in their order."""

    place: int
    texts: dict[str, str]


def lines(
    now: Sequence[dict[str, str]], names: Sequence[str], given: Mapping[str, str], mine: bool, spare: int = _SPARE
) -> list[Line]:
    """What was typed where the form is the one being filled in, else what there is, with empty rows below."""
    if not mine:
        empty = [dict.fromkeys(names, "")] * spare
        return [Line(place, texts) for place, texts in enumerate([*now, *empty], 1)]
    number = count(names[0], given)
    if given.get("act", "").startswith(MORE) and number < _MOST:
        number += _SPARE
    places = range(1, number + 1)
    return [Line(place, {name: given.get(f"{name}{place}", "") for name in names}) for place in places]


def count(name: str, given: Any) -> int:
    """How many rows there are in what came back, by the name of a field that each of them has."""
    number = 0
    while f"{name}{number + 1}" in given:
        number += 1
    return number


def number_text(value: float | None) -> str:
    """A number with all its digits and no exponent, so that what the form shows can be sent again."""
    return "" if value is None else f"{Decimal(repr(value)):f}".removesuffix(".0")
