"""Answers of the endpoint that are kept as they are sent, by the request as it comes.

A request that was answered before is answered before it is taken apart: from its target and the two headers on which
an answer depends. What is kept is of one state of the data, and forgotten with it.
"""

from __future__ import annotations

from functools import lru_cache

from kg.serve import http, wire
from kg.serve.cache import Cache
from kg.serve.http import Message, Scope
from kg.serve.reply import Reply
from kg.serve.settings import Settings

Key = tuple[bytes, bytes, bytes]
"""Target (path and query string), Accept, Accept-Encoding."""


class Ready:
    """Keeps whole answers of the endpoint: all but the first line and the date, which are new each time."""

    def __init__(self, settings: Settings) -> None:
        paths = {path + end for path in ("/sparql", settings.root_path + "/sparql") for end in ("", "/")}
        self._paths = {path.encode() for path in paths}
        # With a log of requests, each must be taken apart to be told.
        self._on = not settings.access_log
        self._kept: Cache[bytes] = Cache(settings.cache_bytes)

    def forget(self) -> None:
        """The data has changed."""
        self._kept.clear()

    def key(self, head: wire.Head) -> Key | None:
        """By what the answer to a request is kept; None for one whose answer is not."""
        block = head.block
        if not self._on or head.method != "GET" or block.conditional:
            return None
        if head.target.partition(b"?")[0] not in self._paths:
            return None
        return head.target, block.accept, block.coding

    def key_of(self, scope: Scope) -> Key | None:
        """The same for a request that is passed on."""
        if not self._on or scope["method"] != "GET" or scope["raw_path"] not in self._paths:
            return None
        told: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            told[name] = told[name] + b", " + value if name in told else value
        if b"if-none-match" in told:
            return None
        target: bytes = scope["raw_path"] + b"?" + scope["query_string"]
        return target, told.get(b"accept", b""), told.get(b"accept-encoding", b"")

    def of(self, key: Key) -> bytes | None:
        """What is kept for a request."""
        return self._kept.get(key)

    def keep(self, key: Key, reply: Reply, build: str, tag: str) -> bytes:
        """Keep an answer that any such request gets."""
        common = _common(reply.media_type, reply.headers, build)
        whole = b"%bcontent-length: %d\r\netag: %b\r\n\r\n%b" % (common, len(reply.body), tag.encode(), reply.body)
        return self._put(key, whole)

    def keep_sent(self, key: Key, headers: wire.Headers, body: bytes) -> None:
        """Keep an answer as it was sent."""
        self._put(key, wire.lines(headers) + b"\r\n" + body)

    def _put(self, key: Key, whole: bytes) -> bytes:
        self._kept.put(key, whole, sum(map(len, key)) + len(whole) + 200)
        return whole

    def worth(self, key: Key, start: Message, build: str) -> bool:
        """Whether an answer of the server is the same for every such request: one of this build's data, with a tag.

        A page depends on language and cookie, a description (in Turtle, without a query) on the name of the host.
        """
        headers = dict(start["headers"])
        same = headers.get(b"x-build") == build.encode() and b"etag" in headers
        same = same and b"content-length" in headers and b"query=" in key[0]
        return start["status"] == 200 and same and not headers.get(b"content-type", b"").startswith(b"text/html")


@lru_cache(maxsize=100)
def _common(media_type: str, headers: tuple[tuple[str, str], ...], build: str) -> bytes:
    """The headers that answers of a kind have in common."""
    sample = Reply(200, media_type, b"", headers)
    every = http.headers_for(sample, (("x-build", build),))
    return wire.lines([one for one in every if one[0] != b"content-length"])
