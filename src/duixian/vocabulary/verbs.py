"""The words that open clauses of a plan: verbs, manner, background, result, and the phrases of a flourish."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from duixian.vocabulary.lexicon import Lexicon, alternation
from duixian.vocabulary.tables import read_table

MANNER = 1
ACTION = 2
BACKGROUND = 4
SOFT = 8
RESULT = 16
NOUN = 32


@dataclass(frozen=True, slots=True)
class Verbs:
    """The table of clause openers, ready to match.

    openers: words with the flags MANNER, ACTION, BACKGROUND, SOFT, RESULT and NOUN, by the job they do at the start of
    a clause. later: finds a verb inside a clause that starts with a preposition. flourish: finds the words
    of a flourish, shapes its turns of phrase. target:
    finds the predicate of a target; bound: the bound of an amount; qualitative: the end of a target without a number.
    past: finds signs of looking back; analysis: of weighing the situation; explanation: of giving the
    reasons of what was set. actor: matches a noun phrase at the start
    that can act. delegating: verbs whose object is somebody who acts. directions: verbs that say only in which
    direction; tasks: verbs that always set a task.
    """

    openers: Lexicon
    later: re.Pattern[str]
    flourish: re.Pattern[str]
    shapes: re.Pattern[str]
    target: re.Pattern[str]
    bound: re.Pattern[str]
    qualitative: re.Pattern[str]
    past: re.Pattern[str]
    analysis: re.Pattern[str]
    explanation: re.Pattern[str]
    actor: re.Pattern[str]
    delegating: frozenset[str]
    directions: frozenset[str]
    tasks: frozenset[str]


@lru_cache(maxsize=1)
def load_verbs() -> Verbs:
    """The verbs that ship with the package."""
    raw = read_table("verbs")
    lists = {name: value.split() for name, value in raw.items() if isinstance(value, str)}
    openers: dict[str, int] = {}
    for name, flag in (
        ("manner", MANNER),
        ("action", ACTION),
        ("background", BACKGROUND),
        ("soft_background", SOFT),
        ("result", RESULT),
    ):
        for word in lists[name]:
            openers[word] = openers.get(word, 0) | flag
    openers.update((word, NOUN) for word in lists["noun"])
    return Verbs(
        openers=Lexicon(openers),
        later=re.compile(alternation(lists["later"])),
        flourish=re.compile(alternation(lists["flourish"])),
        shapes=re.compile("|".join(raw["flourish_patterns"])),
        target=re.compile(alternation(lists["target"])),
        bound=re.compile(alternation(lists["bound"])),
        qualitative=re.compile(alternation(lists["qualitative"]) + r"$"),
        past=re.compile(alternation(lists["past"])),
        analysis=re.compile(alternation(lists["analysis"])),
        explanation=re.compile(alternation(lists["explanation"])),
        actor=re.compile(r"[^，、的]{0,14}?" + alternation(lists["actor"]) + "[厅局委办部院]?"),
        delegating=frozenset(lists["delegating"]),
        directions=frozenset(lists["directions"]),
        tasks=frozenset(lists["tasks"]),
    )
