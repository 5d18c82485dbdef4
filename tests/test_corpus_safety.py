"""Whatever happens to a corpus (kills, full disks, damage, other writers), nothing is lost and the reason is told."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from corpus_reports import write_reports

from duixian.corpus import Corpus, CorpusError, durable
from duixian.corpus.manifest import Commit, load_snapshot, write_commit

KILLS = int(os.environ.get("DUIXIAN_KILLS", "4"))


def adding(corpus: Path, folder: Path, workers: int = 1) -> subprocess.Popen[bytes]:
    """A process that adds, a batch for every file."""
    script = (
        "import sys\nfrom pathlib import Path\n"
        "import duixian.corpus.adding as adding\nfrom duixian.corpus import Corpus\n"
        "adding._BATCH_FILES = 1\n"
        "if __name__ == '__main__':\n"
        "    print('begun', flush=True)\n"
        "    Corpus(sys.argv[1]).add(sorted(Path(sys.argv[2]).iterdir()), workers=int(sys.argv[3]))\n"
    )
    path = folder.parent / "adding.py"
    path.write_text(script, "utf-8")
    command = [sys.executable, str(path), str(corpus), str(folder), str(workers)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def rows(corpus: Corpus) -> dict[str, list[str]]:
    return {kind: sorted(getattr(corpus, kind)()["id"]) for kind in ("documents", "figures", "commitments", "projects")}


def complete(corpus: Corpus, folder: Path, whole: Corpus) -> None:
    """The next add brings what was not there yet, and nothing twice."""
    corpus.add(folder)
    assert rows(corpus) == rows(whole)
    assert corpus.verify().problems == []
    corpus.compact()
    assert rows(corpus) == rows(whole)


class TestKills:
    def test_killed_runs_are_completed_without_loss_or_duplicate(self, tmp_path: Path) -> None:
        folder = tmp_path / "reports"
        write_reports(folder, 8)
        write_reports(folder, 8, 2023)
        whole = Corpus(tmp_path / "whole")
        begun = time.monotonic()
        whole.add(folder)
        once = time.monotonic() - begun
        chance = random.Random(20240101)
        corpus = Corpus(tmp_path / "killed-0")
        for number in range(KILLS):
            process = adding(corpus.path, folder, workers=1 + number % 2)
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.random() * (once + 0.3))
            process.send_signal(signal.SIGKILL)
            process.communicate()
            if not (corpus.path / "duixian-corpus.json").exists():
                continue
            assert corpus.verify().problems == []
            ids = corpus.documents()["id"].to_list()
            assert len(ids) == len(set(ids))
            if len(ids) == 16 or number % 5 == 4:
                complete(corpus, folder, whole)
                corpus = Corpus(tmp_path / f"killed-{number + 1}")
        complete(corpus, folder, whole)

    def test_leftovers_of_killed_runs_go_with_the_next_add(self, tmp_path: Path) -> None:
        corpus = Corpus(tmp_path / "c")
        files = write_reports(tmp_path / "reports", 2)
        corpus.add(files[0])
        (living,) = (corpus.path / "figures").glob("*.parquet")
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        pieces = durable.token().split("-")
        for process in (ended.pid, os.getpid()):
            pieces[2] = str(process)
            (corpus.path / "figures" / f"{'-'.join(pieces)}.parquet").write_bytes(living.read_bytes())
        assert corpus.verify().leftovers == 1
        height = corpus.figures().height
        assert height == len(set(corpus.figures()["id"]))
        corpus.add(files[1])
        # What a writer that still runs has not committed yet is not touched.
        assert len(list((corpus.path / "figures").glob("*.parquet"))) == 3
        assert corpus.verify().leftovers == 0


class TestWriters:
    def test_several_processes_add_at_once(self, tmp_path: Path) -> None:
        folder = tmp_path / "reports"
        write_reports(folder, 6)
        processes = [adding(tmp_path / "c", folder) for _ in range(3)]
        for process in processes:
            _, complaint = process.communicate(timeout=120)
            assert process.returncode == 0, complaint.decode()
        whole = Corpus(tmp_path / "whole")
        whole.add(folder)
        assert rows(Corpus(tmp_path / "c")) == rows(whole)
        assert Corpus(tmp_path / "c").verify().problems == []

    def test_the_second_of_two_commits_takes_the_next_number(self, tmp_path: Path) -> None:
        corpus = Corpus(tmp_path / "c")
        files = write_reports(tmp_path / "reports", 2)
        corpus.add(files[0])
        old = load_snapshot(corpus.path)
        corpus.add(files[1])
        after = write_commit(corpus.path, lambda state: Commit(), old)
        assert after.number == 3
        assert len(after.documents) == 2

    def test_compaction_keeps_what_another_writer_adds_meanwhile(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from duixian.corpus import upkeep

        corpus = Corpus(tmp_path / "c")
        files = write_reports(tmp_path / "reports", 3)
        corpus.add(files[0])
        corpus.add(files[1])
        merge = upkeep._merge

        def meanwhile(*arguments: Any) -> Any:
            merged = merge(*arguments)
            corpus.remove([corpus.entries()[0].id])
            corpus.add(files[2])
            return merged

        monkeypatch.setattr(upkeep, "_merge", meanwhile)
        corpus.compact()
        assert [entry.source for entry in corpus.entries()] == [str(files[1]), str(files[2])]
        assert corpus.verify().problems == []
        assert len(corpus.figures()["document"].unique()) == 2


class TestDamage:
    @pytest.fixture
    def corpus(self, tmp_path: Path) -> Corpus:
        corpus = Corpus(tmp_path / "c")
        for path in write_reports(tmp_path / "reports", 3):
            corpus.add(path)
        return corpus

    @pytest.mark.parametrize("kind", ["documents", "figures", "commitments", "projects", "blocks", "sources"])
    @pytest.mark.parametrize("harm", ["cut", "hollow", "changed", "gone"])
    def test_a_damaged_part_is_named_and_repaired_by_adding_again(self, corpus: Corpus, kind: str, harm: str) -> None:
        before = rows(corpus)
        path = sorted((corpus.path / kind).iterdir())[1]
        data = path.read_bytes()
        if harm == "cut":
            path.write_bytes(data[: len(data) // 2])
        elif harm == "hollow":  # the footer promises rows that are not there
            path.write_bytes(data[:4] + data[-int.from_bytes(data[-8:-4], "little") - 8 :])
        elif harm == "changed":
            path.write_bytes(data[:40] + bytes(byte ^ 255 for byte in data[40:80]) + data[80:])
        else:
            path.unlink()
        check = corpus.verify()
        assert [file for file, _ in check.problems] == [str(path)]
        assert len(check.lost) == 1
        if harm != "changed" and kind != "sources":
            with pytest.raises(CorpusError, match="verify --repair"):
                getattr(corpus, kind)()
            with pytest.raises(CorpusError):
                corpus.sql(f"SELECT * FROM {kind}")
        corpus.repair()
        assert corpus.verify().problems == []
        assert corpus.documents().height == 2
        assert len(corpus.add(corpus.path.parent / "reports").documents) == 1
        assert rows(corpus) == before

    def test_a_damaged_or_missing_commit_is_named(self, corpus: Corpus) -> None:
        path = corpus.path / "commits" / "00000002.json"
        data = path.read_bytes()
        path.write_bytes(data[:100])
        with pytest.raises(CorpusError, match="00000002"):
            corpus.documents()
        path.unlink()
        with pytest.raises(CorpusError, match="00000002"):
            corpus.verify()
        path.write_bytes(data)
        assert corpus.verify().problems == []

    @pytest.mark.parametrize("name", ["duixian-corpus.json", "commits/00000003.json"])
    def test_a_newer_format_is_left_alone(self, corpus: Corpus, name: str) -> None:
        path = corpus.path / name
        path.write_text(json.dumps({**json.loads(path.read_bytes()), "format": 99}), "utf-8")
        with pytest.raises(CorpusError, match="请升级"):
            corpus.figures()
        with pytest.raises(CorpusError, match="请升级"):
            corpus.add(corpus.path.parent / "reports")

    @pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff\xfe", b'{"format": "1"}'])
    def test_a_marker_that_is_none_is_told(self, corpus: Corpus, content: bytes) -> None:
        (corpus.path / "duixian-corpus.json").write_bytes(content)
        with pytest.raises(CorpusError, match="损坏"):
            corpus.entries()

    def test_no_corpus_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match="这里没有语料库"):
            Corpus(tmp_path / "nowhere").documents()
        file = tmp_path / "file"
        file.write_text("x")
        with pytest.raises(CorpusError, match="不是语料库"):
            Corpus(file).documents()


class TestDisk:
    @pytest.mark.parametrize("after", range(9))
    def test_a_full_disk_loses_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
        corpus = Corpus(tmp_path / "c")
        files = write_reports(tmp_path / "reports", 2)
        corpus.add(files[0])
        before = rows(corpus)
        written = durable._written
        count = 0

        def full(folder: Path, data: bytes) -> Path:
            nonlocal count
            count += 1
            if count > after:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
            return written(folder, data)

        monkeypatch.setattr(durable, "_written", full)
        with suppress(OSError):
            corpus.add(files[1])
        assert (rows(corpus) == before) == (corpus.documents().height == 1)
        assert corpus.verify().problems == []
        monkeypatch.undo()
        corpus.add(files[1])
        assert corpus.documents().height == 2
        assert len(list((corpus.path / "figures").iterdir())) == 2

    def test_a_corpus_that_may_only_be_read_answers(self, tmp_path: Path) -> None:
        corpus = Corpus(tmp_path / "c")
        files = write_reports(tmp_path / "reports", 2)
        corpus.add(files[0])
        folders = [corpus.path, *(path for path in corpus.path.rglob("*") if path.is_dir())]
        for folder in folders:
            folder.chmod(0o555)
        try:
            assert corpus.figures().height > 0
            assert corpus.search("低空经济").total == 1
            assert corpus.add(files[0]).unchanged == 1
            if os.geteuid() != 0:
                with pytest.raises(PermissionError):
                    corpus.add(files[1])
        finally:
            for folder in folders:
                folder.chmod(0o755)
        assert corpus.verify().problems == []
