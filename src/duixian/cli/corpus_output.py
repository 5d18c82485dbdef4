"""How the corpus commands tell what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from duixian.cli.session import Session
from duixian.corpus.errors import CorpusError
from duixian.reporting.output import output_error


@contextmanager
def guarded(session: Session, directory: str) -> Iterator[None]:
    """Tell in one line what a corpus or the disk under it refuses, and leave with code 1."""
    try:
        yield
    except CorpusError as error:
        _refuse(session, error.target, error.reason, error.remedy)
    except BrokenPipeError:
        raise
    except OSError as error:
        told = output_error(str(error.filename or directory), error)
        _refuse(session, told.target, told.reason, told.remedy)


def _refuse(session: Session, target: str, reason: str, remedy: str) -> NoReturn:
    say = session.say
    told = say("failed", source=target, reason=say.about_files(reason), remedy=say.about_files(remedy))
    session.print(f"{say('error')}{' ' if say.language == 'en' else ''}{told}")
    raise typer.Exit(1)
