"""Whether an update may be accepted: the shapes of the ontology, asked of what it changes and what is around."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.ontology import GM, all_shapes_graph
from kg.serve.reply import Problem

if TYPE_CHECKING:
    import rdflib

Node = ox.NamedNode | ox.BlankNode
_SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
_POINTING = 200
"""Nodes that point to a changed one and are looked at, too."""
_TOLD = 5
_HOPS = 2


@cache
def _shapes() -> rdflib.Graph:
    return all_shapes_graph(ends="none")  # domain and range of all would take seconds for each update


def warm() -> None:
    """Load what validation needs before processes are forked: that takes a second."""
    import pyshacl

    pyshacl.validate(_as_graph([]), shacl_graph=_shapes(), inference="none")


def _as_graph(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    import rdflib

    graph = rdflib.Graph()
    graph.parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"", format="nt")
    return graph


def _pointing(store: ox.Store, nodes: Iterable[Node]) -> set[Node]:
    found: set[Node] = set()
    for node in nodes:
        for number, quad in enumerate(store.quads_for_pattern(None, None, node)):
            if number == _POINTING:
                break
            if isinstance(quad.subject, ox.NamedNode | ox.BlankNode):
                found.add(quad.subject)
    return found


def _around(store: ox.Store, nodes: set[Node]) -> rdflib.Graph:
    """What the store says of nodes and of what they lead to, with the hierarchy of classes."""
    kept: set[ox.Triple] = set()
    seen: set[Node] = set()
    todo = nodes
    for _ in range(_HOPS + 1):
        following: set[Node] = set()
        for node in todo - seen:
            # What a document says of a node that the default graph describes is its own wording of the same.
            accepted = list(store.quads_for_pattern(node, None, None, ox.DefaultGraph()))
            for quad in accepted or store.quads_for_pattern(node, None, None):
                kept.add(quad.triple)
                if isinstance(quad.object, ox.NamedNode | ox.BlankNode):
                    following.add(quad.object)
        seen |= todo
        todo = following
    for quad in store.quads_for_pattern(None, _SUBCLASS, None):
        kept.add(quad.triple)
    return _as_graph(kept)


def _violations(store: ox.Store, nodes: set[Node]) -> set[tuple[str, str, str]]:
    """(node, property, what is wrong) of each violation at one of the nodes."""
    import pyshacl
    from rdflib import RDF, SH, Graph

    known = {str(node) for node in nodes if str(node).startswith("_:") or not node.value.startswith(GM)}
    conforms, results, _ = pyshacl.validate(_around(store, nodes), shacl_graph=_shapes(), inference="none")
    found: set[tuple[str, str, str]] = set()
    if conforms or not isinstance(results, Graph):
        return found
    for result in results.subjects(RDF.type, SH.ValidationResult):
        focus = results.value(result, SH.focusNode)
        if results.value(result, SH.resultSeverity) != SH.Violation or focus is None or focus.n3() not in known:
            continue
        shape = results.value(result, SH.sourceShape)
        # of a shape in SPARQL the report has messages without their language
        texts = list(_shapes().objects(shape, SH.message)) or list(results.objects(result, SH.resultMessage))
        texts.sort(key=lambda text: getattr(text, "language", "") != "en")
        path = results.value(result, SH.resultPath)
        found.add(
            (focus.n3(), path.n3() if path is not None else "", str(texts[0]) if texts else "A shape is violated.")
        )
    return found


def accept(after: ox.Store, changed: set[Node], undo: bytes) -> None:
    """A `Problem` where the changed store violates a shape that it did not violate before.

    `undo` is the patch that leads back; it is carried out on the store only where there is something to compare.
    """
    from kg.serve import journal

    nodes = changed | _pointing(after, changed)
    wrong = _violations(after, nodes)
    if not wrong:
        return
    journal.apply(after, undo)
    new = sorted(wrong - _violations(after, nodes))
    if new:
        told = [f"{node} {path}: {text}".replace(" :", ":") for node, path, text in new[:_TOLD]]
        more = f" and {len(new) - _TOLD} more" if len(new) > _TOLD else ""
        raise Problem(
            422,
            "shape-violated",
            "The update was not accepted, and nothing was changed: the data would violate the shapes of the ontology. "
            + " ".join(told)
            + more,
            {"violations": len(new), "hint": "Send what belongs together in one update."},
        )
