"""Reading from Python: paths in, documents and their records out.

Everything the command line does goes through here, so the two surfaces cannot drift apart. Modules that load large
libraries or vocabularies are imported inside the functions that need them: ``import duixian`` stays cheap.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from duixian.errors import InputError
from duixian.records import Commitment, DocumentRecord, Figure, Project, Record
from duixian.reporting.columns import KINDS

if TYPE_CHECKING:
    from duixian.documents.discovery import Discovery, Input
    from duixian.documents.model import Document

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
OnError = Callable[[InputError], None]


class Reading:
    """One document and, on demand, its records. Each kind is computed at most once.

    document: the cleaned document with blocks and sections. Two readings of the same input hold equal records with
    equal ids.
    """

    def __init__(self, document: Document) -> None:
        self.document = document

    @property
    def record(self) -> DocumentRecord:
        """What is known about the document: title, kind, region, level, years."""
        return self.document.record

    @property
    def text(self) -> str:
        """The cleaned text, one paragraph or heading a line."""
        return self.document.text

    @property
    def source(self) -> str:
        """The file as it was given; members of a zip read ``archive.zip!member``."""
        return self.document.source.name

    @cached_property
    def _figures(self) -> tuple[Figure, ...]:
        from duixian.extraction.figures import find_figures

        return tuple(find_figures(self.document))

    @cached_property
    def _commitments(self) -> tuple[Commitment, ...]:
        from duixian.extraction.commitments import find_commitments

        return tuple(find_commitments(self.document, self._figures))

    @cached_property
    def _projects(self) -> tuple[Project, ...]:
        from duixian.extraction.projects import find_projects

        return tuple(find_projects(self.document))

    def figures(self) -> tuple[Figure, ...]:
        """Every quantified statement, in the order of the text."""
        return self._figures

    def commitments(self) -> tuple[Commitment, ...]:
        """Every clause in which the government says what it will do, in the order of the text."""
        return self._commitments

    def projects(self) -> tuple[Project, ...]:
        """Every specific, named undertaking, in the order of the text."""
        return self._projects

    def records(self, kinds: Collection[str] = KINDS) -> Iterator[Record]:
        """The document record, then its figures, commitments and projects; only ``kinds`` when given.

        kinds: any of ``KINDS``; ValueError for others.
        """
        unknown = set(kinds) - set(KINDS)
        if unknown:
            raise ValueError(f"unknown kind of record: {', '.join(sorted(unknown))}; known are {', '.join(KINDS)}")
        if "document" in kinds:
            yield self.record
        if "figure" in kinds:
            yield from self.figures()
        if "commitment" in kinds:
            yield from self.commitments()
        if "project" in kinds:
            yield from self.projects()

    def __repr__(self) -> str:
        return f"<Reading {self.record.title!r} from {self.source!r}>"


def read(paths: Paths, *, on_error: OnError | None = None) -> Iterator[Reading]:
    """Read files, folders, glob patterns, zip archives or ``-`` (standard input), document by document.

    on_error: called with each :class:`~duixian.errors.InputError` while the rest goes on; without it the first one is
    raised.
    """
    for found in inputs(paths):
        try:
            if isinstance(found, InputError):
                raise found
            readings = open_input(found)
        except InputError as error:
            if on_error is None:
                raise
            on_error(error)
            continue
        yield from readings


def read_text(text: str, name: str = "text") -> list[Reading]:
    """The documents of a text that is already in memory. ``name`` stands as the source in the evidence."""
    from duixian.documents.model import SourceText
    from duixian.documents.pipeline import read_documents

    return [Reading(document) for document in read_documents(SourceText(name, "txt", (text,)))]


def extract(paths: Paths, *, kinds: Collection[str] = KINDS, on_error: OnError | None = None) -> Iterator[Record]:
    """The records of ``paths``, as ``duixian extract`` prints them: each document, then what was found in it."""
    for reading in read(paths, on_error=on_error):
        yield from reading.records(kinds)


def inputs(paths: Paths) -> Discovery:
    """What there is to read under ``paths``, without reading it; what cannot be read stands as its error."""
    from duixian.documents.discovery import discover

    if isinstance(paths, (str, os.PathLike)):
        paths = (paths,)
    return discover([os.fspath(path) for path in paths])


def open_input(found: Input) -> list[Reading]:
    """Decode one input and split it into its documents. Raises InputError with the reason and the remedy."""
    from duixian.documents.pipeline import read_documents
    from duixian.documents.readers import read_source

    # A file name need not be valid text; what goes into records must be.
    name = found.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return [Reading(document) for document in read_documents(read_source(found.load(), name))]
