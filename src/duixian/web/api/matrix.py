"""The matrix of places and indicators, and its files."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from duixian.reporting.comparisons.labels import label
from duixian.reporting.comparisons.rows import cell_row
from duixian.web.api.schemas import ChoiceOut, ChoicesOut, ColumnOut, EndOut, MatrixOut, PairOut
from duixian.web.exports import MEDIA, chart_bytes, table_bytes
from duixian.web.language import language_of
from duixian.web.views import View, seen, view_of

router = APIRouter(tags=["matrix"])
Asked = Annotated[View, Depends(view_of)]
_BINARY = {"schema": {"type": "string", "format": "binary"}}


@router.get("/matrix", summary="What places state about indicators")
def matrix(request: Request, view: Asked) -> MatrixOut:
    """The cells of a view with rank, gap to the nation and evidence; target beside result where it is ``slopes``."""
    sight = seen(request.app.state.desk, view)
    language = language_of(request)
    cells = [
        {**cell_row(cell, language), "document": sight.documents.get(cell.figure)}
        for code, _ in sight.matrix.regions
        for cell in sight.matrix.row(code)
    ]
    return MatrixOut(
        status=sight.view.status,
        level=sight.view.level,
        years=list(sight.view.years),
        columns=[
            ColumnOut(indicator=name, indicator_name=label("indicator", name, language), year=year)
            for name, year in sight.matrix.columns
        ],
        regions=[code for code, _ in sight.matrix.regions],
        cells=cells,
        hidden=sight.hidden,
        indicator=sight.view.indicator,
        ends=[EndOut(status=status, year=year) for status, year in sight.ends or ()],
        pairs=[
            PairOut(earlier=cell_row(first, language), later=cell_row(second, language))
            for first, second in sight.pairs
        ],
        choices=ChoicesOut(
            years=list(sight.years),
            indicators=[ChoiceOut(value=one, name=label("indicator", one, language)) for one in sight.indicators],
            regions=[ChoiceOut(value=code, name=name) for code, name in sight.regions],
            levels=list(sight.levels),
        ),
    )


@router.get(
    "/matrix/table.{format}",
    summary="The table of a view as a file",
    response_class=Response,
    responses={200: {"content": {MEDIA["xlsx"]: _BINARY, "text/csv": {"schema": {"type": "string"}}}}},
)
def table(request: Request, format: Literal["xlsx", "csv"], view: Asked) -> Response:
    """XLSX or CSV."""
    return Response(table_bytes(request.app.state.desk, view, format, language_of(request)), media_type=MEDIA[format])


@router.get(
    "/matrix/chart.{format}",
    summary="The chart of a view as a file",
    response_class=Response,
    responses={200: {"content": {MEDIA["svg"]: {"schema": {"type": "string"}}, MEDIA["png"]: _BINARY}}},
)
def chart(request: Request, format: Literal["svg", "png"], view: Asked) -> Response:
    """SVG or PNG."""
    return Response(chart_bytes(request.app.state.desk, view, format, language_of(request)), media_type=MEDIA[format])
