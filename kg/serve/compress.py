"""Answers made smaller on their way (RFC 9110, section 8.4): zstd or gzip, as the client likes."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import zstandard

from kg.serve.reply import Reply

SMALLEST = 1024
"""Bodies below gain nothing."""
_CODINGS = ("zstd", "gzip")


@lru_cache(maxsize=256)
def choose(accept: str) -> str:
    """The coding to use by an Accept-Encoding header: the one with the greatest weight, "" for none."""
    best, weight = "", 0.0
    for part in accept.lower().split(","):
        name, _, parameter = (piece.strip() for piece in part.partition(";"))
        try:
            quality = float(parameter.removeprefix("q=")) if parameter.startswith("q=") else 1.0
        except ValueError:
            quality = 0.0
        # of equal weights, the coding that stands first in our own list
        better = quality > weight or (quality == weight > 0 and name == _CODINGS[0])
        if name in _CODINGS and better:
            best, weight = name, quality
    return best


def compressed(reply: Reply, coding: str) -> Reply:
    """The answer with its body in a coding, where that makes it smaller."""
    if coding and reply.pieces is not None:
        return replace(reply, pieces=_squeezed(reply.pieces, coding), headers=_told(reply, coding))
    if not coding or len(reply.body) < SMALLEST:
        return reply
    if coding == "zstd":
        body = zstandard.ZstdCompressor(level=3).compress(reply.body)
    else:
        body = gzip.compress(reply.body, compresslevel=5, mtime=0)
    if len(body) >= len(reply.body):
        return reply
    return replace(reply, body=body, headers=_told(reply, coding))


def _told(reply: Reply, coding: str) -> tuple[tuple[str, str], ...]:
    return (*reply.headers, ("content-encoding", coding))


def _squeezed(pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    """The pieces of a body in a coding; no piece is empty."""
    made = zstandard.ZstdCompressor(level=3).compressobj() if coding == "zstd" else zlib.compressobj(5, wbits=31)
    for piece in pieces:
        if squeezed := made.compress(piece):
            yield squeezed
    yield made.flush()
