"""What a comparison shows: a view, read from an address and written into one, and what is seen in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any
from urllib.parse import urlencode

from fastapi import Query

from duixian import facts
from duixian.comparison.lookup import UnknownNameError, indicator_named, region_named
from duixian.comparison.matrix import NO_REPORT, NOT_EXTRACTED, NOT_STATED, Cell, Matrix
from duixian.comparison.matrix import compare as compared
from duixian.comparison.reports import Report, common_level
from duixian.corpus import NoSuchNameError
from duixian.reporting.comparisons.labels import label
from duixian.vocabulary.regions import NATION
from duixian.web.desk import Desk

STATUSES = ("target", "achieved")
LEVELS = ("all", "province", "prefecture", "county", "township")
SHOWS = ("text", "rank", "gap")
CHARTS = ("strip", "map", "trend", "slopes")
# As many columns as fit on a screen; the rest is one click away.
COLUMNS = 12
_MOST = 200
_HEATS = 5
SILENT = (NOT_STATED, NO_REPORT, NOT_EXTRACTED)


@dataclass(frozen=True, slots=True)
class View:
    """A view of a comparison; every field stands in its address unless it is as here.

    years: newest first; empty for the latest. indicators, regions: ids and codes, empty for all. indicator: of a
    chart. sort: "", "place", or an indicator and a year with a dot between. every: all columns, not the first
    ``COLUMNS``. included: the table that ships with the program stands beside the corpus.
    """

    years: tuple[int, ...] = ()
    status: str = "target"
    level: str = ""
    kind: str = ""
    indicators: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    view: str = "matrix"
    indicator: str = ""
    sort: str = ""
    desc: bool = False
    show: str = "text"
    heat: bool = True
    every: bool = False
    resolve: bool = False
    included: bool = False

    def query(self, **changes: Any) -> str:
        """The address's query of this view with some changes."""
        view = replace(self, **changes)
        pairs = []
        for each in fields(View):
            value = getattr(view, each.name)
            if value != each.default:
                text = ",".join(map(str, value)) if isinstance(value, tuple) else value
                pairs.append((each.name, str(int(text)) if isinstance(text, bool) else str(text)))
        return urlencode(pairs)


def view_of(
    years: str = Query(
        "", max_length=200, pattern=r"^[0-9,，、 ]*$", description="Years, newest first; empty: the latest."
    ),
    status: str = Query("target", pattern="^(target|achieved)$"),
    level: str = Query("", pattern="^(|all|province|prefecture|county|township)$"),
    kind: str = Query("", pattern="^(|growth|level|change|rank)$"),
    indicators: str = Query("", max_length=2000, description="Ids or names with commas between; empty: all."),
    regions: str = Query("", max_length=4000, description="Codes or names with commas between; empty: all."),
    view: str = Query("matrix", pattern="^(matrix|strip|map|trend|slopes)$"),
    indicator: str = Query("", max_length=100, description="The indicator of a chart."),
    sort: str = Query("", max_length=120, description='"place", or indicator.year as in gdp.2024.'),
    desc: bool = False,
    show: str = Query("text", pattern="^(text|rank|gap)$"),
    heat: bool = True,
    every: bool = Query(False, description="All columns instead of the first twelve."),
    resolve: bool = Query(False, description="Give relative targets the value they lean on."),
    included: bool = Query(False, description="Set the included table of the provinces beside the corpus."),
) -> View:
    """The view in an address; names of indicators are looked up. Raises NoSuchNameError."""
    return View(
        years=tuple(sorted({int(text) for text in _listed(years) if re.fullmatch(r"\d{4}", text)}, reverse=True)),
        status=status,
        level=level,
        kind=kind,
        indicators=tuple(dict.fromkeys(_indicator(name) for name in _listed(indicators)[:_MOST])),
        regions=tuple(dict.fromkeys(_listed(regions)[:_MOST])),
        view=view,
        indicator=_indicator(indicator) if indicator.strip() else "",
        sort=sort,
        desc=desc,
        show=show,
        heat=heat,
        every=every,
        resolve=resolve,
        included=included,
    )


@dataclass(frozen=True)
class Sight:
    """What is seen in a view.

    view: with years, level and indicator filled in. matrix: filtered and sorted. hidden: how many columns are not
    shown. documents: figure -> document. places: (place, year) -> document. pairs: of the slopes, earlier end first.
    ends: what the two are. years, indicators, regions, levels: those to choose from. bare: the corpus is empty. alike:
    columns in which all places share a rank.
    """

    view: View
    matrix: Matrix
    hidden: int = 0
    documents: dict[str, str] = field(default_factory=dict)
    places: dict[tuple[str, int], str] = field(default_factory=dict)
    pairs: tuple[tuple[Cell, Cell], ...] = ()
    ends: tuple[tuple[str, int], tuple[str, int]] | None = None
    years: tuple[int, ...] = ()
    indicators: tuple[str, ...] = ()
    regions: tuple[tuple[str, str], ...] = ()
    levels: tuple[str, ...] = ()
    bare: bool = False
    alike: frozenset[tuple[str, int]] = frozenset()


def heat(sight: Sight, cell: Cell) -> int:
    """How dark a cell is: 5 for the best fifth of its column down to 1; 0 where it has no rank or all are alike."""
    if not sight.view.heat or cell.rank is None or not cell.of or cell.of < _HEATS:
        return 0
    if (cell.indicator, cell.year) in sight.alike:
        return 0
    return _HEATS - (cell.rank - 1) * _HEATS // cell.of


def shown(sight: Sight, cell: Cell, language: str) -> str:
    """What stands in a cell: its value, rank or gap to the nation, or why there is none."""
    if cell.state in SILENT:
        return label("state", cell.state, language)
    if sight.view.show == "rank":
        return str(cell.rank) if cell.rank is not None else "–"
    if sight.view.show == "gap":
        return f"{cell.gap:+.10g}" if cell.gap is not None else "–"
    return cell.text


def seen(desk: Desk, view: View) -> Sight:
    """What a view shows now; worked out once for each version of the corpus. Raises NoSuchNameError, CorpusError."""
    return desk.kept.get(("sight", desk.version(), view), lambda: _seen(desk, view))


def _seen(desk: Desk, view: View) -> Sight:
    entries = desk.snapshot().documents.values()
    known = {entry.plan_year if view.status == "target" else entry.review_year for entry in entries}
    included = view.included or not entries
    if included:
        known |= {year if view.status == "target" else year - 1 for year in facts.YEARS}
    years = tuple(sorted((year for year in known if year), reverse=True))
    view = replace(view, years=view.years or years[:1])
    if view.view == "trend" and len(view.years) < 2:
        view = replace(view, years=years[:6])
    reports = _reports(desk, view, included)
    about = [report for report in reports if report.year_of(view.status) in view.years and report.region]
    codes = tuple(dict.fromkeys(_region(name, reports) for name in view.regions))
    level = view.level or ("all" if codes else common_level(about) or "all")
    view = replace(view, level=level, regions=codes)
    whole = compared(
        reports, sorted(view.years), view.status, view.indicators, codes, level=level, resolve=view.resolve,
        kind=view.kind or None,
    )  # fmt: skip
    names = tuple(dict.fromkeys(name for name, _ in whole.columns))
    every = (tuple(view.indicators) and _stated(reports, view, codes)) or names
    chosen = view.indicator if view.indicator in names else (names[0] if names else "")
    if view.indicator and view.indicator not in names:
        chosen = view.indicator
        whole = compared(
            reports, sorted(view.years), view.status, [*names, chosen], codes, level=level, resolve=view.resolve,
            kind=view.kind or None,
        )  # fmt: skip
    view = replace(view, indicator=chosen)
    hidden = 0
    columns = whole.columns
    if view.view == "matrix" and not view.every and not view.indicators:
        columns = columns[:COLUMNS]
        hidden = len(whole.columns) - len(columns)
    matrix = Matrix(whole.status, columns, _sorted(whole, view), whole.cells)
    pairs, ends = _pairs(reports, view) if view.view == "slopes" else ((), None)
    return Sight(
        view,
        matrix,
        hidden,
        {figure.id: report.document.id for report in reports for figure in report.figures if _is_kept(report)},
        {
            (report.region, year): report.document.id
            for report in reports
            if (year := report.year_of(view.status)) is not None and _is_kept(report)
        },
        pairs,
        ends,
        years,
        every,
        tuple(sorted({report.region: report.region_name for report in about}.items())),
        tuple(dict.fromkeys(report.document.level for report in about if report.document.level)),
        not entries,
        frozenset(
            column
            for column in matrix.columns
            if max((cell.rank or 0 for cell in matrix.column(*column)), default=0) < 2
        ),
    )


def _reports(desk: Desk, view: View, included: bool) -> list[Report]:
    """The reports of the corpus, then the included ones of places and years that it has nothing of."""
    reports = list(desk.reports(view.years, view.status)) if desk.snapshot().documents else []
    if included:
        there = {(report.region, report.document.plan_year) for report in reports}
        for year in facts.YEARS:
            reports += [report for report in facts.reports(year) if (report.region, year) not in there]
    return reports


def _is_kept(report: Report) -> bool:
    """Whether the text of a report is in the corpus."""
    return not report.document.id.startswith("fact-")


def _stated(reports: Sequence[Report], view: View, codes: tuple[str, ...]) -> tuple[str, ...]:
    """All indicators that could be chosen, where only some are."""
    whole = compared(reports, sorted(view.years), view.status, (), codes, level=view.level, kind=view.kind or None)
    return tuple(dict.fromkeys(name for name, _ in whole.columns))


def _sorted(matrix: Matrix, view: View) -> tuple[tuple[str, str], ...]:
    """The places in the order asked for; the nation first, those without a number last."""
    indicator, _, year = view.sort.rpartition(".")
    nation = [place for place in matrix.regions if place[0] == NATION]
    others = [place for place in matrix.regions if place[0] != NATION]
    if year.isdecimal() and (indicator, int(year)) in matrix.columns:
        order = [cell for cell in matrix.ranked(indicator, int(year)) if cell.region != NATION]
        numbered = [cell for cell in order if cell.rank is not None]
        rest = [cell for cell in order if cell.rank is None]
        others = [(cell.region, cell.region_name) for cell in (*(numbered[::-1] if view.desc else numbered), *rest)]
    elif view.sort == "place" and view.desc:
        others.reverse()
    return (*nation, *others)


def _pairs(reports: list[Report], view: View) -> tuple[tuple[tuple[Cell, Cell], ...], Any]:
    """Target and result of one indicator, the earlier first: of one year where its review is there, else of two."""
    year = view.years[0] if view.years else 0
    if view.status == "achieved":
        year += 0 if any(report.document.plan_year == year for report in reports) else 1
    kept = any(report.document.review_year == year for report in reports)
    past = year if kept else year - 1
    level = view.level
    goals = compared(reports, [year], "target", [view.indicator], view.regions, level=level, resolve=True)
    results = compared(reports, [past], "achieved", [view.indicator], view.regions, level=level)
    pairs = []
    for code, _ in goals.regions:
        if (code, view.indicator, past) not in results.cells:
            continue
        goal, result = goals.cell(code, view.indicator, year), results.cell(code, view.indicator, past)
        pairs.append((goal, result) if kept else (result, goal))
    ends = (("target", year), ("achieved", past))
    return tuple(pairs), ends if kept else ends[::-1]


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.replace("，", ",").replace("、", ",").split(",") if name.strip()]


def _indicator(name: str) -> str:
    try:
        return indicator_named(name)
    except UnknownNameError as error:
        raise NoSuchNameError(error.name[:40], "指标", error.nearest) from error


def _region(name: str, reports: Sequence[Report]) -> str:
    try:
        return region_named(name, reports)
    except UnknownNameError as error:
        raise NoSuchNameError(error.name[:40], "地区", error.nearest) from error
