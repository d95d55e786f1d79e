"""Room 0: the sole reader of `ontology/`; every other room asks here what the domain is made of.

`load()` reads the Turtle modules once into plain frozen objects: classes and what they are kinds of, relations with
their domain and range, indicators, units, statuses, substances, factors, and how each is called in each language. The
words by which a language says them (`lexicon/<language>.toml`) and the alignments to other vocabularies are read when
first asked for. `graph()` gives the merged modules as an rdflib graph, `reasoner_copy()` as what HermiT accepts.

    >>> from kg.ontology import load
    >>> ontology = load()
    >>> [ontology.label(name, "de") for name in ontology.classes if ontology.classes[name].top]  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kg.ontology.files import examples_dir, ontology_dir, queries_dir
from kg.ontology.model import (
    ClassTerm,
    Dimension,
    Expectation,
    Factor,
    Indicator,
    Mapping,
    RelationTerm,
    Status,
    Style,
    Substance,
    Term,
    Unit,
)
from kg.ontology.namespaces import BASE, GM
from kg.ontology.precision import Precision, Precisions, Scale
from kg.ontology.reader import Ontology, load

if TYPE_CHECKING:
    from kg.ontology.merge import graph, ntriples, reasoner_copy, shapes_graph
    from kg.ontology.shapes import all_shapes, all_shapes_graph

__all__ = [
    "BASE",
    "GM",
    "ClassTerm",
    "Dimension",
    "Expectation",
    "Factor",
    "Indicator",
    "Mapping",
    "Ontology",
    "Precision",
    "Precisions",
    "RelationTerm",
    "Scale",
    "Status",
    "Style",
    "Substance",
    "Term",
    "Unit",
    "all_shapes",
    "all_shapes_graph",
    "examples_dir",
    "graph",
    "load",
    "ntriples",
    "ontology_dir",
    "queries_dir",
    "reasoner_copy",
    "shapes_graph",
]

_RDF = {
    "all_shapes": "shapes",
    "all_shapes_graph": "shapes",
    "graph": "merge",
    "ntriples": "merge",
    "reasoner_copy": "merge",
    "shapes_graph": "merge",
}


def __getattr__(name: str) -> Any:
    """What is for those who want RDF, loaded when it is first asked for: reading texts takes none of it."""
    if name not in _RDF:
        raise AttributeError(f"module 'kg.ontology' has no attribute {name!r}")
    return getattr(import_module(f"kg.ontology.{_RDF[name]}"), name)
