"""How much prose each element of a web page holds, and which elements are the frame around the article."""

from __future__ import annotations

import re
from typing import Any

from duixian.documents.readers.pagetext import HIDDEN

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
_PROSE = re.compile(r"[，。；、：！？,;]")
# Whatever its name, an element that holds so much of the page's prose is not its frame: some sites keep the article
# in a "print" area, in one form around everything, or invisible until a script shows it.
_NOT_FRAME = 0.3
# A list of so many links with so little else is navigation, even where no name says so.
_LINKS = 3
_LINK_SHARE = 0.75
_LINK_LIST_TAGS = frozenset({"ul", "ol", "dl", "div", "section", "table", "td", "p"})


def classes(element: Any) -> list[str]:
    """The id and class names of an element, in small letters."""
    return f"{element.get('id') or ''} {element.get('class') or ''}".lower().split()


def _is_framed(element: Any) -> bool:
    """Whether an element is navigation, a counter, a footer or invisible, judged by its tag, names and style."""
    if element.tag in _FRAME_TAGS or element.get("hidden") is not None:
        return True
    style = element.get("style")
    if style and _INVISIBLE.search(style):
        return True
    if element.tag in {"body", "html", "p", "article", "main", "td", "tr", "tbody"}:
        return False
    for name in classes(element):
        if name in _FRAME_WORDS or any(word in _FRAME_WORDS for word in _WORD.findall(name)):
            return True
    return False


class Survey:
    """One pass over a page.

    elements: all visible elements, outermost first. prose: characters of prose in each, without links and frame.
    frame: the elements that stand around the article and are not to be read.
    """

    def __init__(self, body: Any) -> None:
        self.elements = _visible(body)
        raw: dict[Any, int] = {}
        letters: dict[Any, int] = {}
        linked: dict[Any, int] = {}
        links: dict[Any, int] = {}
        for element in reversed(self.elements):
            own = _weight(element.text)
            length = _length(element.text)
            count = link_length = 0
            for child in element:
                own += raw.get(child, 0) + _weight(child.tail)
                length += letters.get(child, 0) + _length(child.tail)
                count += links.get(child, 0)
                link_length += linked.get(child, 0)
            if element.tag == "a":
                own, count, link_length = 0, 1, length
            raw[element], letters[element], links[element], linked[element] = own, length, count, link_length
        total = raw.get(body, 0)
        self.frame: set[Any] = set()
        for element in self.elements:
            if element is body or raw[element] > _NOT_FRAME * total:
                continue
            is_list = (
                links[element] >= _LINKS
                and element.tag in _LINK_LIST_TAGS
                and linked[element] >= _LINK_SHARE * letters[element]
            )
            if is_list or _is_framed(element):
                self.frame.add(element)
        self.prose: dict[Any, int] = {}
        for element in reversed(self.elements):
            # What the frame takes away is passed up as a difference, so that each element is visited once.
            lost = sum(raw[child] - self.prose[child] for child in element if child in raw)
            self.prose[element] = 0 if element in self.frame else raw[element] - lost
            if element.tag == "a":
                self.prose[element] = 0


def _visible(body: Any) -> list[Any]:
    elements: list[Any] = []
    stack = [body]
    while stack:
        element = stack.pop()
        if isinstance(element.tag, str) and element.tag not in HIDDEN:
            elements.append(element)
            stack.extend(reversed(element))
    return elements


def _length(text: str | None) -> int:
    return len(text.strip()) if text else 0


def _weight(text: str | None) -> int:
    if not text:
        return 0
    length = len(text.strip())
    # Menus and buttons are short and without punctuation; sentences are neither.
    return length if length > 24 or _PROSE.search(text) else length // 4
