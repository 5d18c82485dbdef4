"""Find the figures of a document."""

from __future__ import annotations

import hashlib
import re

from duixian.documents.model import Block, Document
from duixian.extraction.figures.quantities import Quantity
from duixian.extraction.figures.relatives import Relative, find_relatives, targets_from
from duixian.extraction.figures.statements import Statement, read_sentence
from duixian.extraction.figures.tense import Calendar, Setting, status_and_period
from duixian.extraction.figures.worded import find_quantities
from duixian.extraction.parts import parts_of_document
from duixian.records import Figure
from duixian.vocabulary.indicators import indicator_of
from duixian.vocabulary.units import fold_unit

_SENTENCE_END = re.compile(r"[。！？!?；;\n]")
# Marks that join a statement to the one before and are no part of its quote.
_LEADING = "、，和及与；：。— "
# A list longer than this is quoted from its middle, so that a line of nothing but numbers stays readable and cheap.
_LONGEST_QUOTE = 240
_REPORTS = ("government_work_report", "plan", "division_notice", "bulletin")


def find_figures(document: Document) -> list[Figure]:
    """Every quantified statement of a document, one record for one subject and one value, in the order of the text."""
    calendar = Calendar(document.record.plan_year, document.record.review_year)
    parts = parts_of_document(document)
    figures: list[Figure] = []
    ids: dict[str, int] = {}
    for block, part in zip(document.blocks, parts, strict=True):
        if block.kind in ("title", "byline", "salutation"):
            continue
        figures.extend(_read_block(document, block, part, calendar, ids))
    return figures


def _sentences(text: str) -> list[tuple[int, int]]:
    spans = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        spans.append((start, match.start()))
        start = match.end()
    if start < len(text):
        spans.append((start, len(text)))
    return spans


def _read_block(document: Document, block: Block, part: str, calendar: Calendar, ids: dict[str, int]) -> list[Figure]:
    text = block.text
    quantities = find_quantities(text)
    reported = document.record.kind in _REPORTS
    listing = targets_from(text) if part != "review" and len(quantities) >= 2 else -1
    out: list[tuple[int, Figure]] = []
    position = 0
    carried = ""
    occupied: list[tuple[int, int, str]] = []
    if quantities:
        for start, end in _sentences(text):
            inside: list[Quantity] = []
            while position < len(quantities) and quantities[position].core < end:
                inside.append(quantities[position])
                position += 1
            if not inside:
                continue
            sentence = text[start:end]
            statements, carried = read_sentence(text, start, end, inside, carried)
            for statement in statements:
                occupied.append((statement.start, statement.quantity.end, statement.subject))
                setting = Setting(
                    part, reported, 0 <= listing < end, statement.imperative, statement.quantity.op == "eq"
                )
                at = statement.quantity.core - start
                status, period = status_and_period(setting, sentence, at, calendar, statement.role)
                figure = _figure(document, block, statement, status, period, ids)
                if figure is not None:
                    out.append((statement.quantity.core, figure))
    for relative in find_relatives(text, occupied, listing >= 0):
        status, period = status_and_period(Setting(part, reported, listing >= 0), text, relative.start, calendar, "")
        figure = _relative(document, block, relative, status, period, ids)
        if figure is not None:
            out.append((relative.start, figure))
    out.sort(key=lambda pair: pair[0])
    return [figure for _, figure in out]


def _identify(ids: dict[str, int], *parts: object) -> str:
    """A stable id from what makes the record itself; a counter tells repeats apart."""
    key = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).hexdigest()
    ids[key] = ids.get(key, 0) + 1
    return f"fig-{key}" if ids[key] == 1 else f"fig-{key}-{ids[key]}"


def _signed(value: float | int | None, negative: bool) -> float | int | None:
    return -value if negative and value else value


def _figure(
    document: Document, block: Block, statement: Statement, status: str, period: str, ids: dict[str, int]
) -> Figure | None:
    quantity = statement.quantity
    start = max(statement.start, quantity.core - _LONGEST_QUOTE)
    while start < quantity.core and block.text[start] in _LEADING:
        start += 1
    evidence = document.evidence(block, start, quantity.end, quantity.core)
    if evidence is None:
        return None
    factor, base_unit = fold_unit(quantity.unit)
    value = _signed(quantity.value, statement.negative)
    base = value * factor if value is not None else None
    if base is not None and base == int(base):
        base = int(base)
    return Figure(
        id=_identify(ids, document.id, block.index, quantity.core, statement.subject, value, quantity.unit),
        document=document.id,
        evidence=evidence,
        subject=statement.subject,
        action=statement.action,
        indicator=statement.indicator,
        kind=statement.kind,
        op=quantity.op,
        value=value,
        value2=_signed(quantity.value2, statement.negative),
        unit=quantity.unit,
        base_value=base,
        base_unit=base_unit,
        status=status,
        period=period,
        section=block.section,
    )


def _relative(
    document: Document, block: Block, relative: Relative, status: str, period: str, ids: dict[str, int]
) -> Figure | None:
    evidence = document.evidence(block, relative.start, relative.end)
    if evidence is None:
        return None
    return Figure(
        id=_identify(ids, document.id, block.index, relative.start, relative.subject, relative.op),
        document=document.id,
        evidence=evidence,
        subject=relative.subject,
        action=relative.action,
        indicator=indicator_of(relative.subject),
        kind="relative",
        op=relative.op,
        value=None,
        value2=None,
        unit="",
        base_value=None,
        base_unit=None,
        status=status,
        period=period,
        section=block.section,
    )
