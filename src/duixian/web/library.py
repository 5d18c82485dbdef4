"""The library: what is there, what is added, what is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from duixian.corpus import CorpusError
from duixian.corpus.adding import Added
from duixian.corpus.manifest import Entry, Snapshot
from duixian.web.desk import Desk
from duixian.web.pages import Room, go, render, say
from duixian.web.security import checked_form, safe_name, text_field

ROOM = Room("nav_library", "/", 10)
PAGE = 100
HITS = 30
router = APIRouter()
Form = Annotated[FormData, Depends(checked_form)]


@dataclass(frozen=True, slots=True)
class Filters:
    """What to list; empty for all. region: code or name. year: the year planned."""

    region: str = ""
    year: int | None = None
    kind: str = ""

    def __call__(self, entry: Entry) -> bool:
        return (
            self.region in ("", entry.region, entry.region_name)
            and self.year in (None, entry.plan_year)
            and self.kind in ("", entry.kind)
        )


def chosen(region: str = "", year: str = "", kind: str = "") -> Filters:
    """The filters in an address; a year that is none is passed over."""
    return Filters(region, int(year) if year.isdecimal() and len(year) == 4 else None, kind)


def listed(snapshot: Snapshot, filters: Filters) -> list[Entry]:
    """The documents that pass, by place, then the latest year first."""
    found = [entry for entry in snapshot.documents.values() if filters(entry)]
    return sorted(found, key=lambda entry: (entry.region or "9", entry.region_name or "", -(entry.plan_year or 0)))


def choices(snapshot: Snapshot) -> dict[str, list[tuple[str, str]]]:
    """(value, text) of places, years and kinds that there are documents of."""
    entries = snapshot.documents.values()
    places = {entry.region or entry.region_name or "": entry.region_name or entry.region or "" for entry in entries}
    years = sorted({entry.plan_year for entry in entries if entry.plan_year}, reverse=True)
    return {
        "region": sorted((code, name) for code, name in places.items() if code),
        "year": [(str(year), str(year)) for year in years],
        "kind": [(kind, kind) for kind in sorted({entry.kind for entry in entries})],
    }


@router.get("/")
def library(
    request: Request,
    filters: Annotated[Filters, Depends(chosen)],
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """What is in the corpus, and the way to add to it."""
    return _library(request, filters, page)


@router.post("/library/upload")
def upload(request: Request, form: Form) -> Response:
    """Add uploaded files; what could not be read is told file by file."""
    desk: Desk = request.app.state.desk
    files = [item for item in form.getlist("files") if isinstance(item, UploadFile) and item.filename]
    if not files:
        raise CorpusError(say(request)("upload"), "没有选择文件", "请先选择文件，再点“上传”")
    return _told(request, desk.add_files([(safe_name(item.filename or ""), item.file.read()) for item in files]))


@router.post("/library/folder")
def folder(request: Request, form: Form) -> Response:
    """Add what lies in a folder of the server's disk."""
    desk: Desk = request.app.state.desk
    path = text_field(form, "path").strip()
    if not path:
        raise CorpusError(say(request)("folder"), "没有写路径", "请写出文件夹的完整路径")
    return _told(request, desk.add_paths([path]))


@router.post("/library/samples")
def samples(request: Request, form: Form) -> Response:
    """Add the sample reports that come with the program."""
    request.app.state.desk.add_samples()
    return go("/")


@router.post("/library/remove")
def remove(request: Request, form: Form) -> Response:
    """Take documents out."""
    names = [value for value in form.getlist("document") if isinstance(value, str)]
    request.app.state.desk.remove(names)
    return go("/", removed=len(names))


@router.get("/search")
def search(
    request: Request,
    filters: Annotated[Filters, Depends(chosen)],
    q: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """Paragraphs that hold the words."""
    desk: Desk = request.app.state.desk
    snapshot = desk.snapshot()
    values: dict[str, Any] = {"filters": filters, "choices": choices(snapshot), "hits": None, "told": None}
    if q.strip():
        try:
            values["hits"] = desk.corpus.search(q, region=filters.region or None, year=filters.year, limit=HITS)
        except CorpusError as error:
            values["told"] = say(request).told(error)
    return render(request, "search.html", room=ROOM.key, pieces=pieces, **values)


def pieces(snippet: str) -> list[tuple[str, bool]]:
    """A snippet cut at its marks 【】: (text, whether it was looked for)."""
    found: list[tuple[str, bool]] = []
    for part in snippet.replace("】", "【").split("【"):
        found.append((part, len(found) % 2 == 1))
    return [piece for piece in found if piece[0]]


def _library(
    request: Request, filters: Filters, page: int = 1, added: Added | None = None, status: int = 200
) -> Response:
    desk: Desk = request.app.state.desk
    snapshot = desk.snapshot()
    entries = listed(snapshot, filters)
    pages = max(1, -(-len(entries) // PAGE))
    page = min(page, pages)
    return render(
        request,
        "library.html",
        status,
        room=ROOM.key,
        filters=filters,
        choices=choices(snapshot),
        entries=entries[(page - 1) * PAGE : page * PAGE],
        versions=snapshot.versions(),
        total=len(entries),
        whole=len(snapshot.documents),
        page=page,
        pages=pages,
        added=None if added is None else outcome(request, added),
        removed=request.query_params.get("removed", ""),
        loopback=desk.settings.is_loopback,
        megabytes=desk.settings.upload_bytes // (1024 * 1024),
    )


def outcome(request: Request, added: Added) -> dict[str, Any]:
    """What came of adding, in words: counts, failures (target, reason, remedy) and notes (file, text)."""
    speak = say(request)
    return {
        "documents": added.documents,
        "figures": sum(entry.figures for entry in added.documents),
        "commitments": sum(entry.commitments for entry in added.documents),
        "projects": sum(entry.projects for entry in added.documents),
        "present": added.present,
        "unchanged": added.unchanged,
        "newer": added.newer,
        "failures": [speak.told(failure) for failure in added.failures],
        "notes": [(name, speak.about(note)) for name, note in added.notes],
        "skipped": sum(added.skipped.values()),
    }


def _told(request: Request, added: Added) -> Response:
    """The library with what came of adding; a refused file leaves the others in."""
    worked = added.documents or added.present or added.unchanged
    return _library(request, Filters(), added=added, status=200 if worked else 422)
