"""Coordinated subjects: share a common head out among the members of a list."""

from __future__ import annotations

import re

from duixian.extraction.figures.phrases import overlap
from duixian.vocabulary.figures import load_figure_words
from duixian.vocabulary.indicators import OTHER, indicator_of, names_indicator
from duixian.vocabulary.numerals import parse_numeral

_SPLIT = re.compile(r"、|，|以及|和|及|与")
_CLOSED = {"城乡": ("城镇", "农村"), "存贷款": ("存款", "贷款"), "三次产业": ("第一产业", "第二产业", "第三产业")}
_LIST_TAIL = re.compile(r"等(?:[一二两三四五六七八九十\d]+(?:个|家|项|种|类|大|座)?)?")


# "甲、乙、丙三市经济增速": the last member carries the count of the list.
_SUMMED = re.compile(
    r"(?P<name>[^一二两三四五六七八九十]{1,8}?)(?P<count>[一二两三四五六七八九十]+)(?:个)?(?:城市|市州|市|县区|县|区|州|省区|省|地|大产业|大)(?P<head>.*)"
)


def split_members(subject: str) -> list[str]:
    """The members of a coordinated subject, each completed with the head they share.

    >>> split_members("粮食和油菜单产")
    ['粮食单产', '油菜单产']
    """
    pieces = [piece for piece in _SPLIT.split(_guard(subject)) if piece]
    pieces = [_unguard(piece) for piece in pieces]
    if len(pieces) < 2:
        return [subject] if subject else []
    summed = _SUMMED.match(pieces[-1])
    if summed is not None and parse_numeral(summed["count"]) == len(pieces) and summed["head"]:
        return [piece + summed["head"] for piece in (*pieces[:-1], summed["name"])]
    last = pieces[-1]
    head = _shared_head(pieces)
    front = _shared_front(pieces)
    members = []
    for piece in pieces[:-1]:
        whole = piece if not head or piece.endswith(head) else piece + head
        members.append(whole)
    members.append(last)
    if front:
        members = [members[0]] + [_prepend(front, m) for m in members[1:]]
    return members


def _prepend(front: str, member: str) -> str:
    if member.startswith(front):
        return member
    return front + member[overlap(front, member) :]


def distribute(subject: str, count: int) -> list[str]:
    """Subjects for ``count`` values that one phrase governs; [] when the phrase does not name as many.

    >>> distribute("城乡居民人均可支配收入", 2)
    ['城镇居民人均可支配收入', '农村居民人均可支配收入']
    """
    if count == 1:
        return [subject]
    members = split_members(_drop_summary(subject) if "等" in subject else subject)
    if len(members) == count:
        return members
    for word, parts in _CLOSED.items():
        if word in subject and len(parts) == count and len(members) == 1:
            return [subject.replace(word, part, 1) for part in parts]
    if len(members) > count:
        # A conjunction inside a member: keep the separators 、 only, then merge from the left.
        pieces = [piece for piece in re.split(r"、|，", _guard(subject)) if piece]
        if len(pieces) == count:
            return _complete([_unguard(piece) for piece in pieces])
        pieces = [piece for piece in re.split(r"和|及|与|以及", _guard(subject)) if piece]
        if len(pieces) == count:
            return _complete([_unguard(piece) for piece in pieces])
    return []


def _drop_summary(subject: str) -> str:
    """Cut the summary of a list down to the measure it ends with ("甲、乙等外贸产品出口" -> "甲、乙出口")."""
    front, _, summary = subject.rpartition("等")
    for head in load_figure_words().measure_heads:
        if summary.endswith(head):
            return front + head
    return _LIST_TAIL.sub("", subject)


def _complete(pieces: list[str]) -> list[str]:
    head = _shared_head(pieces)
    return [p if not head or p.endswith(head) else p + head for p in pieces[:-1]] + [pieces[-1]]


_PROTECT = re.compile(
    r"“[^”]*”|（[^）]*）|《[^》]*》|研究与试验发展|和美乡村|参与|与会|与时俱进|普及|及时|及其|[呼共饱总温缓调]和|和(?:田|平|谐|龙|静|硕|县|顺|林|政|布克|解|睦)"
)


def _guard(text: str) -> str:
    """Hide separators inside quotes and names from the splitter."""
    return _PROTECT.sub(lambda m: m.group().translate(_HIDE), text)


def _unguard(text: str) -> str:
    return text.translate(_SHOW)


_HIDE = str.maketrans({"、": "\ue000", "和": "\ue001", "与": "\ue002", "及": "\ue003", "，": "\ue004"})
_SHOW = str.maketrans({"\ue000": "、", "\ue001": "和", "\ue002": "与", "\ue003": "及", "\ue004": "，"})


# Sectors are indicators only in short; in a list they still lack the measure that the last member names.
_SECTORS = ("业", "一产", "二产", "三产", "数字经济")
# A member that ends like this measures something by itself.
_WHOLE = ("数", "量", "额", "率", "值", "比", "价", "里程", "面积")


def _shared_head(pieces: list[str]) -> str:
    """The measure at the end of the last member that the members before lack."""
    words = load_figure_words()
    last = pieces[-1]
    others = pieces[:-1]
    if any(indicator_of(piece) != OTHER and not piece.endswith(_SECTORS) for piece in others):
        # "一般公共预算收入、城乡居民收入": the members before are whole.
        return ""
    width = len(others[0])
    if width <= 4 and all(len(piece) == width for piece in others) and len(last) > width + 1:
        rest = last[width:]
        if rest.endswith(words.measure_heads) and not any(piece.endswith(_WHOLE) for piece in others):
            return rest
    for head in words.measure_heads:
        if last.endswith(head) and len(last) > len(head):
            if any(piece.endswith(head) for piece in others):
                return head if not all(piece.endswith(head) for piece in others) else ""
            if any(
                piece.endswith(tuple(h for h in words.measure_heads if len(h) >= 2)) and len(piece) > 3
                for piece in others
            ):
                continue
            return head
    return ""


def _shared_front(pieces: list[str]) -> str:
    """The owner at the start of the first member that the later, bare members lack ("旅游接待人次和收入")."""
    words = load_figure_words()
    later = pieces[1:]
    if not all(piece in words.bare_heads or piece in words.measure_heads for piece in later):
        return ""
    if any(names_indicator(piece) for piece in later) and names_indicator(pieces[0]):
        # "一般公共预算收入、居民收入" are two wholes.
        return ""
    first = pieces[0]
    for head in words.measure_heads + tuple(words.bare_heads):
        if first.endswith(head) and len(first) > len(head):
            owner = first[: -len(head)]
            return re.sub(r"(?:接待|招收|完成|实现)$", "", owner)
    return ""
