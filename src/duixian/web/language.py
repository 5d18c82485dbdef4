"""The language of a page and what is said in it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from starlette.requests import Request

from duixian.catalogue import Patterns, merged, patterns, translated
from duixian.errors import InputError, TargetError

LANGUAGES = ("zh", "en")
COOKIE = "duixian_lang"


class Texts:
    """The texts of one language; ``texts("key", name=value)`` fills one in."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts: dict[str, str] = catalogue()[language]

    def __call__(self, key: str, **values: object) -> str:
        return self._texts[key].format_map(values) if values else self._texts[key]

    def about(self, message: str) -> str:
        """A reason, remedy or note, which modules give in Chinese, in this language where the catalogue knows it."""
        return message if self.language == "zh" else translated(_failures(), message)

    def told(self, error: InputError | TargetError) -> dict[str, str]:
        """What, why and what to do."""
        target = error.source if isinstance(error, InputError) else error.target
        return {"target": target, "reason": self.about(error.reason), "remedy": self.about(error.remedy)}


@cache
def texts(language: str) -> Texts:
    """The texts of a language."""
    return Texts(language)


@cache
def catalogue() -> dict[str, Any]:
    """All texts by language: ``messages.toml`` and every ``messages-*.toml`` of this package."""
    return merged(files("duixian.web"), "messages")


@cache
def _failures() -> Patterns:
    # The errors of the library are translated once, beside the commands; the catalogue is read as data.
    data = merged(files("duixian").joinpath("cli"), "failures")
    own = merged(files("duixian.web"), "failures")
    for name, table in own.items():
        data[name] = {**data.get(name, {}), **table}
    return patterns(data, "reasons", "remedies", "notes")


def language_of(request: Request) -> str:
    """The language asked for in the address, else that of the cookie, else that of the server."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return str(wanted)
    return str(request.app.state.settings.language)
