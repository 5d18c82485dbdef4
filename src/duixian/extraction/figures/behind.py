"""Read the words behind a number: the noun it counts and the verb that follows ("4家企业入选…")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from duixian.vocabulary.figures import load_figure_words

_RIGHT_END = re.compile(r"[，。；：！？!?;、\n]")
_SOME_MORE = re.compile(r"(?:和|及|与|以及|、)(?:一批|若干|一系列|多个|部分)")
_AND_END = re.compile(r"(?:和|及|与|以及|、|共)+$")
_NOT_NOUN = re.compile(r"^(?:[（(，。；：！？、）)”’]|和|及|与|以及|并|，|且|或|等$)")


@dataclass(frozen=True, slots=True)
class Behind:
    """The noun phrase behind a number: its head, the verb that follows it and that verb's object; "" where absent."""

    noun: str
    verb: str
    object: str


NOTHING_BEHIND = Behind("", "", "")
_VERBS_OF_MEMBERSHIP = (
    "入选",
    "获评",
    "获批",
    "纳入",
    "列入",
    "进入",
    "成为",
    "跻身",
    "入围",
    "荣获",
    "获得",
    "落户",
    "当选",
    "被评为",
    "获国",
    "获省",
)


@lru_cache(maxsize=20000)
def read_behind(text: str) -> Behind:
    """Parse the words from a number to the next boundary (or number)."""
    words = load_figure_words()
    text = text.strip()
    if not text or _NOT_NOUN.match(text):
        return NOTHING_BEHIND
    if text[0] == "的":
        text = text[1:]
    stop = _RIGHT_END.search(text)
    if stop is not None:
        text = text[: stop.start()]
    more = _SOME_MORE.search(text)
    text = _AND_END.sub("", text[: more.start()] if more is not None else text)
    if text.startswith(("用于", "投向", "来自")):
        return Behind(text, "", "")
    cut = words.cut.search(text)
    while cut is not None and cut.start() > 0 and text[cut.start() - 1] in "“（":
        cut = words.cut.search(text, cut.end())
    if cut is not None:
        noun, verb, rest = text[: cut.start()], cut.group(), text[cut.end() :]
    else:
        noun, verb, rest = text, "", ""
    if noun in words.deliver and not rest:
        return Behind("", noun, "")
    if not verb:
        for word in words.trailing:
            if noun.endswith(word) and len(noun) - len(word) >= 2:
                noun, verb = noun[: -len(word)], word
                break
    if verb in _VERBS_OF_MEMBERSHIP:
        if verb in ("获国", "获省"):
            rest = verb[1] + rest
        return Behind(noun, verb, rest)
    return Behind(noun, verb, "")
