"""What the user types becomes inputs: files, folders, patterns, archives, standard input."""

from __future__ import annotations

import io
import pickle
import sys
import zipfile
from pathlib import Path

import pytest

from duixian.documents.discovery import Input, discover
from duixian.errors import InputError


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def found(*paths: str) -> tuple[list[Input], list[InputError]]:
    items = list(discover(paths))
    return [i for i in items if isinstance(i, Input)], [i for i in items if isinstance(i, InputError)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "乙").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b.txt", "a.pdf", "乙/c.docx", ".hidden.txt", "~$a.docx", ".git/x.txt", "d.xlsx", "e.png"):
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def test_folder_is_walked_in_order_and_counts_what_it_skips(folder: Path) -> None:
    discovery = discover([str(folder)])
    names = [item.name for item in discovery if isinstance(item, Input)]
    assert names == [str(folder / "a.pdf"), str(folder / "b.txt"), str(folder / "乙/c.docx")]
    assert discovery.skipped == {".xlsx": 1, ".png": 1}


def test_file_named_by_the_user_is_tried_whatever_its_suffix(folder: Path) -> None:
    inputs, errors = found(str(folder / "e.png"))
    assert [i.name for i in inputs] == [str(folder / "e.png")]
    assert inputs[0].load() == b"x"
    assert not errors


def test_pattern(folder: Path) -> None:
    assert [Path(i.name).name for i in found(str(folder / "*.txt"))[0]] == ["b.txt"]
    assert [Path(i.name).name for i in found(str(folder / "**" / "*.docx"))[0]] == ["c.docx"]


def test_file_whose_name_looks_like_a_pattern(tmp_path: Path) -> None:
    path = tmp_path / "报告[1].txt"
    path.write_bytes(b"x")
    assert [i.name for i in found(str(path))[0]] == [str(path)]


def test_file_named_twice_comes_once(folder: Path) -> None:
    assert len(found(str(folder / "b.txt"), str(folder), str(folder / "*.txt"))[0]) == 3


def test_pattern_without_match_and_missing_path_and_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    (tmp_path / "空" / "x.xlsx").write_bytes(b"x")
    inputs, errors = found(str(tmp_path / "*.pdf"), str(tmp_path / "没有.txt"), str(tmp_path / "空"), "", "a\0b")
    assert not inputs
    assert "没有文件符合" in errors[0].reason
    assert "不存在" in errors[1].reason
    assert "跳过了 1 个" in errors[2].reason
    assert len(errors) == 5


def test_members_of_an_archive_in_stored_order_and_nested_folders(tmp_path: Path) -> None:
    path = tmp_path / "报告.zip"
    path.write_bytes(zipped({"b/二.txt": b"2", "a.txt": b"1", "x.exe": b"", "__MACOSX/a.txt": b"", "b/.c.txt": b""}))
    inputs, errors = found(str(path))
    assert [i.name for i in inputs] == [f"{path}!b/二.txt", f"{path}!a.txt"]
    assert [i.load() for i in inputs] == [b"2", b"1"]
    assert not errors


def test_inputs_can_go_to_another_process(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.txt": b"1"}))
    (member,) = found(str(path))[0]
    assert pickle.loads(pickle.dumps(member)).load() == b"1"


def test_chinese_names_in_gbk_without_a_flag(tmp_path: Path) -> None:
    data = zipped({"XXXX.txt": b"1"}).replace(b"XXXX", "报告".encode("gbk"))
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    assert [i.name for i in found(str(path))[0]] == [f"{path}!报告.txt"]


@pytest.mark.parametrize("name", ["../../etc/a.txt", "/etc/a.txt", "b/../../a.txt", "C:/a.txt", "..\\a.txt"])
def test_names_that_lead_out_of_the_archive_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({name: b"1", "good.txt": b"2"}))
    inputs, errors = found(str(path))
    assert [i.load() for i in inputs] == [b"2"]
    assert len(errors) == 1
    assert "之外" in errors[0].reason


def test_archive_in_an_archive_is_opened_once(tmp_path: Path) -> None:
    innermost = zipped({"c.txt": b"3"})
    inner = zipped({"b.txt": b"2", "deep.zip": innermost})
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.txt": b"1", "inner.zip": inner}))
    inputs, errors = found(str(path))
    assert [i.name for i in inputs] == [f"{path}!a.txt", f"{path}!inner.zip!b.txt"]
    assert [i.load() for i in inputs] == [b"1", b"2"]
    assert ["两层" in e.reason for e in errors] == [True]


def test_bomb_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"bomb.txt": b"0" * 40_000_000, "good.txt": b"2"}))
    inputs, errors = found(str(path))
    assert [i.load() for i in inputs] == [b"2"]
    assert "压缩炸弹" in errors[0].reason


def test_encrypted_member_is_reported(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": b"1", "b.txt": b"2"}))
    # The first member's "encrypted" bit, in its own header and in the directory.
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path = tmp_path / "a.zip"
    path.write_bytes(bytes(data))
    inputs, errors = found(str(path))
    assert [i.load() for i in inputs] == [b"2"]
    assert "加了密" in errors[0].reason


def test_damaged_archives(tmp_path: Path) -> None:
    good = zipped({"a.txt": bytes(range(256)) * 40}, zipfile.ZIP_STORED)
    for number, data in enumerate((b"", b"no zip at all", good[:-30])):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(data)
        inputs, errors = found(str(path))
        assert not inputs
        assert "损坏" in errors[0].reason
    path = tmp_path / "crc.zip"
    path.write_bytes(good[:100] + b"?" + good[101:])
    (member,) = found(str(path))[0]
    with pytest.raises(InputError, match="损坏"):
        member.load()


def test_documents_that_are_zips_are_not_archives(tmp_path: Path) -> None:
    data = zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"})
    for name in ("a.docx", "b.zip"):
        (tmp_path / name).write_bytes(data)
    inputs, errors = found(str(tmp_path))
    assert [Path(i.name).name for i in inputs] == ["a.docx", "b.zip"]
    assert not errors


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stream:
        def __init__(self, data: bytes) -> None:
            self.buffer = io.BytesIO(data)

    monkeypatch.setattr(sys, "stdin", Stream("各位代表：".encode()))
    (one,) = found("-")[0]
    assert (one.name, one.load()) == ("-", "各位代表：".encode())
    monkeypatch.setattr(sys, "stdin", Stream(zipped({"a.txt": b"1"})))
    (member,) = found("-")[0]
    assert (member.name, member.load()) == ("-!a.txt", b"1")
