"""Reads reports on green manufacturing and makes a knowledge graph in which every fact shows its sentence.

Data flows from top to bottom; a room uses only rooms above it:

     0  ontology   the sole reader of ontology/: classes, relations, indicators, units, the words of each language
     1  documents  files -> texts with stable offsets
     2  mentions   texts -> names, figures, words of the ontology
     3  claims     names and figures -> who does what to whom, and which figure is whose
        decisions  what people decided, in a file that outlives every build
     4  entities   names in many documents -> one IRI for each real thing
     5  facts      claims -> facts with their evidence, belief and sources
     6  graph      facts -> RDF
     7  store      a build as a folder: one writer, many readers
     8  infer      rules -> further triples
     9  check      shapes and hygiene: what is wrong, with its sentence
    10  ask        the query library
    11  analyse    paths, brokers, communities
        compare    sources with each other, things with what is expected, builds with builds
    12  view       a graph as one HTML file
        explain    a text with what was read in it, and why
    13  publish    exports of ontology and data
        review     questions to people; their decisions on facts, carried out
        api        a build from Python, with typed results
    14  serve      SPARQL endpoint, API, pages
        reason     whether the ontology contradicts itself, by HermiT
        evaluate   facts against texts that people annotated
        run        the steps from files to a published build
        cli        the verbs of the command line

>>> from pathlib import Path
>>> from kg import Graph, build, open_build
>>> build([Path("examples")], Path("build"))                            # doctest: +SKIP
>>> Graph.open(Path("build")).facts(predicate="receives")               # doctest: +SKIP
>>> open_build().store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")    # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.api import Graph
    from kg.claims.extract import extract
    from kg.documents import read
    from kg.run import build
    from kg.store import open_build

__all__ = ["Graph", "build", "extract", "open_build", "read"]

_ROOMS = {
    "Graph": "kg.api",
    "build": "kg.run",
    "extract": "kg.claims",
    "open_build": "kg.store",
    "read": "kg.documents",
}


def __getattr__(name: str) -> Any:
    """What most people need, each loaded when it is first asked for."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    return getattr(import_module(_ROOMS[name]), name)
