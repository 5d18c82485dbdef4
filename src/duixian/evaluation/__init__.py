"""How good the records are, measured against answers made by hand."""

from duixian.evaluation.answers import Answers, read_answers
from duixian.evaluation.scoring import Evaluation, evaluate

__all__ = ["Answers", "Evaluation", "evaluate", "read_answers"]
