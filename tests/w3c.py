"""The W3C's SPARQL 1.1 tests, read where they are kept beside the project, and a server to run them on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF
from serving import ROOT, Running, running

from kg.serve import tokens

SUITE = ROOT.parent / "shared" / "rdf-tests" / "sparql" / "sparql11"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    statuses: tuple[str, ...]
    boolean: bool | None
    format: str
    answer_type: str
    answer: str | None


def manifest(folder: str, name: str = "manifest.ttl") -> rdflib.Graph:
    path = SUITE / folder / name
    return rdflib.Graph().parse(path, publicID=path.as_uri())


def entries(graph: rdflib.Graph) -> list[rdflib.term.Node]:
    return list(Collection(graph, next(graph.objects(None, MF.entries))))


def requests_of(graph: rdflib.Graph, entry: rdflib.term.Node) -> list[Request]:
    connection = graph.value(entry, MF.action)
    return [_request(graph, node) for node in Collection(graph, graph.value(connection, HT.requests))]


def _headers(graph: rdflib.Graph, node: rdflib.term.Node | None) -> tuple[tuple[str, str], ...]:
    head = graph.value(node, HT.headers)
    fields = Collection(graph, head) if head else ()
    return tuple((str(graph.value(one, HT.fieldName)), str(graph.value(one, HT.fieldValue))) for one in fields)


def _request(graph: rdflib.Graph, node: rdflib.term.Node) -> Request:
    body = graph.value(node, HT.body)
    answer = graph.value(node, HT.resp)
    encoding = str(graph.value(body, CNT.characterEncoding) or "utf-8")
    boolean = graph.value(answer, MF.expectedBoolean)
    said = graph.value(graph.value(answer, HT.body), CNT.chars)
    statuses = graph.objects(answer, MF.expectedStatus)
    return Request(
        str(graph.value(node, HT.methodName)),
        str(graph.value(node, HT.absolutePath)),
        _headers(graph, node),
        None if body is None else str(graph.value(body, CNT.chars)).encode(encoding),
        tuple(str(status).rpartition("#")[2] for status in statuses),
        None if boolean is None else bool(boolean.toPython()),  # type: ignore[attr-defined]
        str(graph.value(answer, MF.expectedFormat) or ""),
        dict(_headers(graph, answer)).get("content-type", ""),
        None if said is None else str(said),
    )


def beside() -> None:
    if not SUITE.is_dir():
        pytest.skip("the W3C tests are not beside the project (../shared/rdf-tests)")


def empty_build(folder: Path) -> Path:
    """A build with nothing in it."""
    (folder / "graph.nq").write_text("", encoding="utf-8")
    (folder / "documents.jsonl").write_text("", encoding="utf-8")
    about = {"id": folder.name, "base": "http://example.org/id/", "inputs": [], "counts": {"quads": 0}}
    (folder / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    return folder


@contextmanager
def writable(folder: Path, **options: object) -> Iterator[tuple[Running, str]]:
    """A server of an empty build that takes updates, and the token that it takes them with."""
    beside()
    file = folder / "tokens"
    token = tokens.create(file, "tests")
    with running(empty_build(folder), workers=1, updates=True, tokens=str(file), **options) as ready:
        yield ready, token


def client_of(server: Running, token: str) -> httpx.Client:
    return server.client(headers={"authorization": f"Bearer {token}"})


def names_of(folder: str, *names: str) -> list[str]:
    """The tests of manifests, for parameters; where the suite is missing, one that says so."""
    if not SUITE.is_dir():
        return ["suite"]
    found = []
    for name in names or ("manifest.ttl",):
        found += [str(entry).rpartition("#")[2] for entry in entries(manifest(folder, name))]
    return found


def entry_of(graph: rdflib.Graph, name: str) -> rdflib.term.Node:
    return next(one for one in graph.subjects(RDF.type, None) if str(one).endswith("#" + name))
