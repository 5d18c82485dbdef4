"""Corrections: what may be corrected, the words of a record to add; written, listed, exported."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from duixian.corpus.correctable import correctable
from duixian.corpus.correcting import place_of_words
from duixian.corpus.corrections import Correction
from duixian.corpus.errors import CorpusError
from duixian.web.api.schemas import (
    ChoiceOut,
    CorrectableOut,
    CorrectionIn,
    CorrectionOut,
    CorrectionsOut,
    FieldOut,
    Kind,
    Place,
    SuggestionOut,
)
from duixian.web.corrections import gold_archive
from duixian.web.desk import Desk
from duixian.web.language import language_of
from duixian.web.reader import around, blank, options_of, suggested
from duixian.web.visitors import Signed

router = APIRouter(tags=["corrections"])


@router.get("/corrections", summary="The journal of corrections")
def corrections(
    request: Request,
    document: Annotated[str, Query(max_length=100)] = "",
    record: Annotated[str, Query(max_length=100, description="Id of a record.")] = "",
    live: Annotated[bool, Query(description="Only those that hold: neither taken back nor a taking back.")] = False,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> CorrectionsOut:
    """Entries of all documents, of one, or about one record."""
    journal = request.app.state.desk.journal()
    entries = [
        entry
        for entry in (journal.live() if live else journal.entries)
        if document in ("", entry.document) and record in ("", entry.record)
    ]
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


@router.get("/correctable", summary="What can be corrected")
def fields(request: Request) -> CorrectableOut:
    """The fields of each kind of record, and what each may hold."""
    language = language_of(request)
    return CorrectableOut(
        **{
            kind: [
                FieldOut(
                    name=one.name,
                    type=one.type,
                    needed=one.needed,
                    choices=[
                        ChoiceOut(value=value, name=name)
                        for value, name in options_of(one.name, one.type, one.choices, kind, language)
                    ],
                )
                for one in found
            ]
            for kind, found in correctable().items()
        }
    )


@router.get("/documents/{document}/suggestion", summary="A record to begin with, from words of the text")
def suggestion(
    request: Request,
    document: str,
    kind: Kind = "figure",
    words: Annotated[str, Query(max_length=2000, description="As they stand in the text.")] = "",
    block: Annotated[int | None, Query(ge=0, le=10_000_000, description="Instead of words: their place.")] = None,
    start: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    end: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> SuggestionOut:
    """Finds the words and says what the extractor makes of them; nothing is written."""
    reading = request.app.state.desk.reading(document)
    if block is None and not words.strip():
        raise CorpusError("words", "没有写出原文", "请写出原文里连续的一段字句，或它的位置")
    place = (block, start, end) if block is not None else place_of_words(reading.document, words)
    before, found, after = around(reading, place)
    return SuggestionOut(
        kind=kind,
        place=Place(block=place[0], start=place[1], end=place[2]),
        words=found,
        before=before,
        after=after,
        values=blank(kind) | suggested(kind, found, reading),
    )


@router.post("/documents/{document}/corrections", summary="Correct, drop or add a record", status_code=201)
def correct(request: Request, document: str, who: Signed, wish: CorrectionIn) -> CorrectionOut:
    """Write one correction."""
    desk: Desk = request.app.state.desk
    place = None if wish.place is None else (wish.place.block, wish.place.start, wish.place.end)
    journal = desk.correct(
        who,
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
