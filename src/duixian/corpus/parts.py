"""Parts: the Parquet files that are written together, and the rows of them that are live."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duixian.corpus.columns import KINDS, schema_of
from duixian.corpus.durable import is_abandoned, token, write_file
from duixian.corpus.errors import damaged, reading
from duixian.corpus.manifest import DataFile, Entry, Part, Snapshot

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIX = ".parquet"
_GROUP = 20_000
# The column by which rows of a kind are known to be live.
_OWNER_COLUMN = {"documents": "id", "sources": "digest"}


@dataclass(frozen=True, slots=True)
class Selection:
    """A data file and which of its rows are live: those of ``only``, or all when that is None."""

    path: Path
    only: tuple[str, ...] | None


def owner_column(kind: str) -> str:
    """The column that says to which document (or source) a row belongs."""
    return _OWNER_COLUMN.get(kind, "document")


def data_path(folder: Path, kind: str, part: str) -> Path:
    """Where a part keeps its rows of a kind."""
    return folder / kind / f"{part}{SUFFIX}"


def write_rows(
    folder: Path, rows: Mapping[str, Sequence[tuple[Any, ...]]], extractor: str, entries: Iterable[Entry]
) -> Part:
    """Write a part of these rows by kind. It is not in the corpus before a commit names it. Raises OSError."""
    import pyarrow as pa

    tables = {}
    for kind, each in rows.items():
        if each:
            schema = schema_of(kind)
            columns = zip(*each, strict=True)
            arrays = [
                pa.array(_numbers(column) if field.type == pa.float64() else column, field.type)
                for column, field in zip(columns, schema, strict=True)
            ]
            tables[kind] = pa.table(arrays, schema=schema)
    return write_tables(folder, tables, extractor, entries)


def _numbers(column: Iterable[float | int | None]) -> list[float | None]:
    """Numbers as Arrow takes them: of large whole numbers it would refuse those that lose a digit."""
    found: list[float | None] = []
    for value in column:
        try:
            found.append(None if value is None else float(value))
        except OverflowError:
            found.append(None)
    return found


def write_tables(folder: Path, tables: Mapping[str, pa.Table], extractor: str, entries: Iterable[Entry]) -> Part:
    """Write a part of these Arrow tables by kind; empty ones make no file. Raises OSError."""
    import pyarrow.parquet as pq

    name = token()
    files: dict[str, DataFile] = {}
    try:
        for kind in KINDS:
            table = tables.get(kind)
            if table is None or not table.num_rows:
                continue
            buffer = io.BytesIO()
            pq.write_table(table, buffer, compression="zstd", row_group_size=_GROUP)
            data = buffer.getvalue()
            (folder / kind).mkdir(exist_ok=True)
            files[kind] = DataFile(table.num_rows, len(data), hashlib.sha256(data).hexdigest())
            write_file(data_path(folder, kind, name), data)
    except BaseException:
        discard_part(folder, Part(name, extractor, files, ()))
        raise
    return Part(name, extractor, files, tuple(entries))


def discard_part(folder: Path, part: Part) -> None:
    """Delete the files of a part that no commit names."""
    for kind in part.files:
        with suppress(OSError):
            data_path(folder, kind, part.name).unlink()


def selections(folder: Path, snapshot: Snapshot, kind: str, parts: Collection[str] | None = None) -> list[Selection]:
    """The data files with live rows of a kind, in order of adding; only those of some parts when given.

    Raises CorpusError when one is missing.
    """
    found = []
    for name, live in _live(snapshot, kind).items():
        if parts is not None and name not in parts:
            continue
        part = snapshot.parts.get(name)
        if part is None or kind not in part.files:
            continue
        path = data_path(folder, kind, name)
        if not path.is_file():
            raise damaged(str(path), "文件不见了")
        held = part.files.get("documents")
        everything = kind != "sources" and held is not None and len(live) == held.rows
        found.append(Selection(path, None if everything else tuple(live)))
    return found


def live_table(folder: Path, snapshot: Snapshot, kind: str, part: str) -> pa.Table | None:
    """The live rows of a kind in one part, or None. Raises CorpusError when the file is damaged."""
    live = _live(snapshot, kind).get(part)
    if not live or kind not in snapshot.parts[part].files:
        return None
    return read_table(data_path(folder, kind, part), kind, live)


def read_table(path: Path, kind: str, only: Iterable[str] | None = None) -> pa.Table:
    """The rows of a data file, only those of some documents (or sources) when given."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    with reading(str(path)):
        table = pq.ParquetFile(io.BytesIO(path.read_bytes())).read()
        if table.schema.names != schema_of(kind).names:
            raise damaged(str(path), "列不对")
        if only is not None:
            table = table.filter(pc.is_in(table[owner_column(kind)], pa.array(list(only), pa.string())))
        return table


def check_file(path: Path, written: DataFile) -> str | None:
    """What is wrong with a data file, in Chinese, or None when it is as it was written."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return "文件不见了"
    except OSError as error:
        return f"读不出来（{error.strerror or error}）"
    if len(data) != written.bytes:
        return f"大小不对：{len(data)} 字节，应为 {written.bytes}"
    return None if hashlib.sha256(data).hexdigest() == written.sha256 else "内容与写入时不同"


def data_files(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """(kind, part, path) of every data file on disk, whether the manifest knows it or not."""
    for kind in KINDS:
        for path in sorted((folder / kind).glob(f"*{SUFFIX}")):
            yield kind, path.name.removesuffix(SUFFIX), path


def remove_leftovers(folder: Path, snapshot: Snapshot) -> int:
    """Delete what writers that are gone left uncommitted; the number of files. Never touches those at work."""
    count = 0
    for _, part, path in data_files(folder):
        if part not in snapshot.parts and is_abandoned(part, path):
            with suppress(OSError):
                path.unlink()
                count += 1
    return count


def live_sources(snapshot: Snapshot) -> dict[str, list[str]]:
    """The digests of sources that still have a live document, by the part that keeps their text."""
    wanted = {entry.source_digest for entry in snapshot.documents.values()}
    found: dict[str, list[str]] = {}
    for source in snapshot.sources.values():
        if source.digest in wanted:
            found.setdefault(source.part, []).append(source.digest)
    return found


def _live(snapshot: Snapshot, kind: str) -> dict[str, list[str]]:
    return live_sources(snapshot) if kind == "sources" else snapshot.owned()
