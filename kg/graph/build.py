"""Facts -> quads, in the one RDF shape that all queries rely on.

The default graph holds what is accepted: the ontology, entities with types and labels, plain triples, facts with belief
and evidence, observations. Each document has a graph of its own name with what it states: its metadata, the plain
triples and observations as it gives them, the names it uses, and its evidence with Web Annotation selectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote as percent_encode

from kg.claims import Extraction, ObservationClaim, models
from kg.documents import Document
from kg.entities import BASE, Entities, Entity
from kg.errors import KgError
from kg.facts import Evidence, Fact, Facts, Figure, to_base
from kg.graph.terms import Iri, Literal, Object, Quad, boolean, decimal, integer
from kg.ontology import Ontology
from kg.ontology.namespaces import GM, OA, PROV, RDF, RDFS, SKOS

Said = tuple[Iri, Iri, Object]
"""Subject, predicate, object."""


def document_iri(document_id: str, base: str = BASE) -> Iri:
    """IRI of a document, and of the graph that holds what it states."""
    return f"{base}document/{document_id[:16]}"


def agent_iri(model: str, base: str = BASE) -> Iri:
    """IRI of a language model that read."""
    return f"{base}agent/{percent_encode(model, safe='')}"


def quads(
    extractions: Iterable[Extraction], entities: Entities, facts: Facts, ontology: Ontology, base: str = BASE
) -> Iterator[Quad]:
    """Every quad of the data (the ontology's own triples and inferred ones come apart); some may come twice."""
    builder = Builder(ontology, base)
    for entity in entities.all:
        yield from (Quad(*said) for said in builder.entity(entity))
    for extraction in extractions:
        graph = document_iri(extraction.document.id, base)
        yield from (Quad(*said, graph) for said in builder.document(extraction.document))
        yield from (Quad(*said, graph) for said in builder.mentions(extraction, entities))
    for fact in facts.relations:
        yield from builder.relation(fact)
    for figure in facts.figures:
        yield from builder.figure(figure)


class Builder:
    """Quads of one kind after the other."""

    def __init__(self, ontology: Ontology, base: str) -> None:
        self.ontology = ontology
        self.base = base

    # -- entities and documents --------------------------------------------------------------------------------------

    def entity(self, entity: Entity) -> Iterator[Said]:
        """What an entity is, and its names."""
        yield entity.iri, RDF + "type", self.ontology.class_iri(entity.cls)
        for language, name in entity.labels:
            yield entity.iri, RDFS + "label", Literal(name, language)
        for language, name in entity.aliases:
            yield entity.iri, SKOS + "altLabel", Literal(name, language)
        if entity.generic:
            yield entity.iri, GM + "generic", boolean(True)

    def document(self, document: Document) -> Iterator[Said]:
        """What is known of a document."""
        iri = document_iri(document.id, self.base)
        yield iri, RDF + "type", GM + "Document"
        yield iri, GM + "title", Literal(document.title)
        yield iri, GM + "language", Literal(document.lang)
        yield iri, GM + "sourcePath", Literal(document.source)
        yield iri, GM + "contentHash", Literal(document.id)
        yield iri, GM + "text", Literal(document.text)

    def mentions(self, extraction: Extraction, entities: Entities) -> Iterator[Said]:
        """Each entity with the class and the names that this document gives it."""
        for claim in extraction.entities:
            iri = entities.of(extraction.document.id, claim.key).iri
            yield iri, RDF + "type", self.ontology.class_iri(claim.cls)
            for name in claim.names:
                yield iri, SKOS + "altLabel", Literal(name, extraction.document.lang)

    # -- facts -------------------------------------------------------------------------------------------------------

    def relation(self, fact: Fact) -> Iterator[Quad]:
        """A fact with its evidence, and what it states."""
        predicate = self.ontology.relation_iri(fact.predicate)
        if self.ontology.statuses[fact.status].accepted:
            stated = (fact.subject.iri, predicate, fact.object.iri)
            yield Quad(*stated)
            for document in dict.fromkeys(evidence.document for evidence in fact.evidence):
                yield Quad(*stated, document_iri(document, self.base))
        yield Quad(fact.iri, RDF + "type", GM + "Fact")
        yield Quad(fact.iri, RDF + "subject", fact.subject.iri)
        yield Quad(fact.iri, RDF + "predicate", predicate)
        yield Quad(fact.iri, RDF + "object", fact.object.iri)
        yield from self._support(fact, fact.status)

    def figure(self, figure: Figure) -> Iterator[Quad]:
        """A figure with its evidence, and what each document gives of it."""
        for said in self.measured(figure.iri, figure.subject, figure.claim):
            yield Quad(*said)
        yield Quad(figure.iri, RDF + "type", GM + "Fact")
        yield from self._support(figure, figure.claim.status)
        for evidence in figure.evidence:
            if isinstance(evidence.claim, ObservationClaim):
                graph = document_iri(evidence.document, self.base)
                for said in self.measured(figure.iri, figure.subject, evidence.claim):
                    yield Quad(*said, graph)

    def measured(self, iri: Iri, about: Entity, claim: ObservationClaim) -> Iterator[Said]:
        """What a claim says of a figure."""
        value, upper, unit = to_base(claim, self.ontology)
        yield iri, RDF + "type", GM + "Observation"
        yield iri, GM + "about", about.iri
        yield iri, GM + "indicator", self.ontology.indicator_iri(claim.indicator)
        yield iri, GM + "status", self.ontology.status_iri(claim.status)
        yield iri, GM + "numericValue", decimal(claim.value)
        yield iri, GM + "unit", self.unit(claim.unit)
        yield iri, GM + "baseValue", decimal(value)
        yield iri, GM + "baseUnit", self.unit(unit)
        if claim.max is not None:
            yield iri, GM + "upperValue", decimal(claim.max)
        if upper is not None:
            yield iri, GM + "baseUpperValue", decimal(upper)
        if claim.substance:
            yield iri, GM + "substance", self.substance(claim.substance)
        if claim.period:
            yield iri, GM + "period", Literal(claim.period)
        if claim.qualifier:
            yield iri, GM + "qualifier", Literal(claim.qualifier)

    def unit(self, code: str) -> Iri:
        """IRI of a unit."""
        try:
            return self.ontology.unit_iri(code)
        except KgError:  # a hygiene rule finds units that the ontology does not describe
            return "https://w3id.org/green-manufacturing/unit/" + percent_encode(code, safe="")

    def substance(self, code: str) -> Iri:
        """IRI of a substance."""
        known = self.ontology.substances.get(code)
        return known.iri if known else "https://w3id.org/green-manufacturing/substance/" + percent_encode(code, safe="")

    def _support(self, fact: Fact | Figure, status: str) -> Iterator[Quad]:
        yield Quad(fact.iri, GM + "statedStatus", self.ontology.status_iri(status))
        yield Quad(fact.iri, GM + "belief", decimal(fact.belief))
        yield Quad(fact.iri, GM + "sourceCount", integer(fact.sources))
        for evidence in fact.evidence:
            yield Quad(fact.iri, GM + "hasEvidence", evidence.iri)
            graph = document_iri(evidence.document, self.base)
            yield Quad(fact.iri, GM + "hasEvidence", evidence.iri, graph)
            for said in self._evidence(evidence):
                yield Quad(*said, graph)

    def agent(self, model: str) -> Iterator[Said]:
        """A language model that read."""
        agent = agent_iri(model, self.base)
        yield agent, RDF + "type", PROV + "SoftwareAgent"
        yield agent, RDFS + "label", Literal(model)

    def _evidence(self, evidence: Evidence) -> Iterator[Said]:
        iri, claim = evidence.iri, evidence.claim
        yield iri, RDF + "type", GM + "Evidence"
        yield iri, GM + "inDocument", document_iri(evidence.document, self.base)
        yield iri, GM + "statedStatus", self.ontology.status_iri(claim.status)
        yield iri, GM + "rule", Literal(claim.rule)
        for cue in claim.cues:
            yield iri, GM + "cue", Literal(cue)
        for model in models(claim.rule):
            yield iri, PROV + "wasAttributedTo", agent_iri(model, self.base)
            yield from self.agent(model)
        if evidence.written:
            yield iri, GM + "writtenAs", Literal(evidence.written)
        if evidence.page is not None:
            yield iri, GM + "page", integer(evidence.page)
        yield iri, OA + "hasSelector", iri + "/quote"
        yield iri + "/quote", RDF + "type", OA + "TextQuoteSelector"
        yield iri + "/quote", OA + "exact", Literal(evidence.quote)
        yield iri, OA + "hasSelector", iri + "/position"
        yield iri + "/position", RDF + "type", OA + "TextPositionSelector"
        yield iri + "/position", OA + "start", integer(evidence.start)
        yield iri + "/position", OA + "end", integer(evidence.end)
