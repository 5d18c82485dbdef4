"""Corrections: written, listed, exported."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from duixian.corpus.corrections import Correction
from duixian.web.api.schemas import CorrectionIn, CorrectionOut, CorrectionsOut
from duixian.web.corrections import gold_archive
from duixian.web.desk import Desk

router = APIRouter(tags=["corrections"])


@router.get("/corrections", summary="The journal of corrections")
def corrections(
    request: Request,
    document: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> CorrectionsOut:
    """Entries of all documents or of one, those taken back among them."""
    entries = [entry for entry in request.app.state.desk.journal().entries if document in ("", entry.document)]
    return CorrectionsOut(total=len(entries), items=[_out(entry) for entry in entries[offset : offset + limit]])


@router.get(
    "/corrections/gold.zip",
    summary="Corrections as answers for duixian evaluate",
    response_class=Response,
    responses={200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}},
)
def gold(request: Request, whole: bool = False) -> Response:
    """A folder of answers. whole: all lines of the documents that were corrected, not only those corrected."""
    return Response(gold_archive(request.app.state.desk, whole), media_type="application/zip")


@router.post("/documents/{document}/corrections", summary="Correct, drop or add a record", status_code=201)
def correct(request: Request, document: str, wish: CorrectionIn) -> CorrectionOut:
    """Write one correction."""
    desk: Desk = request.app.state.desk
    place = None if wish.place is None else (wish.place.block, wish.place.start, wish.place.end)
    journal = desk.correct(
        wish.action,
        document,
        record=wish.record,
        kind=wish.kind,
        values=wish.values,
        words=wish.words,
        place=place,
        sequence=wish.sequence,
    )
    return _out(journal.entries[-1])


def _out(entry: Correction) -> CorrectionOut:
    return CorrectionOut(**{name: value for name, value in asdict(entry).items() if name != "digest"})
