"""Turn the quantities of a sentence into statements: one subject, one value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from duixian.extraction.figures.coordination import distribute, split_members
from duixian.extraction.figures.phrases import Behind, Phrase, inner_verb, read_before, read_behind
from duixian.extraction.figures.quantities import PREFIXES, Quantity
from duixian.vocabulary.figures import load_figure_words
from duixian.vocabulary.indicators import OTHER, indicator_of, load_indicators
from duixian.vocabulary.units import load_units, split_magnitude


@dataclass(slots=True)
class Statement:
    """A quantity with its subject, before status and period are known.

    start: offset of the clause part that the evidence quote begins at. role: "" or "context" or "ongoing" where the grammar alone
    tells that the number is a parameter or a size.
    """

    quantity: Quantity
    subject: str
    action: str
    kind: str
    negative: bool
    start: int
    role: str = ""
    indicator: str = ""
    imperative: bool = False


_BOUNDARY = re.compile(r"[，；：。！？!?;\n]|(?<=[”’》）])、(?=[^，。；]{0,30}[\d])")
_CONNECT = re.compile(r"(?:、|和|及|与|以及|或|，|，?并)")
_PURE_GAP = re.compile(r"[、和及与或,]|以及|，(?:并|和)?")
_OWNER_CUT = re.compile(
    r"(?=稳|持续|不断|快速|进一步|加快|丰收|再|实现|全面|较快|平稳|恢复|增长|提升|保持|创|大幅|明显|显著|总体|扎实|深入|有序|加速|运行|质量|势头|发展|活力|喜获|获得|首次|超额|连续|逐步)"
)
_SENTENCE = re.compile(r"[^。！？!?;；\n]+[。！？!?;；\n]?")
_FROM = re.compile(r"(?:由|从|自)(?:过去|原来|原先|上年|去年|20\d\d年|五年前|年初)?的?$")
_ARRIVE = re.compile(r"[^，。；、\d]{1,6}(?:至|到|为|成|了)(?:了)?")
_ONE_OF = re.compile(r"之一$")
_CHANGED_TO = re.compile(r"^[^，。；、\d]{0,8}(?:到|至|为|成)")


_CLAUSE_MARK = re.compile(r"[，、；。：]")
_JOINED = re.compile(r"[，、；和]")
_PER_UNIT = re.compile(r"每(?P<unit>[^，。；每\d]{1,3})$")
_RATE_NOUNS = ("增速", "增幅", "涨幅", "降幅", "增长率", "跌幅")
_AREAS = ("亩", "公顷", "平方公里", "平方米", "平米", "吨", "斤")
_GENERIC = frozenset(
    [
        "工作",
        "任务",
        "项目",
        "工程",
        "事项",
        "举措",
        "措施",
        "领域",
        "产业",
        "城市",
        "地区",
        "行业",
        "问题",
        "指标",
        "区域",
        "品种",
    ]
)
_BORROWING = frozenset(["年度投资", "完成投资", "年度计划投资", "总投资"])
_PER_HEAD = frozenset(["人均", "户均", "日均", "月均", "亩均", "单位"])


def _share_operators(group: list[Quantity]) -> None:
    """A hedge that is written once covers the whole list: "5%、7%左右", "突破5500万和650亿元"."""
    if len(group) < 2:
        return
    first, last = group[0], group[-1]
    if last.suffix and not any(q.suffix or q.prefix for q in group[:-1]):
        for quantity in group[:-1]:
            if quantity.op == "eq":
                quantity.op = last.op
    if first.prefix and not any(q.prefix or q.suffix for q in group[1:]):
        for quantity in group[1:]:
            if quantity.op == "eq":
                quantity.op = first.op


def _form_of(quantity: Quantity) -> str:
    if quantity.form == "plain" and quantity.unit in ("%", "‰", "个百分点", "百分点", "个基点"):
        return "ratio"
    return quantity.form


class SentenceReader:
    """Reads the quantities of one sentence from left to right and remembers what has been spoken of."""

    def __init__(self, text: str, start: int, end: int, quantities: list[Quantity]) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.quantities = quantities
        self.words = load_figure_words()
        self.topic = ""
        self.lead = ""
        self.recent: list[str] = []
        self.run: list[str] = []
        self.governed = False
        self.carried = ""
        self.origin = ""
        self.share = ""
        self.out: list[Statement] = []

    def read(self) -> list[Statement]:
        index = 0
        boundary = self.start
        while index < len(self.quantities):
            group = [self.quantities[index]]
            while index + len(group) < len(self.quantities):
                following = self.quantities[index + len(group)]
                gap = self.text[group[-1].end : following.start]
                if (
                    _PURE_GAP.fullmatch(gap)
                    and (gap[0] != "，" or following.unit == group[-1].unit)
                    and following.form == group[-1].form
                ):
                    group.append(following)
                else:
                    break
            first, last = group[0], group[-1]
            left_start = self._left_start(boundary, first.start)
            next_start = (
                self.quantities[index + len(group)].start if index + len(group) < len(self.quantities) else self.end
            )
            self._read_group(group, left_start, next_start, index)
            boundary = last.end
            index += len(group)
        return self.out

    def _left_start(self, floor: int, at: int) -> int:
        """Where the words that belong to the number begin: behind the last boundary or the last number."""
        start = floor
        for match in _BOUNDARY.finditer(self.text, floor, at):
            start = match.end()
        # An open bracket between the boundary and the number starts a remark of its own.
        opened = self.text.rfind("（", start, at)
        if opened >= 0 and self.text.find("）", opened, at) < 0:
            start = opened + 1
        return start

    # -- one value, or several values that share the words before them ------------------------------------------------

    def _read_group(self, group: list[Quantity], left_start: int, next_start: int, index: int) -> None:
        first = group[0]
        left = self.text[left_start : first.start]
        new_clause = left_start == self.start or self.text[left_start - 1] in "，；：。"
        if new_clause:
            clause_joined = self.text[left_start - 1 : left_start] == "，"
            if not clause_joined:
                self.run = []
        behind_text = self.text[group[-1].end : next_start]
        if index > 0 and not new_clause:
            left = self._after_previous_noun(left, index)
        per = _PER_UNIT.search(left)
        if per is not None and per["unit"] in load_units().kinds and first.unit and "/" not in first.unit:
            left = left[: per.start()]
            for quantity in group:
                quantity.unit += "/" + per["unit"]
        run_of_years = left.endswith("连续") and first.unit in ("年", "个月", "个季度", "次")
        phrase = read_before(left.removesuffix("连续"), _form_of(first))
        _share_operators(group)
        governed = bool(phrase.lead) or left.endswith(("为", "对", "向", "给"))
        verb = inner_verb(behind_text) if governed and next_start < self.end and not _JOINED.search(behind_text) else 0
        right = read_behind(behind_text[:verb] if verb else behind_text)
        if first.form == "rank" or (run_of_years and phrase.subject):
            right = read_behind("")
        origin = _FROM.search(left) if _CHANGED_TO.match(behind_text) else None
        if origin is not None:
            phrase = read_before(left[: origin.start()] + "为")
            self.origin = first.unit
            right = read_behind("")
        elif self.origin and self.origin == first.unit and not new_clause and _ARRIVE.fullmatch(left):
            phrase = Phrase("", left, "to", "")
        if origin is None:
            self.origin = ""
        if new_clause and not phrase.lead:
            self.lead = ""
        introduces = (
            not governed
            and not phrase.subject
            and len(group) == 1
            and index + 1 < len(self.quantities)
            and unit_kind(first.unit) in ("count", "people")
            and unit_kind(self.quantities[index + 1].unit) in ("ratio", "money")
            and not _CLAUSE_MARK.search(behind_text)
        )
        subjects, role = self._subjects(group, phrase, right, left, new_clause, left_start)
        if introduces:
            # "4个园区贸易额增长71%": the count only says of what the measure speaks.
            role = "context"
        for quantity, subject in subjects:
            self._emit(quantity, subject, phrase, right, left_start, role)
        self.governed = governed
        if phrase.share is None and first.form != "rank":
            self.share = ""
        named = [s for _, s in subjects if s]
        if named and first.form != "rank" and not phrase.reference and phrase.share is None:
            self.topic = named[-1]
            for subject in named:
                if subject in self.run:
                    self.run.remove(subject)
                self.run.append(subject)
        if phrase.lead:
            self.lead = phrase.lead

    def _after_previous_noun(self, left: str, index: int) -> str:
        """Drop the noun that belongs to the number before ("10个机场和" 47个, "2万名职工清偿工资" 3亿元)."""
        previous = self.quantities[index - 1]
        if left[:1] == "的" and self.out and self.out[-1].quantity is previous and not self.governed:
            # "总值超500亿元的县达到6个": the number before only describes who is counted here.
            self.out[-1].role = "context"
            return self.text[self.out[-1].start : self.quantities[index].start]
        verb = 0 if _JOINED.search(left) else inner_verb(left)
        if verb > 0 and self.governed and left[:1] not in "、，和及与并（":
            return left[verb:]
        noun = read_behind(self.text[previous.end : self.quantities[index].start])
        opened = left[:1]
        if noun.noun and opened and opened not in "、，和及与并（":
            rest = left[len(noun.noun) :] if left.startswith(noun.noun) else left
            stripped = re.sub(r"^[^、，]*?(?:、|和|及|与|以及)(?=[^、，]*$)", "", left, count=1)
            return stripped if stripped != left else rest
        return left

    def _subjects(
        self, group: list[Quantity], phrase: Phrase, right: Behind, left: str, new_clause: bool, left_start: int
    ) -> tuple[list[tuple[Quantity, str]], str]:
        role = ""
        subject = phrase.subject
        count = len(group)
        # 1. several values: share them out among coordinated subjects
        if count > 1 or phrase.respectively:
            members = distribute(subject, count) if subject else []
            if len(members) == count:
                return list(zip(group, [self._full(m) for m in members], strict=True)), role
            if not subject and len(self.run) >= count:
                return list(zip(group, self.run[-count:], strict=True)), role
            if subject in self.words.same_heads and len(self.run) >= count:
                return list(zip(group, [r + subject for r in self.run[-count:]], strict=True)), role
        # 2. 均 / 各: every coordinated subject takes the value
        if phrase.each and count == 1:
            if subject:
                members = split_members(subject)
                if len(members) > 1 and "等" not in subject:
                    return [(group[0], self._full(m)) for m in members], role
            elif len(self.run) > 1:
                return [(group[0], s) for s in self.run], role
        # 3. a noun behind the number
        if phrase.subject and phrase.tail and not right.object:
            return [(q, self._full(subject, phrase.lead)) for q in group], role
        if right.noun or right.object:
            return [(q, self._subject_behind(q, phrase, right)) for q in group], self._role_behind(
                group[-1], right, phrase
            )
        if phrase.lead in ("惠及", "受益") and subject:
            return [(q, self._served(q, subject)) for q in group], role
        return [(q, self._full(subject, phrase.lead, q.form == "rank")) for q in group], role

    def _subject_behind(self, quantity: Quantity, phrase: Phrase, right: Behind) -> str:
        if right.object:
            return right.object + right.noun
        noun = right.noun
        if phrase.share is not None:
            return self._full(phrase.subject)
        if (phrase.lead in ("惠及", "受益") or right.verb in ("受益", "受惠")) and not phrase.subject:
            return self._served(quantity, noun)
        if noun in _GENERIC and phrase.subject:
            return phrase.subject + noun
        return noun

    def _role_behind(self, quantity: Quantity, right: Behind, phrase: Phrase) -> str:
        """A number that only bounds or describes the noun behind it ("8座以下车辆", "500千伏工程")."""
        if not right.noun:
            return ""
        _, unit = split_magnitude(quantity.unit)
        table = load_units()
        if _ONE_OF.search(right.noun):
            return "context"
        if unit in table.parameter:
            return "context"
        if (
            table.kinds.get(unit.split("/")[0]) == "physical"
            and unit not in _AREAS
            and not phrase.action
            and not phrase.subject.endswith("等")
        ):
            return "context"
        if quantity.suffix in ("以下", "及以下") or (
            quantity.suffix in ("以上", "及以上") and not (phrase.lead and not phrase.subject)
        ):
            return "context"
        return ""

    def _served(self, quantity: Quantity, people: str) -> str:
        """Whom a work serves, with the work named ("老旧小区改造受益居民")."""
        owner = self.topic or self._object_before(quantity.start)
        return owner + "受益" + people if owner else people

    # -- subjects ------------------------------------------------------------------------------------------------------

    def _object_before(self, at: int, head: str = "") -> str:
        """The thing that the clause before ``at`` acts on, for numbers that only say whom it reaches."""
        clauses = [re.split(r"\d", c)[0] for c in re.split(r"[，。；]", self.text[max(0, at - 60) : at]) if c]
        if self.text[at - 1 : at] not in "，。；":
            clauses = clauses[:-1]
        objects = [read_before(clause).subject for clause in reversed(clauses)]
        for subject in objects:
            if subject and head and subject.endswith(head):
                return subject
        return next((subject for subject in objects if subject), "")

    def _repeated_object(self, verb: str) -> str:
        """The object of an earlier use of ``verb`` in the sentence ("发行特别国债，…，先发行1万亿元")."""
        head = self.text[self.start : self.quantities[0].start]
        at = head.find(verb)
        if not verb or at < 0:
            return ""
        stop = _BOUNDARY.search(head, at)
        return head[at + len(verb) : stop.start()] if stop is not None else ""

    def _full(self, subject: str, lead: str = "", rank: bool = False) -> str:
        """Complete a subject that cannot stand alone with what was spoken of before."""
        if not subject:
            if rank and self.share:
                return self.share
            return (
                self.topic
                or self._repeated_object(lead)
                or (self._clause_owner() or self._object_before(self.quantities[0].start) if not lead else "")
            )
        if subject in _PER_HEAD and self.topic:
            return subject + self.topic
        if indicator_of(subject) != OTHER and subject not in _BORROWING:
            return subject
        if subject in self.words.bare_heads or subject in self.words.same_heads:
            owner = self.topic or (self.carried if subject in self.words.same_heads else "")
            if owner and subject not in self.words.same_heads:
                owner = self._owner(owner)
            if not owner:
                owner = self._clause_owner()
            if not owner and self.quantities and not lead:
                owner = self._object_before(self.quantities[0].start, subject[:2])
            if owner and not owner.endswith(subject):
                overlap = next((n for n in (3, 2) if len(subject) > n and owner.endswith(subject[:n])), 0)
                return owner + subject[overlap:]
        return subject

    def _owner(self, subject: str) -> str:
        for head in self.words.owners:
            if subject.endswith(head) and len(subject) > len(head):
                return subject[: -len(head)]
        return subject[:-1] if len(subject) > 3 and subject[-1] in "数量额" else subject

    def _clause_owner(self) -> str:
        """The noun that opens the clause before, as the owner of a bare "产量"."""
        if not self.out and self.quantities:
            head = self.text[self.start : self.quantities[0].start]
            clause = head.split("，")[0] if "，" in head else ""
            clause = re.sub(r"^[—\s]+", "", clause)
            found = _OWNER_CUT.search(clause)
            if found is not None and 2 <= found.start() <= 10:
                return clause[: found.start()]
        return ""

    # -- attributes ----------------------------------------------------------------------------------------------------

    def _emit(
        self, quantity: Quantity, subject: str, phrase: Phrase, right: Behind, left_start: int, role: str
    ) -> None:
        action = phrase.action or quantity.prefix or (self.lead if not phrase.tail else "") or right.verb
        _, unit = split_magnitude(quantity.unit)
        ratio = unit in ("%", "‰", "个百分点", "百分点", "个基点")
        named = subject
        indicator = indicator_of(subject) if subject else OTHER
        if phrase.share is not None:
            if quantity.op == "eq" and phrase.action in PREFIXES:
                quantity.op = PREFIXES[phrase.action]
            named = self.share = subject + "占" + phrase.share + "比重"
            indicator = indicator_of(named)
        elif phrase.reference and subject and quantity.form != "rank":
            named = (
                subject
                if subject.endswith(("增速", "增幅", "涨幅", "水平", "率", "比重", "占比"))
                else subject + "增速"
            )
            indicator = indicator_of(subject)
        negative = False
        if quantity.form == "rank":
            kind = "rank"
        elif quantity.form == "multiple":
            kind = "multiple"
        elif unit in ("个百分点", "百分点", "个基点"):
            kind, negative = "growth", phrase.tail == "fall"
        elif ratio and phrase.share is None and subject.endswith(_RATE_NOUNS) and phrase.tail != "to":
            kind, negative = "growth", subject.endswith(("降幅", "跌幅")) or phrase.tail == "fall"
        elif ratio:
            kind, negative = self._ratio_kind(phrase, indicator, quantity)
            if (
                right.noun
                and not phrase.subject
                and subject.endswith(right.noun)
                and kind == "growth"
                and not phrase.tail
                and not phrase.lead
            ):
                # "创造50%税收": a share of the noun behind, not its growth.
                kind, indicator = "level", OTHER
        elif phrase.tail in ("rise", "fall"):
            kind, negative = "change", phrase.tail == "fall"
        elif (phrase.lead or self.lead) and phrase.tail == "" and not quantity.prefix:
            kind, negative = "change", (phrase.lead or self.lead) in self.words.fall
        else:
            kind = "level"
        if self._is_duration(quantity, phrase):
            role = "context"
        if (
            indicator != OTHER
            and unit_kind(quantity.unit) in ("count", "people")
            and named.endswith(("率", "比例", "比率", "占比"))
        ):
            indicator = OTHER
        if quantity.naming and not self._counts(quantity, phrase, right):
            role = "context"
        if len(named) > 5 and "实现" in named:
            named = named.replace("实现", "")
        if not named:
            role = role or "context"
        if named.endswith(self.words.ongoing) or phrase.lead in self.words.ongoing:
            role = role or "ongoing"
        self.out.append(
            Statement(quantity, named, action, kind, negative, left_start, role, indicator, bool(phrase.lead))
        )

    def _ratio_kind(self, phrase: Phrase, indicator: str, quantity: Quantity) -> tuple[str, bool]:
        if phrase.share is not None:
            return "level", False
        if phrase.tail in ("rise", "fall"):
            return "growth", phrase.tail == "fall"
        if quantity.form == "share":
            return "level", False
        if phrase.tail == "" and phrase.lead in self.words.fall:
            return "growth", True
        if (
            indicator != OTHER
            and load_indicators().by_id[indicator].growth
            and not phrase.subject.endswith(("占比", "比重", "率"))
        ):
            return "growth", False
        return "level", False

    def _is_duration(self, quantity: Quantity, phrase: Phrase) -> bool:
        """Whether a span of time only describes ("30年", "24小时值守") instead of measuring a result."""
        if unit_kind(quantity.unit) != "time":
            return False
        if quantity.unit in ("岁",):
            return not phrase.subject.endswith(("寿命", "年龄"))
        if self.text[max(0, quantity.start - 2) : quantity.start] == "连续":
            return False
        if "年" in quantity.unit:
            return True
        return not phrase.tail and not quantity.prefix and quantity.suffix not in ("以内", "之内")

    def _counts(self, quantity: Quantity, phrase: Phrase, right: Behind) -> bool:
        """Whether a count in Chinese numerals is a delivered quantity and not a name ("三个示范区")."""
        if right.noun in self.words.counted:
            return True
        return bool(phrase.lead) and not phrase.subject and quantity.value >= 2


def read_sentence(
    text: str, start: int, end: int, quantities: list[Quantity], carried: str = ""
) -> tuple[list[Statement], str]:
    """The statements of the sentence text[start:end], whose quantities are given in order, and its last subject.

    carried: the last subject of the sentence before, which a bare "增速" at the start of this one speaks of.
    """
    reader = SentenceReader(text, start, end, quantities)
    reader.carried = carried
    return reader.read(), reader.topic


def unit_kind(unit: str) -> str:
    """The kind of a written unit: "ratio", "money", "physical", "time", "people", "count" or ""."""
    _, rest = split_magnitude(unit)
    return load_units().kinds.get(rest, load_units().kinds.get(rest.split("/")[0], ""))
