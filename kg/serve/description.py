"""What the endpoint and its data are, for machines: SPARQL 1.1 Service Description, VoID and DCAT in one graph."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pyoxigraph as ox

from kg.ontology import GM
from kg.serve import graphstore, negotiate, patterns, results
from kg.serve.reply import Reply
from kg.serve.settings import Settings
from kg.serve.snapshot import Loaded

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
DCTERMS = "http://purl.org/dc/terms/"
FORMATS = "http://www.w3.org/ns/formats/"
PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"
LANGUAGES = "http://id.loc.gov/vocabulary/iso639-1/"
TITLE = "Green manufacturing knowledge graph"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
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
_COUNTS = """SELECT (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?p) AS ?properties)
  (COUNT(DISTINCT ?o) AS ?objects) (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }"""
_CLASSES = "SELECT ?term (COUNT(?s) AS ?n) WHERE { ?s a ?term } GROUP BY ?term ORDER BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) WHERE { ?s ?term ?o } GROUP BY ?term ORDER BY ?term"
Triples = Iterator[ox.Triple]


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)


def _void(name: str) -> ox.NamedNode:
    return ox.NamedNode(VOID + name)


def _dcterms(name: str) -> ox.NamedNode:
    return ox.NamedNode(DCTERMS + name)


def service(build: Loaded, origin: str, settings: Settings) -> Triples:
    """What the endpoint is and can do."""
    endpoint = f"{origin}/sparql"
    node, dataset, default = (ox.NamedNode(endpoint + part) for part in ("#service", "#dataset", "#default-graph"))
    yield ox.Triple(node, RDF_TYPE, _sd("Service"))
    yield ox.Triple(node, _sd("endpoint"), ox.NamedNode(endpoint))
    yield ox.Triple(node, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    if settings.updates:
        yield ox.Triple(node, _sd("supportedLanguage"), _sd("SPARQL11Update"))
    if settings.services:
        yield ox.Triple(node, _sd("feature"), _sd("BasicFederatedQuery"))
    yield ox.Triple(node, _sd("feature"), _sd("EmptyGraphs"))
    yield ox.Triple(node, _sd("propertyFeature"), ox.NamedNode(f"{patterns.NAMESPACE}entity"))
    for offer in (*negotiate.RESULTS, *negotiate.GRAPHS):
        yield ox.Triple(node, _sd("resultFormat"), ox.NamedNode(FORMATS + _NAMES[offer.name]))
    yield ox.Triple(node, _sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, RDF_TYPE, _sd("Dataset"))
    yield ox.Triple(dataset, _sd("defaultGraph"), default)
    yield ox.Triple(default, RDF_TYPE, _sd("Graph"))
    for graph in sorted(build.store.named_graphs(), key=str):
        if isinstance(graph, ox.NamedNode):
            named = ox.NamedNode(f"{origin}{graphstore.PATH}?{urlencode({'graph': graph.value})}")
            yield ox.Triple(dataset, _sd("namedGraph"), named)
            yield ox.Triple(named, RDF_TYPE, _sd("NamedGraph"))
            yield ox.Triple(named, _sd("name"), graph)


def _rows(build: Loaded, query: str) -> Iterator[ox.QuerySolution]:
    found = build.store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return found


def dataset(build: Loaded, origin: str) -> Triples:
    """How much data there is, of which classes and properties, and where it can be had."""
    node, base = ox.NamedNode(f"{origin}/void#dataset"), build.manifest["base"]
    yield ox.Triple(node, RDF_TYPE, _void("Dataset"))
    yield ox.Triple(node, _void("sparqlEndpoint"), ox.NamedNode(f"{origin}/sparql"))
    yield ox.Triple(node, _void("uriSpace"), ox.Literal(base))
    yield ox.Triple(node, _void("vocabulary"), ox.NamedNode(GM.rstrip("#")))
    yield ox.Triple(node, _void("dataDump"), ox.NamedNode(f"{origin}{graphstore.PATH}?default&format=ntriples"))
    names = {"subjects": "distinctSubjects", "objects": "distinctObjects", "properties": "properties"}
    for row in _rows(build, _COUNTS):
        for variable in ("triples", *names):
            value = row[variable]
            assert isinstance(value, ox.Literal)
            yield ox.Triple(node, _void(names.get(variable, variable)), value)
    for query, kind, link, size in (
        (_CLASSES, "classPartition", "class", "entities"),
        (_PROPERTIES, "propertyPartition", "property", "triples"),
    ):
        for number, row in enumerate(_rows(build, query)):
            term, count = row["term"], row["n"]
            if isinstance(term, ox.NamedNode) and isinstance(count, ox.Literal):
                part = ox.NamedNode(f"{origin}/void#{link}-{number}")
                yield ox.Triple(node, _void(kind), part)
                yield ox.Triple(part, _void(link), term)
                yield ox.Triple(part, _void(size), count)


def _text(build: Loaded) -> str:
    inputs = build.manifest["inputs"]
    return f"What {len(inputs)} report(s) on green manufacturing say, each fact with the sentence that it stands on."


def catalogue(build: Loaded, origin: str) -> Triples:
    """The data set as catalogues list it, with the ways to get it."""

    def dcat(name: str) -> ox.NamedNode:
        return ox.NamedNode(DCAT + name)

    root, node = ox.NamedNode(f"{origin}/void#catalogue"), ox.NamedNode(f"{origin}/void#dataset")
    yield ox.Triple(root, RDF_TYPE, dcat("Catalog"))
    yield ox.Triple(root, dcat("dataset"), node)
    yield ox.Triple(node, RDF_TYPE, dcat("Dataset"))
    yield ox.Triple(node, _dcterms("identifier"), ox.Literal(build.manifest["id"]))
    for one in (root, node):
        yield ox.Triple(one, _dcterms("title"), ox.Literal(TITLE, language="en"))
        yield ox.Triple(one, _dcterms("description"), ox.Literal(_text(build), language="en"))
    yield ox.Triple(node, dcat("landingPage"), ox.NamedNode(f"{origin}/"))
    yield ox.Triple(node, _dcterms("conformsTo"), ox.NamedNode(GM.rstrip("#")))
    for language in sorted({one["lang"] for one in build.manifest["inputs"]}):
        yield ox.Triple(node, _dcterms("language"), ox.NamedNode(LANGUAGES + language))
    endpoint, access = ox.NamedNode(f"{origin}/sparql"), ox.NamedNode(f"{origin}/void#sparql")
    service = ox.NamedNode(f"{origin}/sparql#service")
    yield ox.Triple(root, dcat("service"), service)
    yield ox.Triple(service, RDF_TYPE, dcat("DataService"))
    yield ox.Triple(service, _dcterms("title"), ox.Literal(f"{TITLE}: SPARQL endpoint", language="en"))
    yield ox.Triple(service, dcat("endpointURL"), endpoint)
    yield ox.Triple(service, dcat("endpointDescription"), endpoint)
    yield ox.Triple(service, dcat("endpointDescription"), ox.NamedNode(f"{origin}/api/openapi.json"))
    yield ox.Triple(service, _dcterms("conformsTo"), ox.NamedNode(PROTOCOL))
    yield ox.Triple(service, dcat("servesDataset"), node)
    yield ox.Triple(node, dcat("distribution"), access)
    yield ox.Triple(access, RDF_TYPE, dcat("Distribution"))
    yield ox.Triple(access, dcat("accessURL"), endpoint)
    yield ox.Triple(access, dcat("accessService"), service)
    for offer in graphstore.TRIPLES:
        way = ox.NamedNode(f"{origin}/void#graph-{offer.name}")
        yield ox.Triple(node, dcat("distribution"), way)
        yield ox.Triple(way, RDF_TYPE, dcat("Distribution"))
        yield ox.Triple(way, dcat("downloadURL"), ox.NamedNode(f"{origin}/graphs?default&format={offer.name}"))
        yield ox.Triple(way, dcat("mediaType"), ox.NamedNode(MEDIA_TYPES + offer.types[0]))


def answer(
    build: Loaded, origin: str, chosen: tuple[str, str], prefixes: dict[str, str], settings: Settings, *, data: bool
) -> Reply:
    """The description in one of the graph formats: of the service, or of the data set."""
    triples = (*dataset(build, origin), *catalogue(build, origin)) if data else service(build, origin, settings)
    own = {**prefixes, "sd": SD, "void": VOID, "dcat": DCAT, "dcterms": DCTERMS}
    written = results.write_triples(triples, chosen[0], results.GENEROUS, own)
    return results.reply(written, chosen[1], keep=True)
