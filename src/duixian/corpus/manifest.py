"""What a corpus holds: a log of commits, each one small JSON file that is created whole and never changed.

A commit is numbered; its file is created only if that number is still free, so of two writers one comes first and the
other takes the next number. Replaying the log gives the same :class:`Snapshot` to everyone. A document belongs to the
first commit that brings it; copies that come later are not seen. A *base* commit repeats the whole state, so that
older commits can go.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from duixian.corpus.durable import create_file
from duixian.corpus.errors import CorpusError, damaged

FORMAT = 1
MARKER = "duixian-corpus.json"
COMMITS = "commits"


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of the corpus, as the manifest knows it. added: seconds since 1970; the rest as in its record."""

    id: str
    title: str
    kind: str
    region: str | None
    region_name: str | None
    level: str | None
    plan_year: int | None
    review_year: int | None
    date: str | None
    speaker: str | None
    source: str
    source_digest: str
    characters: int
    figures: int
    commitments: int
    projects: int
    added: float


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file: its rows, its size in bytes, the digest of its content."""

    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Part:
    """Files written together, one for each kind that has rows, by one version of the extractor."""

    name: str
    extractor: str
    files: dict[str, DataFile]
    documents: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """An input that was read: the digest of its bytes, the part that keeps its text, its documents in order."""

    digest: str
    name: str
    part: str
    extractor: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Commit:
    """One change. replaced: documents that give way to newer readings; removed: those the user took out."""

    parts: tuple[Part, ...] = ()
    sources: tuple[Source, ...] = ()
    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    base: bool = False
    time: float = field(default_factory=time.time)


@dataclass(slots=True)
class Snapshot:
    """The corpus after a number of commits. owner: the part that holds each document."""

    number: int = 0
    documents: dict[str, Entry] = field(default_factory=dict)
    owner: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)

    def apply(self, commit: Commit) -> None:
        """The state after one more commit."""
        for name in (*commit.replaced, *commit.removed):
            self.documents.pop(name, None)
            self.owner.pop(name, None)
        self.removed.update(commit.removed)
        for part in commit.parts:
            self.parts[part.name] = part
            for entry in part.documents:
                if entry.id not in self.documents:
                    self.documents[entry.id] = entry
                    self.owner[entry.id] = part.name
                    self.removed.discard(entry.id)
        for source in commit.sources:
            self.sources[source.digest] = source

    def owned(self) -> dict[str, list[str]]:
        """The live documents of every part that has any, in order of adding."""
        owned: dict[str, list[str]] = {}
        for name, part in self.owner.items():
            owned.setdefault(part, []).append(name)
        return owned

    def is_complete(self, source: Source) -> bool:
        """Whether all documents of a source are here; those of an older extractor wait for a refresh."""
        return all(name in self.documents for name in source.documents)

    def versions(self) -> dict[str, tuple[int, int]]:
        """(version, number of versions) of each document: same place, kind, year and title or office, other text."""
        groups: dict[tuple[Any, ...], list[Entry]] = {}
        for entry in sorted(self.documents.values(), key=lambda entry: entry.added):
            groups.setdefault(version_key(entry), []).append(entry)
        return {
            entry.id: (number, len(group)) for group in groups.values() for number, entry in enumerate(group, start=1)
        }


def version_key(entry: Entry) -> tuple[Any, ...]:
    """What versions of one document have in common."""
    place = entry.region or entry.region_name
    if place is None or entry.plan_year is None:
        return (entry.id,)
    # A place has one report a year, but may give many speeches and notices.
    title = None if entry.kind == "government_work_report" else entry.title
    return (place, entry.region_name, entry.level, entry.kind, entry.plan_year, title)


def load_snapshot(folder: Path) -> Snapshot:
    """Replay the log. Raises CorpusError for a missing, damaged or newer corpus."""
    check_marker(folder)
    for _ in range(5):
        commits = _read_log(folder / COMMITS)
        if commits is not None:
            break
    else:
        raise CorpusError(str(folder), "语料库正在被整理", "请稍后重试")
    snapshot = Snapshot()
    for number, commit in commits:
        snapshot.apply(commit)
        snapshot.number = number
    return snapshot


def check_marker(folder: Path) -> None:
    """Raise CorpusError unless the folder is a corpus of a format that this version reads."""
    try:
        marker = orjson.loads((folder / MARKER).read_bytes())
    except FileNotFoundError:
        raise CorpusError(str(folder), "这里没有语料库", "请检查路径，或先用 corpus add 建立") from None
    except NotADirectoryError:
        raise CorpusError(str(folder), "这是一个文件，不是语料库文件夹", "请给出文件夹") from None
    except ValueError as error:
        raise damaged(str(folder / MARKER), error) from error
    _check_format(folder / MARKER, marker)


def create_corpus(folder: Path) -> None:
    """Make an empty corpus, or do nothing when there is one. Raises CorpusError, OSError."""
    if (folder / MARKER).exists():
        check_marker(folder)
        return
    folder.mkdir(parents=True, exist_ok=True)
    if any(not path.name.startswith(".") and path.name not in (COMMITS, MARKER) for path in folder.iterdir()):
        raise CorpusError(str(folder), "文件夹里已有别的东西，不是语料库", "请给出一个新的或空的文件夹")
    (folder / COMMITS).mkdir(exist_ok=True)
    create_file(folder / MARKER, orjson.dumps({"format": FORMAT}))


def write_commit(folder: Path, make: Callable[[Snapshot], Commit | None], snapshot: Snapshot | None = None) -> Snapshot:
    """Add the commit that ``make`` gives for the present state, however many writers there are; the state after it.

    make is called again when another writer came first; None means that there is nothing left to write.
    """
    while True:
        snapshot = snapshot or load_snapshot(folder)
        commit = make(snapshot)
        if commit is None:
            return snapshot
        number = snapshot.number + 1
        if create_file(folder / COMMITS / f"{number:08d}.json", _encode(commit)):
            snapshot.apply(commit)
            snapshot.number = number
            return snapshot
        snapshot = None


def commit_files(folder: Path) -> list[Path]:
    """The files of the log, oldest first."""
    return sorted(path for path in (folder / COMMITS).glob("*.json") if path.stem.isdigit())


def _read_log(folder: Path) -> list[tuple[int, Commit]] | None:
    """The commits since the last base, oldest first; None when files vanished while reading."""
    numbers = sorted(int(path.stem) for path in folder.glob("*.json") if path.stem.isdigit())
    found: list[tuple[int, Commit]] = []
    for place in range(len(numbers) - 1, -1, -1):
        path = folder / f"{numbers[place]:08d}.json"
        try:
            commit = _decode(path, path.read_bytes())
        except FileNotFoundError:
            return None
        found.append((numbers[place], commit))
        if commit.base:
            break
        if numbers[place] - 1 != (numbers[place - 1] if place else 0):
            raise damaged(str(folder / f"{numbers[place] - 1:08d}.json"), "缺少这次提交")
    return found[::-1]


def _encode(commit: Commit) -> bytes:
    return orjson.dumps({"format": FORMAT, **asdict(commit)})


def _decode(path: Path, data: bytes) -> Commit:
    try:
        value = orjson.loads(data)
        _check_format(path, value)
        return Commit(
            parts=tuple(_part(each) for each in value["parts"]),
            sources=tuple(Source(**{**each, "documents": tuple(each["documents"])}) for each in value["sources"]),
            replaced=tuple(value["replaced"]),
            removed=tuple(value["removed"]),
            base=value["base"],
            time=value["time"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(str(path), error) from error


def _part(value: dict[str, Any]) -> Part:
    files = {kind: DataFile(**each) for kind, each in value["files"].items()}
    return Part(value["name"], value["extractor"], files, tuple(Entry(**each) for each in value["documents"]))


def _check_format(path: Path, value: Any) -> None:
    number = value.get("format") if isinstance(value, dict) else None
    if not isinstance(number, int):
        raise damaged(str(path), "没有格式号")
    if number > FORMAT:
        raise CorpusError(
            str(path), f"语料库由更新的版本写成（格式 {number}，本版本认得 {FORMAT}）", "请升级：pip install -U duixian"
        )


def base_of(snapshot: Snapshot, parts: Iterable[Part], sources: Iterable[Source]) -> Commit:
    """The commit that states everything anew with these parts and sources."""
    return Commit(tuple(parts), tuple(sources), (), tuple(sorted(snapshot.removed)), base=True)
