"""The language of the interface and what is said in it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from duixian.catalogue import Patterns, merged, patterns, translated

LANGUAGES = ("zh", "en")
VARIABLE = "DUIXIAN_LANG"
OPTION = "--lang"


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
        return translated(_patterns("messages", "framework"), message)

    def about_files(self, message: str) -> str:
        """A reason, remedy or note, which modules give in Chinese, in this language where the catalogue knows it."""
        if self.language == "zh":
            return message
        return translated(_patterns("failures", "reasons", "remedies", "notes"), message)


@cache
def _catalogue() -> dict[str, Any]:
    return _merged("messages")


def _merged(stem: str) -> dict[str, Any]:
    return merged(files("duixian.cli"), stem)


@cache
def _patterns(stem: str, *tables: str) -> Patterns:
    return patterns(_merged(stem), *tables)


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
