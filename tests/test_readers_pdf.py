"""PDF pages give exactly what PDFium reads, and columns come out one after the other."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import pairwise

import pypdfium2 as pdfium
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from duixian.documents.model import SourceText
from duixian.documents.readers import read_source
from duixian.documents.readers.ocr import recogniser
from duixian.errors import InputError

LEFT = [f"左栏第{i:02d}行青禾县生产总值三百亿元增长六成" for i in range(24)]
RIGHT = [f"右栏第{i:02d}行新增城镇就业两万人建学校三所" for i in range(24)]
LINES = ("新建学校三所、医院两所，改造", "道路一百公里，年内全部开工，", "明年底前完成。")
TITLE = "青禾县二〇三一年政府工作报告"


def pdf(draw: Callable[[Canvas], None], **options: object) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **options)
    canvas.setFont("STSong-Light", 10.5)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def one_column(canvas: Canvas) -> None:
    for page in range(2):
        canvas.setFont("STSong-Light", 14)
        for i in range(10):
            canvas.drawString(70, 750 - 25 * i, f"第{page}页第{i}行，青禾县新增城镇就业两万三千人，增长百分之五。")
        canvas.showPage()


def row_by_row(canvas: Canvas) -> None:
    canvas.drawString(200, 800, TITLE)
    for i, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
        canvas.drawString(50, 760 - 20 * i, left)
        canvas.drawString(310, 760 - 20 * i, right)


def column_by_column(canvas: Canvas) -> None:
    canvas.drawString(200, 800, TITLE)
    for x, lines in ((50, LEFT), (310, RIGHT)):
        for i, line in enumerate(lines):
            canvas.drawString(x, 760 - 20 * i, line)


def table(canvas: Canvas) -> None:
    for i in range(20):
        canvas.drawString(50, 760 - 20 * i, f"指标{i}")
        canvas.drawString(200, 760 - 20 * i, f"{i}亿元")
        canvas.drawString(350, 760 - 20 * i, f"增长{i}%")


def in_reading_order(source: SourceText, page: int = 0) -> list[str]:
    text = source.pages[page]
    if source.order is None or not source.order[page]:
        return text.split()
    return [text[start:end] for start, end in source.order[page]]


def test_page_text_is_what_pdfium_gives() -> None:
    data = pdf(one_column)
    source = read_source(data, "a.pdf")
    document = pdfium.PdfDocument(data)
    assert source.pages == tuple(page.get_textpage().get_text_range() for page in document)
    assert source.paged
    assert source.format == "pdf"
    assert source.order is None


def test_two_columns_written_row_by_row_are_read_column_by_column() -> None:
    source = read_source(pdf(row_by_row), "a.pdf")
    assert in_reading_order(source) == [TITLE, *LEFT, *RIGHT]


def test_two_columns_written_one_after_the_other_stay_as_they_are() -> None:
    source = read_source(pdf(column_by_column), "a.pdf")
    assert source.order is None
    assert in_reading_order(source) == [TITLE, *LEFT, *RIGHT]


def test_ranges_cover_every_character_once() -> None:
    source = read_source(pdf(row_by_row), "a.pdf")
    assert source.order is not None
    ranges = sorted(source.order[0])
    assert all(a[1] <= b[0] for a, b in pairwise(ranges))
    covered = "".join(source.pages[0][start:end] for start, end in ranges)
    assert "".join(covered.split()) == "".join(source.pages[0].split())


def test_three_columns_written_row_by_row() -> None:
    columns = [[f"{name}{i:02d}行青禾县新建学校三所医院两" for i in range(12)] for name in "甲乙丙"]

    def draw(canvas: Canvas) -> None:
        for i in range(12):
            for number, column in enumerate(columns):
                canvas.drawString(40 + 180 * number, 760 - 20 * i, column[i])

    assert in_reading_order(read_source(pdf(draw), "a.pdf")) == [line for column in columns for line in column]


def test_a_heading_between_columns_keeps_its_place() -> None:
    def draw(canvas: Canvas) -> None:
        for i in range(24):
            y = 760 - 20 * i - (40 if i >= 12 else 0)
            if i == 12:
                canvas.drawString(120, y + 30, "第二部分奋力推进各项重点工作确保全年目标任务圆满完成好")
            canvas.drawString(50, y, LEFT[i])
            canvas.drawString(310, y, RIGHT[i])

    lines = in_reading_order(read_source(pdf(draw), "a.pdf"))
    assert lines[:24] == LEFT[:12] + RIGHT[:12]
    assert lines[24].startswith("第二部分")
    assert lines[25:] == LEFT[12:] + RIGHT[12:]


def test_a_table_is_not_taken_for_columns() -> None:
    assert read_source(pdf(table), "a.pdf").order is None


def test_encrypted_pdf_says_so() -> None:
    with pytest.raises(InputError, match="密码"):
        read_source(pdf(one_column, encrypt=StandardEncryption("secret")), "a.pdf")


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
def test_truncated_pdf_is_an_error_or_a_note(share: float) -> None:
    data = pdf(one_column)
    said: tuple[str, ...]
    try:
        said = read_source(data[: int(len(data) * share)], "a.pdf").notes
    except InputError as error:
        said = (error.reason,)
    assert any("PDF" in words for words in said)


def scan(with_text: bool) -> bytes:
    from reportlab.lib.utils import ImageReader

    picture = pdfium.PdfDocument(pdf(one_column))[0].render(scale=1).to_pil()

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
        canvas.showPage()
        if with_text:
            canvas.setFont("STSong-Light", 12)
            canvas.drawString(70, 700, "这一页有文字层，可以直接读出全部内容。")
            canvas.showPage()

    return pdf(draw)


def test_scanned_pdf_names_the_remedy() -> None:
    if recogniser() is not None:
        pytest.skip("the ocr extra is installed, so scans are readable here")
    with pytest.raises(InputError, match="扫描") as caught:
        read_source(scan(False), "a.pdf")
    assert "duixian[ocr]" in caught.value.remedy


def test_scanned_page_among_others_is_named_in_a_note() -> None:
    if recogniser() is not None:
        pytest.skip("the ocr extra is installed, so scans are readable here")
    source = read_source(scan(True), "a.pdf")
    assert len(source.pages) == 2
    assert "第 1 页" in source.notes[0]
    assert "duixian[ocr]" in source.notes[0]


def test_scanned_pages_are_recognised_with_the_extra() -> None:
    if recogniser() is None:
        pytest.skip("the ocr extra is not installed")
    source = read_source(scan(False), "a.pdf")
    assert "青禾县" in source.text
    assert "识别" in source.notes[0]


def test_blank_pdf_is_refused() -> None:
    with pytest.raises(InputError, match="没有文字"):
        read_source(pdf(lambda canvas: canvas.showPage()), "a.pdf")


def test_a_table_of_long_cells_is_read_cell_by_cell() -> None:
    cells = [[f"第{row}行第{side}格，{words}" for words in LINES] for row in range(8) for side in "甲乙"]

    def draw(canvas: Canvas) -> None:
        for number, cell in enumerate(cells):
            for i, line in enumerate(cell):
                canvas.drawString(50 + 260 * (number % 2), 780 - 80 * (number // 2) - 16 * i, line)

    assert in_reading_order(read_source(pdf(draw), "a.pdf")) == [line for cell in cells for line in cell]


@pytest.mark.parametrize("gutter", [8, 12, 24])
@pytest.mark.parametrize("size", [9, 12])
def test_paragraphs_with_short_last_lines_in_narrow_columns(size: int, gutter: int) -> None:
    width = int((500 - gutter) / 2 / size)
    columns = []
    for name in "左右":
        text = "".join(f"　　{name}栏第{i}段，青禾县投资建设{'好' * (i * 7 % 40)}项目。\n" for i in range(20))
        lines = [part[k : k + width] for part in text.split("\n") for k in range(0, len(part), width)]
        columns.append(lines[:35])

    def draw(canvas: Canvas) -> None:
        canvas.setFont("STSong-Light", size)
        for i in range(35):
            for number, lines in enumerate(columns):
                if i < len(lines):
                    canvas.drawString(50 + number * (width * size + gutter), 780 - 20 * i, lines[i])

    found = "".join(in_reading_order(read_source(pdf(draw), "a.pdf")))
    assert "".join(found.split()) == "".join("".join(line for lines in columns for line in lines).split())
