"""Corrections laid over records: matched by document and words, so that they outlive the extraction they were made of.

A record is found by its id; where a newer extraction gives it another, by its kind, its place and what it said. A
corrected record that is no longer extracted stays as people left it; so does one that they added. Fields that are kept
beside a record (who owes a commitment) never come into its row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from duixian.corpus.correctable import beside, checked_values, correctable, fields_of
from duixian.corpus.corrections import Correction, Journal, Wish
from duixian.corpus.errors import CorpusError
from duixian.corpus.owners import Owner
from duixian.documents.model import Document
from duixian.records import Evidence
from duixian.vocabulary.units import fold_unit

# How much of their words two records of one place must share to be taken for the same.
_OVERLAP = 0.5
_LONGEST_WORDS = 600
Row = dict[str, Any]
Ground = Callable[["Amendment"], Evidence | None]


@dataclass(slots=True)
class Amendment:
    """What the live corrections of one record come to.

    before: the record as it was extracted, empty for one that people added. values: the fields that are set. beside:
    those set that are kept beside the record. sequences: the entries of the journal that it comes from. digest: of the
    source that ``evidence`` speaks of.
    """

    kind: str
    record: str
    document: str
    digest: str
    evidence: Evidence
    before: dict[str, Any]
    values: dict[str, Any] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)
    added: bool = False
    dropped: bool = False
    sequences: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Amended:
    """Records with the corrections laid over them.

    rows: of all kinds wanted. changed, added: ids of records that people changed or added, with their amendment.
    dropped: those they took out, with the row as it was extracted. owners: by id of the commitment, where people named
    any. laid: every amendment of a record that is there, by its id.
    """

    rows: dict[str, list[Row]]
    changed: dict[str, Amendment] = field(default_factory=dict)
    added: dict[str, Amendment] = field(default_factory=dict)
    dropped: list[tuple[Amendment, Row]] = field(default_factory=list)
    owners: dict[str, Owner] = field(default_factory=dict)
    laid: dict[str, Amendment] = field(default_factory=dict)

    def lay(self, row: Row, amendment: Amendment, added: bool) -> None:
        """Note that a row came out of an amendment."""
        record = row["id"]
        self.laid[record] = amendment
        if added:
            self.added[record] = amendment
        elif amendment.values:
            self.changed[record] = amendment
        if owner := Owner.of(amendment.beside):
            self.owners[record] = owner

    def touched(self) -> set[str]:
        """The ids of the records that people changed, added or named an owner of."""
        return {*self.changed, *self.added, *self.owners}


def amendments(entries: Iterable[Correction]) -> list[Amendment]:
    """One amendment a record, in the order of the first entry about it."""
    found: dict[tuple[str, str], Amendment] = {}
    for entry in entries:
        if entry.evidence is None:
            continue
        known = found.get((entry.document, entry.record))
        if known is None:
            if entry.action != "add" and entry.record.startswith("add-"):
                continue  # a change to an addition that was taken back
            before, _ = _parted(entry.kind, entry.before)
            known = Amendment(entry.kind, entry.record, entry.document, entry.digest, entry.evidence, before)
            found[entry.document, entry.record] = known
        known.added = known.added or entry.action == "add"
        known.dropped = entry.action == "drop"
        values, aside = _parted(entry.kind, entry.after)
        known.values |= values
        known.beside |= aside
        known.sequences.append(entry.sequence)
    return list(found.values())


def amended(rows: Mapping[str, Sequence[Row]], found: Iterable[Amendment], ground: Ground) -> Amended:
    """Rows of some documents, by kind (figure, commitment, project), with amendments of the same documents laid over.

    ground: evidence in the present source for an amendment whose record is not among the rows; None when its words
    are not there.
    """
    result = Amended({kind: list(each) for kind, each in rows.items()})
    places: dict[tuple[str, str], list[Row]] = {}
    for kind, each in rows.items():
        for row in each:
            places.setdefault((kind, row["document"]), []).append(row)
    taken: set[int] = set()
    touched = False
    for amendment in found:
        if amendment.kind not in rows:
            continue
        touched = True
        present = _match(amendment, places.get((amendment.kind, amendment.document), []), taken)
        if present is not None:
            taken.add(id(present))
            if amendment.dropped:
                result.rows[amendment.kind] = [each for each in result.rows[amendment.kind] if each is not present]
                if not amendment.added:
                    result.dropped.append((amendment, present))
                continue
            fresh = _overlaid(present, amendment)
            result.rows[amendment.kind] = [fresh if each is present else each for each in result.rows[amendment.kind]]
            result.lay(fresh, amendment, amendment.added)
        elif not amendment.dropped and (evidence := ground(amendment)) is not None:
            fresh = _overlaid(_made(amendment, evidence), amendment)
            result.rows[amendment.kind].append(fresh)
            result.lay(fresh, amendment, True)
    if touched:
        for each in result.rows.values():
            each.sort(key=lambda row: (row["document"], row.get("page") or 0, row["start"], row["end"]))
    return result


def wished_change(rows: Iterable[Row], digest: str, record: str, kind: str, values: Mapping[str, Any]) -> Wish:
    """The wish to set fields of a record that stands among these rows. Raises CorpusError.

    A row may hold the fields kept beside the record as they are set now.
    """
    row = _row(rows, record)
    wanted = checked_values(kind, values)
    after = {name: value for name, value in wanted.items() if value != _held(row.get(name))}
    if not after:
        raise CorpusError(record, "没有改动", "请改一个字段再保存")
    _needed(kind, {**row, **after})
    return Wish("change", row["document"], kind, record, digest, _evidence(row), _before(kind, row), after)


def wished_drop(rows: Iterable[Row], digest: str, record: str, kind: str) -> Wish:
    """The wish to take out a record that stands among these rows. Raises CorpusError."""
    row = _row(rows, record)
    return Wish("drop", row["document"], kind, record, digest, _evidence(row), _before(kind, row))


def wished_addition(
    document: Document,
    digest: str,
    kind: str,
    place: tuple[int, int, int],
    values: Mapping[str, Any],
    rows: Iterable[Row],
) -> Wish:
    """The wish to add a record whose words are [start, end) of a block: place is (block, start, end).

    Raises CorpusError for words that cannot be grounded, fields that cannot be, or a record that is there already.
    """
    evidence, block = grounded(document, place)
    given = checked_values(kind, {field.name: values.get(field.name, _default(field)) for field in fields_of(kind)})
    given |= checked_values(kind, {name: value for name, value in values.items() if name not in given})
    _needed(kind, given)
    # What is kept beside a record and was not given is as suggested.
    given = {name: value for name, value in given.items() if value is not None or name not in beside(kind)}
    after = {**given, "section": list(document.blocks[block].section), "block": document.blocks[block].index}
    key = "|".join(
        (document.id, kind, str(evidence.page), str(evidence.start), str(evidence.end), repr(sorted(given.items())))
    )
    record = "add-" + hashlib.blake2b(key.encode(), digest_size=8).hexdigest()
    new = Amendment(kind, record, document.id, digest, evidence, {}, after, added=True)
    if _match(new, list(rows), set()) is not None:
        raise CorpusError(evidence.quote[:40], "这里已有这样一条记录", "请在列表中找到它，更正即可")
    return Wish("add", document.id, kind, record, digest, evidence, {}, after)


def wished_withdrawal(journal: Journal, document: str, sequence: int) -> Wish:
    """The wish to take back an entry of a document. Raises CorpusError when there is no such live entry."""
    for entry in journal.of(document):
        if entry.sequence == sequence:
            return Wish("withdraw", document, entry.kind, entry.record, withdrawn=sequence)
    raise CorpusError(str(sequence), "没有这条更正，或已经撤回", "请刷新页面查看")


def grounded(document: Document, place: tuple[int, int, int]) -> tuple[Evidence, int]:
    """Evidence for [start, end) of a block, and the position of that block. Raises CorpusError."""
    index, start, end = place
    position = next((number for number, block in enumerate(document.blocks) if block.index == index), None)
    if position is None or not 0 <= start < end <= len(document.blocks[position].text):
        raise CorpusError("选中的文字", "不在这份文件里", "请刷新页面，重新选择")
    if end - start > _LONGEST_WORDS:
        raise CorpusError("选中的文字", f"超过 {_LONGEST_WORDS} 字", "请只选这一条记录的原文")
    block = document.blocks[position]
    evidence = document.evidence(block, start, end)
    if evidence is None or evidence.quote != "".join(block.text[start:end].split()):
        raise CorpusError("选中的文字", "在原文里不相连，找不到依据", "请选短一些，不要跨页或跨栏")
    return evidence, position


def place_of_words(document: Document, words: str) -> tuple[int, int, int]:
    """Where words stand in a document: (block, start, end), by what is there once white space is dropped.

    Raises CorpusError when they are not there, or more than once.
    """
    wanted = "".join(words.split())
    if not wanted:
        raise CorpusError("原文", "没有写", "请把原文里的字句粘贴进来")
    found: list[tuple[int, int, int]] = []
    for block in document.blocks:
        kept = [number for number, character in enumerate(block.text) if not character.isspace()]
        bare = "".join(block.text[number] for number in kept)
        at = bare.find(wanted)
        while at >= 0:
            found.append((block.index, kept[at], kept[at + len(wanted) - 1] + 1))
            at = bare.find(wanted, at + 1)
    if not found:
        raise CorpusError(words.strip()[:40], "文件里没有这句话", "请从原文复制，标点也要一样，不要跨段")
    if len(found) > 1:
        raise CorpusError(words.strip()[:40], f"文件里出现了 {len(found)} 次", "请多复制几个字，让它只出现一次")
    return found[0]


def _match(amendment: Amendment, rows: Sequence[Row], taken: set[int]) -> Row | None:
    free = [row for row in rows if id(row) not in taken]
    for row in free:
        if row["id"] == amendment.record:
            return row
    # An addition says what people meant; a record with the same words and value is the same.
    said = {**amendment.before, **(amendment.values if amendment.added else {})}
    scored = [(_likeness(amendment, said, row), row) for row in free]
    best = max(scored, key=lambda each: each[0], default=(0.0, None))
    return best[1] if best[0] > 0 else None


def _likeness(amendment: Amendment, said: Mapping[str, Any], row: Row) -> float:
    """0 for another record; higher the more alike."""
    evidence = amendment.evidence
    if row.get("quote") == evidence.quote:
        overlap = 1.0
    elif row.get("page") == evidence.page and row.get("source") == evidence.source:
        shared = min(row["end"], evidence.end) - max(row["start"], evidence.start)
        overlap = shared / max(1, max(row["end"], evidence.end) - min(row["start"], evidence.start))
    else:
        overlap = 0.0
    if overlap <= 0:
        return 0.0
    if amendment.kind == "figure":
        # Several figures share the words of one phrase; the value and the unit tell them apart.
        same = all(_held(row.get(name)) == _held(said.get(name)) for name in ("value", "unit", "op"))
        return overlap if same else 0.0
    if amendment.kind == "project":
        one, other = str(row.get("name") or ""), str(said.get("name") or "")
        return overlap if one in other or other in one else 0.0
    return overlap if overlap >= _OVERLAP else 0.0


def _overlaid(row: Row, amendment: Amendment) -> Row:
    fresh = {**row, **amendment.values}
    if amendment.kind == "figure" and {"value", "unit"} & amendment.values.keys():
        factor, base = fold_unit(fresh.get("unit") or "")
        value = fresh.get("value")
        fresh["base_value"] = None if value is None else value * factor
        fresh["base_unit"] = None if value is None else base
    return fresh


def _made(amendment: Amendment, evidence: Evidence) -> Row:
    """A row for a record that is not extracted (any more)."""
    row: Row = {"id": amendment.record, "document": amendment.document, **asdict(evidence)}
    row |= {field.name: _default(field) for field in correctable()[amendment.kind] if not field.beside}
    row |= {"action": "", "section": [], "block": None, "base_value": None, "base_unit": None, "measures": []}
    return row | amendment.before


def _parted(kind: str, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of the record, and those that are kept beside it."""
    apart = beside(kind)
    inside = {name: value for name, value in values.items() if name not in apart}
    return inside, {name: value for name, value in values.items() if name in apart}


def _row(rows: Iterable[Row], record: str) -> Row:
    for row in rows:
        if row["id"] == record:
            return row
    raise CorpusError(record[:40], "没有这条记录，或已经删去", "请刷新页面查看")


def _needed(kind: str, values: Mapping[str, Any]) -> None:
    for each in fields_of(kind):
        if each.needed and not values.get(each.name):
            raise CorpusError(each.name, "不能是空的", "请填写")
    if kind == "figure" and values.get("op") == "range" and values.get("value2") is None:
        raise CorpusError("value2", "区间要有上限", "请填写上限")


def _before(kind: str, row: Row) -> dict[str, Any]:
    """The record as it stands, as far as it is not evidence."""
    names = {*(field.name for field in fields_of(kind)), "action", "section", "block", "base_value", "base_unit"}
    return {name: _held(row[name]) for name in sorted(names) if name in row}


def _held(value: Any) -> Any:
    """A value in the one form in which it is compared and kept."""
    if isinstance(value, tuple):
        return list(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _evidence(row: Row) -> Evidence:
    return Evidence(row["source"], row["line"], row["page"], row["start"], row["end"], row["quote"])


def _default(field: Any) -> Any:
    if field.beside:
        return None
    if field.type == "boolean":
        return False
    return field.choices[0] if field.choices else None if field.type == "number" else ""
