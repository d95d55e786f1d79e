"""What rules over things look at: what a thing is, how it is related to others, and which facts say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from kg.entities import Entity
from kg.facts import Fact
from kg.ontology import Ontology
from kg.ontology.namespaces import GM, RDF


def cores(entities: Iterable[Entity], facts: Iterable[Fact], ontology: Ontology) -> dict[str, str]:
    """IRI of an entity -> lines of the default graph about it, and about the facts of which it is the subject."""
    by_subject: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_subject[fact.subject.iri].append(fact)
    return {entity.iri: _core(entity, by_subject[entity.iri], ontology) for entity in entities}


def _core(entity: Entity, facts: Iterable[Fact], ontology: Ontology) -> str:
    subject = f"<{entity.iri}>"
    lines = [f"{subject} <{RDF}type> <{ontology.class_iri(entity.cls)}> .\n"]
    for fact in facts:
        node, predicate = f"<{fact.iri}>", f"<{ontology.relation_iri(fact.predicate)}>"
        if ontology.statuses[fact.status].accepted:
            lines.append(f"{subject} {predicate} <{fact.object.iri}> .\n")
        lines += (
            f"{node} <{RDF}subject> {subject} .\n",
            f"{node} <{RDF}predicate> {predicate} .\n",
            f"{node} <{RDF}object> <{fact.object.iri}> .\n",
            f"{node} <{GM}statedStatus> <{ontology.status_iri(fact.status)}> .\n",
        )
    return "".join(sorted(set(lines)))
