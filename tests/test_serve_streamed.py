"""Long answers to clients that read trailers: they begin before they are whole, and say behind them where they end."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
import pytest
import zstandard
from sample_build import sample_build
from serving import Running, running

MOST = 40_000
FIRST = 10**12
NUMBERS = " ".join(map(str, range(250)))
PAIRS = f"""SELECT ?a ?b {{ VALUES ?x {{ {NUMBERS} }} VALUES ?y {{ {NUMBERS} }}
  BIND(?x + {FIRST} AS ?a) BIND(?y + {FIRST} AS ?b) }}"""
TRIPLES = f"""CONSTRUCT {{ ?s gm:pair ?o . }} WHERE {{ VALUES ?x {{ {NUMBERS} }} VALUES ?y {{ {NUMBERS} }}
  BIND(IRI(CONCAT("http://example.org/long/enough/", STR(?x))) AS ?s)
  BIND(CONCAT("]</a>\\n@prefix ", STR(?y)) AS ?o) }}"""
FEW = "SELECT ?a { VALUES ?a { 1 2 3 } }"
ENDLESS = "SELECT * { ?c ?d ?e . ?f ?g ?h . ?i ?j ?k . ?l ?m ?n }"
Headers = dict[str, str]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_build(tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[Running]:
    with running(root, workers=1, max_rows=MOST) as ready:
        yield ready


def talk(server: Running, target: str, headers: Headers, version: str = "1.1") -> Iterator[bytes]:
    """What the server sends until it ends the connection."""
    place = urlsplit(server.address)
    with socket.create_connection((place.hostname, place.port), 30) as line:
        every = {"Host": "localhost", "Connection": "close, TE", "Accept": "text/csv", **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in every.items())
        line.sendall(f"GET {target} HTTP/{version}\r\n{head}\r\n".encode())
        while data := line.recv(1 << 16):
            yield data


def read(server: Running, query: str, headers: Headers | None = None) -> tuple[Headers, bytes, Headers]:
    """Headers, body and trailers; `AssertionError` for an answer that is not whole."""
    target = query if query.startswith("/") else "/sparql?query=" + quote(query, safe="")
    head, _, rest = b"".join(talk(server, target, {"TE": "trailers", **(headers or {})})).partition(b"\r\n\r\n")
    said = _lines(head.partition(b"\r\n")[2])
    if "content-length" in said:
        assert len(rest) == int(said["content-length"])
        return said, rest, {}
    body = bytearray()
    while True:
        size, found, rest = rest.partition(b"\r\n")
        assert found, "the answer is not whole"
        length = int(size, 16)
        if not length:
            break
        body += rest[:length]
        assert rest[length : length + 2] == b"\r\n"
        rest = rest[length + 2 :]
    assert rest.endswith(b"\r\n")
    return said, bytes(body), _lines(rest[:-2])


def _lines(text: bytes) -> Headers:
    return dict(line.lower().split(": ", 1) for line in text.decode().split("\r\n") if line)


def test_where_a_long_answer_was_cut_is_said_behind_it(server: Running) -> None:
    said, body, trailers = read(server, PAIRS)
    assert said["transfer-encoding"] == "chunked"
    assert set(trailers) <= {name.strip() for name in said["trailer"].split(",")}
    assert "x-result-truncated" not in said
    rows = body.decode().split()[1:]
    assert len(rows) == int(trailers["x-result-rows"]) == MOST
    link = trailers["link"].partition("<")[2].partition(">")[0]
    _, _, following = read(server, link)
    assert not following
    rest = read(server, link)[1].decode().split()[1:]
    assert len(rest) == 250 * 250 - MOST
    assert sorted(rows + rest) == sorted(f"{FIRST + a},{FIRST + b}" for a in range(250) for b in range(250))


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "application/sparql-results+xml"])
@pytest.mark.parametrize("coding", ["identity", "gzip", "zstd"])
def test_formats_and_codings_are_the_same_as_of_others(server: Running, accept: str, coding: str) -> None:
    headers = {"Accept": accept, "Accept-Encoding": coding}
    said, body, trailers = read(server, PAIRS, headers)
    held, whole, nothing = read(server, PAIRS, {**headers, "TE": "gzip"})
    assert "trailer" in said and "trailer" not in held and not nothing
    assert {name: held[name] for name in trailers} == trailers
    unpacked = [_plain(one, coding) for one in (body, whole)]
    if accept.endswith("json"):
        assert json.loads(unpacked[0]) == json.loads(unpacked[1])
    else:
        assert unpacked[0] == unpacked[1]
    assert said["etag"] == held["etag"]


GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


@pytest.mark.parametrize("accept", GRAPHS)
def test_graphs_are_streamed_in_every_format(server: Running, accept: str) -> None:
    """The document is one, has no triple twice, goes on where it was cut, and what it holds is what others get."""
    said, body, trailers = read(server, TRIPLES, {"Accept": accept})
    held, whole, _ = read(server, TRIPLES, {"Accept": accept, "TE": "gzip"})
    assert said["transfer-encoding"] == "chunked" and "trailer" not in held
    link = trailers["link"].partition("<")[2].partition(">")[0]
    rest = read(server, link, {"Accept": accept})[1]
    documents = [_triples(document, accept) for document in (body, whole, rest)]
    assert documents[0] == documents[1]
    assert len(documents[0]) == len(set(documents[0])) == int(trailers["x-result-rows"]) == MOST
    assert len({*documents[0], *documents[2]}) == len(documents[0]) + len(documents[2]) == 250 * 250
    assert body.count(b"@prefix gm:") <= 1


def _triples(document: bytes, accept: str) -> list[str]:
    return sorted(str(quad.triple) for quad in ox.parse(document, format=GRAPHS[accept]))


@pytest.mark.parametrize("accept", GRAPHS)
@pytest.mark.parametrize("query", ["CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(false) }", "DESCRIBE gm:Enterprise"])
def test_a_small_graph_is_told_as_any_other(server: Running, accept: str, query: str) -> None:
    headers = {"Accept": accept, "Cache-Control": "no-cache"}
    said, body, trailers = read(server, query, headers)
    _, whole, _ = read(server, query, {**headers, "TE": "gzip"})
    assert "trailer" not in said and not trailers
    assert _triples(body, accept) == _triples(whole, accept)
    assert len(body) == len(whole)


def _plain(body: bytes, coding: str) -> bytes:
    if coding == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    return gzip.decompress(body) if coding == "gzip" else body


def test_a_short_answer_is_told_as_any_other(server: Running) -> None:
    said, body, trailers = read(server, FEW)
    assert (body, trailers) == (b"a\r\n1\r\n2\r\n3\r\n", {})
    assert "trailer" not in said


def test_an_older_client_gets_no_trailers(server: Running) -> None:
    target = "/sparql?query=" + quote(PAIRS, safe="")
    head = b"".join(talk(server, target, {"TE": "trailers"}, "1.0")).partition(b"\r\n\r\n")[0].lower()
    assert b"x-result-truncated" in head and b"chunked" not in head


def test_it_begins_before_it_is_whole_and_what_is_ended_in_the_middle_is_seen_not_to_be(root: Path) -> None:
    """At the time limit the connection ends without the last chunk, and another process takes the place."""
    target = "/sparql?query=" + quote(ENDLESS, safe="")
    with running(root, workers=1, timeout=1.0, max_rows=10**8, max_bytes=10**10) as server:
        began, first, last = time.monotonic(), 0.0, b""
        for data in talk(server, target, {"TE": "trailers"}):
            first = first or time.monotonic() - began
            last = (last + data)[-9:]
        assert first < 0.9 < time.monotonic() - began
        assert not last.endswith(b"0\r\n\r\n")
        assert read(server, FEW)[1]


def test_a_client_that_leaves_in_the_middle_frees_the_process(server: Running) -> None:
    target = "/sparql?query=" + quote(PAIRS, safe="")
    for _ in range(3):
        next(talk(server, target, {"TE": "trailers"}))
    assert read(server, PAIRS)[2]
