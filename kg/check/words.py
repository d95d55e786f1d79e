"""What people are shown of what is wrong: names instead of IRIs, and the sentence that it came from."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from kg.graph import GM, OA, RDF, RDFS


def shown(value: Any, language: str, store: ox.Store) -> str:
    """A literal's text, or what an IRI is called, in English or any language if need be."""
    if not isinstance(value, ox.NamedNode):
        return value.value if isinstance(value, ox.Literal) else "?"
    found = store.quads_for_pattern(value, ox.NamedNode(RDFS + "label"), None, ox.DefaultGraph())
    labels = sorted((o.language or "", o.value) for o in (quad.object for quad in found) if isinstance(o, ox.Literal))
    in_order = sorted(labels, key=lambda label: (label[0] != language, label[0] != "en"))
    return in_order[0][1] if in_order else value.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def value_of(store: ox.Store, subject: Any, predicate: str, graph: Any = None) -> str:
    """The least of the property's values, "" where there is none; in the default graph unless another is given."""
    where = graph if graph is not None else ox.DefaultGraph()
    found = store.quads_for_pattern(subject, ox.NamedNode(predicate), None, where)
    return min((quad.object.value for quad in found if not isinstance(quad.object, ox.Triple)), default="")


def evidence_of(subject: Any, store: ox.Store) -> Any:
    """One evidence of a fact, or of a fact about an entity."""
    if not isinstance(subject, ox.NamedNode):
        return None
    ways = (None, GM + "about", RDF + "subject", RDF + "object")
    for way in ways:
        facts = [subject] if way is None else _subjects(store, way, subject)
        for fact in facts:
            evidence = value_of(store, fact, GM + "hasEvidence")
            if evidence:
                return ox.NamedNode(evidence)
    return None


def _subjects(store: ox.Store, predicate: str, value: Any) -> list[ox.NamedNode]:
    found = store.quads_for_pattern(None, ox.NamedNode(predicate), value, ox.DefaultGraph())
    return sorted((quad.subject for quad in found if isinstance(quad.subject, ox.NamedNode)), key=lambda n: n.value)


def sentence_of(evidence: Any, store: ox.Store) -> tuple[str, str]:
    """(quoted sentence, path of its document) of an evidence node, empty where there is none."""
    if evidence is None:
        return "", ""
    for quad in store.quads_for_pattern(evidence, ox.NamedNode(GM + "inDocument"), None, None):
        document = quad.object
        quote = ""
        for link in store.quads_for_pattern(evidence, ox.NamedNode(OA + "hasSelector"), None, quad.graph_name):
            quote = quote or value_of(store, link.object, OA + "exact", quad.graph_name)
        return quote, value_of(store, document, GM + "sourcePath", document)
    return "", ""
