"""What an explanation is made of: plain values, one passage a sentence, that terminal, page and JSON are drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kg.claims import ObservationClaim, RelationClaim
from kg.documents import Document

SpanKind = Literal["entity", "quantity", "date", "cue"]
MissKind = Literal[
    "no-subject", "dropped", "untold", "no-unit", "in-name", "no-slot", "unmade", "below", "rival", "doubted", "nowhere"
]
"""Why something was nearly read: words.toml, misses, has each in words."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words of the text that the reader knows, at code points `start` to `end`."""

    start: int
    end: int
    kind: SpanKind
    name: str
    """Class of an entity, unit of a quantity; what a cue is a word for: the relation, indicator, status ..."""
    used: bool
    """Whether a claim stands on it; for an entity: whether it is told of at all."""
    how: str = ""
    """Of an entity: name, alias, reference ...; of a cue: of which sort it is."""
    rule: str = ""
    """The rule that found an entity; the entry of the lexicon that a cue is."""


@dataclass(frozen=True, slots=True)
class Weight:
    """A circumstance as the weights name it, and how much it speaks for (or, below 0, against) a reading."""

    circumstance: str
    weight: float


@dataclass(frozen=True, slots=True)
class Question:
    """What was weighed for a claim: the answer taken, what made it, and the next best answer."""

    name: str
    """The model in `ontology/weights.tsv`: relation, indicator, status, subject."""
    answer: str
    score: float
    """Sum of all weights; above 0 speaks for the answer."""
    weights: tuple[Weight, ...]
    """The strongest ones."""
    settled: bool = False
    """True where a rule decided without weighing."""
    next: str = ""
    next_score: float = 0.0


@dataclass(frozen=True, slots=True)
class Told:
    """A claim with what made it."""

    claim: RelationClaim | ObservationClaim
    subject: str
    """The fullest name of the thing, as is `object`."""
    object: str
    """Empty for a figure."""
    belief: Decimal
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Miss:
    """What was nearly read here, and why it was not."""

    kind: MissKind
    start: int
    end: int
    about: Mapping[str, str]
    """What the sentence in words.toml fills in."""
    score: float | None = None
    weights: tuple[Weight, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence with all that was seen in it."""

    start: int
    end: int
    block: str
    """Kind of the block that it stands in: title, heading, paragraph, item ..."""
    page: int | None
    spans: tuple[Span, ...]
    told: tuple[Told, ...]
    misses: tuple[Miss, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A text and what was read in it; without passages where no lexicon is for its language."""

    document: Document
    passages: tuple[Passage, ...]
    threshold: float = 0.0
    """The score from which on a relation is claimed."""
