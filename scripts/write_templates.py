"""Writes the Word templates of the outputs: their sentences from words.toml, their looks from here.

    python scripts/write_templates.py [FOLDER]

The looks are those of official documents: A4, titles 小标宋, text 仿宋 三号, headings 黑体, numbered pages. Users
change the templates in Word, not this script.
"""

from __future__ import annotations

import io
import re
import sys
import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

FOLDER = Path(__file__).resolve().parents[1] / "src/duixian/reporting/accounts/templates"
LANGUAGES = ("zh", "en")
_SLOT = re.compile(r"\{(\w+)\}")
_TEXT, _HEAD, _TITLE = "仿宋_GB2312", "黑体", "方正小标宋简体"


class Writer:
    """One template in the making. small: for pages that must hold much."""

    def __init__(self, words: dict[str, Any], family: str, language: str, small: bool = False) -> None:
        self.words, self.family, self.language = words[language], family, language
        self.size, self.table_size = (10, 8.5) if small else (16, 9.5)
        self.small = small
        self.document = Document()
        self.document.core_properties.author = self.document.core_properties.comments = ""
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        margins = (1.3, 1.1, 1.6, 1.6) if small else (3.7, 3.5, 2.8, 2.6)
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = map(Cm, margins)
        section.footer_distance = Cm(0.7 if small else 2.5)
        section.header_distance = Cm(0.7 if small else 1.5)
        self.width = 21 - margins[2] - margins[3]
        normal = self.document.styles["Normal"]
        _font(normal, _TEXT, self.size)
        shape = normal.paragraph_format
        shape.space_before = shape.space_after = Pt(0)
        shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        shape.line_spacing = Pt(13 if small else 28)
        heading = self.document.styles["Heading 1"]
        _font(heading, _HEAD, 11.5 if small else self.size)
        heading.paragraph_format.space_before = Pt(4 if small else 6)
        heading.paragraph_format.space_after = Pt(1 if small else 0)
        title = self.document.styles["Title"]
        _font(title, _TITLE, 17 if small else 22)
        for border in title.element.pPr.findall(qn("w:pBdr")):
            title.element.pPr.remove(border)
        title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.paragraph_format.space_after = Pt(2 if small else 16)
        title.paragraph_format.line_spacing = Pt(24 if small else 34)
        if not small:
            self._pages(section)

    def said(self, key: str) -> str:
        """A sentence of the family (or "other.key"), its slots in the form that templates fill."""
        family, _, name = key.rpartition(".")
        return _SLOT.sub(r"{{ \1 }}", self.words[family or self.family][name])

    def title(self, key: str) -> None:
        self.document.add_paragraph(self.said(key), style="Title")

    def heading(self, key: str) -> None:
        self.document.add_paragraph(self.said(key), style="Heading 1")

    def text(self, words: str, indent: bool = True, centre: bool = False, size: float | None = None) -> None:
        paragraph = self.document.add_paragraph()
        run = paragraph.add_run(words)
        if size:
            _font(run, _TEXT, size)
            paragraph.paragraph_format.line_spacing = Pt(size * 1.35)
        if centre:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif indent and self.language == "zh" and not self.small:
            paragraph.paragraph_format.first_line_indent = Pt(2 * self.size)

    def tag(self, words: str) -> None:
        """A paragraph that only steers the template and leaves nothing behind."""
        self.document.add_paragraph("{%p " + words + " %}")

    def table(self, rows: str, columns: Sequence[tuple[str, str, float]], one: str = "row") -> None:
        """A table with one line for each of ``rows``. columns: key of the heading, expression, width in parts."""
        self.tag(f"if {rows}")
        table = self.document.add_table(rows=4, cols=len(columns))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        _tight(table)
        parts = sum(column[2] for column in columns)
        for index, (key, expression, width) in enumerate(columns):
            table.columns[index].width = Cm(self.width * width / parts)
            for line in table.rows:
                line.cells[index].width = Cm(self.width * width / parts)
            self._cell(table.rows[0].cells[index], self.words["column"][key], head=True)
            self._cell(table.rows[2].cells[index], expression)
        self._cell(table.rows[1].cells[0], f"{{%tr for {one} in {rows} %}}")
        self._cell(table.rows[3].cells[0], "{%tr endfor %}")
        _repeat(table.rows[0])
        for line in table.rows:
            _whole(line)
        self.tag("else")
        self.text(self.said("common.none"))
        self.tag("endif")

    def _cell(self, cell: Any, words: str, head: bool = False) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.line_spacing = Pt(self.table_size * (1.2 if self.small else 1.3))
        run = paragraph.add_run(words)
        _font(run, _HEAD if head else _TEXT, self.table_size)
        if head:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _pages(self, section: Any) -> None:
        """Page numbers at the foot: — 1 —."""
        paragraph = section.footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for kind, words in (("", "— "), ("begin", ""), ("instr", "PAGE"), ("end", ""), ("", " —")):
            run = paragraph.add_run(words if not kind else "")
            _font(run, "宋体", 14)
            if kind == "instr":
                field = OxmlElement("w:instrText")
                field.text = words
                run._r.append(field)
            elif kind:
                field = OxmlElement("w:fldChar")
                field.set(qn("w:fldCharType"), kind)
                run._r.append(field)


def _font(of: Any, name: str, size: float) -> None:
    of.font.size = Pt(size)
    of.font.name = "Times New Roman"
    of.font.bold = False
    of.font.italic = False
    properties = of.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        if fonts.get(qn(f"w:{theme}")) is not None:
            del fonts.attrib[qn(f"w:{theme}")]
    for colour in properties.findall(qn("w:color")):
        properties.remove(colour)


def _tight(table: Any) -> None:
    """Little room beside the words, so that dates and numbers stay in one line."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "45")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    # The schema asks for this place: after the layout, before the look.
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _label(expression: str, family: str) -> str:
    return "{{ " + expression + f"|label('{family}')" + " }}"


def _field(name: str) -> str:
    return "{{ row." + name + " }}"


def _either(chinese: str, english: str, language: str) -> str:
    return _field(chinese if language == "zh" else english)


def _demands(language: str) -> tuple[tuple[str, str, float], ...]:
    return (
        ("kind", _label("row.kind", "demand"), 1.4),
        ("number", _field("id"), 2),
        ("what", _field("text"), 5),
        ("unit", _field("organisation"), 2.4),
        ("due", _field("due"), 2.4),
        ("state", _either("state_name", "state", language), 1.4),
    )


_MEASURES = (
    ("number", _field("number"), 1.2),
    ("measure", _field("name"), 4),
    ("goal", _field("goal"), 2),
    ("latest", _field("latest"), 2),
    ("on", _field("on"), 2.4),
    ("verdict", _label("row.verdict", "verdict"), 1.6),
)


def bulletin(words: dict[str, Any], language: str) -> Any:
    w = Writer(words, "bulletin", language)
    w.title("title")
    w.text(w.said("to"), indent=False)
    w.text(w.said("intro"))
    w.heading("one")
    w.text(w.said("one_text"))
    mark, end = ("，", "。") if language == "zh" else (", ", ".")
    count = _label("state", "state") + " {{ count }}{% if not loop.last %}" + mark + "{% else %}" + end + "{% endif %}"
    w.text("{% for state, count in states %}" + count + "{% endfor %}")
    w.heading("two")
    late = "{% if late_names %}" + w.said("late_text") + "{% endif %}"
    missing = "{% if missing_names %}" + w.said("missing_text") + "{% endif %}"
    w.text(w.said("two_text") + late + missing)
    numbers = ("owed", "reported", "late", "missing", "red", "yellow", "green", "closed")
    w.table("organisations", [("unit", _field("name"), 4), *((each, _field(each), 1.3) for each in numbers)])
    w.tag("if unreported")
    w.text(w.said("unreported"), size=10.5)
    w.table(
        "unreported",
        [("unit", _field("organisation"), 3), ("number", _field("number"), 1.2), ("text", _field("text"), 9)],
    )
    w.tag("endif")
    w.heading("three")
    behind = (
        ("light", _label("row.colour", "light"), 1.2),
        ("number", _field("number"), 1.2),
        ("text", _field("text"), 4.5),
        ("organisation", _field("lead_name"), 2),
        ("deadline", _field("deadline"), 2.4),
        ("why", _either("why", "english", language), 4.5),
    )
    w.table("behind", behind)
    w.tag("if behind_more")
    w.text(w.words["common"]["more"].replace("{number}", "{{ behind_more }}"))
    w.tag("endif")
    w.heading("four")
    asked = (
        ("number", _field("number"), 1.2),
        ("text", _field("text"), 4),
        ("organisation", _field("organisation"), 2),
        ("problems", _field("problems"), 3.5),
        ("help", _field("help"), 3.5),
    )
    w.table("raised", asked)
    w.heading("five")
    closed = (
        ("number", _field("number"), 1.2),
        ("text", _field("text"), 6),
        ("organisation", _field("lead_name"), 2.4),
        ("deadline", _field("deadline"), 2.4),
        ("closed_on", _field("closed"), 2.4),
    )
    w.table("closed", closed)
    w.heading("six")
    w.tag("for board in boards")
    name, definition = ("name", "definition") if language == "zh" else ("english", "definition_english")
    kind = _label("board.kind", "board")
    w.text("{{ board." + name + " }}（" + kind + "）：{{ board." + definition + " }}", size=10.5)
    rank = (
        ("rank", "{{ row.rank or '—' }}", 1.2),
        ("unit", _field("name"), 4),
        ("rate", "{% if row.value is not none %}{{ row.value }}{% else %}—{% endif %}", 2),
        ("counted", "{% if row.rank %}{{ row.counted }}/{{ row.of }}{% else %}{{ row.why }}{% endif %}", 3),
        ("moved", "{% if row.moved %}{{ '↑' if row.moved > 0 else '↓' }}{{ row.moved|abs }}{% endif %}", 1.4),
        ("level", _either("level_name", "level_english", language), 1.4),
    )
    w.table("board.rows", rank)
    w.tag("else")
    w.text(w.said("common.none"))
    w.tag("endfor")
    w.heading("seven")
    w.table("demands", _demands(language))
    w.heading("eight")
    w.tag("if steps")
    w.text(w.said("eight_text"))
    w.tag("endif")
    steps = (
        ("on", _field("on"), 2.4),
        ("kind", _label("row.kind", "step"), 2),
        ("number", _field("number"), 1.4),
        ("what", _field("text"), 6),
        ("unit", _field("organisation"), 2.4),
    )
    w.table("steps", steps)
    w.tag("if is_closed")
    w.text(w.said("digest"), size=9)
    w.tag("else")
    w.text(w.said("open_note"), size=9)
    w.tag("endif")
    return w.document


def statement(words: dict[str, Any], language: str) -> Any:
    w = Writer(words, "statement", language)
    w.title("title")
    w.text(w.said("intro"))
    w.heading("one")
    w.text(w.said("one_text"))
    w.heading("two")
    led = (
        ("number", _field("number"), 1.2),
        ("text", _field("text"), 4),
        ("quote", "{% for one in row.words %}{{ one.quote }}（{{ one.source }} {{ one.line }}）{% endfor %}", 4),
        ("deadline", _field("deadline"), 2.4),
        ("state", _label("row.state", "state"), 1.3),
        ("light", "{% if row.colour %}" + _label("row.colour", "light") + "{% endif %}", 1.2),
        ("progress", "{% if row.latest is not none %}{{ row.latest.sentence }}{% endif %}", 3.5),
    )
    w.table("led", led)
    w.heading("three")
    w.table("measures", _MEASURES)
    w.heading("four")
    supported = (
        ("number", _field("number"), 1.2),
        ("text", _field("text"), 6),
        ("organisation", _field("lead_name"), 2.4),
        ("deadline", _field("deadline"), 2.4),
        ("state", _label("row.state", "state"), 1.4),
    )
    w.table("supported", supported)
    w.heading("five")
    reports = (
        ("on", _field("on"), 2.4),
        ("number", _field("number"), 1.2),
        ("progress", _field("sentence"), 4.5),
        ("values", _field("values"), 2.5),
        ("problems", _field("problems"), 2.5),
        ("help", _field("help"), 2.5),
    )
    w.table("reports", reports)
    w.heading("six")
    w.table("demands", _demands(language))
    w.text(w.said("common.proof"), size=9)
    return w.document


def onepage(words: dict[str, Any], language: str) -> Any:
    w = Writer(words, "onepage", language, small=True)
    w.title("title")
    w.text(w.said("subtitle"), centre=True)
    w.heading("lights")
    w.text(w.said("lights_text"))
    w.heading("indicators")
    w.text(w.said("indicators_text") + "{% if indicators_more %}" + w.said("indicators_more") + "{% endif %}")
    indicators = (
        ("measure", _field("name"), 4),
        ("goal", _field("goal"), 2),
        ("latest", "{{ row.latest or '" + w.said("no_report") + "' }}", 2.4),
        ("verdict", _label("row.verdict", "verdict"), 1.5),
        ("light", "{% if row.colour %}" + _label("row.colour", "light") + "{% endif %}", 1.4),
        ("organisation", _field("organisation"), 2.6),
    )
    w.table("indicators", indicators)
    w.heading("decisions")
    why = _SLOT.sub(r"{{ row.\1 }}" if language == "zh" else r"{{ row.english }}", "{why}")
    told = "".join(
        f"{{% {'if' if kind == 'red' else 'elif'} row.kind == '{kind}' %}}"
        + w.words["onepage"][kind].replace("{why}", why)
        for kind in ("red", "help", "extension")
    )
    late = "{% if row.late %} " + w.words["onepage"]["late"].replace("{late}", "{{ row.late }}") + "{% endif %}"
    decisions = (
        ("kind", _label("row.kind", "decision"), 1.4),
        ("number", _field("number"), 1.2),
        ("what", _field("what"), 4.8),
        ("why", told + "{% else %}" + w.said("order") + "{% endif %}", 6.5),
        ("unit", _field("organisation"), 2),
        ("deadline", "{{ row.on }}" + late, 2.1),
    )
    w.table("decisions", decisions)
    w.tag("if decisions_more")
    w.text(w.said("decisions_more"), size=9)
    w.tag("endif")
    for side in ("best", "worst"):
        w.heading(side)
        listed = "{{ row.rank }}. {{ row.name }} {{ row.value }}%（{{ row.counted }}/{{ row.of }}）"
        gap = "{% if not loop.last %}；{% endif %}"
        none = w.said("no_rates")
        w.text("{% for row in " + side + " %}" + listed + gap + "{% else %}" + none + "{% endfor %}")
    w.tag("if best")
    w.text(w.said("rate_text"), size=8)
    w.tag("endif")
    w.text(w.said("proof"), size=7.5)
    return w.document


def closing(words: dict[str, Any], language: str) -> Any:
    w = Writer(words, "closing", language)
    w.title("title")
    w.text("{% if is_closed %}" + w.said("intro_closed") + "{% else %}" + w.said("intro") + "{% endif %}")
    w.heading("one")
    rate = w.said("one_text").replace("{{ rate }}", "{% if rate is not none %}{{ rate }}{% else %}—{% endif %}")
    w.text(rate)
    settled = (
        ("number", _field("number"), 1.2),
        ("promise", "{{ row.subject }} {{ row.promise|label('stage') }}", 3.5),
        ("unit", _field("organisation"), 2),
        ("claim", "{{ row.claim|label('verdict') }} {{ row.reported }}", 2.4),
        ("result", _field("quote"), 4),
        ("outcome", _label("row.outcome", "outcome"), 1.8),
        ("difference", "{% if row.difference %}" + _label("row.difference", "difference") + "{% endif %}", 2.6),
    )
    w.heading("two")
    w.tag("if review")
    w.text(w.said("two_text").replace("{{ number }}", "{{ differences|length }}"))
    w.table("differences", settled)
    w.tag("else")
    w.text(w.said("no_review"))
    w.tag("endif")
    numbers = ("items", "on_time", "late", "carried", "dropped", "open")
    rate = "{% if row.rate is not none %}{{ row.rate }}{% else %}—{% endif %}"
    for key, rows, name in (("three", "sections", "section"), ("four", "organisations", "unit")):
        w.heading(key)
        first = (name, "{{ row.name or '" + w.said("common.unassigned") + "' }}", 5)
        w.table(rows, [first, *((each, _field(each), 1.3) for each in numbers), ("completion", rate, 1.8)])
    w.heading("five")
    w.text(w.said("five_text"))
    w.table("measures", _MEASURES)
    w.heading("six")
    ended = (
        ("number", _field("number"), 1.2),
        ("text", _field("text"), 5.5),
        ("unit", _field("organisation"), 2.2),
        ("deadline", _field("deadline"), 2.4),
        ("outcome", _label("row.outcome", "ended"), 1.6),
        ("closed_on", _field("closed"), 2.4),
        ("became", _field("became"), 2),
    )
    w.table("ended", ended)
    w.tag("if settled_lines")
    w.heading("seven")
    w.table("settled_lines", settled)
    w.tag("endif")
    w.text(w.said("common.proof"), size=9)
    return w.document


TEMPLATES = {"bulletin": bulletin, "statement": statement, "onepage": onepage, "closing": closing}


def write(folder: Path = FOLDER) -> list[Path]:
    """Write all templates; their names: the Chinese one without, the English one with ``.en``."""
    words = tomllib.loads((FOLDER / "words.toml").read_text("utf-8"))
    written = []
    for name, make in TEMPLATES.items():
        for language in LANGUAGES:
            path = folder / (f"{name}.docx" if language == "zh" else f"{name}.{language}.docx")
            path.write_bytes(_undated(make(words, language)))
            written.append(path)
    return written


def _undated(document: Any) -> bytes:
    """The file without the time of its making, so that the same template is the same file."""
    made, plain = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
    return plain.getvalue()


if __name__ == "__main__":
    for path in write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER):
        print(path)
