"""Counts and the rates that follow from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def harmonic(precision: float, recall: float) -> float:
    """The F1 of a precision and a recall; 0 when both are."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(slots=True)
class Tally:
    """How often a field was right among the pairs in which it could be."""

    right: int = 0
    of: int = 0

    @property
    def accuracy(self) -> float:
        return self.right / self.of if self.of else 0.0

    def count(self, right: bool) -> None:
        self.of += 1
        self.right += right


@dataclass(slots=True)
class Score:
    """What came of comparing answers with records of one kind.

    gold: answers. found: answers with a record of their own. predicted, extra: records where the answers are complete,
    and those among them that answer nothing. graded: pairs whose fields are compared; expected: the answers among which
    they could be; strict: those with all required fields right. fields: every field by name.
    """

    gold: int = 0
    found: int = 0
    predicted: int = 0
    extra: int = 0
    graded: int = 0
    expected: int = 0
    strict: int = 0
    fields: dict[str, Tally] = field(default_factory=dict)

    @property
    def precision(self) -> float:
        return (self.predicted - self.extra) / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return self.found / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return harmonic(self.precision, self.recall)

    @property
    def strict_f1(self) -> float:
        """Detection with every required field right."""
        precision = self.precision * self.strict / self.graded if self.graded else 0.0
        return harmonic(precision, self.strict / self.expected if self.expected else 0.0)

    def tally(self, name: str) -> Tally:
        return self.fields.setdefault(name, Tally())

    def to_dict(self) -> dict[str, Any]:
        """Counts and rates, JSON-ready. A field's precision and recall are those of detection times its accuracy."""
        out: dict[str, Any] = {
            "gold": self.gold,
            "predicted": self.predicted,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "strict_f1": self.strict_f1,
            "fields": {},
        }
        for name, tally in self.fields.items():
            precision, recall = self.precision * tally.accuracy, self.recall * tally.accuracy
            out["fields"][name] = {
                "compared": tally.of,
                "accuracy": tally.accuracy,
                "precision": precision,
                "recall": recall,
                "f1": harmonic(precision, recall),
            }
        return out


@dataclass(frozen=True, slots=True)
class Mistake:
    """One error. kind: "missing", "wrong" or "extra". fields: those that are wrong, each with wanted and given."""

    record: str
    kind: str
    document: str
    line: int
    text: str
    fields: tuple[tuple[str, str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "record": self.record,
            "kind": self.kind,
            "document": self.document,
            "line": self.line,
            "text": self.text,
            "fields": [{"field": name, "wanted": wanted, "given": given} for name, wanted, given in self.fields],
        }
