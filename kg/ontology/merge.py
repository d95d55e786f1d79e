"""The modules merged into one ontology, for those who want RDF: rdflib, reasoners, exports.

Merging keeps the header of the module that imports nothing and drops the others with their imports. Blank nodes (the
ontology needs them for unions) get labels made from what hangs on them, so the same files give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.ontology.files import APART, modules, ontology_dir
from kg.ontology.turtle import Statement, statements

if TYPE_CHECKING:
    import rdflib

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_OWL = "http://www.w3.org/2002/07/owl#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_REFUSED = frozenset({_XSD + "date", _XSD + "gYear"})
"""Datatypes outside the OWL 2 map, at which HermiT stops."""


def ntriples(root: Path | None = None) -> str:
    """The merged ontology (without shapes and view) as sorted N-Triples."""
    return _written(_merged(root))


def reasoner_copy(root: Path | None = None) -> str:
    """The same without literals of datatypes that HermiT refuses."""
    kept = [s for s in _merged(root) if not (isinstance(s[2], ox.Literal) and s[2].datatype.value in _REFUSED)]
    return _written(kept)


def graph(root: Path | None = None) -> rdflib.Graph:
    """The merged ontology as an rdflib graph."""
    return _as_rdflib(ntriples(root))


def shapes_graph(root: Path | None = None) -> rdflib.Graph:
    """`shapes.ttl` as an rdflib graph."""
    return _as_rdflib(_written(statements((root or ontology_dir()) / "shapes.ttl")))


def _as_rdflib(text: str) -> rdflib.Graph:
    import rdflib  # slow to import, and the hot path never needs it

    made = rdflib.Graph()
    made.parse(data=text, format="nt")
    return made


def _merged(root: Path | None) -> list[Statement]:
    kept: list[Statement] = []
    for path in modules(root or ontology_dir()):
        if path.stem in APART:
            continue
        found = statements(path)
        imported = {s[0] for s in found if s[1] == _OWL + "imports"}
        kept += [s for s in found if s[0] not in imported]
    return kept


def _written(found: list[Statement]) -> str:
    names = _labels(found)
    lines = {f"{_node(s, names)} <{p}> {_node(o, names)} .\n" for s, p, o in found}
    return "".join(sorted(lines))


def _node(node: object, names: dict[str, str]) -> str:
    return f"_:{names[node.value]}" if isinstance(node, ox.BlankNode) else str(node)


def _labels(found: list[Statement]) -> dict[str, str]:
    """A label for each blank node: a hash of the way to it from the first named node, and of what hangs on it."""
    below: dict[str, list[tuple[str, object]]] = defaultdict(list)
    above: dict[str, tuple[object, str]] = {}
    for subject, predicate, value in found:
        if isinstance(subject, ox.BlankNode):
            below[subject.value].append((predicate, value))
        if isinstance(value, ox.BlankNode):
            above[value.value] = (subject, predicate)
    contents: dict[str, str] = {}

    def content(node: object) -> str:
        if not isinstance(node, ox.BlankNode):
            return str(node)
        if node.value not in contents:
            contents[node.value] = _hash(*sorted(f"{p} {content(o)}" for p, o in below[node.value]))
        return contents[node.value]

    def way(node: object) -> str:
        if not isinstance(node, ox.BlankNode):
            return str(node)
        parent, predicate = above.get(node.value, ("", ""))
        return _hash(way(parent), predicate, content(node))

    return {key: "b" + way(ox.BlankNode(key))[:16] for key in sorted({*below, *above})}


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
