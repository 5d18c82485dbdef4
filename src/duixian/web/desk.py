"""The corpus as the pages and the interface share it: read once for each of its versions."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from duixian.comparison.reports import Report
from duixian.corpus import Corpus, CorpusError
from duixian.corpus.adding import Added
from duixian.corpus.corrections import Journal, load_journal
from duixian.corpus.manifest import Snapshot, commit_files, create_corpus, load_snapshot
from duixian.corpus.readings import Reading, correct, read
from duixian.holdings import corpus_reports
from duixian.web.kept import Kept
from duixian.web.settings import Settings

# What is worth keeping: a few open documents, the matrices and pictures looked at last.
_KEPT = 64


class Desk:
    """The corpus of a server. Methods raise CorpusError and OSError as those of the corpus do."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.corpus = Corpus(settings.corpus)
        self.kept = Kept(_KEPT)
        self._lock = threading.Lock()
        self._adding = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._journal: Journal | None = None

    def open(self) -> None:
        """Make the corpus when there is none."""
        create_corpus(self.corpus.path)

    def snapshot(self) -> Snapshot:
        """The present state; read again only when there is a new commit."""
        with self._lock:
            files = commit_files(self.corpus.path)
            last = int(files[-1].stem) if files else 0
            if self._snapshot is None or self._snapshot.number != last:
                self._snapshot = load_snapshot(self.corpus.path)
            return self._snapshot

    def journal(self) -> Journal:
        """The corrections; only new entries are read."""
        with self._lock:
            self._journal = load_journal(self.corpus.path, self._journal)
            return self._journal

    def version(self) -> tuple[int, int]:
        """Changes whenever a document or a correction does."""
        return self.snapshot().number, len(self.journal().entries)

    def reading(self, document: str) -> Reading:
        """A document with its records. Raises NoSuchNameError."""
        snapshot, journal = self.snapshot(), self.journal()
        number = sum(1 for entry in journal.entries if entry.document == document)
        key = ("reading", snapshot.number, number, document)
        return self.kept.get(key, lambda: read(self.corpus.path, snapshot, journal, document))

    def reports(self, years: Sequence[int], status: str) -> list[Report]:
        """The reports around some years."""
        key = ("reports", self.version(), tuple(years), status)
        return self.kept.get(key, lambda: corpus_reports(self.corpus, years=years, status=status))

    def correct(self, who: str, action: str, document: str, **wish: Any) -> Journal:
        """Write one correction, signed by ``who``; see :func:`duixian.corpus.readings.correct`."""
        if document not in self.snapshot().documents:
            self.reading(document)  # raises
        journal = correct(self.corpus.path, action, document, who=who, known=self.journal(), **wish)
        with self._lock:
            self._journal = journal
        return journal

    def add_files(self, files: Sequence[tuple[str, bytes]]) -> Added:
        """Add uploaded files, one upload at a time."""
        with self._adding:
            return self.corpus.add_files(files)

    def add_paths(self, paths: Sequence[str]) -> Added:
        """Add what lies on the disk of the server; only where nobody else can ask for it. Raises CorpusError."""
        if not self.settings.is_loopback:
            raise CorpusError("文件夹", "只有在本机使用时才能添加服务器上的文件夹", "请改用上传")
        with self._adding:
            return self.corpus.add(list(paths), workers=1)

    def add_samples(self) -> Added:
        """Add the two sample reports, under their own names."""
        from duixian import samples

        paths: Mapping[str, Any] = samples.paths()
        files = [(name, path.read_bytes()) for name, path in paths.items() if name.endswith(".txt")]
        return self.add_files(files)

    def remove(self, documents: Sequence[str]) -> None:
        """Take documents out, by id. Raises NoSuchNameError."""
        for name in documents:
            if name not in self.snapshot().documents:
                self.reading(name)  # raises
        with self._adding:
            self.corpus.remove(documents)
