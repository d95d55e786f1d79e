"""Room 6: facts -> RDF, as an `rdflib.Dataset` for whoever programs, and as sorted N-Quads for large builds.

>>> nquads = write(quads(extractions, entities, facts, ontology), ontology)
>>> pieces = united(*blocks(extractions, entities.all, facts, ontology), line_blocks(ontology_lines(ontology)))
>>> dataset = to_dataset(quads(extractions, entities, facts, ontology), ontology)

All hold the same statements; the second gives the same bytes as the first, for large builds. There are no blank nodes:
every node's IRI comes from what it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg.graph.blocks import blocks, line_blocks, quad_blocks, united
from kg.graph.build import document_iri, quads
from kg.graph.core import core, kind_line
from kg.graph.links import derived_graph, link_quads
from kg.graph.table import dumps, fact_lines
from kg.graph.terms import Literal, Quad, line
from kg.ontology import Ontology, merge, ntriples
from kg.ontology.namespaces import GM, OA, RDF, RDFS, SKOS, XSD
from kg.ontology.parsed import remembered

if TYPE_CHECKING:
    import rdflib

__all__ = [
    "GM", "OA", "RDF", "RDFS", "SKOS", "XSD",
    "Literal", "Quad", "blocks", "core", "derived_graph", "document_iri", "dumps", "fact_lines", "kind_line", "line",
    "line_blocks", "link_quads", "ontology_lines", "quad_blocks", "quads", "to_dataset", "united", "write",
]  # fmt: skip


_BLANK_SUBJECT = re.compile(r"^_:(\w+)")
_BLANK_OBJECT = re.compile(r"_:(\w+) \.$")
_NAMED = r"<https://w3id.org/green-manufacturing/.well-known/genid/\1>"


def ontology_lines(ontology: Ontology) -> list[str]:
    """The ontology as lines of N-Triples in which its blank nodes have names (RDF 1.1 calls such names Skolem IRIs).

    Two builds can then be compared line by line, and stores that load in parallel cannot mix blank nodes up, as
    pyoxigraph 0.5 does in `bulk_load`.
    """
    return list(_ontology_lines(ontology.root, ontology.hash))


@lru_cache(4)
def _ontology_lines(root: Path, state: str) -> tuple[str, ...]:
    """The lines of one state of an ontology, which the steps of a build ask for again and again."""
    sources = (Path(__file__), Path(merge.__file__))
    return tuple(remembered(f"lines {root} {state}", sources, lambda: {"lines": _named_lines(root)})["lines"])


def _named_lines(root: Path) -> list[str]:
    # not str.splitlines, which also breaks at U+2028 inside a text
    lines = filter(None, ntriples(root).split("\n"))
    return [_BLANK_OBJECT.sub(_NAMED + " .", _BLANK_SUBJECT.sub(_NAMED, line)) + "\n" for line in lines]


def write(data: Iterable[Quad], ontology: Ontology) -> str:
    """Sorted N-Quads text of the data and the ontology, each statement once: equal facts give equal bytes."""
    return "".join(sorted({*map(line, data), *ontology_lines(ontology)}))


def to_dataset(data: Iterable[Quad], ontology: Ontology) -> rdflib.Dataset:
    """The same statements in an rdflib dataset in memory; the default graph holds what is accepted."""
    import rdflib  # takes a third of a second, which large builds by `write` need not wait

    dataset = rdflib.Dataset()
    dataset.default_graph.parse(data="".join(ontology_lines(ontology)), format="nt")
    for quad in data:
        graph = dataset.graph(rdflib.URIRef(quad.graph)) if quad.graph else dataset.default_graph
        graph.add((rdflib.URIRef(quad.subject), rdflib.URIRef(quad.predicate), _node(quad.object)))
    return dataset


def _node(value: str | Literal) -> rdflib.URIRef | rdflib.Literal:
    import rdflib

    if isinstance(value, str):
        return rdflib.URIRef(value)
    datatype = rdflib.URIRef(value.datatype) if value.datatype else None
    return rdflib.Literal(value.value, lang=value.language or None, datatype=datatype, normalize=False)
