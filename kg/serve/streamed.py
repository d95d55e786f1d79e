"""Long answers that begin before they are whole, so that no process holds more of one than a piece.

Where such an answer was cut is known at its end only, and said behind its body (a trailer, RFC 9110, section 6.5). That
is for clients which say that they read what stands there (`TE: trailers`); for others, an answer is held until its
headers can say all. An answer that turns out to be short is told as any other.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import chain, islice

from pyoxigraph import QuerySolutions, QueryTriples, Triple

from kg.serve import results
from kg.serve.reply import Reply

PIECE = 1 << 16
"""Bytes that are held."""
BEGUN = 1 << 20
"""Bytes above which an answer is long."""
BLOCK = 200
"""Triples that are written at once."""
_WHOLE = results.Limits(BLOCK, sys.maxsize)
Headers = tuple[tuple[str, str], ...]
Ended = Callable[[results.Written], None]
"""Is told at the end where an answer was cut."""
_HEADS = {
    "turtle": rb"(?:@prefix .*\n)*",
    "trig": rb"(?:@prefix .*\n)*",
    "rdfxml": rb"<\?xml .*\n<rdf:RDF .*>\n",
    "jsonld": rb"\[",
}
_TAILS = {"rdfxml": b"</rdf:RDF>", "jsonld": b"]"}
"""What stands before and behind all triples."""


def answer(
    pieces: Callable[[Ended], Iterator[bytes]],
    media_type: str,
    told: Callable[[results.Written], Headers],
    guard: Callable[[], AbstractContextManager[None]],
) -> Reply:
    """An answer of these pieces; `told` are the headers about where it was cut, `guard` is around all evaluation."""
    trailing: list[tuple[str, str]] = []
    every = _held(pieces(lambda written: trailing.extend(told(written))))
    begun = list(islice(every, BEGUN // PIECE))
    whole = results.reply(results.Written(b"".join(begun)), media_type, keep=False)
    following = next(every, None)
    if following is None:
        return replace(whole, headers=(*whole.headers, *trailing))
    return replace(whole, body=b"", pieces=chain(begun, [following], _guarded(every, guard)), trailing=trailing)


def _guarded(pieces: Iterator[bytes], guard: Callable[[], AbstractContextManager[None]]) -> Iterator[bytes]:
    with guard():
        yield from pieces


def _held(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The same in pieces that are worth sending."""
    held, waiting = [], 0
    for part in parts:
        held.append(part)
        waiting += len(part)
        if waiting >= PIECE:
            yield b"".join(held)
            held, waiting = [], 0
    yield b"".join(held)


def rows(found: QuerySolutions, name: str, limits: results.Limits, ended: Ended) -> Iterator[bytes]:
    """Rows of a SELECT in one of `negotiate.RESULTS`."""
    names = [variable.value for variable in found.variables]
    before, after = (part.encode() for part in results.frame(name, names))
    yield before
    size, number, cut = len(before), 0, ""
    wanted = islice(found, limits.offset, limits.offset + limits.rows + 1)
    for text in results.ROWS[name](names, (tuple(row) for row in wanted)):
        piece = text.encode("utf-8", "replace")
        if number == limits.rows or size + len(piece) > limits.bytes:
            cut = f"{limits.rows} rows" if number == limits.rows else f"{limits.bytes} bytes"
            break
        yield piece
        size, number = size + len(piece), number + 1
    ended(results.Written(b"", cut, number))
    yield after


def triples(
    found: QueryTriples, name: str, limits: results.Limits, prefixes: dict[str, str], ended: Ended
) -> Iterator[bytes]:
    """Triples of a CONSTRUCT or DESCRIBE in one of `negotiate.GRAPHS`: documents of some triples each, made one."""
    head, tail = re.compile(_HEADS.get(name, b"")), _TAILS.get(name, b"")

    def written(block: list[Triple]) -> bytes:
        return results.write_triples(block, name, _WHOLE, prefixes).body

    wanted = islice(found, limits.offset, limits.offset + limits.rows + 1)
    size, number, cut = 0, 0, ""
    while block := list(islice(wanted, BLOCK)):
        if number + len(block) > limits.rows:
            cut = f"{limits.rows} rows"
            block.pop()
        if size > limits.bytes:
            cut, block = f"{limits.bytes} bytes", []
        document = written(block) if block else b""
        begins = head.match(document)
        end = begins.end() if begins else 0
        before = document[:end] if not number else b"," if name == "jsonld" and block else b""
        body = before + document[end : len(document) - len(tail)]
        yield body
        size, number = size + len(body), number + len(block)
        if cut:
            break
    ended(results.Written(b"", cut, number))
    yield tail if number else written([])
