"""What the codes and columns of comparisons are called in the user's language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from duixian.reporting.labels import label as record_label


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    text = files("duixian.reporting.comparisons").joinpath("labels.toml").read_text("utf-8")
    table: dict[str, dict[str, dict[str, str]]] = tomllib.loads(text)
    return table


def label(family: str, code: str, language: str) -> str:
    """The label of a code in a family ("outcome", "state", "column", ...); the code itself when it has none."""
    if family == "indicator":
        return record_label("indicator", code, language) if code else ""
    found = _table().get(language, {}).get(family, {}).get(code)
    return found if found is not None else code.replace("_", " ")
