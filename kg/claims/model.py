"""What extraction says of one document: the entities it names, who does what to whom, and the figures.

Entities are numbered inside their document (`key`); room 4 (`kg.entities`) gives them IRIs across documents.
All offsets are code points into `Document.text`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from kg.documents import Document

MODEL_RULE = "llm:"
"""What the rule of a claim begins with that a language model read; its name follows."""
BOTH = " + "
"""Between the rules of a claim that was read in two ways."""

Filling = Literal["name", "alias", "reference", "speaker", "carried", "heading", "generic", "value"]


@dataclass(frozen=True, slots=True)
class Slot:
    """How one slot of a claim was filled: the words that fill it, and by which way they were found."""

    role: str
    start: int
    end: int
    text: str
    how: Filling


@dataclass(frozen=True, slots=True)
class EntityClaim:
    """One real thing as one document names it."""

    key: int
    cls: str
    """Local name of the most specific class of the ontology."""
    names: tuple[str, ...]
    """Every surface form in the text, the fullest first."""
    spans: tuple[tuple[int, int], ...]
    """Where the names stand (start, end), in text order."""
    generic: bool = False
    """True for an unnamed group or kind ("several banks")."""
    rule: str = ""
    cues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelationClaim:
    """`subject predicate object`, stated by the sentence at `start:end`."""

    subject: int
    predicate: str
    """Local name of an object property of the ontology."""
    object: int
    start: int
    end: int
    rule: str
    status: str = "actual"
    """Code of a status of the ontology."""
    cues: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    likely: Decimal | None = None
    """How likely the weighed circumstances make it, 0..1; None where nothing was weighed."""


@dataclass(frozen=True, slots=True)
class ObservationClaim:
    """A figure: what it measures, whose it is, in which unit, for which period, and whether achieved or not."""

    subject: int
    indicator: str
    """Code of an indicator of the ontology."""
    value: Decimal
    """In `unit`, multipliers applied (32.6 million kWh -> 32600000)."""
    unit: str
    """Code of a unit of the ontology; a ratio is `numerator/denominator`, numerator first."""
    status: str
    start: int
    """The sentence that states it."""
    end: int
    rule: str
    value_start: int = 0
    """The figure as written: `text[value_start:value_end]`."""
    value_end: int = 0
    max: Decimal | None = None
    """Upper end of a range."""
    qualifier: str = ""
    """Code of how exact it is: "", "about", "atLeast", "atMost"."""
    substance: str = ""
    period: str = ""
    """"year", "month", "cumulative", "2023", "2021-2025", or ""."""
    cues: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    likely: Decimal | None = None
    """How likely the weighed circumstances make indicator, status and subject together, 0..1."""


Claim: TypeAlias = EntityClaim | RelationClaim | ObservationClaim


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was found in one document."""

    document: Document
    entities: tuple[EntityClaim, ...]
    relations: tuple[RelationClaim, ...]
    observations: tuple[ObservationClaim, ...]
    near_misses: tuple[str, ...] = ()


def models(rule: str) -> tuple[str, ...]:
    """Names of the language models among the rules of a claim."""
    return tuple(r.removeprefix(MODEL_RULE) for r in rule.split(BOTH) if r.startswith(MODEL_RULE))
