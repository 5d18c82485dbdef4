"""Whether a clause can be checked: a quantity in it, or an end state with a date."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"“[^”]{0,40}”|《[^》]{0,60}》")
_DIGITS = re.compile(
    r"(?<![A-Za-z\d.+＋-])\d[\d,.]*"
    r"(?!\d|[.,]\d|年(?!以?[内上下]?(?:增|提))|月|日|号|届|期|G\b|[A-Za-z]|\+|＋|国道|省道|专项|远景|时代|版)"
)
_WORDS = re.compile(
    r"(?<![第一二三四五六七八九十百千])(?:[二三四五六七八九十百千万两]{2,6}|[二三四五六七八九十百两])(?:多|余)?"
    r"(?:件|个(?!毫不|结合|统筹|确立|维护|意识|自信|认同|面|方面)|项(?!目|规定|纪律|制度|监督|机制)|家|所|座|条|亿|户|套|万|倍|分之|成(?=以上|左右|五|半|$|[，、])|个百分点|名)|[ⅠⅡⅢⅣⅤ]+类"
)
_RELATIVE = re.compile(
    r"完成(?:好|了)?(?:国家|省|中央|上级|市)?(?:下达)?[^，]{0,14}(?:任务|目标)|国家下达[^，]{0,8}(?:任务|目标|范围)"
    r"|与[^，]{2,14}同步|(?:高于|快于|低于|不低于)[^，]{2,14}|正增长|翻(?:一|两)?番|过半|一半以上|两位数|只增不减|全部(?:完成|建成|达标|清零)"
)
_CHECKABLE = re.compile(f"{_DIGITS.pattern}|{_WORDS.pattern}|{_RELATIVE.pattern}")
# One of these characters stands in whatever the pattern above matches.
_HINT = re.compile(r"[\d二三四五六七八九十百千万两ⅠⅡⅢⅣⅤ]|完成|下达|同步|于|增长|翻|过半|一半|两位|只增|全部")
_END_STATE = re.compile(
    r"建成|完成|实现|竣工|通车|投产|投用|投运|开工|启动|全覆盖|清零|贯通|开通|出台|交付|达产|完工|基本"
)


def is_measurable(text: str, deadline: str | None = None) -> bool:
    """Does the clause carry a quantity, or an end state with a date?

    Numbers inside quotation marks and book titles name something; so do those of years, meetings, roads and standards.
    """
    if _HINT.search(text) is None:
        return deadline is not None and deadline != "全年" and _END_STATE.search(text) is not None
    bare = _QUOTED.sub("“”", text) if "“" in text or "《" in text else text
    if _CHECKABLE.search(bare):
        return True
    return deadline is not None and deadline != "全年" and _END_STATE.search(bare) is not None
