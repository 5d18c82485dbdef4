"""How documents are headed, begun and signed: compiled patterns from the data file."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _data() -> dict[str, Any]:
    text = files("duixian.vocabulary").joinpath("data", "titles.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def opening_pattern() -> re.Pattern[str]:
    """Headings that can only open a document of its own."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in _data()["openings"]))


@cache
def title_noun_pattern() -> re.Pattern[str]:
    """The words with which a whole title commonly ends."""
    return re.compile(str(_data()["nouns"]))


@cache
def notice_pattern() -> re.Pattern[str]:
    """Lines between title and text: issuer, document number, source and time of publication."""
    return re.compile(str(_data()["notices"]))


@cache
def letterhead_pattern() -> re.Pattern[str]:
    """Lines that stand above a title without being part of it: red letterheads, document numbers, catalogue fields."""
    return re.compile(str(_data()["heads"]))


@cache
def headline_pattern() -> re.Pattern[str]:
    return re.compile(str(_data()["headlines"]))


@cache
def news_lead_pattern() -> re.Pattern[str]:
    """How the first paragraph of a news item begins."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in _data()["news_leads"]))


@cache
def salutation_pattern() -> re.Pattern[str]:
    """A line that addresses the audience and nothing else."""
    address = str(_data()["salutations"])
    return re.compile(f"{address}[^。；]{{0,48}}[：:！!]$")


@cache
def byline_pattern() -> re.Pattern[str]:
    """A line that names the speaker: group ``office`` and group ``name``."""
    posts = sorted((str(post) for post in _data()["offices"]), key=len, reverse=True)
    stems = "|".join(post if len(post) < 2 else f"{post[:-2]}代?副?{post[-2:]}" for post in posts)
    return re.compile(
        "(?:报告人|主讲人|讲话人)?[：:]?"
        f"(?P<office>[^，。；！0-9一、]{{0,24}}?(?:、[^，。；！0-9]{{0,14}}?)?(?:{stems}))[：:]?"
        "(?P<name>[\u4e00-\u9fff]{1,4}|[\u4e00-\u9fff]{1,8}(?:·[\u4e00-\u9fff]{1,8}){1,3})$"
    )


@cache
def kind_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Pairs of document kind and the titles that tell it, in order of precedence."""
    return tuple((str(entry["kind"]), re.compile(str(entry["pattern"]))) for entry in _data()["kinds"])
