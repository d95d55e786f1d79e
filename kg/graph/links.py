"""How facts stand to each other, as quads: refinements, contradictions, reprints, values reckoned to be compared."""

from __future__ import annotations

from collections.abc import Iterator

from kg.entities import BASE
from kg.facts import Derived, Links, Sources
from kg.graph.build import document_iri
from kg.graph.terms import Iri, Literal, Quad, boolean, decimal
from kg.ontology import Ontology
from kg.ontology.namespaces import GM, RDF


def derived_graph(base: str = BASE) -> Iri:
    """IRI of the graph that holds derived values, so that nobody takes one for what a source states."""
    return base + "graph/derived"


def link_quads(links: Links, sources: Sources, ontology: Ontology, base: str = BASE) -> Iterator[Quad]:
    """What `kg.facts.connect` found; contradictions both ways, as neither of two facts comes first."""
    for fine, general in links.refines:
        yield Quad(fine, GM + "refines", general)
    for one, other in links.contradicts:
        yield Quad(one, GM + "contradicts", other)
        yield Quad(other, GM + "contradicts", one)
    for reprint, first in sorted(sources.reprints.items()):
        graph = document_iri(reprint, base)
        yield Quad(graph, GM + "reprintOf", document_iri(first, base), graph)
    for value in links.derived:
        yield from _derived(value, ontology, derived_graph(base))


def _derived(value: Derived, ontology: Ontology, graph: Iri) -> Iterator[Quad]:
    yield Quad(value.iri, RDF + "type", GM + "DerivedValue", graph)
    yield Quad(value.iri, GM + "derivedFrom", value.source.iri, graph)
    yield Quad(value.iri, GM + "usesFactor", value.factor.iri, graph)
    yield Quad(value.iri, GM + "comparedWith", value.stated.iri, graph)
    yield Quad(value.iri, GM + "numericValue", decimal(value.value), graph)
    if value.upper is not None:
        yield Quad(value.iri, GM + "upperValue", decimal(value.upper), graph)
    yield Quad(value.iri, GM + "unit", ontology.unit_iri(value.unit), graph)
    yield Quad(value.iri, GM + "formula", Literal(value.formula), graph)
    yield Quad(value.iri, GM + "fits", boolean(value.fits), graph)
