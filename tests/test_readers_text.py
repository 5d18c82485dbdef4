"""A text file reads the same whatever encoding it was saved in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from duixian.documents.readers import read_source
from duixian.documents.readers.encoding import decode
from duixian.errors import InputError

REPORT = (
    "青禾县2031年政府工作报告\r\n\r\n各位代表：\r\n　　预计地区生产总值增长6.5%左右，新增城镇就业2.3万人。\n"
    "　　我们要建成青禾大桥，改造老旧小区46个。\n"
)
TRADITIONAL = "青禾縣2031年政府工作報告\n各位代表：地區生產總值增長6%左右，新增城鎮就業2萬人。\n"
CORPUS = Path(__file__).parents[2] / "shared" / "corpus"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_encoding_gives_the_same_text(encoding: str) -> None:
    source = read_source(REPORT.encode(encoding), "report.txt")
    assert source.format == "txt"
    assert source.pages == (REPORT,)
    assert not source.paged
    assert source.notes == ()


def test_big_endian_mark_is_not_part_of_the_text() -> None:
    assert read_source(b"\xfe\xff" + REPORT.encode("utf-16-be"), "report.txt").text == REPORT


def test_traditional_characters_in_big5() -> None:
    assert read_source(TRADITIONAL.encode("big5"), "report.txt").text == TRADITIONAL


@pytest.mark.parametrize("words", ["增长6%", "青禾县", "会议\n", "完成投资30亿元"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_a_few_words_are_enough_to_tell(words: str, encoding: str) -> None:
    assert read_source(words.encode(encoding), "x.txt").text == words


def test_lines_of_different_encodings_are_each_read_and_reported() -> None:
    mixed = REPORT.encode() + "本行来自另一个系统，新建学校3所。\n".encode("gb18030") + REPORT.encode()
    source = read_source(mixed, "mixed.txt")
    assert source.text == REPORT + "本行来自另一个系统，新建学校3所。\n" + REPORT
    assert any("第 6 行" in note and "GB18030" in note for note in source.notes)


def test_broken_bytes_are_shown_and_the_rest_is_kept() -> None:
    data = REPORT.encode()
    source = read_source(data + b"\xff\xfe" + data, "x.txt")
    assert source.text.count("\ufffd") >= 1
    assert source.text.count("青禾大桥") == 2
    assert any("第 6 行" in note for note in source.notes)


def test_a_download_cut_inside_a_character_is_read_and_reported() -> None:
    data = (REPORT.strip() + "增").encode()
    source = read_source(data[:-1], "x.txt")
    assert source.text == REPORT.strip() + "\ufffd"
    assert "不完整" in source.notes[0]


def test_text_garbled_by_a_wrong_conversion_is_refused() -> None:
    garbled = (REPORT * 3).encode().decode("gb18030", "replace").encode()
    with pytest.raises(InputError, match="乱码"):
        read_source(garbled, "x.txt")


def test_plain_letters_and_foreign_text_are_text_too() -> None:
    for text in ("GDP grew by 6.5%.\n", "naïve café\n", "年度計画を策定します。\n"):
        assert read_source(text.encode(), "x.txt").text == text


def test_web_page_named_txt_is_read_as_a_web_page() -> None:
    page = f"<!DOCTYPE html><html><body><p>{REPORT}</p></body></html>"
    assert read_source(page.encode(), "x.txt").format == "html"


@given(st.text(min_size=1))
@example("\ufeff")
@settings(max_examples=200, deadline=None)
def test_utf8_is_never_mistaken(text: str) -> None:
    data = text.encode()
    decoded = decode(data)
    # Zeros and byte order marks make short data ambiguous; anything else that is valid UTF-8 is UTF-8.
    if "\0" not in text and not text.startswith("\ufeff"):
        assert decoded is not None
        assert decoded.text == text


@given(st.text(alphabet="青禾县经济工作会议，增长了百分之。发展的是在 123%\n", min_size=4, max_size=80))
@settings(max_examples=200, deadline=None)
def test_chinese_survives_gb18030(text: str) -> None:
    # One or two characters in GB18030 can be sound UTF-8 of another script; a phrase cannot.
    text = "青禾县经济工作" + text
    decoded = decode(text.encode("gb18030"))
    assert decoded is not None
    assert decoded.text == text


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside the repository")
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_corpus_texts_come_out_unchanged(encoding: str) -> None:
    for path in sorted(CORPUS.glob("*.txt")):
        text = path.read_bytes().decode()
        source = read_source(text.encode(encoding), path.name)
        assert source.text == text
        assert source.notes == ()


def test_fifty_megabytes_are_read() -> None:
    data = REPORT.encode() * (50 * 1024 * 1024 // len(REPORT.encode()))
    assert len(read_source(data, "big.txt").text) > 10_000_000


def test_a_line_of_ten_million_characters_does_not_hang() -> None:
    line = "新增就业2万人，" * 1_250_000
    for data in (line.encode(), line.encode("gb18030"), line.encode() + b"\xff"):
        assert len(read_source(data, "line.txt").text) >= len(line)
