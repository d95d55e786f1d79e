"""What it costs to read the head of a request, and what is taken for one: `kg.serve.wire` beside two libraries.

    pip install httptools h11; python tests/bench/serve/parsers.py

Each gets the same heads, and makes of them what the fronts need (method, target, version, headers in lower case, and
what the headers say). "kept": headers that came before in the same bytes, as a client's do; "new": ones that did not.
Then each gets requests that could be read in two ways. A request that waits for more bytes is counted as refused.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from urllib.parse import quote

import h11
import httptools

from kg.serve import wire
from kg.serve.reply import Problem

HEADERS = (
    "Host: 127.0.0.1:8080\r\nUser-Agent: a-client/1.0\r\nAccept: application/sparql-results+json\r\n"
    "Accept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\nX-Number: %d\r\n\r\n"
)
COUNT, ROUNDS = 20_000, 4
CHUNKS = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: %b\r\n\r\n"
AMBIGUOUS = {
    "no Host": b"GET / HTTP/1.1\r\n\r\n",
    "two Hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "no version, line feed, body": b"GET /x\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "no version": b"GET /x\r\n\r\n",
    "version 0.9": b"GET / HTTP/0.9\r\nHost: a\r\n\r\n",
    "version 2.0": b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
    "another protocol": b"GET / RTSP/1.0\r\nHost: a\r\n\r\n",
    "two spaces": b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    "line feed behind the first line": b"GET / HTTP/1.1\nHost: a\r\n\r\n",
    "line feed behind a header": b"GET / HTTP/1.1\r\nHost: a\r\nX: a\nY: b\r\n\r\n",
    "folded header": b"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
    "space before the colon": b"GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
    "control character": b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x01b\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
    "length and chunks": CHUNKS % b"chunked\r\nContent-Length: 1" + b"0\r\n\r\n",
    "coded chunks": CHUNKS % b"gzip, chunked" + b"0\r\n\r\n",
    "chunk extension of 100 kB": CHUNKS % b"chunked" + b"1;%b\r\na\r\n0\r\n\r\n" % (b"x" * 100_000),
    "trailers of 500 kB": CHUNKS % b"chunked" + b"0\r\n%b\r\n" % (b"x: y\r\n" * 80_000),
}


class Callbacks:
    """What httptools calls."""

    def __init__(self) -> None:
        self.target, self.headers, self.whole = b"", [], False

    def on_message_begin(self) -> None:
        self.target, self.headers = b"", []

    def on_url(self, part: bytes) -> None:
        self.target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_message_complete(self) -> None:
        self.whole = True


def by_wire(heads: Iterable[bytes]) -> None:
    for head in heads:
        wire.read_head(head)


def by_httptools(heads: Iterable[bytes]) -> None:
    """With the same memory for what headers say, by the headers as they were read."""
    got, known = Callbacks(), {}
    parser = httptools.HttpRequestParser(got)
    for head in heads:
        parser.feed_data(head)
        key = tuple(got.headers)
        if key not in known:
            known[key] = wire.block(got.headers)
        wire.Head(parser.get_method().decode(), got.target, int(parser.get_http_version()[-1]), known[key])


def by_h11(heads: Iterable[bytes]) -> None:
    connection = h11.Connection(h11.SERVER)
    for head in heads:
        connection.receive_data(head)
        connection.next_event()
        connection.next_event()
        connection.send(h11.Response(status_code=204, headers=[]))
        connection.send(h11.EndOfMessage())
        connection.start_next_cycle()


def takes_wire(data: bytes) -> bool:
    end = data.find(wire.END) + 4
    body, rest = wire.Body(wire.read_head(data[:end]).block.length), bytearray(data[end:])
    body.take(rest)
    return body.whole


def takes_httptools(data: bytes) -> bool:
    got = Callbacks()
    httptools.HttpRequestParser(got).feed_data(data)
    return got.whole


def takes_h11(data: bytes) -> bool:
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(data)
    while (event := connection.next_event()) is not h11.NEED_DATA:
        if isinstance(event, h11.EndOfMessage):
            return True
    return False


def taken(takes: Callable[[bytes], bool], data: bytes) -> bool:
    try:
        return takes(data)
    except (Problem, httptools.HttpParserError, h11.ProtocolError):
        return False


def microseconds(read: Callable[[Iterable[bytes]], None], heads: list[bytes]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        read(heads)
        times.append(time.process_time() - began)
    return min(times) / len(heads) * 1e6


def main() -> None:
    query = quote("SELECT * { <http://example.org/thing> ?p ?o }").replace("%", "%%")
    line = f"GET /sparql?query={query}&n=%d HTTP/1.1\r\n"
    kept = [(line % number + HEADERS % 0).encode() for number in range(COUNT)]
    new = [(line % number + HEADERS % number).encode() for number in range(COUNT)]
    readers = {
        "kg.serve.wire": (by_wire, takes_wire),
        "httptools": (by_httptools, takes_httptools),
        "h11": (by_h11, takes_h11),
    }
    print("| | kept, µs a head | new, µs a head | takes what could be read in two ways |\n|---|---:|---:|---|")
    for name, (read, takes) in readers.items():
        wrong = [kind for kind, data in AMBIGUOUS.items() if taken(takes, data)]
        print(f"| {name} | {microseconds(read, kept):.1f} | {microseconds(read, new):.1f} | {len(wrong)}", end="")
        print(f" of {len(AMBIGUOUS)}{': ' if wrong else ''}{', '.join(wrong)} |")


if __name__ == "__main__":
    main()
