"""Whatever the file, the reader gives text or one clear line; never a traceback, never a hang."""

from __future__ import annotations

import io
import os
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duixian.documents.discovery import Input, discover
from duixian.documents.model import SourceText
from duixian.documents.readers import read_source
from duixian.documents.readers.limits import TEXT_LIMIT_BYTES
from duixian.errors import InputError

SUFFIXES = [".txt", ".pdf", ".docx", ".html", ".ofd", ".xyz", ""]


def outcome(data: bytes, name: str) -> SourceText | InputError:
    try:
        return read_source(data, name)
    except InputError as error:
        return error


def check(data: bytes, name: str) -> SourceText | InputError:
    """Read and require the promise: text, or an error of one line with reason and remedy."""
    source = outcome(data, name)
    if isinstance(source, InputError):
        assert source.source == name
        assert source.reason
        assert source.remedy
        assert "\n" not in str(source)
        return source
    assert source.text.strip()
    for note in source.notes:
        assert "\n" not in note
    if source.order is not None:
        assert len(source.order) == len(source.pages)
    return source


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_empty_file(suffix: str) -> None:
    error = check(b"", f"a{suffix}")
    assert isinstance(error, InputError)
    assert "空" in error.reason


@pytest.mark.parametrize("data", [b"\n\n\r\n", b"\xef\xbb\xbf\n", "\u3000\n \t\n".encode(), "\n\n".encode("utf-16")])
def test_only_line_breaks(data: bytes) -> None:
    error = check(data, "a.txt")
    assert isinstance(error, InputError)
    assert "只有空行" in error.reason


@pytest.mark.parametrize(
    "data",
    [
        random.Random(1).randbytes(5000),
        bytes(range(256)) * 40,
        b"\0" * 4000,
        b"\x7fELF\x02\x01\x01" + random.Random(2).randbytes(3000),
        b"\x01\x02\x03\x04" * 500,
    ],
)
def test_binary_junk_named_txt(data: bytes) -> None:
    error = check(data, "a.txt")
    assert isinstance(error, InputError)
    assert "不是文字" in error.reason


@pytest.mark.parametrize(
    ("head", "said"), [(b"\x89PNG\r\n", "图片"), (b"\xff\xd8\xff\xe0", "图片"), (b"Rar!\x1a\x07", "RAR")]
)
def test_files_of_other_kinds_are_named(head: bytes, said: str) -> None:
    error = check(head + b"\0" * 100, "a.txt")
    assert isinstance(error, InputError)
    assert said in error.reason


def test_text_over_the_limit_says_how_to_split() -> None:
    error = check(b"a" * (TEXT_LIMIT_BYTES + 1), "a.txt")
    assert isinstance(error, InputError)
    assert "上限" in error.reason
    assert "split" in error.remedy


def test_archive_named_as_a_document() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "各位代表")
    for suffix in (".txt", ".docx", ".ofd"):
        assert isinstance(check(buffer.getvalue(), f"a{suffix}"), InputError)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "a.txt", tmp_path, tmp_path / "a.txt" / "b.txt"):
        with pytest.raises(InputError):
            read_source(path, str(path))


def test_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("各位代表", encoding="utf-8")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read every file")
    (item,) = list(discover([str(path)]))
    assert isinstance(item, Input)
    with pytest.raises(InputError, match="权限"):
        item.load()


def test_path_is_read_like_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("各位代表：".encode("gb18030"))
    assert read_source(path, "a.txt") == read_source(path.read_bytes(), "a.txt")


@given(st.binary(max_size=400), st.sampled_from(SUFFIXES))
@settings(max_examples=300, deadline=None)
def test_random_bytes(data: bytes, suffix: str) -> None:
    check(data, f"a{suffix}")


@given(
    st.sampled_from([b"%PDF-1.7\n", b"PK\x03\x04", b"{\\rtx", b"<html>", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"]),
    st.binary(max_size=400),
    st.sampled_from(SUFFIXES),
)
@settings(max_examples=300, deadline=None)
def test_random_bytes_behind_a_true_signature(head: bytes, data: bytes, suffix: str) -> None:
    check(head + data, f"a{suffix}")


@given(st.text(alphabet="<>/=\"'&;!-abpdivtrhml 增长。\n", max_size=300))
@settings(max_examples=300, deadline=None)
def test_random_markup(markup: str) -> None:
    check(f"<html>{markup}".encode(), "a.html")


def package(kind: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if kind == "docx":
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr(
                "word/document.xml",
                '<w:document xmlns:w="urn:w"><w:body><w:p><w:r><w:t>增长6%</w:t></w:r></w:p></w:body></w:document>',
            )
        else:
            archive.writestr("OFD.xml", "<OFD><DocBody><DocRoot>D/Document.xml</DocRoot></DocBody></OFD>")
            archive.writestr("D/Document.xml", '<Document><Pages><Page BaseLoc="P.xml"/></Pages></Document>')
            archive.writestr(
                "D/P.xml",
                '<Page><TextObject Boundary="1 2 3 4" Size="4"><TextCode X="0" Y="3" DeltaX="g 3 4">增长6%</TextCode>'
                "</TextObject></Page>",
            )
    return buffer.getvalue()


@given(
    st.sampled_from(["docx", "ofd"]),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, 2000),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_packages_with_flipped_and_missing_bytes(kind: str, flips: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(package(kind))
    for place, value in flips:
        data[place % len(data)] = value
    if cut < len(data) // 4:
        del data[len(data) - cut :]
    check(bytes(data), f"a.{kind}")
