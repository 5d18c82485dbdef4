"""What the codes of the data contract are called in the user's language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from duixian.vocabulary.indicators import load_indicators

_OTHER = {"zh": "其他", "en": "other"}


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    text = files("duixian.reporting").joinpath("data/labels.toml").read_text("utf-8")
    table: dict[str, dict[str, dict[str, str]]] = tomllib.loads(text)
    return table


@cache
def _indicators(language: str) -> dict[str, str]:
    names = {name: entry.zh if language == "zh" else entry.en for name, entry in load_indicators().by_id.items()}
    return {**names, "other": _OTHER[language]}


def labels(family: str, language: str) -> dict[str, str]:
    """Code to label for one family ("op", "stage", ...); empty when the codes are their own labels."""
    if family == "indicator":
        return _indicators(language)
    return _table().get(language, {}).get(family, {})


def label(family: str, code: str, language: str) -> str:
    """The label of one code; the code itself when it has none."""
    return labels(family, language).get(code, code)
