"""The W3C's SPARQL 1.1 protocol tests, read where they are kept beside the project, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS
from serving import ROOT, Running, running

SUITE = ROOT.parent / "shared" / "rdf-tests" / "sparql" / "sparql11" / "protocol"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")

READ_ONLY = frozenset(
    {
        "update_dataset_default_graph",
        "update_dataset_default_graphs",
        "update_dataset_named_graphs",
        "update_dataset_full",
        "update_post_form",
        "update_post_direct",
        "update_base_uri",
    }
)
"""These ask for an update to be carried out; the endpoint refuses every update, and the test expects just that."""
FORMATS = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": ("application/sparql-results+json", "application/sparql-results+xml", "text/csv"),
    "RDF": ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"),
}


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    statuses: tuple[str, ...]
    boolean: bool | None
    format: str


def manifest() -> rdflib.Graph:
    return rdflib.Graph().parse(SUITE / "manifest.ttl", publicID=SUITE.as_uri() + "/manifest")


def names() -> list[str]:
    if not SUITE.is_dir():
        return []
    graph = manifest()
    head = next(graph.objects(None, MF.entries))
    return [str(item).rpartition("#")[2] for item in Collection(graph, head)]


def requests_of(graph: rdflib.Graph, name: str) -> list[Request]:
    entry = next(one for one in graph.subjects(RDF.type, MF.ProtocolTest) if str(one).endswith("#" + name))
    connection = graph.value(entry, MF.action)
    return [_request(graph, node) for node in Collection(graph, graph.value(connection, HT.requests))]


def _request(graph: rdflib.Graph, node: rdflib.term.Node) -> Request:
    headers = graph.value(node, HT.headers)
    body = graph.value(node, HT.body)
    answer = graph.value(node, HT.resp)
    encoding = str(graph.value(body, CNT.characterEncoding) or "utf-8")
    boolean = graph.value(answer, MF.expectedBoolean)
    return Request(
        str(graph.value(node, HT.methodName)),
        str(graph.value(node, HT.absolutePath)),
        tuple(
            (str(graph.value(one, HT.fieldName)), str(graph.value(one, HT.fieldValue)))
            for one in (Collection(graph, headers) if headers else ())
        ),
        None if body is None else str(graph.value(body, CNT.chars)).encode(encoding),
        tuple(str(status).rpartition("StatusCode")[2][:1] for status in graph.objects(answer, MF.expectedStatus)),
        None if boolean is None else bool(boolean.toPython()),  # type: ignore[attr-defined]
        str(graph.value(answer, MF.expectedFormat) or ""),
    )


def beside() -> None:
    if not SUITE.is_dir():
        pytest.skip("the W3C tests are not beside the project (../shared/rdf-tests)")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A build that holds the suite's graphs and nothing else."""
    beside()
    graph = manifest()
    files = {(str(graph.value(d, RDFS.label)), graph.value(d, UT.graph)) for d in graph.objects(None, UT.graphData)}
    folder = tmp_path_factory.mktemp("suite")
    lines = []
    for label, file in sorted(files, key=str):
        text = (SUITE / str(file).rpartition("/")[2]).read_text("utf-8")
        triples = rdflib.Graph().parse(data=text, format="nt")
        lines += [f"{s.n3()} {p.n3()} {o.n3()} <{label}> .\n" for s, p, o in triples]
    (folder / "graph.nq").write_text("".join(sorted(lines)), encoding="utf-8")
    (folder / "documents.jsonl").write_text("", encoding="utf-8")
    about = {"id": folder.name, "base": "http://example.org/id/", "inputs": [], "counts": {"quads": len(lines)}}
    (folder / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    with running(folder, workers=1) as ready:
        yield ready


@pytest.mark.parametrize("name", names() or ["suite"])
def test_w3c_protocol(server: Running, name: str) -> None:
    for request in requests_of(manifest(), name):
        with server.client() as client:
            answer = client.request(request.method, request.path, headers=dict(request.headers), content=request.body)
        if name in READ_ONLY:
            assert answer.status_code == 403
            assert "changes nothing" in answer.json()["detail"]
            return
        check(request, answer)


def check(request: Request, answer: httpx.Response) -> None:
    assert str(answer.status_code)[0] in request.statuses, answer.text
    if request.format:
        assert answer.headers["content-type"].split(";")[0] in FORMATS[request.format]
    if request.boolean is not None:
        assert answer.json()["boolean"] is request.boolean


def test_no_more_than_the_updates_are_left_out() -> None:
    beside()
    assert set(names()) >= READ_ONLY
    assert len(names()) == 34
