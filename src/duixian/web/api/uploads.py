"""Adding documents."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile

from duixian.corpus.adding import Added
from duixian.web.api.schemas import AddedOut, FailureOut, FolderIn
from duixian.web.desk import Desk
from duixian.web.language import language_of, texts
from duixian.web.security import safe_name

router = APIRouter(tags=["uploads"])


@router.post("/uploads", summary="Add files")
def uploads(request: Request, files: Annotated[list[UploadFile], File(min_length=1, max_length=500)]) -> AddedOut:
    """Add documents and archives; a file that cannot be read is told, and the others are added."""
    desk: Desk = request.app.state.desk
    return _out(request, desk.add_files([(safe_name(each.filename or ""), each.file.read()) for each in files]))


@router.post("/folders", summary="Add a folder of the server's disk")
def folders(request: Request, folder: FolderIn) -> AddedOut:
    """Only where the server serves nobody but its own machine."""
    return _out(request, request.app.state.desk.add_paths([folder.path]))


@router.post("/samples", summary="Add the sample reports")
def samples(request: Request) -> AddedOut:
    """Two yearly reports of an invented province, which come with the program."""
    return _out(request, request.app.state.desk.add_samples())


def _out(request: Request, added: Added) -> AddedOut:
    speak = texts(language_of(request))
    return AddedOut(
        documents=[entry.id for entry in added.documents],
        present=[identity for identity, _, _ in added.present],
        unchanged=added.unchanged,
        skipped=sum(added.skipped.values()),
        failures=[FailureOut(**speak.told(failure)) for failure in added.failures],
        notes=[(name, speak.about(note)) for name, note in added.notes],
    )
