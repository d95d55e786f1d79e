"""Claims -> facts: those of one meaning come together, however and in whichever unit they are said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.claims import Extraction, ObservationClaim, RelationClaim
from kg.documents import Document
from kg.entities import BASE, Entities, Entity
from kg.facts.amounts import Meaning, one_amount, to_base
from kg.facts.belief import believe, prior
from kg.facts.model import Evidence, Fact, Facts, Figure, digest, plain
from kg.facts.sources import Sources, independent
from kg.ontology import Ontology


def assemble(
    extractions: Sequence[Extraction],
    entities: Entities,
    ontology: Ontology,
    base: str = BASE,
    sources: Sources | None = None,
) -> Facts:
    """Put the claims of all documents together; a relation of a thing to itself says nothing and is dropped.

    `sources` says which documents are one source; without it, that is found out here.
    """
    known = independent(extraction.document for extraction in extractions) if sources is None else sources
    return _Assembly(entities, ontology, base, known).run(extractions)


@dataclass(frozen=True, slots=True)
class _Assembly:
    entities: Entities
    ontology: Ontology
    base: str
    sources: Sources

    def run(self, extractions: Iterable[Extraction]) -> Facts:
        relations: defaultdict[tuple[str, ...], list[Evidence]] = defaultdict(list)
        figures: defaultdict[Meaning, list[tuple[Document, ObservationClaim]]] = defaultdict(list)
        for extraction in extractions:
            document = extraction.document
            for relation in extraction.relations:
                subject = self.entities.of(document.id, relation.subject)
                object_ = self.entities.of(document.id, relation.object)
                if subject is not object_:
                    meaning = (subject.iri, relation.predicate, object_.iri, relation.status)
                    relations[meaning].append(self._evidence(document, relation, meaning))
            for figure in extraction.observations:
                about = self.entities.of(document.id, figure.subject)
                figures[self._meaning(about, figure)].append((document, figure))
        return self._together(relations, figures)

    def _together(
        self,
        relations: Mapping[tuple[str, ...], list[Evidence]],
        figures: Mapping[Meaning, list[tuple[Document, ObservationClaim]]],
    ) -> Facts:
        by_iri = {entity.iri: entity for entity in self.entities.all}
        meant = one_amount({meaning: [claim for _, claim in said] for meaning, said in figures.items()}, self.ontology)
        stated: defaultdict[Meaning, list[Evidence]] = defaultdict(list)
        for meaning, said in figures.items():
            stated[meant[meaning]] += [self._evidence(*one, meant[meaning]) for one in said]
        return Facts(
            tuple(sorted((self._fact(*item, by_iri) for item in relations.items()), key=lambda fact: fact.iri)),
            tuple(sorted((self._figure(*item, by_iri) for item in stated.items()), key=lambda figure: figure.iri)),
        )

    def _fact(self, meaning: tuple[str, ...], evidence: list[Evidence], by_iri: Mapping[str, Entity]) -> Fact:
        subject, predicate, object_, status = meaning
        ordered = _ordered(evidence)
        belief, count = believe(ordered, self.sources)
        iri = f"{self.base}fact/{digest(*meaning)}"
        return Fact(iri, by_iri[subject], predicate, by_iri[object_], status, belief, count, ordered)

    def _figure(self, meaning: Meaning, evidence: list[Evidence], by_iri: Mapping[str, Entity]) -> Figure:
        ordered = _ordered(evidence)
        # of two writings of one amount, the one that the meaning was taken from
        claim = next(claim for claim in map(_observation, ordered) if self._amount(claim) == meaning[2:5])
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

    def _meaning(self, about: Entity, claim: ObservationClaim) -> Meaning:
        return Meaning(about.iri, claim.indicator, *self._amount(claim), claim.status, claim.period, claim.substance)

    def _amount(self, claim: ObservationClaim) -> tuple[str, str, str]:
        value, upper, unit = to_base(claim, self.ontology)
        return plain(value), "" if upper is None else plain(upper), unit

    def _evidence(
        self, document: Document, claim: RelationClaim | ObservationClaim, meaning: tuple[str, ...]
    ) -> Evidence:
        iri = f"{self.base}evidence/{digest(document.id, str(claim.start), str(claim.end), claim.rule, *meaning)}"
        quote, page = document.text[claim.start : claim.end], document.page_at(claim.start)
        return Evidence(iri, document.id, claim.start, claim.end, quote, claim, prior(claim, self.ontology), page)


def _observation(evidence: Evidence) -> ObservationClaim:
    assert isinstance(evidence.claim, ObservationClaim)  # `run` puts no other claim under a figure's meaning
    return evidence.claim


def _ordered(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    by_iri = {item.iri: item for item in evidence}
    return tuple(sorted(by_iri.values(), key=lambda item: (item.document, item.start, item.end, item.iri)))
