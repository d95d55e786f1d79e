"""Counts of what is right, found and there to be found; precision, recall and F1 of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

LEVELS = (
    "entity name", "entity name+class",
    "quantity", "quantity+indicator", "quantity+status", "quantity+subject", "observation (all four)",
    "relation", "relation, any predicate",
)  # fmt: skip
ALL = "all"
"""The group of all languages together."""


@dataclass(frozen=True, slots=True)
class Score:
    """How many were right, how many were found, how many there are."""

    right: int = 0
    found: int = 0
    gold: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.found + other.found, self.gold + other.gold)

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 0 where nothing was found."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """The share of what there is that was found; 0 where there is nothing."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores by language (and "all") and level; `missing` are annotated texts of which the build has nothing."""

    scores: Mapping[str, Mapping[str, Score]]
    missing: tuple[str, ...] = ()

    def to_text(self) -> str:
        """One block a language, one line a level."""
        lines = []
        for group, levels in self.scores.items():
            lines.append(f"{group:26}{'P':>7}{'R':>7}{'F1':>7}{'gold':>7}")
            lines += [
                f"{level:26}{s.precision:7.3f}{s.recall:7.3f}{s.f1:7.3f}{s.gold:7}" for level, s in levels.items()
            ]
            lines.append("")
        if self.missing:
            lines.append(f"Not in the build, counted as not found: {', '.join(self.missing)}")
        return "\n".join(lines).rstrip()

    def to_json(self) -> str:
        """Language -> level -> precision, recall, f1, right, found, gold."""
        scores = {
            group: {
                level: {
                    "precision": s.precision, "recall": s.recall, "f1": s.f1,
                    "right": s.right, "found": s.found, "gold": s.gold,
                }
                for level, s in levels.items()
            }
            for group, levels in self.scores.items()
        }  # fmt: skip
        return json.dumps({"scores": scores, "missing": list(self.missing)}, indent=1, ensure_ascii=False)
