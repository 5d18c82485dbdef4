"""Backup and restore: ledger, accounts, corpus and corrections in one archive that proves itself.

The archive is a zip: ``manifest.json`` names every other member with its size and SHA-256; ``ledger.jsonl`` is the
ledger's own export; ``accounts.json`` what lies beside the journal, without sessions; ``corpus/`` the folder of the
corpus without its search index, which is built again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import orjson
from sqlalchemy import Connection, insert, select

from duixian.corpus.durable import TEMPORARY
from duixian.corpus.index import FOLDER as INDEX
from duixian.corpus.manifest import COMMITS, commit_files, load_snapshot
from duixian.corpus.parts import data_path
from duixian.errors import InputError, OutputError, TargetError
from duixian.ledger.base_schema import AccountRow, TokenRow
from duixian.ledger.database import LATEST
from duixian.ledger.exchange import export
from duixian.ledger.exchange import restore as fill
from duixian.ledger.store import Ledger

FORMAT, VERSION = "duixian-backup", 1
MANIFEST, LEDGER, ACCOUNTS, CORPUS = "manifest.json", "ledger.jsonl", "accounts.json", "corpus"
_KEPT = {"accounts": AccountRow, "tokens": TokenRow}
_CHUNK = 1 << 20
_TRIES = 5
_LARGEST_MANIFEST = 1 << 28


class BackupError(TargetError):
    """The archive or a target is not fit; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What an archive holds. entries, head: of the ledger, 0 and "" for none. documents: None without a corpus."""

    path: Path
    files: int
    bytes: int
    entries: int
    head: str
    accounts: int
    documents: int | None


def backup(target: Path, ledger: Ledger | None, corpus: Path | None) -> Kept:
    """Write the archive, whole or not at all, also while a server works on both. Raises TargetError, InputError.

    target: the file, or a folder in which a file with the time in its name is made. Only its owner may read it: it
    holds the hashes of passwords.
    """
    if ledger is None and corpus is None:
        raise BackupError("备份", "没有说备份什么", "请写明 --ledger、--corpus 或两者")
    if target.is_dir():
        target = target / f"duixian-{datetime.now().strftime('%Y%m%d-%H%M%S')}.zip"
    try:
        staging = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    except OSError as error:
        raise OutputError(str(target), f"无法写入（{error.strerror}）", "请检查文件夹和权限") from error
    try:
        return _archived(target, staging, ledger, corpus)
    except OSError as error:
        raise OutputError(str(target), f"无法写入（{error.strerror}）", "请检查磁盘空间和权限") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _archived(target: Path, staging: Path, ledger: Ledger | None, corpus: Path | None) -> Kept:
    told: dict[str, Any] = {"entries": 0, "head": "", "accounts": 0, "documents": None}
    contents = staging / "contents"
    contents.mkdir()
    if ledger is not None:
        # Accounts first: the people they belong to are then surely in the journal that is read after.
        beside = ledger.beside(_beside)
        (contents / ACCOUNTS).write_bytes(orjson.dumps(beside))
        head = export(ledger, contents / LEDGER)
        told |= {"entries": head.sequence, "head": head.hash, "accounts": len(beside["accounts"])}
    if corpus is not None:
        told["documents"] = _stage_corpus(corpus, contents / CORPUS)
    draft = staging / "draft.zip"
    files: list[dict[str, Any]] = []
    with zipfile.ZipFile(_private(draft), "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(path for path in contents.rglob("*") if path.is_file()):
            name = path.relative_to(contents).as_posix()
            # Columns are compressed already.
            method = zipfile.ZIP_STORED if path.suffix == ".parquet" else zipfile.ZIP_DEFLATED
            info = zipfile.ZipInfo(name, datetime.now().timetuple()[:6])
            info.compress_type, info.external_attr = method, 0o600 << 16
            with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as sink:
                size, digest = _copied(source, sink)
            files.append({"name": name, "size": size, "sha256": digest})
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "revision": LATEST,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            **told,
            "files": files,
        }
        archive.writestr(MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    with draft.open("rb+") as whole:
        os.fsync(whole.fileno())
    size = draft.stat().st_size
    draft.replace(target)
    return Kept(target, len(files), size, told["entries"], told["head"], told["accounts"], told["documents"])


def restore(archive: Path, ledger: str | None, corpus: Path | None) -> Kept:
    """Restore into a new ledger, a new folder, or both, after every byte was checked. Raises TargetError, InputError.

    ledger: file or address of an empty database. corpus: a folder that is not there or empty. None leaves that part.
    """
    if ledger is None and corpus is None:
        raise BackupError(str(archive), "没有说恢复到哪里", "请写明 --ledger、--corpus 或两者")
    if corpus is not None and corpus.exists() and (not corpus.is_dir() or any(corpus.iterdir())):
        raise BackupError(str(corpus), "这里已有内容", "请给出一个新的文件夹")
    place = corpus.parent if corpus is not None else Path(tempfile.gettempdir())
    try:
        place.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=place, prefix=".duixian-restore."))
    except OSError as error:
        raise OutputError(str(place), f"无法写入（{error.strerror}）", "请检查文件夹和权限") from error
    try:
        manifest = _unpacked(archive, staging)
        if ledger is not None:
            _restore_ledger(archive, ledger, staging, manifest)
        if corpus is not None:
            if manifest["documents"] is None:
                raise BackupError(str(archive), "备份里没有语料库", "请去掉 --corpus")
            if corpus.exists():
                corpus.rmdir()
            (staging / CORPUS).replace(corpus)
    except OSError as error:
        raise OutputError(str(place), f"无法写入（{error.strerror}）", "请检查磁盘空间和权限") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Kept(
        archive,
        len(manifest["files"]),
        archive.stat().st_size,
        manifest["entries"],
        manifest["head"],
        manifest["accounts"],
        manifest["documents"],
    )


def _restore_ledger(archive: Path, target: str, staging: Path, manifest: dict[str, Any]) -> None:
    if not manifest["head"]:
        raise BackupError(str(archive), "备份里没有台账", "请去掉 --ledger")
    beside = orjson.loads((staging / ACCOUNTS).read_bytes())
    file = None if "://" in target else Path(target)
    fresh = file is not None and not file.exists()

    def write(connection: Connection) -> None:
        for name, table in _KEPT.items():
            if beside[name]:
                connection.execute(insert(table), beside[name])

    try:
        with Ledger(target) as ledger:
            head = fill(staging / LEDGER, ledger, write)
        if head.hash != manifest["head"]:
            raise BackupError(str(archive), "台账的末条校验值与清单不符", "请换一份备份")
    except BaseException:
        if fresh and file is not None:
            for path in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
                path.unlink(missing_ok=True)
        raise


def _unpacked(archive: Path, staging: Path) -> dict[str, Any]:
    """The manifest; every member that it names lies in the staging folder and is as it says."""
    remedy = "请换一份备份"
    try:
        with zipfile.ZipFile(archive) as opened:
            if opened.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
                raise BackupError(str(archive), "清单太大", remedy)
            manifest = orjson.loads(opened.read(MANIFEST))
            if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
                raise BackupError(str(archive), "不是兑现的备份", "请检查文件名")
            if manifest.get("version") != VERSION:
                raise BackupError(str(archive), "备份由更新的版本写成", "请升级后再试")
            named = {each["name"]: each for each in manifest["files"]}
            if set(opened.namelist()) != {MANIFEST, *named}:
                raise BackupError(str(archive), "里面的文件与清单不符", remedy)
            for name, each in named.items():
                _unpack(archive, opened, name, each, staging)
            return manifest
    except (KeyError, TypeError, ValueError, EOFError, zipfile.BadZipFile, zipfile.LargeZipFile) as error:
        raise BackupError(str(archive), "备份文件已损坏，或不是兑现的备份", remedy) from error
    except FileNotFoundError as error:
        raise InputError(str(archive), "没有这个文件", "请检查文件名") from error


def _unpack(archive: Path, opened: zipfile.ZipFile, name: str, told: dict[str, Any], staging: Path) -> None:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or "\\" in name or ".." in parts or ":" in name:
        raise BackupError(str(archive), "清单里有不安全的文件名", "请换一份备份")
    if opened.getinfo(name).file_size != told["size"]:
        raise BackupError(str(archive), f"“{name}”与清单不符", "请换一份备份")
    path = staging.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    with opened.open(name) as source, path.open("xb") as sink:
        size, digest = _copied(source, sink)
        sink.flush()
        os.fsync(sink.fileno())
    if (size, digest) != (told["size"], told["sha256"]):
        raise BackupError(str(archive), f"“{name}”与清单不符", "请换一份备份")


def _beside(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [dict(row) for row in connection.execute(select(table.__table__)).mappings()]
        for name, table in _KEPT.items()
    }


def _stage_corpus(corpus: Path, folder: Path) -> int:
    """Hold on to the files of one moment; the number of documents. Files are never changed, but may be tidied away."""
    load_snapshot(corpus)  # raises for a folder that is no corpus, under the name that was given
    for _ in range(_TRIES):
        commits = commit_files(corpus)
        with suppress(FileNotFoundError):
            for path in _files(corpus):
                _hold(path, folder / path.relative_to(corpus))
            for path in commits:
                _hold(path, folder / COMMITS / path.name)
            snapshot = load_snapshot(folder)
            needed = (data_path(folder, kind, name) for name, part in snapshot.parts.items() for kind in part.files)
            owned = set(snapshot.owned())
            if all(path.is_file() for path in needed if path.stem in owned):
                return len(snapshot.documents)
        load_snapshot(corpus)  # raises for a folder that is no corpus
        shutil.rmtree(folder, ignore_errors=True)
    raise BackupError(str(corpus), "语料库正在被整理", "请稍后重试")


def _files(corpus: Path) -> Iterator[Path]:
    """Everything but the commits, which were listed before, the index and what is half-written."""
    for path in corpus.rglob("*"):
        within = path.relative_to(corpus).parts
        if path.is_file() and within[0] not in (COMMITS, INDEX) and not any(TEMPORARY in part for part in within):
            yield path


def _hold(path: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, place)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(path, place)  # another disk


def _copied(source: Any, sink: Any) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    while data := source.read(_CHUNK):
        sink.write(data)
        digest.update(data)
        size += len(data)
    return size, digest.hexdigest()


def _private(path: Path) -> BinaryIO:
    """A new file that only its owner reads."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb+")
