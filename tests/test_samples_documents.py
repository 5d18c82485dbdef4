"""The short test documents: each opens in its declared encoding and holds the title and speaker expected of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent / "data" / "documents"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))


def test_every_document_has_an_answer_and_every_answer_a_document() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_document_holds_what_is_expected_of_it(name: str) -> None:
    expected = EXPECTED[name]
    text = re.sub(r"\s+", "", (FOLDER / f"{name}.txt").read_bytes().decode(expected["encoding"]))
    assert 300 <= len(text) <= 900
    assert expected["title"] in text
    assert expected["speaker"] in text


def test_the_township_plan_is_wrapped_like_text_out_of_a_pdf() -> None:
    lines = (FOLDER / "township-plan-2024.txt").read_text(encoding="utf-8").splitlines()
    assert all(not line for line in lines[1::2])
    assert sum(bool(re.fullmatch(r"- \d+ -", line)) for line in lines) >= 2
