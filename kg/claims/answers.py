"""The answers that a question about a figure may have, and the choice among them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from kg.claims.weights import Features, score
from kg.mentions import Mention

SETTLED = (("dropped",), ("certain",))
"""Features of answers that need no weighing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One possible answer: its value, the circumstances that speak for or against it, the cue words."""

    value: str
    features: Features
    cue: str = ""
    mention: Mention | None = None


def share(model: str, answer: Answer, answers: Iterable[Answer]) -> float:
    """How likely an answer is the right one among all; 1 for what needs no weighing."""
    if answer.features in SETTLED:
        return 1.0
    top = score(model, answer.features)
    return 1 / math.fsum(math.exp(min(score(model, a.features) - top, 30.0)) for a in answers)


def best(model: str, answers: Iterable[Answer]) -> Answer:
    """The answer with the highest score, the first of equals; one that needs no weighing before all others."""
    listed = list(answers)
    settled = next((a for a in listed if a.features in SETTLED), None)
    return settled or max(listed, key=lambda a: score(model, a.features))
