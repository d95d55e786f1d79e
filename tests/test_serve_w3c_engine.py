"""The W3C's tests of queries, updates, syntax and result formats over HTTP: what passes, what fails, and why.

Each failure stands in `w3c_failures.toml` with its cause; a test that is listed there and passes is a failure, too.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, RDFS, XSD
from w3c import MF, QT, SUITE, UT, beside, client_of, entries, manifest, names_of, writable

FOLDERS = [
    "aggregates",
    "bind",
    "bindings",
    "cast",
    "construct",
    "csv-tsv-res",
    "exists",
    "functions",
    "grouping",
    "json-res",
    "negation",
    "project-expression",
    "property-path",
    "subquery",
    "syntax-query",
    "add",
    "basic-update",
    "clear",
    "copy",
    "delete",
    "delete-data",
    "delete-insert",
    "delete-where",
    "drop",
    "move",
    "update-silent",
    "syntax-update-1",
    "syntax-update-2",
]
NOT_RUN = {
    "entailment": "No entailment regime is offered for queries: what the rules infer is written as triples at building."
}
NUMBERS = {XSD.integer, XSD.decimal, XSD.float, XSD.double}
ROW = rdflib.Namespace("urn:row:")


@cache
def failures() -> dict[str, str]:
    """Test -> why it fails."""
    listed = tomllib.loads((Path(__file__).parent / "w3c_failures.toml").read_text("utf-8"))
    return {f"{folder}/{name}": cause for folder, tests in listed.items() for name, cause in tests.items()}


@dataclass(frozen=True)
class Case:
    folder: str
    name: str
    kind: str

    def __str__(self) -> str:
        return f"{self.folder}/{self.name}"


@cache
def graph_of(folder: str) -> rdflib.Graph:
    return manifest(folder)


def cases() -> list[Case]:
    if not SUITE.is_dir():
        return [Case("", "suite", "")]
    found = []
    for folder in FOLDERS:
        graph = graph_of(folder)
        for entry in entries(graph):
            kind = graph.value(entry, RDF.type)
            found.append(Case(folder, str(entry).rpartition("#")[2], str(kind).rpartition("#")[2]))
    return found


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with writable(tmp_path_factory.mktemp("suite")) as (server, token), client_of(server, token) as ready:
        yield ready


def text_of(node: object) -> str:
    return Path(str(node).removeprefix("file://")).read_text("utf-8")


def media_type(node: object) -> str:
    form = ox.RdfFormat.from_extension(str(node).rpartition(".")[2])
    assert form is not None, node
    return form.media_type


def put(client: httpx.Client, file: object, **where: str) -> None:
    # Relative addresses of a file start at the file, so that it is parsed here and sent with full ones.
    quads = ox.parse(text_of(file), format=ox.RdfFormat.from_media_type(media_type(file)), base_iri=str(file))
    body = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES)
    answer = client.post("/graphs", params=where, content=body, headers={"content-type": "application/n-triples"})
    assert answer.status_code in (201, 204), answer.text


def load(client: httpx.Client, graph: rdflib.Graph, node: rdflib.term.Node, data: object, named: object) -> None:
    assert client.post("/sparql", data={"update": "DROP ALL"}).status_code == 204
    for file in graph.objects(node, data):  # type: ignore[arg-type]
        put(client, file, default="")
    for one in graph.objects(node, named):  # type: ignore[arg-type]
        file = graph.value(one, UT.graph) or one
        label = graph.value(one, RDFS.label) or one
        put(client, file, graph=str(label))


def as_graph(solutions: ox.QuerySolutions, *, ordered: bool) -> rdflib.Graph:
    """Solutions as a graph, so that blank nodes are compared by what they stand for."""
    made = rdflib.Graph()
    for number, row in enumerate(solutions):
        node = rdflib.BNode()
        made.add((node, RDF.type, ROW.row))
        if ordered:
            made.add((node, ROW.number, rdflib.Literal(number)))
        for variable in solutions.variables:
            term = row[variable.value]
            if term is not None:
                made.add((node, ROW[variable.value], rdf_term(term)))
    return made


def rdf_term(term: object) -> rdflib.term.Node:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    assert isinstance(term, ox.Literal), term
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    kind = None if term.datatype.value.endswith("#string") else rdflib.URIRef(term.datatype.value)
    return canonical(rdflib.Literal(term.value, datatype=kind, normalize=False))


def canonical(node: rdflib.term.Node) -> rdflib.term.Node:
    """Numbers and booleans by their value: the store keeps 1.0 as 1, and "1"^^xsd:boolean as true."""
    if isinstance(node, rdflib.Literal) and node.datatype == XSD.boolean:
        return rdflib.Literal("true" if str(node) in ("1", "true") else "false", datatype=XSD.boolean)
    if isinstance(node, rdflib.Literal) and node.datatype in NUMBERS:
        try:
            value = float(node)
        except ValueError:
            return node
        return rdflib.Literal(repr(value), datatype=node.datatype, normalize=False)
    return node


def canonical_graph(graph: rdflib.Graph) -> rdflib.Graph:
    made = rdflib.Graph()
    for s, p, o in graph:
        made.add((s, p, canonical(o)))
    return made


def same(one: rdflib.Graph, other: rdflib.Graph) -> bool:
    return isomorphic(canonical_graph(one), canonical_graph(other))


def results_in_turtle(text: str, base: str) -> rdflib.Graph:
    """Expected solutions that are written as RDF."""
    rs = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
    read, made = rdflib.Graph().parse(data=text, format="turtle", publicID=base), rdflib.Graph()
    for solution in read.objects(None, rs.solution):
        node = rdflib.BNode()
        made.add((node, RDF.type, ROW.row))
        for binding in read.objects(solution, rs.binding):
            made.add((node, ROW[str(read.value(binding, rs.variable))], read.value(binding, rs.value)))
    return made


def sorted_items(row: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(row.items())


def check_query(
    client: httpx.Client, graph: rdflib.Graph, entry: rdflib.term.Node, rewritten: Callable[[str], str] = str
) -> None:
    action = graph.value(entry, MF.action)
    load(client, graph, action, QT.data, QT.graphData)
    query, result = graph.value(action, QT.query), graph.value(entry, MF.result)
    base = f"BASE <{query}>\n"
    extension = str(result).rpartition(".")[2]
    accept = {"csv": "text/csv", "tsv": "text/tab-separated-values", "srj": "application/sparql-results+json"}
    wanted = accept.get(extension, "application/sparql-results+xml, application/n-triples")
    asked = base + rewritten(text_of(query))
    answer = client.post("/sparql", data={"query": asked}, headers={"accept": wanted})
    assert answer.status_code == 200, answer.text
    expected = text_of(result)
    if extension == "csv":
        # The engine gives the columns of SELECT * in alphabetical order.
        found, right = (list(csv.DictReader(io.StringIO(text))) for text in (answer.text, expected))
        assert sorted(map(sorted_items, found)) == sorted(map(sorted_items, right))
        return
    if answer.headers["content-type"].startswith("application/n-triples"):
        found = rdflib.Graph().parse(data=answer.text, format="nt")
        assert same(found, rdflib.Graph().parse(data=expected, format="turtle", publicID=str(result)))
        return
    form = ox.QueryResultsFormat.from_media_type(answer.headers["content-type"].split(";")[0])
    got = ox.parse_query_results(answer.text, form)  # type: ignore[arg-type]
    if isinstance(got, ox.QueryBoolean):
        other = ox.parse_query_results(expected, ox.QueryResultsFormat.from_extension(extension))  # type: ignore[arg-type]
        assert isinstance(other, ox.QueryBoolean)
        assert bool(got) is bool(other)
        return
    if extension == "ttl":
        assert same(as_graph(got, ordered=False), results_in_turtle(expected, str(result)))
        return
    other = ox.parse_query_results(expected, ox.QueryResultsFormat.from_extension(extension))  # type: ignore[arg-type]
    assert isinstance(other, ox.QuerySolutions)
    assert {one.value for one in got.variables} == {one.value for one in other.variables}
    found, right = as_graph(got, ordered=False), as_graph(other, ordered=False)
    assert same(found, right), f"{answer.text}\n{expected}"


def check_update(client: httpx.Client, graph: rdflib.Graph, entry: rdflib.term.Node) -> None:
    action, result = graph.value(entry, MF.action), graph.value(entry, MF.result)
    load(client, graph, action, UT.data, UT.graphData)
    update = graph.value(action, UT.request)
    answer = client.post("/sparql", data={"update": f"BASE <{update}>\n" + text_of(update)})
    assert answer.status_code == 204, answer.text
    wanted = {"": rdflib.Graph()}
    for file in graph.objects(result, UT.data):
        wanted[""].parse(data=text_of(file), format="turtle", publicID=str(file))
    for one in graph.objects(result, UT.graphData):
        file = graph.value(one, UT.graph)
        label = str(graph.value(one, RDFS.label))
        wanted[label] = rdflib.Graph().parse(data=text_of(file), format="turtle", publicID=str(file))
    listed = client.post("/sparql", data={"query": "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"})
    full = {row["g"]["value"] for row in listed.json()["results"]["bindings"]}
    assert full == {label for label, content in wanted.items() if label and len(content)}
    for label, content in wanted.items():
        got = client.get("/graphs", params={"graph": label} if label else {"default": ""})
        found = rdflib.Graph().parse(data=got.text, format="turtle") if got.status_code == 200 else rdflib.Graph()
        assert same(found, content), (label, got.text)


def check_syntax(client: httpx.Client, graph: rdflib.Graph, case: Case, entry: rdflib.term.Node) -> None:
    text = text_of(graph.value(entry, MF.action))
    what = "update" if str(graph.value(entry, MF.action)).endswith(".ru") else "query"
    answer = client.post("/sparql", data={what: "BASE <http://example.org/>\n" + text})
    malformed = answer.status_code == 400 and answer.json()["type"].endswith("malformed-" + what)
    assert malformed is case.kind.startswith("Negative"), answer.text[:500]


@pytest.mark.parametrize("case", cases(), ids=str)
def test_w3c(client: httpx.Client, case: Case) -> None:
    beside()
    cause = failures().get(str(case))
    graph = graph_of(case.folder)
    entry = next(one for one in entries(graph) if str(one).rpartition("#")[2] == case.name)
    try:
        if "Syntax" in case.kind:
            check_syntax(client, graph, case, entry)
        elif case.kind == "UpdateEvaluationTest":
            check_update(client, graph, entry)
        else:
            check_query(client, graph, entry)
    except (AssertionError, SyntaxError, ValueError):
        if cause is None:
            raise
        return
    assert cause is None, f"{case} passes: strike it from w3c_failures.toml"


def test_every_listed_failure_is_a_test_and_has_a_cause() -> None:
    beside()
    known = {str(case) for case in cases()} | {f"service/{name}" for name in names_of("service")}
    assert set(failures()) <= known
    assert all(len(cause) > 20 for cause in failures().values())


def test_every_manifest_of_the_suite_is_run_or_named() -> None:
    beside()
    elsewhere = {"protocol", "graph-store-protocol", "http-rdf-update", "service-description"}
    federated = {"service", "syntax-fed"}
    there = {path.parent.name for path in SUITE.glob("*/manifest.ttl")}
    assert there == set(FOLDERS) | elsewhere | federated | set(NOT_RUN)
