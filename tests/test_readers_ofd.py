"""OFD pages: text codes become lines by where they stand on the page."""

from __future__ import annotations

import io
import zipfile

import pytest

from duixian.documents.readers import read_source
from duixian.errors import InputError

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
Placed = tuple[float, float, str]


def text_object(x: float, y: float, words: str, size: float = 4.0) -> str:
    deltas = f'DeltaX="g {len(words) - 1} {size}"' if len(words) > 1 else ""
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y} 180 {size}" Font="2" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{size * 0.8}" {deltas}>{words}</ofd:TextCode></ofd:TextObject>'
    )


def ofd(pages: list[list[Placed]], leave_out: tuple[str, ...] = ()) -> bytes:
    parts = {
        "OFD.xml": f"<ofd:OFD {NS}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NS}><ofd:Pages>"
        + "".join(f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages)))
        + "</ofd:Pages></ofd:Document>",
    }
    for i, placed in enumerate(pages):
        objects = "".join(text_object(x, y, words) for x, y, words in placed)
        parts[f"Doc_0/Pages/Page_{i}/Content.xml"] = (
            f"<ofd:Page {NS}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            if name not in leave_out:
                archive.writestr(name, content)
    return buffer.getvalue()


def test_lines_are_ordered_by_position_not_by_file_order() -> None:
    source = read_source(
        ofd([[(20, 60, "第三行"), (20, 40, "第一行"), (20, 50, "第二行")], [(20, 40, "次页")]]), "a.ofd"
    )
    assert source.format == "ofd"
    assert source.paged
    assert source.pages == ("第一行\n第二行\n第三行", "次页")


def test_pieces_of_a_line_are_joined() -> None:
    source = read_source(ofd([[(32, 40, "增长6%"), (20, 40.1, "总产值"), (60, 40, "以上")]]), "a.ofd")
    assert source.pages == ("总产值增长6% 以上",)


def test_characters_placed_on_several_lines_in_one_code() -> None:
    data = ofd([[(20, 40, "占位")]])
    page = (
        f"<ofd:Page {NS}><ofd:Content><ofd:Layer>"
        '<ofd:TextObject ID="1" Boundary="20 40 80 30" Size="4"><ofd:TextCode X="0" Y="4" '
        'DeltaX="4 -4 4" DeltaY="0 8 0">上行下行</ofd:TextCode></ofd:TextObject>'
        "</ofd:Layer></ofd:Content></ofd:Page>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, page if name.endswith("Content.xml") else old.read(name))
    assert read_source(buffer.getvalue(), "a.ofd").pages == ("上行\n下行",)


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [f"左栏{i:02d}青禾县总产值三百亿元" for i in range(10)]
    right = [f"右栏{i:02d}新增就业两万人学校三" for i in range(10)]
    placed = [(20.0, 40.0 + 6 * i, words) for i, words in enumerate(left)]
    placed += [(110.0, 40.0 + 6 * i, words) for i, words in enumerate(right)]
    assert read_source(ofd([placed]), "a.ofd").text.split("\n") == left + right


def test_missing_page_part_is_named() -> None:
    source = read_source(ofd([[(20, 40, "首页")], [(20, 40, "次页")]], ("Doc_0/Pages/Page_1/Content.xml",)), "a.ofd")
    assert source.pages == ("首页", "")
    assert "第 2 页" in source.notes[0]


@pytest.mark.parametrize("missing", ["OFD.xml", "Doc_0/Document.xml", "Doc_0/Pages/Page_0/Content.xml"])
def test_missing_parts_are_clear_errors(missing: str) -> None:
    with pytest.raises(InputError, match=r"缺少|已损坏|压缩包") as caught:
        read_source(ofd([[(20, 40, "首页")]], (missing,)), "a.ofd")
    assert caught.value.remedy


def test_ofd_without_text_says_so() -> None:
    with pytest.raises(InputError, match="没有文字"):
        read_source(ofd([[]]), "a.ofd")


def test_absurd_repeat_counts_are_harmless() -> None:
    data = ofd([[(20, 40, "首页")]])
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"g 1 4.0", b"g 999999999 1 g 1e9 x"))
    assert "首" in read_source(buffer.getvalue(), "a.ofd").text
