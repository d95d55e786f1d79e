"""Room 5: claims -> facts, each with all the evidence for it and how far to believe it.

>>> facts = assemble(extractions, entities, ontology)

Claims of one meaning make one fact. A relation's meaning is subject, predicate, object, status; a figure's meaning is
whose it is, what it measures, its value in base units, status, period and substance, so that 32.6 million kWh and
32.6 GWh meet. Belief grows with independent sources only: two prints of one text are one source.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from kg.claims import Extraction, ObservationClaim, RelationClaim
from kg.claims.model import BOTH
from kg.claims.weights import log_odds, probability, rounded
from kg.documents import Document
from kg.entities import BASE, Entities, Entity
from kg.entities.names import fold
from kg.errors import KgError
from kg.ontology import Ontology

DEFAULT_PRIOR = Decimal("0.5")
"""Belief in a claim whose rule nobody has counted yet (`ontology/precision.tsv` has no line for it): even odds."""

_BELIEF_STEP = Decimal("0.0001")


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


def assemble(extractions: Iterable[Extraction], entities: Entities, ontology: Ontology, base: str = BASE) -> Facts:
    """Put the claims of all documents together; a relation of a thing to itself says nothing and is dropped."""
    return _Assembly(entities, ontology, base).run(extractions)


@dataclass(frozen=True, slots=True)
class _Assembly:
    entities: Entities
    ontology: Ontology
    base: str
    sources: dict[str, str] = field(default_factory=dict)
    """Id of a document -> what it shares with other prints of its text."""

    def run(self, extractions: Iterable[Extraction]) -> Facts:
        relations: defaultdict[tuple[str, ...], list[Evidence]] = defaultdict(list)
        figures: defaultdict[tuple[str, ...], list[Evidence]] = defaultdict(list)
        for extraction in extractions:
            document = extraction.document
            self.sources[document.id] = _source(document)
            meaning: tuple[str, ...]
            for relation in extraction.relations:
                subject = self.entities.of(document.id, relation.subject)
                object_ = self.entities.of(document.id, relation.object)
                if subject is not object_:
                    meaning = (subject.iri, relation.predicate, object_.iri, relation.status)
                    relations[meaning].append(self._evidence(document, relation, meaning))
            for figure in extraction.observations:
                meaning = self._meaning(self.entities.of(document.id, figure.subject), figure)
                figures[meaning].append(self._evidence(document, figure, meaning))
        by_iri = {entity.iri: entity for entity in self.entities.all}
        return Facts(
            tuple(sorted((self._fact(*item, by_iri) for item in relations.items()), key=lambda fact: fact.iri)),
            tuple(sorted((self._figure(*item, by_iri) for item in figures.items()), key=lambda figure: figure.iri)),
        )

    def _fact(self, meaning: tuple[str, ...], evidence: list[Evidence], by_iri: Mapping[str, Entity]) -> Fact:
        subject, predicate, object_, status = meaning
        ordered = _ordered(evidence)
        belief, count = believe(ordered, self.sources)
        iri = f"{self.base}fact/{digest(*meaning)}"
        return Fact(iri, by_iri[subject], predicate, by_iri[object_], status, belief, count, ordered)

    def _figure(self, meaning: tuple[str, ...], evidence: list[Evidence], by_iri: Mapping[str, Entity]) -> Figure:
        ordered = _ordered(evidence)
        claim = ordered[0].claim
        assert isinstance(claim, ObservationClaim)  # `run` puts no other claim under a figure's meaning
        value, upper, unit = to_base(claim, self.ontology)
        belief, count = believe(ordered, self.sources)
        return Figure(
            iri=f"{self.base}observation/{digest(*meaning)}",
            subject=by_iri[meaning[0]],
            claim=claim,
            base_value=value,
            base_max=upper,
            base_unit=unit,
            belief=belief,
            sources=count,
            evidence=ordered,
        )

    def _meaning(self, about: Entity, claim: ObservationClaim) -> tuple[str, ...]:
        value, upper, unit = to_base(claim, self.ontology)
        written = (plain(value), "" if upper is None else plain(upper), unit)
        return (about.iri, claim.indicator, *written, claim.status, claim.period, claim.substance)

    def _evidence(
        self, document: Document, claim: RelationClaim | ObservationClaim, meaning: tuple[str, ...]
    ) -> Evidence:
        iri = f"{self.base}evidence/{digest(document.id, str(claim.start), str(claim.end), claim.rule, *meaning)}"
        quote, page = document.text[claim.start : claim.end], document.page_at(claim.start)
        return Evidence(iri, document.id, claim.start, claim.end, quote, claim, prior(claim, self.ontology), page)


def prior(claim: RelationClaim | ObservationClaim, ontology: Ontology) -> Decimal:
    """How far to believe one claim: what the weights say, scaled to how often they are right; else its rule's share.

    Both are counted on annotated texts and stand in `ontology/precision.tsv`.
    """
    counted = ontology.precision
    scale = counted.scales.get("observation" if isinstance(claim, ObservationClaim) else "relation")
    if claim.likely is not None and scale is not None:
        return rounded(probability(scale.shift + scale.slope * log_odds(float(claim.likely))))
    shares = (counted.rules[rule].share for rule in claim.rule.split(BOTH) if rule in counted.rules)
    return max(shares, default=DEFAULT_PRIOR)


def believe(evidence: Iterable[Evidence], sources: Mapping[str, str]) -> tuple[Decimal, int]:
    """(belief, number of independent sources): the chance that not every source was misread (noisy or)."""
    best: dict[str, Decimal] = {}
    for item in evidence:
        source = sources[item.document]
        best[source] = max(item.prior, best.get(source, Decimal(0)))
    doubt = Decimal(1)
    for _, prior in sorted(best.items()):
        doubt *= 1 - prior
    return (1 - doubt).quantize(_BELIEF_STEP), len(best)


def to_base(claim: ObservationClaim, ontology: Ontology) -> tuple[Decimal, Decimal | None, str]:
    """(value, upper value, code of the unit) in base units; a unit that the ontology lacks stays as it is."""
    try:
        value, unit = ontology.unit_convert(claim.value, claim.unit)
        upper = None if claim.max is None else ontology.unit_convert(claim.max, claim.unit)[0]
    except KgError:  # the hygiene rule on units tells people of it
        return claim.value, claim.max, claim.unit
    return value, upper, unit


def plain(value: Decimal) -> str:
    """A decimal in the shortest form without exponent: 32600000, 0.31."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def digest(*parts: str) -> str:
    """Sixteen hex digits that stand for some strings."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _ordered(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    by_iri = {item.iri: item for item in evidence}
    return tuple(sorted(by_iri.values(), key=lambda item: (item.document, item.start, item.end, item.iri)))


def _source(document: Document) -> str:
    """What prints of one text share: the hash of its letters and digits."""
    return digest(fold(document.text))
