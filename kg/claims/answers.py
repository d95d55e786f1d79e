"""The answers that a question about a figure may have, and the choice among them.

What speaks for an answer is told by small functions of few values (`Seen`), which remember their weights by them, and
by the circumstances that all answers of a question share (`Shared`), which are weighed once for all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kg.claims.weights import REMEMBERED, Features, of_weights, thousandths, total
from kg.mentions import Mention

SETTLED = (("dropped",), ("certain",))
"""Features of answers that need no weighing."""


class Seen:
    """A function whose values tell features, and what these weigh in a model: `@Seen.by("subject")`."""

    def __init__(self, model: str, features: Callable[..., Features]) -> None:
        self.features = features
        self.weight: Callable[..., int] = of_weights(REMEMBERED // 2)(lambda *values: total(model, features(*values)))

    @classmethod
    def by(cls, model: str) -> Callable[[Callable[..., Features]], Seen]:
        """Makes it of the function."""
        return lambda function: cls(model, function)


Part = tuple[Seen, tuple[Any, ...]]
"""What tells the features, and the values that it is asked with."""


class Shared:
    """Circumstances of a question: with an answer's name and a sign before them they are its features."""

    def __init__(self, model: str, sign: str, circumstances: Iterable[str]) -> None:
        self.model, self.sign, self.circumstances = model, sign, tuple(circumstances)

    def features(self, value: str) -> Features:
        """The features of one answer."""
        return tuple(f"{value}{self.sign}{circumstance}" for circumstance in self.circumstances)

    def weights(self) -> dict[str, int]:
        """What the circumstances weigh for each answer for which they weigh anything."""
        table, found = _crossed(self.model, self.sign), dict[str, int]()
        for circumstance in self.circumstances:
            for value, weight in table.get(circumstance, ()):
                found[value] = found.get(value, 0) + weight
        return found


@of_weights(8)
def _crossed(model: str, sign: str) -> dict[str, list[tuple[str, int]]]:
    """Circumstance -> the answers for which it weighs something, with how much."""
    found: dict[str, list[tuple[str, int]]] = {}
    for feature, weight in thousandths(model).items():
        value, _, circumstance = feature.partition(sign)
        if circumstance:
            found.setdefault(circumstance, []).append((value, weight))
    return found


@dataclass(slots=True)
class Answer:
    """One possible answer: its value, what speaks for or against it, the cue words."""

    value: str
    own: Features = ()
    """Features of this answer alone."""
    cue: str = ""
    mention: Mention | None = None
    parts: tuple[Part, ...] = ()
    shared: Shared | None = None

    @property
    def features(self) -> Features:
        """All that speaks for or against it."""
        told = [feature for seen, values in self.parts for feature in seen.features(*values)]
        return (*self.own, *told, *(self.shared.features(self.value) if self.shared is not None else ()))


class Choice:
    """The answers of one question, weighed by a model."""

    def __init__(self, model: str, answers: Iterable[Answer]) -> None:
        self.answers: Sequence[Answer] = list(answers)
        table, known = thousandths(model), dict[int, dict[str, int]]()
        self._scores = []
        for answer in self.answers:
            weight = sum([table.get(feature, 0) for feature in answer.own])
            weight += sum([seen.weight(*values) for seen, values in answer.parts])
            if answer.shared is not None:
                shared = known.get(id(answer.shared))
                if shared is None:
                    shared = known[id(answer.shared)] = answer.shared.weights()
                weight += shared.get(answer.value, 0)
            self._scores.append(weight / 1000)

    def best(self) -> Answer:
        """The answer with the highest score, the first of equals; one that needs no weighing before all others."""
        settled = next((a for a in self.answers if a.own in SETTLED), None)
        return settled or self.answers[max(range(len(self._scores)), key=self._scores.__getitem__)]

    def share(self, answer: Answer) -> float:
        """How likely an answer is the right one among all; 1 for what needs no weighing."""
        if answer.own in SETTLED:
            return 1.0
        top = next(score for one, score in zip(self.answers, self._scores, strict=True) if one is answer)
        return 1 / math.fsum([math.exp(min(score - top, 30.0)) for score in self._scores])


def best(model: str, answers: Iterable[Answer]) -> Answer:
    """The best of the answers to a question."""
    return Choice(model, answers).best()
