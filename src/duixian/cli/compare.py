"""``duixian compare``: places beside places, years beside years."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import typer
from rich.cells import cell_len

from duixian.cli.choices import checked, wrong
from duixian.cli.comparison import (
    chosen_chart,
    chosen_format,
    draw,
    emit,
    indicators,
    refuse,
    regions,
)
from duixian.cli.holdings import gathered
from duixian.cli.language import Messages
from duixian.cli.printing import console, markdown, table, write_bytes
from duixian.cli.session import Session
from duixian.comparison.distribution import distribution
from duixian.comparison.matrix import NO_REPORT, NOT_EXTRACTED, NOT_STATED, Cell, Matrix
from duixian.comparison.matrix import compare as compared
from duixian.comparison.reports import Report, common_level
from duixian.reporting.comparisons.labels import label
from duixian.reporting.comparisons.rows import CELL_NAMES, DISTRIBUTION_NAMES, cell_row, distribution_row
from duixian.reporting.output import write_whole

FORMATS = ("table", "csv", "json", "md", "xlsx", "html")
STATUSES = ("target", "achieved")
VIEWS = ("matrix", "ranking", "distribution")
LEVELS = ("national", "province", "prefecture", "county", "township", "all")
KINDS = ("growth", "level", "change", "multiple", "relative")
CHART_TYPES = ("strip", "map", "slope", "trend")
_RANKING = ("rank", "region_name", "text", "gap", "title", "line", "quote")
_SPREAD = ("indicator_name", "year", "number", "least", "middle", "most", "unit", "nation", "counts", "words", "silent")
_PADDING = 2


def command(say: Messages) -> Callable[..., None]:
    """The command, with its texts in one language."""

    def compare(
        paths: list[str] = typer.Argument(None, metavar="PATH", help=say("paths")),
        included: int = typer.Option(None, "--included", metavar="YEAR", help=say("m_included")),
        year: list[int] = typer.Option([], "--year", "-y", metavar="YEAR", help=say("m_year")),
        status: str = typer.Option("target", "--status", metavar="|".join(STATUSES), help=say("m_status")),
        indicator: str = typer.Option("", "--indicators", "-i", metavar="NAMES", help=say("m_indicators")),
        region: str = typer.Option("", "--regions", "-r", metavar="NAMES", help=say("m_regions")),
        level: str = typer.Option("", "--level", metavar="|".join(LEVELS), help=say("m_level")),
        kind: str = typer.Option("", "--kind", metavar="|".join(KINDS), help=say("m_kind")),
        resolve: bool = typer.Option(False, "--resolve", help=say("m_resolve")),
        view: str = typer.Option("matrix", "--view", metavar="|".join(VIEWS), help=say("m_view")),
        format: str = typer.Option("", "--format", "-f", metavar="|".join(FORMATS), help=say("m_format")),
        output: str = typer.Option("", "--output", "-o", metavar="FILE", help=say("m_output")),
        chart: str = typer.Option("", "--chart", metavar="FILE", help=say("m_chart")),
        chart_type: str = typer.Option("", "--chart-type", metavar="|".join(CHART_TYPES), help=say("m_chart_type")),
        font: str = typer.Option("", "--font", metavar="FONT", help=say("m_font")),
    ) -> None:
        checked(say, "--status", status, STATUSES)
        checked(say, "--view", view, VIEWS)
        for option, value, choices in (
            ("--level", level, LEVELS),
            ("--kind", kind, KINDS),
            ("--chart-type", chart_type, CHART_TYPES),
        ):
            if value:
                checked(say, option, value, choices)
        chosen = chosen_format(say, format, output, FORMATS)
        if chart:
            chosen_chart(say, chart)
        names = indicators(say, indicator)
        session = Session(say)
        reports = gathered(session, paths or [], included, years=year, status=status)
        places = regions(say, region, reports)
        years = year or _latest(reports, status)
        about = [report for report in reports if report.year_of(status) in years and report.region]
        if not reports:
            session.finish()
        if not about:
            refuse(session, say("m_none", years=_years(years), known=_known(reports, status)))
        level = level or ("all" if places else common_level(about) or "all")
        others = {report.region for report in about} if not places and level != "all" else set()
        matrix = compared(reports, years, status, names, places, level=level, resolve=resolve, kind=kind or None)
        left = len(others - {code for code, _ in matrix.regions})
        if left:
            session.print(say("m_other_levels", number=left, level=label("level", level, say.language)))
        if not matrix.columns:
            refuse(session, say("m_no_values", years=_years(years)))
        title = say("m_title", years=_years(years), status=label("status", status, say.language))
        _put(session, matrix, chosen, output, view, title)
        if chart:
            _chart(session, matrix, reports, chart, chart_type, font, level, places)
        session.finish()

    return compare


def _put(session: Session, matrix: Matrix, format: str, output: str, view: str, title: str) -> None:
    say = session.say
    if format in ("xlsx", "html"):
        write_whole(output, _file(matrix, format, title, say.language))
        session.print(say("written_matrix", path=output, places=len(matrix.regions), columns=len(matrix.columns)))
    elif view == "distribution":
        rows = [
            distribution_row(distribution(*column, matrix.column(*column)), say.language) for column in matrix.columns
        ]
        emit(session, DISTRIBUTION_NAMES, rows, format, output, _SPREAD, title)
    elif view == "ranking":
        rows = [cell_row(cell, say.language) for cell in matrix.ranked(*matrix.columns[0])]
        name = label("indicator", matrix.columns[0][0], say.language)
        emit(session, CELL_NAMES, rows, format, output, _RANKING, f"{name} {title}")
    elif format in ("table", "md"):
        _grid(session, matrix, format, output, title)
    else:
        rows = [cell_row(cell, say.language) for code, _ in matrix.regions for cell in matrix.row(code)]
        emit(session, CELL_NAMES, rows, format, output, CELL_NAMES, title)


def _file(matrix: Matrix, format: str, title: str, language: str) -> bytes:
    if format == "xlsx":
        from duixian.reporting.comparisons.workbook import matrix_workbook

        return matrix_workbook(matrix, language)
    from duixian.reporting.comparisons.page import matrix_page

    return matrix_page(matrix, title, language)


def _grid(session: Session, matrix: Matrix, format: str, output: str, title: str) -> None:
    """The matrix for people: places down, indicators across, as many as fit on a terminal."""
    say = session.say
    several = len({year for _, year in matrix.columns}) > 1
    headings = [label("column", "region_name", say.language)]
    headings += [
        label("indicator", name, say.language) + (f" {year}" if several else "") for name, year in matrix.columns
    ]
    rows = [[name, *(_text(say, cell) for cell in matrix.row(code))] for code, name in matrix.regions]
    if format == "md":
        text = markdown(headings, rows)
        if output:
            write_whole(output, text.encode())
            session.print(say("written_matrix", path=output, places=len(rows), columns=len(matrix.columns)))
        else:
            write_bytes([text.encode()])
        return
    screen = console()
    fit = _fitting(headings, rows, screen.width)
    screen.print(table(headings[:fit], [row[:fit] for row in rows], title=title))
    if fit < len(headings):
        screen.print(say("m_hidden", number=len(headings) - fit), soft_wrap=True)
    screen.print(label("text", "legend", say.language), soft_wrap=True)


def _text(say: Messages, cell: Cell) -> str:
    return (
        label("state", cell.state, say.language) if cell.state in (NOT_STATED, NOT_EXTRACTED, NO_REPORT) else cell.text
    )


def _fitting(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> int:
    """How many columns stand side by side without being folded; at least the place and one indicator."""
    used = 0
    for number, heading in enumerate(headings):
        used += max(cell_len(heading), *(cell_len(row[number]) for row in rows)) + _PADDING
        if used > width and number > 1:
            return number
    return len(headings)


def _latest(reports: Sequence[Report], status: str) -> list[int]:
    years = [year for report in reports if report.region and (year := report.year_of(status)) is not None]
    return [max(years)] if years else []


def _years(years: Sequence[int]) -> str:
    return "、".join(map(str, years)) or "–"


def _known(reports: Sequence[Report], status: str) -> str:
    return _years(sorted({year for report in reports if (year := report.year_of(status)) is not None}))


def _chart(
    session: Session,
    matrix: Matrix,
    reports: Sequence[Report],
    target: str,
    kind: str,
    font: str,
    level: str,
    places: Sequence[str],
) -> None:
    """Draw the first indicator of the matrix."""
    from duixian.reporting.charts.slopes import of_matrices, slopes
    from duixian.reporting.charts.strip import strip
    from duixian.reporting.charts.tilemap import tilemap
    from duixian.reporting.charts.trends import trend

    say = session.say
    indicator, year = matrix.columns[0]
    years = sorted({each for name, each in matrix.columns if name == indicator})
    kind = kind or ("trend" if len(years) > 1 else "strip")
    name = label("indicator", indicator, say.language)
    unit = next((cell.unit for cell in matrix.column(indicator, year) if cell.rank is not None), "")
    status = label("status", matrix.status, say.language)
    title, drawn = f"{name} {say('m_title', years=_years(years), status=status)}", None
    if kind == "strip":
        drawn = strip(matrix, indicator, year, unit)
    elif kind == "map":
        if not any(code.endswith("0000") for code, _ in matrix.regions):
            raise wrong(say("m_no_map"))
        drawn = tilemap(matrix, indicator, year, unit, say.language)
    elif kind == "trend":
        drawn = trend(matrix, indicator, unit)
    else:
        kept = any(report.document.review_year == year for report in reports)
        goals = compared(reports, [year], "target", [indicator], places, level=level, resolve=True)
        past = year if kept else year - 1
        results = compared(reports, [past], "achieved", [indicator], places, level=level)
        ends = [say("m_end", year=past, status=label("status", "achieved", say.language))]
        ends.append(say("m_end", year=year, status=label("status", "target", say.language)))
        if kept:
            drawn = slopes(of_matrices(goals, results, indicator, year, past), ends[1], ends[0])
        else:
            drawn = slopes(of_matrices(results, goals, indicator, past, year), ends[0], ends[1])
        title = f"{name} {ends[1]} – {ends[0]}" if kept else f"{name} {ends[0]} – {ends[1]}"
    number = sum(cell.rank is not None for cell in matrix.column(indicator, year))
    draw(session, drawn, target, title, say("m_subtitle", number=number, unit=unit or "–"), font)
