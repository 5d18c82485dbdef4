"""The files of a view: its table as XLSX or CSV, its chart as SVG or PNG, from what is on the screen."""

from __future__ import annotations

from typing import Any

from duixian.comparison.matrix import Cell, Matrix
from duixian.corpus import CorpusError
from duixian.reporting.comparisons.labels import label
from duixian.web.desk import Desk
from duixian.web.language import texts
from duixian.web.views import SILENT, Sight, View, heat, seen, shown

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}
_MOST_CELLS = 6_000
# The columns of target and result; the year of the result stands under a name of its own.
_PAIR = (
    *("region", "region_name", "indicator_name", "year", "text", "result_year", "result_text", "margin"),
    *("quote", "result_quote"),
)


def table_bytes(desk: Desk, view: View, format: str, language: str) -> bytes:
    """The table of a view. format: xlsx or csv. Raises CorpusError."""
    if format not in ("xlsx", "csv"):
        raise CorpusError(format[:40], "没有这种格式", "可以是 xlsx、csv")
    sight = seen(desk, view)
    if sight.view.view == "slopes":
        return _pairs_bytes(sight, format, language)
    matrix = sight.matrix if sight.view.view == "matrix" else _of_chart(sight)
    if format == "xlsx":
        from duixian.reporting.comparisons.workbook import matrix_workbook

        return matrix_workbook(matrix, language)
    from duixian.reporting.tables import csv_rows

    several = len({year for _, year in matrix.columns}) > 1
    headings = [label("column", "region", language), label("column", "region_name", language)]
    headings += [label("indicator", name, language) + (f" {year}" if several else "") for name, year in matrix.columns]
    rows = [
        [code, name, *(_text(cell, sight.view.show, language) for cell in matrix.row(code))]
        for code, name in matrix.regions
    ]
    return ("\ufeff" + csv_rows(headings, rows)).encode()


def _pairs_bytes(sight: Sight, format: str, language: str) -> bytes:
    """Target and result of one indicator, place by place, with the words of both."""
    rows = []
    for pair in sight.pairs:
        target, result = sorted(pair, key=lambda cell: cell.status != "target")
        alike = target.amount and result.amount and (target.kind, target.unit) == (result.kind, result.unit)
        margin = round(result.amount.middle - target.amount.middle, 6) if alike else None  # type: ignore[union-attr]
        values = (
            *(target.region, target.region_name, label("indicator", target.indicator, language), target.year),
            *(_text(target, "text", language), result.year, _text(result, "text", language), margin),
            *(target.quote, result.quote),
        )
        rows.append(dict(zip(_PAIR, values, strict=True)))
    if format == "xlsx":
        from duixian.reporting.comparisons.workbook import rows_workbook

        return rows_workbook(texts(language)("view_slopes"), _PAIR, rows, language)
    from duixian.reporting.tables import csv_rows

    headings = [label("column", name, language) for name in _PAIR]
    return ("\ufeff" + csv_rows(headings, [list(row.values()) for row in rows])).encode()


def chart_bytes(desk: Desk, view: View, format: str, language: str) -> bytes:
    """The chart of a view. format: svg or png. Raises CorpusError when there is nothing to draw, OutputError."""
    if format not in ("svg", "png"):
        raise CorpusError(format[:40], "没有这种格式", "可以是 svg、png")
    return desk.kept.get(
        ("chart", desk.version(), view, format, language), lambda: _drawn(seen(desk, view), format, language)
    )


def _drawn(sight: Sight, format: str, language: str) -> bytes:
    from duixian.reporting.charts.drawing import rendered, styled
    from duixian.reporting.charts.fonts import chinese_font

    view, matrix = sight.view, sight.matrix
    say = texts(language)
    name = label("indicator", view.indicator, language)
    chart, title = _chart(sight, language, name)
    if chart is None:
        raise CorpusError(name, "没有可以画的数字", "请换一个指标、年度或层级")
    if view.view == "matrix":
        subtitle = say("size", places=len(matrix.regions), columns=len(matrix.columns))
    else:
        cells = [cell for cell in matrix.cells.values() if cell.indicator == view.indicator and cell.rank is not None]
        unit = cells[0].unit if cells else "–"
        subtitle = say("chart_subtitle", number=len({cell.region for cell in cells}), unit=unit)
    font = chinese_font()
    return rendered(styled(chart, title, subtitle, font), f"duixian.{format}", format, font)


def _chart(sight: Sight, language: str, name: str) -> tuple[Any, str]:
    view, matrix, kind = sight.view, sight.matrix, sight.view.view
    if kind == "matrix":
        if len(matrix.regions) * len(matrix.columns) > _MOST_CELLS:
            raise CorpusError(name, f"格子超过 {_MOST_CELLS} 个，画不清楚", "请先筛选地区或指标，或导出 Excel")
        from duixian.reporting.charts.grid import grid

        drawn = grid(matrix, lambda cell: heat(sight, cell), lambda cell: shown(sight, cell, language), language)
        years_text, status = "、".join(map(str, view.years)), label("status", view.status, language)
        return drawn, f"{texts(language)('nav_compare')} {years_text} {status}"
    years = [year for indicator, year in matrix.columns if indicator == view.indicator]
    if not years:
        return None, name
    unit = next((cell.unit for cell in matrix.column(view.indicator, years[-1]) if cell.rank is not None), "")
    status = label("status", view.status, language)
    title = f"{name} {years[-1]} {status}"
    if kind == "map":
        from duixian.reporting.charts.tilemap import tilemap

        return tilemap(matrix, view.indicator, years[-1], unit, language), title
    if kind == "trend":
        if len(set(years)) < 2:
            raise CorpusError(name, "走势要有两个以上的年度", "请先添加别的年度的文件")
        from duixian.reporting.charts.trends import trend

        return trend(matrix, view.indicator, unit), f"{name} {years[0]}–{years[-1]} {status}"
    if kind == "slopes" and sight.ends is not None:
        from duixian.reporting.charts.slopes import of_matrices, slopes

        ends = [f"{year} {label('status', status, language)}" for status, year in sight.ends]
        left, right = (_matrix([pair[side] for pair in sight.pairs], sight.ends[side]) for side in (0, 1))
        lines = of_matrices(left, right, view.indicator, sight.ends[0][1], sight.ends[1][1])
        return slopes(lines, ends[0], ends[1]), f"{name} {ends[0]} – {ends[1]}"
    from duixian.reporting.charts.strip import strip

    return strip(matrix, view.indicator, years[-1], unit), title


def _of_chart(sight: Sight) -> Matrix:
    """The table beside a chart."""
    columns = tuple(column for column in sight.matrix.columns if column[0] == sight.view.indicator)
    return Matrix(sight.matrix.status, columns, sight.matrix.regions, sight.matrix.cells)


def _matrix(cells: list[Cell], end: tuple[str, int]) -> Matrix:
    status, year = end
    indicator = cells[0].indicator if cells else ""
    regions = tuple((cell.region, cell.region_name) for cell in cells)
    return Matrix(status, ((indicator, year),), regions, {(cell.region, indicator, year): cell for cell in cells})


def _text(cell: Cell, show: str, language: str) -> Any:
    if cell.state in SILENT:
        return label("state", cell.state, language)
    if show == "rank":
        return cell.rank
    return cell.gap if show == "gap" else cell.text
