"""Measures and numbers as people write them in a cell: 里程≥200公里；增速5～6%."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from duixian.ledger.errors import LedgerError
from duixian.ledger.measures import OPERATORS, SIGNS, WITHOUT_NUMBER, Measure, check_measures, written
from duixian.ledger.sheets.forms import Forms
from duixian.vocabulary.units import fold_unit

_PIECES = re.compile(r"[；;\n]+")
_NUMBER = r"[-+−]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?"
_VALUE = re.compile(rf"(?P<low>{_NUMBER})(?:[～~—–至](?P<high>{_NUMBER}))?(?P<unit>.*)", re.DOTALL)
_AMOUNT = re.compile(rf"({_NUMBER})(.*)", re.DOTALL)
_RANGE = SIGNS["range"]


def measures_text(measures: Sequence[Measure]) -> str:
    """Measures as a cell shows them."""
    return "；".join(map(written, measures))


def measures_of(target: str, text: str, known: Sequence[Measure], forms: Forms) -> tuple[Measure, ...]:
    """The measures written in a cell; what is known of one with the same name stays, other than what is written.

    Raises LedgerError that names the piece which cannot be read, and for a known measure in a unit of another kind.
    """
    found = tuple(_measure(piece.strip(), known, forms) for piece in _PIECES.split(text) if piece.strip())
    check_measures(target, found)
    return found


def known_as(name: str, read: Measure, known: Sequence[Measure]) -> Measure:
    """A measure under this name as it was read; what is known of one with the same name stays, other than that.

    Raises LedgerError for a unit of another kind than the known one's.
    """
    old = next((measure for measure in known if measure.name == name), None)
    if old is None:
        return replace(read, name=name)
    if read.unit and old.value is not None and fold_unit(read.unit)[1] != fold_unit(old.unit)[1]:
        reason = f"“{name}”的单位应是“{old.unit}”，填的是“{read.unit}”"
        raise LedgerError(name, reason, "请换算成规定的单位；如果是另一个目标，请另起名称")
    return replace(old, op=read.op, value=read.value, unit=read.unit or old.unit, value2=read.value2)


def number_of(text: str) -> tuple[float, str]:
    """A number and the unit behind it, "" when there is none. Raises LedgerError."""
    line = unicodedata.normalize("NFKC", text).strip()
    match = _AMOUNT.fullmatch(line)
    if match is None:
        raise LedgerError(text, "不是一个数", "请只填数字")
    value = float(_digits(match[1]))
    if not math.isfinite(value):
        raise LedgerError(text, "不是一个数", "请只填数字")
    return value, match[2].strip()


def _measure(piece: str, known: Sequence[Measure], forms: Forms) -> Measure:
    for measure in known:
        if piece == written(measure):
            return measure
    names = sorted((measure.name for measure in known), key=len, reverse=True)
    before = (*sorted(forms.before, key=len, reverse=True), *sorted(OPERATORS, key=len, reverse=True))
    for name in names:
        if piece.startswith(name):
            read = _relation(piece[len(name) :].strip(), before, forms)
            if read is not None:
                return known_as(name, read, known)
    for at in range(1, len(piece)):
        read = _relation(piece[at:].strip(), before, forms)
        if read is not None:
            return known_as(piece[:at].strip(" ：:"), read, known)
    raise LedgerError(piece, f"“{piece}”读不出名称、关系、数值和单位", "请写成“里程≥200公里”这样，几个目标用分号分开")


def _relation(rest: str, before: Sequence[str], forms: Forms) -> Measure | None:
    """Relation, value and unit in a measure without name; None when this is not a relation."""
    if rest in WITHOUT_NUMBER:
        return Measure("", rest, None, "")
    for sign in before:
        if rest.startswith(sign):
            value = _VALUE.fullmatch(rest[len(sign) :].strip())
            return None if value is None else _valued(value, forms.before.get(sign, sign))
    value = _VALUE.fullmatch(rest)
    if value is None:
        return None
    if value["high"]:
        return _valued(value, _RANGE)
    for ending, sign in sorted(forms.after.items(), key=lambda pair: -len(pair[0])):
        if value["unit"].endswith(ending):
            return replace(_valued(value, sign), unit=value["unit"].removesuffix(ending).strip())
    return None


def _valued(match: re.Match[str], op: str) -> Measure:
    high = float(_digits(match["high"])) if match["high"] else None
    return Measure("", _RANGE if high is not None else op, float(_digits(match["low"])), match["unit"].strip(), high)


def _digits(text: str) -> str:
    return text.replace(",", "").replace("，", "").replace("−", "-")
