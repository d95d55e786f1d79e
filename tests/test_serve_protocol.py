"""The endpoint over real HTTP: protocol, formats, refusals."""

from __future__ import annotations

import csv
import io
import json
import socket
import threading
from collections.abc import Iterator
from xml.etree import ElementTree

import httpx
import pyoxigraph as ox
import pytest
from sample_build import sample_build
from serving import Running, running

from kg.serve import results
from kg.serve.guard import look
from kg.serve.negotiate import GRAPHS, RESULTS, choose
from kg.serve.settings import Settings
from kg.serve.sparql import no_new_files

TYPES = "SELECT ?s ?l WHERE { ?s a gm:Place ; rdfs:label ?l } ORDER BY ?s ?l"
DESCRIBED = "CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s a gm:Place ; rdfs:label ?l }"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(sample_build(tmp_path_factory.mktemp("build")), max_rows=50) as ready:
        yield ready


@pytest.fixture
def client(server: Running) -> Iterator[httpx.Client]:
    with server.client() as ready:
        yield ready


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_the_three_ways_of_asking_give_the_same(client: httpx.Client, way: str) -> None:
    if way == "get":
        answer = client.get("/sparql", params={"query": TYPES})
    elif way == "form":
        answer = client.post("/sparql", data={"query": TYPES})
    else:
        answer = client.post("/sparql", content=TYPES, headers={"content-type": "application/sparql-query"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/sparql-results+json"
    labels = [row["l"]["value"] for row in answer.json()["results"]["bindings"]]
    assert "Quarzhafen" in labels
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("offer", RESULTS, ids=lambda offer: offer.name)
def test_each_result_format_holds_the_same_rows(client: httpx.Client, offer: object) -> None:
    media_type = offer.types[0]  # type: ignore[attr-defined]
    plain = client.get("/sparql", params={"query": TYPES}).json()["results"]["bindings"]
    answer = client.get("/sparql", params={"query": TYPES}, headers={"accept": media_type})
    assert answer.headers["content-type"].split(";")[0] == media_type
    if media_type == "text/csv":
        rows = [row[1] for row in csv.reader(io.StringIO(answer.text))][1:]
    else:
        form = ox.QueryResultsFormat.from_media_type(media_type)
        assert form is not None
        parsed = ox.parse_query_results(answer.content, form)
        assert isinstance(parsed, ox.QuerySolutions)
        rows = [row["l"].value for row in parsed]
    assert rows == [row["l"]["value"] for row in plain]


@pytest.mark.parametrize("offer", GRAPHS, ids=lambda offer: offer.name)
def test_each_graph_format_holds_the_same_triples(client: httpx.Client, offer: object) -> None:
    media_type = offer.types[0]  # type: ignore[attr-defined]
    form = ox.RdfFormat.from_media_type(media_type)
    assert form is not None
    nt = client.get("/sparql", params={"query": DESCRIBED}, headers={"accept": "application/n-triples"})
    answer = client.get("/sparql", params={"query": DESCRIBED}, headers={"accept": media_type})
    assert answer.headers["content-type"].split(";")[0] == media_type
    triples = {str(quad.triple) for quad in ox.parse(answer.content, form)}
    assert triples == {str(quad.triple) for quad in ox.parse(nt.content, ox.RdfFormat.N_TRIPLES)}
    assert triples


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("text/csv;q=0.4, application/sparql-results+xml;q=0.9", "xml"),
        ("text/csv, */*;q=0.1", "csv"),
        ("application/*", "json"),
        ("text/*;q=0.9, application/json;q=0.8", "csv"),
        ("application/sparql-results+json;q=0, */*", "xml"),
        ("image/png", None),
        ("text/csv;q=nonsense", None),
        (None, "json"),
    ],
)
def test_the_weights_of_the_accept_header_count(accept: str | None, name: str | None) -> None:
    found = choose(accept, RESULTS)
    assert (found and found[0]) == name


def test_nothing_that_fits_is_406_and_lists_what_would(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": TYPES}, headers={"accept": "image/png"})
    assert answer.status_code == 406
    assert "application/sparql-results+json" in answer.json()["hint"]
    turtle = client.get("/sparql", params={"query": TYPES}, headers={"accept": "text/turtle"})
    assert turtle.status_code == 406


@pytest.mark.parametrize(
    ("query", "line", "hint"),
    [
        ("SELECT ?s WHERE {\n  ?s a ex:Thing }", 2, "PREFIX ex:"),
        ("SELECT ?s WHERE { ?s ?p ?o ", 1, "not closed"),
        ("SELECT * WHERE { ?s ?p ?o } }", 1, "closing bracket"),
        ("FIND ALL", 1, "SELECT"),
        ("SELECT ?s WHERE { ?s ?p ?o FILTER(NOSUCH(?o)) }", 1, "NOSUCH is no function"),
        ("SELECT ?s WHERE {\n ?s ?p 'abc }", 2, "`'abc }` is not closed"),
        ("SELECT ?s (COUNT(?o) AS ?n) WHERE { ?s ?p ?o }", 1, "GROUP BY"),
    ],
)
def test_a_malformed_query_is_told_where_and_what_to_do(client: httpx.Client, query: str, line: int, hint: str) -> None:
    answer = client.post("/sparql", data={"query": query})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["line"] == line
    assert problem["column"] >= 1
    assert hint in problem["hint"]


@pytest.mark.parametrize(
    "update", ["INSERT DATA { <a:a> <a:b> <a:c> }", "# x\nPREFIX a: <b:c> delete where {?s ?p ?o}"]
)
def test_updates_are_refused_by_every_way_and_change_nothing(client: httpx.Client, update: str) -> None:
    count = {"query": "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"}
    before = client.get("/sparql", params=count).content
    answers = [
        client.get("/sparql", params={"query": update}),
        client.get("/sparql", params={"update": update}),
        client.post("/sparql", data={"update": update}),
        client.post("/sparql", data={"query": update}),
        client.post("/sparql", content=update, headers={"content-type": "application/sparql-update"}),
        client.post("/sparql", content=update, headers={"content-type": "application/sparql-query"}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 6
    assert all("changes nothing" in answer.json()["detail"] for answer in answers)
    assert client.get("/sparql", params=count).content == before


def test_methods_options_head_and_media_types(client: httpx.Client) -> None:
    wrong = client.put("/sparql", content="x")
    assert wrong.status_code == 405
    assert "POST" in wrong.headers["allow"]
    assert client.post("/").status_code == 405
    options = client.options("/sparql", headers={"origin": "http://a.example", "access-control-request-method": "POST"})
    assert options.status_code == 204
    assert "POST" in options.headers["access-control-allow-methods"]
    head = client.head("/sparql", params={"query": TYPES})
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 100
    for kind in ("text/plain", "application/json"):
        assert client.post("/sparql", content=TYPES, headers={"content-type": kind}).status_code == 415
    assert client.post("/sparql", content=TYPES.encode()).status_code == 415
    latin = {"content-type": "application/sparql-query; charset=latin-1"}
    assert client.post("/sparql", content=TYPES.encode(), headers=latin).status_code == 415
    assert client.post("/sparql", data={"x": "y"}).status_code == 400
    assert client.get("/sparql?query=ASK%7B%7D&query=ASK%7B%7D").status_code == 400


def test_graphs_of_the_protocol_replace_those_of_the_query(client: httpx.Client) -> None:
    listing = client.get(
        "/sparql", params={"query": "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?e a gm:Evidence } } ORDER BY ?g"}
    )
    graphs = [row["g"]["value"] for row in listing.json()["results"]["bindings"]]
    assert len(graphs) == 3

    def ask(query: str, **parameters: object) -> bool:
        answer = client.get("/sparql", params={"query": query, **parameters})  # type: ignore[arg-type]
        assert answer.status_code == 200, answer.text
        found: bool = answer.json()["boolean"]
        return found

    assert ask("ASK { ?e a gm:Evidence }", **{"default-graph-uri": graphs[0]})
    assert not ask("ASK { GRAPH ?g { ?e a gm:Evidence } }", **{"default-graph-uri": graphs[0]})
    named = {"named-graph-uri": graphs[:2]}
    assert not ask("ASK { ?s ?p ?o }", **named)
    assert ask("ASK { GRAPH ?g { ?e a gm:Evidence } }", **named)
    assert not ask(f"ASK {{ GRAPH <{graphs[2]}> {{ ?s ?p ?o }} }}", **named)
    assert not ask(f"ASK FROM <{graphs[0]}> {{ ?e a gm:Evidence }}", **{"default-graph-uri": "urn:nothing"})
    answer = client.get("/sparql", params={"query": "ASK {}", "default-graph-uri": "not an iri"})
    assert answer.status_code == 400


class Listener:
    """A port on this machine that remembers whether anybody came."""

    def __init__(self) -> None:
        self.visits = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.visits += 1
            connection.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    one = Listener()
    yield one
    one.socket.close()


def test_no_query_leaves_the_machine(client: httpx.Client, listener: Listener) -> None:
    address = f"http://127.0.0.1:{listener.port}/"
    refused = [
        f"SELECT * WHERE {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
        f"SELECT * WHERE {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}",
        f"SELECT * WHERE {{ \\u0053ERVICE <{address}> {{ ?s ?p ?o }} }}",
        f"SELECT * WHERE {{ ?s ?p trueSERVICE<{address}>{{ ?s ?p ?o }} }}",
        f'SELECT * WHERE {{ ?s ?p """a"b""" SERVICE <{address}> {{ ?s ?p ?o }} }}',
        f"SELECT * WHERE {{ BIND(<{address}> AS ?x) service ?x {{ ?s ?p ?o }} }}",
        f"LOAD <{address}>",
        "LOAD <file:///etc/passwd>",
    ]
    for query in refused:
        assert client.post("/sparql", data={"query": query}).status_code == 403, query
    for graph in (address, "file:///etc/passwd"):
        answer = client.post("/sparql", data={"query": f"SELECT * FROM <{graph}> WHERE {{ ?s ?p ?o }}"})
        assert answer.json()["results"]["bindings"] == []
        answer = client.post("/sparql", data={"query": "SELECT * WHERE { ?s ?p ?o }", "default-graph-uri": graph})
        assert answer.json()["results"]["bindings"] == []
    assert listener.visits == 0


def test_the_engine_itself_can_open_no_connection(listener: Listener) -> None:
    """The second fence: even a SERVICE that the token check overlooked finds no socket."""
    store = ox.Store()
    query = f"SELECT * WHERE {{ SERVICE <http://127.0.0.1:{listener.port}/> {{ ?s ?p ?o }} }}"
    with no_new_files(), pytest.raises(OSError):
        list(store.query(query))  # type: ignore[arg-type]
    assert listener.visits == 0


def test_the_word_service_is_free_elsewhere() -> None:
    harmless = 'PREFIX service: <urn:x> SELECT ?service { ?service service:SERVICE "SERVICE", <urn:SERVICE> } # SERVICE'
    assert not look(harmless).service


@pytest.mark.parametrize("name", ["json", "xml", "tsv"])
def test_rows_that_are_written_one_by_one_read_as_those_of_the_engine(name: str) -> None:
    terms = """VALUES (?a ?b) { ("x"@en <urn:a>) ("x"@en--ltr <<( <urn:a> <urn:b> "y"@ar--rtl )>>) (1.50 UNDEF)
        (" two\\nlines\\t" "\\"<&>\\\\") ("2024-01-01"^^xsd:date true) ("" "水泥"@zh) }"""
    query = f"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT ?a ?b WHERE {{ {terms} }}"
    store, fmt = ox.Store(), getattr(ox.QueryResultsFormat, name.upper())

    def read(body: bytes) -> list[tuple[object, ...]]:
        found = ox.parse_query_results(body, format=fmt)
        assert isinstance(found, ox.QuerySolutions)
        return [tuple(row) for row in found]

    rows, whole = store.query(query), store.query(query)
    assert isinstance(rows, ox.QuerySolutions) and isinstance(whole, ox.QuerySolutions)
    written = results.write_rows(["a", "b"], (tuple(row) for row in rows), name, results.GENEROUS)
    assert read(written.body) == read(whole.serialize(format=fmt) or b"")
    assert len(read(written.body)) == 6


def test_what_is_cut_is_said_and_stays_well_formed(client: httpx.Client) -> None:
    everything = "SELECT * WHERE { ?s ?p ?o }"
    for media_type in ("application/sparql-results+json", "application/sparql-results+xml", "text/csv"):
        answer = client.post("/sparql", data={"query": everything}, headers={"accept": media_type})
        assert answer.headers["x-result-rows"] == "50"
        assert "50 rows" in answer.headers["x-result-truncated"]
        if media_type.endswith("json"):
            assert len(answer.json()["results"]["bindings"]) == 50
        elif media_type.endswith("xml"):
            assert len(ElementTree.fromstring(answer.text).findall(".//{*}result")) == 50
    graph = client.post("/sparql", data={"query": "CONSTRUCT WHERE { ?s ?p ?o }"}, headers={"accept": "text/turtle"})
    assert "50 rows" in graph.headers["x-result-truncated"]
    whole = client.post("/sparql", data={"query": everything + " LIMIT 50"})
    assert "x-result-truncated" not in whole.headers


def test_hostile_requests_get_an_answer_and_leave_it_serving(client: httpx.Client) -> None:
    assert client.get("/sparql?query=%ff%fe").status_code == 400
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/sparql", content=b"query=%ff", headers=form).status_code == 400
    assert (
        client.post("/sparql", content=b"\xff\xfe", headers={"content-type": "application/sparql-query"}).status_code
        == 400
    )
    assert client.get("/%ff%fe").status_code in (400, 404)
    assert client.get("/sparql?" + "a" * 60_000).status_code in (200, 400, 414, 431)
    big = "ASK { VALUES ?x { " + "1 " * 500_000 + "} }"
    assert client.post("/sparql", data={"query": big}).status_code == 200
    assert client.post("/sparql", data={"query": "ASK { " + "#" * (Settings().max_request + 1)}).status_code == 413
    deep = "SELECT * WHERE " + "{" * 20_000 + "}" * 20_000
    assert client.post("/sparql", data={"query": deep}).json()["type"].endswith("too-deep")
    long_chain = "ASK { FILTER(" + "!" * 100_000 + "true) }"
    assert client.post("/sparql", data={"query": long_chain}).status_code in (200, 400, 503)
    for path in ("/static/../pages.py", "/static/%2e%2e/pages.py", "/id/../../etc/passwd", "/document/%00"):
        assert client.get(path).status_code == 404, path
    assert client.get("/", headers={"cookie": 'lang="<script>'}).status_code == 200
    assert client.post("/sparql", data={"query": TYPES}).status_code == 200


def test_service_description_and_form(client: httpx.Client) -> None:
    answer = client.get("/sparql", headers={"accept": "text/turtle"})
    quads = list(ox.parse(answer.content, ox.RdfFormat.TURTLE))
    endpoint = [q.object for q in quads if q.predicate.value.endswith("#endpoint")]
    assert endpoint == [ox.NamedNode(str(client.base_url.join("/sparql")))]
    assert sum(q.predicate.value.endswith("#namedGraph") for q in quads) >= 3
    form = client.get("/sparql", headers={"accept": "text/html"})
    assert "<textarea" in form.text
    shown = client.get("/sparql", params={"query": TYPES}, headers={"accept": "text/html"})
    assert "Quarzhafen</bdi></a>" in shown.text


def test_an_unchanged_answer_is_not_sent_twice(client: httpx.Client) -> None:
    first = client.get("/sparql", params={"query": TYPES})
    again = client.get("/sparql", params={"query": TYPES}, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/sparql", params={"query": TYPES}, headers={"accept": "text/csv"})
    assert other.headers["etag"] != first.headers["etag"]
    assert "etag" not in client.get("/sparql", params={"query": "SELECT (RAND() AS ?r) WHERE {}"}).headers


def test_the_query_library_as_an_api(client: httpx.Client) -> None:
    queries = {one["name"]: one for one in client.get("/api/queries").json()}
    assert queries["recipients"]["parameters"][0] == {"name": "recipient", "type": "entity", "required": False}
    rows = client.get("/api/queries/recipients", params={"recipient": "Quarry Cement", "lang": "de"}).json()
    assert {"Grünkredit Ostufer", "Sondersubvention"} <= {row["instrument"] for row in rows}
    text = client.get("/api/queries/recipients", params={"format": "csv"}).text
    assert next(csv.reader(io.StringIO(text)))[:2] == ["recipient", "instrument"]
    assert client.get("/api/queries/nothing").status_code == 404
    unknown = client.get("/api/queries/recipients", params={"recipient": "Quary Cement"})
    assert unknown.status_code == 404
    assert "Quarry Cement" in unknown.json()["detail"]
    assert client.get("/api/queries/recipients", headers={"accept": "image/png"}).status_code == 406
    assert json.loads(client.get("/health").content)["status"] == "ok"
