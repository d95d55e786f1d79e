"""What is the same for every answer: headers for browsers, tags for caches, bodies read up to a limit."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, MutableMapping
from hashlib import blake2b
from typing import Any

from kg.serve.reply import Problem, Reply

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
EXPOSED = "ETag, Link, Location, X-Build, X-Result-Rows, X-Result-Truncated, X-Total-Rows, Retry-After"
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
VIEW_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts allow-downloads allow-popups"
)
"""The graph view carries its script in itself; the sandbox gives it an origin of its own, and no network."""

TRAILERS = b"X-Result-Truncated, X-Result-Rows, Link"
"""What may be said behind the body of a long answer, to clients that read it (`TE: trailers`)."""
COMMON: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", EXPOSED.encode()),
    (b"vary", b"Accept, Accept-Encoding, Accept-Language, Cookie"),
)
PREFLIGHT: tuple[tuple[str, str], ...] = (
    ("access-control-allow-headers", "Accept, Authorization, Content-Type, If-None-Match"),
    ("access-control-max-age", "86400"),
)


def headers_of(scope: Scope) -> dict[str, str]:
    """Request headers by lower-case name; repeated ones are joined, as they may be."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


async def read_body(receive: Receive, headers: dict[str, str], limit: int) -> bytes:
    """The body of a request; a 413 as soon as it is, or says that it is, over the limit."""
    over = Problem(
        413,
        "request-too-large",
        f"The request is larger than {limit} bytes.",
        {"limit": limit, "hint": "Send a shorter query, or split VALUES over several requests."},
        (("connection", "close"),),
    )
    if headers.get("content-length", "0").isdigit() and int(headers.get("content-length", "0")) > limit:
        raise over
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError("the client went away")
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise over
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def tag_of(build: str, payload: bytes) -> str:
    """An ETag: the same for the same request to the same build."""
    return f'W/"{build}-{blake2b(payload, digest_size=8).hexdigest()}"'


def unchanged(header: str, tag: str) -> bool:
    """Whether an If-None-Match header names the tag; weak tags compare by what stands in them."""
    return any(one.strip().removeprefix("W/") == tag[2:] for one in header.split(","))


def any_will_do(headers: Mapping[str, str]) -> bool:
    """Whether a client has an answer, whichever, and wants none where there is one (`If-None-Match: *`)."""
    return headers.get("if-none-match", "").strip() == "*"


def policy_of(reply: Reply) -> str:
    """The Content-Security-Policy that goes with a kind of body."""
    if not reply.media_type.startswith("text/html"):
        return "default-src 'none'; frame-ancestors 'none'; sandbox"
    return VIEW_POLICY if ("x-view", "1") in reply.headers else PAGE_POLICY


def headers_for(reply: Reply, extra: tuple[tuple[str, str], ...]) -> list[tuple[bytes, bytes]]:
    """All headers of an answer; what of a request is repeated in one cannot end it."""
    own = (*reply.headers, *extra)
    known = (b"content-length", b"%d" % (reply.size or len(reply.body)))
    headers = [
        (b"content-type", reply.media_type.encode()),
        known if reply.trailing is None else (b"trailer", TRAILERS),
        (b"content-security-policy", policy_of(reply).encode()),
        *COMMON,
        *((name.encode(), _CONTROL.sub("", value).encode("latin-1", "replace")) for name, value in own),
    ]
    if reply.status in (204, 304):
        return headers[2:]
    return headers if reply.media_type else headers[1:]


async def send_reply(send: Send, reply: Reply, method: str, extra: tuple[tuple[str, str], ...] = ()) -> None:
    """One answer, without its body for HEAD."""
    headers = headers_for(reply, extra)
    bare = method == "HEAD" or reply.status in (204, 304)
    start: Message = {"type": "http.response.start", "status": reply.status, "headers": headers}
    await send(start if reply.trailing is None else {**start, "trailers": True})
    if reply.stream is not None:
        await _pass_on(send, reply.stream, bare=bare)
        if reply.trailing is not None:
            said = [
                (name.encode(), _CONTROL.sub("", value).encode("latin-1", "replace")) for name, value in reply.trailing
            ]
            await send({"type": "http.response.trailers", "headers": said})
        return
    await send({"type": "http.response.body", "body": b"" if bare else reply.body})


async def _pass_on(send: Send, stream: AsyncGenerator[bytes, None], *, bare: bool) -> None:
    """A long body, piece by piece; closing the stream frees its process, whatever happens."""
    try:
        async for piece in stream:
            if bare:
                break
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    finally:
        await stream.aclose()
    await send({"type": "http.response.body", "body": b""})
