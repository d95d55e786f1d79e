"""How often each rule is right: `precision.tsv`, counted on annotated texts by `tests/corpus/precision.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from kg.errors import KgError


@dataclass(frozen=True, slots=True)
class Precision:
    """How many claims of a rule were counted, how many of them were right, and which share of further ones will be."""

    claims: int
    right: int
    share: Decimal


@dataclass(frozen=True, slots=True)
class Scale:
    """How the log odds that the weights give a claim become those of its being right: `shift + slope * odds`."""

    shift: float
    slope: float


@dataclass(frozen=True, slots=True)
class Precisions:
    """The file: each rule; each kind of claim with its scale."""

    rules: dict[str, Precision] = field(default_factory=dict)
    kinds: dict[str, Precision] = field(default_factory=dict)
    scales: dict[str, Scale] = field(default_factory=dict)


def read_precisions(path: Path) -> Precisions:
    """The lines of the file; nothing where there is none, as nobody has counted yet."""
    found = Precisions()
    if not path.exists():
        return found
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        try:
            name, claims, right, share, *scale = line.split("\t")
            counted = Precision(int(claims), int(right), Decimal(share))
            if scale:
                shift, slope = map(float, scale)
                found.kinds[name], found.scales[name] = counted, Scale(shift, slope)
            else:
                found.rules[name] = counted
        except (ValueError, ArithmeticError) as error:
            raise KgError(
                f"{path}, line {number}: four columns are due (rule, claims, right, precision), "
                "and shift and slope in the line of a kind. Make the file anew with tests/corpus/precision.py."
            ) from error
        if not 0 <= counted.share <= 1:
            raise KgError(f"{path}, line {number}: the precision {counted.share} is not between 0 and 1.")
    return found
