"""Patterns stay within what every Python 3.11 runs rightly."""

from __future__ import annotations

import re
from pathlib import Path

SOURCES = Path(__file__).parent.parent / "src"
# Possessive quantifiers and atomic groups came with Python 3.11, and 3.11.2, which Debian 12 ships, drops the last
# character of a possessively repeated group.
_NEW = re.compile(r"[\])}\w.][+*?}]\+(?=[^+\w\"' ])|\(\?>")


def test_no_pattern_is_possessive_or_atomic() -> None:
    found = [
        f"{path.relative_to(SOURCES)}:{number}"
        for path in sorted(SOURCES.rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"""r?f?["']""", line) and _NEW.search(line)
    ]
    assert not found
