"""From a decoded source to its documents."""

from __future__ import annotations

import hashlib
import re

from duixian.documents.model import Block, Document, LineIndex, SourceText, SpanMap, ground
from duixian.records import DocumentRecord

_LINE = re.compile(r"[^\n]+")
_START = re.compile(r"^\d+\.\S{1,12}政府工作报告$")


def read_documents(source: SourceText) -> list[Document]:
    """Split a source into documents, clean them, and find their metadata and sections."""
    indexes = tuple(LineIndex(page) for page in source.pages)
    groups: list[list[Block]] = []
    for page_number, page in enumerate(source.pages):
        for match in _LINE.finditer(page):
            raw = match.group()
            text = raw.strip()
            if not text:
                continue
            if not groups or _START.match(text):
                groups.append([])
            lead = len(raw) - len(raw.lstrip())
            groups[-1].append(
                Block(len(groups[-1]), text, SpanMap((0,), (match.start() + lead,), (page_number,)))
            )
    documents = []
    for blocks in groups:
        digest = hashlib.sha256("".join(b.text for b in blocks).encode()).hexdigest()
        first = ground(source, indexes, blocks[0].map, 0, len(blocks[0].text), 0)
        last = ground(source, indexes, blocks[-1].map, 0, len(blocks[-1].text), 0)
        assert first is not None and last is not None
        record = DocumentRecord(
            id="doc-" + digest[:16], document="doc-" + digest[:16], evidence=first, title=blocks[0].text,
            kind="government_work_report", region=None, region_name=None, level=None, plan_year=2024, review_year=2023,
            date=None, speaker=None, office=None, line_start=first.line, line_end=last.line, sha256=digest,
        )
        documents.append(Document(source, record, tuple(blocks), indexes))
    return documents
