"""One run over the user's files: what fails is told in one line, and the rest goes on."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, TypeVar

import typer

from duixian.api import Reading, inputs, open_input
from duixian.cli.language import Messages
from duixian.errors import InputError, TargetError

Result = TypeVar("Result")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# A bar for work that is over at once would only flicker.
_PATIENCE = 0.6


def one_line(message: str) -> str:
    """The message without line breaks or control characters, which a file name may contain."""
    return _CONTROL.sub(" ", message)


class Session:
    """Goes through the inputs, reports failures on standard error, and knows whether there were any.

    bar: whether there is a terminal for a progress bar.
    """

    def __init__(self, say: Messages, *, writes_to_terminal: bool = False) -> None:
        self.say = say
        self.failures = 0
        self.documents = 0
        self.bar = sys.stderr.isatty() and not writes_to_terminal

    def each(self, paths: Sequence[str], work: Callable[[Reading], Result]) -> Iterator[tuple[Reading, Result]]:
        """Every document under ``paths`` with what ``work`` makes of it. A document or file that fails is left out."""
        discovery = inputs(paths)
        found = list(discovery)
        with Progress(self.say("reading"), len(found), self.bar) as progress:
            for number, item in enumerate(found):
                if isinstance(item, InputError):
                    self.fail(item)
                    continue
                progress.at(number, item.name)
                try:
                    readings = open_input(item)
                except Exception as error:
                    self.fail(error, item.name)
                    continue
                self._note(item.name, readings)
                for reading in readings:
                    progress.at(number, reading.record.title)
                    try:
                        result = work(reading)
                    except Exception as error:
                        self.fail(error, item.name)
                        continue
                    self.documents += 1
                    yield reading, result
        if discovery.skipped and not all(isinstance(item, InputError) for item in found):
            kinds = " ".join(f"{suffix or '–'} {count}" for suffix, count in discovery.skipped.most_common(5))
            self.print(self.say("skipped", number=discovery.skipped.total(), kinds=kinds))
        if not found:
            self.failures += 1
            self.print(self.say("none_found"))

    def _note(self, name: str, readings: Sequence[Reading]) -> None:
        """What the reader of a file has to say although it could be read: damaged pages, a guessed encoding."""
        notes = readings[0].document.source.notes if readings else ()
        for note in notes:
            self.print(self.say("note", source=name, note=self.say.about_files(note)))

    def fail(self, error: Exception, source: str = "") -> None:
        """Say in one line what failed, why, and what to do."""
        self.failures += 1
        if isinstance(error, InputError):
            reason, remedy = self.say.about_files(error.reason), self.say.about_files(error.remedy)
            source = error.source
        elif isinstance(error, TargetError):
            reason, remedy = self.say.about_files(error.reason), self.say.about_files(error.remedy)
            source = error.target
        else:
            # No input may show a user a traceback, whatever a library does with it.
            reason = self.say("internal_reason", error=f"{type(error).__name__}: {error}"[:200])
            remedy = self.say("internal_remedy")
        self.print(self.say("failed", source=source, reason=reason, remedy=remedy))

    def print(self, message: str) -> None:
        """A line for the user, on standard error."""
        print(one_line(message), file=sys.stderr)

    def finish(self) -> None:
        """Leave with code 1 if anything failed."""
        if self.failures:
            raise typer.Exit(1)


class Progress:
    """A bar on standard error, begun only when the work turns out to be long."""

    def __init__(self, title: str, total: int, wanted: bool) -> None:
        self._title = title
        self._total = total
        self._wanted = wanted
        self._since = time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    def at(self, number: int, label: str, total: int | None = None) -> None:
        """That ``number`` of the whole is done; total: the whole, when it was not known before."""
        self._total = self._total if total is None else total
        if not self._wanted:
            return
        if self._bar is None and time.monotonic() - self._since > _PATIENCE:
            self._begin()
        if self._bar is not None:
            self._bar.update(self._task, completed=number, total=self._total, label=one_line(label)[:40])

    def _begin(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[label]}"),
        )
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task(self._title, total=self._total, label="")
        self._bar.start()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
