"""The W3C's tests of the SPARQL 1.1 protocol, the graph store protocol and service descriptions, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, RDFS
from w3c import SUITE, UT, Request, beside, client_of, entry_of, manifest, names_of, requests_of, writable

FORMATS = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": ("application/sparql-results+json", "application/sparql-results+xml", "text/csv"),
    "RDF": ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"),
}
STATUS = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404, "BadRequest": 400}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with writable(tmp_path_factory.mktemp("suite")) as (server, token), client_of(server, token) as ready:
        yield ready


def emptied(client: httpx.Client) -> None:
    answer = client.post("/sparql", data={"update": "DROP ALL"})
    assert answer.status_code == 204, answer.text


def protocol_data(client: httpx.Client, graph: rdflib.Graph) -> None:
    """The graphs that the tests of the protocol ask for, put into the store by the graph store protocol."""
    emptied(client)
    files = {(str(graph.value(d, RDFS.label)), graph.value(d, UT.graph)) for d in graph.objects(None, UT.graphData)}
    for label, file in sorted(files, key=str):
        text = (SUITE / "protocol" / str(file).rpartition("/")[2]).read_text("utf-8")
        answer = client.put(
            "/graphs", params={"graph": label}, content=text, headers={"content-type": "application/n-triples"}
        )
        assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("name", names_of("protocol"))
def test_protocol(client: httpx.Client, name: str) -> None:
    graph = manifest("protocol")
    protocol_data(client, graph)
    for request in requests_of(graph, entry_of(graph, name)):
        answer = client.request(request.method, request.path, headers=dict(request.headers), content=request.body)
        families = tuple(status.removeprefix("StatusCode")[:1] for status in request.statuses)
        assert str(answer.status_code)[0] in families, answer.text
        if request.format:
            assert answer.headers["content-type"].split(";")[0] in FORMATS[request.format]
        if request.boolean is not None:
            assert answer.json()["boolean"] is request.boolean


DIRECT, INDIRECT = "manifest-direct.ttl", "manifest-indirect.ttl"


@pytest.mark.parametrize("name", names_of("graph-store-protocol", DIRECT, INDIRECT))
def test_graph_store_protocol(client: httpx.Client, name: str) -> None:
    file = DIRECT if name.endswith("_direct") else INDIRECT
    graph = manifest("graph-store-protocol", file)
    emptied(client)
    location = ""
    for request in requests_of(graph, entry_of(graph, name)):
        path = request.path.replace("/gsp", "/graphs", 1).replace("$LOCATION$", location)
        answer = client.request(request.method, path, headers=dict(request.headers), content=request.body)
        assert answer.status_code in [STATUS[one] for one in request.statuses], (path, answer.text)
        location = answer.headers.get("location", location)
        compare(request, answer, location)


def compare(request: Request, answer: httpx.Response, location: str) -> None:
    if not request.answer_type or not answer.is_success:
        return
    assert answer.headers["content-type"].replace(" ", "") == request.answer_type.replace(" ", "")
    if request.answer is None:
        return
    base = "http://www.example/"
    wanted = rdflib.Graph().parse(data=request.answer.replace("$LOCATION$", location), format="turtle", publicID=base)
    found = rdflib.Graph().parse(data=answer.text, format="turtle", publicID=base)
    assert isomorphic(wanted, found), answer.text


@pytest.mark.parametrize("name", names_of("service-description"))
def test_service_description(client: httpx.Client, name: str) -> None:
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    answer = client.get("/sparql")
    assert answer.headers["content-type"].split(";")[0] in FORMATS["RDF"]
    described = rdflib.Graph().parse(data=answer.text, format="turtle")
    endpoint = rdflib.URIRef(str(client.base_url.join("/sparql")))
    services = list(described.subjects(sd.endpoint, endpoint))
    assert len(services) == 1
    assert (services[0], RDF.type, sd.Service) in described
    for feature in described.objects(services[0], sd.feature):
        assert isinstance(feature, rdflib.URIRef), name
    for dataset in described.objects(services[0], sd.defaultDataset):
        assert (dataset, RDF.type, sd.Dataset) in described
        for named in described.objects(dataset, sd.namedGraph):
            assert isinstance(described.value(named, sd.name), rdflib.URIRef)


def test_no_test_is_left_out() -> None:
    beside()
    assert len(names_of("protocol")) == 34
    assert len(names_of("graph-store-protocol", DIRECT, INDIRECT)) == 13
    assert len(names_of("service-description")) == 3
    older = manifest("http-rdf-update")
    approval = rdflib.URIRef("http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#approval")
    assert {str(one).rpartition("#")[2] for one in older.objects(None, approval)} == {"Deprecated"}, (
        "the older tests of the graph store protocol are for reading only, and replaced by those above"
    )
