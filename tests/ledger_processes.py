"""Many processes on one ledger, quickly: a parent that has loaded everything forks them, and kills them when asked.

As a script it reads one JSON command a line and answers each with a JSON line; the tests talk to it by ``Parent``.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from duixian.ledger.progress import ProgressReported
from duixian.ledger.store import Ledger

_PATIENCE = 60.0  # seconds after which a child that says nothing is given up


class Parent:
    """The process that forks. Entering it starts it, leaving it ends it with all its children."""

    def __enter__(self) -> Parent:
        script = Path(__file__)
        self._process = subprocess.Popen(
            [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(_PATIENCE) == 0

    def killed(self, place: str, after: float) -> list[str]:
        """The hashes acknowledged to a reporter on items 1 and 3, killed so many seconds after the first of them."""
        answer: list[str] = self._ask({"do": "kill", "place": place, "after": after})
        return answer

    def report(self, place: str, people: int, times: int) -> list[list[str]]:
        """So many reporters at once, each a process, each so many times; the hashes acknowledged to each.

        What went wrong for one stands as a sentence in place of a hash.
        """
        answer: list[list[str]] = self._ask({"do": "report", "place": place, "people": people, "times": times})
        return answer

    def _ask(self, command: dict[str, object]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the parent of the processes has died"
        return json.loads(line)


class Child:
    """A forked process that runs ``work`` and whatever it says, line by line."""

    def __init__(self, work: Callable[[Callable[[str], None]], None]) -> None:
        self._out, inner = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            with contextlib.suppress(BaseException):
                os.close(self._out)
                try:
                    work(lambda line: _say(inner, line))
                except Exception as error:
                    _say(inner, f"{type(error).__name__}: {error}".replace("\n", " "))
            # Nothing of the parent's is flushed or cleaned up a second time.
            os._exit(0)
        os.close(inner)

    def lines(self) -> Iterator[str]:
        """What it says until it ends; a line that the kill cut short is not heard."""
        rest = b""
        while True:
            ready, _, _ = select.select([self._out], [], [], _PATIENCE)
            part = os.read(self._out, 65536) if ready else b""
            if not ready:
                os.kill(self.pid, signal.SIGKILL)
                yield "silent for too long"
            if not part:
                break
            *whole, rest = (rest + part).split(b"\n")
            yield from (line.decode() for line in whole)
        os.close(self._out)
        os.waitpid(self.pid, 0)


def _say(pipe: int, line: str) -> None:
    os.write(pipe, line.encode() + b"\n")


def _reports_for_ever(place: str) -> Callable[[Callable[[str], None]], None]:
    def work(say: Callable[[str], None]) -> None:
        with Ledger(place) as ledger:
            while True:
                pair = ProgressReported("2025/1", "动工"), ProgressReported("2025/3", "动工")
                for entry in ledger.record("own1", *pair):
                    say(entry.hash)

    return work


def _reports(place: str, number: int, times: int, gate: int) -> Callable[[Callable[[str], None]], None]:
    def work(say: Callable[[str], None]) -> None:
        with Ledger(place) as ledger:
            ledger.head()
            say("ready")
            # Closed by the parent when all are ready.
            os.read(gate, 1)
            mine = number % 4 + 1
            items = [f"2025/{mine}", f"2025/{mine + 4}"]
            if number % 8 >= 4:
                items.reverse()  # the bait for a deadlock: half of them want the two items in the other order
            for step in range(times):
                events = [ProgressReported(item, f"第{number}人第{step}次") for item in items]
                for entry in ledger.record(f"own{mine}", *events):
                    say(entry.hash)

    return work


def _kill(place: str, after: float) -> list[str]:
    child = Child(_reports_for_ever(place))
    lines = child.lines()
    # At work, and not still on its way to it.
    first = next(lines, "ended")
    time.sleep(after)
    os.kill(child.pid, signal.SIGKILL)
    return [first, *lines]


def _all_report(place: str, people: int, times: int) -> list[list[str]]:
    gate, key = os.pipe()

    def reporter(number: int) -> Callable[[Callable[[str], None]], None]:
        work = _reports(place, number, times, gate)

        def alone(say: Callable[[str], None]) -> None:
            os.close(key)
            work(say)

        return alone

    children = [Child(reporter(number)) for number in range(people)]
    said = [child.lines() for child in children]
    first = [next(lines, "ended") for lines in said]
    os.close(key)
    heard = [[one for one in (word, *lines) if one != "ready"] for word, lines in zip(first, said, strict=True)]
    os.close(gate)
    return heard


def main() -> None:
    for line in sys.stdin:
        command = json.loads(line)
        if command.pop("do") == "kill":
            answer: Any = _kill(**command)
        else:
            answer = _all_report(**command)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
