"""Compare: the matrix of places and indicators, its charts, its files; the address holds the whole view."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from duixian.comparison.matrix import NOT_EXTRACTED, Cell
from duixian.reporting.comparisons.labels import label
from duixian.vocabulary.regions import NATION
from duixian.web.desk import Desk
from duixian.web.exports import MEDIA, chart_bytes, table_bytes
from duixian.web.pages import Room, attachment, render, say
from duixian.web.views import CHARTS, LEVELS, SILENT, STATUSES, Sight, View, heat, seen, shown, view_of

ROOM = Room("nav_compare", "/compare", 20)
KINDS = ("growth", "level", "change", "rank")
router = APIRouter()
Asked = Annotated[View, Depends(view_of)]


@router.get("/compare")
def compare(request: Request, view: Asked) -> Response:
    """The view that the address describes."""
    desk: Desk = request.app.state.desk
    sight = seen(desk, view)
    language = say(request).language
    values: dict[str, Any] = {}
    if view.view == "matrix":
        values["rows"] = [
            (name, code == NATION, [_shown(desk, sight, cell, language) for cell in sight.matrix.row(code)])
            for code, name in sight.matrix.regions
        ]
    else:
        values["table"] = _beside(desk, sight, language)
    return render(
        request,
        "compare.html",
        room=ROOM.key,
        view=view,
        sight=sight,
        matrix=sight.matrix,
        columns=[_column(sight, indicator, year, language) for indicator, year in sight.matrix.columns],
        label_of=lambda family, code: label(family, code, language),
        choices={"level": LEVELS, "status": STATUSES, "kind": KINDS, "view": ("matrix", *CHARTS)},
        **values,
    )


@router.get("/compare/chart.{format}")
def chart(request: Request, format: str, view: Asked, save: bool = False) -> Response:
    """The chart of a view, as SVG to be shown or as a file."""
    data = chart_bytes(request.app.state.desk, view, format, say(request).language)
    if save:
        return attachment(data, MEDIA[format], f"duixian.{format}")
    return Response(data, media_type=MEDIA[format])


@router.get("/compare/table.{format}")
def table(request: Request, format: str, view: Asked) -> Response:
    """The table of a view as XLSX or CSV."""
    data = table_bytes(request.app.state.desk, view, format, say(request).language)
    return attachment(data, MEDIA[format], f"duixian.{format}")


def evidence_link(desk: Desk, sight: Sight, cell: Cell) -> str:
    """The address of the words of a cell in the reader; "" where there is no text."""
    if cell.figure:
        document = sight.documents.get(cell.figure)
        return f"/documents/{document}?record={cell.figure}#on" if document else ""
    if cell.state == NOT_EXTRACTED and cell.line:
        document = sight.places.get((cell.region, cell.year))
        return f"/documents/{document}/at?line={cell.line}" if document else ""
    return ""


def _shown(desk: Desk, sight: Sight, cell: Cell, language: str) -> dict[str, Any]:
    silent, dark = cell.state in SILENT, heat(sight, cell)
    classes = ["unsure" if cell.state == NOT_EXTRACTED else "silent" if silent else ""]
    classes += ["main"] if cell.headline else []
    classes += ["derived"] if cell.derived else []
    classes += [f"h{dark}"] if dark else []
    return {
        "text": shown(sight, cell, language),
        "classes": " ".join(filter(None, classes)),
        "link": evidence_link(desk, sight, cell),
        "quote": cell.quote,
        "rank": cell.rank,
        "of": cell.of,
    }


def _column(sight: Sight, indicator: str, year: int, language: str) -> dict[str, Any]:
    several = len(sight.view.years) > 1
    name = label("indicator", indicator, language)
    key = f"{indicator}.{year}"
    sorted_now = sight.view.sort == key
    return {
        "indicator": indicator,
        "name": f"{name} {year}" if several else name,
        "sort": sight.view.query(sort=key, desc=sorted_now and not sight.view.desc),
        "order": ("descending" if sight.view.desc else "ascending") if sorted_now else "none",
        "chart": sight.view.query(view="strip", indicator=indicator),
    }


def _beside(desk: Desk, sight: Sight, language: str) -> list[dict[str, Any]]:
    """The rows of the table beside a chart: the cells of its indicator, with what they are set against."""
    rows = []
    if sight.view.view == "slopes":
        for first, second in sight.pairs:
            both = first.amount is not None and second.amount is not None
            alike = both and (first.kind, first.unit) == (second.kind, second.unit)
            difference = None
            if alike and first.amount is not None and second.amount is not None:
                difference = round(second.amount.middle - first.amount.middle, 6)
            cells = [_shown(desk, sight, cell, language) for cell in (first, second)]
            rows.append({"name": first.region_name, "cells": cells, "difference": difference, "rank": None})
        return rows
    years = [year for indicator, year in sight.matrix.columns if indicator == sight.view.indicator]
    order = sight.matrix.ranked(sight.view.indicator, years[-1]) if years else []
    for cell in order:
        cells = [
            _shown(desk, sight, sight.matrix.cell(cell.region, sight.view.indicator, year), language) for year in years
        ]
        rows.append({"name": cell.region_name, "cells": cells, "difference": cell.gap, "rank": cell.rank})
    return rows
