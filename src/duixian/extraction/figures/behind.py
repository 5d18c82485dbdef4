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
    """What stands behind a number; "" where absent.

    noun: the head of the noun phrase. verb: the verb that follows it. object: what a verb of membership takes
    ("入选…平台").
    predicate: verb and all that follows it.
    """

    noun: str
    verb: str
    object: str
    predicate: str = ""


NOTHING_BEHIND = Behind("", "", "")


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
    if cut is not None and cut.start() == 0:
        # "具备助餐功能的互助幸福院": a verb that opens the phrase belongs to a clause before the noun.
        closed = text.find("的")
        cut = words.cut.search(text, closed + 1) if closed > 0 else cut
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
    predicate = verb + rest
    if verb in ("获国", "获省"):
        rest = verb[1] + rest
    return Behind(noun, verb, rest if verb in words.membership else "", predicate if rest else "")
