"""Attachments: kept once by content, safe to save, carried along, and missed when they are gone or changed."""

from __future__ import annotations

import hashlib
import io
import json
import os
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_office import BACKENDS, Clock, office, target
from sqlalchemy import text

from duixian.errors import DuixianError, InputError
from duixian.ledger import attachments
from duixian.ledger.attachments import LIMIT_BYTES, Attachment, media_type, safe_name
from duixian.ledger.database import connect, writing
from duixian.ledger.errors import DamagedError, LedgerError
from duixian.ledger.exchange import export, restore
from duixian.ledger.progress import Progress, ProgressReported
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger

Office = tuple[Ledger, Clock, str]
CERTIFICATE = b"%PDF-1.7 acceptance"


@pytest.fixture
def book(backend: str, tmp_path: Path) -> Iterator[Office]:
    with office(backend, tmp_path) as (ledger, clock, place):
        ledger.record("own1", ItemMoved("2025/1", "accept"))
        yield ledger, clock, place


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "验收单.pdf"
    path.write_bytes(CERTIFICATE)
    return path


def report(*attached: Attachment) -> ProgressReported:
    return ProgressReported("2025/1", "路基已验收", attachments=attached)


def alter(place: str, statement: str) -> None:
    engine = connect(place)
    with writing(engine) as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_a_report_carries_its_files_and_they_are_read_back_byte_for_byte(book: Office, certificate: Path) -> None:
    ledger, _, _ = book
    attached = ledger.attach(certificate)
    assert attached == Attachment("验收单.pdf", hashlib.sha256(CERTIFICATE).hexdigest(), 19, "application/pdf")
    ledger.record("own1", report(attached))
    with ledger.read() as tables:
        (kept,) = tables.select(Progress)
    assert kept.attachments == (attached,)
    assert ledger.attachment(attached.sha256) == CERTIFICATE
    assert ledger.verify().ok
    assert ledger.rebuild().select(Progress) == [kept]


def test_the_same_bytes_are_kept_once_under_any_name(book: Office, certificate: Path) -> None:
    ledger, _, place = book
    first, second = ledger.attach(certificate), ledger.attach_bytes("复印件.pdf", CERTIFICATE)
    assert first.sha256 == second.sha256
    ledger.record("own1", report(first, second))
    engine = connect(place)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*), sum(size) FROM blobs")).one() == (1, 19)
    engine.dispose()


def test_a_file_whose_bytes_were_never_given_is_refused(book: Office) -> None:
    ledger, _, _ = book
    before = ledger.head()
    with pytest.raises(LedgerError, match="没有这个附件的内容"):
        ledger.record("own1", report(Attachment("a.pdf", "0" * 64, 19, "application/pdf")))
    assert ledger.head() == before


@pytest.mark.parametrize("lie", [{"name": "../a.pdf"}, {"size": 1}, {"media": "text/html"}, {"name": ""}])
def test_an_attachment_that_does_not_tell_the_truth_is_refused(
    book: Office, certificate: Path, lie: dict[str, object]
) -> None:
    ledger, _, _ = book
    attached = ledger.attach(certificate)
    with pytest.raises(LedgerError, match="与内容不符"):
        ledger.record("own1", report(replace(attached, **lie)))  # type: ignore[arg-type]


LOSSES = {
    "DELETE FROM blobs": "没有这个附件的内容",
    "UPDATE blobs SET data = substr(data, 2)": "内容被改动过",
    "UPDATE blobs SET size = size + 1": "内容被改动过",
}


@pytest.mark.parametrize("statement", LOSSES)
def test_verify_names_the_first_file_that_is_gone_or_changed(book: Office, statement: str) -> None:
    ledger, _, place = book
    # The one that comes first in the journal is named, not the one whose hash is smallest.
    names = sorted((b"one", b"two", b"three"), key=lambda data: hashlib.sha256(data).hexdigest(), reverse=True)
    attached = [ledger.attach_bytes("a.txt", data) for data in names]
    entries = [entry for one in attached for entry in ledger.record("own1", report(one))]
    alter(place, statement)
    found = ledger.verify().difference or ""
    assert f"附件 {attached[0].sha256[:12]}…（流水第{entries[0].sequence}条）" in found
    assert LOSSES[statement] in found
    with pytest.raises(LedgerError, match=LOSSES[statement]):
        ledger.attachment(attached[0].sha256)


def test_a_file_that_nobody_refers_to_does_not_matter(book: Office, certificate: Path) -> None:
    ledger, _, place = book
    ledger.attach(certificate)
    alter(place, "DELETE FROM blobs")
    assert ledger.verify().ok


def test_a_file_of_two_gigabytes_is_refused_by_its_size_before_a_byte_is_read(
    book: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, _, _ = book
    path = tmp_path / "现场录像.mp4"
    with path.open("wb") as stream:
        stream.truncate(2 * 1024**3)

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("the file was opened")

    monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(LedgerError, match=r"现场录像\.mp4：文件有 2048 MB，附件每个不能超过 20 MB"):
        ledger.attach(path)


def test_a_file_that_grows_while_it_is_read_is_refused_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "日志.txt"
    path.write_bytes(b"a")
    monkeypatch.setattr(Path, "open", lambda *_, **__: io.BytesIO(b"a" * (LIMIT_BYTES + 2)))
    with pytest.raises(LedgerError, match="20 MB"):
        attachments.read(path)


def test_the_limit_itself_still_fits(book: Office) -> None:
    ledger, _, _ = book
    data = os.urandom(LIMIT_BYTES)
    assert ledger.attachment(ledger.attach_bytes("a.bin", data).sha256) == data
    with pytest.raises(LedgerError, match="文件有 21 MB"):
        ledger.attach_bytes("a.bin", data + b"a")


def test_what_cannot_be_attached_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty, folder, pipe, locked = (tmp_path / name for name in ("空.pdf", "文件夹", "管道", "锁住.pdf"))
    empty.touch()
    folder.mkdir()
    os.mkfifo(pipe)
    locked.write_bytes(b"a")
    reasons = {
        empty: "文件是空的",
        folder: "这是文件夹",
        pipe: "不是普通文件",
        tmp_path / "没有.pdf": "路径不存在",
        tmp_path / "坏\x00名": "不能用于文件名",
    }
    for path, reason in reasons.items():
        with pytest.raises(DuixianError, match=reason) as caught:
            attachments.read(path)
        assert path.name in str(caught.value)

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(InputError, match="没有读取权限"):
        attachments.read(locked)


NAMES = {
    "../../etc/passwd": "passwd",
    "C:\\文件\\验收单.pdf": "验收单.pdf",
    ".bashrc": "bashrc",
    "验收单\u202efdp.exe": "验收单fdp.exe",
    "a\x00b\n.pdf": "ab .pdf",
    'a<b>:"|?*.pdf': "a_b______.pdf",
    "con.txt": "_con.txt",
    "  . ": "附件",
    "": "附件",
    "/": "附件",
    "云" * 300 + ".docx": "云" * 65 + ".docx",
}


@pytest.mark.parametrize("given_name", NAMES)
def test_a_name_is_made_safe(given_name: str) -> None:
    assert safe_name(given_name) == NAMES[given_name]


@given(st.text() | st.text("./\\ \u202ec云on\u0301<\x00", max_size=300))
def test_a_safe_name_is_one_part_that_any_system_can_hold_and_stays_as_it_is(name: str) -> None:
    safe = safe_name(name)
    assert safe_name(safe) == safe
    assert 0 < len(safe.encode()) <= 210
    assert Path(safe).name == safe
    assert safe not in (".", "..")
    # Characters of private use stay: rare characters of names are written with them.
    assert all(char.isprintable() or unicodedata.category(char) == "Co" for char in safe)


def test_an_old_name_in_gbk_keeps_its_characters(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/" + "验收单.txt".encode("gbk")
    try:
        with open(raw, "wb") as stream:  # noqa: PTH123
            stream.write(b"a")
    except OSError:
        pytest.skip("this file system takes no names in GBK")
    assert attachments.read(Path(os.fsdecode(raw)))[0].name == "验收单.txt"


def archive(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return data.getvalue()


CONTENTS = {
    "application/pdf": b"%PDF-1.4\n",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff\xe1",
    "image/webp": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    "text/plain": "已完工".encode(),
    "application/octet-stream": b"\x00\x01\x02",
    "application/zip": archive("照片.jpg"),
    "application/ofd": archive("OFD.xml"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": archive(
        "[Content_Types].xml", "word/document.xml"
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": archive(
        "[Content_Types].xml", "xl/workbook.xml"
    ),
}


@pytest.mark.parametrize("media", CONTENTS)
def test_the_media_type_is_told_by_content(media: str) -> None:
    assert media_type(CONTENTS[media]) == media


def test_a_page_that_calls_itself_a_picture_is_text() -> None:
    page = b"<html><script>alert(1)</script></html>"
    assert attachments.of("照片.png", page).media == "text/plain"
    assert media_type("已完工".encode("gbk")) == "text/plain"
    assert media_type(b"PK\x03\x04 broken") == "application/octet-stream"


@given(st.binary(min_size=1, max_size=200))
def test_any_bytes_have_a_media_type(data: bytes) -> None:
    assert "/" in media_type(data)


@pytest.mark.parametrize("other", BACKENDS)
def test_files_move_with_the_ledger_in_the_one_file(book: Office, other: str, tmp_path: Path) -> None:
    ledger, _, _ = book
    photo, unused = ledger.attach_bytes("现场.png", b"\x89PNG\r\n\x1a\n" * 1000), ledger.attach_bytes("草稿.txt", b"a")
    ledger.record("own1", report(photo))
    ledger.record("own1", report(photo))
    path = tmp_path / "台账.jsonl"
    head = export(ledger, path)
    assert sum('"blob"' in line for line in path.read_text("utf-8").splitlines()) == 1
    with Ledger(target(other, tmp_path)) as copy:
        assert restore(path, copy) == head
        assert copy.verify().ok
        assert copy.attachment(photo.sha256) == ledger.attachment(photo.sha256)
        with pytest.raises(LedgerError):
            copy.attachment(unused.sha256)


def test_what_was_attached_by_other_rules_is_still_restored_and_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    path = tmp_path / "台账.jsonl"
    with office(backend, tmp_path) as (ledger, _, _):
        ledger.record("own1", ItemMoved("2025/1", "accept"))
        ledger.record("own1", report(ledger.attach_bytes("a.txt", b"a" * 30)))
        export(ledger, path)
    monkeypatch.setattr(attachments, "LIMIT_BYTES", 10)
    monkeypatch.setattr(attachments, "media_type", lambda _: "text/new")
    with Ledger(target(backend, tmp_path)) as copy:
        restore(path, copy)
        assert copy.verify().ok


@pytest.mark.parametrize("damage", ["lost", "changed", "not base64", "uncounted"])
def test_an_exported_file_with_a_damaged_attachment_is_refused_whole(tmp_path: Path, damage: str, backend: str) -> None:
    path = tmp_path / "台账.jsonl"
    with office(backend, tmp_path) as (ledger, _, _):
        ledger.record("own1", ItemMoved("2025/1", "accept"))
        ledger.record("own1", report(ledger.attach_bytes("a.txt", b"a" * 30)))
        export(ledger, path)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if '"blob"' in line)
    if damage == "lost":
        del lines[place]
    elif damage == "uncounted":
        lines.insert(place, lines[place])
    else:
        line = json.loads(lines[place])
        line["data"] = "YWJj" if damage == "changed" else "***"
        lines[place] = json.dumps(line) + "\n"
    path.write_text("".join(lines), "utf-8")
    with Ledger(target(backend, tmp_path)) as empty:
        with pytest.raises((InputError, LedgerError)):
            restore(path, empty)
        assert empty.head().sequence == 0


def test_a_file_written_before_there_were_attachments_is_still_read(tmp_path: Path, backend: str) -> None:
    path = tmp_path / "台账.jsonl"
    with office(backend, tmp_path) as (ledger, _, _):
        head = export(ledger, path)
    lines = path.read_text("utf-8").splitlines()
    lines[0] = '{"format":"duixian-ledger","version":1}'
    lines[-1] = json.dumps({"entries": head.sequence, "head": head.hash})
    path.write_text("\n".join(lines) + "\n", "utf-8")
    with Ledger(target(backend, tmp_path)) as copy:
        assert restore(path, copy) == head
        assert copy.verify().ok


def test_a_ledger_with_a_damaged_file_is_not_exported_as_if_it_were_whole(book: Office, tmp_path: Path) -> None:
    ledger, _, place = book
    ledger.record("own1", report(ledger.attach_bytes("a.txt", b"a")))
    alter(place, "UPDATE blobs SET data = substr(data, 2)")
    path = tmp_path / "台账.jsonl"
    with pytest.raises(DamagedError, match="内容被改动过"):
        export(ledger, path)
    assert not path.exists()
