"""HTTP/1.1 on a connection (RFC 9112): heads and bodies of requests read strictly, heads of answers written.

Strictly, because a proxy in front that read the same bytes otherwise would let one request hide in another: lines end
with CR LF, no header is folded, a body has one length only. What does not conform is refused, and the connection ends.

Why no library: `tests/bench/serve/parsers.py` has the figures. h11 takes 20 times as long for a head. httptools is as
fast, but takes 11 of 18 kinds of request that could be read in two ways (no version, another protocol, two hosts),
has no limit for chunk lines and trailers, and calls back for all requests of a piece at once: what would have to stand
around it, checks and a queue, is as long as what it would replace here. A test holds this module to h11: whatever is
taken here at all, h11 reads the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from kg.serve.reply import Problem

LONGEST_HEAD = 1 << 17
"""Bytes of a request line with all headers."""
MOST_HEADERS = 100
LONGEST_CHUNK_LINE = 256
MOST_TRAILERS = 8192
"""Bytes of what may stand behind a body in chunks; it is read, and not used."""
END = b"\r\n\r\n"
CHUNKED = -1
Headers = list[tuple[bytes, bytes]]

_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([!-~\x80-\xff]+) HTTP/1\.([01])")
_BEGINS = re.compile(rb"\r\Z|[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}(?: |\Z)")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_VALUE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_ABSOLUTE = re.compile(rb"https?://[^/?#]+", re.IGNORECASE)
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,12})(?:[ \t]*|;[^\x00-\x08\x0a-\x1f\x7f]*)")
_REMEMBERED = 500
_SHORT = 2000


class Block(NamedTuple):
    """The headers of a request, and what they say of it."""

    headers: Headers
    """Names in lower case."""
    accept: bytes = b""
    coding: bytes = b""
    length: int = 0
    """Bytes of the body, or `CHUNKED`."""
    close: bool = False
    alive: bool = False
    """Whether the connection is asked to end, or to go on, after the answer."""
    expects: bool = False
    """Whether the client waits to be told to send the body."""
    conditional: bool = False
    anew: bool = False
    """Whether the client wants no answer that was kept (`Cache-Control: no-cache`)."""
    hosts: int = 1


@dataclass(frozen=True, slots=True)
class Head:
    """A request without its body."""

    method: str
    target: bytes
    minor: int
    """0 for HTTP/1.0, 1 for HTTP/1.1."""
    block: Block

    @property
    def goes_on(self) -> bool:
        """Whether another request may come over the same connection."""
        return not self.block.close and (self.minor == 1 or self.block.alive)

    def path(self) -> tuple[str, bytes, bytes]:
        """The path, the same as it came, and what stands behind the question mark."""
        raw, _, query = self.target.partition(b"?")
        return unquote_to_bytes(raw).decode("utf-8", "replace"), raw, query


def refused(detail: str, status: int = 400) -> Problem:
    """What is said to a request that is no proper one."""
    return Problem(status, "no-request", detail, {"hint": "Send HTTP/1.1 as RFC 9112 describes it."})


_known: dict[bytes, Block] = {}
"""Headers are the same in most requests of a client, byte for byte."""


def may_begin(data: bytes | bytearray) -> bool:
    """Whether what has come may be the beginning of a request."""
    return _BEGINS.match(data) is not None


def read_head(data: bytes) -> Head:
    """The request that a head, up to the empty line at its end, begins; a `Problem` where it is none."""
    line, _, rest = data.partition(b"\r\n")
    match = _LINE.fullmatch(line)
    if match is None:
        raise refused("The first line is no request line of HTTP/1.0 or HTTP/1.1.")
    said = _known.get(rest)
    if said is None:
        said = block(_headers(rest))
        if len(rest) <= _SHORT:
            if len(_known) >= _REMEMBERED:
                _known.clear()
            _known[rest] = said
    method, target, minor = match.groups()
    if target[:1] != b"/":
        target = _origin_form(method, target)
    if said.hosts > 1 or said.hosts < int(minor):
        raise refused("There is no Host header, or more than one.")
    return Head(method.decode(), target, int(minor), said)


def _origin_form(method: bytes, target: bytes) -> bytes:
    """The path of a target that a proxy would get; OPTIONS may ask about the server as a whole."""
    if target == b"*" and method == b"OPTIONS":
        return b"/"
    match = _ABSOLUTE.match(target)
    if match is None:
        raise refused("The target of the request is no path.")
    rest = target[match.end() :]
    return rest if rest[:1] == b"/" else b"/" + rest


def _header(line: bytes) -> tuple[bytes, bytes]:
    name, colon, value = line.partition(b":")
    if not colon or not _NAME.fullmatch(name) or _NO_VALUE.search(value):
        raise refused("A header is no name, colon and value.")
    return name.lower(), value.strip(b" \t")


def _headers(data: bytes) -> Headers:
    headers: Headers = []
    for line in data.split(b"\r\n")[:-2]:
        headers.append(_header(line))
        if len(headers) > MOST_HEADERS:
            raise refused(f"There are more than {MOST_HEADERS} headers.", 431)
    return headers


def block(headers: Headers) -> Block:
    """What headers say of their request; a `Problem` where they contradict each other."""

    def told(wanted: bytes) -> bytes:
        return b", ".join(value for name, value in headers if name == wanted)

    connection = {token.strip().lower() for token in told(b"connection").split(b",")}
    return Block(
        headers,
        told(b"accept"),
        told(b"accept-encoding"),
        _length(headers),
        b"close" in connection,
        b"keep-alive" in connection,
        told(b"expect").lower() == b"100-continue",
        any(name == b"if-none-match" for name, _ in headers),
        b"no-cache" in {token.strip().lower() for token in told(b"cache-control").split(b",")},
        sum(name == b"host" for name, _ in headers),
    )


def _length(headers: Headers) -> int:
    lengths = [value for name, value in headers if name == b"content-length"]
    codings = [value for name, value in headers if name == b"transfer-encoding"]
    if codings:
        if lengths:
            raise refused("The body has a length, and comes in chunks.")
        if [value.lower() for value in codings] != [b"chunked"]:
            raise refused("The body comes in a coding that is not known here.", 501)
        return CHUNKED
    if len(lengths) > 1 or (lengths and not (lengths[0].isdigit() and len(lengths[0]) < 16)):
        raise refused("The length of the body is no number.")
    return int(lengths[0]) if lengths else 0


class Body:
    """Takes the body of a request out of what comes."""

    def __init__(self, length: int) -> None:
        self._left = max(length, 0)
        self._chunked = length == CHUNKED
        self._first = True
        self._trailers = -1
        self.whole = length == 0

    def take(self, buffer: bytearray) -> bytes:
        """The part of the body that has come; what stands behind the body stays in the buffer."""
        if not self._chunked:
            data = bytes(buffer[: self._left])
            self._left -= len(data)
            self.whole = not self._left
            del buffer[: len(data)]
            return data
        parts = []
        while not self.whole and (self._left or self._next_chunk(buffer)):
            part = bytes(buffer[: self._left])
            self._left -= len(part)
            del buffer[: len(part)]
            parts.append(part)
            if not buffer:
                break
        return b"".join(parts)

    def _next_chunk(self, buffer: bytearray) -> bool:
        """Read up to the data of the next chunk; False where more has to come first, or none does."""
        if self._trailers >= 0:
            return self._pass_trailers(buffer)
        if not self._first:
            if len(buffer) < 2:
                return False
            if buffer[:2] != b"\r\n":
                raise refused("A chunk of the body is longer than it says.")
        start = 0 if self._first else 2
        end = buffer.find(b"\r\n", start, start + LONGEST_CHUNK_LINE)
        if end < 0:
            if len(buffer) >= start + LONGEST_CHUNK_LINE:
                raise refused("A chunk of the body does not say how long it is.")
            return False
        match = _SIZE.fullmatch(bytes(buffer[start:end]))
        if match is None:
            raise refused("A chunk of the body does not say how long it is.")
        del buffer[: end + 2]
        self._first = False
        self._left = int(match[1], 16)
        if not self._left:
            self._trailers = 0
            return self._pass_trailers(buffer)
        return True

    def _pass_trailers(self, buffer: bytearray) -> bool:
        while not self.whole and (end := buffer.find(b"\r\n")) >= 0:
            self.whole = end == 0
            self._trailers += end
            if end:
                _header(bytes(buffer[:end]))
            del buffer[: end + 2]
        if self._trailers + (0 if self.whole else len(buffer)) > MOST_TRAILERS:
            raise refused("What stands behind the body is too long.", 431)
        return False


def status_line(status: int) -> bytes:
    """The first line of an answer."""
    return _status_lines.get(status) or b"HTTP/1.1 %d \r\n" % status


_status_lines = {int(one): b"HTTP/1.1 %d %s\r\n" % (one, one.phrase.encode("ascii", "replace")) for one in HTTPStatus}


def lines(headers: Headers) -> bytes:
    """Headers of an answer as they are sent."""
    return b"".join([b"%s: %s\r\n" % (name, _NO_VALUE.sub(b" ", value)) for name, value in headers])
