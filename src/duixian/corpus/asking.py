"""What a user asks for: words and "phrases", AND, OR, NOT, brackets.

Words side by side mean all of them. Operators are AND OR NOT (capitals), & | - before a word, or 与 或 非 between
spaces. A bracket or quotation mark that is never closed ends with the question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from duixian.corpus.errors import CorpusError
from duixian.corpus.words import BREAK, characters

_LEXEME = re.compile(
    r"""\s*(?:(?P<phrase>"[^"]*"?|“[^”]*”?|「[^」]*」?)|(?P<open>[(（])|(?P<close>[)）])|(?P<and>&+|＆+)|(?P<or>\|+|｜+)"""
    r"""|(?P<not>-(?=[^\s])|!)|(?P<word>[^\s()（）&|＆｜"“「]+))"""
)
_OPERATORS = {"AND": "and", "OR": "or", "NOT": "not", "与": "and", "或": "or", "非": "not"}
_DEPTH = 40
_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Term:
    """Words to be found. exact: as they stand; otherwise a long one may also be met word by word."""

    text: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Every:
    """All of these."""

    parts: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these."""

    parts: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Not this."""

    part: Question


Question = Term | Every | Either | Not


def understand(query: str) -> Question:
    """The question behind a query. Raises CorpusError when it holds no word, or only what must not occur."""
    if len(query) > _LENGTH:
        raise CorpusError(query[:20] + "…", f"检索词超过 {_LENGTH} 字", "请缩短")
    question = _Reader(query).either(0)
    if question is None:
        raise CorpusError(query or "（空）", "没有可以检索的词", "请写出要找的词，例如 “低空经济” OR 新能源")
    if not _affirms(question):
        raise CorpusError(query, "只说了不要什么", "请至少写一个要找的词")
    return question


def terms_of(question: Question) -> list[Term]:
    """The terms that a hit may hold, for highlighting."""
    if isinstance(question, Term):
        return [question]
    if isinstance(question, Not):
        return []
    return [term for part in question.parts for term in terms_of(part)]


def _affirms(question: Question) -> bool:
    if isinstance(question, Term):
        return True
    if isinstance(question, Not):
        return False
    if isinstance(question, Every):
        return any(_affirms(part) for part in question.parts)
    return all(_affirms(part) for part in question.parts)


class _Reader:
    def __init__(self, query: str) -> None:
        self._lexemes: list[tuple[str, str]] = []
        for match in _LEXEME.finditer(query):
            kind, text = match.lastgroup or "word", match.group(match.lastgroup or 0)
            if kind == "word" and text in _OPERATORS:
                kind = _OPERATORS[text]
            if kind not in ("word", "phrase") or set(characters(text)) - {BREAK}:
                self._lexemes.append((kind, text))
        self._place = 0

    def either(self, depth: int) -> Question | None:
        parts = [self._every(depth)]
        while self._next("or"):
            parts.append(self._every(depth))
        found = tuple(part for part in parts if part is not None)
        return Either(found) if len(found) > 1 else (found[0] if found else None)

    def _every(self, depth: int) -> Question | None:
        found: list[Question] = []
        while self._place < len(self._lexemes) and self._lexemes[self._place][0] != "or":
            if self._lexemes[self._place][0] == "close":
                if depth:
                    break
                self._place += 1  # a bracket that was never opened
                continue
            if self._next("and"):
                continue
            part = self._one(depth)
            if part is not None:
                found.append(part)
        return Every(tuple(found)) if len(found) > 1 else (found[0] if found else None)

    def _one(self, depth: int) -> Question | None:
        negated = False
        while self._next("not"):
            negated = not negated
        if self._place >= len(self._lexemes):
            return None
        kind, text = self._lexemes[self._place]
        if kind in ("or", "close", "and"):
            return None
        self._place += 1
        part: Question | None
        if kind == "open":
            if depth >= _DEPTH:
                raise CorpusError(text, "括号套得太深", "请改简单些")
            part = self.either(depth + 1)
            self._next("close")
        else:
            part = Term(text.strip('"“”「」'), kind == "phrase")
        return Not(part) if negated and part is not None else part

    def _next(self, kind: str) -> bool:
        if self._place < len(self._lexemes) and self._lexemes[self._place][0] == kind:
            self._place += 1
            return True
        return False
