"""The records of a document, corrections laid over, and who answers for its commitments."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from duixian.corpus.correctable import fields_of
from duixian.corpus.correcting import Row
from duixian.corpus.readings import Reading
from duixian.web.api.schemas import EvidenceOut, Kind, OwnerOut, OwnersOut, RecordOut, RecordsOut
from duixian.web.language import language_of
from duixian.web.owners import Owning, names_for, owning_of, reason_text

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


@router.get("/documents/{document}/owners", summary="Who answers for the commitments of a document")
def owners(
    request: Request,
    document: str,
    named: Annotated[bool, Query(description="Only those that people named.")] = False,
) -> OwnersOut:
    """Suggested leads and supporting organisations, and those that people named in corrections."""
    reading = request.app.state.desk.reading(document)
    language = language_of(request)
    found = owning_of(reading)
    items = [
        _owner(row["id"], found[row["id"]], language)
        for kind, row in reading.rows()
        if kind == "commitment" and (found[row["id"]].by_hand or not named)
    ]
    return OwnersOut(total=len(items), items=items, names=names_for(reading))


def _owner(record: str, owning: Owning, language: str) -> OwnerOut:
    return OwnerOut(
        record=record,
        lead=owning.lead or None,
        supporting=list(owning.supporting),
        lead_named=owning.lead_named,
        supporting_named=owning.supporting_named,
        confidence=owning.confidence,
        reasons=[reason_text(reason, language) for reason in owning.reasons],
        suggested_lead=owning.suggested_lead or None,
        suggested_supporting=list(owning.suggested_supporting),
        others=list(owning.others),
    )


def _out(reading: Reading, kind: Any, row: Row) -> RecordOut:
    amended = reading.amended
    state: Any = "added" if row["id"] in amended.added else "changed" if row["id"] in amended.changed else "extracted"
    return RecordOut(
        id=row["id"],
        document=row["document"],
        kind=kind,
        state=state,
        fields={field.name: row.get(field.name) for field in fields_of(kind) if not field.beside},
        section=list(row.get("section") or ()),
        evidence=EvidenceOut(**{name: row[name] for name in _EVIDENCE}),
    )
