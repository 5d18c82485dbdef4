"""Bytes to characters: which encoding a Chinese text was written in.

Strict decoding rules most candidates out; between those that remain, the one whose characters look like the Chinese
that people write wins. The order of attempts matters only for speed: UTF-8 is nearly impossible to hit by accident.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from charset_normalizer import from_bytes

SAMPLE_BYTES = 64 * 1024
# Share of the characters of real text that are letters, digits, punctuation or Chinese characters in common use.
PLAUSIBLE = 0.75

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_LABELS = {
    "utf-8": "UTF-8",
    "gb18030": "GB18030",
    "big5hkscs": "Big5",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "utf-32-le": "UTF-32 LE",
    "utf-32-be": "UTF-32 BE",
}


def _level_one(codec: str, rows: range, cells: tuple[range, ...]) -> set[str]:
    """The characters that a national standard lists as being in common use: its first rows."""
    table: set[str] = set()
    for row in rows:
        for cells_range in cells:
            table.update(bytes((row, cell)).decode(codec, "ignore") for cell in cells_range)
    table.discard("")
    return table


_COMMON = _level_one("gb2312", range(0xB0, 0xD8), (range(0xA1, 0xFF),)) | _level_one(
    "big5", range(0xA4, 0xC7), (range(0x40, 0x7F), range(0xA1, 0xFF))
)
# The characters that no page of Chinese prose goes without; text read in a wrong encoding hardly ever hits them.
_FREQUENT = frozenset(
    "的一是在不了有和人中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部"
    "度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正"
    "心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求"
    "老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处府市县省镇乡村街办委组增推新改保稳促落抓项目"
    "為個國時來們會對發動過說產種麵後學經進著電裡現實體機當點從業還因應開關線數質氣變條結問無軍題黨程員設統計論運農幾區強決戰處府縣鄉鎮辦組增項"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
_SPACE = re.compile(r"\s+")
# Full stops, quotes, brackets, full-width forms, number forms, Latin letters with tone marks, kana and zhuyin.
_TYPOGRAPHY = re.compile(
    r"[!-~\u00a0\u00a7\u00b0\u00b1\u00b2\u00b3\u00b7\u00d7\u00f7\u00e0-\u00fc\u0101-\u01dc\u02b0-\u02ff\u0370-\u03ff"
    r"\u2010-\u205e\u2100-\u2bff\u3000-\u312f\u3200-\u33ff\ufe30-\ufe6f\uff00-\uffef]"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text without its byte order mark, the encoding it was read in, and what the user should know about it."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def plausibility(text: str) -> float:
    """How much a text looks like something people wrote: 0 for noise, about 1 for plain letters, up to 2 for Chinese.

    The second point is the share of very frequent Chinese characters among the characters that are not ASCII.
    """
    text = _SPACE.sub("", text)
    if not text:
        return 0.0
    counts = Counter(text)
    good = sum(n for char, n in counts.items() if char in _COMMON or _TYPOGRAPHY.match(char))
    wide = sum(n for char, n in counts.items() if char >= "\u3400")
    frequent = sum(n for char, n in counts.items() if char in _FREQUENT)
    bad = sum(n for char, n in counts.items() if char == "\ufffd" or _CONTROL.match(char))
    return max(0.0, (good - 4 * bad) / len(text)) + (frequent / wide if wide else 0.0)


def decode(data: bytes, declared: str | None = None) -> Decoded | None:
    """Decode a text, or None when it is no text in any encoding known here.

    declared: an encoding that the file itself names (HTML); believed when it fits. Nothing is ever dropped: bytes that
    fit no encoding become U+FFFD and a note says in which lines.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            body = data[len(bom) :]
            text = _strict(body, encoding)
            if text is not None:
                return Decoded(text, _LABELS[encoding])
            if encoding == "utf-8":
                return _line_by_line(body) or _replaced(body, encoding)
            if encoding != "gb18030":
                return _replaced(body, encoding)
    wide = _without_mark(data)
    if wide is not None:
        return wide
    text = _strict(data, "utf-8")
    if text is not None:
        return Decoded(text, "UTF-8")
    if declared is not None:
        text = _strict(data, declared)
        if text is not None:
            return Decoded(text, declared.upper())
    sample = _sample(data)
    best, best_score = None, 0.0
    for encoding in ("gb18030", "big5hkscs"):
        score = plausibility(sample.decode(encoding, "ignore"))
        if score > best_score and (text := _strict(data, encoding)) is not None:
            best, best_score = Decoded(text, _LABELS[encoding]), score
    if best is not None and best_score >= PLAUSIBLE:
        return best
    return _cut_off(data) or _line_by_line(data) or _guessed(data, sample) or best


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _sample(data: bytes) -> bytes:
    """A part of the data that is long enough to judge, cut at line ends so that no character is cut in two."""
    if len(data) <= SAMPLE_BYTES:
        return data
    end = data.rfind(b"\n", 0, SAMPLE_BYTES)
    return data[: end if end > 1024 else SAMPLE_BYTES]


def _without_mark(data: bytes) -> Decoded | None:
    """UTF-16 without a byte order mark, which shows by being the only reading that is plausible Chinese."""
    sample = data[: SAMPLE_BYTES & ~1]
    best: tuple[float, str] | None = None
    if sample.count(0) == 0 and _strict(data, "utf-8") is not None:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        score = plausibility(sample[: len(sample) & ~1].decode(encoding, "replace"))
        if best is None or score > best[0]:
            best = (score, encoding)
    assert best is not None
    score, encoding = best
    if score < 1.0:
        return None
    rival = max(plausibility(_sample(data).decode(other, "replace")) for other in ("gb18030", "big5hkscs"))
    if rival >= score:
        return None
    text = _strict(data, encoding)
    return Decoded(text, _LABELS[encoding]) if text is not None else _replaced(data, encoding)


def _replaced(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, "replace")
    lost = text.count("\ufffd")
    return Decoded(text, _LABELS[encoding], (f"有 {lost} 处字节不符合 {_LABELS[encoding]} 编码，已标为“\ufffd”",))


def _cut_off(data: bytes) -> Decoded | None:
    """A text that is sound but for its last character, as an interrupted download leaves it."""
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start >= len(data) - 3 and len(data) > 32:
                text = data[: error.start].decode(encoding)
                if plausibility(text[:SAMPLE_BYTES]) >= PLAUSIBLE:
                    note = "文件末尾的一个字不完整，已标为“\ufffd”，文件可能没有下载完"
                    return Decoded(text + "\ufffd", _LABELS[encoding], (note,))
    return None


def _line_by_line(data: bytes) -> Decoded | None:
    """A text pasted together from several encodings: every line in the one that fits it."""
    lines = data.split(b"\n")
    texts: list[str] = []
    used: Counter[str] = Counter()
    odd: dict[str, list[int]] = {}
    lost: list[int] = []
    sound = 0
    for number, line in enumerate(lines, 1):
        if line.isascii():
            texts.append(line.decode("ascii"))
            continue
        for encoding in ("utf-8", "gb18030", "big5hkscs"):
            text = _strict(line, encoding)
            if text is not None and (encoding == "utf-8" or plausibility(text[:4096]) >= PLAUSIBLE):
                used[encoding] += 1
                odd.setdefault(encoding, []).append(number)
                sound += len(line)
                break
        else:
            text = line.decode("utf-8", "replace")
            other = line.decode("gb18030", "replace")
            text = other if other.count("\ufffd") < text.count("\ufffd") else text
            # Broken bytes in an otherwise readable line are damage; a line with few readable characters is no text.
            if plausibility(text[:4096]) >= PLAUSIBLE / 2:
                sound += len(line)
            lost.append(number)
        texts.append(text)
    wide = sum(len(line) for line in lines if not line.isascii())
    if sound * 2 < wide or not wide:
        return None
    main = used.most_common(1)[0][0] if used else "utf-8"
    notes = [
        f"第 {_numbers(numbers)}是 {_LABELS[encoding]} 编码，与其他行的 {_LABELS[main]} 不同，已分别解码"
        for encoding, numbers in odd.items()
        if encoding != main
    ]
    if lost:
        notes.append(f"第 {_numbers(lost)}有解不开的字节，已标为“\ufffd”")
    return Decoded("\n".join(texts), _LABELS[main], tuple(notes))


def _numbers(lines: list[int]) -> str:
    shown = "、".join(str(n) for n in lines[:5])
    return f"{shown} 行" if len(lines) <= 5 else f"{shown} 等 {len(lines)} 行"


def _guessed(data: bytes, sample: bytes) -> Decoded | None:
    """The last resort: ask a general detector, and believe it only when the result reads like text."""
    guess = from_bytes(sample[: 16 * 1024]).best()
    if guess is None:
        return None
    text = _strict(data, guess.encoding)
    if text is None or plausibility(text[:SAMPLE_BYTES]) < PLAUSIBLE:
        return None
    return Decoded(text, guess.encoding, (f"编码按 {guess.encoding} 猜测，请核对文字是否正确",))
