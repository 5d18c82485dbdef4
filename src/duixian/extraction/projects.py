"""Projects: the specific, named undertakings of a document, with the stage the text gives them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from duixian.documents.model import Block, Document
from duixian.extraction.clauses import clauses_around
from duixian.extraction.deadlines import deadline_in
from duixian.extraction.parts import PLAN, REVIEW, parts_of_document
from duixian.extraction.project_lists import Mention, mentions_in
from duixian.records import Project
from duixian.vocabulary.projects import load_project_words

_LOOKS_BACK = re.compile(r"(?:各位代表[！，])?(?:过去一年|一年来|去年)")


def find_projects(document: Document) -> list[Project]:
    """The projects of a document, in the order of the text, from what was done as from what is planned.

    Names in a list are completed with the noun they share. ``evidence`` covers the project's own words in the list.
    """
    return list(_read(document))


def _read(document: Document) -> Iterator[Project]:
    parts = parts_of_document(document)
    seen: dict[str, int] = {}
    for block, part in zip(document.blocks, parts, strict=True):
        if part not in (PLAN, REVIEW) or block.kind in ("title", "byline", "salutation"):
            continue
        yield from _block(document, block, part, seen)


def _block(document: Document, block: Block, part: str, seen: dict[str, int]) -> Iterator[Project]:
    text = block.text
    hits = [found.start() for found in load_project_words().cue.finditer(text)]
    if not hits:
        return
    year = document.record.plan_year if part == PLAN else None
    achieved = part == REVIEW or _LOOKS_BACK.match(text) is not None
    lead_deadline: str | None = None
    for start, end, opens, holds in clauses_around(text, hits):
        if opens:
            lead_deadline = None
            if end - start < 14:
                lead_deadline = deadline_in(text, start, end, year)
        if not holds:
            continue
        mentions = mentions_in(text, start, end)
        if not mentions:
            continue
        deadline = None if achieved else deadline_in(text, start, end, year) or lead_deadline
        for mention in mentions:
            record = _record(document, block, mention, "achieved" if achieved else "target", deadline, seen)
            if record is not None:
                yield record


def _record(
    document: Document, block: Block, mention: Mention, status: str, deadline: str | None, seen: dict[str, int]
) -> Project | None:
    evidence = document.evidence(block, mention.start, mention.end)
    if evidence is None:
        return None
    count = seen.get(mention.name, 0)
    seen[mention.name] = count + 1
    key = f"{document.id}|project|{mention.name}|{count}"
    return Project(
        id="prj-" + hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).hexdigest(),
        document=document.id,
        evidence=evidence,
        name=mention.name,
        stage=mention.stage,
        status=status,
        deadline=deadline,
        section=block.section,
    )
