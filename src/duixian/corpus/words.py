"""Text as the search engine sees it: characters for exact phrases, words for meaning."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# Latin words and numbers stay whole; other characters stand for themselves; marks that break a phrase become one sign.
BREAK = "·"
_MARKS = re.compile(r"(?:[^\w\s%‰.]|_|\.(?![0-9]))+")
_TOKEN = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)?|[^\W_a-z0-9]|[%‰·]")
_QUOTES = "“”‘’\"'「」『』《》〈〉"
_NO_QUOTES = str.maketrans("", "", _QUOTES)
# Words of grammar that say nothing of the matter.
_EMPTY = frozenset("的了和与及等在对为以把将要到地得着并或从向由于各个更也都又就再全新大")


def characters(text: str) -> list[str]:
    """The tokens by which exact words are found: quotation marks do not count, other punctuation breaks a phrase."""
    return _TOKEN.findall(_MARKS.sub(BREAK, folded(text).translate(_NO_QUOTES)))


def words(text: str) -> list[str]:
    """The words of a text that carry meaning, in order, with repetitions."""
    import rjieba

    return [
        word
        for word in rjieba.cut(folded(text).translate(_NO_QUOTES))
        if word not in _EMPTY and (word[0].isalnum() or word[-1].isalnum())
    ]


def folded(text: str) -> str:
    """The text with full-width forms and capitals folded."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).lower()


@cache
def locator(term: str) -> re.Pattern[str] | None:
    """A pattern that finds a term as :func:`characters` matches it, in unfolded text; None for an empty term."""
    tokens = [token for token in characters(term) if token != BREAK]
    gap = f"[{re.escape(_QUOTES)}\\s]{{0,3}}"
    return re.compile(gap.join(map(re.escape, tokens)), re.IGNORECASE) if tokens else None
