"""From what the user types (files, folders, patterns, archives, standard input) to the inputs to read."""

from __future__ import annotations

import glob
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from duixian.documents.archives import Archive, open_archive
from duixian.documents.readers.dispatch import SUPPORTED_SUFFIXES, is_document_package
from duixian.documents.readers.limits import FILE_LIMIT_BYTES, read_bytes, too_large_file, unreadable
from duixian.errors import InputError

STANDARD_INPUT = "-"
_ARCHIVE_SUFFIX = ".zip"
_ZIP_SIGNATURE = b"PK\x03\x04"
_PATTERN = re.compile(r"[*?\[]")
_FORMATS = "能读的有 txt、pdf、docx、html、ofd、doc、wps、rtf 和 zip"
# Files that systems leave behind; none of them is the user's.
_LITTER = frozenset({"thumbs.db", "desktop.ini", "__macosx"})


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read.

    name: as the user gave it; a member of an archive is "a.zip!member", with a further "!" for an archive inside.
    The bytes are fetched by :meth:`load`, so that a list of inputs costs little and can go to another process.
    """

    name: str
    path: Path | None = None
    members: tuple[tuple[int, str], ...] = ()
    data: bytes | None = field(default=None, repr=False)

    def load(self) -> bytes:
        """The bytes of the file; raises :class:`InputError` when they cannot be had."""
        if not self.members:
            if self.data is not None:
                return self.data
            assert self.path is not None
            return read_bytes(self.path, self.name)
        archive = open_archive(self.path, self.name) if self.path is not None else Archive(self.data or b"", self.name)
        for depth, (place, name) in enumerate(self.members):
            data = archive.read(place, name)
            if depth + 1 < len(self.members):
                archive = Archive(data, name)
        return data


class Discovery(Iterator[Input | InputError]):
    """The inputs behind some paths, in order; those that cannot be read come as errors in their place.

    skipped: how many files of folders and archives were passed over, by suffix ("" for none), counted as the
    iteration goes on.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self.skipped: Counter[str] = Counter()
        self._seen: set[str] = set()
        self._items = self._walk(paths)

    def __next__(self) -> Input | InputError:
        return next(self._items)

    def _walk(self, paths: Sequence[str]) -> Iterator[Input | InputError]:
        for given in paths:
            try:
                yield from self._given(given)
            except InputError as error:
                yield error
            except OSError as error:
                yield unreadable(given, error)
            except ValueError:
                yield InputError(given, "路径中有不能用于文件名的字符", "请检查路径是否写对")

    def _given(self, given: str) -> Iterator[Input | InputError]:
        if given == STANDARD_INPUT:
            yield from self._standard_input()
            return
        path = Path(given)
        if not given:
            yield InputError("（空路径）", "没有给出路径", "请给出文件、文件夹或 zip")
        elif path.is_dir():
            yield from self._folder(given)
        elif os.path.lexists(path):
            yield from self._file(given)
        elif _PATTERN.search(given):
            yield from self._glob(given)
        else:
            # Asking for its status tells a path that is not there from one that may not be seen.
            path.stat()

    def _standard_input(self) -> Iterator[Input | InputError]:
        data = sys.stdin.buffer.read(FILE_LIMIT_BYTES + 1)
        if len(data) > FILE_LIMIT_BYTES:
            yield too_large_file(STANDARD_INPUT)
        elif data.startswith(_ZIP_SIGNATURE) and not is_document_package(data):
            yield from self._archive(Archive(data, STANDARD_INPUT), Input(STANDARD_INPUT, data=data))
        else:
            yield Input(STANDARD_INPUT, data=data)

    def _given_files(self, files: Sequence[tuple[str, bytes]]) -> Iterator[Input | InputError]:
        for name, data in files:
            try:
                if data.startswith(_ZIP_SIGNATURE) and not is_document_package(data):
                    yield from self._archive(Archive(data, name), Input(name, data=data))
                else:
                    yield Input(name, data=data)
            except InputError as error:
                yield error

    def _glob(self, pattern: str) -> Iterator[Input | InputError]:
        matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - patterns may be absolute
        if not matches:
            yield InputError(pattern, "没有文件符合这个写法", "请检查通配符，“**”表示任意层文件夹")
            return
        before = sum(self.skipped.values())
        found = False
        for match in matches:
            if Path(match).is_dir():
                if "**" in pattern:
                    continue  # its files match by themselves
                found = True
                yield from self._folder(match)
            elif self._is_wanted(Path(match).name):
                found = True
                yield from self._file(match)
        if not found:
            yield _nothing(pattern, sum(self.skipped.values()) - before)

    def _folder(self, given: str) -> Iterator[Input | InputError]:
        before = sum(self.skipped.values())
        found = False
        failures: list[InputError] = []
        for folder, folders, files in os.walk(given, onerror=lambda e: failures.append(unreadable(str(e.filename), e))):
            yield from failures
            found = found or bool(failures)
            failures.clear()
            folders[:] = sorted(name for name in folders if not _is_hidden(name))
            for name in sorted(files):
                path = os.path.join(folder, name)  # noqa: PTH118 - keeps the path as the user wrote it
                if self._is_wanted(name) and (os.path.isfile(path) or not os.path.exists(path)):  # noqa: PTH110, PTH113
                    found = True
                    yield from self._file(path)
        yield from failures
        if not found and not failures:
            yield _nothing(given, sum(self.skipped.values()) - before)

    def _is_wanted(self, name: str) -> bool:
        """Whether a file met in a folder or archive is to be read; counts those of other kinds."""
        if _is_hidden(name):
            return False
        suffix = PurePosixPath(name).suffix.lower()
        if suffix in SUPPORTED_SUFFIXES or suffix == _ARCHIVE_SUFFIX:
            return True
        self.skipped[suffix] += 1
        return False

    def _file(self, given: str) -> Iterator[Input | InputError]:
        path = Path(given)
        key = str(path.resolve())
        if key in self._seen:  # named twice, as by a folder and a pattern
            return
        self._seen.add(key)
        if path.suffix.lower() != _ARCHIVE_SUFFIX:
            yield Input(given, path)
            return
        try:
            archive = open_archive(path, given)
        except InputError as error:
            yield error
            return
        if archive.is_document():
            yield Input(given, path)
        else:
            yield from self._archive(archive, Input(given, path))

    def _archive(self, archive: Archive, origin: Input) -> Iterator[Input | InputError]:
        """The members of an archive, and those of archives directly in it."""
        before = sum(self.skipped.values())
        found = False
        for place, inner in archive.members():
            name = f"{origin.name}!{inner}"
            parts = [part for part in inner.split("/") if part not in {"", ".", ".."}]
            if any(_is_hidden(part) for part in parts) or not self._is_wanted(parts[-1] if parts else ""):
                continue
            found = True
            member = Input(name, origin.path, (*origin.members, (place, name)), origin.data)
            if not inner.lower().endswith(_ARCHIVE_SUFFIX):
                problem = archive.problem(place, name)
                yield problem if problem is not None else member
            elif origin.members:
                yield InputError(name, "压缩包里套了两层以上的压缩包", "请先解压外层再读")
            else:
                try:
                    yield from self._archive(Archive(archive.read(place, name), name), member)
                except InputError as error:
                    yield error
        if not found:
            yield _nothing(origin.name, sum(self.skipped.values()) - before)


def discover(paths: Sequence[str]) -> Discovery:
    """Find the inputs behind files, folders (recursive), glob patterns, .zip archives and "-" for standard input.

    Yields :class:`Input` for what can be tried and :class:`InputError` for what cannot; the order is that of the
    paths, sorted inside a folder, as stored inside an archive. A file named twice comes once.
    """
    return Discovery(paths)


def discover_given(files: Sequence[tuple[str, bytes]]) -> Discovery:
    """The inputs in files whose bytes are at hand, as an upload brings them: (name, bytes); archives are opened."""
    discovery = Discovery(())
    discovery._items = discovery._given_files(files)
    return discovery


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _LITTER


def _nothing(given: str, skipped: int) -> InputError:
    reason = "里面没有能读的文件" + (f"（跳过了 {skipped} 个其他类型的文件）" if skipped else "")
    return InputError(given, reason, _FORMATS)
