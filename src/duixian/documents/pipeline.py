"""From a decoded source to its documents: lines, paragraphs, volumes, sections, metadata."""

from __future__ import annotations

import hashlib

from duixian.documents.lines import read_lines
from duixian.documents.metadata import describe
from duixian.documents.model import Block, Document, LineIndex, SourceText, ground
from duixian.documents.paragraphs import join_lines
from duixian.documents.sections import build_blocks
from duixian.documents.volumes import Volume, split_volumes


def read_documents(source: SourceText) -> list[Document]:
    """Split a source into documents, clean them, and find their metadata and sections.

    A source without words gives an empty list. Every block can be traced back to the source character by character.
    """
    indexes = tuple(LineIndex(page) for page in source.pages)
    volumes = split_volumes(join_lines(read_lines(source)))
    documents = []
    seen: dict[str, int] = {}
    for volume in volumes:
        document = _build(source, indexes, volume, seen)
        if document is not None:
            documents.append(document)
    return documents


def _build(source: SourceText, indexes: tuple[LineIndex, ...], volume: Volume, seen: dict[str, int]) -> Document | None:
    blocks = build_blocks(volume)
    first = last = None
    for block in blocks:
        first = ground(source, indexes, block.map, 0, len(block.text), 0)
        if first is not None:
            break
    for block in reversed(blocks):
        last = ground(source, indexes, block.map, 0, len(block.text), len(block.text) - 1)
        if last is not None:
            break
    if first is None or last is None:
        return None
    digest = _digest(blocks)
    # The same text twice in one file gives two documents, which must not share an id.
    seen[digest] = seen.get(digest, 0) + 1
    identity = "doc-" + digest[:16] + ("" if seen[digest] == 1 else f"-{seen[digest]}")
    record = describe(volume, blocks, identity, digest, first, last)
    return Document(source, record, blocks, indexes)


def _digest(blocks: tuple[Block, ...]) -> str:
    return hashlib.sha256(
        "".join("".join(block.text.split()) for block in blocks).encode("utf-8", "replace")
    ).hexdigest()
