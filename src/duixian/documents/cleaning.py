"""Cleaning one line: characters folded, strays dropped, and for every kept character the place where it stood.

A character becomes one character or nothing, so a cleaned line maps to its source in pieces that run in step.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from duixian.vocabulary.characters import DROPPED, fold_table, residue_runs, residue_triggers

# A line with more spaces than this is no text, and is not worth a map of as many pieces.
_MOST_SPACES = 100_000
_HAN = "\u3007\u3400-\u9fff"
_PUNCTUATION = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}


def _character_class(codes: list[int]) -> str:
    """The inside of a bracket expression for sorted code points, with neighbours drawn together into ranges."""
    parts: list[str] = []
    low = high = codes[0]
    for code in [*codes[1:], -1]:
        if code == high + 1:
            high = code
            continue
        parts.append(re.escape(chr(low)) if low == high else f"{re.escape(chr(low))}-{re.escape(chr(high))}")
        low = high = code
    return "".join(parts)


# One search tells whether a line needs anything at all; nearly every line of a well-kept text does not.
_SUSPECT = re.compile(f'[{_character_class(sorted(fold_table()))} _*#,;:?!()"○Oo■□◆◇▲△▪★☆➢❖✓√▶►✦]|^[?？-]|^··?')
_TRIGGERS = residue_triggers()
_RUNS = re.compile("|".join(f"(?:{pattern})" for pattern in residue_runs()))
_ASCII_MARK = re.compile(f"(?<=[{_HAN}%％”）》。；，、])[,;:?!()]|[,;:?!()](?=[{_HAN}“（《])")
_NEAR_BRACKET = re.compile(r"\((?=[^()]{0,40}）)|(?<=[0-9A-Za-z])\)(?![0-9A-Za-z])")
_YEAR_ZERO = re.compile("(?<=[一二三四五六七八九〇])[○ＯOo0]{1,2}(?=[〇一二三四五六七八九年十])")
_STRAIGHT_QUOTE = re.compile('"')
_LEADING_DASHES = re.compile(r"\s*(-{1,3})(?=[一-鿿\d])")
_BULLET = re.compile(r"[\s\x00]*(?:[■□◆◇▲△▪●○★☆➢❖✓√▶►✦·][\s\x00]*|[?？]+(?=[一二三四五六七八九十（第]))")
_MARKUP = re.compile(r"(?<=[A-Za-z])_\{?(?=\d)|(?<=\d)\}|\*\*|^\s*#{1,6}(?=\s)|^\s*>(?=\s)|\x00+|(?<=\w)\^(?=\d)")
_SPACES = re.compile(" +")
_TOKEN = re.compile("[^ ]+")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?: \d{3}){1,4}(?=[^\d]|$)")
_SPLIT_YEAR = re.compile(r"(?<!\d)(?:[12] \d{3}|[12]\d \d\d|[12]\d\d \d) ?(?=年)")
_WORD = re.compile(r"[0-9A-Za-z.%\-/+&']+")


@dataclass(frozen=True, slots=True)
class CleanLine:
    """A cleaned line and its map: the i-th piece begins at ``clean[i]`` and stood at ``source[i]`` on its page."""

    text: str
    clean: tuple[int, ...]
    source: tuple[int, ...]


def clean_line(raw: str, start: int) -> CleanLine:
    """Clean one physical line that begins at offset ``start`` of its page; the line break is not part of ``raw``."""
    if not _SUSPECT.search(raw) and not _has_trigger(raw) and not _is_doubled(raw):
        return CleanLine(raw, (0,), (start,))
    text = raw.translate(fold_table())
    gone = [match.span() for match in _MARKUP.finditer(text)]
    if _has_trigger(text):
        gone.extend(match.span() for match in _RUNS.finditer(text))
    bullet = _BULLET.match(text)
    if bullet:
        gone.append(bullet.span())
    spaced = text.replace(DROPPED, " ") if DROPPED in text else text
    gone.extend(_stray_spaces(spaced))
    gone.extend(_doubles(spaced))
    line = _without(text, start, gone)
    # Last, because a neighbour may have stood behind a stray space.
    return replace(line, text=_fold_in_context(line.text))


def _has_trigger(text: str) -> bool:
    return any(trigger in text for trigger in _TRIGGERS)


def _without(text: str, start: int, gone: list[tuple[int, int]]) -> CleanLine:
    """The text less the spans that go, with its map."""
    gone.sort()
    kept: list[str] = []
    clean: list[int] = []
    source: list[int] = []
    length = position = 0
    for low, high in [*gone, (len(text), len(text))]:
        if low > position:
            kept.append(text[position:low])
            clean.append(length)
            source.append(start + position)
            length += low - position
        position = max(position, high)
    return CleanLine("".join(kept), tuple(clean), tuple(source))


def _fold_in_context(text: str) -> str:
    """Fold what depends on its neighbours: half-width punctuation beside Chinese, zeros of Chinese years, quotes."""
    text = _ASCII_MARK.sub(lambda match: _PUNCTUATION[match.group()], text)
    if "）" in text or "（" in text:
        text = _NEAR_BRACKET.sub(lambda match: _PUNCTUATION[match.group()] if match.group() in "()" else "", text)
    text = _YEAR_ZERO.sub(lambda match: "〇" * len(match.group()), text)
    if '"' in text and text.count('"') % 2 == 0:
        halves = text.split('"')
        text = "".join(part + ("" if i == len(halves) - 1 else "“”"[i % 2]) for i, part in enumerate(halves))
    dashes = _LEADING_DASHES.match(text)
    if dashes and len(dashes.group(1)) > 1:
        text = text[: dashes.start(1)] + "—" * len(dashes.group(1)) + text[dashes.end(1) :]
    return text


def _is_doubled(text: str) -> bool:
    """Whether every character of a line is printed twice ("各各位位"); asks cheaply before it looks closely."""
    head = text.lstrip()
    if len(head) < 8 or head[0] != head[1] or head[2] != head[3] or head[4] != head[5]:
        return False
    characters = "".join(head.split())
    return len(set(characters)) > 2 and characters[::2] == characters[1::2]


def _doubles(text: str) -> list[tuple[int, int]]:
    if not _is_doubled(text):
        return []
    places = [match.start() for match in re.finditer(r"[^ ]", text)]
    return [(place, place + 1) for place in places[1::2]]


def _stray_spaces(text: str) -> list[tuple[int, int]]:
    """Spans of spaces that separate nothing; one space stays between Latin words, numbers and table cells."""
    if " " not in text or text.count(" ") > _MOST_SPACES:
        return []
    tokens = _TOKEN.findall(text)
    single = sum(1 for token in tokens if len(token) == 1)
    if single >= 3 and single * 10 >= len(tokens) * 6:
        return [match.span() for match in _SPACES.finditer(text)]
    wide = [match for match in _SPACES.finditer(text.strip()) if match.end() - match.start() >= 3]
    cells = len(wide) >= 2 or (len(wide) == 1 and len(text) < 24)
    joined = [match.span() for match in _THOUSANDS.finditer(text)] + [m.span() for m in _SPLIT_YEAR.finditer(text)]
    gone: list[tuple[int, int]] = []
    for match in _SPACES.finditer(text):
        low, high = match.span()
        if low == 0 or high == len(text):
            gone.append((low, high))
        elif (cells and high - low >= 3) or _separates(text, low, high, joined):
            if high - low > 1:
                gone.append((low + 1, high))
        else:
            gone.append((low, high))
    return gone


def _separates(text: str, low: int, high: int, joined: list[tuple[int, int]]) -> bool:
    """Whether the spaces text[low:high] stand between two Latin words or two numbers."""
    left, right = text[low - 1], text[high]
    if not (left.isascii() and right.isascii() and (left.isalnum() or right.isalnum())):
        return False
    if any(start < low and high < end for start, end in joined):
        return False
    if right in ".%,:" or left in ".-(/" or right in ")/":
        return left in ".,:" and left.isalpha()
    if left.isdigit() and right.isdigit():
        return True
    if left.isdigit() != right.isdigit():
        before = _WORD.search(text[max(0, low - 8) : low][::-1])
        after = _WORD.match(text, high)
        # "PM 2.5" and "5 G" are one word that was torn, "Windows 10" are two.
        return not (before and after and len(before.group()) <= 4 and len(after.group()) <= 4)
    return left.isalpha() and right.isalpha()
