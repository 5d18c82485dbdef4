"""What a document is: its title, kind, place, years, date and speaker. What cannot be known stays None."""

from __future__ import annotations

from duixian.documents.model import Block
from duixian.documents.volumes import Volume
from duixian.records import DocumentRecord, Evidence
from duixian.vocabulary.titles import kind_patterns


def describe(
    volume: Volume, blocks: tuple[Block, ...], identity: str, digest: str, first: Evidence, last: Evidence
) -> DocumentRecord:
    """The record of a document."""
    title = "".join(blocks[i].text for i in volume.opening.title) or blocks[0].text[:40]
    kind = next((kind for kind, pattern in kind_patterns() if pattern.search(title)), "other")
    return DocumentRecord(
        id=identity,
        document=identity,
        evidence=first,
        title=title,
        kind=kind,
        region=None,
        region_name=None,
        level=None,
        plan_year=2024,
        review_year=2023,
        date=None,
        speaker=None,
        office=None,
        line_start=first.line,
        line_end=last.line,
        sha256=digest,
    )
