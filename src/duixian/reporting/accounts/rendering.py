"""From the content of an output to a file: HTML and DOCX by templates, XLSX by a layout."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from duixian.errors import DuixianError
from duixian.reporting.accounts.bulletin import Bulletin
from duixian.reporting.accounts.closing_statement import ClosingStatement
from duixian.reporting.accounts.onepage import OnePage
from duixian.reporting.accounts.statement import Statement
from duixian.reporting.accounts.templates import TemplateError, Templates, Wording, broken, shown

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

Content = Bulletin | Statement | OnePage | ClosingStatement
FORMATS = ("docx", "xlsx", "html")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TAGS = re.compile(r"<[^>]*>")
_NEAR = 30  # characters of a Word paragraph that an error quotes


def render(content: Content, format: str, language: str = "zh", templates: Templates | None = None) -> bytes:
    """The file. format: one of FORMATS. Raises TemplateError for a template that is broken."""
    renderers: Mapping[str, Callable[[Content, str, Templates], bytes]] = {"html": page, "docx": document, "xlsx": book}
    return renderers[format](content, language, templates or Templates())


def values(content: Content) -> dict[str, Any]:
    """The content by the names that templates use."""
    return {field.name: getattr(content, field.name) for field in fields(content)}


def page(content: Content, language: str, templates: Templates) -> bytes:
    """One page of HTML that needs nothing else."""
    name = f"{content.output}.html"
    environment = _environment(templates, Wording(templates, language, values(content)))
    try:
        text = environment.get_template(name).render(**values(content), lang=language)
    except DuixianError:
        raise
    except Exception as error:
        raise _html_error(templates, name, error) from error
    return text.encode()


def document(content: Content, language: str, templates: Templates) -> bytes:
    """A Word document."""
    from docxtpl import DocxTemplate

    name = f"{content.output}.docx" if language == "zh" else f"{content.output}.{language}.docx"
    environment = _environment(templates, Wording(templates, language, values(content)))
    target = io.BytesIO()
    place = templates.place(name)
    try:
        template = DocxTemplate(io.BytesIO(templates.read(name)))
        template.render({**values(content), "lang": language}, jinja_env=environment)
        template.save(target)
    except DuixianError:
        raise
    except (zipfile.BadZipFile, KeyError) as error:
        raise TemplateError(place, "不是 Word 文档（.docx）", "请用 Word 另存为 .docx") from error
    except Exception as error:
        raise _docx_error(place, error) from error
    return target.getvalue()


def book(content: Content, language: str, templates: Templates) -> bytes:
    """An Excel workbook."""
    from duixian.reporting.accounts.spreadsheet import workbook

    return workbook(content.output, values(content), templates, Wording(templates, language, values(content)), language)


def printable(value: object) -> object:
    """A text without the characters that no document can hold; other values as they are, nothing for None."""
    if value is None:
        return ""
    return _UNPRINTABLE.sub("", value) if isinstance(value, str) else value


def _environment(templates: Templates, say: Wording) -> SandboxedEnvironment:
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        if "/" in name or "\\" in name or not templates.exists(name):
            return None
        return templates.text(name), templates.place(name), lambda: True

    def finalize(value: object) -> object:
        if isinstance(value, Markup):
            return Markup(_UNPRINTABLE.sub("", value))
        return printable(shown(value) if isinstance(value, float) else value)

    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["say"] = say
    environment.filters["label"] = say.label
    return environment


def _html_error(templates: Templates, name: str, error: Exception) -> TemplateError:
    from jinja2 import TemplateNotFound, TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        return broken(error.filename or templates.place(name), error.lineno, error.message or "")
    if isinstance(error, TemplateNotFound):
        return broken(templates.place(name), None, f"没有模板 {error}")
    file, line = templates.place(name), None
    trace = error.__traceback__
    while trace is not None:
        # The engine puts the lines of the template into the trace.
        where = trace.tb_frame.f_code.co_filename
        if where.endswith(".html"):
            file, line = where, trace.tb_lineno
        trace = trace.tb_next
    return broken(file, line, str(error) or type(error).__name__)


def _docx_error(place: str, error: Exception) -> TemplateError:
    """Word has no lines: the paragraph is told by its words."""
    context = [str(line) for line in getattr(error, "docx_context", ())]
    near = ""
    for line in context[len(context) // 2 :] + context:
        near = "".join(_TAGS.sub("", line).split())[:_NEAR]
        if near:
            break
    return broken(place, None, str(getattr(error, "message", None) or error) or type(error).__name__, near)
