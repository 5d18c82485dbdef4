"""Whoever reads English is told in English what went wrong: every reason and remedy in the code is in the catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from duixian.cli.language import Messages

SOURCE = Path(__file__).resolve().parents[1] / "src" / "duixian"
#: Calls that make an error: the second argument is the reason, the third the remedy.
ERRORS = re.compile(r"\w*Error|damaged")
ROOMS = ("ledger", "notices")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def sentences(file: Path) -> Iterator[str]:
    """The reasons and remedies that are written out in a file, with slots filled by a letter."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if ERRORS.fullmatch(name):
            for argument in node.args[1:3]:
                for part in (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,):
                    yield from _written(part)


def _written(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)


@pytest.mark.parametrize("room", ROOMS)
def test_every_reason_and_remedy_is_told_in_english(room: str) -> None:
    say = Messages("en")
    found = {text for file in sorted((SOURCE / room).rglob("*.py")) for text in sentences(file)}
    assert len(found) > 20
    # The noun of an unknown name is told within a whole sentence.
    told = {text for text in found if len(text) > 4}
    assert sorted(text for text in told if _CHINESE.search(text) and say.about_files(text) == text) == []
