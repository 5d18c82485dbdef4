"""The numbers that Word shows but does not store: 一、 （一） 1. come from numbering.xml and are counted here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from duixian.documents.readers.packages import attribute, local

_DIGITS = "〇一二三四五六七八九"
_PLACEHOLDER = re.compile(r"%([1-9])")
_LEVELS = 9
_CHINESE = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "ideographTraditional",
    }
)
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def chinese_number(value: int) -> str:
    """1 to 9999 in Chinese as headings count: 一, 十, 十一, 二十三, 一百零五; other values in Arabic digits."""
    if not 0 < value < 10_000:
        return str(value)
    out = ""
    gap = False
    for unit, power in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = value // power % 10
        if digit:
            out += ("零" if gap and out else "") + _DIGITS[digit] + unit
            gap = False
        elif out:
            gap = True
    return out[1:] if out.startswith("一十") else out


def _letters(value: int) -> str:
    """a to z, then aa, bb as Word counts."""
    return chr(ord("a") + (value - 1) % 26) * min((value - 1) // 26 + 1, 20) if value > 0 else str(value)


def _roman(value: int) -> str:
    if not 0 < value < 4000:
        return str(value)
    out = ""
    for amount, letters in _ROMAN:
        out += letters * (value // amount)
        value %= amount
    return out


def render_number(value: int, style: str) -> str:
    """One counter in a Word number style such as ``chineseCounting``; empty for styles without a number."""
    if style in _CHINESE:
        return chinese_number(value)
    if style in {"lowerLetter", "upperLetter"}:
        return _letters(value) if style == "lowerLetter" else _letters(value).upper()
    if style in {"lowerRoman", "upperRoman"}:
        return _roman(value) if style == "lowerRoman" else _roman(value).upper()
    if style in {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"} and 0 < value <= 20:
        return chr(0x2460 + value - 1)
    if style == "ideographEnclosedCircle" and 0 < value <= 10:
        return chr(0x3280 + value - 1)
    if style in {"decimalFullWidth", "decimalFullWidth2"}:
        return str(value).translate({ord("0") + i: 0xFF10 + i for i in range(10)})
    if style == "decimalZero":
        return f"{value:02d}"
    if style in {"ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital", "chineseDigital"}:
        return "".join(_DIGITS[int(d)] for d in str(value)) if value >= 0 else str(value)
    if style in {"bullet", "none"}:
        return ""
    return str(value)


@dataclass(slots=True)
class _Level:
    style: str = "decimal"
    text: str = ""
    start: int = 1
    suffix: str = "tab"
    legal: bool = False


@dataclass(slots=True)
class _List:
    """A numbering instance: the levels it uses, and the counters it shares with others of the same definition."""

    levels: dict[int, _Level]
    counters: dict[int, int]
    restarts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the paragraphs of one document, in order."""

    def __init__(self, numbering: Any | None, styles: Any | None) -> None:
        """numbering, styles: the root elements of word/numbering.xml and word/styles.xml, None where missing."""
        self._lists: dict[str, _List] = {}
        self._styles: dict[str, tuple[str | None, str | None, str | None]] = {}
        if numbering is not None:
            self._read_lists(numbering)
        if styles is not None and self._lists:
            for style in styles:
                identity = attribute(style, "styleId") if local(style) == "style" else None
                if identity:
                    number, level = _reference(_child(style, "pPr"))
                    base = _child(style, "basedOn")
                    self._styles[identity] = (number, level, None if base is None else attribute(base, "val"))

    def _read_lists(self, numbering: Any) -> None:
        definitions: dict[str, tuple[dict[int, _Level], dict[int, int]]] = {}
        for element in numbering:
            if local(element) == "abstractNum":
                levels = {}
                for child in element:
                    if local(child) == "lvl":
                        levels[_number(attribute(child, "ilvl"), 0)] = _level(child)
                definitions[attribute(element, "abstractNumId") or ""] = (levels, {})
        for element in numbering:
            if local(element) != "num":
                continue
            target = _child(element, "abstractNumId")
            if target is None or (attribute(target, "val") or "") not in definitions:
                continue
            levels, counters = definitions[attribute(target, "val") or ""]
            entry = _List(dict(levels), counters)
            for child in element:
                if local(child) == "lvlOverride":
                    index = _number(attribute(child, "ilvl"), 0)
                    replacement, start = _child(child, "lvl"), _child(child, "startOverride")
                    if replacement is not None:
                        entry.levels[index] = _level(replacement)
                    if start is not None:
                        entry.restarts[index] = _number(attribute(start, "val"), 1)
            self._lists[attribute(element, "numId") or ""] = entry

    def label(self, properties: Any | None) -> str:
        """The number in front of a paragraph with these ``w:pPr`` properties, and count it; empty when it has none."""
        if not self._lists:
            return ""
        number, level = _reference(properties)
        style = None if properties is None else _child(properties, "pStyle")
        identity = None if style is None else attribute(style, "val")
        for _ in range(12):  # styles inherit from one another; a circle must not hang
            if number is not None or identity is None or identity not in self._styles:
                break
            number, inherited, identity = self._styles[identity]
            level = level if level is not None else inherited
        entry = self._lists.get(number or "")
        if entry is None:
            return ""
        depth = min(max(_number(level, 0), 0), _LEVELS - 1)
        return self._count(entry, depth)

    @staticmethod
    def _count(entry: _List, depth: int) -> str:
        counters = entry.counters
        if depth in entry.restarts:
            counters[depth] = entry.restarts.pop(depth) - 1
        level = entry.levels.get(depth)
        if level is None:
            return ""
        counters[depth] = counters.get(depth, level.start - 1) + 1
        for deeper in range(depth + 1, _LEVELS):
            counters.pop(deeper, None)
        if level.style == "bullet":
            return ""

        def fill(match: re.Match[str]) -> str:
            index = int(match.group(1)) - 1
            other = entry.levels.get(index)
            if other is None:
                return ""
            value = counters.setdefault(index, other.start)
            return render_number(value, "decimal" if level.legal and index != depth else other.style)

        label = _PLACEHOLDER.sub(fill, level.text)
        # A number that would run into the text ("1" before "2024年") is set off, as the tab sets it off on paper.
        if label and level.suffix != "nothing" and (label[-1].isascii() or level.suffix == "space"):
            label += " "
        return label


def _child(element: Any | None, name: str) -> Any | None:
    return None if element is None else next((child for child in element if local(child) == name), None)


def _reference(properties: Any | None) -> tuple[str | None, str | None]:
    """(list id, level) in paragraph properties."""
    reference = _child(properties, "numPr")
    number, level = _child(reference, "numId"), _child(reference, "ilvl")
    return (
        None if number is None else attribute(number, "val"),
        None if level is None else attribute(level, "val"),
    )


def _level(element: Any) -> _Level:
    level = _Level()
    for child in element:
        name, value = local(child), attribute(child, "val")
        if name == "numFmt":
            level.style = value or "decimal"
        elif name == "lvlText":
            level.text = value or ""
        elif name == "start":
            level.start = _number(value, 1)
        elif name == "suff":
            level.suffix = value or "tab"
        elif name == "isLgl":
            level.legal = value not in {"0", "false"}
        elif name == "AlternateContent":
            # Number styles newer than the format ("一、" with a custom format) stand in a choice with a fallback.
            for inner in child.iter():
                if local(inner) == "numFmt":
                    level.style = attribute(inner, "val") or "decimal"
    return level


def _number(value: str | None, default: int) -> int:
    try:
        return max(-1, min(int(value or default), 1_000_000))
    except ValueError:
        return default
