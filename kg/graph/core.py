"""What rules over things look at: what a thing is, how it is related to others, and which facts say so."""

from __future__ import annotations

from collections.abc import Iterable

from kg.entities import Entity
from kg.facts import Fact
from kg.ontology import Ontology
from kg.ontology.namespaces import GM, RDF


def kind_line(entity: Entity, ontology: Ontology) -> str:
    """The line of the default graph that says what a thing is."""
    return f"<{entity.iri}> <{RDF}type> <{ontology.class_iri(entity.cls)}> .\n"


def core(facts: Iterable[Fact], ontology: Ontology) -> str:
    """The lines of the default graph that say what facts are, and how the things stand to each other that they name."""
    lines = set()
    for fact in facts:
        subject, object_ = f"<{fact.subject.iri}>", f"<{fact.object.iri}>"
        node, predicate = f"<{fact.iri}>", f"<{ontology.relation_iri(fact.predicate)}>"
        if ontology.statuses[fact.status].accepted:
            lines.add(f"{subject} {predicate} {object_} .\n")
        lines |= {
            f"{node} <{RDF}subject> {subject} .\n",
            f"{node} <{RDF}predicate> {predicate} .\n",
            f"{node} <{RDF}object> {object_} .\n",
            f"{node} <{GM}statedStatus> <{ontology.status_iri(fact.status)}> .\n",
        }
    return "".join(sorted(lines))
