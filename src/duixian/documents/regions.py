"""Which place a document is of, and of what level: from its title, its congress, its issuer, its words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from duixian.vocabulary.regions import NATION, Region, gazetteer

_TOWNSHIP = ("街道", "镇", "乡", "苏木")
_ZONE = ("新区", "园区", "开发区", "高新区", "示范区", "管理区", "试验区", "合作区", "风景区", "度假区")
_UNKNOWN = re.compile(
    "(?:(?![在召委的各我]|书记|同志|全[省市县区国州]|人民|政府)[\u4e00-\u9fff]){1,7}?(?:经济技术开发区|高新技术产业开发区|自治区|自治州|自治县|自治旗|开发区|高新区|示范区|管理区|工业园区|新区"
    "|街道|林区|特区|苏木|省|市(?![场民值])|县(?!域)|旗(?!帜)|区(?![域块位])|州(?![市县区])|盟|镇(?![化村])|乡(?![村镇亲]))"
)
# Words that merely end like a place ("全市", "我县", "各区") or that a place cannot begin with.
_NO_PLACE = re.compile(
    "[全我各本该这两一二三四五六七八九十在于和与及同为对向从以年月日第届次届的]|关于|印发|国务院|中共|人民|政府|做好|推进|加快"
)
# Words in which the last character is no kind of place, or that speak of doing something.
_NO_NAME = re.compile(
    "(?:[城乡村]镇|[小社城山库灾牧片景]区|城市|家乡|下乡|城乡|红旗|联盟)$|推进|推动|实施|加快|建设|发展|学习|贯彻|做好|加强"
    "|振兴|促进|提升|打造|深化|召开|坚持|优化|会议|工作|经济|新型|服务|落实"
)
_LEADING = re.compile(
    "(?:\\d{1,3}[.、])?(?:中共|中国共产党|关于(?:印发)?|[《“（(\\s—-]|(?:[12]\\d{3}|[〇零一二三四五六七八九]{4})年度?(?:上半年|半年)?)*"
)
_BETWEEN = re.compile("[）)】\\]]?(?:[12]\\d{3}年度?)?")
_BODY_AFTER = re.compile("(?:省|市|县|区|州|旗|盟)?(?:委|人民政府|政府|人大|政协|统计局|行政公署|党委|管委会|街道)")
_CONGRESS = re.compile("在([\u4e00-\u9fff]{0,24}?)第[一二三四五六七八九十百]{1,4}[届次]")
_ON_BEHALF = re.compile("代表([\u4e00-\u9fff]{1,16}?)(?:人民政府|政府)")
_OF_LEVEL = (
    ("township", re.compile("镇党委|乡党委|街道党工委|[全我本](?:镇|乡|街道)")),
    ("county", re.compile("县委|旗委|[全我](?:县|旗)")),
    ("prefecture", re.compile("州委|盟委|地委|[全我](?:州|盟|地区)")),
    ("province", re.compile("省委|自治区党委|[全我]省|自治区")),
)
_CITY = re.compile("市委|[全我]市")
_DISTRICT = re.compile("区委|[全我]区")
_UNDER_CITY = re.compile(
    "县[（(]市、?区[）)]|各县|县区|区县|市[（(]县|各区、|设区|市辖区|县级市|县市区|市县区|各区县|[两三四五六七八九十]区[两三四五六七八九十]?县?市?"
)
_UNDER_COUNTY = re.compile("各镇|镇[（(]街道|镇街|乡镇[（(]|各乡镇|各街道")
# How often a text must name a place before its own words tell the place, for a report and for any other kind.
_REPORT_VOTES = 6
_OTHER_VOTES = 25


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a document tells it: name as far as known, code if the place has one, level."""

    name: str | None
    code: str | None
    level: str | None


NOWHERE = Place(None, None, None)


def place_at(text: str, context: str = "") -> Place | None:
    """The place a phrase begins with ("某省某市某县人民政府…"); ``context`` decides between places of one name."""
    names = gazetteer()
    match = _LEADING.match(text)
    position = match.end() if match else 0
    begin = position
    chain: list[tuple[str, tuple[Region, ...]]] = []
    while position < len(text):
        if chain:
            # "（某省）2017年某县人民政府…": a bracket and a year between two names.
            between = _BETWEEN.match(text, position)
            if between is not None and names.longest_at(text, between.end()) is not None:
                position = between.end()
        name = names.longest_at(text, position, short=True)
        unknown = _UNKNOWN.match(text, position)
        if name is not None and (name == "全国" or not _stands_alone(text, position, name)):
            name = None
        if name is not None and not (
            unknown
            and len(unknown.group()) > len(name)
            and not names.named(unknown.group())
            and _extends(unknown.group(), name)
        ):
            chain.append((name, names.named(name)))
            position += len(name)
            continue
        if (
            unknown is None
            or _NO_PLACE.match(unknown.group())
            or _no_name(unknown.group())
            or (not chain and len(unknown.group()) > 9)
        ):
            break
        chain.append((unknown.group(), ()))
        position = unknown.end()
    if not chain:
        return None
    return _resolve(chain, text[begin:position], context)


def _no_name(name: str) -> bool:
    return not name.endswith(_ZONE) and _NO_NAME.search(name) is not None


def _stands_alone(text: str, position: int, name: str) -> bool:
    """Whether a short name is really the place and not the start of another word."""
    if gazetteer().is_full(name):
        return True
    after = text[position + len(name) :]
    return (
        not after
        or re.match(
            "[：:，在全召的省市县区州“]|人民|政府|党委|[0-9]{4}年|[\u4e00-\u9fff]{2,6}(?:县|市|区|州|旗|盟)", after
        )
        is not None
    )


def _extends(longer: str, name: str) -> bool:
    """Whether an unknown name is its own place rather than a known name with another behind it."""
    rest = len(longer) - len(name)
    if not longer.startswith(name) or gazetteer().is_full(name) or rest > 3:
        return False
    return gazetteer().longest_at(longer, len(name)) is None


def _resolve(chain: list[tuple[str, tuple[Region, ...]]], written: str, context: str) -> Place | None:
    """The place that a chain of names, from large to small, leads to."""
    parents: list[Region] = []
    place: Place | None = None
    for name, regions in chain:
        if not regions:
            level = _level_of(name)
            if level is None and not name.endswith(_ZONE):
                continue
            if parents and name.endswith(_ZONE) and level == "county":
                level = None
            place = Place(written, None, level)
            parents = []
            continue
        inside = [region for region in regions if not parents or any(region.within(parent) for parent in parents)]
        if parents and not inside:
            break
        parents = inside
        place = _choose(parents, context)
    return place


def _choose(regions: list[Region], context: str) -> Place:
    if len(regions) > 1:
        regions = _by_context(regions, context)
    first = regions[0]
    levels = {region.level for region in regions}
    if len(regions) == 1:
        return Place(first.name, first.code, first.level)
    return Place(first.name, None, first.level if len(levels) == 1 else None)


def _by_context(regions: list[Region], context: str) -> list[Region]:
    """Of places of one name, those whose province or prefecture the context names most; the larger of nested ones."""
    names = gazetteer()
    largest = [r for r in regions if r.level != "county"]
    if largest and len({r.name for r in regions}) > 1:
        # A short name shared by a prefecture and a county in it means the larger.
        order = {"province": 0, "prefecture": 1, "county": 2}
        best = min(order[r.level] for r in regions)
        regions = [r for r in regions if order[r.level] == best]
        if len(regions) == 1:
            return regions
    votes: list[tuple[int, Region]] = []
    for region in regions:
        count = 0
        for code in (region.code[:2] + "0000", region.code[:4] + "00"):
            above = names.by_code.get(code)
            if above is not None and above.code != region.code:
                count += context.count(above.short[-1] if above.short else above.name)
        votes.append((count, region))
    votes.sort(key=lambda vote: -vote[0])
    if votes[0][0] > (votes[1][0] if len(votes) > 1 else 0):
        return [votes[0][1]]
    return regions


def _level_of(name: str) -> str | None:
    """The level that the last word of an unlisted name tells."""
    if name.endswith(_TOWNSHIP):
        return "township"
    if name.endswith(("自治区", "省")):
        return "province"
    if name.endswith(_ZONE):
        return None
    if name.endswith(("自治州", "州", "盟", "地区", "市")):
        return "prefecture"
    if name.endswith(("县", "旗", "区")):
        return "county"
    return None


def place_in(text: str, context: str = "") -> Place | None:
    """The first listed place that a title or a lead names as the one that acts or meets there."""
    names = gazetteer()
    for match in re.finditer("(?:^|在|于|[，：、。“])", text):
        position = match.end()
        name = names.longest_at(text, position)
        if name is None or name == "全国" or not _stands_alone(text, position, name):
            continue
        place = place_at(text[position:], context)
        if place is not None and place.code is not None:
            return place
    return None


def issuing_place(text: str, context: str) -> Place | None:
    """The place whose party committee or government a text names ("某省委书记", "某县人民政府")."""
    names = gazetteer()
    for match in _BODY_AFTER.finditer(text):
        for length in range(11, 1, -1):
            start = match.start() - length
            if start < 0:
                continue
            regions = names.named(text[start : match.start()]) or names.named(text[start : match.start() + 1])
            if regions and regions[0].code != NATION:
                return _choose(list(regions), context)
    return None


def find_place(title: str, meeting: str, byline: str, issuer: str, lead: str, text: str, report: bool) -> Place:
    """The place of a document.

    title, meeting (the line with date and congress), byline, issuer and lead (how a news item begins) may be empty;
    text is the whole document, of which at most the first 60,000 characters are looked at. A level may be known where
    the name is not.
    """
    text = text[:60_000]
    if "全国人民代表大会" in meeting or byline.startswith("国务院总理"):
        return Place(gazetteer().by_code[NATION].name, NATION, "national")
    meeting_place = _CONGRESS.search(meeting)
    generic: str | None = None
    for phrase in (title, meeting_place.group(1) if meeting_place else "", byline, issuer):
        if not phrase:
            continue
        place = place_at(phrase.removeprefix("在"), text)
        if place is not None and (place.code or place.level or (place.name or "").endswith(_ZONE)):
            return place
    for phrase in (title, byline):
        place = place_in(phrase, text)
        if place is not None:
            return place
    behalf = _ON_BEHALF.search(text, 0, 3000)
    if behalf:
        place = place_at(behalf.group(1), text)
        if place is not None and place.name and len(place.name) > 1 and (place.code or place.level):
            return place
        generic = behalf.group(1)
    place = issuing_place(lead, text)
    if place is not None:
        return place
    level = _level_by_words(title + byline + (generic or ""), text)
    named = _by_votes(text, level, _REPORT_VOTES if report else _OTHER_VOTES)
    if named is not None:
        return Place(named.name, named.code, named.level)
    return Place(None, None, level)


def _level_by_words(head: str, text: str) -> str | None:
    """The level that self-reference tells: first in the head, then by which words the text uses most of itself."""
    for level, pattern in _OF_LEVEL:
        if pattern.search(head):
            return level
    if head in ("省", "自治区", "州", "县", "旗", "镇", "乡"):
        return {"省": "province", "自治区": "province", "州": "prefecture", "镇": "township", "乡": "township"}.get(
            head, "county"
        )
    if _CITY.search(head) or head == "市":
        return _city_level(text)
    counts = {level: len(pattern.findall(text)) for level, pattern in _OF_LEVEL}
    counts["city"] = len(_CITY.findall(text))
    counts["district"] = len(_DISTRICT.findall(text)) if counts["province"] < 3 else 0
    best = max(counts, key=lambda level: counts[level])
    if counts[best] < 3 or counts[best] < 2 * sorted(counts.values())[-2]:
        return None
    if best == "city":
        return _city_level(text)
    return "county" if best == "district" else best


def _city_level(text: str) -> str | None:
    """A city is a prefecture when it speaks of its counties and districts, a county when only of its towns."""
    if _UNDER_CITY.search(text):
        return "prefecture"
    return "county" if _UNDER_COUNTY.search(text) else None


def _by_votes(text: str, level: str | None, needed: int) -> Region | None:
    """The place of that level that a text names over and over, far more often than any other."""
    if level not in ("province", "prefecture", "county"):
        return None
    best: list[tuple[int, Region]] = []
    for region in gazetteer().at_level(level):
        name = region.short[-1] if region.short else region.name
        if len(name) < 2 or (level == "county" and not region.short):
            continue
        count = text.count(name)
        if count >= 3:
            best.append((count, region))
    best.sort(key=lambda vote: -vote[0])
    if not best or best[0][0] < needed:
        return None
    if len(best) > 1 and best[1][0] * 3 > best[0][0]:
        return None
    return best[0][1]
