"""The text of a web page's elements as a browser would lay it out in lines."""

from __future__ import annotations

import re
from collections.abc import Set
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
# A newline in the source between two Chinese characters is the author's typing, not a blank.
_WRAP = re.compile(r"(?<=[\u2e80-\u9fff\uf900-\uffef])[ \t]{0,64}[\r\n][ \t\r\n]*(?=[\u2e80-\u9fff\uf900-\uffef])")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
# What remains of counters and buttons once the markup is gone, as whole lines: buttons with nothing else beside
# them, or a label with its colon. Anything looser would take headings such as "关闭小煤矿" with it.
_BUTTON = (
    r"(?:字[体号](?:大小)?|[大中小]|打印(?:本[页文])?|关闭(?:窗口|本页)?|收藏(?:本页)?|返回(?:顶部|首页|列表)?|分享|朗读|我要纠错|扫一扫|"
    r"\d{1,9}次?)"
)
_RESIDUE = re.compile(
    rf"(?:[\s\[\]【】〔〕（）()|:：]|{_BUTTON}(?![\w]))+$|"
    r"(?:上一[篇页条]|下一[篇页条]|分享(?:到|至)|您?(?:现在)?的?当?前?(?:所在)?位置|(?:浏览|阅读|访问|点击)(?:次数|量|数|人次))\s{0,4}[:：]"
    r"[^，。；]{0,80}$|扫一扫在?手机"
)
_RESIDUE_LENGTH = 120
_INLINE_RESIDUE = re.compile(
    r"(?:浏览|阅读|访问|点击)(?:次数|量|数|人次)\s{0,4}[:：]\s{0,4}\d{0,9}\s{0,4}次?|"
    r"[\[【〔（(]?\s{0,4}字\s{0,4}[体号](?:大小)?\s{0,4}[:：]?\s{0,4}[\[【]?\s{0,4}大\s{0,4}[\]】]?\s{0,4}[|\[【]?\s{0,4}中\s{0,4}[\]】]?"
    r"\s{0,4}[|\[【]?\s{0,4}小\s{0,4}[\]】〕）)]{0,2}"
)


class TextWriter:
    """Writes elements as lines: blocks and line breaks end a line, everything else flows on."""

    def __init__(self, left_out: Set[Any] = frozenset()) -> None:
        """left_out: elements that are not written, with all that is in them."""
        self._left_out = left_out
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
            if not isinstance(tag, str) or tag in HIDDEN or (node in self._left_out and node is not element):
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
        if line:
            line = _INLINE_RESIDUE.sub("", line).rstrip(" ")
            if len(line) <= _RESIDUE_LENGTH and _RESIDUE.match(line) and not line.isdecimal():
                return
        if line or (always and self._lines and self._lines[-1]):
            self._lines.append(line)
