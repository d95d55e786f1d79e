"""How much each observed circumstance speaks for a reading: weights learned from annotated texts, kept as data.

A model is a set of features with weights (`ontology/weights.tsv`); a reading's score is the sum over its features. The
file is made by `tests/corpus/train.py` from annotated development texts; an absent feature weighs nothing.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import groupby, repeat
from pathlib import Path
from types import MappingProxyType
from typing import ParamSpec, TypeVar

from kg import ontology
from kg.errors import KgError
from kg.ontology.parsed import remembered

Features = tuple[str, ...]
P = ParamSpec("P")
R = TypeVar("R")
REMEMBERED = 1 << 13
"""Combinations of small answers whose features are remembered: some megabytes."""


_COLUMNS = 3
_NUMBERS = re.compile(r"-?\d+\.\d{3}(?:\t-?\d+\.\d{3})*")
_HEADER = re.compile(r"(?:#.*\n)+")
_NONE: Mapping[str, int] = MappingProxyType({})

_forgetting: list[Callable[[], None]] = []
"""What makes all forget that depends on the weights."""


def of_weights(maxsize: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Remembers the answers of a function that depend on the weights, until others are adopted."""

    def remembering(function: Callable[P, R]) -> Callable[P, R]:
        cached = lru_cache(maxsize=maxsize)(function)
        _forgetting.append(cached.cache_clear)
        return cached  # type: ignore[return-value]

    return remembering


@lru_cache(maxsize=1)
def models() -> dict[str, dict[str, int]]:
    """Model -> feature -> weight in thousandths, as the file has them."""
    path = ontology.ontology_dir() / "weights.tsv"
    return remembered("weights", [path, Path(__file__)], lambda: _read(path)) if path.exists() else {}


def _read(path: Path) -> dict[str, dict[str, int]]:
    written = _HEADER.sub("", path.read_text(encoding="utf-8"), count=1).rstrip("\n")
    cells = written.replace("\n", "\t").split("\t")
    numbers = "\t".join(cells[2::3])
    if len(cells) != _COLUMNS * (written.count("\n") + 1) or not _NUMBERS.fullmatch(numbers):
        raise KgError(
            f"{path}, line {_damaged(path)}: three columns are due (model, feature, weight with three decimals)"
        )
    weights = list(map(int, numbers.replace(".", "").split("\t")))
    models: dict[str, dict[str, int]] = {}
    features, at = cells[1::3], 0
    for model, run in groupby(cells[::3]):
        end = at + sum(1 for _ in run)
        models.setdefault(model, {}).update(zip(features[at:end], weights[at:end], strict=True))
        at = end
    return models


def _damaged(path: Path) -> int:
    """The first line that has not three columns, the last of them a number."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        cells = line.split("\t")
        if line and not line.startswith("#") and not (len(cells) == _COLUMNS and _NUMBERS.fullmatch(cells[-1])):
            return number
    return 1


def weights() -> dict[str, dict[str, float]]:
    """Model -> feature -> weight."""
    return {model: {feature: w / 1000 for feature, w in table.items()} for model, table in models().items()}


def thousandths(model: str) -> Mapping[str, int]:
    """Feature -> weight in thousandths: whole numbers are summed fast, and exactly."""
    return models().get(model) or _NONE


def threshold(model: str) -> float:
    """The score from which on a model's claims are made."""
    return thousandths(model).get("threshold", 0) / 1000


def adopt(other: Mapping[str, Mapping[str, float]]) -> None:
    """Puts other weights in use, in this process: learning and its checks try some."""
    kept = models()
    kept.clear()
    for model, table in other.items():
        kept[model] = {feature: round(weight * 1000) for feature, weight in table.items()}
    for forget in _forgetting:
        forget()


def total(model: str, features: Iterable[str]) -> int:
    """Sum of the weights in thousandths; it is exact, thus the same in whichever order they come."""
    return sum(map(thousandths(model).get, features, repeat(0)))


def score(model: str, features: Iterable[str]) -> float:
    """Sum of the weights: above 0 speaks for the reading."""
    return total(model, features) / 1000


def probability(value: float) -> float:
    """The score as a probability, 0..1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def log_odds(chance: float) -> float:
    """The score that a probability comes from."""
    bounded = min(max(chance, 0.0001), 0.9999)
    return math.log(bounded / (1 - bounded))


def rounded(chance: float) -> Decimal:
    """A probability as claims carry it: to four digits, so that no machine's last bits show."""
    return Decimal(f"{chance:.4f}")


def bucket(value: float, edges: tuple[float, ...] = (0, 2, 5, 9, 15, 25)) -> str:
    """The number of edges that a distance passes: distances that mean the same share a feature."""
    return str(bisect_left(edges, value))
