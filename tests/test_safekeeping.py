"""A backup is whole, proves itself, can be made while the server works, and comes back as it was."""

from __future__ import annotations

import stat
import threading
import zipfile
from pathlib import Path

import orjson
import pytest
from corpus_reports import write_reports
from ledger_office import office, target
from web_access import CHEAP, PASSWORD

from duixian.access.accounts import Accounts
from duixian.access.passwords import Passwords
from duixian.cli.application import run
from duixian.corpus import Corpus
from duixian.corpus.corrections import load_journal
from duixian.corpus.readings import correct
from duixian.errors import TargetError
from duixian.ledger.progress import ProgressReported
from duixian.ledger.states import ItemMoved
from duixian.ledger.store import Ledger
from duixian.safekeeping import MANIFEST, backup, restore


def corpus_with_a_correction(folder: Path) -> Corpus:
    corpus = Corpus(folder / "corpus")
    corpus.add([str(path) for path in write_reports(folder / "in", 3)])
    document = next(iter(corpus.snapshot().documents))
    record = corpus.figures().filter(document=document).row(0, named=True)["id"]
    correct(corpus.path, "drop", document, record=record)
    return corpus


def test_what_is_restored_is_what_was_backed_up(tmp_path: Path, backend: str) -> None:
    corpus = corpus_with_a_correction(tmp_path)
    with office(backend, tmp_path) as (ledger, _, _):
        accounts = Accounts(ledger, Passwords(CHEAP))
        accounts.add("li", "own1", "own1", PASSWORD)
        made = accounts.make_token("li", "own1", "脚本", "read", 9)
        picture = ledger.attach_bytes("现场.png", b"\x89PNG\r\n\x1a\n" + bytes(999))
        ledger.record("own1", ItemMoved("2025/1", "accept"))
        ledger.record("own1", ProgressReported("2025/1", "动工", attachments=(picture,)))
        kept = backup(tmp_path, ledger, corpus.path)
        assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
        place = target(backend, tmp_path)
        told = restore(kept.path, place, tmp_path / "back")
        assert (told.entries, told.accounts, told.documents) == (ledger.head().sequence, 1, 3)
        with Ledger(place) as back:
            assert back.head() == ledger.head()
            assert back.rebuild() == ledger.rebuild()
            assert back.verify().ok
            assert back.attachment(picture.sha256) == ledger.attachment(picture.sha256)
            assert Accounts(back).all() == accounts.all()
            assert Accounts(back).of_token(made) == ("own1", "责任人1", "read")
    again = Corpus(tmp_path / "back")
    assert again.snapshot().documents == corpus.snapshot().documents
    assert again.figures().equals(corpus.figures())
    assert load_journal(again.path).entries == load_journal(corpus.path).entries
    assert again.search("农村公路")


def test_a_backup_is_made_while_others_write(tmp_path: Path, backend: str) -> None:
    corpus = corpus_with_a_correction(tmp_path)
    done = threading.Event()
    with office(backend, tmp_path) as (ledger, _, _):
        ledger.record("own1", ItemMoved("2025/1", "accept"))

        def write() -> None:
            for number in range(60):
                ledger.record("own1", ProgressReported("2025/1", f"第{number}次"))
                if number % 20 == 0:
                    corpus.compact()
            done.set()

        writer = threading.Thread(target=write)
        writer.start()
        made = [backup(tmp_path / f"{number}.zip", ledger, corpus.path) for number in range(3)]
        writer.join()
        assert done.is_set()
        for number, kept in enumerate(made):
            restore(kept.path, str(tmp_path / f"{number}.db"), tmp_path / f"c{number}")
            with Ledger(tmp_path / f"{number}.db") as back:
                assert back.head().hash == kept.head
                assert back.verify().ok
            assert len(Corpus(tmp_path / f"c{number}").figures()) == len(corpus.figures())


def rewritten(source: Path, sink: Path, change: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(sink, "w") as new:
        for name in [*old.namelist(), *(set(change) - set(old.namelist()))]:
            new.writestr(name, change.get(name, old.read(name) if name in old.namelist() else b""))
    return sink


def test_a_damaged_or_forged_archive_changes_nothing(tmp_path: Path, backend: str) -> None:
    with office(backend, tmp_path) as (ledger, _, _):
        good = backup(tmp_path / "good.zip", ledger, None).path
    manifest = orjson.loads(zipfile.ZipFile(good).read(MANIFEST))
    data = bytearray(good.read_bytes())
    data[len(data) // 3] ^= 0xFF
    (tmp_path / "flipped.zip").write_bytes(data)
    (tmp_path / "short.zip").write_bytes(good.read_bytes()[: len(data) // 2])
    (tmp_path / "text.zip").write_text("不是备份", "utf-8")
    outside = {"name": "../evil", "size": 1, "sha256": "0" * 64}
    forged = orjson.dumps(manifest | {"files": [*manifest["files"], outside]})
    bad = [
        tmp_path / "flipped.zip",
        tmp_path / "short.zip",
        tmp_path / "text.zip",
        rewritten(good, tmp_path / "changed.zip", {"accounts.json": b'{"accounts":[],"tokens":[] }'}),
        rewritten(good, tmp_path / "more.zip", {"more": b"x"}),
        rewritten(good, tmp_path / "outside.zip", {MANIFEST: forged, "../evil": b"x"}),
    ]
    for archive in bad:
        with pytest.raises(TargetError):
            restore(archive, str(tmp_path / "new.db"), None)
        assert not (tmp_path / "new.db").exists(), archive
    assert not (tmp_path.parent / "evil").exists()


def test_nothing_that_is_there_is_written_over(tmp_path: Path, backend: str) -> None:
    corpus = corpus_with_a_correction(tmp_path)
    with office(backend, tmp_path) as (ledger, _, place):
        kept = backup(tmp_path, ledger, corpus.path)
        before = ledger.head()
        with pytest.raises(TargetError, match="已有内容"):
            restore(kept.path, None, corpus.path)
        with pytest.raises(TargetError, match="已有内容"):
            restore(kept.path, place, tmp_path / "fresh")
        assert ledger.head() == before
        assert not (tmp_path / "fresh").exists()


def test_the_commands_back_up_restore_and_say_what_they_held(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], backend: str
) -> None:
    new = target(backend, tmp_path)
    with office(backend, tmp_path) as (_, _, place):
        assert run(["backup", str(tmp_path / "b.zip"), "--ledger", place]) == 0
        assert run(["restore", str(tmp_path / "b.zip"), "--ledger", new]) == 0
        assert "账号 0 个" in capsys.readouterr().out
        assert run(["restore", str(tmp_path / "b.zip"), "--corpus", str(tmp_path / "c")]) == 1
        assert "备份里没有语料库" in capsys.readouterr().err
        assert run(["backup", str(tmp_path / "b2.zip")]) == 1
        assert run(["ledger", "verify", "--ledger", new]) == 0
