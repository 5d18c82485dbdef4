"""Whether an answer and a figure say the same, field by field."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from duixian.records import Figure

Row = Mapping[str, Any]
# Statements without a number are told apart by how they compare.
NUMBERLESS = frozenset({"sync", "faster", "positive", "qualitative"})
_UNNAMED = ("other", "", None)
# Reports write "高于3个百分点" where annotators see "equal", "faster" or "more than"; none of them is an error.
_SAME_FOR_POINTS = frozenset({"eq", "faster", "gt"})
_TOLERANCE = 1e-6
_CONTAINED = 0.4
_ALIKE = 0.8


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(files("duixian.evaluation").joinpath("data/folding.toml").read_text("utf-8"))


@cache
def _magnitude() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_tables()["magnitudes"], key=len, reverse=True)))


@cache
def _scope() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(_tables()['subjects']['scope'])})+")


def folded(value: float | None, unit: str | None) -> tuple[float | None, str]:
    """A value with the magnitude of its unit multiplied in, and the unit by its usual name."""
    unit = unit or ""
    if value is None:
        return None, unit
    unit = unit.strip()
    factor = 1
    found = _magnitude().match(unit)
    if found:
        factor = 10 ** _tables()["magnitudes"][found.group()]
        unit = unit[found.end() :]
    return round(float(value) * factor, 6), _tables()["units"].get(unit, unit)


def same_value(answer: Row, figure: Figure) -> bool:
    """Whether both give the same number in the same unit, whatever its sign; or both give none, in the same way."""
    if answer["value"] is None or answer["op"] in NUMBERLESS:
        return figure.value is None and figure.op == answer["op"]
    if figure.value is None:
        return False
    wanted, wanted_unit = folded(answer["value"], answer["unit"])
    given, given_unit = folded(figure.value, figure.unit)
    if not _close(wanted, given):
        return False
    if answer["op"] == "range":
        upper = folded(answer.get("value2"), answer["unit"])[0]
        if not _close(upper or 0.0, folded(figure.value2, figure.unit)[0] or 0.0):
            return False
    return wanted_unit.endswith(given_unit) or given_unit.endswith(wanted_unit)


def same_subject(answer: Row, figure: Figure) -> bool:
    """Whether the subjects agree: the same known indicator, one inside the other, or nearly the same characters."""
    if answer.get("indicator") not in _UNNAMED and figure.indicator == answer["indicator"]:
        return True
    wanted, given = bare_subject(answer["subject"]), bare_subject(figure.subject)
    if not wanted or not given:
        return wanted == given
    shorter, longer = sorted((wanted, given), key=len)
    if shorter in longer:
        return len(shorter) >= _CONTAINED * len(longer)
    shared = (Counter(wanted) & Counter(given)).total()
    return 2 * shared >= _ALIKE * (len(wanted) + len(given))


def bare_subject(subject: str | None) -> str:
    """A subject without punctuation, white space and words of scope in front."""
    tables = _tables()["subjects"]
    text = "".join((subject or "").split()).translate(str.maketrans("", "", tables["dropped"]))
    found = _scope().match(text)
    text = text[found.end() :] if found else text
    for old, new in tables["same"].items():
        text = text.replace(old, new)
    return text


def same_kind(answer: Row, figure: Figure) -> bool:
    """Whether kind and sign agree. Totals and increments count as one kind, because annotators differ on them."""
    kinds = {"level" if kind == "change" else kind for kind in (answer["kind"], figure.kind)}
    return len(kinds) == 1 and _same_sign(answer, figure)


def _same_sign(answer: Row, figure: Figure) -> bool:
    if answer["kind"] not in ("growth", "change") or not answer["value"]:
        return True
    return bool(answer["value"] < 0) == ((figure.value or 0) < 0)


def same_bound(answer: Row, figure: Figure) -> bool:
    """Whether the value is bounded in the same way."""
    if (
        answer["value"] is not None
        and "百分点" in (answer["unit"] or "")
        and {answer["op"], figure.op} <= _SAME_FOR_POINTS
    ):
        return True
    return bool(figure.op == answer["op"])


def same_status(answer: Row, figure: Figure) -> bool:
    """Whether the status agrees; an answer "ongoing" accepts any."""
    return bool(answer["status"] in ("ongoing", figure.status))


def _close(wanted: float | None, given: float | None) -> bool:
    if wanted is None or given is None:
        return False
    wanted, given = abs(wanted), abs(given)
    return abs(wanted - given) <= _TOLERANCE * max(1.0, wanted)
