"""Telling names of projects from names of kinds of works."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Generic, TypeVar, overload

from duixian.vocabulary.projects import load_project_words

STRONG = 2
WEAK = 1
_QUOTED = re.compile(r"“([^”]{1,24})”")
_PLACED_QUOTE = re.compile(r"^[^“]{3,}“[^”]*[都城谷湾港岛园]”$")
_ONLY_QUOTED = re.compile(r"(?:“[^”]*”)+$")
_CODE = re.compile(r"[A-Za-z]{1,3}\d{1,5}|\d{1,3}(?:号线|线)|[二三四五六七]环")
_FROM_TO = re.compile(r"[\u4e00-\u9fff]{2,10}(?:至|—|-|－|到)[\u4e00-\u9fff]{2,10}")
_NEXT_PHASE = re.compile(r"[二三四五六七八九]期(?:工程|项目)?$")
_KILOVOLT = re.compile(r"[\u4e00-\u9fff]\d+千伏$")
_WATERS = re.compile(r"[\u4e00-\u9fff]{2}[河江湖溪岭湾岛峪洲坝峡峰]")
_OPENED = re.compile(r"(?:区|馆|园|站|厂)[二三四五六]期(?:工程|项目)?$")
_PHASE = re.compile(r"[一二三四五六七八九]期|（[一二三四]期|首期|先行段|首开区")
_COUNTED = re.compile(
    r"[\d.,]+(?!\d|[号千万]|[A-Za-z])|一批|一系列|若干|多个|多条|首批|[两三四五六七八九十]+(?:个|条|座|项|大|家|处)"
)
_STARTS_BADLY = re.compile(
    r"向(?![家阳])|[的在为以与等对让使把各全更由从其这该我们]|更多|一些|各类|所有|以上|相关|所在|有关|面向|坚持|助推|了|围绕|依托|聚焦|按照|具备|其他"
)
_UNIT_HEAD = re.compile(r"(?:医院|大学|学院|学校|中学|小学|幼儿园|市场|酒店|口岸|总部|新城|研究中心|研究院|检测中心)$")
_HALL = re.compile(r"[\u4e00-\u9fff]{2}(?:馆|院|中心)$")
_VENUE_HEAD = re.compile(r"(?:馆|公园|广场|度假区)$")
_STRETCH = re.compile(r"[\u4e00-\u9fff]段(?:（[^）]{1,12}）|工程|项目|主体工程|扩容|改扩建|改造|建设){0,3}$")
_NEEDS_PLACE = re.compile(r"(?:修复|治理|整治|绿化|清淤|加固|连通|联通|保护|监测|治沙|试点)(?:工程|项目)?$")
_OWN = re.compile(r"(?:省|市|县|区|州)(?![级域内场际属直])[\u4e00-\u9fff]{2,12}(?:馆|院|中心|大学|学院|新区|园)")
_STREET = re.compile(r"(?:[东南西北中]路|街|街道|”)$")
_ROAD = re.compile(r"[\u4e00-\u9fff]{2,6}(?<![公铁道思出网线一水旅][路])(?:路|大街)$")
_WORK = re.compile(r"(?:工程|项目)$")
_CJK = re.compile(r"[\u4e00-\u9fff]")
_COMPLETE = re.compile(r"(?:工程|项目|治理|整治|修复|提升|改造|扩建|改扩建|扩容|扩能|迁建|技改|期|段|线)$")
_HELD = re.compile(r"[）)”]$")


_Value = TypeVar("_Value")


class _Once(Generic[_Value]):
    """A property worked out at the first look. Unlike ``functools.cached_property`` of Python 3.11 it takes no lock."""

    def __init__(self, work: Callable[[Naming], _Value]) -> None:
        self._work = work
        self._name = work.__name__
        self.__doc__ = work.__doc__

    @overload
    def __get__(self, owner: None, kind: type[Naming]) -> _Once[_Value]: ...
    @overload
    def __get__(self, owner: Naming, kind: type[Naming]) -> _Value: ...
    def __get__(self, owner: Naming | None, kind: type[Naming]) -> _Value | _Once[_Value]:
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._work(owner)
        return value


class Naming:
    """What is known of a possible name, found out when asked for.

    head: STRONG, WEAK or 0; facility: its words.
    """

    def __init__(self, name: str) -> None:
        words = load_project_words()
        strong = found = None
        if name[-1:] in words.last["facility"]:
            strong = words.strong.search(name)
            found = strong or words.weak.search(name)
        self._name = name
        self._stem = name[: found.start()] if found else name
        self.facility = found.group() if found else ""
        self.head = STRONG if strong else WEAK if found else 0
        if not found:
            if _STRETCH.search(name) or _KILOVOLT.search(name) or words.channel.match(name):
                self.head = STRONG
            elif _NEXT_PHASE.search(name):
                self.head = WEAK

    @_Once
    def placed(self) -> bool:
        """Does a known place stand in it?"""
        return has_place(self._name)

    @_Once
    def proper(self) -> bool:
        """Does a place, a code, a phase or a stretch stand in it?"""
        name = self._name
        return bool(
            _OWN.match(name)
            or _CODE.search(name)
            or _PHASE.search(name)
            or load_project_words().abbreviated.match(name)
            or _FROM_TO.search(name)
            or self.placed
            or self.natural
            or self.abbreviated
        )

    @_Once
    def abbreviated(self) -> bool:
        """Is it made of nothing but abbreviations of places (the ends of a line)?"""
        words = load_project_words()
        return words.route.match(self._name) is not None and not _crosses_word(self._name, 0, len(self._name))

    @_Once
    def natural(self) -> bool:
        """Does the name of a river, lake, ridge or island stand in it, known by its last character?"""
        return any(not _crosses_word(self._name, *found.span()) for found in _WATERS.finditer(self._name))

    @_Once
    def rest(self) -> int:
        """How many characters are left before the facility without common words."""
        return _rest(self._stem)

    @_Once
    def ends_common(self) -> bool:
        """Does it end like a field or a kind of works?"""
        words = load_project_words()
        bare = _HELD.sub("", self._name)
        return bare[-1:] in words.last["common"] and words.common_end.search(bare) is not None

    @_Once
    def ends_other(self) -> bool:
        """Does it end like something that is no project, or hold a verb?"""
        words = load_project_words()
        bare = _HELD.sub("", self._name)
        if "的" in bare or words.inner_verbs.search(bare):
            return True
        found = words.not_project.search(bare) if bare[-1:] in words.last["other"] else None
        # 光储一体化 is a plant although 一体化 alone is none.
        return found is not None and (not self.facility or len(found.group()) > len(self.facility))


@lru_cache(maxsize=8192)
def naming_of(name: str) -> Naming:
    """Look at a possible name of a project."""
    return Naming(name)


def is_counted(name: str) -> bool:
    """Does the phrase open with a count of things, or with a word no name opens with?"""
    return _COUNTED.match(name) is not None or _STARTS_BADLY.match(name) is not None


def stands_alone(name: str, specific_stage: bool, built: bool = False) -> bool:
    """Is the phrase the name of a project even outside a list of projects?

    specific_stage: the stage says more than that it goes on. built: a verb of building governs it.
    """
    if not 3 <= len(name) <= 40 or is_counted(name):
        return False
    naming = naming_of(name)
    if naming.head == 0:
        if _PLACED_QUOTE.search(name):
            return naming.placed
        return bool(_WORK.search(name)) and _is_named_work(name, naming, specific_stage)
    if naming.ends_other:
        return False
    if _NEEDS_PLACE.search(name) and not (naming.placed or naming.natural):
        return False
    if naming.head == STRONG:
        return naming.rest >= 2 or (
            len(name) > len(naming.facility) and (naming.placed or _CODE.search(name) is not None)
        )
    if _OPENED.search(name) and specific_stage and len(name) > len(naming.facility) + 1:
        return True
    if not naming.proper:
        return naming.rest >= 2 and "“" in name and not _WORK.search(name)
    if _UNIT_HEAD.search(name):
        return specific_stage or _PHASE.search(name) is not None
    if _VENUE_HEAD.search(name):
        return specific_stage or built or _PHASE.search(name) is not None
    return naming.placed or naming.rest >= 2


def fits_list(name: str, company: bool) -> bool:
    """Is the phrase the name of a project, given that it stands in a list closed by 等项目 or 等工程?

    company: another member of the list surely is one.
    """
    if not 2 <= len(name) <= 40 or is_counted(name) or _ONLY_QUOTED.match(name):
        return False
    naming = naming_of(name)
    if naming.ends_other or (_NEEDS_PLACE.search(name) and not (naming.placed or naming.natural)):
        return False
    if naming.head:
        return naming.proper or (naming.rest >= 2 and (naming.head == STRONG or company))
    if naming.proper:
        return len(name) > (4 if naming.ends_common else 3) or naming.abbreviated
    return company and not naming.ends_common and naming.rest >= 2 and len(name) >= 4 and "“" not in name


def is_bare_name(name: str) -> bool:
    """Is the phrase a short proper name that needs the head of its neighbour (大石、玉溪水库)?"""
    if not 1 < len(name) <= 12 or is_counted(name):
        return False
    naming = naming_of(name)
    if naming.head or _COMPLETE.search(name) or load_project_words().facility.search(name, 2):
        return False
    if _STREET.search(name):
        return False
    return not naming.ends_other and (naming.placed or _FROM_TO.search(name) is not None or naming.rest >= 2)


def has_place(text: str) -> bool:
    """Does a known place stand in the text?"""
    lengths = load_project_words().place_lengths
    places = load_project_words().places
    size = len(text)
    for at in range(size - 1):
        for length in lengths.get(text[at : at + 2], ()):
            if at + length <= size and text[at : at + length] in places:
                return True
    return False


def left_over(name: str) -> int:
    """How many characters of the phrase are left without common words."""
    return _rest(name)


def joins(name: str, specific_stage: bool) -> bool:
    """Is the phrase the name of a plant or park, given that it stands among sure projects?"""
    if not 4 <= len(name) <= 40 or is_counted(name):
        return False
    naming = naming_of(name)
    if naming.ends_other or _NEEDS_PLACE.search(name):
        return False
    if naming.head == STRONG:
        return specific_stage and len(name) > len(naming.facility) + 1
    return naming.head == WEAK and (naming.rest >= 2 or (specific_stage and _HALL.search(name) is not None))


def _is_named_work(name: str, naming: Naming, specific_stage: bool) -> bool:
    """A phrase that ends with 工程 or 项目 and no facility: a name only with a place or a phase, not a programme."""
    if "“" in name and not _PHASE.search(name) and not naming.placed:
        return False
    if naming.ends_other or not load_project_words().works.search(name):
        return False
    return len(name) >= 8 and naming.rest >= 2 and (naming.proper or (specific_stage and name.endswith("项目")))


def _crosses_word(name: str, start: int, end: int) -> bool:
    """Does a common word of two characters or more overlap name[start:end]?"""
    generic = load_project_words().generic
    for at in range(max(0, start - 1), end):
        token = generic.match(name, at, len(name))
        if token is not None and token[0] - at > 1 and token[0] > start:
            return True
    return False


def _rest(stem: str) -> int:
    """How many Chinese characters of ``stem`` are left when common words are taken off."""
    generic = load_project_words().generic
    if len(stem) <= 3 and stem not in generic:
        # 大坪 is a name although 大 is a common word.
        return len(_CJK.findall(stem))
    at = left = 0
    size = len(stem)
    while at < size:
        token = generic.match(stem, at, size)
        if token is not None:
            at = token[0]
            continue
        left += bool(_CJK.match(stem[at]))
        at += 1
    return left
