"""The records of a document, corrections laid over, and who answers for its commitments."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from duixian.corpus.correctable import fields_of
from duixian.corpus.correcting import Amendment, Row
from duixian.corpus.readings import Reading
from duixian.web.api.schemas import EvidenceOut, Kind, OwnerOut, OwnersOut, RecordOut, RecordsOut
from duixian.web.language import language_of
from duixian.web.owners import Owning, names_for, owning_of, reason_text

router = APIRouter(tags=["records"])
Asked = Literal["extracted", "changed", "added", "dropped", "corrected"]
_EVIDENCE = tuple(EvidenceOut.model_fields)


@router.get("/documents/{document}/records", summary="The records of a document")
def records(
    request: Request,
    document: str,
    kind: Annotated[Kind | None, Query(description="One kind; all when missing.")] = None,
    state: Annotated[
        Asked | None, Query(description="As extracted, changed, added or dropped by people; corrected: any of these.")
    ] = None,
) -> RecordsOut:
    """Records in the order of the text; those that people took out only where these are asked for."""
    reading = request.app.state.desk.reading(document)
    found = [_out(reading, each, row) for each, row in reading.rows()]
    if state in ("dropped", "corrected"):
        found += [_out(reading, amendment.kind, row, amendment) for amendment, row in reading.amended.dropped]
    items = [one for one in found if kind in (None, one.kind) and _passes(one, state)]
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


def _passes(record: RecordOut, state: Asked | None) -> bool:
    return state in (None, record.state) or (state == "corrected" and record.state != "extracted")


def _out(reading: Reading, kind: Any, row: Row, dropped: Amendment | None = None) -> RecordOut:
    amended = reading.amended
    state: Any = "added" if row["id"] in amended.added else "changed" if row["id"] in amended.changed else "extracted"
    amendment = dropped or amended.added.get(row["id"]) or amended.changed.get(row["id"])
    return RecordOut(
        id=row["id"],
        document=row["document"],
        kind=kind,
        state="dropped" if dropped else state,
        corrections=list(amendment.sequences) if amendment else [],
        fields={field.name: row.get(field.name) for field in fields_of(kind) if not field.beside},
        section=list(row.get("section") or ()),
        evidence=EvidenceOut(**{name: row[name] for name in _EVIDENCE}),
    )
