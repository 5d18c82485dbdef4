"""Turn the quantities of a sentence into statements: one subject, one value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from duixian.extraction.figures.attributes import is_ratio, kind_and_sign, role_of, unit_kind
from duixian.extraction.figures.behind import NOTHING_BEHIND, Behind, read_behind
from duixian.extraction.figures.phrases import Phrase, inner_verb, read_before
from duixian.extraction.figures.quantities import Quantity
from duixian.extraction.figures.subjects import Memory, SubjectFinder
from duixian.vocabulary.figures import load_figure_words
from duixian.vocabulary.indicators import OTHER, indicator_of
from duixian.vocabulary.units import load_units


@dataclass(slots=True)
class Statement:
    """A quantity with its subject, before status and period are known.

    start: where the evidence begins. role: "context" or "ongoing" where the grammar alone tells that the number is a
    parameter or a size, else "". imperative: a verb opens the clause ("新建…").
    """

    quantity: Quantity
    subject: str
    action: str
    kind: str
    negative: bool
    start: int
    role: str
    indicator: str
    imperative: bool


_BOUNDARY = re.compile(r"[，；：。！？!?;\n]|(?<=[”’》）])、(?=[^，。；]{0,30}[\d])")
_PURE_GAP = re.compile(r"[、和及与或,]|以及|，(?:并|和)?")
_FROM = re.compile(r"(?:由|从|自)(?:过去|原来|原先|上年|去年|20\d\d年|五年前|年初)?的?$")
_CHANGED_TO = re.compile(r"[^，。；、\d]{0,8}(?:到|至|为|成)")
_ARRIVE = re.compile(r"[^，。；、\d]{1,6}(?:至|到|为|成)了?")
_CLAUSE_MARK = re.compile(r"[，、；。：]")
_JOINED = re.compile(r"[，、；和]")
_PER_UNIT = re.compile(r"每(?P<unit>[^，。；每\d]{1,3})$")
_LAST_MEMBER = re.compile(r"^[^、，]*?(?:、|和|及|与|以及)(?=[^、，]*$)")
# No phrase of a report is longer; bounded so that a line without punctuation costs no more than its length.
_REACH = 160
_GROWS = re.compile(r"(?:的)?(?:速度|幅度|增速)?(?:增长|下降|降低|递增|减少)(?=[，。；、]|$)")
_ANDS = ("和", "及", "与", "以及")
_OF_LEVEL = re.compile(r"(?P<noun>[^，。；、]{1,5}级)(?:和|及|与|以及|、)")
_ONE_OF_TWO = re.compile(r"(?:的)?(?P<noun>[^，。；、]{1,12}?)(?:和|及|与|以及|、)$")
# How many subjects back "分别" and "均" may reach.
_LONGEST_LIST = 40
_GOVERNING = ("为", "对", "向", "给")
_RUNS = ("年", "个月", "个季度", "次")
_LEVEL_NOUNS = ("增速", "增幅", "涨幅", "水平", "率", "比重", "占比")
_RATE_NAMES = ("率", "比例", "比率", "占比")


def read_sentence(
    text: str, start: int, end: int, quantities: list[Quantity], carried: str = ""
) -> tuple[list[Statement], str]:
    """The statements of the sentence text[start:end], whose quantities are given in order, and its last subject.

    carried: the last subject of the sentence before, which a bare "增速" at the start of this one speaks of.
    """
    reader = _SentenceReader(text, start, end, quantities, Memory(carried=carried))
    return reader.read(), reader.memory.topic


def _share_operators(group: list[Quantity]) -> None:
    """A hedge that is written once covers the whole list: "5%、7%左右", "突破5500万和650亿元"."""
    first, last = group[0], group[-1]
    if last.suffix and not any(q.suffix or q.prefix for q in group[:-1]):
        hedge = last.op
    elif first.prefix and not any(q.prefix or q.suffix for q in group[1:]):
        hedge = first.op
    else:
        return
    for quantity in group:
        if quantity.op == "eq":
            quantity.op = hedge


class _SentenceReader:
    """Reads the quantities of one sentence from left to right and remembers what has been spoken of."""

    def __init__(self, text: str, start: int, end: int, quantities: list[Quantity], memory: Memory) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.quantities = quantities
        self.memory = memory
        self.subjects = SubjectFinder(text, start, quantities[0].start, memory)
        self.out: list[Statement] = []

    def read(self) -> list[Statement]:
        index, floor = 0, self.start
        while index < len(self.quantities):
            group = self._group(index)
            left_start = self._left_start(floor, group[0].start)
            following = index + len(group)
            stop = self.quantities[following].start if following < len(self.quantities) else self.end
            self._read_group(group, index, left_start, stop)
            floor, index = group[-1].end, following
        return self.out

    def _group(self, index: int) -> list[Quantity]:
        """The quantity at ``index`` and those that follow it with nothing but a conjunction between."""
        first = self.quantities[index]
        group = [first]
        in_order = "分别" in self.text[max(self.start, first.start - 12) : first.start]
        for place in range(index + 1, len(self.quantities)):
            following = self.quantities[place]
            gap = self.text[group[-1].end : min(following.start, group[-1].end + 4)]
            if not gap and unit_kind(first.unit) == unit_kind(following.unit) == "count":
                # "13类55件实事"
                group.append(following)
                continue
            if not _PURE_GAP.fullmatch(gap) or following.form != group[-1].form:
                break
            if gap[0] == "，" and following.unit != group[-1].unit:
                break
            if not in_order and is_ratio(following) != is_ratio(group[-1]):
                break
            if "time" in (
                unit_kind(following.unit),
                unit_kind(first.unit),
            ):
                break
            group.append(following)
        return group

    def _left_start(self, floor: int, at: int) -> int:
        """Where the words that belong to the number begin: behind the last boundary or the last number."""
        start = floor
        for match in _BOUNDARY.finditer(self.text, max(floor, at - 2 * _REACH), at):
            start = match.end()
        # An open bracket between the boundary and the number starts a remark of its own.
        opened = self.text.rfind("（", max(start, at - _REACH), at)
        return opened + 1 if opened >= 0 and self.text.find("）", opened, at) < 0 else start

    def _read_group(self, group: list[Quantity], index: int, left_start: int, stop: int) -> None:
        first, memory = group[0], self.memory
        left_start = max(left_start, first.start - _REACH)
        left = self.text[left_start : first.start]
        behind = self.text[group[-1].end : min(stop, group[-1].end + _REACH)]
        new_clause = left_start == self.start or self.text[left_start - 1] in "，；：。"
        if new_clause and self.text[left_start - 1 : left_start] != "，":
            memory.run = []
        if index > 0 and not new_clause:
            left = self._without_noun_before(left, index)
            if len(left) > first.start - left_start:
                # The number before only describes this subject, which begins where its clause began.
                left_start = first.start - len(left)
        left = _take_denominator(left, group)
        if len(group) > 1:
            _share_operators(group)
        runs = left.endswith("连续") and first.unit in _RUNS
        phrase = read_before(
            left.removesuffix("连续"), "ratio" if is_ratio(first) and first.form == "plain" else first.form
        )
        governed = bool(phrase.lead) or left.endswith(_GOVERNING)
        verb = inner_verb(behind) if governed and stop < self.end and not _JOINED.search(behind) else 0
        right = read_behind(behind[:verb] if verb else behind)
        bound = self.quantities[index + len(group)] if not behind and stop < self.end else None
        if bound is not None and unit_kind(bound.unit) == "money" and bound.suffix:
            # "58个10亿元以上项目": the amount only bounds the things that the count counts.
            right = self._bounded(bound, index + len(group))
        level = _OF_LEVEL.fullmatch(behind) if stop < self.end else None
        if level is not None:
            # "8个国家级、4个省级医疗中心": the first half lacks the noun of the second.
            right = self._with_noun_of_next(level["noun"], right, index + len(group))
        pair = _ONE_OF_TWO.fullmatch(behind) if stop < self.end and not governed and not phrase.subject else None
        if pair is not None:
            right = self._with_object_of_next(pair["noun"], right, index + len(group))
        if first.form == "rank" or (runs and phrase.subject):
            right = NOTHING_BEHIND
        origin = _FROM.search(left) if _CHANGED_TO.match(behind) else None
        if origin is not None:
            phrase, right = read_before(left[: origin.start()] + "为"), NOTHING_BEHIND
        elif memory.origin == first.unit and not new_clause and _ARRIVE.fullmatch(left):
            phrase = Phrase("", left, "to", "")
        memory.origin = first.unit if origin is not None else ""
        if new_clause and not phrase.lead:
            memory.lead = ""
        if not phrase.tail and is_ratio(first) and _GROWS.match(behind):
            # "两位数增长", "以6%的速度增长"
            falls = behind.lstrip("的速度幅").startswith(("下降", "降低", "减少"))
            phrase, right = phrase.governed_by("fall" if falls else "rise"), NOTHING_BEHIND
        found = self.subjects.find(group, phrase, right)
        introduces = not governed and not phrase.subject and len(group) == 1 and self._introduces(index, behind)
        for quantity, subject in found:
            of_noun = bool(right.noun) and not phrase.subject and subject.endswith(right.noun)
            role = role_of(self.text, quantity, phrase, right, subject, memory.lead)
            self._emit(quantity, subject, phrase, right.verb, left_start, "context" if introduces else role, of_noun)
        self._remember([subject for _, subject in found if subject], phrase, first.form, governed)

    def _bounded(self, bound: Quantity, place: int) -> Behind:
        limit = self.quantities[place + 1].start if place + 1 < len(self.quantities) else self.end
        things = read_behind(self.text[bound.end : min(limit, bound.end + _REACH)])
        return Behind(self.text[bound.start : bound.end] + things.noun, things.verb, things.object, things.predicate)

    def _with_noun_of_next(self, noun: str, right: Behind, following: int) -> Behind:
        at = self.quantities[following].end
        limit = self.quantities[following + 1].start if following + 1 < len(self.quantities) else self.end
        other = read_behind(self.text[at : min(limit, at + _REACH)])
        rest = other.noun.partition("级")[2]
        return Behind(noun + rest, other.verb, other.object, other.predicate) if rest else right

    def _with_object_of_next(self, noun: str, right: Behind, following: int) -> Behind:
        """Share the predicate of a pair with its first half ("6个乡镇和60个村入选…")."""
        at = self.quantities[following].end
        limit = self.quantities[following + 1].start if following + 1 < len(self.quantities) else self.end
        other = read_behind(self.text[at : min(limit, at + _REACH)])
        return Behind(noun, other.verb, other.object, other.predicate) if other.predicate else right

    def _remember(self, named: list[str], phrase: Phrase, form: str, governed: bool) -> None:
        memory = self.memory
        memory.governed = governed
        memory.lead = phrase.lead or memory.lead
        if phrase.share is not None:
            memory.run.append(memory.share)
        elif form != "rank":
            memory.share = ""
        if named and form != "rank" and not phrase.reference and phrase.share is None:
            memory.topic = named[-1]
            memory.run = [subject for subject in memory.run[-_LONGEST_LIST:] if subject not in named] + named

    def _introduces(self, index: int, behind: str) -> bool:
        """Whether a count only says of what a measure speaks ("4个园区贸易额增长71%")."""
        if index + 1 >= len(self.quantities) or not behind or _CLAUSE_MARK.search(behind):
            return False
        kinds = (unit_kind(self.quantities[index].unit), unit_kind(self.quantities[index + 1].unit))
        return kinds[0] in ("count", "people") and kinds[1] in ("ratio", "money")

    def _without_noun_before(self, left: str, index: int) -> str:
        """Drop the noun that belongs to the number before ("10个机场和" 47个, "2万名职工清偿工资" 3亿元)."""
        previous = self.quantities[index - 1]
        opened = left[:1]
        last = self.out[-1] if self.out and self.out[-1].quantity is previous else None
        described = opened == "的" and not self.memory.governed and not left.endswith(_ANDS)
        bounded = bool(opened) and opened not in "、，和及与并（" and self._is_bound(previous, self.quantities[index])
        if last is not None and (described or bounded):
            # "总值超500亿元的县达到6个": the number before only describes who is counted here.
            self.out[-1].role = "context"
            return self.text[self.out[-1].start : self.quantities[index].start]
        if not opened or opened in "、，和及与并（":
            return left
        verb = inner_verb(left) if self.memory.governed and not _JOINED.search(left) else 0
        if verb:
            return left[verb:]
        noun = read_behind(self.text[previous.end : self.quantities[index].start]).noun
        if not noun:
            return left
        stripped = _LAST_MEMBER.sub("", left, count=1)
        return stripped if stripped != left else left.removeprefix(noun)

    def _is_bound(self, quantity: Quantity, following: Quantity) -> bool:
        """Whether an amount only bounds the things counted next ("产值超10亿元企业5家")."""
        kinds = (unit_kind(quantity.unit), unit_kind(following.unit))
        return kinds == ("money", "count") and quantity.op in ("ge", "gt", "le", "lt")

    def _emit(
        self, quantity: Quantity, subject: str, phrase: Phrase, verb: str, start: int, role: str, of_noun: bool
    ) -> None:
        memory = self.memory
        indicator = indicator_of(subject) if subject else OTHER
        kind, negative = kind_and_sign(quantity, phrase, subject, indicator, memory.lead, of_noun)
        named = subject
        if phrase.share is not None:
            prefixes = load_figure_words().prefixes
            if quantity.op == "eq" and phrase.action in prefixes:
                quantity.op = prefixes[phrase.action]
            named = memory.share = f"{subject}占{phrase.share}比重"
            indicator = indicator_of(named)
        elif phrase.reference and subject and not subject.endswith(_LEVEL_NOUNS):
            named = subject + "增速"
        if (of_noun and is_ratio(quantity) and kind == "level") or (subject == "投资" and kind != "growth"):
            # A share of the noun behind; an amount put into the work that follows.
            indicator = OTHER
        if unit_kind(quantity.unit) in ("count", "people") and named.endswith(_RATE_NAMES):
            indicator = OTHER
        if len(named) > 5:
            named = named.replace("实现", "")
        action = phrase.action or quantity.prefix or (memory.lead if not phrase.tail else "") or verb
        self.out.append(Statement(quantity, named, action, kind, negative, start, role, indicator, bool(phrase.lead)))


def _take_denominator(left: str, group: list[Quantity]) -> str:
    """Move "每立方米" from before the numbers into their unit."""
    per = _PER_UNIT.search(left)
    if per is None or per["unit"] not in load_units().kinds or not group[0].unit or "/" in group[0].unit:
        return left
    for quantity in group:
        quantity.unit += "/" + per["unit"]
    return left[: per.start()]
