"""The alignments as RDF: as SKOS for those who map, as OWL for those who reason.

In SKOS each mapping is a triple, with an axiom beside it that tells justification, confidence and comment in the words
of SSSOM. In OWL, exact matches of classes and properties are equivalences, broad and narrow ones are sub-classes and
sub-properties; close and related matches entail nothing, and are left out, as are individuals. So are properties that
the ontology itself uses as annotations: OWL 2 DL forbids one name for both.
"""

from __future__ import annotations

import hashlib
import io

import pyoxigraph as ox

from kg.ontology import Mapping, Ontology, ntriples
from kg.ontology.model import ClassTerm, RelationTerm

_ROOT = "https://w3id.org/green-manufacturing/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DECIMAL = "http://www.w3.org/2001/XMLSchema#decimal"
_SSSOM = "https://w3id.org/sssom/"
_PREFIXES = {"gm": _ROOT + "ontology#", "owl": _OWL, "rdfs": _RDFS, "skos": _SKOS, "sssom": _SSSOM}
_KIND = {"object": _OWL + "ObjectProperty", "datatype": _OWL + "DatatypeProperty"}


def as_skos(ontology: Ontology) -> bytes:
    """Each mapping with its justification, in Turtle."""
    made: list[ox.Triple] = []
    for one in ontology.alignments:
        made.append(_triple(one.subject, one.predicate, one.object))
        key = "\0".join((one.subject, one.predicate, one.object))
        axiom = f"{_ROOT}mapping/{hashlib.sha256(key.encode()).hexdigest()[:16]}"
        made += [
            _triple(axiom, _RDF + "type", _OWL + "Axiom"),
            _triple(axiom, _OWL + "annotatedSource", one.subject),
            _triple(axiom, _OWL + "annotatedProperty", one.predicate),
            _triple(axiom, _OWL + "annotatedTarget", one.object),
            _triple(axiom, _SSSOM + "mapping_justification", one.justification),
            _triple(axiom, _SSSOM + "confidence", ox.Literal(str(one.confidence), datatype=ox.NamedNode(_DECIMAL))),
        ]
        made += [_triple(axiom, _RDFS + "comment", ox.Literal(one.comment, language="en"))] * bool(one.comment)
    return _turtle(made)


def as_owl(ontology: Ontology) -> bytes:
    """What the mappings entail, in Turtle; every term of others is declared."""
    annotations = _annotations(ontology)
    made: list[ox.Triple] = []
    for one in ontology.alignments:
        if one.object not in annotations:
            made += _axioms(ontology, one)
    header = _ROOT + "ontology/alignments"
    made.append(_triple(header, _RDF + "type", _OWL + "Ontology"))
    made.append(_triple(header, _OWL + "imports", _ROOT + "ontology"))
    return _turtle(made)


def _axioms(ontology: Ontology, one: Mapping) -> list[ox.Triple]:
    term = ontology.terms[one.subject]
    if isinstance(term, ClassTerm):
        kind, same, below = _OWL + "Class", _OWL + "equivalentClass", _RDFS + "subClassOf"
    elif isinstance(term, RelationTerm) and term.kind in _KIND:
        kind, same, below = _KIND[term.kind], _OWL + "equivalentProperty", _RDFS + "subPropertyOf"
    else:
        return []
    said = {
        _SKOS + "exactMatch": _triple(one.subject, same, one.object),
        _SKOS + "broadMatch": _triple(one.subject, below, one.object),
        _SKOS + "narrowMatch": _triple(one.object, below, one.subject),
    }
    found = said.get(one.predicate)
    return [_triple(one.object, _RDF + "type", kind), found] if found else []


def _annotations(ontology: Ontology) -> set[str]:
    marked = f"<{_RDF}type> <{_OWL}AnnotationProperty>"
    return {line.split("> ")[0][1:] for line in ntriples(ontology.root).splitlines() if marked in line}


def _triple(subject: str, predicate: str, value: str | ox.Literal) -> ox.Triple:
    node = value if isinstance(value, ox.Literal) else ox.NamedNode(value)
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), node)


def _turtle(triples: list[ox.Triple]) -> bytes:
    out = io.BytesIO()
    ox.serialize(sorted(dict.fromkeys(triples), key=str), out, format=ox.RdfFormat.TURTLE, prefixes=_PREFIXES)
    return out.getvalue()
