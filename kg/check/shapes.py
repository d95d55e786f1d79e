"""The shapes of the ontology, applied: by pySHACL, or as queries, which are much faster and find the same."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.check.model import Violation
from kg.check.words import evidence_of, sentence_of
from kg.errors import KgError
from kg.graph import GM, RDF
from kg.ontology import Ontology, all_shapes_graph
from kg.ontology import shapes as shapes_of_ontology
from kg.ontology.parsed import remembered

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node


def by_questions(
    store: ox.Store, ontology: Ontology, whole: ox.Store, subjects: Container[str] | None = None
) -> Iterator[Violation]:
    """What the shapes find, but for domain and range; in some nodes only, where they are given.

    Domain and range of what was read is a matter of hygiene queries, with the sentence.
    """
    asked = _questions(ontology.root, ontology.hash)
    if asked is None:  # a shape of the user's own says what queries cannot ask
        yield from (v for v in by_shacl(store, ontology, whole, "none") if subjects is None or v.subject in subjects)
        return
    for question in asked:
        rows = store.query(question.query, use_default_graph_as_union=question.in_union)
        assert isinstance(rows, ox.QuerySolutions)  # it is a SELECT
        for row in rows:
            subject = row["this"].value
            if subjects is None or subject in subjects:
                found = sentence_of(evidence_of(ox.NamedNode(subject), whole), whole)
                yield Violation(question.severity, question.rule, subject, question.messages, *found)


def can_be_asked(ontology: Ontology) -> bool:
    """Whether queries can ask all that the shapes say."""
    return _questions(ontology.root, ontology.hash) is not None


@dataclass(frozen=True, slots=True)
class _Asked:
    """One part of a shape as a query for the nodes (`?this`) that break it, in the words of the shape."""

    severity: str
    rule: str
    messages: Mapping[str, str]
    query: str
    in_union: bool


@cache
def _questions(root: Path, state: str) -> list[_Asked] | None:
    """What to ask of one state of an ontology; kept, as shapes take longer to read than a small build takes."""
    sources = [Path(__file__), Path(__file__).with_name("compiled.py"), Path(shapes_of_ontology.__file__)]
    kept = remembered(f"shapes {root} {state}", sources, lambda: {"questions": _compiled(root)})["questions"]
    return None if kept is None else [_Asked(**one) for one in kept]


def _compiled(root: Path) -> list[dict[str, Any]] | None:
    from kg.check.compiled import Unknown, questions

    shapes = all_shapes_graph(root, "none")
    try:
        return [asdict(_Asked(*_words(shapes, one.shape, None), one.query, one.in_union)) for one in questions(shapes)]
    except Unknown:
        return None


def by_shacl(store: ox.Store, ontology: Ontology, whole: ox.Store, ends: str = "unread") -> Iterator[Violation]:
    """What the shapes find. The types that the rules inferred are in the data, so pySHACL need not infer any."""
    import pyshacl  # takes a second to import, and only `kg check` needs it
    from rdflib import RDF as RDF_
    from rdflib import SH, Graph

    # hygiene queries see domain and range of what was read, with its sentence
    shapes = all_shapes_graph(ontology.root, "none" if ends == "none" else "unread")
    _, results, _ = pyshacl.validate(_as_graph(store), shacl_graph=shapes, inference="none", meta_shacl=False)
    if not isinstance(results, Graph):
        raise KgError(f"The shapes of the ontology cannot be applied: {results}")
    for result in results.subjects(RDF_.type, SH.ValidationResult):
        shape = results.value(result, SH.sourceShape)
        yield _violation(shapes, shape, str(results.value(result, SH.focusNode)), (results, result), whole)


def _violation(
    shapes: rdflib.Graph, shape: Node | None, subject: str, told: tuple[rdflib.Graph, Node], whole: ox.Store
) -> Violation:
    sentence, document = sentence_of(evidence_of(ox.NamedNode(subject), whole), whole)
    severity, rule, messages = _words(shapes, shape, told)
    return Violation(severity, rule, subject, messages, sentence, document)


def _words(
    shapes: rdflib.Graph, shape: Node | None, told: tuple[rdflib.Graph, Node] | None
) -> tuple[str, str, dict[str, str]]:
    """(severity, rule, messages) of a shape; where it has no words, those of the report."""
    from rdflib import SH, URIRef

    named = shape
    if not isinstance(shape, URIRef):
        of_path = shapes.value(shape, SH.path)
        named = of_path if isinstance(of_path, URIRef) else SH.NodeShape
    texts = list(shapes.objects(shape, SH.message))
    if told and not texts:
        texts = list(told[0].objects(told[1], SH.resultMessage))
    # of a shape in SPARQL the report has messages without their language
    messages = {getattr(text, "language", None) or "en": str(text) for text in texts}
    severity = "violation" if (shapes.value(shape, SH.severity) or SH.Violation) == SH.Violation else "warning"
    name = "shape " + str(named).rsplit("#", 1)[-1].rsplit("/", 1)[-1]
    return severity, name, dict(sorted(messages.items()))


def _as_graph(store: ox.Store) -> rdflib.Graph:
    """What is accepted, and the documents with their evidence, as one rdflib graph.

    Left out, as no shape looks at them: the terms of the ontology itself, what a document says of a node that the
    default graph describes already (its own unit for a figure, say), nodes that name rules of inference, and texts but
    for their beginning.
    """
    import rdflib

    text, kind = ox.NamedNode(GM + "text"), ox.NamedNode(RDF + "type")
    kept = []
    for node in _nodes(store):
        accepted = list(store.quads_for_pattern(node, None, None, ox.DefaultGraph()))
        described = any(quad.predicate == kind for quad in accepted)
        for quad in accepted if described else store.quads_for_pattern(node, None, None, None):
            value = quad.object
            shown = ox.Literal(value.value[:80]) if quad.predicate == text and isinstance(value, ox.Literal) else value
            kept.append(ox.Triple(quad.subject, quad.predicate, shown))
    graph = rdflib.Graph()
    graph.parse(data=ox.serialize(kept, format=ox.RdfFormat.N_TRIPLES) or b"", format="nt")
    return graph


def _nodes(store: ox.Store) -> Iterator[ox.NamedNode]:
    """The nodes that shapes look at; found by the store, as Python would look at every quad."""
    pattern = "?node ?property ?value"
    found = store.query(f"SELECT DISTINCT ?node {{ {{ {pattern} }} UNION {{ GRAPH ?graph {{ {pattern} }} }} }}")
    assert isinstance(found, ox.QuerySolutions)  # it is a SELECT
    for row in found:
        node = row[0]
        if isinstance(node, ox.NamedNode) and not node.value.startswith(GM) and "/inference/" not in node.value:
            yield node
