"""Keeping a corpus in order: remove, verify, repair, compact, refresh."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from duixian.corpus.columns import KINDS
from duixian.corpus.durable import is_abandoned
from duixian.corpus.errors import CorpusError
from duixian.corpus.intake import Intake, Rows, read_in, source_text
from duixian.corpus.manifest import (
    Commit,
    Entry,
    Part,
    Snapshot,
    Source,
    base_of,
    commit_files,
    load_snapshot,
    write_commit,
)
from duixian.corpus.parts import (
    check_file,
    data_files,
    data_path,
    live_sources,
    live_table,
    read_table,
    remove_leftovers,
    write_rows,
    write_tables,
)
from duixian.corpus.version import extractor_version

if TYPE_CHECKING:
    import pyarrow as pa

OnProgress = Callable[[int, int, str], None]
# Parts are merged until together they have this many bytes: large enough to read fast, small enough to hold in memory.
_MERGED_BYTES = 16 << 20


@dataclass(slots=True)
class Check:
    """What verify found. problems: (file, what is wrong). lost: documents in damaged parts. leftovers: files of
    killed runs, which do no harm."""

    documents: int = 0
    files: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)
    lost: list[Entry] = field(default_factory=list)
    leftovers: int = 0


def verify(folder: Path) -> Check:
    """Compare every data file with what the manifest says of it, and the rows with the documents."""
    snapshot = load_snapshot(folder)
    check = Check(documents=len(snapshot.documents))
    owned = snapshot.owned()
    needed = {*owned, *live_sources(snapshot)}
    bad: set[str] = set()
    for name in needed:
        part = snapshot.parts.get(name)
        if part is None:
            bad.add(name)
            check.problems.append((name, "提交记录里没有这个部分"))
            continue
        for kind, written in part.files.items():
            check.files += 1
            path = data_path(folder, kind, name)
            wrong = check_file(path, written)
            if wrong is None and kind == "documents":
                wrong = _wrong_documents(path, part)
            if wrong is not None:
                check.problems.append((str(path), wrong))
                bad.add(name)
    check.lost = [entry for entry in snapshot.documents.values() if snapshot.owner[entry.id] in bad]
    check.leftovers = sum(
        1 for _, name, path in data_files(folder) if name not in snapshot.parts and is_abandoned(name, path)
    )
    return check


def _wrong_documents(path: Path, part: Part) -> str | None:
    try:
        ids = set(read_table(path, "documents")["id"].to_pylist())
    except CorpusError as error:
        return error.reason
    return None if ids.issuperset(entry.id for entry in part.documents) else "文件与提交记录不一致"


def repair(folder: Path) -> Check:
    """Take the documents of damaged parts out, so that the next add brings them again; what verify found before."""
    check = verify(folder)
    lost = {entry.id for entry in check.lost}

    def make(state: Snapshot) -> Commit | None:
        gone = tuple(name for name in state.documents if name in lost)
        return Commit(replaced=gone) if gone else None

    write_commit(folder, make)
    return check


def remove(folder: Path, documents: Iterable[str]) -> list[Entry]:
    """Take documents out; those that were there. Their rows go with the next compaction."""
    wanted = set(documents)
    gone: list[Entry] = []

    def make(state: Snapshot) -> Commit | None:
        gone[:] = [entry for name, entry in state.documents.items() if name in wanted]
        return Commit(removed=tuple(entry.id for entry in gone)) if gone else None

    write_commit(folder, make)
    return gone


@dataclass(slots=True)
class Compacted:
    """parts_before, parts_after: number of parts; bytes_before, bytes_after: of all data files."""

    parts_before: int = 0
    parts_after: int = 0
    bytes_before: int = 0
    bytes_after: int = 0


def compact(folder: Path, progress: OnProgress | None = None) -> Compacted:
    """Merge parts, drop the rows of removed documents, shorten the log. Other writers may go on meanwhile."""
    snapshot = load_snapshot(folder)
    result = Compacted(parts_before=len(snapshot.parts), bytes_before=_size(folder))
    old = set(snapshot.parts)
    merged: list[Part] = []
    groups = _groups(snapshot)
    for number, group in enumerate(groups):
        merged.append(_merge(folder, snapshot, group))
        if progress:
            progress(number + 1, len(groups), "")
    home = {entry.id: part for part in merged for entry in part.documents}
    kept = {
        digest: part.name for part, group in zip(merged, groups, strict=True) for digest in _digests(snapshot, group)
    }

    def make(state: Snapshot) -> Commit:
        later = [name for name in state.parts if name not in old]
        parts = [_only(part, state, {name for name in home if state.owner.get(name) in old}) for part in merged]
        owned = state.owned()
        parts += [_only(state.parts[name], state, set(owned.get(name, ()))) for name in later]
        sources = [
            _moved(source, kept) for source in state.sources.values() if source.part not in old or source.digest in kept
        ]
        homes = {source.part for source in sources}
        return base_of(state, (part for part in parts if part.documents or part.name in homes), sources)

    after = write_commit(folder, make)
    for path in commit_files(folder):
        if int(path.stem) < after.number:
            with suppress(OSError):
                path.unlink()
    current = load_snapshot(folder)
    for _, name, path in data_files(folder):
        if name in old and name not in current.parts:
            with suppress(OSError):
                path.unlink()
    remove_leftovers(folder, current)
    result.parts_after, result.bytes_after = len(current.parts), _size(folder)
    return result


def _groups(snapshot: Snapshot) -> list[list[str]]:
    """Parts with something live, in order of adding, that together make one new part; one extractor each."""
    needed = {*snapshot.owned(), *live_sources(snapshot)}
    groups: list[list[str]] = []
    size = 0
    for name, part in snapshot.parts.items():
        if name not in needed:
            continue
        weight = sum(each.bytes for each in part.files.values())
        if not groups or size + weight > _MERGED_BYTES or snapshot.parts[groups[-1][0]].extractor != part.extractor:
            groups.append([])
            size = 0
        groups[-1].append(name)
        size += weight
    return groups


def _digests(snapshot: Snapshot, group: list[str]) -> list[str]:
    sources = live_sources(snapshot)
    return [digest for name in group for digest in sources.get(name, ())]


def _merge(folder: Path, snapshot: Snapshot, group: list[str]) -> Part:
    import pyarrow as pa

    tables: dict[str, pa.Table] = {}
    for kind in KINDS:
        found = [table for name in group if (table := live_table(folder, snapshot, kind, name)) is not None]
        if found:
            tables[kind] = pa.concat_tables(found)
    owned = snapshot.owned()
    entries = [snapshot.documents[each] for name in group for each in owned.get(name, ())]
    return write_tables(folder, tables, snapshot.parts[group[0]].extractor, entries)


def _only(part: Part, state: Snapshot, live: set[str]) -> Part:
    """The part as the base states it: with the entries of what is live; the files keep what they have."""
    entries = tuple(state.documents[entry.id] for entry in part.documents if entry.id in live)
    return Part(part.name, part.extractor, part.files, entries)


def _moved(source: Source, kept: dict[str, str]) -> Source:
    part = kept.get(source.digest, source.part)
    return Source(source.digest, source.name, part, source.extractor, source.documents)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for _, _, path in data_files(folder))


@dataclass(slots=True)
class Refreshed:
    """sources: texts read again. before, after: number of documents these gave. failures: (file, reason)."""

    sources: int = 0
    before: int = 0
    after: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)


def refresh(folder: Path, progress: OnProgress | None = None, everything: bool = False) -> Refreshed:
    """Read the kept texts again where an older extractor made the records; all of them when ``everything``."""
    snapshot = load_snapshot(folder)
    extractor = extractor_version()
    result = Refreshed()
    stale: dict[str, list[str]] = {}
    for name, part in snapshot.owner.items():
        if everything or snapshot.parts[part].extractor != extractor:
            stale.setdefault(snapshot.documents[name].source_digest, []).append(name)
    for number, (digest, names) in enumerate(stale.items()):
        source = snapshot.sources.get(digest)
        if source is None:
            result.failures.append((snapshot.documents[names[0]].source, "没有保存原文"))
            continue
        if progress:
            progress(number, len(stale), source.name)
        try:
            after = _refresh_source(folder, snapshot, source, names, extractor)
        except CorpusError as error:
            result.failures.append((source.name, f"{error.target}：{error.reason}"))
            continue
        result.sources += 1
        result.before += len(names)
        result.after += after
    return result


def _refresh_source(folder: Path, snapshot: Snapshot, source: Source, names: list[str], extractor: str) -> int:
    table = read_table(data_path(folder, "sources", source.part), "sources", [source.digest])
    if not table.num_rows:
        raise CorpusError(source.name, "没有保存原文", "请从原文件重新添加")
    text = source_text(table.to_pylist()[0])
    rows: Rows = {kind: [] for kind in KINDS}
    # Documents of this text that other sources own, or that the user took out, stay as they are.
    others = {*snapshot.documents, *snapshot.removed} - set(names)
    added = {name: snapshot.documents[name].added for name in names}
    when = min(added.values())
    entries, identities = read_in(text, source.digest, others, extractor, rows, Intake(), added, when)
    if len(identities) == len(source.documents):
        # A removed document whose text is cleaned differently now has another id, but it stands where it stood.
        gone = {new for new, old in zip(identities, source.documents, strict=True) if old in snapshot.removed}
        if gone & {entry.id for entry in entries}:
            rows = {kind: [] for kind in KINDS}
            entries, _ = read_in(text, source.digest, others | gone, extractor, rows, Intake(), added, when)
    if not entries:
        return 0
    part = write_rows(folder, rows, extractor, entries)
    fresh = Source(source.digest, source.name, part.name, extractor, identities)

    def make(state: Snapshot) -> Commit | None:
        # Only what is still there, and still from where it was, gives way.
        gone = tuple(name for name in names if name in state.documents)
        return Commit((part,), (fresh,), replaced=gone) if gone else None

    write_commit(folder, make)
    return len(entries)
