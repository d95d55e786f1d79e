"""Long answers that begin before they are whole, so that no process holds more of one than a piece.

Where such an answer was cut is known at its end only, and said behind its body (a trailer, RFC 9110, section 6.5). That
is for clients which say that they read what stands there (`TE: trailers`); for others, an answer is held until its
headers can say all. An answer that turns out to be short is told as any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import chain, islice

from pyoxigraph import QuerySolutions

from kg.serve import results
from kg.serve.reply import Reply

PIECE = 1 << 16
"""Bytes that are held."""
BEGUN = 1 << 20
"""Bytes above which an answer is long."""
Headers = tuple[tuple[str, str], ...]


def answer(
    found: QuerySolutions,
    chosen: tuple[str, str],
    limits: results.Limits,
    told: Callable[[results.Written], Headers],
    guard: Callable[[], AbstractContextManager[None]],
) -> Reply:
    """Rows of a SELECT in a format; `told` are the headers about where it was cut, `guard` is around all evaluation."""
    name, media_type = chosen
    trailing: list[tuple[str, str]] = []
    pieces = _pieces(found, name, limits, lambda written: trailing.extend(told(written)))
    begun = list(islice(pieces, BEGUN // PIECE))
    whole = results.reply(results.Written(b"".join(begun)), media_type, keep=False)
    following = next(pieces, None)
    if following is None:
        return replace(whole, headers=(*whole.headers, *trailing))
    return replace(whole, body=b"", pieces=chain(begun, [following], _guarded(pieces, guard)), trailing=trailing)


def _guarded(pieces: Iterator[bytes], guard: Callable[[], AbstractContextManager[None]]) -> Iterator[bytes]:
    with guard():
        yield from pieces


def _pieces(
    found: QuerySolutions, name: str, limits: results.Limits, ended: Callable[[results.Written], None]
) -> Iterator[bytes]:
    names = [variable.value for variable in found.variables]
    before, after = results.frame(name, names)
    held, size, rows, cut = [before.encode()], len(before.encode()), 0, ""
    waiting = size
    wanted = islice(found, limits.offset, limits.offset + limits.rows + 1)
    for text in results.ROWS[name](names, (tuple(row) for row in wanted)):
        piece = text.encode("utf-8", "replace")
        if rows == limits.rows or size + len(piece) > limits.bytes:
            cut = f"{limits.rows} rows" if rows == limits.rows else f"{limits.bytes} bytes"
            break
        held.append(piece)
        size, waiting, rows = size + len(piece), waiting + len(piece), rows + 1
        if waiting >= PIECE:
            yield b"".join(held)
            held, waiting = [], 0
    ended(results.Written(b"", cut, rows))
    yield b"".join([*held, after.encode()])
