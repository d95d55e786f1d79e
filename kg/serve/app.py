"""The ASGI application: which path is answered by whom. Nothing here touches the store; workers do."""

from __future__ import annotations

import asyncio
import json
from http.cookies import CookieError, SimpleCookie
from typing import Any

from kg.serve import http, negotiate, protocol, web
from kg.serve.http import Receive, Scope, Send
from kg.serve.pool import Pool
from kg.serve.reply import Problem, Reply, as_json
from kg.serve.settings import Settings

DISCONNECT_AFTER = 0.25
"""Seconds after which it is worth looking whether the client is still there."""
READ = "GET, HEAD, OPTIONS"


class App:
    """Answers HTTP requests with the help of a pool."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        self._pool = pool
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Part of ASGI."""
        if scope["type"] != "http":
            return
        method: str = scope["method"]
        try:
            reply, extra = await self._answer(scope, method, receive)
        except Problem as problem:
            reply, extra = problem.reply(), ()
        except ConnectionError:
            return
        await http.send_reply(send, reply, method, extra)

    async def _answer(self, scope: Scope, method: str, receive: Receive) -> tuple[Reply, tuple[tuple[str, str], ...]]:
        path: str = scope["path"]
        endpoint = path.rstrip("/") == "/sparql"
        allowed = protocol.METHODS if endpoint else READ
        if method == "OPTIONS":
            allow = (("allow", allowed), ("access-control-allow-methods", allowed))
            return Reply(204, "", b"", allow + http.PREFLIGHT), ()
        if method not in allowed.split(", "):
            raise Problem(
                405, "method", f"{method} is not answered here; {allowed} are.", headers=(("allow", allowed),)
            )
        headers = http.headers_of(scope)
        if path == "/health":
            return self._health(), ()
        if path.startswith("/static/"):
            return web.static(path.removeprefix("/static/")), (("cache-control", "public, max-age=300"),)
        if endpoint:
            body = await http.read_body(receive, headers, self._settings.max_request) if method == "POST" else b""
            job = protocol.job(method, headers, scope["query_string"], body)
            if job is not None and not _wants_page(headers, job):
                return await self._run(job, headers, receive)
        else:
            job = None
        return await self._page(scope, headers, receive, job)

    async def _page(
        self, scope: Scope, headers: dict[str, str], receive: Receive, query: dict[str, Any] | None
    ) -> tuple[Reply, tuple[tuple[str, str], ...]]:
        """Everything that a worker writes with the build at hand: pages, the API, the description of the endpoint."""
        path: str = scope["path"]
        parameters = protocol.pairs(scope["query_string"], "query string")
        lang, chosen = _language(parameters, headers)
        job = {
            "kind": "api" if path.startswith("/api/") else "page",
            "path": path,
            "parameters": [pair for pair in parameters if pair[0] != "lang"],
            "lang": lang,
            "accept": headers.get("accept"),
            "endpoint": f"{scope.get('scheme', 'http')}://{headers.get('host', 'localhost')}/sparql",
            "query": query,
        }
        reply, extra = await self._run(job, headers, receive)
        if chosen:
            extra += (("set-cookie", f"lang={lang}; Path=/; Max-Age=31536000; SameSite=Lax"),)
        return reply, extra

    async def _run(
        self, job: dict[str, Any], headers: dict[str, str], receive: Receive
    ) -> tuple[Reply, tuple[tuple[str, str], ...]]:
        """Have a job done; its answer is dropped, and its process freed, when the client goes away."""
        try:
            payload = json.dumps(job, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError as error:
            raise Problem(400, "not-utf-8", "The request is not UTF-8.") from error
        build = self._pool.current.name
        tag = http.tag_of(build, payload)
        extra = (("x-build", build), ("etag", tag))
        if headers.get("if-none-match") == tag:
            return Reply(304, "", b""), extra
        reply = self._pool.cache.get(payload) or await self._wait(payload, receive)
        return reply, extra if reply.keep else extra[:1]

    async def _wait(self, payload: bytes, receive: Receive) -> Reply:
        running = asyncio.ensure_future(self._pool.run(payload))
        try:
            done, _ = await asyncio.wait({running}, timeout=DISCONNECT_AFTER)
            if not done:
                await _until_gone(running, receive)
        except asyncio.CancelledError:
            running.cancel()
            raise
        if not running.done():
            running.cancel()
            raise ConnectionError("the client went away")
        return running.result()

    def _health(self) -> Reply:
        pool = self._pool
        generation = pool.current
        content = {"status": "ok", "build": generation.name, "processes": generation.size, "busy": generation.busy}
        if generation.alive:
            return as_json(content)
        return as_json({**content, "status": "restarting"}, status=503)


async def _until_gone(running: asyncio.Future[Reply], receive: Receive) -> None:
    """Returns when the job is done or the client has gone, whichever is first."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    watch = asyncio.ensure_future(gone())
    both: list[asyncio.Future[Any]] = [running, watch]
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        watch.cancel()


def _wants_page(headers: dict[str, str], job: dict[str, Any]) -> bool:
    """True for a browser that follows a link or sends the form: it gets the answer as a page."""
    if job["format"]:
        return False
    offers = (*negotiate.RESULTS, *negotiate.GRAPHS, negotiate.PAGE)
    chosen = negotiate.choose(headers.get("accept"), offers)
    return chosen is not None and chosen[0] == negotiate.PAGE.name


def _language(parameters: list[tuple[str, str]], headers: dict[str, str]) -> tuple[str, bool]:
    """The language of the page, and whether it was chosen just now."""
    known = web.languages()
    asked = next((value for name, value in parameters if name == "lang"), "")
    if asked in known:
        return asked, True
    cookie: SimpleCookie = SimpleCookie()
    try:
        cookie.load(headers.get("cookie", ""))
    except CookieError:
        cookie.clear()
    kept = cookie["lang"].value if "lang" in cookie else ""
    if kept in known:
        return kept, False
    for part in headers.get("accept-language", "").split(","):
        code = part.split(";")[0].strip().lower().split("-")[0]
        if code in known:
            return code, False
    return known[0], False
