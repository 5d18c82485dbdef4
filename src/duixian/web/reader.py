"""The reader: a document with its records highlighted in place, beside the list of them; corrections."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from duixian.corpus.correctable import Field, beside, correctable, fields_of
from duixian.corpus.correcting import Row, grounded, place_of_words
from duixian.corpus.errors import CorpusError, NoSuchNameError
from duixian.corpus.owners import NOBODY, Owner
from duixian.corpus.readings import Reading
from duixian.evaluation.scoring import bare_name
from duixian.reporting.labels import label, labels
from duixian.web.desk import Desk
from duixian.web.highlighting import Article, article, described
from duixian.web.owners import names_for, owning_of, reasons_text
from duixian.web.pages import go, render, say
from duixian.web.security import checked_form, text_field
from duixian.web.visitors import Signed

ROOM = None
SHOWN = ("figure", "commitment", "project")
_FAMILIES = {"kind": "figure_kind", "op": "op", "stage": "stage", "theme": ""}
# As much of a paragraph as a form shows on either side of the words.
_AROUND = 60
router = APIRouter()
Form = Annotated[FormData, Depends(checked_form)]


@router.get("/documents/{document}")
def document(
    request: Request,
    document: str,
    record: str = "",
    show: str = "",
    done: str = "",
) -> Response:
    """The document. record: id of a chosen record. show: one kind of record, or "corrected"."""
    desk: Desk = request.app.state.desk
    reading = desk.reading(document)
    language = say(request).language
    return render(
        request,
        "reader.html",
        room="nav_library",
        entry=reading.entry,
        source=bare_name(reading.entry.source),
        shown=_article(request, reading, show, record),
        show=show,
        record=record,
        done=done if done in ("changed", "dropped", "added", "withdrawn", "owned") else "",
        counts=_counts(reading),
        dropped=[
            (amendment, row, described(amendment.kind, row, language)) for amendment, row in reading.amended.dropped
        ],
        version=desk.snapshot().versions().get(document, (1, 1)),
    )


@router.get("/documents/{document}/at")
def at(request: Request, document: str, line: Annotated[int, Query(ge=0)] = 0) -> Response:
    """The paragraph on a line of the source."""
    reading = request.app.state.desk.reading(document)
    place = 0
    for block in reading.document.blocks:
        page, start = block.map.locate(0)
        if reading.document.line_indexes[page].line(start) <= line:
            place = block.index
    return go(f"/documents/{document}", fragment=f"b{place}")


@router.get("/documents/{document}/records/{record}")
def record_form(request: Request, document: str, record: str) -> Response:
    """The form in which a record is corrected or dropped."""
    desk: Desk = request.app.state.desk
    reading = desk.reading(document)
    kind, row = reading.found(record)
    return _form(request, reading, kind, record, row, _context(reading, row))


@router.post("/documents/{document}/records/{record}")
def correct_record(request: Request, document: str, record: str, who: Signed, form: Form) -> Response:
    """Take the corrected fields, or drop the record."""
    desk: Desk = request.app.state.desk
    kind, row = desk.reading(document).found(record)
    if text_field(form, "action") == "drop":
        desk.correct(who, "drop", document, record=record)
        return go(f"/documents/{document}", done="dropped")
    values = _given(kind, form)
    try:
        desk.correct(who, "change", document, record=record, values=values)
    except CorpusError as error:
        reading = desk.reading(document)
        told = say(request).told(error)
        return _form(request, reading, kind, record, {**row, **values}, _context(reading, row), told)
    return go(f"/documents/{document}", record=record, done="changed", fragment="on")


@router.post("/documents/{document}/owners")
def name_owner(request: Request, document: str, who: Signed, form: Form) -> Response:
    """Name the lead of a commitment with one click: its id and the name, without a name as suggested."""
    desk: Desk = request.app.state.desk
    record, _, name = text_field(form, "own").partition(" ")
    show = text_field(form, "show")
    name = name.strip()
    present = desk.reading(document).amended.owners.get(record)
    # A button that is pressed twice has done its work the first time.
    if name and (present is None or present.lead != name):
        desk.correct(who, "change", document, record=record, values={"lead": name})
    elif not name and present is not None:
        desk.correct(who, "change", document, record=record, values={"lead": "", "supporting": ""})
    items = _article(request, desk.reading(document), show, record).items
    number = next((item.number for item in items if item.record == record), 0)
    return go(f"/documents/{document}", show=show, record=record, done="owned", fragment=f"r{number}")


@router.get("/documents/{document}/add")
def add_form(
    request: Request,
    document: str,
    kind: str = "figure",
    words: str = "",
    block: int | None = None,
    start: int = 0,
    end: int = 0,
) -> Response:
    """The form in which a missed record is added: words chosen in the text, or pasted."""
    reading = request.app.state.desk.reading(document)
    kind = kind if kind in correctable() else "figure"
    values = blank(kind)
    context, told = None, None
    if block is not None or words.strip():
        try:
            place = (block, start, end) if block is not None else place_of_words(reading.document, words)
            context = around(reading, place)
            words = context[1]
            values |= suggested(kind, words, reading)
            block, start, end = place
        except CorpusError as error:
            told, block = say(request).told(error), None
    place_given = None if block is None else (block, start, end)
    return _form(request, reading, kind, "", values, context, told, words, place_given)


@router.post("/documents/{document}/add")
def add_record(request: Request, document: str, who: Signed, form: Form) -> Response:
    """Take a missed record."""
    desk: Desk = request.app.state.desk
    kind, words = text_field(form, "kind_of_record"), text_field(form, "words")
    place = _place(form)
    values = _given(kind, form)
    try:
        journal = desk.correct(who, "add", document, kind=kind, values=values, words=words, place=place)
    except CorpusError as error:
        if isinstance(error, NoSuchNameError) or kind not in correctable():
            raise
        # What was filled in is kept; where the words cannot be found, they are asked for again.
        reading, context = desk.reading(document), None
        with suppress(CorpusError):
            context = around(reading, place or place_of_words(reading.document, words))
        return _form(request, reading, kind, "", values, context, say(request).told(error), words, place)
    record = journal.entries[-1].record
    return go(f"/documents/{document}", record=record, done="added", fragment="on")


def blank(kind: str) -> Row:
    """The values of a record of which nothing is known yet."""
    return {field.name: field.choices[0] if field.choices else None for field in fields_of(kind)}


def suggested(kind: str, words: str, reading: Reading) -> dict[str, Any]:
    """What the extractor makes of the chosen words alone, to begin with."""
    from duixian.api import read_text

    if kind == "project":
        return {"name": words}
    if kind == "commitment":
        return {"action": words[:2], "object": words[2:]}
    # Without its full stop a clause that stands alone would be read as a title.
    readings = read_text(f"{words.rstrip('，；。')}。")
    figures = readings[0].figures() if readings else ()
    if not figures:
        return {"subject": words[:40]}
    return {field.name: getattr(figures[0], field.name) for field in fields_of(kind) if not field.beside}


def _article(request: Request, reading: Reading, show: str, record: str) -> Article:
    """The document ready for the page, kept for whoever asks next."""
    desk: Desk = request.app.state.desk
    language = say(request).language
    # The reading is part of the answers, so that its address is not given to another while they are kept.
    _, owners = desk.kept.get(("owners", id(reading)), lambda: (reading, owning_of(reading)))
    key = ("article", id(reading), show, record, language)
    _, shown = desk.kept.get(key, lambda: (reading, article(reading, show, record, language, owners)))
    return shown


def _form(
    request: Request,
    reading: Reading,
    kind: str,
    record: str,
    values: Row,
    context: tuple[str, str, str] | None,
    told: dict[str, str] | None = None,
    words: str = "",
    place: tuple[int, int, int] | None = None,
) -> Response:
    language = say(request).language
    journal = request.app.state.desk.journal()
    history = [entry for entry in journal.of(reading.entry.id) if record and entry.record == record]
    amended = reading.amended.laid.get(record)
    if amended is not None:
        history = [entry for entry in journal.of(reading.entry.id) if entry.sequence in amended.sequences]
    owning = owning_of(reading).get(record) if beside(kind) else None
    return render(
        request,
        "record.html",
        400 if told else 200,
        room="nav_library",
        entry=reading.entry,
        kind=kind,
        kinds=tuple(correctable()),
        record=record,
        fields=[
            (
                field,
                _value(reading, record, field, values),
                options_of(field.name, field.type, field.choices, kind, language),
            )
            for field in fields_of(kind)
        ],
        context=context,
        words=words,
        place=place,
        told=told,
        history=history,
        owning=owning,
        reasons="" if owning is None else reasons_text(owning, language),
        offices=names_for(reading) if beside(kind) else (),
    )


def _value(reading: Reading, record: str, field: Field, values: Row) -> Any:
    """What a field of a form begins with."""
    value = values.get(field.name)
    if field.beside and field.name not in values:
        value = getattr(reading.amended.owners.get(record, Owner()), field.name)
    if isinstance(value, tuple):
        return "、".join(value) or NOBODY
    return value


def options_of(name: str, type: str, choices: tuple[str, ...], kind: str, language: str) -> list[tuple[str, str]]:
    """(value, name) of all that a field may hold; empty for any."""
    if type == "indicator":
        return list(labels("indicator", language).items())
    family = f"{kind}_status" if name == "status" else _FAMILIES.get(name, "")
    return [(choice, label(family, choice, language)) for choice in choices]


def _given(kind: str, form: FormData) -> dict[str, Any]:
    """The fields of a form; a box that is not ticked is not sent."""
    return {
        field.name: text_field(form, field.name) if field.type != "boolean" else bool(text_field(form, field.name))
        for field in correctable().get(kind, ())
        if field.type == "boolean" or field.name in form
    }


def _place(form: FormData) -> tuple[int, int, int] | None:
    numbers = [text_field(form, name) for name in ("block", "start", "end")]
    if all(each.isdecimal() and len(each) < 10 for each in numbers):
        return int(numbers[0]), int(numbers[1]), int(numbers[2])
    return None


def _context(reading: Reading, row: Row) -> tuple[str, str, str] | None:
    """The words of a record with what stands around them in its paragraph."""
    from duixian.reporting.annotation.spans import Locator
    from duixian.web.highlighting import evidence_of

    places = Locator(reading.document).locate(evidence_of(row))
    if not places:
        return None
    block, start, end = places[0]
    text = reading.document.blocks[block].text
    return text[max(0, start - _AROUND) : start], text[start:end], text[end:][:_AROUND]


def around(reading: Reading, place: tuple[int, int, int]) -> tuple[str, str, str]:
    """The words at a place with what stands around them. Raises CorpusError for words that cannot be grounded."""
    _, position = grounded(reading.document, place)
    text = reading.document.blocks[position].text
    return text[max(0, place[1] - _AROUND) : place[1]], text[place[1] : place[2]], text[place[2] :][:_AROUND]


def _counts(reading: Reading) -> dict[str, int]:
    counts = {kind: len(reading.amended.rows[kind]) for kind in SHOWN}
    counts["corrected"] = len(reading.amended.touched()) + len(reading.amended.dropped)
    return counts
