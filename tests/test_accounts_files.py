"""The outputs as files: opened again as a reader would open them, with templates that a user changed or broke."""

from __future__ import annotations

import io
import runpy
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_office import office
from test_accounts_outputs import ROUND, TODAY, spring

from duixian.ledger.plans import ItemKind, ItemRegistered
from duixian.ledger.progress import ProgressReported
from duixian.ledger.states import ItemMoved
from duixian.reporting.accounts.bulletin import Bulletin, bulletin
from duixian.reporting.accounts.closing_statement import closing_statement
from duixian.reporting.accounts.onepage import onepage
from duixian.reporting.accounts.rendering import FORMATS, Content, render
from duixian.reporting.accounts.sources import of_round, standing
from duixian.reporting.accounts.statement import statement
from duixian.reporting.accounts.templates import TemplateError, Templates, copy_to

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "write_templates.py"
OUTPUTS = ("bulletin", "statement", "onepage", "closing")
EVIL = "{{ 7 * 7 }}{% for a in b %}<script>alert(1)</script>&amp;\x0b"
FORMULA = "=HYPERLINK('http://example.invalid')"


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Content]:
    with spring(tmp_path_factory.mktemp("office"), "sqlite") as (ledger, _):
        return {
            "bulletin": of_round(ledger, ROUND, None, TODAY, lambda stand: bulletin(stand, ROUND)),
            "statement": standing(ledger, None, TODAY, lambda stand: statement(stand, "2025", "dept2")),
            "onepage": standing(ledger, None, TODAY, lambda stand: onepage(stand, "2025")),
            "closing": standing(ledger, None, TODAY, lambda stand: closing_statement(stand, "2025")),
        }


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A copy of the templates that a user can change."""
    copy_to(tmp_path / "模板")
    return tmp_path / "模板"


def text(data: bytes) -> str:
    """All text of a Word document."""
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_the_bulletin_in_word_reads_as_an_official_text(contents: dict[str, Content]) -> None:
    data = render(contents["bulletin"], "docx")
    document = Document(io.BytesIO(data))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert lines[0] == "关于2025年3月重点工作落实情况的通报"
    assert [line for line in lines if line.startswith("二、")] == ["二、填报情况"]
    assert any(line.startswith("本期应报4项，按时填报1项，迟报1项，未报2项（报送期限2025-04-05）。") for line in lines)
    first = document.tables[0]
    assert [cell.text for cell in first.rows[0].cells][:3] == ["单位", "应报", "已报"]
    assert {tuple(cell.text for cell in row.cells[:5]) for row in first.rows[1:]} == {
        ("第1局", "2", "1", "0", "1"),
        ("第2局", "2", "1", "1", "1"),
    }
    assert first.rows[0]._tr.trPr.xpath("w:tblHeader"), "the heading is repeated on every page"
    assert "PAGE" in document.sections[0].footer._element.xml
    assert "{" not in text(data)


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("format", FORMATS)
def test_every_output_comes_in_every_format_and_language(
    contents: dict[str, Content], output: str, language: str, format: str
) -> None:
    data = render(contents[output], format, language)
    opened = {
        "docx": text,
        "xlsx": lambda data: "".join(openpyxl.load_workbook(io.BytesIO(data)).sheetnames),
        "html": bytes.decode,
    }[format](data)
    assert opened
    assert "{{" not in opened
    assert "{%" not in opened
    if format == "html":
        assert "<script" not in opened
        assert "http" not in opened.replace('http-equiv="Content-Security-Policy"', "")


def test_the_workbook_has_the_rows_of_the_book(contents: dict[str, Content]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(contents["bulletin"], "xlsx")))
    sheet = book["填报情况"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "关于2025年3月重点工作落实情况的通报"
    assert rows[3][:6] == ["单位", "牵头事项", "应报", "已报", "迟报", "未报"]
    assert {tuple(row[:6]) for row in rows[4:]} == {("第1局", 2, 2, 1, 0, 1), ("第2局", 2, 2, 1, 1, 1)}
    assert [row[0].value for row in book["全部事项"].iter_rows(min_row=2)] == ["1", "2", "3", "4"]


def test_words_that_look_like_code_stay_words(tmp_path: Path, backend: str) -> None:
    with office(backend, tmp_path, items=1) as (ledger, clock, _):
        clock.set("2025-02-01")
        ledger.record("li", ItemRegistered("2025", "9", EVIL.replace("\x0b", "") + "事项", ItemKind.TASK))
        ledger.record("li", ItemMoved("2025/9", "assign", lead="dept1"))
        ledger.record("own1", ItemMoved("2025/9", "accept"), ProgressReported("2025/9", FORMULA, help=EVIL))
        made = standing(ledger, None, TODAY, lambda stand: statement(stand, "2025", "dept1"))
    page = render(made, "html").decode()
    assert "{{ 7 * 7 }}{% for a in b %}&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;事项" in page
    assert "<script" not in page
    words = text(render(made, "docx"))
    assert "{{ 7 * 7 }}{% for a in b %}<script>alert(1)</script>&amp;事项" in words
    assert FORMULA in words
    book = openpyxl.load_workbook(io.BytesIO(render(made, "xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == FORMULA]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)


@settings(deadline=None, max_examples=25)
@given(words=st.text(min_size=1, max_size=60))
def test_any_words_can_be_written_in_any_format(contents: dict[str, Content], words: str) -> None:
    made = contents["bulletin"]
    assert isinstance(made, Bulletin)
    strange = replace(made, government=words, raised=tuple(replace(one, help=words) for one in made.raised))
    for format in FORMATS:
        assert render(strange, format)


def test_the_same_content_gives_the_same_page_and_workbook(contents: dict[str, Content]) -> None:
    for format in ("html", "xlsx"):
        assert render(contents["closing"], format) == render(contents["closing"], format)


def test_a_changed_page_template_and_changed_words_are_used(contents: dict[str, Content], own: Path) -> None:
    words = own / "words.toml"
    words.write_text(words.read_text("utf-8").replace("关于{period_name}重点工作", "{government}关于{period_name}工作"))
    page = own / "bulletin.html"
    page.write_text(page.read_text("utf-8").replace("<h1>", "<h1>内部资料　"))
    made = render(contents["bulletin"], "html", "zh", Templates(own)).decode()
    assert "<h1>内部资料　云岭市人民政府关于2025年3月工作落实情况的通报</h1>" in made


def test_a_template_changed_in_word_is_used(contents: dict[str, Content], own: Path) -> None:
    document = Document(str(own / "bulletin.docx"))
    document.paragraphs[1].runs[0].text = "各县区、各部门：（共{{ owed }}项）"
    document.save(str(own / "bulletin.docx"))
    assert "各县区、各部门：（共4项）" in text(render(contents["bulletin"], "docx", "zh", Templates(own)))


def test_a_changed_layout_gives_the_columns_that_were_asked_for(contents: dict[str, Content], own: Path) -> None:
    (own / "statement.toml").write_text(
        '[[sheets]]\nname = "清单"\nrows = "led"\ncolumns = [\n'
        '  { field = "text", heading = "任务", width = 40 },\n'
        '  { field = "measures.0.goal", heading = "目标" },\n'
        '  { field = "state", heading = "状态", label = "state" },\n]\n'
    )
    book = openpyxl.load_workbook(io.BytesIO(render(contents["statement"], "xlsx", "zh", Templates(own))))
    assert [[cell.value for cell in row] for row in book["清单"].iter_rows()] == [
        ["任务", "目标", "状态"],
        ["新建农村公路2公里", "≥2公里", "办理"],
        ["新建农村公路4公里", "≥4公里", "交办"],
    ]


@pytest.mark.parametrize(
    ("name", "content", "format", "place"),
    [
        ("bulletin.html", "<p>\n{% if owed %}\n", "html", "bulletin.html 第2行"),
        ("bulletin.html", "<p>\n\n{{ ower }}", "html", "bulletin.html 第3行"),
        ("bulletin.html", "<p>\n{{ owed.x.y }}", "html", "bulletin.html 第2行"),
        ("bulletin.html", "{{ owed / 0 }}", "html", "bulletin.html 第1行"),
        ("bulletin.html", "{% extends 'there-is-none.html' %}", "html", "bulletin.html"),
        ("bulletin.html", "{{ say('bulletin.nothing') }}", "html", "words.toml"),
        ("parts.html", "\n{% macro head() %}", "html", "parts.html 第2行"),
        ("words.toml", "[zh]\na = \n", "html", "words.toml 第2行"),
        ("words.toml", '[zh.bulletin]\ntitle = "{nobody}"\n', "html", "words.toml"),
        ("bulletin.toml", "[[sheets]]\nname = 1 2\n", "xlsx", "bulletin.toml 第2行"),
        ("bulletin.toml", '[[sheets]]\nname = "甲"\nrows = "nothing"\ncolumns = []\n', "xlsx", "bulletin.toml 第3行"),
        (
            "bulletin.toml",
            '[[sheets]]\nname = "甲"\nrows = "raised"\ncolumns = [\n{ field = "nix", heading = "乙" }]\n',
            "xlsx",
            "bulletin.toml 第5行",
        ),
        ("bulletin.toml", "title = 1\n", "xlsx", "bulletin.toml"),
        ("bulletin.docx", "no Word document", "docx", "bulletin.docx"),
    ],
)
def test_a_broken_template_is_refused_with_its_place(
    contents: dict[str, Content], own: Path, name: str, content: str, format: str, place: str
) -> None:
    (own / name).write_text(content, "utf-8")
    with pytest.raises(TemplateError) as refused:
        render(contents["bulletin"], format, "zh", Templates(own))
    assert refused.value.target.startswith(f"{own}/{place}")


@pytest.mark.parametrize("words", ["{% if owed %}没有结尾", "一共{{ ower }}项", "{{ owed.x.y }}项"])
def test_a_broken_word_template_is_refused_with_the_words_beside(
    contents: dict[str, Content], own: Path, words: str
) -> None:
    document = Document(str(own / "bulletin.docx"))
    document.paragraphs[1].runs[0].text = words
    document.save(str(own / "bulletin.docx"))
    with pytest.raises(TemplateError) as refused:
        render(contents["bulletin"], "docx", "zh", Templates(own))
    assert refused.value.target.startswith(str(own / "bulletin.docx"))


@pytest.mark.parametrize(
    "words",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ say.__init__.__globals__ }}",
        "{{ say._values }}",
        "{{ organisations.__class__ }}",
        "{% for a in range(10 ** 9) %}{% endfor %}",
    ],
)
def test_a_template_cannot_reach_beyond_the_output(contents: dict[str, Content], own: Path, words: str) -> None:
    (own / "bulletin.html").write_text(words)
    with pytest.raises(TemplateError):
        render(contents["bulletin"], "html", "zh", Templates(own))
    document = Document()
    document.add_paragraph(words)
    document.save(str(own / "bulletin.docx"))
    with pytest.raises(TemplateError):
        render(contents["bulletin"], "docx", "zh", Templates(own))


def test_a_template_cannot_read_other_files(contents: dict[str, Content], own: Path) -> None:
    (own.parent / "secret.html").write_text("geheim")
    (own / "bulletin.html").write_text("{% include '../secret.html' %}")
    with pytest.raises(TemplateError):
        render(contents["bulletin"], "html", "zh", Templates(own))


def test_a_folder_of_templates_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="没有这个模板文件夹"):
        Templates(tmp_path / "nichts")


def test_copying_the_templates_again_keeps_what_was_changed(own: Path) -> None:
    (own / "bulletin.html").write_text("mein")
    (own / "closing.html").unlink()
    assert copy_to(own) == ["closing.html"]
    assert (own / "bulletin.html").read_text() == "mein"


def test_the_word_templates_are_those_that_the_script_writes(tmp_path: Path) -> None:
    script = runpy.run_path(str(SCRIPT))
    written = script["write"](tmp_path)
    assert len(written) == 8
    for path in written:
        assert _parts(path) == _parts(script["FOLDER"] / path.name), "run: python scripts/write_templates.py"


def _parts(path: Path) -> dict[str, bytes]:
    """What a Word file says and how it looks; not when it was made."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("word/") and name.endswith(".xml")]
        return {name: archive.read(name) for name in names}


def test_words_and_layouts_know_both_languages() -> None:
    words = Templates().data("words.toml")
    assert {family: set(words["zh"][family]) for family in words["zh"]} == {
        family: set(words["en"][family]) for family in words["en"]
    }
    for output in OUTPUTS:
        for sheet in Templates().data(f"{output}.toml")["sheets"]:
            assert sheet["english"]
            assert all(column["heading"] and column["english"] for column in sheet["columns"])


def test_the_years_day_is_what_a_workbook_is_dated_with(contents: dict[str, Content]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(contents["onepage"], "xlsx")))
    assert book.properties.created is not None
    assert book.properties.created.date() == date(2025, 4, 11)
