"""``duixian annotate``: the text with its records, as one web page."""

from __future__ import annotations

from collections.abc import Callable

import typer

from duixian.api import Reading
from duixian.cli.language import Messages
from duixian.cli.session import Session
from duixian.reporting.annotation import AnnotatedDocument, annotated_page
from duixian.reporting.output import write_whole


def command(say: Messages) -> Callable[..., None]:
    """The command, with its texts in one language."""

    def annotate(
        paths: list[str] = typer.Argument(..., metavar="PATH", help=say("paths")),
        output: str = typer.Option(..., "--output", "-o", metavar="FILE", help=say("output_annotate")),
    ) -> None:
        session = Session(say)
        items = [item for _, item in session.each(paths, annotated)]
        if items:
            write_page(output, items, say)
            records = sum(len(item.records) for item in items)
            session.print(say("written_page", path=output, documents=len(items), records=records))
        session.finish()

    return annotate


def annotated(reading: Reading) -> AnnotatedDocument:
    """A document with everything that was found in it."""
    return AnnotatedDocument(reading.document, [*reading.figures(), *reading.commitments(), *reading.projects()])


def write_page(output: str, items: list[AnnotatedDocument], say: Messages) -> None:
    """Write the page whole or not at all. Raises OutputError."""
    from duixian import __version__

    write_whole(output, annotated_page(items, say.language, __version__))
