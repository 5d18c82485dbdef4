"""The words of projects: stages, facilities, and what makes a name proper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from duixian.vocabulary.lexicon import Lexicon, alternation, last_characters
from duixian.vocabulary.regions import gazetteer
from duixian.vocabulary.tables import read_table

PLANNING = "planning"
START = "start"
BUILDING = "building"
COMPLETED = "completed"
IN_OPERATION = "in_operation"


@dataclass(frozen=True, slots=True)
class ProjectWords:
    """The table of project words, ready to match.

    stages: word -> stage; around_stage: words that may stand among them after a name. acting:
    finds a verb behind the one who acts. strong, weak: match a facility at the end of a name, with what may follow it;
    facility: finds a strong one anywhere. vague: matches what closes a list of any projects; fields: finds the words
    that make a list one of fields. generic: common words, to take off a name. not_project, common_end: match ends that
    are no project. inner_verbs: finds verbs that no name holds. works: finds what makes a 工程 a work of construction.
    bound: finds words in which 和 binds nothing. abbreviated: matches abbreviations of places that open a name;
    route: a name that is nothing else; channel: the name of a channel for power or water from one place to another.
    front: stages, with the words that count only before a name; front_word finds them.
    places: names that place a thing; place_lengths: their first two characters -> their lengths. cue: finds the last
    characters of words without which no clause is looked at. last: the characters with which words end, by kind
    (facility, other, common, stage), to tell quickly that a phrase does not end with one.
    """

    stages: Mapping[str, str]
    around_stage: tuple[str, ...]
    acting: re.Pattern[str]
    strong: re.Pattern[str]
    weak: re.Pattern[str]
    facility: re.Pattern[str]
    vague: re.Pattern[str]
    fields: re.Pattern[str]
    generic: Lexicon
    not_project: re.Pattern[str]
    common_end: re.Pattern[str]
    inner_verbs: re.Pattern[str]
    works: re.Pattern[str]
    bound: re.Pattern[str]
    abbreviated: re.Pattern[str]
    route: re.Pattern[str]
    channel: re.Pattern[str]
    front: Mapping[str, str]
    front_word: re.Pattern[str]
    places: frozenset[str]
    place_lengths: Mapping[str, tuple[int, ...]]
    cue: re.Pattern[str]
    last: Mapping[str, frozenset[str]]


@lru_cache(maxsize=1)
def load_project_words() -> ProjectWords:
    """The project words that ship with the package."""
    raw = read_table("projects")
    stages = {word: stage for stage, words in raw["stages"].items() for word in words.split()}
    strong = raw["facilities"]["strong"].split()
    weak = raw["facilities"]["weak"].split()
    tail = "(?:" + alternation([*raw["facilities"]["tail"].split(), "）", ")"]) + "){0,4}$"
    names = raw["names"]
    front = {**stages, **dict.fromkeys(raw["around"]["front"].split(), BUILDING)}
    short = names["abbreviations"]
    initials = "".join(sorted({*short, *(r.short[0][0] for r in gazetteer().at_level("prefecture") if r.short)}))
    ambiguous = set(names["ambiguous"].split())
    places = set(names["places"].split())
    for region in gazetteer().regions:
        if region.until is None or region.until >= 2000:
            places.add(region.name)
            places.update(alias for alias in region.short if len(alias) > 1 and alias not in ambiguous)
    places.discard("全国")
    return ProjectWords(
        stages=stages,
        around_stage=tuple(raw["around"]["stage"].split()),
        acting=re.compile(alternation(raw["around"]["acting"].split())),
        strong=re.compile(alternation(strong) + tail),
        weak=re.compile(alternation(weak) + tail),
        facility=re.compile(alternation(strong)),
        vague=re.compile(alternation(raw["lists"]["vague"].split()) + "$"),
        fields=re.compile(alternation(raw["lists"]["fields"].split())),
        generic=Lexicon(dict.fromkeys(names["generic"].split(), 1)),
        not_project=re.compile(alternation(names["not_project"].split()) + "$"),
        common_end=re.compile(alternation(names["common_end"].split()) + "$"),
        inner_verbs=re.compile(alternation(names["inner_verbs"].split())),
        works=re.compile(alternation(names["works"].split())),
        bound=re.compile(alternation(names["bound"].split())),
        abbreviated=re.compile(
            f"[{short}]{{2,4}}(?=特|合|铁|高|城|快|天|公|输|直|特|电|石|管|通|沿|\\d)|[{short}]{{3,4}}(?![{short}])"
        ),
        route=re.compile(f"[{initials}]{{2,4}}(?:（[{initials}]{{1,2}}）)?$"),
        channel=re.compile(
            f"“?(?:[{short}]{{1,2}}[电气煤氢][入进送][{short}]{{1,2}}|引[\u4e00-\u9fff]{{1,2}}[济入补][\u4e00-\u9fff]{{1,2}})”?"
            "(?:工程|项目|直流|通道)?$"
        ),
        front=front,
        front_word=re.compile(alternation(front)),
        last={
            "facility": _last([*strong, *weak, *raw["facilities"]["tail"].split(), "）", ")"]),
            "other": _last(names["not_project"].split()),
            "common": _last(names["common_end"].split()),
            "stage": _last([*stages, *raw["around"]["stage"].split()]),
        },
        places=frozenset(places),
        place_lengths=_lengths(places),
        cue=re.compile(
            last_characters(_shortest([*strong, *weak, *names["cue"].split()]))
            + f"|电(?<=[{short}]电)(?=[入送][{short}])"
            r"|济(?<=引[\u4e00-\u9fff]济)|济(?<=引[\u4e00-\u9fff]{2}济)|补(?<=引[\u4e00-\u9fff]补)"
        ),
    )


def _shortest(words: Iterable[str]) -> list[str]:
    """The words in which no other one stands: where they are missing, so are all."""
    known = set(words)
    return [
        word
        for word in known
        if not any(
            word[start:end] in known
            for start in range(len(word))
            for end in range(start + 1, len(word) + 1)
            if end - start < len(word)
        )
    ]


def _last(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word[-1] for word in words)


def _lengths(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The first two characters of names -> the lengths of the names that begin so."""
    found: dict[str, set[int]] = {}
    for name in names:
        found.setdefault(name[:2], set()).add(len(name))
    return {first: tuple(sorted(sizes)) for first, sizes in found.items()}
