"""Text broken hard into lines is read as the paragraphs it was written in."""

from __future__ import annotations

import random
import unicodedata
from importlib.resources import files

import pytest

from duixian.documents.model import SourceText
from duixian.documents.pipeline import read_documents

REPORT = files("duixian.samples").joinpath("lanchuan-2024.txt").read_text(encoding="utf-8")
PARAGRAPHS = [line for line in REPORT.splitlines() if line.strip()]


def text_of(*pages: str, paged: bool = False) -> str:
    return "\n".join(document.text for document in read_documents(SourceText("报告", "txt", pages, paged)))


PLAIN = text_of(REPORT)


def broken(width: int, indent: bool) -> list[str]:
    """The report as lines of so many cells, first lines set in by two cells (which an extractor may have lost)."""
    lines: list[str] = []
    for number, paragraph in enumerate(PARAGRAPHS):
        head = number < 4
        line, used = ("", 0.0) if head or not indent else ("　　", 2.0)
        limit = width - (0 if head or indent else 2)
        for character in paragraph:
            cells = 0.5 if character.isascii() else 1.0
            if used + cells > limit and character not in "，。；：、！？”）》":
                lines.append(line)
                line, used, limit = "", 0.0, width
            line, used = line + character, used + cells
        lines.append(line)
    return lines


def paged(lines: list[str], gap: int = 1, head: str = "") -> list[str]:
    pages = []
    for start in range(0, len(lines), 28):
        page = [*([head] if head else []), *lines[start : start + 28], f"- {start // 28 + 1} -"]
        pages.append(("\n" * gap).join(page) + "\n")
    return pages


@pytest.mark.parametrize("gap", [1, 2], ids=["tight", "blank line after every line"])
@pytest.mark.parametrize("width", [17, 26, 38])
def test_broken_lines_with_indents_are_joined_into_the_paragraphs(width: int, gap: int) -> None:
    assert text_of(*paged(broken(width, True), gap), paged=True) == PLAIN


@pytest.mark.parametrize("width", [17, 26, 38])
def test_broken_lines_without_indents_lose_no_word_and_few_paragraph_ends(width: int) -> None:
    text = text_of("".join(paged(broken(width, False), 2)))
    assert text.replace("\n", "") == PLAIN.replace("\n", "")
    assert len(set(PLAIN.split("\n")) & set(text.split("\n"))) >= 0.8 * len(PLAIN.split("\n"))


def test_running_heads_and_page_numbers_are_dropped() -> None:
    assert text_of(*paged(broken(30, True), 1, "岚川省政府工作报告"), paged=True) == PLAIN


def test_paragraphs_that_are_lines_stay_as_they_are() -> None:
    assert PLAIN.split("\n") == [line.replace(" ", "") for line in PARAGRAPHS]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\n\n"], ids=["windows", "old mac", "wide"])
def test_line_ends_of_any_system_are_understood(end: str) -> None:
    assert text_of(end.join(PARAGRAPHS)) == PLAIN


def test_a_kerned_layer_reads_like_the_plain_text() -> None:
    assert text_of("\n".join(" ".join(line.replace(" ", "")) for line in PARAGRAPHS)) == PLAIN


def test_a_doubled_layer_reads_like_the_plain_text() -> None:
    assert text_of("\n".join("".join(c * 2 for c in line) for line in PARAGRAPHS)) == PLAIN


def test_full_width_characters_read_like_the_plain_text() -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and (c.isalnum() or c == "%") else c for c in REPORT)
    assert text_of(wide) == PLAIN


def test_radicals_read_like_the_plain_text() -> None:
    radicals = {ord(unicodedata.normalize("NFKC", chr(code))): chr(code) for code in range(0x2F00, 0x2FD6)}
    assert text_of(REPORT.translate(radicals)) == PLAIN


def test_half_width_punctuation_reads_like_the_plain_text() -> None:
    assert text_of(REPORT.translate(str.maketrans("，；：？！（）", ",;:?!()"))) == PLAIN


def test_strewn_spaces_and_invisible_marks_read_like_the_plain_text() -> None:
    chance = random.Random(7)
    strewn = []
    for before, after in zip(REPORT, REPORT[1:] + " ", strict=True):
        loose = not before.isascii() and (not after.isascii() or after.isdigit())
        strewn.append(before + (chance.choice(" \u200b\u00a0") if loose and chance.random() < 0.1 else ""))
    assert text_of("".join(strewn)) == PLAIN


def test_a_sentence_torn_by_a_page_is_mended() -> None:
    text = (
        "一要深化各项改革。推进要素配置改革试点，建设统一开放的市场，打造办事方便的县\n城；完善村级集体账目公开，办好家门口的小事。\n"
        "二要扩大对外开放。主动对接沿海口岸，把山里的好东西卖到海外去，让农户多一份收入。\n"
    ) * 2
    assert "打造办事方便的县城；完善" in text_of(text)


def test_a_long_heading_is_no_torn_sentence() -> None:
    heading = "二、明确方向、把握重点，用足用好政策工具，推动县域经济在新的一年开好局、起好步"
    text = f"一、回顾\n{'全县经济稳中向好，各项工作都有新进步。' * 4}\n{heading}\n{'做好全年工作要抓住重点。' * 6}\n"
    assert heading in text_of(text).split("\n")
