"""Looking words up at a place in a text, longest first, and turning word lists into compact patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

_Trie: TypeAlias = "dict[str, _Trie]"


class Lexicon:
    """Words with flags. :meth:`match` finds the longest word that starts at an offset.

    Flags are small integers whose bits mean whatever the owner of the lexicon says.
    """

    __slots__ = ("_flags", "_lengths")

    def __init__(self, words: Mapping[str, int]) -> None:
        self._flags = dict(words)
        # The first two characters of words -> the lengths of the words that begin so, longest first.
        lengths: dict[str, set[int]] = {}
        for word in self._flags:
            lengths.setdefault(word[:2], set()).add(len(word))
        for word in self._flags:
            if len(word) == 1:
                for start in lengths:
                    if start[0] == word:
                        lengths[start].add(1)
        self._lengths = {start: tuple(sorted(sizes, reverse=True)) for start, sizes in lengths.items()}

    def __contains__(self, word: str) -> bool:
        return word in self._flags

    def __len__(self) -> int:
        return len(self._flags)

    def flags(self, word: str) -> int:
        """The flags of a word; 0 when it is unknown."""
        return self._flags.get(word, 0)

    def match(self, text: str, start: int, end: int) -> tuple[int, int] | None:
        """(end, flags) of the longest word at ``start`` that ends by ``end``, or None."""
        if start >= end:
            return None
        lengths = self._lengths.get(text[start : start + 2]) or self._lengths.get(text[start])
        if lengths is None:
            return None
        for length in lengths:
            stop = start + length
            if stop <= end:
                found = self._flags.get(text[start:stop])
                if found is not None:
                    return stop, found
        return None


_GROUP = 12
_SECTION = 64


def alternation(words: Iterable[str]) -> str:
    """A pattern that matches the longest of ``words`` at a place, folded so that common beginnings are tried once.

    The matcher of ``re`` tries the branches of a choice one after the other, so a long list is divided by first
    characters, twice when it is very long: a look at the next character then rules out whole groups.

    >>> alternation(["增长", "增加", "达"])
    '(?:增(?:加|长)|达)'
    """
    root: _Trie = {}
    for word in words:
        node = root
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}
    firsts = sorted(char for char in root if char)
    if len(firsts) <= 2 * _GROUP:
        return _fold(root)
    sections = [firsts[i : i + _SECTION] for i in range(0, len(firsts), _SECTION)]
    body = "|".join(f"(?={_class(section)})(?:{_divided(root, section)})" for section in sections)
    return f"(?={_class(firsts)})(?:{body})" if len(sections) > 1 else body


def _divided(root: _Trie, section: list[str]) -> str:
    groups = [section[i : i + _GROUP] for i in range(0, len(section), _GROUP)]
    return "|".join(
        f"(?={_class(group)})(?:{'|'.join(re.escape(char) + _fold(root[char]) for char in group)})" for group in groups
    )


def _class(chars: Iterable[str]) -> str:
    return f"[{''.join(map(re.escape, chars))}]"


def _fold(node: _Trie) -> str:
    branches = [re.escape(char) + _fold(node[char]) for char in sorted(node) if char]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 and "" not in node else f"(?:{'|'.join(branches)})"
    return f"{body}?" if "" in node else body


def last_characters(words: Iterable[str]) -> str:
    """A pattern that matches the last character of any of ``words``, where only whether one stands somewhere matters.

    Words have few last characters, and the matcher of ``re`` skips quickly to the next of them.

    >>> last_characters(["大桥", "铁桥", "公路"])
    '桥(?<=[大铁]桥)|路(?<=[公]路)'
    """
    groups: dict[str, dict[int, list[str]]] = {}
    for word in sorted(words):
        groups.setdefault(word[-1], {}).setdefault(len(word), []).append(word)
    branches = []
    for last, sizes in groups.items():
        behind = []
        if 1 not in sizes:
            for size, known in sizes.items():
                if size == 2:
                    behind.append(f"(?<={_class(word[0] for word in known)}{re.escape(last)})")
                else:
                    behind.append(f"(?<={'|'.join(map(re.escape, known))})")
        tail = "" if not behind else behind[0] if len(behind) == 1 else f"(?:{'|'.join(behind)})"
        branches.append(re.escape(last) + tail)
    return "|".join(branches)
