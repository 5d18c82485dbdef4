"""The page of all corrections: who corrected what, taken back here, exported as answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from duixian.evaluation.export import answers_archive
from duixian.web.desk import Desk
from duixian.web.pages import Room, attachment, go, render
from duixian.web.security import checked_form, text_field
from duixian.web.visitors import Signed

ROOM = Room("nav_corrections", "/corrections", 40)
ARCHIVE = "gold.zip"
_SHOWN = 500
router = APIRouter()
Form = Annotated[FormData, Depends(checked_form)]


@router.get("/corrections")
def corrections(request: Request) -> Response:
    """All live corrections, the latest first."""
    desk: Desk = request.app.state.desk
    journal, documents = desk.journal(), desk.snapshot().documents
    live = journal.live()
    rows = [(entry, documents.get(entry.document)) for entry in reversed(live)]
    return render(
        request, "corrections.html", room=ROOM.key, rows=rows[:_SHOWN], total=len(live), entries=len(journal.entries)
    )


@router.get("/corrections/gold.zip")
def gold(request: Request, whole: bool = False) -> Response:
    """The corrections as answers for ``duixian evaluate``."""
    return attachment(gold_archive(request.app.state.desk, whole), "application/zip", ARCHIVE)


@router.post("/corrections/withdraw")
def withdraw(request: Request, who: Signed, form: Form) -> Response:
    """Take one correction back."""
    desk: Desk = request.app.state.desk
    document, sequence = text_field(form, "document"), text_field(form, "sequence")
    desk.correct(who, "withdraw", document, sequence=int(sequence) if sequence.isdecimal() else 0)
    if text_field(form, "back") == "document":
        return go(f"/documents/{document}", done="withdrawn")
    return go("/corrections")


def gold_archive(desk: Desk, whole: bool) -> bytes:
    """A zip of the answers of all documents that somebody corrected and that are still there."""
    documents = desk.snapshot().documents
    names = dict.fromkeys(entry.document for entry in desk.journal().live() if entry.document in documents)
    return answers_archive((desk.reading(name) for name in names), whole)
