"""The fast path: answers of the endpoint that are kept as they are sent, by the request as it comes.

A request that was answered before, byte for byte the same, is answered before it is taken apart: from its query string
and the three headers on which an answer depends. What is kept is of one state of the data, and forgotten with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.serve import http
from kg.serve.cache import Cache
from kg.serve.http import Scope, Send
from kg.serve.reply import Reply
from kg.serve.settings import Settings

Key = tuple[bytes, bytes, bytes, bytes]
_BODY = "http.response.body"


@dataclass(frozen=True, slots=True)
class Whole:
    """An answer ready to be sent."""

    start: dict[str, object]
    body: dict[str, object]

    async def send(self, send: Send) -> None:
        """Send it."""
        await send(self.start)
        await send(self.body)


class Ready:
    """Keeps whole answers of the endpoint."""

    def __init__(self, settings: Settings) -> None:
        self._paths = {path + end for path in ("/sparql", settings.root_path + "/sparql") for end in ("", "/")}
        # With a log of requests, each must be taken apart to be told.
        self._on = not settings.access_log
        self._kept: Cache[Whole] = Cache(settings.cache_bytes)
        self._version: tuple[int, int] | None = None

    def _key(self, scope: Scope) -> Key | None:
        if not self._on or scope["method"] != "GET" or scope["path"] not in self._paths:
            return None
        accept = coding = b""
        for name, value in scope["headers"]:
            if name == b"accept":
                accept = value
            elif name == b"accept-encoding":
                coding = value
            elif name == b"if-none-match":
                return None
        query: bytes = scope["query_string"]
        return scope["path"].encode(), query, accept, coding

    def of(self, scope: Scope, version: tuple[int, int]) -> Whole | None:
        """What is kept for a request in this state of the data."""
        if version != self._version:
            self._kept.clear()
            self._version = version
            return None
        key = self._key(scope)
        return self._kept.get(key) if key else None

    def keep(
        self, scope: Scope, reply: Reply, extra: tuple[tuple[str, str], ...], version: tuple[int, int] | None
    ) -> None:
        """Keep an answer that any such request gets: one of the data, no page, and no problem."""
        if not reply.keep or reply.status != 200 or reply.stream is not None or version != self._version:
            return
        key = self._key(scope)
        # A page depends on language and cookie, a description on the name of the host.
        if key is None or b"query=" not in key[1] or reply.media_type.startswith("text/html"):
            return
        whole = Whole(
            {"type": "http.response.start", "status": 200, "headers": http.headers_for(reply, extra)},
            {"type": _BODY, "body": reply.body},
        )
        self._kept.put(key, whole, sum(map(len, key)) + len(reply.body) + 600)
