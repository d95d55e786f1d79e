"""Room 13: the ontology and the data in the formats that other teams read.

>>> export_ontology("ttl", Path("ontology.ttl"))
>>> export_data(build, "csv", Path("facts.csv"))

Without a path the bytes come back. Equal inputs give equal bytes in every format; a file is written under a temporary
name and renamed when whole, so nobody reads half of one.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyoxigraph as ox

from kg.ask import label
from kg.ask.resolve import PREFIXES
from kg.errors import KgError
from kg.ontology import Ontology, load, ntriples
from kg.publish import aligned, diagram, vocabulary
from kg.store import FACTS, GRAPH, Build

if TYPE_CHECKING:
    import rdflib

_STANDARD = {
    "dcterms": "http://purl.org/dc/terms/",
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_NAMESPACES = _STANDARD | PREFIXES
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

COLUMNS = (
    "subject", "predicate", "object", "value", "upper_value", "unit", "substance", "period", "status",
    "sentence", "document", "title", "start", "end", "rule", "belief", "sources",
    "fact_iri", "subject_iri", "object_iri",
)  # fmt: skip
"""Of the CSV export; a figure's predicate is what it measures, and it has a value in the place of an object."""


def export_ontology(fmt: str, out: Path | None = None, *, root: Path | None = None) -> bytes | None:
    """The ontology in a format of `ONTOLOGY_FORMATS`: into `out`, or as bytes where no path is given.

    ttl, rdfxml, jsonld, nt, ofn, owx and omn (Manchester) hold all axioms; skos, ontolex, shacl, jsonschema, context,
    csv, graphml, svg and png what those who want no OWL ask for; alignments and bridge the mappings to others.
    """
    made = _chosen(_ONTOLOGY | _TERMS, fmt, "the ontology")
    return _written(made(load(root) if made in _TERMS.values() else ntriples(root)), out)


def export_drawing(
    fmt: str, module: str = "", lang: str = "en", out: Path | None = None, *, root: Path | None = None
) -> bytes | None:
    """A drawing of one module (of all where none is named) with its words in a language, as svg, png or graphml.

    png has the letters of Western Europe alone, so no Chinese.
    """
    ontology = load(root)
    modules = sorted({term.module for term in ontology.terms.values()})
    if fmt not in _DRAWINGS:
        raise KgError(f"There is no drawing as {fmt!r}. Formats: {', '.join(_DRAWINGS)}.")
    if module and module not in modules:
        raise KgError(f"The ontology has no module {module!r}. Modules: {', '.join(modules)}.")
    return _written(_DRAWINGS[fmt](ontology, module, lang), out)


def export_data(build: Build, fmt: str, out: Path | None = None) -> bytes | None:
    """A build as nq, trig, jsonld, graphml, csv or jsonl: into `out`, or as bytes where no path is given.

    nq, trig and jsonld hold everything: ontology, facts, evidence and what the rules infer. graphml holds the accepted
    facts among entities, csv one row for each fact of each document, jsonl the fact table.
    """
    return _written(_chosen(_DATA, fmt, "the data")(build), out)


def export_data_as(build: Build, vocabulary: str, fmt: str = "ttl", out: Path | None = None) -> bytes | None:
    """A build in the terms of another vocabulary (`mapped.vocabularies`), as ttl, nt, rdfxml or jsonld."""
    from kg.publish import mapped  # its rules need rooms that take half a second to load, and the server does not

    return _written(mapped.export_as(build, vocabulary, _ALIASES.get(fmt.lower(), fmt.lower())), out)


def _chosen(formats: dict[str, Any], fmt: str, what: str) -> Callable[[Any], bytes]:
    name = _ALIASES.get(fmt.lower(), fmt.lower())
    if name not in formats:
        raise KgError(f"There is no format {fmt!r} for {what}. Formats: {', '.join(formats)}.")
    made: Callable[[Any], bytes] = formats[name]
    return made


def _written(data: bytes, out: Path | None) -> bytes | None:
    if out is None:
        return data
    temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(out)
    except OSError as error:
        raise KgError(f"Cannot write {out}: {error.strerror}. Give another path with -o.") from error
    finally:
        with contextlib.suppress(OSError):  # gone already where all went well
            temporary.unlink()
    return None


# The ontology


@cache
def _rdflib_graph(nt: str) -> rdflib.Graph:
    """The triples in a graph that yields them sorted: rdflib's serializers write in the order in which they are met."""
    import rdflib  # a third of a second that the other formats need not wait

    class Sorted(rdflib.Graph):
        def triples(self, triple: Any) -> Any:
            found: list[Any] = list(super().triples(triple))
            return iter(sorted(found))

    made = Sorted(bind_namespaces="none")
    for prefix, namespace in _NAMESPACES.items():
        made.bind(prefix, namespace)
    for quad in ox.parse(nt.encode(), format=ox.RdfFormat.N_TRIPLES):
        made.add((_node(quad.subject), _node(quad.predicate), _node(quad.object)))
    for predicate in sorted({str(predicate) for predicate in made.predicates()}):
        made.compute_qname(predicate)  # numbers the unknown namespaces in a fixed order
    return made


def _node(term: Any) -> Any:
    """An rdflib term. Blank nodes keep their labels, which `ntriples` makes from what they stand for."""
    import rdflib

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    plain = term.language or term.datatype.value == _STANDARD["xsd"] + "string"
    datatype = None if plain else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)


def _by_rdflib(serializer: str) -> Callable[[str], bytes]:
    return lambda nt: _rdflib_graph(nt).serialize(format=serializer, encoding="utf-8")


def _ontology_jsonld(nt: str) -> bytes:
    context = {prefix: namespace for prefix, namespace in _NAMESPACES.items() if namespace in nt}
    text = _rdflib_graph(nt).serialize(format="json-ld", context=context)
    return (json.dumps(_in_order(json.loads(text)), ensure_ascii=False, indent=1) + "\n").encode()


def _in_order(value: Any) -> Any:
    """JSON-LD with its sets sorted; a `@list` has an order of its own."""
    if isinstance(value, dict):
        return {key: value[key] if key == "@list" else _in_order(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return sorted(map(_in_order, value), key=lambda one: json.dumps(one, sort_keys=True))
    return value


def _by_horned_owl(syntax: Literal["ofn", "owx", "omn"]) -> Callable[[str], bytes]:
    def made(nt: str) -> bytes:
        import pyhornedowl

        xml = _rdflib_graph(nt).serialize(format="xml")
        text: str = pyhornedowl.open_ontology_from_string(xml, "rdf").save_to_string(syntax)
        return text.encode()

    return made


# The data


def _nquads(build: Build) -> bytes:
    return _file(build, GRAPH)


def _file(build: Build, name: str) -> bytes:
    try:
        return (build.path / name).read_bytes()
    except OSError as error:
        raise KgError(f"Cannot read {build.path / name}: {error.strerror}. Run `kg build` again.") from error


def _serialized(format_: ox.RdfFormat) -> Callable[[Build], bytes]:
    """Graph by graph, the default graph first, each sorted."""

    def made(build: Build) -> bytes:
        quads = list(ox.parse(_nquads(build), format=ox.RdfFormat.N_QUADS))
        default = ox.DefaultGraph()
        quads.sort(key=lambda quad: "" if quad.graph_name == default else str(quad.graph_name))
        out = io.BytesIO()
        ox.serialize(quads, out, format=format_, prefixes=_NAMESPACES)
        return out.getvalue()

    return made


def _graphml(build: Build) -> bytes:
    import networkx as nx

    from kg.analyse import graph

    facts = graph(build)
    for _, data in facts.nodes(data=True):
        data["label"] = _NOT_XML.sub("", data["label"])
    out = io.BytesIO()
    nx.write_graphml(facts, out, encoding="utf-8", prettyprint=True, named_key_ids=True)
    return out.getvalue()


def _csv(build: Build) -> bytes:
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    table.writeheader()
    table.writerows(_rows(build))
    return out.getvalue().encode()


def _rows(build: Build) -> Iterator[dict[str, Any]]:
    """One row for each fact of each document, in the order of the fact table."""
    named = cache(lambda iri: label(build, iri))
    titles = {document["name"]: document["title"] for document in build.documents().values()}
    for fact in build.facts():
        if fact["kind"] == "entity":
            continue
        row = {name: fact.get(name) for name in COLUMNS}
        row |= {
            "subject": named(fact["subject"]),
            "predicate": fact.get("predicate") or fact["indicator"],
            "object": named(fact["object"]) if "object" in fact else None,
            "upper_value": fact.get("max"),
            "sentence": fact["quote"],
            "document": fact["doc"],
            "title": titles.get(fact["doc"]),
            "fact_iri": fact["iri"],
            "subject_iri": fact["subject"],
            "object_iri": fact.get("object"),
        }
        yield row


_ONTOLOGY: dict[str, Callable[[str], bytes]] = {
    "ttl": _by_rdflib("turtle"),
    "rdfxml": _by_rdflib("xml"),
    "jsonld": _ontology_jsonld,
    "nt": lambda nt: nt.encode(),
    "ofn": _by_horned_owl("ofn"),
    "owx": _by_horned_owl("owx"),
    "omn": _by_horned_owl("omn"),
}
_DRAWINGS: dict[str, Callable[[Ontology, str, str], bytes]] = {
    "svg": diagram.svg,
    "png": diagram.png,
    "graphml": vocabulary.graphml,
}
_TERMS: dict[str, Callable[[Ontology], bytes]] = {
    "skos": vocabulary.skos,
    "ontolex": vocabulary.ontolex,
    "shacl": vocabulary.shacl,
    "jsonschema": vocabulary.json_schema,
    "context": vocabulary.context,
    "csv": vocabulary.table,
    "graphml": vocabulary.graphml,
    "svg": diagram.svg,
    "png": diagram.png,
    "alignments": aligned.as_skos,
    "bridge": aligned.as_owl,
}
_DATA: dict[str, Callable[[Build], bytes]] = {
    "nq": _nquads,
    "trig": _serialized(ox.RdfFormat.TRIG),
    "jsonld": _serialized(ox.RdfFormat.JSON_LD),
    "graphml": _graphml,
    "csv": _csv,
    "jsonl": lambda build: _file(build, FACTS),
}
_ALIASES = {
    "turtle": "ttl", "rdf": "rdfxml", "xml": "rdfxml", "owl": "rdfxml", "json-ld": "jsonld", "ntriples": "nt",
    "functional": "ofn", "owlxml": "owx", "manchester": "omn", "nquads": "nq",
}  # fmt: skip
ONTOLOGY_FORMATS, DATA_FORMATS = (*_ONTOLOGY, *_TERMS), tuple(_DATA)
