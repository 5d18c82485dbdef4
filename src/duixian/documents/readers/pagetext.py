"""The text of a web page's elements as a browser would lay it out in lines."""

from __future__ import annotations

import re
from typing import Any

_BLOCKS_NAMES = """
    address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol p pre section summary table tbody td
    tfoot th thead tr ul ucapcontent founder-content
"""
BLOCKS = frozenset(_BLOCKS_NAMES.split())
_HIDDEN_NAMES = """
    script style noscript template head title meta link iframe object embed svg canvas audio video map select
    option button input textarea datalist dialog
"""
HIDDEN = frozenset(_HIDDEN_NAMES.split())
_FRAME_TAGS = frozenset({"nav", "footer", "aside", "form"})
# Ids and classes of what stands around an article. Whole words only: "share-box" has the words share and box.
_FRAME_WORDS_NAMES = """
    nav navbar navigation menu submenu sidebar sidenav side breadcrumb breadcrumbs crumb crumbs dqwz weizhi
    position curpos footer foot bottom copyright banner toolbar tools share bdsharebuttonbox bshare sharebox
    jiathis print dayin fontsize font-size zihao ziti counter hits visit related relate recommend xgwz xgyd
    xiangguan prev next prevnext pagination pager comment comments login search searchbox qrcode erweima ewm ads
    advert friendlink links hot hotnews rank ranking sitemap language lang wza accessibility
"""
_FRAME_WORDS = frozenset(_FRAME_WORDS_NAMES.split())
_WORD = re.compile(r"[A-Za-z]+")
_INVISIBLE = re.compile(r"display\s{0,4}:\s{0,4}none|visibility\s{0,4}:\s{0,4}hidden", re.IGNORECASE)
# A newline in the source between two Chinese characters is the author's typing, not a blank.
_WRAP = re.compile(r"(?<=[\u2e80-\u9fff\uf900-\uffef])[ \t]{0,64}[\r\n][ \t\r\n]*(?=[\u2e80-\u9fff\uf900-\uffef])")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
# What remains of counters and buttons once the markup is gone, as whole lines.
_RESIDUE = re.compile(
    r"[\[【〔（(]?(?:字\s{0,4}[体号]|字体大小|打\s{0,4}印(?:本页)?|关\s{0,4}闭(?:窗口|本页)?|分享(?:到|至)?|收\s{0,4}藏|返回(?:顶部|首页|列表)?|"
    r"上一[篇页]|下一[篇页]|(?:浏览|阅读|访问|点击)(?:次数|数|量|人数|人次)?|扫一扫|我要纠错|无障碍|朗读|当前位置|您(?:现在)?的?位置)"
    r"[^，。；]{0,60}$"
)
_INLINE_RESIDUE = re.compile(
    r"(?:浏览|阅读|访问|点击)(?:次数|量|数|人次)\s{0,4}[:：]\s{0,4}\d{0,9}\s{0,4}次?|"
    r"[\[【〔（(]?\s{0,4}字\s{0,4}[体号](?:大小)?\s{0,4}[:：]?\s{0,4}[\[【]?\s{0,4}大\s{0,4}[\]】]?\s{0,4}[|\[【]?\s{0,4}中\s{0,4}[\]】]?"
    r"\s{0,4}[|\[【]?\s{0,4}小\s{0,4}[\]】〕）)]{0,2}"
)


def classes(element: Any) -> list[str]:
    """The id and class names of an element, in small letters."""
    return f"{element.get('id') or ''} {element.get('class') or ''}".lower().split()


def is_furniture(element: Any) -> bool:
    """Whether an element is navigation, a counter, a footer or invisible, judged by its tag, names and style."""
    if element.tag in _FRAME_TAGS or element.get("hidden") is not None:
        return True
    style = element.get("style")
    if style and _INVISIBLE.search(style):
        return True
    if element.tag in {"body", "html", "p", "article", "main", "table", "td", "tr", "tbody"}:
        return False
    for name in classes(element):
        if name in _FRAME_WORDS or any(word in _FRAME_WORDS for word in _WORD.findall(name)):
            return True
    return False


class TextWriter:
    """Writes elements as lines: blocks and line breaks end a line, everything else flows on."""

    def __init__(self, skip_furniture: bool) -> None:
        self._skip = skip_furniture
        self._lines: list[str] = []
        self._parts: list[str] = []

    def write(self, element: Any) -> list[str]:
        """The lines of an element without empty ones at its ends."""
        self._lines, self._parts = [], []
        # (element, leaving, preformatted): walked with a stack, because pages may nest deeper than the interpreter.
        stack: list[tuple[Any, bool, bool]] = [(element, False, False)]
        while stack:
            node, leaving, raw = stack.pop()
            tag = node.tag
            if leaving:
                if tag in BLOCKS:
                    self._end_line()
                if node is not element:
                    self._add(node.tail, raw)
                continue
            if not isinstance(tag, str) or tag in HIDDEN or (self._skip and node is not element and is_furniture(node)):
                if node is not element:
                    self._add(node.tail, raw)
                continue
            if tag == "br":
                self._end_line(always=True)
            elif tag in BLOCKS:
                self._end_line()
            inside = raw or tag == "pre"
            # The tail of a node belongs to its parent, so it is written with the parent's white space.
            stack.append((node, True, raw))
            self._add(node.text, inside)
            stack.extend((child, False, inside) for child in reversed(node))
        self._end_line()
        lines = self._lines
        while lines and not lines[-1]:
            lines.pop()
        while lines and not lines[0]:
            lines.pop(0)
        return lines

    def _add(self, text: str | None, raw: bool) -> None:
        if not text:
            return
        if raw:
            first, *others = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self._parts.append(first)
            for other in others:
                self._end_line(always=True)
                self._parts.append(other)
        else:
            self._parts.append(text)

    def _end_line(self, always: bool = False) -> None:
        line = _BLANKS.sub(" ", _WRAP.sub("", "".join(self._parts))).strip(" ")
        self._parts = []
        if self._skip and line:
            line = _INLINE_RESIDUE.sub("", line).rstrip(" ")
            if _RESIDUE.match(line):
                return
        if line or (always and self._lines and self._lines[-1]):
            self._lines.append(line)
