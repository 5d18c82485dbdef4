"""Full text search."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from duixian.web.api.schemas import HitOut, HitsOut

router = APIRouter(tags=["search"])


@router.get("/search", summary="Paragraphs that hold words")
def search(
    request: Request,
    q: Annotated[str, Query(min_length=1, max_length=2000, description='Words and "phrases", AND, OR, NOT, brackets.')],
    region: Annotated[str, Query(max_length=100)] = "",
    year: Annotated[int | None, Query(ge=1949, le=2999)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> HitsOut:
    """The best hits with the words marked."""
    found = request.app.state.desk.corpus.search(q, region=region or None, year=year, limit=limit)
    items = [
        HitOut(
            score=hit.score,
            document=hit.document,
            title=hit.title,
            region_name=hit.region_name,
            year=hit.year,
            section=list(hit.section),
            block=hit.block,
            line=hit.line,
            page=hit.page,
            snippet=hit.snippet,
            text=hit.text,
        )
        for hit in found.hits
    ]
    by_year = {str(year): count for year, count in found.by_year.items()}
    return HitsOut(total=found.total, items=items, by_region=found.by_region, by_year=by_year)
