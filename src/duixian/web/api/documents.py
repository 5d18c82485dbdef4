"""Documents and their text."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from duixian.corpus.manifest import Entry
from duixian.web.api.schemas import BlockOut, DocumentOut, DocumentsOut
from duixian.web.desk import Desk
from duixian.web.library import Filters, listed

router = APIRouter(tags=["documents"])


def _filters(
    region: Annotated[str, Query(max_length=100, description="Code or name of a place.")] = "",
    year: Annotated[int | None, Query(ge=1949, le=2999, description="The year planned.")] = None,
    kind: Annotated[str, Query(max_length=100, description="government_work_report, meeting_speech, …")] = "",
) -> Filters:
    return Filters(region, year, kind)


@router.get("/documents", summary="Documents, by place, then the latest year first")
def documents(
    request: Request,
    filters: Annotated[Filters, Depends(_filters)],
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> DocumentsOut:
    """Documents that pass the filters."""
    snapshot = request.app.state.desk.snapshot()
    found = listed(snapshot, filters)
    versions = snapshot.versions()
    return DocumentsOut(
        total=len(found), items=[_out(entry, versions[entry.id]) for entry in found[offset : offset + limit]]
    )


@router.get("/documents/{document}", summary="A document")
def document(request: Request, document: str) -> DocumentOut:
    """What is known of a document."""
    desk: Desk = request.app.state.desk
    entry = desk.reading(document).entry
    return _out(entry, desk.snapshot().versions()[entry.id])


@router.delete("/documents/{document}", summary="Take a document out", status_code=204, response_class=Response)
def remove(request: Request, document: str) -> None:
    """Take a document out; adding its file again brings it back."""
    request.app.state.desk.remove([document])


@router.get("/documents/{document}/text", summary="The paragraphs of a document")
def text(request: Request, document: str) -> list[BlockOut]:
    """The cleaned text, paragraph by paragraph."""
    reading = request.app.state.desk.reading(document)
    found = []
    for block in reading.document.blocks:
        page, start = block.map.locate(0)
        found.append(
            BlockOut(
                block=block.index,
                kind=block.kind,
                depth=block.level,
                section=list(block.section),
                text=block.text,
                line=reading.document.line_indexes[page].line(start),
                page=page + 1 if reading.document.source.paged else None,
            )
        )
    return found


def _out(entry: Entry, version: tuple[int, int]) -> DocumentOut:
    values = {name: value for name, value in asdict(entry).items() if name in DocumentOut.model_fields}
    return DocumentOut(**values, version=version[0], versions=version[1])
