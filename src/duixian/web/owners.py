"""Who should answer for the commitments of a document: as suggested, or as people named them in the reader."""

from __future__ import annotations

from dataclasses import dataclass, replace

from duixian.corpus.owners import Owner
from duixian.corpus.readings import Reading
from duixian.corpus.texts import typed_record
from duixian.ledger.assignment import Reason, settled, suggest
from duixian.records import Commitment, Figure
from duixian.reporting.labels import label
from duixian.vocabulary.departments import load_departments
from duixian.web.language import texts

_REASONS = 3


@dataclass(frozen=True, slots=True)
class Owning:
    """Who answers for a commitment, by name.

    lead, supporting: as people named them, else as suggested; lead "" when nothing speaks for anybody. confidence,
    reasons: of what was suggested, 1 and none for a lead that was named. lead_named, supporting_named: whether people
    named them. suggested_lead, suggested_supporting: what was suggested, without who leads now. others: whom else
    something speaks for, the best first.
    """

    lead: str
    supporting: tuple[str, ...]
    confidence: float
    reasons: tuple[Reason, ...]
    lead_named: bool
    supporting_named: bool
    suggested_lead: str
    suggested_supporting: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def by_hand(self) -> bool:
        """Whether people named anybody."""
        return self.lead_named or self.supporting_named


def owning_of(reading: Reading) -> dict[str, Owning]:
    """For every commitment of a document, by id."""
    figures = {row["id"]: typed_record(Figure, row) for row in reading.amended.rows["figure"]}
    level = reading.document.record.level
    return {
        row["id"]: _owning(
            typed_record(Commitment, row), reading.amended.owners.get(row["id"], Owner()), level, figures
        )
        for row in reading.amended.rows["commitment"]
    }


def reason_text(reason: Reason, language: str) -> str:
    """The reason in words, with the name of an indicator in place of its id."""
    if reason.place in ("indicator", "share"):
        reason = replace(reason, word=label("indicator", reason.word, language))
    return reason.zh if language == "zh" else texts(language)(f"reason_{reason.place}", word=reason.word)


def reasons_text(owning: Owning, language: str) -> str:
    """The strongest reasons of a suggestion in words."""
    return "；".join(reason_text(reason, language) for reason in owning.reasons[:_REASONS])


def names_for(reading: Reading) -> list[str]:
    """Names to choose owners from: the departments of the document's level, then whom people named in it."""
    level, table = reading.document.record.level, load_departments()
    known = [one.name(level) for key, one in table.departments.items() if table.answering(key, level) == key]
    named = [name for one in reading.amended.owners.values() for name in (one.lead, *(one.supporting or ())) if name]
    return list(dict.fromkeys((*sorted(known), *sorted(named))))


def _owning(commitment: Commitment, owner: Owner, level: str | None, figures: dict[str, Figure]) -> Owning:
    found = suggest(commitment, level, figures=figures)
    after = settled(found, owner, level) if owner else found
    named = owner.lead is not None
    return Owning(
        lead=after.lead_name,
        supporting=after.supporting_names,
        confidence=after.confidence if after.lead is not None else 0.0,
        reasons=() if named else tuple(reason for reason in after.reasons if reason.word),
        lead_named=named,
        supporting_named=owner.supporting is not None,
        suggested_lead=found.lead_name,
        suggested_supporting=tuple(name for name in found.supporting_names if name != after.lead_name),
        others=tuple(
            name
            for name in dict.fromkeys((found.lead_name, *found.supporting_names, *found.further_names))
            if name and name != after.lead_name
        ),
    )
