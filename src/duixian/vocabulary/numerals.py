"""Chinese numerals and magnitudes: 一百二十 -> 120, 万亿 -> 10**12."""

from __future__ import annotations

_DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}

#: Magnitude words that may stand between a number and its unit, longest first.
MAGNITUDES: dict[str, int] = {
    "十万亿": 10**13, "万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "十亿": 10**9, "亿": 10**8,
    "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 1000, "百": 100, "十": 10,
}  # fmt: skip

#: Characters that can make up a Chinese numeral.
CHARACTERS = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"


def parse_numeral(text: str) -> int | None:
    """The value of a whole Chinese numeral, or None when the characters do not make one.

    >>> parse_numeral("二十三"), parse_numeral("一千零五"), parse_numeral("两万三千"), parse_numeral("二〇二四")
    (23, 1005, 23000, 2024)
    """
    if not text:
        return None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total = section = digit = 0
    seen = False
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
            seen = True
        elif char in _SMALL:
            section += (digit or 1) * _SMALL[char]
            digit = 0
            seen = True
        elif char in _LARGE:
            section += digit
            digit = 0
            if char == "亿":
                total = (total + section or 1) * _LARGE[char]
            else:
                total += (section or 1) * _LARGE[char]
            section = 0
            seen = True
        else:
            return None
    return total + section + digit if seen else None
