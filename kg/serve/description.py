"""The SPARQL 1.1 Service Description of the endpoint."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.serve import negotiate, results
from kg.serve.reply import Reply
from kg.serve.snapshot import Loaded

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
FORMATS = "http://www.w3.org/ns/formats/"
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON-LD",
    "nquads": "N-Quads",
    "trig": "TriG",
}


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)


def triples(build: Loaded, endpoint: str) -> Iterator[ox.Triple]:
    """What the endpoint at that address is and can do."""
    service, dataset, default = (ox.NamedNode(endpoint + part) for part in ("#service", "#dataset", "#default-graph"))
    yield ox.Triple(service, RDF_TYPE, _sd("Service"))
    yield ox.Triple(service, _sd("endpoint"), ox.NamedNode(endpoint))
    yield ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    yield ox.Triple(service, _sd("feature"), _sd("EmptyGraphs"))
    for offer in (*negotiate.RESULTS, *negotiate.GRAPHS):
        yield ox.Triple(service, _sd("resultFormat"), ox.NamedNode(FORMATS + _NAMES[offer.name]))
    yield ox.Triple(service, _sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, RDF_TYPE, _sd("Dataset"))
    yield ox.Triple(dataset, _sd("defaultGraph"), default)
    yield ox.Triple(default, RDF_TYPE, _sd("Graph"))
    size = ox.Literal(int(build.manifest["counts"]["quads"]))
    yield ox.Triple(dataset, ox.NamedNode(VOID + "triples"), size)
    for graph in sorted(build.store.named_graphs(), key=str):
        if isinstance(graph, ox.NamedNode):
            node = ox.NamedNode(f"{endpoint}?graph={graph.value}")
            yield ox.Triple(dataset, _sd("namedGraph"), node)
            yield ox.Triple(node, RDF_TYPE, _sd("NamedGraph"))
            yield ox.Triple(node, _sd("name"), graph)


def answer(build: Loaded, endpoint: str, name: str, media_type: str, prefixes: dict[str, str]) -> Reply:
    """The description in one of the graph formats."""
    own = {**prefixes, "sd": SD, "void": VOID}
    try:
        written = results.write_triples(triples(build, endpoint), name, 100_000, 1 << 26, own)
    except ValueError:
        # The Host header made an address that is no IRI.
        written = results.write_triples(triples(build, "http://localhost/sparql"), name, 100_000, 1 << 26, own)
    return Reply(200, media_type, written.body, keep=True)
