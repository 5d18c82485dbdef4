"""Web pages: the article with its title and date, without the navigation, counters and scripts around it."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from duixian.documents.model import SourceText
from duixian.documents.readers.limits import TEXT_LIMIT_BYTES, too_large_text
from duixian.documents.readers.pagesurvey import Survey, classes
from duixian.documents.readers.pagetext import HIDDEN, TextWriter
from duixian.documents.readers.plaintext import decoded_text
from duixian.errors import InputError

_CHARSET = re.compile(rb"""(?:charset|encoding)\s{0,4}=\s{0,4}["']?\s{0,4}([A-Za-z0-9_.:-]{2,24})""", re.IGNORECASE)
_HEAD_BYTES = 8192
# Encodings that pages claim are often a little too narrow for the characters that they use.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "big5hkscs", "utf8": "utf-8"}
# Ids and classes in which Chinese government sites put the article, in the forms that their publishing systems give.
_CONTAINERS_NAMES = """
    ucap-content trs_editor trs_uedit trs_view zoom zoomcon zwnr article article-content article_content
    articlecontent article-con article_con article-body articlebody artical content-article content_article
    detail-content detail_content detailcontent news_content news-content newscontent newstext text_content
    textcontent main-content maincontent pages_content pages-content page-content view-content con_text con-text
    conttxt conttext contenttext content_text rich_media_content js_content vsb_content v_news_content arc_cont
    wzcon wzy_con xxgk_content gknb_content tt_content info-content infocontent bt-content ewb-article-info
    ivs_content i-content cont_zw cont-detail xl-content xlcontent view trs_paper_preview easysite-news-text
    pubnewscontent mainbody myarticle article-detail article_detail
"""
_CONTAINERS = frozenset(_CONTAINERS_NAMES.split())
# An element named as the article is believed when it holds so much of the page's prose.
_NAMED_SHARE = 0.6
# Prose beside the article that may be given up: a line or two of the page's frame, in characters and as a share.
_REST = 120
_REST_SHARE = 0.03
_LAYOUT = frozenset(
    {"div", "section", "article", "main", "center", "form", "table", "tbody", "tr", "td", "ucapcontent", "span", "font"}
)
_FLOW = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "table", "tr"})
_DATE_LINE = re.compile(
    r"(?:19|20)\d\d\s{0,3}[-年./]\s{0,3}\d{1,2}|来源|发布|索\s{0,4}引\s{0,4}号|文\s{0,4}号|发文|成文"
)
_TITLE_CLASS = re.compile(r"(?:^|[-_ ])(?:title|tit|bt|headline|biaoti|subtitle|h1)|title$|tit$", re.IGNORECASE)
_CLIMB = 5
_NEAR = 8


def read_html(data: bytes, name: str) -> SourceText:
    """Read a web page; raises :class:`InputError` when it is empty or holds no text outside its frame."""
    if len(data) > TEXT_LIMIT_BYTES:
        raise too_large_text(name, len(data))
    decoded = decoded_text(data, name, _declared(data))
    root = _parse(decoded.text)
    if root is None:
        raise InputError(name, "网页里没有内容", "请换一个有内容的文件，或把正文另存为文本")
    body = root.find(".//body")
    text = _article_text(body if body is not None else root, root)
    if not text.strip():
        raise InputError(
            name, "网页里没有正文（正文可能由脚本生成）", "请在浏览器里打开，复制正文另存为文本，或打印成 PDF"
        )
    return SourceText(name, "html", (text,), notes=decoded.notes)


def _declared(data: bytes) -> str | None:
    """The encoding that the page's head names, in a form that Python knows and wide enough for what pages contain."""
    match = _CHARSET.search(data[:_HEAD_BYTES])
    if match is None:
        return None
    encoding = match.group(1).decode("ascii").lower()
    return _WIDER.get(encoding, encoding)


def _parse(text: str) -> Any | None:
    # The text is handed over in an encoding of our own choice, so that what the page claims cannot mislead the parser.
    # huge_tree lifts the limits on depth and length: a page may be one line of ten million characters.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(text.replace("\x00", "").encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _article_text(body: Any, root: Any) -> str:
    survey = Survey(body)
    article = _innermost(_container(body, survey), survey)
    before = _lines_before(article, body, survey)
    lines = TextWriter(survey.frame).write(article)
    if not any(line.strip() for line in lines):
        lines = TextWriter().write(body)
        before = []
    if not before and lines:
        title = _page_title(root)
        if title and not any(_alike(title, line) for line in lines[:8]):
            before = [title]
    return "\n".join([*before, *lines])


def _container(body: Any, survey: Survey) -> Any:
    """The outermost element named as sites name their article, if it holds most of the prose; or the body."""
    total = survey.prose[body]
    for element in survey.elements:
        if element is not body and total and survey.prose[element] >= _NAMED_SHARE * total:
            names = classes(element)
            if element.tag == "article" or any(word in _CONTAINERS for word in names):
                return element
    return body


def _innermost(element: Any, survey: Survey) -> Any:
    """Step inwards while one layout element holds nearly all of the prose and nothing beside it is text.

    Paragraphs, headings and lists beside it belong to the text, and so does any larger amount of prose: to lose a
    part of a report is worse than to keep a line of the page's frame.
    """
    while True:
        inside = [child for child in element if survey.prose.get(child) and child not in survey.frame]
        heaviest = max(inside, key=lambda child: survey.prose[child], default=None)
        if heaviest is None or heaviest.tag not in _LAYOUT:
            return element
        rest = survey.prose[element] - survey.prose[heaviest]
        if rest > max(_REST, _REST_SHARE * survey.prose[element]):
            return element
        if any(child.tag in _FLOW for child in inside if child is not heaviest):
            return element
        element = heaviest


def _lines_before(article: Any, body: Any, survey: Survey) -> list[str]:
    """The title, date and source lines that stand before the article, nearest last."""
    found: list[str] = []
    element = article
    for _ in range(_CLIMB):
        parent = element.getparent()
        if element is body or parent is None:
            break
        sibling = element.getprevious()
        steps = 0
        while sibling is not None and steps < _NEAR:
            if isinstance(sibling.tag, str) and sibling.tag not in HIDDEN and sibling not in survey.frame:
                found[:0] = _heading_lines(sibling, survey)
            sibling = sibling.getprevious()
            steps += 1
        if any(len(line) >= 8 and not _DATE_LINE.search(line) for line in found):
            break
        element = parent
    return found


def _heading_lines(element: Any, survey: Survey) -> list[str]:
    """The lines of an element that are a title or say when and by whom the article was published."""
    lines = [line for line in TextWriter(survey.frame).write(element) if line.strip()]
    if not lines or len(lines) > 24 or sum(map(len, lines)) > 600:
        return []
    titles = set()
    for inner in element.iter():
        if isinstance(inner.tag, str) and (
            inner.tag in {"h1", "h2", "h3"} or any(_TITLE_CLASS.search(word) for word in classes(inner))
        ):
            titles.update(TextWriter(survey.frame).write(inner))
    return [line for line in lines if line in titles or (_DATE_LINE.search(line) and len(line) <= 120)]


def _page_title(root: Any) -> str:
    """The article's title as the page's head gives it."""
    for meta in root.iter("meta"):
        if (meta.get("name") or meta.get("property") or "").lower() in {"articletitle", "og:title"}:
            title = (meta.get("content") or "").strip()
            if title:
                return str(title)
    element = root.find(".//title")
    if element is None:
        return ""
    title = "".join(element.itertext()).strip()
    # Sites put their own name before or after the title, parted by a dash or a bar.
    return max(re.split(r"\s{0,3}(?:[_|｜]|--+|——|\s-\s)\s{0,3}", title), key=len).strip()


def _alike(title: str, line: str) -> bool:
    """Whether a line says what the page's title says, give or take a year or the name of the place."""
    wanted = set(title)
    return len(line) <= 4 * len(title) and len(wanted & set(line)) >= 0.7 * len(wanted)
