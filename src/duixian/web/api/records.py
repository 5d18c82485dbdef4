"""The records of a document, corrections laid over."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from duixian.corpus.correctable import fields_of
from duixian.corpus.correcting import Row
from duixian.corpus.readings import Reading
from duixian.web.api.schemas import EvidenceOut, Kind, RecordOut, RecordsOut

router = APIRouter(tags=["records"])
_EVIDENCE = tuple(EvidenceOut.model_fields)


@router.get("/documents/{document}/records", summary="The records of a document")
def records(
    request: Request,
    document: str,
    kind: Annotated[Kind | None, Query(description="One kind; all when missing.")] = None,
) -> RecordsOut:
    """Records in the order of the text."""
    reading = request.app.state.desk.reading(document)
    items = [_out(reading, each, row) for each, row in reading.rows() if kind in (None, each)]
    return RecordsOut(total=len(items), items=items)


@router.get("/documents/{document}/records/{record}", summary="A record")
def record(request: Request, document: str, record: str) -> RecordOut:
    """One record with its evidence."""
    reading = request.app.state.desk.reading(document)
    return _out(reading, *reading.found(record))


def _out(reading: Reading, kind: Any, row: Row) -> RecordOut:
    amended = reading.amended
    state: Any = "added" if row["id"] in amended.added else "changed" if row["id"] in amended.changed else "extracted"
    return RecordOut(
        id=row["id"],
        document=row["document"],
        kind=kind,
        state=state,
        fields={field.name: row.get(field.name) for field in fields_of(kind)},
        section=list(row.get("section") or ()),
        evidence=EvidenceOut(**{name: row[name] for name in _EVIDENCE}),
    )
