"""What this room gives: facts and figures with their evidence, as frozen values."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from kg.claims import ObservationClaim, RelationClaim
from kg.entities import Entity


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of one document that states a fact."""

    iri: str
    document: str
    """Id of the document."""
    start: int
    end: int
    quote: str
    """`Document.text[start:end]`."""
    claim: RelationClaim | ObservationClaim
    prior: Decimal
    """How far to believe this one claim, 0..1."""
    page: int | None = None
    """The page on which the sentence begins, where the document has pages."""

    @property
    def written(self) -> str:
        """The figure as the document writes it, or "" for a relation."""
        if not isinstance(self.claim, ObservationClaim) or self.claim.value_end <= self.claim.value_start:
            return ""
        return self.quote[max(self.claim.value_start - self.start, 0) : max(self.claim.value_end - self.start, 0)]


@dataclass(frozen=True, slots=True)
class Fact:
    """`subject predicate object` with its status."""

    iri: str
    subject: Entity
    predicate: str
    object: Entity
    status: str
    belief: Decimal
    sources: int
    """How many independent sources state it."""
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as its first evidence gives it, and in base units."""

    iri: str
    subject: Entity
    claim: ObservationClaim
    """The first of the claims that state it: indicator, value and unit as there, status, period, substance."""
    base_value: Decimal
    base_max: Decimal | None
    base_unit: str
    belief: Decimal
    sources: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of a build, in the order of their IRIs."""

    relations: tuple[Fact, ...]
    figures: tuple[Figure, ...]


def plain(value: Decimal) -> str:
    """A decimal in the shortest form without exponent: 32600000, 0.31."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def digest(*parts: str) -> str:
    """Sixteen hex digits that stand for some strings."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
