"""Room 9: what is wrong with a build, told with the sentence that it came from.

>>> for violation in check(open_build()):
...     print(violation)

Two kinds of rule: the SHACL shapes of the ontology, and the queries of `queries/hygiene/`. A hygiene query selects
`?subject`, may select `?evidence` (else the subject's own evidence is shown), and may select more, which its messages
show in braces. Its header has `severity: violation|warning` and `message@de:`, `message@en:`, `message@zh:`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import KgError
from kg.facts import digest
from kg.graph import GM, OA, RDF, RDFS
from kg.infer import SparqlFile, read_queries
from kg.ontology import Ontology, all_shapes_graph, load, ntriples, queries_dir
from kg.store import Build

if TYPE_CHECKING:
    import rdflib

_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong, where, and what the text says there."""

    severity: str
    """"violation" or "warning"."""
    rule: str
    """Name of the hygiene query, or of the shape."""
    subject: str
    """IRI of what is wrong."""
    messages: Mapping[str, str]
    """Language -> what is wrong, in words."""
    sentence: str = ""
    document: str = ""
    """Path of the document as it was given."""

    @property
    def message(self) -> str:
        """What is wrong, in English where that is written."""
        return self.messages.get("en") or next(iter(self.messages.values()), self.rule)

    def __str__(self) -> str:
        where = f" [{self.document}: {self.sentence}]" if self.sentence else ""
        return f"{self.severity}: {self.message} <{self.subject}>{where}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self) | {"message": self.message}


def check(
    data: Build | ox.Store | rdflib.Dataset,
    ontology: Ontology | None = None,
    rules: Iterable[SparqlFile] | None = None,
    most_nodes: int | None = None,
) -> list[Violation]:
    """All violations, sorted; `rules` are the hygiene queries to run (default: the project's).

    With `most_nodes`, the shapes look at about that many nodes only (pySHACL takes a millisecond or more for each),
    chosen by a hash of their IRIs, so that equal data gives equal answers. The hygiene queries always see everything.
    """
    store = _store(data)
    known = ontology or load()
    hygiene = tuple(rules) if rules is not None else read_queries(queries_dir() / "hygiene")
    found = [violation for rule in hygiene for violation in _by_query(rule, store)]
    found += _by_shapes(store, known, most_nodes)
    return sorted(found, key=lambda v: (v.severity, v.rule, v.subject, v.message, v.sentence))


def check_ontology(root: Path | None = None) -> list[Violation]:
    """What the queries of `queries/hygiene/ontology/` find in the ontology itself (default: the project's), sorted."""
    store = ox.Store()
    store.load(ntriples(root).encode(), format=ox.RdfFormat.N_TRIPLES)
    rules = read_queries(queries_dir() / "hygiene" / "ontology")
    found = [violation for rule in rules for violation in _by_query(rule, store)]
    return sorted(found, key=lambda v: (v.severity, v.rule, v.subject, v.message))


def _store(data: Build | ox.Store | rdflib.Dataset) -> ox.Store:
    if isinstance(data, Build):
        return data.store
    if isinstance(data, ox.Store):
        return data
    store = ox.Store()
    store.load(data.serialize(format="nquads"), format=ox.RdfFormat.N_QUADS)
    return store


# -- hygiene queries ---------------------------------------------------------------------------------------------------


def _by_query(rule: SparqlFile, store: ox.Store) -> Iterator[Violation]:
    try:
        rows = store.query(rule.text)
    except SyntaxError as error:
        raise KgError(f"Hygiene query {rule.name}: {error}") from error
    if not isinstance(rows, ox.QuerySolutions):
        raise KgError(f"Hygiene query {rule.name}: must be a SELECT query.")
    names = [variable.value for variable in rows.variables]
    texts: dict[str, str] = {}
    shown = cache(lambda value, language: _shown(value, language, store))
    for row in rows:
        values = {name: row[name] for name in names if row[name] is not None}
        if rule.header.get("keep") == "misquoted" and not _misquoted(values, store, texts):
            continue
        subject = values["subject"]
        messages = {
            key.removeprefix("message@"): _filled(text, values, key.removeprefix("message@"), shown)
            for key, text in rule.header.items()
            if key.startswith("message@")
        }
        evidence = values.get("evidence") or _evidence_of(subject, store)
        sentence, document = _sentence(evidence, store)
        yield Violation(
            rule.header.get("severity", "violation"), rule.name, subject.value, messages, sentence, document
        )


def _filled(text: str, values: Mapping[str, Any], language: str, shown: Callable[[Any, str], str]) -> str:
    """A message with its fields replaced by what the row gives, named in the language of the message."""
    return _FIELD.sub(lambda field: shown(values.get(field[1]), language), text)


def _misquoted(row: Mapping[str, Any], store: ox.Store, texts: dict[str, str]) -> bool:
    """Whether a quote differs from the text at its offsets; in Python, as SPARQL engines are slow to cut long texts."""
    graph = row["document"]
    if graph.value not in texts:
        texts[graph.value] = _value(store, graph, GM + "text", graph)
    said = texts[graph.value][int(row["start"].value) : int(row["end"].value)]
    return said != str(row["quote"].value)


def _shown(value: Any, language: str, store: ox.Store) -> str:
    """A literal's text, or what an IRI is called, in English or any language if need be."""
    if not isinstance(value, ox.NamedNode):
        return value.value if isinstance(value, ox.Literal) else "?"
    found = store.quads_for_pattern(value, ox.NamedNode(RDFS + "label"), None, ox.DefaultGraph())
    labels = sorted((o.language or "", o.value) for o in (quad.object for quad in found) if isinstance(o, ox.Literal))
    in_order = sorted(labels, key=lambda label: (label[0] != language, label[0] != "en"))
    return in_order[0][1] if in_order else value.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def _value(store: ox.Store, subject: Any, predicate: str, graph: Any = None) -> str:
    """The least of the property's values, "" where there is none; in the default graph unless another is given."""
    where = graph if graph is not None else ox.DefaultGraph()
    found = store.quads_for_pattern(subject, ox.NamedNode(predicate), None, where)
    return min((quad.object.value for quad in found if not isinstance(quad.object, ox.Triple)), default="")


def _evidence_of(subject: Any, store: ox.Store) -> Any:
    """One evidence of a fact, or of a fact about an entity."""
    if not isinstance(subject, ox.NamedNode):
        return None
    ways = (None, GM + "about", RDF + "subject", RDF + "object")
    for way in ways:
        facts = [subject] if way is None else _subjects(store, way, subject)
        for fact in facts:
            evidence = _value(store, fact, GM + "hasEvidence")
            if evidence:
                return ox.NamedNode(evidence)
    return None


def _subjects(store: ox.Store, predicate: str, value: Any) -> list[ox.NamedNode]:
    found = store.quads_for_pattern(None, ox.NamedNode(predicate), value, ox.DefaultGraph())
    return sorted((quad.subject for quad in found if isinstance(quad.subject, ox.NamedNode)), key=lambda n: n.value)


def _sentence(evidence: Any, store: ox.Store) -> tuple[str, str]:
    """(quoted sentence, path of its document) of an evidence node, empty where there is none."""
    if evidence is None:
        return "", ""
    for quad in store.quads_for_pattern(evidence, ox.NamedNode(GM + "inDocument"), None, None):
        document = quad.object
        quote = ""
        for link in store.quads_for_pattern(evidence, ox.NamedNode(OA + "hasSelector"), None, quad.graph_name):
            quote = quote or _value(store, link.object, OA + "exact", quad.graph_name)
        return quote, _value(store, document, GM + "sourcePath", document)
    return "", ""


# -- shapes ------------------------------------------------------------------------------------------------------------


def _by_shapes(store: ox.Store, ontology: Ontology, most_nodes: int | None) -> Iterator[Violation]:
    """What the SHACL shapes find. The types that the rules inferred are in the data, so pySHACL need not infer any."""
    import pyshacl  # takes a second to import, and only checks need it
    from rdflib import RDF as RDF_
    from rdflib import SH, Graph, URIRef

    # hygiene queries see domain and range of what was read, with its sentence; a part has not all types
    shapes = all_shapes_graph(ontology.root, "unread" if most_nodes is None else "none")
    _, results, _ = pyshacl.validate(
        _as_graph(store, ontology, most_nodes), shacl_graph=shapes, inference="none", meta_shacl=False
    )
    if not isinstance(results, Graph):
        raise KgError(f"The shapes of the ontology cannot be applied: {results}")
    for result in results.subjects(RDF_.type, SH.ValidationResult):
        severity = "violation" if results.value(result, SH.resultSeverity) == SH.Violation else "warning"
        shape = results.value(result, SH.sourceShape)
        path = results.value(result, SH.resultPath)
        component = results.value(result, SH.sourceConstraintComponent)
        named = shape if isinstance(shape, URIRef) else path or component
        subject = str(results.value(result, SH.focusNode))
        # of a shape in SPARQL the report has messages without their language
        texts = list(shapes.objects(shape, SH.message)) or list(results.objects(result, SH.resultMessage))
        messages = {getattr(text, "language", None) or "en": str(text) for text in texts}
        sentence, document = _sentence(_evidence_of(ox.NamedNode(subject), store), store)
        name = "shape " + str(named).rsplit("#", 1)[-1].rsplit("/", 1)[-1]
        yield Violation(severity, name, subject, dict(sorted(messages.items())), sentence, document)


def _as_graph(store: ox.Store, ontology: Ontology, most_nodes: int | None) -> rdflib.Graph:
    """What is accepted, and the documents with their evidence, as one rdflib graph.

    Left out, as no shape looks at them: the terms of the ontology itself, what a document says of a node that the
    default graph describes already (its own unit for a figure, say), nodes that name rules of inference, and texts but
    for their beginning.
    """
    import rdflib

    text, kind = ox.NamedNode(GM + "text"), ox.NamedNode(RDF + "type")
    kept = []
    for node in _chosen(store, ontology, most_nodes):
        accepted = list(store.quads_for_pattern(node, None, None, ox.DefaultGraph()))
        described = any(quad.predicate == kind for quad in accepted)
        for quad in accepted if described else store.quads_for_pattern(node, None, None, None):
            value = quad.object
            shown = ox.Literal(value.value[:80]) if quad.predicate == text and isinstance(value, ox.Literal) else value
            kept.append(ox.Triple(quad.subject, quad.predicate, shown))
    graph = rdflib.Graph()
    graph.parse(data=ox.serialize(kept, format=ox.RdfFormat.N_TRIPLES) or b"", format="nt")
    return graph


def _chosen(store: ox.Store, ontology: Ontology, most_nodes: int | None) -> Iterator[ox.NamedNode]:
    """The nodes that shapes look at; the selectors of an evidence node go with it."""
    typed = len(_nodes("?node a ?class", store))
    share = None if most_nodes is None or typed <= most_nodes else most_nodes / typed
    for node in _nodes("?node ?property ?value", store):
        if not isinstance(node, ox.NamedNode) or node.value.startswith(GM) or "/inference/" in node.value:
            continue
        if share is None or node.value in ontology.terms or int(digest(_whole(node.value)), 16) < share * 16**16:
            yield node


def _nodes(pattern: str, store: ox.Store) -> list[Any]:
    """Each node once of which a pattern holds in any graph; found by the store, as Python would look at every quad."""
    found = store.query(f"SELECT DISTINCT ?node {{ {{ {pattern} }} UNION {{ GRAPH ?graph {{ {pattern} }} }} }}")
    assert isinstance(found, ox.QuerySolutions)  # it is a SELECT
    return [row[0] for row in found]


def _whole(iri: str) -> str:
    return iri.removesuffix("/quote").removesuffix("/position")
