"""Answers of the endpoint that are kept as they are sent, by the request as it comes.

A request that was answered before, byte for byte the same, is answered before it is taken apart: from its query string
and the three headers on which an answer depends. What is kept is of one state of the data, and forgotten with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.serve import http
from kg.serve.cache import Cache
from kg.serve.http import Message, Scope, Send
from kg.serve.reply import Reply
from kg.serve.settings import Settings

Key = tuple[bytes, bytes, bytes, bytes]
"""Path, query string, Accept, Accept-Encoding."""


@dataclass(frozen=True, slots=True)
class Whole:
    """An answer ready to be sent."""

    start: Message
    body: Message

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

    def forget(self) -> None:
        """The data has changed."""
        self._kept.clear()

    def key(self, scope: Scope) -> Key | None:
        """By what the answer to a request is kept; None for one whose answer is not."""
        if not self._on or scope["method"] != "GET" or scope["path"] not in self._paths:
            return None
        accept = coding = b""
        for name, value in scope["headers"]:
            if name == b"accept":
                accept = accept + b", " + value if accept else value
            elif name == b"accept-encoding":
                coding = coding + b", " + value if coding else value
            elif name == b"if-none-match":
                return None
        query: bytes = scope["query_string"]
        return scope["path"].encode(), query, accept, coding

    def of(self, key: Key) -> Whole | None:
        """What is kept for a request."""
        return self._kept.get(key)

    def keep(self, key: Key, reply: Reply, extra: tuple[tuple[str, str], ...]) -> Whole:
        """Keep an answer that any such request gets."""
        start: Message = {"type": "http.response.start", "status": reply.status}
        start["headers"] = http.headers_for(reply, extra)
        return self.keep_sent(key, start, {"type": "http.response.body", "body": reply.body})

    def keep_sent(self, key: Key, start: Message, body: Message) -> Whole:
        """Keep an answer as it was sent."""
        whole = Whole(start, body)
        self._kept.put(key, whole, sum(map(len, key)) + len(body["body"]) + 600)
        return whole

    def worth(self, key: Key, start: Message, build: str) -> bool:
        """Whether an answer of the server is the same for every such request: one of this build's data, with a tag.

        A page depends on language and cookie, a description (in Turtle, without a query) on the name of the host.
        """
        headers = dict(start["headers"])
        same = headers.get(b"x-build") == build.encode() and b"etag" in headers
        same = same and b"query=" in key[1]
        return start["status"] == 200 and same and not headers.get(b"content-type", b"").startswith(b"text/html")
