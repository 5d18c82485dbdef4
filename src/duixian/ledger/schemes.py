"""Scores by a scheme 考核方案: every point with the sentence that explains it."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from duixian.ledger.errors import UnknownNameError
from duixian.ledger.methods import METHODS, Earned, Field, Lacking, number
from duixian.ledger.metrics import mark_kind, metric
from duixian.ledger.organisations import Organisation, OrganisationKind, known
from duixian.ledger.periods import year_before
from duixian.ledger.placing import placing, ranks
from duixian.ledger.rates import rate
from duixian.ledger.readings import Readings, Source, Year, only
from duixian.ledger.rulebook import Rule, rule
from duixian.ledger.scheme_text import Adjustment, Criterion, Scheme, Veto
from duixian.ledger.tables import Tables

_SUBJECT = "scheme:"
_LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Points:
    """One line of a score.

    part: criterion, bonus, penalty or veto. weight: what could be earned after the missing were dealt with, None where
    the line is no criterion or was left out. value: as read, in ``unit``. points: what the line adds (penalties are
    negative); 0 for a veto. sentence, english: why.
    """

    part: str
    id: str
    name: str
    value: float | None
    unit: str
    weight: float | None
    points: float
    sentence: str
    english: str


@dataclass(frozen=True, slots=True)
class Score:
    """One organisation by a scheme. group: of comparable places. total: None when there was nothing to score."""

    organisation: str
    name: str
    kind: OrganisationKind
    group: str | None
    total: float | None
    parts: tuple[Points, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Share:
    """What an organisation earns of a criterion. share: None when it is left out. key: of the sentence."""

    value: float | None
    share: float | None
    key: str
    facts: Mapping[str, str]
    why: str = ""


def check(tables: Tables, scheme: Scheme) -> None:
    """Raise UnknownNameError, with the nearest, for a rate, metric or kind of mark that this office does not have."""
    for source in (*(one.source for one in scheme.criteria), *(one.source for one in scheme.adjustments)):
        if source.rate is not None:
            rate(tables, source.rate)
        if source.metric is not None:
            metric(tables, source.metric)
        for name in source.marks:
            mark_kind(tables, name)
    for name in (name for veto in scheme.vetoes for name in veto.marks):
        mark_kind(tables, name)


def scheme(tables: Tables, name: str) -> Scheme:
    """The scheme adopted under this name. Raises UnknownNameError with the nearest."""
    if name not in schemes(tables):
        raise UnknownNameError(name, "考核方案", schemes(tables))
    found: Scheme = rule(tables, _SUBJECT + name)
    return found


def schemes(tables: Tables) -> list[str]:
    """The names of the schemes that this office has adopted and not dropped."""
    rows = tables.select(Rule)
    return [row.id.removeprefix(_SUBJECT) for row in rows if row.id.startswith(_SUBJECT) and row.text.strip()]


def score(
    tables: Tables, scheme: Scheme, period: str, *, plan: str | None = None, government: str | None = None
) -> list[Score]:
    """The scores of all whom the scheme judges, by class and id. They follow from the tables alone.

    plan: id, needed for rates where a year has several plans. government: whose members are judged; the root when
    None. Raises LedgerError.
    """
    top = government or next(row.id for row in tables.select(Organisation) if row.parent is None)
    year = Year(tables, top, plan)
    vetoes = _vetoes(tables, scheme, year, period)
    found: list[Score] = []
    for kind, group, members in _fields(tables, scheme, year):
        lines = {one: _Lines() for one in members}
        for criterion in scheme.criteria:
            _judge(tables, criterion, year, period, members, lines)
        told = _told(scheme, lines.values())
        for one in members:
            found.append(_scored(scheme, year, period, (kind, group), known(tables, one), lines[one], vetoes, told))
    return found


class _Lines:
    """The shares of one organisation, as they are found criterion by criterion."""

    def __init__(self) -> None:
        self.found: list[tuple[Criterion, Readings, _Share]] = []


def _told(scheme: Scheme, lines: Iterable[_Lines]) -> bool:
    """Whether anything is known of anybody: nobody is given nothing for a period of which there is no data yet."""
    if all(criterion.source.marks for criterion in scheme.criteria):
        return True
    return any(
        share.value is not None and not criterion.source.marks for one in lines for criterion, _, share in one.found
    )


def _fields(tables: Tables, scheme: Scheme, year: Year) -> Iterable[tuple[OrganisationKind, str | None, list[str]]]:
    """Who is compared with whom."""
    for id in (*scheme.organisations, *(id for one in scheme.classes for id in one.organisations)):
        known(tables, id)
    for kind in scheme.kinds:
        members = [id for id in year.of_kind(kind) if not scheme.organisations or id in scheme.organisations]
        if not scheme.classes:
            yield kind, None, members
        for one in scheme.classes:
            chosen = [id for id in members if id in one.organisations]
            if chosen:
                yield kind, one.name, chosen


def _judge(
    tables: Tables, criterion: Criterion, year: Year, period: str, members: list[str], lines: Mapping[str, _Lines]
) -> None:
    """Add what each of the members earns of one criterion."""
    method = METHODS[criterion.method]
    read = year.readings(criterion.source, period)
    values = only(read.values, members)
    basis = year.basis(period) if criterion.source.rate is not None else None
    rules = placing(tables, basis.at if basis is not None else None)
    last: dict[str, float] = {}
    if method.last:
        last = only(year.readings(criterion.source, year_before(tables, period)).values, members)
    goals: dict[str, float] = {}
    target = criterion.parameters.get("target")
    if isinstance(target, str):
        goals = only(year.readings(Source(metric=target), period).values, members)
    field = Field(values, ranks(values, read.better, rules), read.unit, read.better, last, goals)
    shares: dict[str, _Share] = {}
    for one in members:
        earned = method.earn(criterion.parameters, field, one) if one in values else Lacking("no_value")
        value = values.get(one)
        if isinstance(earned, Earned):
            shares[one] = _Share(value, earned.share, criterion.method, earned.facts)
        else:
            reading = read.values.get(one)
            why = (reading.why if reading is not None else "") or earned.key
            shares[one] = _Share(value, None, "", {}, why)
    present = [share.share for share in shares.values() if share.share is not None]
    for one, share in shares.items():
        lines[one].found.append((criterion, read, _filled(criterion, share, present)))


def _filled(criterion: Criterion, share: _Share, present: list[float]) -> _Share:
    """What the scheme says of a share that is missing."""
    if share.share is not None:
        return share
    if criterion.missing == "zero":
        return _Share(share.value, 0.0, "missing_zero", {}, share.why)
    if criterion.missing == "average" and present:
        mean = math.fsum(present) / len(present)
        return _Share(share.value, mean, "missing_average", {"of": str(len(present))}, share.why)
    return _Share(share.value, None, "missing_reweigh", {}, share.why)


def _scored(
    scheme: Scheme,
    year: Year,
    period: str,
    place: tuple[OrganisationKind, str | None],
    row: Organisation,
    lines: _Lines,
    vetoes: list[tuple[Veto, Mapping[str, list[str]]]],
    told: bool,
) -> Score:
    kind, group = place
    counted = math.fsum(criterion.weight for criterion, _, share in lines.found if share.share is not None)
    parts = [_line(row.id, kind, counted, *found) for found in lines.found]
    if not counted or not told:
        return Score(row.id, row.name, kind, group, None, tuple(parts), words()["zh"]["no_score"])
    parts += [part for each in scheme.adjustments if (part := _adjusted(each, year, period, row.id)) is not None]
    total = max(0.0, math.fsum(part.points for part in parts))
    for veto, given in vetoes:
        reasons = given.get(row.id)
        if not reasons:
            continue
        total = min(total, veto.limit)
        facts = {"reasons": "；".join(reasons), "limit": number(veto.limit)}
        texts = [_said(language, "veto", _named(veto, language), facts) for language in _LANGUAGES]
        parts.append(Points("veto", veto.name, veto.name, float(len(reasons)), "次", None, 0.0, *texts))
    return Score(row.id, row.name, kind, group, round(total, scheme.decimals), tuple(parts))


def _line(
    one: str, kind: OrganisationKind, counted: float, criterion: Criterion, read: Readings, share: _Share
) -> Points:
    weight = 100 * criterion.weight / counted if share.share is not None else None
    points = 0.0 if share.share is None or weight is None else weight * share.share
    reading = read.values.get(one)
    behind = f"（{reading.counted}/{reading.of}）" if reading is not None and reading.of is not None else ""
    texts = []
    for language in _LANGUAGES:
        said = words()[language]
        facts = {key: _units(language, fact) for key, fact in share.facts.items()}
        facts["value"] = "" if share.value is None else _units(language, number(share.value) + read.unit) + behind
        facts["points"], facts["weight"] = number(points), number(weight or criterion.weight)
        facts["kind"], facts["why"] = said[kind.value], said.get(share.why, share.why)
        facts["step"] = said["step"].format(edge=facts["edge"]) if "edge" in facts else said["no_step"]
        texts.append(_said(language, share.key, _named(criterion, language), facts))
    return Points("criterion", criterion.id, criterion.name, share.value, read.unit, weight, points, *texts)


def _adjusted(each: Adjustment, year: Year, period: str, one: str) -> Points | None:
    read = year.readings(each.source, period)
    reading = read.values.get(one)
    if reading is None or not reading.value:
        return None
    raw = max(0.0, reading.value * each.each)
    points = min(each.cap, raw)
    part = "bonus" if each.sign > 0 else "penalty"
    facts = {"each": number(each.each), "raw": number(raw), "cap": number(each.cap), "points": number(points)}
    texts = [
        _said(
            language,
            part,
            _named(each, language),
            facts | {"value": _units(language, number(reading.value) + read.unit)},
        )
        for language in _LANGUAGES
    ]
    return Points(part, each.name, each.name, reading.value, read.unit, None, each.sign * points, *texts)


def _vetoes(tables: Tables, scheme: Scheme, year: Year, period: str) -> list[tuple[Veto, Mapping[str, list[str]]]]:
    """Each veto of the scheme with the reasons why it holds, by organisation."""
    found: list[tuple[Veto, Mapping[str, list[str]]]] = []
    for veto in scheme.vetoes:
        given = year.marks(veto.marks, period)
        found.append((veto, {id: [mark.reason for mark in given[id]] for id in given}))
    return found


def _named(one: Criterion | Adjustment | Veto, language: str) -> str:
    return one.name if language == "zh" else one.english


def _said(language: str, key: str, name: str, facts: Mapping[str, str]) -> str:
    sentence: str = words()[language][key]
    return sentence.format_map({**facts, "name": name})


def _units(language: str, text: str) -> str:
    """A number with its unit, where the unit has a word of its own in the language."""
    for unit, written in words()["units"][language].items():
        if text.endswith(unit):
            return text.removesuffix(unit) + str(written)
    return text


@cache
def words() -> Mapping[str, Mapping[str, Any]]:
    """The sentences of explanations, by language."""
    return tomllib.loads(resources.files(__package__).joinpath("data/explanations.toml").read_text("utf-8"))
