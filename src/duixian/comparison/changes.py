"""What changed between the plans of two years: targets, commitments, and the words that carry programmes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from duixian.comparison.amounts import amount, written
from duixian.comparison.headlines import chosen
from duixian.comparison.matching import similarity
from duixian.comparison.reports import Report, distinct
from duixian.records import Commitment, Evidence, Figure
from duixian.vocabulary.indicators import load_indicators

RAISED = "raised"
LOWERED = "lowered"
REWORDED = "reworded"
UNCHANGED = "unchanged"
NEW = "new"
DROPPED = "dropped"
RECURS = "recurs"
VANISHED = "vanished"
APPEARED = "appeared"
CHANGES = (RAISED, LOWERED, REWORDED, UNCHANGED, NEW, DROPPED, RECURS, APPEARED, VANISHED)
# Commitments are longer than subjects, so that less in common means as much.
_ALIKE = 0.62
_QUOTED = re.compile(r"“([^“”\n]{2,20})”")
_STRENGTH = {"gt": 2, "ge": 1, "eq": 0, "range": 0, "approx": -1}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference (or sameness) between the plans of two years.

    part: "target", "commitment" or "wording". before, after: how each year puts it; "" where it does not. difference:
    the later number less the earlier one in ``unit``, where both measure alike. score: how alike two commitments are.
    For wordings, before and after are counts of mentions.
    """

    part: str
    change: str
    indicator: str
    subject: str
    before: str
    after: str
    difference: float | None
    unit: str
    score: float | None
    evidence: Evidence | None
    later_evidence: Evidence | None


@dataclass(frozen=True)
class Comparison:
    """The differences between two plans of a place, targets first."""

    region: str
    region_name: str
    years: tuple[int, int]
    changes: tuple[Change, ...]

    def counts(self, part: str) -> dict[str, int]:
        """How many changes of each sort there are in a part."""
        return dict(Counter(each.change for each in self.changes if each.part == part))


def diff(reports: Iterable[Report], region: str, earlier: int, later: int) -> Comparison | None:
    """The plans of two years of one place side by side. None when either year has no plan."""
    own = [report for report in distinct(reports) if report.region == region]
    pairs = [[report for report in own if report.document.plan_year == year] for year in (earlier, later)]
    if not all(pairs):
        return None
    before, after = pairs[0][0], pairs[1][0]
    changes = [*_targets(pairs[0], pairs[1], earlier, later), *_commitments(before, after), *_wordings(before, after)]
    return Comparison(region, after.region_name, (earlier, later), tuple(changes))


def _targets(before: list[Report], after: list[Report], earlier: int, later: int) -> list[Change]:
    old, new = chosen(before, "target", earlier), chosen(after, "target", later)
    names = [name for name in load_indicators().by_id if any(key[1] == name for key in (*old, *new))]
    out = []
    for name in names:
        one = next((each for key, each in old.items() if key[1] == name), None)
        two = next((each for key, each in new.items() if key[1] == name), None)
        a = one.figure if one is not None else None
        b = two.figure if two is not None else None
        change, difference = _moved(a, b)
        # What stands only among the tasks of a year is a commitment; a target is gone or new only as a main one.
        main = (one is not None and one.headline) or (two is not None and two.headline)
        if not main:
            continue
        shown = b or a
        assert shown is not None
        unit = "个百分点" if shown.unit == "%" else shown.unit
        out.append(
            Change(
                "target",
                change,
                name,
                shown.subject,
                written(a) if a else "",
                written(b) if b else "",
                difference,
                unit if difference is not None else "",
                None,
                a.evidence if a else None,
                b.evidence if b else None,
            )
        )
    return out


def _moved(before: Figure | None, after: Figure | None) -> tuple[str, float | None]:
    if before is None:
        return NEW, None
    if after is None:
        return DROPPED, None
    one, two = amount(before), amount(after)
    if one is None or two is None or one.unit != two.unit or before.kind != after.kind:
        return (UNCHANGED if written(before) == written(after) else REWORDED), None
    factor = one.low / before.value if before.value else 1.0
    # A deeper fall is the higher target. A lower ceiling is a lower number: whether that is better is for the reader.
    sign = -1 if one.middle < 0 and before.kind in ("growth", "change") else 1
    distance = two.middle - one.middle
    difference = round(distance / (factor or 1.0), 6)
    if abs(distance) > 1e-9:
        return (RAISED if sign * distance > 0 else LOWERED), difference
    strength = _STRENGTH.get(after.op, 0) - _STRENGTH.get(before.op, 0)
    if strength and before.op in _STRENGTH and after.op in _STRENGTH:
        return (RAISED if strength > 0 else LOWERED), 0.0
    return (UNCHANGED if before.op == after.op else REWORDED), 0.0


def _commitments(before: Report, after: Report) -> list[Change]:
    """Commitments of both years paired by their words, each with the one most like it."""
    skip = before.headline | after.headline
    old = [each for each in before.commitments if _own(each, skip)]
    new = [each for each in after.commitments if _own(each, skip)]
    shared = _shared_words(old, new)
    pairs = sorted(
        (
            (-score, i, j)
            for i, candidates in shared.items()
            for j in candidates
            if (score := _alike(old[i], new[j])) >= _ALIKE
        ),
    )
    taken_old: set[int] = set()
    partner: dict[int, tuple[int, float]] = {}
    for negative, i, j in pairs:
        if i not in taken_old and j not in partner:
            taken_old.add(i)
            partner[j] = (i, -negative)
    out = []
    for j, later in enumerate(new):
        found = partner.get(j)
        if found is None:
            out.append(_commitment(APPEARED, None, later, None))
        else:
            out.append(_commitment(RECURS, old[found[0]], later, found[1]))
    out += [_commitment(VANISHED, each, None, None) for i, each in enumerate(old) if i not in taken_old]
    order = {RECURS: 0, APPEARED: 1, VANISHED: 2}
    return sorted(out, key=lambda change: order[change.change])


def _commitment(change: str, before: Commitment | None, after: Commitment | None, score: float | None) -> Change:
    shown = after or before
    assert shown is not None
    return Change(
        "commitment",
        change,
        "",
        shown.action + shown.object,
        before.evidence.quote if before else "",
        after.evidence.quote if after else "",
        None,
        "",
        round(score, 3) if score is not None else None,
        before.evidence if before else None,
        after.evidence if after else None,
    )


def _own(commitment: Commitment, skip: frozenset[str]) -> bool:
    return not commitment.heading and not any(measure in skip for measure in commitment.measures)


def _shared_words(old: list[Commitment], new: list[Commitment]) -> dict[int, set[int]]:
    """Which later commitments share a rare pair of characters with each earlier one, so that few need comparing."""
    where: dict[str, list[int]] = {}
    for j, each in enumerate(new):
        for gram in _grams(each.evidence.quote):
            where.setdefault(gram, []).append(j)
    out: dict[int, set[int]] = {}
    for i, each in enumerate(old):
        counts = Counter(j for gram in _grams(each.evidence.quote) for j in where.get(gram, ()))
        out[i] = {j for j, number in counts.items() if number >= 2}
    return out


@cache
def _grams(text: str) -> frozenset[str]:
    bare = _DIGITS.sub("", text)
    return frozenset(bare[i : i + 2] for i in range(len(bare) - 1))


_DIGITS = re.compile(r"[\d.,，、“”]+")


def _alike(one: Commitment, other: Commitment) -> float:
    return similarity(_DIGITS.sub("", one.evidence.quote), _DIGITS.sub("", other.evidence.quote))


def _wordings(before: Report, after: Report) -> list[Change]:
    """Programmes and slogans in quotation marks, by how often each plan speaks of them."""
    old, new = _mentions(before), _mentions(after)
    out = []
    for word in dict.fromkeys((*new, *old)):
        a, b = old.get(word), new.get(word)
        change = RECURS if a and b else APPEARED if b else VANISHED
        out.append(
            Change(
                "wording",
                change,
                "",
                word,
                str(a[0] if a else 0),
                str(b[0] if b else 0),
                float((b[0] if b else 0) - (a[0] if a else 0)),
                "次",
                None,
                a[1] if a else None,
                b[1] if b else None,
            )
        )
    return sorted(out, key=lambda each: (-abs(each.difference or 0), each.subject))


def _mentions(report: Report) -> dict[str, tuple[int, Evidence]]:
    found: dict[str, tuple[int, Evidence]] = {}
    for each in report.commitments:
        for word in _QUOTED.findall(each.evidence.quote):
            number, evidence = found.get(word, (0, each.evidence))
            found[word] = (number + 1, evidence)
    return found
