"""The search index beside the data: built from it at any time, thrown away at any time.

An index lies in a folder named after what is in it, so that a stale one is simply not found. It is built under another
name and renamed when whole; what has not changed is taken over from the last one.
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from duixian.corpus.durable import TEMPORARY, is_abandoned, token
from duixian.corpus.frames import collect, member, scan
from duixian.corpus.manifest import Entry, Snapshot
from duixian.corpus.words import BREAK, characters, words

if TYPE_CHECKING:
    import polars as pl
    import tantivy

FOLDER = "index"
_VERSION = "2"
_CONTENT = "documents.json"
_TOKENIZER = "spaces"
_HEAP_BYTES = 50_000_000
# Rows that are turned into index entries at a time.
_DOCUMENTS_AT_ONCE = 200
PARAGRAPH, COMMITMENT = "paragraph", "commitment"


def open_index(folder: Path, snapshot: Snapshot) -> tantivy.Index:
    """The index of the present state, brought up to date when needed; in memory where nothing may be written."""
    content = _content(snapshot)
    place = folder / FOLDER / _name(content)
    if place.is_dir():
        with suppress(Exception):
            return _opened(place)
        # Damaged: it can be made again.
        shutil.rmtree(place, ignore_errors=True)
    try:
        return _build(folder, snapshot, content, place)
    except (OSError, ValueError):
        # A read-only or full disk; tantivy reports both as ValueError.
        return _fill(_new(None), folder, snapshot, set(content))


def is_current(folder: Path, snapshot: Snapshot) -> bool:
    """Whether the index of the present state is there, so that a search need not build it."""
    return (folder / FOLDER / _name(_content(snapshot)) / _CONTENT).is_file()


def drop_index(folder: Path) -> None:
    """Throw the index away; the next search builds it anew."""
    shutil.rmtree(folder / FOLDER, ignore_errors=True)


def _build(folder: Path, snapshot: Snapshot, content: dict[str, str], place: Path) -> tantivy.Index:
    part = place.parent / f"{TEMPORARY}{token()}"
    part.mkdir(parents=True)
    try:
        index, known = _start(place.parent, part)
        gone = {name for name, version in known.items() if content.get(name) != version}
        new = {name for name, version in content.items() if known.get(name) != version}
        _fill(index, folder, snapshot, new, gone)
        (part / _CONTENT).write_bytes(orjson.dumps(content))
        del index
        with suppress(OSError):  # another process was faster
            part.rename(place)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    _tidy(place)
    return _opened(place)


def _start(folder: Path, part: Path) -> tuple[tantivy.Index, dict[str, str]]:
    """An index to go on from: a copy of the last one, with what it holds, or an empty one."""
    old = [path for path in folder.iterdir() if (path / _CONTENT).is_file()]
    for path in sorted(old, key=lambda path: path.stat().st_mtime, reverse=True)[:1]:
        try:
            known = orjson.loads((path / _CONTENT).read_bytes())
            shutil.copytree(path, part, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.lock", _CONTENT))
            return _opened(part), known
        except Exception:
            # Whatever is wrong with the old one, a new one needs nothing of it.
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
    return _new(part), {}


def _fill(
    index: tantivy.Index, folder: Path, snapshot: Snapshot, new: set[str], gone: set[str] | None = None
) -> tantivy.Index:
    writer = index.writer(_HEAP_BYTES, 1)
    for name in gone or ():
        writer.delete_documents_by_term("document", name)
    chosen = [name for name in snapshot.documents if name in new]
    for start in range(0, len(chosen), _DOCUMENTS_AT_ONCE):
        _add(writer, folder, snapshot, chosen[start : start + _DOCUMENTS_AT_ONCE])
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def _add(writer: tantivy.IndexWriter, folder: Path, snapshot: Snapshot, names: list[str]) -> None:
    import tantivy

    # Without this every batch would read every file.
    parts = {snapshot.owner[name] for name in names}

    def rows(kind: str, columns: list[str]) -> pl.DataFrame:
        return collect(scan(folder, snapshot, kind, parts).filter(member("document", names)).select(columns), folder)

    statuses: dict[tuple[str, int], set[str]] = {}
    for document, block, status in rows("figures", ["document", "block", "status"]).iter_rows():
        statuses.setdefault((document, block), set()).add(status)
    sections: dict[tuple[str, ...], str] = {}

    def put(type_: str, entry: Entry, key: str, section: list[str], payload: list[Any]) -> tantivy.Document:
        """An entry of the index with what both types have; its own words are added by the caller."""
        path = tuple(section)
        if path not in sections:
            sections[path] = " ".join(characters(BREAK.join(path)))
        found = tantivy.Document()
        found.add_text("type", type_)
        found.add_text("key", key)
        found.add_text("document", entry.id)
        found.add_text("region", entry.region or entry.region_name or "")
        found.add_text("region_name", entry.region_name or "")
        found.add_text("level", entry.level or "")
        found.add_integer("year", entry.plan_year or 0)
        found.add_text("section", sections[path])
        found.add_bytes("payload", orjson.dumps([section, *payload]))
        return found

    columns = ["document", "block", "section", "text", "line", "page"]
    for document, block, section, text, line, page in rows("blocks", columns).iter_rows():
        entry = snapshot.documents[document]
        found = put(PARAGRAPH, entry, f"{document}#{block}", section, [text, line, page, block])
        found.add_text("characters", " ".join(characters(text)))
        for status in statuses.get((document, block), ()):
            found.add_text("status", status)
        writer.add_document(found)
    columns = ["document", "block", "section", "id", "quote", "line", "page"]
    for document, block, section, name, quote, line, page in rows("commitments", columns).iter_rows():
        found = put(COMMITMENT, snapshot.documents[document], name, section, [quote, line, page, block])
        found.add_text("words", " ".join(words(quote)))
        writer.add_document(found)


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in ("type", "key", "document", "level", "status", "region"):
        builder.add_text_field(name, stored=name in ("key", "document"), tokenizer_name="raw", index_option="basic")
    builder.add_text_field("region_name", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_text_field("characters", tokenizer_name=_TOKENIZER, index_option="position")
    builder.add_text_field("section", tokenizer_name=_TOKENIZER, index_option="position")
    builder.add_text_field("words", tokenizer_name=_TOKENIZER, index_option="freq")
    builder.add_bytes_field("payload", stored=True)
    return builder.build()


def _new(place: Path | None) -> tantivy.Index:
    import tantivy

    index = tantivy.Index(_schema(), path=str(place)) if place else tantivy.Index(_schema())
    return _prepared(index)


def _opened(place: Path) -> tantivy.Index:
    import tantivy

    return _prepared(tantivy.Index.open(str(place)))


def _prepared(index: tantivy.Index) -> tantivy.Index:
    import tantivy

    index.register_tokenizer(_TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index


def _content(snapshot: Snapshot) -> dict[str, str]:
    return {name: snapshot.parts[part].extractor for name, part in snapshot.owner.items()}


def _name(content: dict[str, str]) -> str:
    digest = hashlib.sha256(_VERSION.encode())
    for item in sorted(content.items()):
        digest.update(" ".join(item).encode())
    return digest.hexdigest()[:24]


def _tidy(place: Path) -> None:
    """Remove older indexes and what killed runs left."""
    for path in place.parent.iterdir():
        temporary = path.name.startswith(TEMPORARY)
        if path != place and (not temporary or is_abandoned(path.name.removeprefix(TEMPORARY), path)):
            shutil.rmtree(path, ignore_errors=True)
