"""Twenty-four kinds of hostile request: each is answered or refused, none is a 500, and the server goes on serving."""

from __future__ import annotations

import gzip
import os
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_build import sample_build
from serving import Running, running

from kg.serve import tokens

GOOD = "SELECT ?s WHERE { ?s a gm:Place }"
EVIL = "<script>alert(1)</script>"
FORM = {"content-type": "application/x-www-form-urlencoded"}
SECONDS = 3.0
Attack = Callable[[Running], list[int]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    at_most = 240 + FUZZED * 0.5
    with running(sample_build(tmp_path_factory.mktemp("build")), at_most=at_most, workers=2, timeout=SECONDS) as ready:
        yield ready


def ask(server: Running, query: str, **options: object) -> int:
    with server.client() as client:
        return client.post("/sparql", data={"query": query}, **options).status_code  # type: ignore[arg-type]


def asked(query: str) -> Attack:
    return lambda server: [ask(server, query)]


def got(path: str, **headers: str) -> Attack:
    def attack(server: Running) -> list[int]:
        with server.client() as client:
            answer = client.get(path, headers=headers)
            assert EVIL not in answer.text
            assert "set-cookie" not in answer.headers
            return [answer.status_code]

    return attack


def raw(server: Running, data: bytes, *, slowly: bool = False) -> list[int]:
    """Bytes as they are, over a socket; no answer at all counts as refused."""
    address = urlsplit(server.address)
    with socket.create_connection((address.hostname, address.port), timeout=10) as channel:  # type: ignore[arg-type]
        try:
            for piece in [data[n : n + 1] for n in range(len(data))] if slowly else [data]:
                channel.sendall(piece)
                time.sleep(0.01 if slowly else 0)
            channel.settimeout(0.5 if slowly else 5)
            head = channel.recv(200)
        except OSError:
            return [400]
    return [int(head.split()[1])] if head.startswith(b"HTTP/") else [400]


def posted(body: bytes, **headers: str) -> Attack:
    def attack(server: Running) -> list[int]:
        with server.client() as client:
            return [client.post("/sparql", content=body, headers={**FORM, **headers}).status_code]

    return attack


def many_connections(server: Running) -> list[int]:
    address = urlsplit(server.address)
    held = []
    try:
        for _ in range(200):
            one = socket.create_connection((address.hostname, address.port), timeout=5)  # type: ignore[arg-type]
            one.sendall(b"GET /sparql HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            held.append(one)
        return [ask(server, GOOD)]
    finally:
        for one in held:
            one.close()


def runaways_at_once(server: Running) -> list[int]:
    cross = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with ThreadPoolExecutor(8) as threads:
        bad = [threads.submit(ask, server, cross) for _ in range(6)]
        good = [threads.submit(ask, server, GOOD).result() for _ in range(4)]
        assert good == [200] * 4
        return [one.result() for one in bad]


DEEP = "SELECT * WHERE " + "{" * 50_000 + "}" * 50_000
REGEX = 'SELECT * WHERE { ?s rdfs:label ?l FILTER(REGEX(?l, "(' + "a|" * 50_000 + 'b)*$")) }'
PATH_BOMB = "ASK { ?a " + "(" * 60 + "!<urn:x>" + "*)" * 60 + " ?b }"
LONG_PATH = "SELECT * WHERE { ?a (!<urn:x>|^!<urn:x>)*/(!<urn:x>|^!<urn:x>)*/(!<urn:x>|^!<urn:x>)* ?b }"
GROUPS = "SELECT (GROUP_CONCAT(?l) AS ?x) WHERE { ?a ?b ?l . ?c ?d ?m . ?e ?f ?n } GROUP BY ?a ?c ?e"
STRINGS = "SELECT ?x WHERE { ?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?a), STR(?d), STR(?c), STR(?f)) AS ?x) } ORDER BY ?x"
BIG = b"query=" + b"#" * 10_000_000
ATTACKS: dict[str, Attack] = {
    "deep nesting": asked(DEEP),
    "unclosed nesting": asked("SELECT * WHERE " + "{(" * 50_000),
    "chain of operators": asked("ASK { FILTER(" + "!" * 1_000_000 + "true) }"),
    "huge regular expression": asked(REGEX),
    "property-path bomb": asked(PATH_BOMB),
    "paths over everything": asked(LONG_PATH),
    "cross products at once": runaways_at_once,
    "aggregate of a cross product": asked(GROUPS),
    "memory by sorting": asked(STRINGS),
    "query of ten megabytes": posted(BIG),
    "content-length that lies": lambda server: raw(
        server, b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nquery=a"
    ),
    "slow loris": lambda server: raw(server, b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: y", slowly=True),
    "many half requests": many_connections,
    "flood of headers": lambda server: raw(
        server, b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(20_000)) + b"\r\n"
    ),
    "malformed UTF-8": posted(b"query=%ff%fe%80"),
    "decompression bomb": posted(gzip.compress(b"a" * 50_000_000), **{"content-encoding": "gzip"}),
    "path traversal": lambda server: [
        status
        for path in (
            "/static/../../pyproject.toml",
            "/static/%2e%2e%2fpages.py",
            "/id/..%2f..%2fetc/passwd",
            "//etc/passwd",
        )
        for status in raw(server, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    ],
    "SERVICE to this machine": asked("SELECT * WHERE { SERVICE <http://127.0.0.1:22/> { ?s ?p ?o } }"),
    "LOAD of a file": asked("LOAD <file:///etc/passwd>"),
    "FROM a file": asked("SELECT * FROM <file:///etc/passwd> WHERE { ?s ?p ?o }"),
    "markup in errors": got("/sparql?query=" + quote(f"SELECT {EVIL}"), accept="text/html"),
    "markup in paths and parameters": got("/nowhere/" + quote(EVIL) + "?x=" + quote(EVIL), accept="text/html"),
    "line breaks into headers": lambda server: [
        status
        for path in ("/id/x", "/docs/x", "/docs/en", "/unit/kWh", "/search?q=Quarzhafen")
        for status in got(path + "%0d%0aset-cookie:%20a=b", accept="text/html")(server)
    ],
    "nonsense instead of HTTP": lambda server: raw(server, os.urandom(3000)),
}
REFUSED = {"SERVICE to this machine", "LOAD of a file", "deep nesting", "query of ten megabytes", "decompression bomb"}


def test_there_are_twenty_four_kinds() -> None:
    assert len(ATTACKS) == 24


@pytest.mark.parametrize("name", ATTACKS)
def test_a_hostile_request_leaves_it_serving(server: Running, name: str) -> None:
    began = time.monotonic()
    statuses = ATTACKS[name](server)
    assert statuses
    assert 500 not in statuses
    if name in REFUSED:
        assert all(status >= 400 for status in statuses)
    assert time.monotonic() - began < 6 * SECONDS
    assert ask(server, GOOD) == 200
    assert server.process.poll() is None


def test_a_file_is_never_read(server: Running, tmp_path: Path) -> None:
    secret = tmp_path / "secret.ttl"
    secret.write_text("<urn:a> <urn:b> 'topsecret' .")
    for query in (f"SELECT * FROM <{secret.as_uri()}> WHERE {{ ?s ?p ?o }}", f"DESCRIBE <{secret.as_uri()}>"):
        assert "topsecret" not in server.sparql(query).text


PIECES = """SELECT * ?s WHERE { } ( ) . ; , a FILTER BIND AS UNION OPTIONAL GRAPH SERVICE VALUES UNDEF <urn:x>
rdfs:label 'x' "x ORDER BY LIMIT 5 GROUP HAVING COUNT CONSTRUCT DESCRIBE ASK FROM NAMED ^ / | * + ? ! && || = #
\\u0041 \\ @en ^^ << >> search:entity PREFIX BASE INSERT DATA DELETE LOAD 1e9 -1 true REGEX EXISTS NOT MINUS IN"""
WORDS = st.sampled_from(PIECES.split())
QUERIES = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map(" ".join))
ACCEPT = st.one_of(st.none(), st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
FUZZED = int(os.environ.get("KG_FUZZ", "150"))


@pytest.fixture(scope="module")
def client(server: Running) -> Iterator[httpx.Client]:
    """One for all inputs: to make one takes longer than to ask."""
    with server.client() as ready:
        yield ready


@settings(max_examples=FUZZED, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(query=QUERIES, accept=ACCEPT, posted=st.booleans())
def test_no_query_is_a_server_error(client: httpx.Client, query: str, accept: str | None, posted: bool) -> None:
    headers = {} if accept is None else {"accept": accept.strip()}
    if posted:
        body = query.encode("utf-8", "surrogatepass")
        kind = {"content-type": "application/sparql-query"}
        answer = client.post("/sparql", content=body, headers={**headers, **kind})
    else:
        answer = client.get("/sparql", params={"query": query.encode("utf-8", "replace")}, headers=headers)
    check(answer)


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Somebody who may change the data of another server."""
    folder = tmp_path_factory.mktemp("writable")
    token = tokens.create(folder / "tokens", "tests")
    options: dict[str, Any] = {"updates": True, "tokens": str(folder / "tokens"), "workers": 2, "timeout": SECONDS}
    with (
        running(sample_build(folder / "build"), at_most=240 + FUZZED * 0.5, **options) as server,
        server.client(headers={"authorization": f"Bearer {token}"}) as ready,
    ):
        yield ready


UPDATES = st.one_of(QUERIES, st.lists(WORDS, max_size=20).map(lambda words: "INSERT DATA { " + " ".join(words) + " }"))
KINDS = st.sampled_from(
    ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "application/trig",
     "multipart/form-data; boundary=x", "text/plain", ""]
)  # fmt: skip


@settings(max_examples=FUZZED // 5, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(text=UPDATES, kind=KINDS, method=st.sampled_from(["update", "PUT", "POST", "DELETE"]), name=st.text(max_size=20))
def test_no_change_is_a_server_error(writer: httpx.Client, text: str, kind: str, method: str, name: str) -> None:
    body = text.encode("utf-8", "surrogatepass")
    if method == "update":
        check(writer.post("/sparql", content=body, headers={"content-type": "application/sparql-update"}))
    else:
        graph = f"/graphs?graph={quote(name.encode('utf-8', 'replace'))}"
        check(writer.request(method, graph, content=body, headers={"content-type": kind} if kind else {}))


@settings(max_examples=FUZZED, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(path=st.text(max_size=40), query=st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=3))
def test_no_path_is_a_server_error(client: httpx.Client, path: str, query: dict[str, str]) -> None:
    starts = ("/", "/id/", "/data/", "/page/", "/api/", "/api/queries/", "/graphs/", "/queries/", "/class/", "/static/")
    text = quote(path.encode("utf-8", "replace"))
    clean = {k.encode("utf-8", "replace"): v.encode("utf-8", "replace") for k, v in query.items()}
    check(client.get(starts[len(path) % len(starts)] + text, params=clean))  # type: ignore[arg-type]


def check(answer: httpx.Response) -> None:
    assert answer.status_code not in (500, 502), answer.text
    if answer.status_code == 503:
        # Inputs are short: one that costs a process has crashed the engine.
        assert answer.json()["type"].rpartition("/")[2] in ("time-limit", "busy", "index-missing"), answer.text
