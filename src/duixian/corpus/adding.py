"""Adding inputs: batches, workers, commits. What a killed run has committed stays; the next does the rest."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from duixian.corpus.durable import abandoned
from duixian.corpus.errors import CorpusError
from duixian.corpus.intake import Intake, take_in
from duixian.corpus.manifest import (
    COMMITS,
    Commit,
    Entry,
    Snapshot,
    create_corpus,
    load_snapshot,
    version_key,
    write_commit,
)
from duixian.corpus.parts import discard_part, remove_leftovers
from duixian.corpus.version import extractor_version
from duixian.errors import InputError

if TYPE_CHECKING:
    from duixian.documents.discovery import Discovery, Input

# A batch is what a killed run may lose, and the size of a part: a megabyte of files or 64 of them.
_BATCH_BYTES = 1 << 20
_BATCH_FILES = 64
_UNKNOWN_BYTES = 200_000
OnProgress = Callable[[int, int, str], None]


@dataclass(slots=True)
class Added:
    """What came of adding.

    documents: those that are new. present: (id, title, file) of those that were there already, told once an input.
    unchanged: number of files that were read before, byte by byte the same. newer: new documents that stand beside an
    older version of themselves, with the id of that. stale: documents that an older extractor read.
    """

    documents: list[Entry] = field(default_factory=list)
    present: list[tuple[str, str, str]] = field(default_factory=list)
    unchanged: int = 0
    newer: list[tuple[Entry, str]] = field(default_factory=list)
    failures: list[InputError] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    stale: int = 0
    skipped: dict[str, int] = field(default_factory=dict)


def add(folder: Path, paths: Sequence[str], workers: int = 0, progress: OnProgress | None = None) -> Added:
    """Add the documents under ``paths``; see :meth:`duixian.corpus.store.Corpus.add`."""
    from duixian.documents.discovery import discover

    return add_inputs(folder, discover(list(paths)), workers, progress)


def add_inputs(folder: Path, discovery: Discovery, workers: int = 0, progress: OnProgress | None = None) -> Added:
    """Add the documents of inputs that were found; see :func:`add`."""
    create_corpus(folder)
    snapshot = load_snapshot(folder)
    remove_leftovers(folder, snapshot)
    for path in abandoned(folder / COMMITS):
        with suppress(OSError):
            path.unlink()
    extractor = extractor_version()
    added = Added()
    inputs: list[Input] = []
    for found in discovery:
        if isinstance(found, InputError):
            added.failures.append(found)
        else:
            inputs.append(found)
    added.skipped = dict(discovery.skipped)
    new = [found for found in inputs if not _is_known(found, snapshot, added)]
    known = frozenset(snapshot.documents)
    done = len(inputs) - len(new)
    if progress:
        progress(done, len(inputs), "")
    for batch, intake in _intakes(folder, list(_batches(new)), known, extractor, workers):
        snapshot = _commit(folder, intake, added, snapshot)
        done += len(batch)
        if progress:
            progress(done, len(inputs), batch[-1].name)
    _tell_versions(added, snapshot)
    added.stale = sum(1 for part in snapshot.owner.values() if snapshot.parts[part].extractor != extractor)
    return added


def _is_known(found: Input, snapshot: Snapshot, added: Added) -> bool:
    if not snapshot.sources:
        return False
    try:
        source = snapshot.sources.get(hashlib.sha256(found.load()).hexdigest())
    except InputError:
        return False  # reading it again tells what is wrong
    if source is None or not snapshot.is_complete(source):
        return False
    added.unchanged += 1
    return True


def _batches(inputs: Iterable[Input]) -> Iterator[list[Input]]:
    batch: list[Input] = []
    size = 0
    for found in inputs:
        weight = _weight(found)
        if batch and (size + weight > _BATCH_BYTES or len(batch) >= _BATCH_FILES):
            yield batch
            batch, size = [], 0
        batch.append(found)
        size += weight
    if batch:
        yield batch


def _weight(found: Input) -> int:
    if found.data is not None:
        return len(found.data)
    try:
        return _UNKNOWN_BYTES if found.members or found.path is None else found.path.stat().st_size
    except OSError:
        return 0


def _intakes(
    folder: Path, batches: list[list[Input]], known: frozenset[str], extractor: str, workers: int
) -> Iterator[tuple[list[Input], Intake]]:
    """What came of each batch, as they get ready; in this process for one worker or one batch."""
    workers = min(workers or os.cpu_count() or 1, len(batches))
    if workers <= 1:
        seen = set(known)
        for batch in batches:
            intake = take_in(folder, batch, seen, extractor)
            if intake.part is not None:
                seen.update(entry.id for entry in intake.part.documents)
            yield batch, intake
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # Longest first, so that no worker is left with a long batch at the end.
    batches = sorted(batches, key=lambda batch: -sum(map(_weight, batch)))
    with ProcessPoolExecutor(workers, get_context("spawn"), _stop_with_parent) as pool:
        try:
            futures = {pool.submit(take_in, folder, batch, known, extractor): batch for batch in batches}
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BrokenProcessPool as error:
            raise CorpusError(
                str(folder),
                "一个工作进程意外退出（可能是内存不足）",
                "已完成的都已写入，请用 --workers 1 再运行一次补全",
            ) from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _stop_with_parent() -> None:
    """Let a worker end when the process that started it was killed, instead of waiting for ever."""
    from multiprocessing import parent_process

    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _commit(folder: Path, intake: Intake, added: Added, snapshot: Snapshot) -> Snapshot:
    added.failures += [InputError(*failure) for failure in intake.failures]
    added.notes += intake.notes
    added.present += intake.present
    part = intake.part
    if part is None:
        return snapshot
    before: set[str] = set()

    def make(state: Snapshot) -> Commit | None:
        # Another writer may have added some of these in the meantime; the log keeps the first.
        before.clear()
        before.update(entry.id for entry in part.documents if entry.id in state.documents)
        return Commit((part,), tuple(intake.sources)) if len(before) < len(part.documents) else None

    try:
        snapshot = write_commit(folder, make, snapshot)
    except (OSError, CorpusError):
        # Not on an interrupt, which may come after the commit is there.
        discard_part(folder, part)
        raise
    if part.name not in snapshot.parts:
        discard_part(folder, part)
    added.documents += [entry for entry in part.documents if entry.id not in before]
    added.present += [(entry.id, entry.title, entry.source) for entry in part.documents if entry.id in before]
    return snapshot


def _tell_versions(added: Added, snapshot: Snapshot) -> None:
    versions = snapshot.versions()
    many = [entry for entry in added.documents if versions.get(entry.id, (1, 1))[0] > 1]
    if many:
        ordered = sorted(snapshot.documents.values(), key=lambda entry: entry.added)
        for entry in many:
            older = [e for e in ordered if e.id != entry.id and version_key(e) == version_key(entry)]
            older = [e for e in older if versions[e.id][0] < versions[entry.id][0]]
            added.newer.append((entry, older[-1].id))
