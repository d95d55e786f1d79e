"""HTTP on the connection: what is no proper request is refused, what is one is read the same however it comes."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import h11
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_build import sample_build
from serving import Running, running

from kg.serve import wire
from kg.serve.board import LIVELY, Board
from kg.serve.reply import Problem

ASK = "/sparql?query=" + quote("ASK { ?s a gm:Place }")
TINY = "/sparql?query=" + quote("SELECT ?p WHERE { ent:quarzhafen-place ?p ?o }")


def head(line: str, *headers: str) -> bytes:
    return "\r\n".join([line, *headers, "", ""]).encode("latin-1")


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (head("GET / HTTP/1.1"), 400),
        (head("GET / HTTP/1.1", "Host: a", "Host: b"), 400),
        (head("GET / HTTP/1.0", "Host: a", "Host: b"), 400),
        (head("GET / HTTP/2.0", "Host: a"), 400),
        (head("GET  / HTTP/1.1", "Host: a"), 400),
        (head("GET /a b HTTP/1.1", "Host: a"), 400),
        (head("GET a HTTP/1.1", "Host: a"), 400),
        (head("G@T / HTTP/1.1", "Host: a"), 400),
        (head("GET / HTTP/1.1", "Host: a", " folded"), 400),
        (head("GET / HTTP/1.1", "Host: a", "X : y"), 400),
        (head("GET / HTTP/1.1", "Host: a", "X"), 400),
        (head("GET / HTTP/1.1", "Host: a", "X: a\nY: b"), 400),
        (head("GET / HTTP/1.1", "Host: a", "X: a\0"), 400),
        (head("POST / HTTP/1.1", "Host: a", "Content-Length: 1", "Content-Length: 1"), 400),
        (head("POST / HTTP/1.1", "Host: a", "Content-Length: +1"), 400),
        (head("POST / HTTP/1.1", "Host: a", "Content-Length: 1", "Transfer-Encoding: chunked"), 400),
        (head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: gzip, chunked"), 501),
        (head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: xchunked"), 501),
        (head("GET / HTTP/1.1", "Host: a", *(f"X-{n}: y" for n in range(wire.MOST_HEADERS))), 431),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(data: bytes, status: int) -> None:
    for _ in range(2):  # remembered or not
        with pytest.raises(Problem) as caught:
            wire.read_head(data)
        assert caught.value.status == status


def test_a_head_says_what_is_asked() -> None:
    read = wire.read_head(head("GET /s%C3%A4ge?a=b%20c HTTP/1.1", "HOST: a", "Accept: x", "accept:\ty ", "X: "))
    assert (read.method, read.minor, read.path()) == ("GET", 1, ("/säge", b"/s%C3%A4ge", b"a=b%20c"))
    assert read.block.headers == [(b"host", b"a"), (b"accept", b"x"), (b"accept", b"y"), (b"x", b"")]
    assert read.block.accept == b"x, y"
    assert read.goes_on
    assert not wire.read_head(head("GET / HTTP/1.1", "Host: a", "Connection: foo, Close")).goes_on
    assert not wire.read_head(head("GET / HTTP/1.0")).goes_on
    assert wire.read_head(head("GET / HTTP/1.0", "Connection: keep-alive")).goes_on
    assert wire.read_head(head("GET http://a.example/x?y HTTP/1.1", "Host: b")).target == b"/x?y"
    assert wire.read_head(head("OPTIONS * HTTP/1.1", "Host: b")).target == b"/"


CHUNKS = st.lists(st.binary(min_size=1, max_size=40), max_size=6)


@settings(max_examples=200, deadline=None)
@given(CHUNKS, st.lists(st.integers(1, 9), max_size=80), st.booleans())
def test_a_body_is_the_same_however_it_comes(chunks: list[bytes], cuts: list[int], trailers: bool) -> None:
    plain = b"".join(chunks)
    end = b"0;x=y\r\n" + (b"A: b\r\n" if trailers else b"") + b"\r\n"
    chunked = b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in chunks) + end
    for length, sent in ((len(plain), plain), (wire.CHUNKED, chunked)):
        body, buffer, taken, rest = wire.Body(length), bytearray(), b"", sent + b"GET /next"
        for cut in [*cuts, len(rest)]:
            buffer += rest[:cut]
            rest = rest[cut:]
            taken += body.take(buffer)
        assert (taken, body.whole, bytes(buffer)) == (plain, True, b"GET /next")


@pytest.mark.parametrize(
    "sent",
    [
        b"x\r\n",
        b"-1\r\n",
        b"2\r\nabc\r\n",
        b"\r\n",
        b"1" * 300,
        b"1 \x00\r\na",
        b"1 ;x=y\r\na\r\n0\r\n\r\n",
        b"0\r\n" + b"x" * 9000,
        b"0\r\nx\r\n\r\n",
    ],
)
def test_chunks_that_are_none_are_refused(sent: bytes) -> None:
    with pytest.raises(Problem):
        wire.Body(wire.CHUNKED).take(bytearray(sent))


FORM = b"query=ASK%20%7B%7D"
SEEDS = (
    head("GET /sparql?query=ASK HTTP/1.1", "Host: a", "Accept: text/csv, */*;q=0.1", "Connection: keep-alive"),
    head("POST /sparql HTTP/1.1", "Host: a", "Content-Type: x/y", f"Content-Length: {len(FORM)}") + FORM,
    head("PUT /graphs?default HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Expect: 100-continue")
    + b"5\r\nabcde\r\n3;x=y\r\nfgh\r\n0\r\nA: b\r\n\r\n",
    head("GET / HTTP/1.0", "X-Forwarded-For: 10.0.0.1", "Cookie: lang=de"),
)
SIGNS = [b"\r\n", b"\n", b"\r", b" ", b"\t", b":", b"\0", b"\x85", b"0", b"+1", b",", b";", b"HTTP/1.1", b"gzip, ", b""]
LINES = [b"Content-Length: 3", b"Transfer-Encoding: chunked", b"Host: b", b"GET /x HTTP/1.1", b"a" * 300, b""]
SPLICES = st.sampled_from([*SIGNS, *(line + b"\r\n" for line in LINES), b"\r\n\r\n"])
CHANGES = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 4), SPLICES), max_size=4)


def changed(seed: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, splice in changes:
        at = place % (len(seed) + 1)
        seed = seed[:at] + splice + seed[at + length :]
    return seed


Read = tuple[str, bytes, list[tuple[bytes, bytes]], bytes]


def read_by_wire(data: bytes) -> Read | None:
    """Method, target, headers and body; None for what is no whole request."""
    end = data.find(wire.END) + 4
    if end < 4:
        return None
    try:
        found = wire.read_head(data[:end])
        body, rest = wire.Body(found.block.length), bytearray(data[end:])
        content = body.take(rest)
    except Problem:
        return None
    return (found.method, found.target, found.block.headers, content) if body.whole else None


def read_by_library(data: bytes) -> Read | None:
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(data)
    request, content = connection.next_event(), b""
    assert isinstance(request, h11.Request)
    while not isinstance(event := connection.next_event(), h11.EndOfMessage):
        assert isinstance(event, h11.Data)
        content += bytes(event.data)
    return request.method.decode(), request.target, list(request.headers), content


@settings(max_examples=int(os.environ.get("KG_FUZZ", "600")), deadline=None, database=None)
@given(seed=st.sampled_from(SEEDS), changes=CHANGES)
def test_what_is_taken_is_read_as_another_library_reads_it(seed: bytes, changes: list[tuple[int, int, bytes]]) -> None:
    """Whatever a request was made of: where it is taken at all, nothing of it means something else to others."""
    data = changed(seed, changes)
    got = read_by_wire(data)
    if got is not None and got[1].isascii() and got[0] != "CONNECT":
        assert read_by_library(data) == got


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(sample_build(tmp_path_factory.mktemp("build")), workers=1, fronts=2) as ready:
        yield ready


def said(server: Running, *pieces: bytes) -> bytes:
    """All that the server says until it ends the connection."""
    address = urlsplit(server.address)
    got = b""
    with socket.create_connection((address.hostname, address.port), timeout=20) as channel:  # type: ignore[arg-type]
        for piece in pieces:
            channel.sendall(piece)
        while part := channel.recv(1 << 16):
            got += part
    return got


def test_requests_may_follow_each_other_without_waiting(server: Running) -> None:
    form = b"query=ASK%20%7B%20%3Fs%20a%20gm%3APlace%20%7D"
    post = ("POST /sparql HTTP/1.1", "Host: a", "Content-Type: application/x-www-form-urlencoded")
    requests = [
        head(f"GET {TINY} HTTP/1.1", "Host: a"),
        head(f"GET {ASK} HTTP/1.1", "Host: a"),
        head(*post, f"Content-Length: {len(form)}") + form,
        head(*post, "Transfer-Encoding: chunked", "Expect: 100-continue"),
        b"%x\r\n%b\r\n0\r\n\r\n" % (len(form), form) + b"\r\n",
        head(f"HEAD {ASK} HTTP/1.1", "Host: a"),
        head(f"GET {TINY} HTTP/1.1", "Host: a", "Connection: close"),
    ]
    whole = b"".join(requests)
    for size in (len(whole), 700, 1):
        pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
        got = said(server, *pieces)
        assert got.count(b"HTTP/1.1 200 OK\r\n") == 6, got
        assert got.count(b'"boolean":true') == 3
        assert got.count(b'"bindings"') == 2
        assert got.lower().count(b"\r\ndate: ") == 6
        assert got.count(b"connection: close") == 1


@pytest.mark.parametrize("method", ["DELETE", "PUT", "GET", "POST"])
def test_a_connection_never_ends_unannounced(server: Running, method: str) -> None:
    """An answer that is there before the whole request has come is the last of its connection, and says so."""
    address = urlsplit(server.address)
    for path in ("/graphs?graph=x", "/"):
        with socket.create_connection((address.hostname, address.port), timeout=20) as channel:  # type: ignore[arg-type]
            channel.sendall(head(f"{method} {path} HTTP/1.1", "Host: a", "Content-Length: 5"))
            got = channel.recv(1 << 16)
            assert b"\r\nconnection: close\r\n" in got
            channel.sendall(b"late!")
            while channel.recv(1 << 16):
                pass
        whole = head(f"{method} {path} HTTP/1.1", "Host: a", "Content-Length: 5") + b"there"
        got = said(server, whole, head("GET /health HTTP/1.1", "Host: a", "Connection: close"))
        assert got.count(b"\r\nconnection: close\r\n") == 1
        assert b'"status": "ok"' in got


def test_who_wants_no_kept_answer_gets_none(server: Running) -> None:
    ordered = "/sparql?query=" + quote("SELECT ?s WHERE { ?s a gm:Place } ORDER BY ?s")

    def hits(client: httpx.Client) -> float:
        found = re.search(r"^kg_cache_hits ([\d.]+)", client.get("/metrics").text, re.MULTILINE)
        assert found
        return float(found[1])

    with server.client() as client:  # one connection, so that one front is asked
        for path in (TINY, ordered):
            first = client.get(path)
            before = hits(client)
            for _ in range(3):
                assert client.get(path, headers={"cache-control": "max-age=0, no-cache"}).content == first.content
            assert hits(client) == before
            assert client.get(path).content == first.content
            assert hits(client) > before


def test_http_1_0_ends_the_connection_and_has_no_chunks(server: Running) -> None:
    for path in (TINY, ASK, "/"):
        got = said(server, head(f"GET {path} HTTP/1.0"))
        assert got.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"connection: close" in got
        assert b"chunked" not in got


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\nHost: a\n\n" + b"x" * wire.LONGEST_HEAD, 431),
        (head("GET / HTTP/1.1"), 400),
        (b"\x16\x03\x01\x02\x00\x01", 400),
        (b"no-method-is-as-long-as-this-one-is", 400),
        (head("POST /sparql HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + b"zz\r\n", 400),
        (head("POST /sparql HTTP/1.1", "Host: a", "Content-Length: 999999999") + b"x" * 9_000_000, 413),
    ],
)
def test_who_is_refused_is_told_so(server: Running, request_: bytes, status: int) -> None:
    """Even where much more was sent than is read: the answer is not lost by the end of the connection."""
    got = said(server, request_)
    assert got.startswith(b"HTTP/1.1 %d " % status), got
    assert b"application/problem+json" in got


def test_fronts_share_connections_evenly() -> None:
    now = [100.0]
    board = Board(clock=lambda: now[0])
    assert board.fewest() == 0
    board.holds(0, 5)
    board.holds(1, 3)
    assert board.fewest() == 3
    now[0] += LIVELY / 2
    board.holds(0, 5)
    now[0] += LIVELY / 2 + 0.1
    assert board.fewest() == 5, "the other has not been heard of"
    board.leaves(0)
    assert board.fewest() == 0
