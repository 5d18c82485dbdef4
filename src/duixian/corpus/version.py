"""Which extractor made a record: two runs with the same version make the same records of the same text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from duixian.vocabulary.tables import own_folders

# What decides the records of a text: the words, the cleaning and the grammar.
_PACKAGES = ("vocabulary", "documents", "extraction")
_SUFFIXES = (".py", ".toml", ".tsv")


@cache
def extractor_version() -> str:
    """Twelve hex digits over the rules and vocabulary of this installation, the user's own words included."""
    digest = hashlib.sha256()
    root = files("duixian")
    for name in ("records.py", *_PACKAGES):
        _feed(digest, (root / name, name))
    for folder in own_folders():
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _feed(digest: hashlib._Hash, place: tuple[Traversable, str]) -> None:
    for item, name in _walk(*place):
        digest.update(name.encode() + b"\0" + item.read_bytes().replace(b"\r\n", b"\n"))


def _walk(item: Traversable, name: str) -> Iterator[tuple[Traversable, str]]:
    if item.is_file():
        if name.endswith(_SUFFIXES):
            yield item, name
        return
    for each in sorted(item.iterdir(), key=lambda each: each.name):
        yield from _walk(each, f"{name}/{each.name}")
