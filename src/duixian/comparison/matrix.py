"""Places beside places: the matrix of regions and indicators."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from duixian.comparison.amounts import SYMBOLS, Amount, amount, sort_key, wording_of, written_value
from duixian.comparison.headlines import Statement, chosen, unextracted
from duixian.comparison.reports import Report, common_level, distinct
from duixian.comparison.wording import wording
from duixian.records import Figure
from duixian.vocabulary.indicators import load_indicators
from duixian.vocabulary.regions import NATION

VALUE = "value"
WORDS = "words"
NOT_STATED = "not_stated"
NOT_EXTRACTED = "not_extracted"
NO_REPORT = "no_report"
GDP = "gdp"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one place says about one indicator for one year.

    state: "value" (a number), "words" (only in words), "not_stated" (the report is silent), "not_extracted" (the text
    names it with a number that was not understood: look it up), "no_report" (no document of that year). text: as it is
    shown. derived: the value was taken from another target of the place by resolving a relative one. rank: 1 is best,
    ties share a rank, the nation has none; of: how many are ranked. gap: this value less the nation's, in percentage
    points, for rates and shares. line, quote: the place in the source, also of what was not extracted.
    """

    region: str
    region_name: str
    indicator: str
    year: int
    status: str
    state: str
    kind: str = ""
    op: str = ""
    value: float | int | None = None
    value2: float | int | None = None
    unit: str = ""
    text: str = ""
    derived: bool = False
    headline: bool = False
    rank: int | None = None
    of: int | None = None
    gap: float | None = None
    title: str = ""
    section: tuple[str, ...] = ()
    source: str = ""
    line: int | None = None
    page: int | None = None
    quote: str = ""
    figure: str = ""
    amount: Amount | None = None

    @property
    def order(self) -> tuple[float, int] | None:
        """What the cell sorts by; None when it holds no number."""
        return None if self.amount is None else sort_key(self.op, self.amount.middle)


@dataclass(frozen=True)
class Matrix:
    """Cells of places (rows) and columns of (indicator, year)."""

    status: str
    columns: tuple[tuple[str, int], ...]
    regions: tuple[tuple[str, str], ...]
    cells: dict[tuple[str, str, int], Cell]

    def cell(self, region: str, indicator: str, year: int) -> Cell:
        """The cell of a place and a column."""
        return self.cells[region, indicator, year]

    def column(self, indicator: str, year: int) -> list[Cell]:
        """All cells of a column, in the order of the rows."""
        return [self.cells[code, indicator, year] for code, _ in self.regions]

    def row(self, region: str) -> list[Cell]:
        """All cells of a place, in the order of the columns."""
        return [self.cells[region, indicator, year] for indicator, year in self.columns]

    def ranked(self, indicator: str, year: int) -> list[Cell]:
        """The cells of a column, best first; what has no rank follows in the order of the rows."""
        cells = self.column(indicator, year)
        direction = 1 if _better(indicator) != "more" else -1

        def key(cell: Cell) -> tuple[int, float, float]:
            order = cell.order or (0.0, 0)
            return (cell.rank or len(cells) + 1, direction * order[0], direction * order[1])

        return sorted(cells, key=key)


def compare(
    reports: Sequence[Report],
    years: Sequence[int],
    status: str = "target",
    indicators: Sequence[str] = (),
    regions: Sequence[str] = (),
    *,
    level: str | None = None,
    resolve: bool = False,
    kind: str | None = None,
) -> Matrix:
    """The matrix of what places state for some years.

    indicators, regions: ids and codes in the order wanted; by default all indicators that any place states, the most
    stated first, and all places that have a report of the years. level: only places of this level ("province"...);
    with level None and no regions, all levels stand together. resolve: give relative targets (与经济增长同步) the value
    they lean on, marked as derived. kind: only figures of one kind ("growth", "level").
    """
    ordered = distinct(reports)
    names = _places(ordered, years, status, regions, level)
    found = {year: chosen(ordered, status, year, kind) for year in years}
    if not indicators:
        indicators = _most_stated(found.values(), {code for code, _ in names})
    own: dict[tuple[str, int | None], list[Report]] = defaultdict(list)
    for report in ordered:
        own[report.region, report.year_of(status)].append(report)
    cells: dict[tuple[str, str, int], Cell] = {}
    for year in years:
        for code, name in names:
            for cell in _row(code, name, year, status, indicators, found[year], own.get((code, year), [])):
                statement = found[year].get((code, cell.indicator))
                if resolve and statement is not None and cell.state == WORDS:
                    cell = _resolved(cell, statement.figure, found[year])
                cells[code, cell.indicator, year] = cell
    columns = tuple((indicator, year) for indicator in indicators for year in years)
    matrix = Matrix(status, columns, names, cells)
    for indicator, year in columns:
        _rank(matrix, indicator, year)
    return matrix


def _most_stated(found: Iterable[dict[tuple[str, str], Statement]], places: set[str]) -> list[str]:
    """Indicators by how many of the places state them, then in the order of the table of indicators."""
    counts = Counter(name for statements in found for region, name in statements if region in places)
    rank = {name: number for number, name in enumerate(load_indicators().by_id)}
    return sorted(counts, key=lambda name: (-counts[name], rank.get(name, len(rank))))


def _row(
    code: str,
    name: str,
    year: int,
    status: str,
    indicators: Sequence[str],
    found: dict[tuple[str, str], Statement],
    own: Sequence[Report],
) -> Iterator[Cell]:
    """The cells of a place for a year. own: its reports of that year."""
    silent = [indicator for indicator in indicators if (code, indicator) not in found]
    missed: dict[str, tuple[Report, int, str]] = {}
    for report in own:
        for indicator, (line, clause) in unextracted(report, status, silent).items():
            missed.setdefault(indicator, (report, line, clause))
    for indicator in indicators:
        statement = found.get((code, indicator))
        cell = Cell(code, name, indicator, year, status, NOT_STATED if own else NO_REPORT)
        if statement is not None:
            yield _filled(cell, statement)
        elif indicator in missed:
            report, line, clause = missed[indicator]
            source = report.document.evidence.source
            yield replace(
                cell, state=NOT_EXTRACTED, text="?", title=report.title, line=line, quote=clause, source=source
            )
        else:
            yield cell


def _places(
    reports: Sequence[Report], years: Sequence[int], status: str, regions: Sequence[str], level: str | None
) -> tuple[tuple[str, str], ...]:
    names: dict[str, str] = {}
    for report in reports:
        if not report.region or (report.year_of(status) not in years and report.region not in regions):
            continue
        if level in (None, report.document.level, "all") or report.region == NATION:
            names.setdefault(report.region, report.region_name)
    if regions:
        return tuple((code, names.get(code, code)) for code in dict.fromkeys(regions))
    return tuple(sorted(names.items()))


def _filled(cell: Cell, statement: Statement) -> Cell:
    figure, document = statement.figure, statement.report.document
    words = wording_of(figure)
    return replace(
        cell,
        state=VALUE if figure.value is not None else WORDS,
        kind=(kind := _kind(figure)),
        op=figure.op,
        value=figure.value,
        value2=figure.value2,
        unit=figure.unit,
        text=written_value(figure.op, figure.value, figure.value2, figure.unit, kind, words, signed=True),
        headline=statement.headline,
        title=document.title,
        section=figure.section,
        source=figure.evidence.source,
        line=figure.evidence.line,
        page=figure.evidence.page,
        quote=figure.evidence.quote,
        figure=figure.id,
        amount=amount(figure),
    )


def _kind(figure: Figure) -> str:
    return "level" if figure.kind == "change" and figure.indicator in wording().flows else figure.kind


def reference_of(figure: Figure) -> str | None:
    """The indicator that a relative target leans on, None when its words name none."""
    clause = wording_of(figure)
    for words, indicator in wording().references:
        if any(word in clause for word in words):
            return indicator if indicator != figure.indicator else None
    return None


def _resolved(cell: Cell, figure: Figure, found: dict[tuple[str, str], Statement]) -> Cell:
    """The cell with the value of what it leans on: in step is as much, faster is more, 正增长 is more than nothing."""
    if figure.op == "positive":
        zero = Amount(0.0, 0.0, "%")
        return replace(
            cell, state=VALUE, derived=True, op="gt", value=0, unit="%", kind="growth", text=">0%*", amount=zero
        )
    seen = {cell.indicator}
    base = figure
    while base.value is None:
        reference = reference_of(base) if base.op in ("sync", "faster") else None
        statement = found.get((cell.region, reference)) if reference else None
        if reference is None or statement is None or reference in seen:
            return cell
        seen.add(reference)
        base = statement.figure
    op = "gt" if figure.op == "faster" else base.op
    shown = SYMBOLS.get(op, "") and written_value(op, base.value, base.value2, base.unit, base.kind)
    return replace(
        cell,
        state=VALUE,
        derived=True,
        op=op,
        value=base.value,
        value2=base.value2,
        unit=base.unit,
        kind=base.kind,
        text=(shown or written_value(base.op, base.value, base.value2, base.unit, base.kind)) + "*",
        amount=amount(base),
    )


def _better(indicator: str) -> str:
    entry = load_indicators().by_id.get(indicator)
    return entry.better if entry is not None else "more"


def _rank(matrix: Matrix, indicator: str, year: int) -> None:
    """Ranks and gaps of one column, among the cells that measure the same way; places of the commonest level only."""
    cells = [cell for cell in matrix.column(indicator, year) if cell.amount is not None]
    ways = Counter((cell.kind, cell.amount.unit) for cell in cells if cell.amount and cell.region != NATION)
    if not ways:
        return
    way = ways.most_common(1)[0][0]
    alike = [cell for cell in cells if cell.amount and (cell.kind, cell.amount.unit) == way]
    nation = next((cell.amount.middle for cell in alike if cell.amount and cell.region == NATION), None)
    places = [cell for cell in alike if cell.region != NATION]
    sign = -1 if _better(indicator) == "more" else 1
    values = sorted(sign * cell.amount.middle for cell in places if cell.amount)
    for cell in alike:
        assert cell.amount is not None
        ranked = cell.region != NATION
        gap = None if nation is None or not ranked else _gap(cell.amount.middle, nation, cell)
        place = bisect_left(values, sign * cell.amount.middle) + 1 if ranked else None
        matrix.cells[cell.region, indicator, year] = replace(
            cell, rank=place, of=len(places) if ranked else None, gap=gap
        )


def _gap(value: float, nation: float, cell: Cell) -> float | None:
    # Amounts of a province and of the nation do not compare; rates and shares do.
    return round(value - nation, 6) if cell.unit == "%" else None


__all__ = ["Cell", "Matrix", "common_level", "compare", "reference_of"]
