"""What an editor would ask about: numbers that contradict one another, within a document and between documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from duixian.comparison.amounts import Amount, amount, written
from duixian.comparison.headlines import POINTS, chosen
from duixian.comparison.reconciliation import starts_from
from duixian.comparison.reports import Report, distinct
from duixian.comparison.wording import wording
from duixian.records import Figure
from duixian.vocabulary.indicators import OTHER, load_indicators
from duixian.vocabulary.regions import NATION

CONFLICT = "conflict"
BETWEEN = "between_documents"
GROWTH = "growth_contradicts_amounts"
SUM = "parts_do_not_add_up"
NATION_GAP = "below_nation"
CHECKS = (CONFLICT, BETWEEN, GROWTH, SUM, NATION_GAP)
# Growth at constant prices differs from that of the amounts; beyond this many percentage points it is worth a look.
GROWTH_TOLERANCE = 5.0
# Rounding of parts, as a share of the whole.
SUM_TOLERANCE = 0.005
_EXACT = ("eq",)
_ALONGSIDE = 400


@dataclass(frozen=True, slots=True)
class Finding:
    """Figures that do not go together.

    check: one of ``CHECKS``. expected, found: the two values as written. difference: found less expected, in ``unit``.
    figures: those concerned, each with its report, in the order of the texts.
    """

    check: str
    region: str
    region_name: str
    indicator: str
    subject: str
    expected: str
    found: str
    difference: float | None
    unit: str
    figures: tuple[tuple[Report, Figure], ...]


def check(
    reports: Iterable[Report],
    *,
    growth_tolerance: float = GROWTH_TOLERANCE,
    sum_tolerance: float = SUM_TOLERANCE,
) -> list[Finding]:
    """All findings, by document. growth_tolerance: percentage points. sum_tolerance: share of the whole."""
    ordered = distinct(reports)
    out: list[Finding] = []
    for report in ordered:
        out += _conflicts(report)
        out += _sums(report, sum_tolerance)
    out += _between(ordered)
    out += _growth(ordered, growth_tolerance)
    out += _against_nation(ordered)
    return out


def _same(one: Figure, other: Figure) -> bool:
    """Whether two exact statements agree, as far as the rounder of them says."""
    a, b = amount(one), amount(other)
    if a is None or b is None:
        return True
    grain = max(_grain(one, a), _grain(other, b))
    return abs(a.middle - b.middle) <= grain * 0.51


def _grain(figure: Figure, value: Amount) -> float:
    """The size of the last digit written, in the base unit."""
    digits = f"{figure.value:.10g}".partition(".")[2]
    factor = value.middle / figure.value if figure.value else 1.0
    return float(abs(factor) * 10 ** -len(digits))


def _key(figure: Figure) -> tuple[str, str, str, str, str] | None:
    found = amount(figure)
    return (figure.indicator, figure.kind, found.unit, figure.status, figure.period) if found else None


def _conflicts(report: Report) -> Iterator[Finding]:
    """The same thing with different values in one document: only where the words for it are the same too."""
    first: dict[tuple[str, ...], Figure] = {}
    for number, figure in enumerate(report.figures):
        key = _key(figure) if _counts(report, figure) else None
        if key is None:
            continue
        total = any(word in figure.evidence.quote for word in wording().totals)
        name = (*key, figure.subject, str(total))
        before = first.setdefault(name, figure)
        if before is figure or _same(before, figure) or _pair(report, number):
            continue
        yield _finding(CONFLICT, report, before, report, figure)


def _counts(report: Report, figure: Figure) -> bool:
    return (
        figure.value is not None
        and figure.op in _EXACT
        and figure.value2 is None
        and figure.indicator != OTHER
        and figure.kind in ("growth", "level")
        and figure.unit != POINTS
        and figure.status in ("achieved", "target")
        and not any(word in figure.evidence.quote + figure.action for word in wording().spans)
        and report.speaks_of_itself(figure)
    )


def _pair(report: Report, number: int) -> bool:
    """A from–to pair ("由60%提高到62%") names both ends of one change and contradicts nothing."""
    return number > 0 and starts_from(report.figures, number - 1)


def _between(reports: list[Report]) -> Iterator[Finding]:
    """The same result of the same year in two documents of one place."""
    values: dict[tuple[str, ...], list[tuple[Report, Figure]]] = defaultdict(list)
    for report in reports:
        seen: set[tuple[str, ...]] = set()
        for figure in report.figures:
            key = _key(figure) if _counts(report, figure) else None
            if key is None or key in seen or not report.region:
                continue
            seen.add(key)
            values[(report.region, *key)].append((report, figure))
    for found in values.values():
        base_report, base = found[0]
        for other_report, other in found[1:]:
            if not _same(base, other):
                yield _finding(BETWEEN, base_report, base, other_report, other)


def _growth(reports: list[Report], tolerance: float) -> Iterator[Finding]:
    """The growth that a review states against that of the amounts of two years' reviews."""
    years = sorted({r.document.review_year for r in reports if r.document.review_year})
    for year in years:
        amounts = chosen(reports, "achieved", year, "level")
        previous = chosen(reports, "achieved", year - 1, "level")
        rates = chosen(reports, "achieved", year, "growth")
        for key, rate in rates.items():
            entry = load_indicators().by_id.get(key[1])
            if entry is None or not entry.growth or key not in amounts or key not in previous:
                continue
            now, then = amount(amounts[key].figure), amount(previous[key].figure)
            if now is None or then is None or now.unit != then.unit or not then.middle or rate.figure.unit != "%":
                continue
            grown = (now.middle / then.middle - 1) * 100
            stated = float(rate.figure.value or 0)
            if rate.figure.op == "eq" and abs(grown - stated) > tolerance:
                yield Finding(
                    GROWTH, key[0], rate.report.region_name, key[1], rate.figure.subject, f"{grown:.1f}%",
                    written(rate.figure), round(stated - grown, 2), POINTS,
                    tuple((each.report, each.figure) for each in (previous[key], amounts[key], rate)),
                )  # fmt: skip


def _sums(report: Report, tolerance: float) -> Iterator[Finding]:
    """Parts that are all stated beside their whole and do not add up to it."""
    figures = [figure for figure in report.figures if _counts(report, figure) and figure.kind == "level"]
    for whole_name, part_names in wording().sums:
        for whole in (figure for figure in figures if figure.indicator == whole_name and figure.unit != "%"):
            total = amount(whole)
            parts = [_beside(whole, name, figures) for name in part_names]
            if total is None or any(part is None for part in parts):
                continue
            values = [amount(part) for part in parts if part is not None]
            if any(value is None or value.unit != total.unit for value in values):
                continue
            together = sum(value.middle for value in values if value is not None)
            if abs(together - total.middle) > tolerance * abs(total.middle):
                factor = total.middle / whole.value if whole.value else 1.0
                yield Finding(
                    SUM, report.region, report.region_name, whole_name, whole.subject, written(whole),
                    f"{together / factor:.10g}{whole.unit}", round((together - total.middle) / factor, 4), whole.unit,
                    ((report, whole), *((report, part) for part in parts if part is not None)),
                )  # fmt: skip


def _beside(whole: Figure, indicator: str, figures: list[Figure]) -> Figure | None:
    place = whole.evidence
    for figure in figures:
        at = figure.evidence
        near = at.page == place.page and 0 <= at.start - place.start <= _ALONGSIDE
        if near and figure.indicator == indicator and figure.status == whole.status:
            return figure
    return None


def _against_nation(reports: list[Report]) -> Iterator[Finding]:
    """Growth that provinces aim at, where all of them are below what the nation aims at, or one is on its own."""
    for year in sorted({r.document.plan_year for r in reports if r.document.plan_year}):
        found = chosen(reports, "target", year)
        for indicator in ("gdp", "cpi", "unemployment"):
            nation = found.get((NATION, indicator))
            goal = amount(nation.figure) if nation else None
            entry = load_indicators().by_id[indicator]
            if nation is None or goal is None:
                continue
            for (region, name), statement in found.items():
                value = amount(statement.figure)
                if name != indicator or region == NATION or value is None or value.unit != goal.unit:
                    continue
                short = value.middle < goal.middle if entry.better == "more" else value.middle > goal.middle
                if short and statement.report.document.level == "province":
                    yield _finding(NATION_GAP, nation.report, nation.figure, statement.report, statement.figure)


def _finding(check: str, one: Report, before: Figure, other: Report, after: Figure) -> Finding:
    a, b = amount(before), amount(after)
    difference = None
    if a is not None and b is not None and before.value:
        difference = round((b.middle - a.middle) / (a.middle / before.value), 6)
    return Finding(
        check, other.region, other.region_name, after.indicator, after.subject, written(before), written(after),
        difference, POINTS if before.unit == "%" else before.unit, ((one, before), (other, after)),
    )  # fmt: skip
