"""The language of the interface and what is said in it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("zh", "en")
VARIABLE = "DUIXIAN_LANG"
OPTION = "--lang"
Patterns = tuple[tuple[re.Pattern[str], str], ...]
_SLOT = re.compile(r"\\\{(\w+)\\\}")


class Messages:
    """The texts of one language; ``messages("key", name=value)`` fills one in."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts: dict[str, str] = _catalogue()[language]

    def __call__(self, key: str, **values: object) -> str:
        return self._texts[key].format_map(values) if values else self._texts[key]

    def framework(self, message: str) -> str:
        """What the framework says about wrong usage, in this language where the catalogue knows it."""
        if self.language == "en":
            return message
        return _translated(_patterns("messages", "framework"), message)

    def about_files(self, message: str) -> str:
        """A reason, remedy or note, which modules give in Chinese, in this language where the catalogue knows it."""
        if self.language == "zh":
            return message
        return _translated(_patterns("failures", "reasons", "remedies", "notes"), message)


@cache
def _catalogue() -> dict[str, Any]:
    return _merged("messages")


def _merged(stem: str) -> dict[str, Any]:
    """The tables of ``stem.toml`` and every ``stem-*.toml`` beside it: each part of the program has texts of its own.

    Raises ValueError when two files give the same key: one of them would never be seen.
    """
    merged: dict[str, Any] = {}
    for file in sorted(files("duixian.cli").iterdir(), key=lambda file: file.name):
        if not (file.name == f"{stem}.toml" or (file.name.startswith(f"{stem}-") and file.name.endswith(".toml"))):
            continue
        for name, table in tomllib.loads(file.read_text("utf-8")).items():
            known = merged.setdefault(name, {})
            twice = known.keys() & table.keys()
            if twice:
                raise ValueError(f"{file.name}: [{name}] {min(twice)} stands in another file too")
            known |= table
    return merged


def _translated(patterns: Patterns, message: str) -> str:
    for pattern, text in patterns:
        match = pattern.fullmatch(message)
        if match:
            return text.format_map(match.groupdict())
    return message


@cache
def _patterns(stem: str, *tables: str) -> Patterns:
    data = _merged(stem)
    # The longest first: some messages begin like others.
    entries = sorted((entry for table in tables for entry in data[table].items()), key=lambda entry: -len(entry[0]))
    return tuple(
        (re.compile(_SLOT.sub(r"(?P<\1>.+)", re.escape(english)), re.DOTALL), text) for english, text in entries
    )


def choose(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> tuple[str | None, list[str]]:
    """The language asked for and the arguments without that request, which may stand anywhere before ``--``.

    None when a language was asked for that there is not.
    """
    language = environment.get(VARIABLE, "").strip().lower()[:2]
    language = language if language in LANGUAGES else LANGUAGES[0]
    rest: list[str] = []
    waiting = iter(arguments)
    wrong = False
    for argument in waiting:
        if argument == "--":
            rest.append(argument)
            rest.extend(waiting)
        elif argument == OPTION or argument.startswith(OPTION + "="):
            wanted = argument[len(OPTION) + 1 :] if "=" in argument else next(waiting, "")
            wrong = wanted not in LANGUAGES
            language = language if wrong else wanted
        else:
            rest.append(argument)
    return None if wrong else language, rest
