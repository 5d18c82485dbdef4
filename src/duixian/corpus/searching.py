"""Questions to the search index: paragraphs that hold words, commitments that resemble one another."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from duixian.corpus.asking import Either, Every, Not, Question, Term, terms_of, understand
from duixian.corpus.errors import CorpusError, NoSuchNameError
from duixian.corpus.index import COMMITMENT, PARAGRAPH, drop_index, open_index
from duixian.corpus.manifest import Snapshot
from duixian.corpus.words import BREAK, characters, locator, words

if TYPE_CHECKING:
    import tantivy

# Up to this many tokens, words without quotation marks are looked for as they stand; longer ones also word by word.
_WHOLE = 6
_AROUND = 40
_MOST_REGIONS = 5_000


@dataclass(frozen=True, slots=True)
class Hit:
    """One paragraph or commitment.

    key: id of the commitment, or "document#block". score: higher is better; of similar commitments between 0 and 1.
    marks: (start, end) of the words found, in text. snippet: the part of the text around the first ones; the words
    found stand in 【】.
    """

    score: float
    key: str
    document: str
    title: str
    region: str | None
    region_name: str | None
    year: int | None
    section: tuple[str, ...]
    source: str
    line: int
    page: int | None
    block: int | None
    text: str
    marks: tuple[tuple[int, int], ...]
    snippet: str


@dataclass(frozen=True, slots=True)
class Hits:
    """The best hits, the number of all, and that number by place and by the year planned, most frequent first."""

    hits: tuple[Hit, ...]
    total: int
    by_region: dict[str, int] = field(default_factory=dict)
    by_year: dict[int, int] = field(default_factory=dict)


def search(
    folder: Path,
    snapshot: Snapshot,
    query: str,
    regions: list[str] | None,
    levels: list[str] | None,
    years: list[int] | None,
    section: str | None,
    statuses: list[str] | None,
    limit: int,
) -> Hits:
    """See :meth:`duixian.corpus.store.Corpus.search`."""
    question = understand(query)
    terms = [term for each in terms_of(question) for term in _found_as(each)]

    def ask(index: tantivy.Index) -> Hits:

        filters = [_value(index, "type", [PARAGRAPH])]
        for name, values in (("region", regions), ("level", levels), ("status", statuses)):
            if values is not None:
                filters.append(_value(index, name, values))
        if years is not None:
            filters.append(_value(index, "year", years))
        if section:
            filters.append(_phrase(index, "section", section))
        return _ask(index, snapshot, _with(_query(index, question), filters), terms, limit)

    return _tried(folder, snapshot, ask)


def similar(folder: Path, snapshot: Snapshot, commitment: str, regions: list[str] | None, limit: int) -> Hits:
    """See :meth:`duixian.corpus.store.Corpus.similar`."""

    def ask(index: tantivy.Index) -> Hits:
        import tantivy

        query = tantivy.Query
        itself = query.boolean_query(
            [
                (tantivy.Occur.Must, _value(index, "type", [COMMITMENT])),
                (tantivy.Occur.Must, _value(index, "key", [commitment])),
            ]
        )
        found = _ask(index, snapshot, itself, [], 1).hits
        if not found:
            raise NoSuchNameError(commitment, "承诺", [])
        vocabulary = list(dict.fromkeys(words(found[0].text)))
        if not vocabulary:
            return Hits((), 0)
        alike = query.boolean_query(
            [(tantivy.Occur.Should, query.term_query(index.schema, "words", word)) for word in vocabulary]
        )
        best = _ask(index, snapshot, _with(alike, [_value(index, "key", [commitment])]), [], 1).hits
        filters = [_value(index, "type", [COMMITMENT])]
        if regions is not None:
            filters.append(_value(index, "region", list(regions)))
        others = _with(alike, filters)
        others = query.boolean_query(
            [(tantivy.Occur.Must, others), (tantivy.Occur.MustNot, _value(index, "key", [commitment]))]
        )
        # A full match of every word has the score of the commitment itself.
        return _ask(index, snapshot, others, vocabulary, limit, best[0].score if best else 1.0)

    return _tried(folder, snapshot, ask)


def _tried(folder: Path, snapshot: Snapshot, ask: Callable[[tantivy.Index], Hits]) -> Hits:
    try:
        return ask(open_index(folder, snapshot))
    except CorpusError:
        raise
    except Exception:
        # The index says nothing the data does not say: a broken one is made again, once.
        drop_index(folder)
        return ask(open_index(folder, snapshot))


def _ask(
    index: tantivy.Index, snapshot: Snapshot, query: tantivy.Query, terms: list[str], limit: int, unit: float = 1.0
) -> Hits:
    searcher = index.searcher()
    result = searcher.search(query, limit=max(1, limit))
    counts = searcher.aggregate(
        query,
        {
            "region": {"terms": {"field": "region_name", "size": _MOST_REGIONS}},
            "year": {"terms": {"field": "year", "size": 200}},
        },
    )
    hits = []
    for score, address in result.hits[:limit]:
        stored: Any = searcher.doc(address)
        entry = snapshot.documents[stored.get_first("document")]
        section, text, line, page, block = orjson.loads(bytes(stored.get_first("payload")))
        marks = _marks(text, terms)
        hits.append(
            Hit(
                score=round(float(score) / unit, 4),
                key=stored.get_first("key"),
                document=entry.id,
                title=entry.title,
                region=entry.region,
                region_name=entry.region_name,
                year=entry.plan_year,
                section=tuple(section),
                source=entry.source,
                line=line,
                page=page,
                block=block,
                text=text,
                marks=marks,
                snippet=_snippet(text, marks),
            )
        )
    regions = {each["key"]: int(each["doc_count"]) for each in counts["region"]["buckets"] if each["key"]}
    years = {int(each["key"]): int(each["doc_count"]) for each in counts["year"]["buckets"] if each["key"]}
    return Hits(tuple(hits), int(getattr(result, "count", 0) or 0), regions, dict(sorted(years.items())))


def _query(index: tantivy.Index, question: Question) -> tantivy.Query:
    import tantivy

    query, occur = tantivy.Query, tantivy.Occur
    if isinstance(question, Term):
        whole = _phrase(index, "characters", question.text)
        parts = _found_as(question)[1:]
        if not parts:
            return whole
        pieces = query.boolean_query([(occur.Must, _phrase(index, "characters", part)) for part in parts])
        return query.boolean_query([(occur.Should, query.boost_query(whole, 3.0)), (occur.Should, pieces)])
    if isinstance(question, Either):
        return query.boolean_query([(occur.Should, _query(index, part)) for part in question.parts])
    if isinstance(question, Every):
        return query.boolean_query(
            [
                (occur.MustNot, _query(index, part.part))
                if isinstance(part, Not)
                else (occur.Must, _query(index, part))
                for part in question.parts
            ]
        )
    return query.boolean_query([(occur.Must, query.all_query()), (occur.MustNot, _query(index, question.part))])


def _found_as(term: Term) -> list[str]:
    """The forms in which a term may be met: as it stands, then the words of a long one."""
    if term.exact or len(characters(term.text)) <= _WHOLE:
        return [term.text]
    parts = list(dict.fromkeys(words(term.text)))
    return [term.text, *parts] if len(parts) > 1 else [term.text]


def _phrase(index: tantivy.Index, name: str, text: str) -> tantivy.Query:
    import tantivy

    tokens = characters(text)
    while tokens and tokens[-1] == BREAK:
        tokens.pop()
    while tokens and tokens[0] == BREAK:
        tokens.pop(0)
    if not tokens:
        return tantivy.Query.empty_query()
    if len(tokens) == 1:
        return tantivy.Query.term_query(index.schema, name, tokens[0])
    return tantivy.Query.phrase_query(index.schema, name, list(tokens))


def _value(index: tantivy.Index, name: str, values: list[str] | list[int]) -> tantivy.Query:
    import tantivy

    return tantivy.Query.term_set_query(index.schema, name, values)


def _with(query: tantivy.Query, filters: list[tantivy.Query]) -> tantivy.Query:
    from tantivy import Occur, Query

    return Query.boolean_query(
        [(Occur.Must, query), *((Occur.Must, Query.const_score_query(each, 0.0)) for each in filters)]
    )


def _marks(text: str, terms: list[str]) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for term in terms:
        pattern = locator(term)
        if pattern is not None:
            spans += [match.span() for match in pattern.finditer(text)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _snippet(text: str, marks: tuple[tuple[int, int], ...]) -> str:
    """The window with the most marks in it, marked."""
    if not marks:
        return text[: 3 * _AROUND] + ("…" if len(text) > 3 * _AROUND else "")
    width = 3 * _AROUND
    starts = [start for start, _ in marks]
    best = max(range(len(marks)), key=lambda i: (bisect_left(starts, starts[i] + width) - i, -i))
    low = max(0, starts[best] - _AROUND)
    high = min(len(text), max(starts[best] + width - _AROUND, marks[best][1] + _AROUND))
    pieces = ["…" if low else ""]
    place = low
    for start, end in marks:
        if start >= low and end <= high:
            pieces += [text[place:start], "【", text[start:end], "】"]
            place = end
    pieces += [text[place:high], "…" if high < len(text) else ""]
    return "".join(pieces)
