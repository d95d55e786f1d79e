"""The ASGI application: which path is answered by whom. Nothing here touches the store; workers do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kg.serve import clients, compress, graphstore, http, protocol, web
from kg.serve.board import Board
from kg.serve.cache import normal
from kg.serve.http import Receive, Scope, Send
from kg.serve.lanes import shape_name
from kg.serve.pool import Pool
from kg.serve.reply import Problem, Reply, as_json, mistake
from kg.serve.request import Answer, Request
from kg.serve.settings import Settings
from kg.serve.tokens import Gate
from kg.serve.watch import Watch

if TYPE_CHECKING:
    from kg.serve.review import Desk as ReviewDesk

DISCONNECT_AFTER = 0.25
"""Seconds after which it is worth looking whether the client is still there."""
READ = "GET, HEAD, OPTIONS"


def _desk(settings: Settings) -> ReviewDesk:
    """The page for decisions; the rooms that it needs take a second to load, and few want it."""
    from kg.serve import review

    return review.Desk(Path(settings.review), settings.root_path)


class App:
    """Answers HTTP requests with the help of a pool."""

    def __init__(self, pool: Pool, settings: Settings, board: Board) -> None:
        self._pool = pool
        self._settings = settings
        self._watch = Watch(pool, settings, board)
        self._gate = Gate(settings.tokens)
        self._desk = _desk(settings) if settings.review else None
        self._clients = clients.Clients(settings, board)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Part of ASGI."""
        if scope["type"] != "http":
            return
        began = time.monotonic()
        request = Request.of(scope, receive, self._settings)
        try:
            with self._clients.admitted(request.client):
                reply, extra = await self._answer(request)
        except Problem as problem:
            self._watch.refused(problem)
            reply, extra = problem.reply(), ()
        except ConnectionError:
            return
        except Exception as error:
            ours = mistake(error, self._settings)
            self._watch.refused(ours)
            reply, extra = ours.reply(), ()
        self._watch.seen(request, reply, began)
        with suppress(ConnectionError):
            await http.send_reply(send, reply, request.method, extra)

    def _allowed(self, path: str) -> str:
        if path.rstrip("/") == "/sparql":
            return protocol.METHODS
        if self._desk and path == self._desk.path:
            return self._desk.methods
        if graphstore.is_graph_store(path):
            return graphstore.METHODS if self._settings.updates else graphstore.READ
        return READ

    async def _answer(self, request: Request) -> Answer:
        path, method = request.path, request.method
        allowed = self._allowed(path)
        if method == "OPTIONS":
            allow = (("allow", allowed), ("access-control-allow-methods", allowed))
            return Reply(204, "", b"", allow + http.PREFLIGHT), ()
        if method not in allowed.split(", "):
            raise Problem(
                405, "method", f"{method} is not answered here; {allowed} are.", headers=(("allow", allowed),)
            )
        if path == "/health":
            return self._health(), ()
        if path == "/metrics":
            if not clients.here(request.client):
                raise Problem(403, "metrics", "Metrics are told to this machine only.")
            return self._watch.metrics(), ()
        if path.startswith("/static/"):
            return web.static(path.removeprefix("/static/")), (("cache-control", "public, max-age=300"),)
        if path.rstrip("/") == "/sparql":
            return await self._sparql(request)
        if graphstore.is_graph_store(path):
            return await self._graphs(request)
        if self._desk and path == self._desk.path:
            body = await self._body(request) if method == "POST" else b""
            lang, _ = _language(protocol.pairs(request.query_string, "query string"), request.headers)
            return await self._desk.answer(request, self._pool.current.folder, lang, body), ()
        return await self._page(request, None)

    async def _sparql(self, request: Request) -> Answer:
        body = await self._body(request) if request.method == "POST" else b""
        updates = self._settings.updates
        job = protocol.job(request.method, request.headers, request.query_string, body, updates=updates)
        if job is not None and job["kind"] == "update":
            return await self._update(request, job)
        if job is not None and not protocol.wants_page(request.headers.get("accept"), job):
            return await self._run(request, job)
        return await self._page(request, job)

    async def _graphs(self, request: Request) -> Answer:
        body = await self._body(request) if request.method in ("PUT", "POST") else b""
        parameters = protocol.pairs(request.query_string, "query string")
        job = graphstore.job(request.method, request.path, parameters, request.headers, body, request.origin)
        return await (self._update if job["kind"] == "update" else self._run)(request, job)

    async def _body(self, request: Request) -> bytes:
        body = await http.read_body(request.receive, request.headers, self._settings.max_request)
        request.bodies.append(body)
        return body

    async def _update(self, request: Request, job: dict[str, Any]) -> Answer:
        """Changes are carried out to their end even where the client goes away: half an answer is no answer."""
        self._gate.name_of(request.headers)
        reply = await asyncio.shield(asyncio.ensure_future(self._pool.update(protocol.payload(job))))
        if reply.status == 201 and job.get("new"):
            return reply, (("location", job["new"]),)
        return reply, ()

    async def _page(self, request: Request, query: dict[str, Any] | None) -> Answer:
        """Everything that a worker writes with the build at hand: pages, the API, the description of the endpoint."""
        path = request.path
        parameters = protocol.pairs(request.query_string, "query string")
        lang, chosen = _language(parameters, request.headers)
        if path.startswith("/api/") and any(name == "lang" and value != lang for name, value in parameters):
            raise Problem(400, "bad-parameter", f"lang is one of {', '.join(web.languages())}.")
        job = {
            "kind": "api" if path.startswith("/api/") else "page",
            "path": path,
            "raw_path": request.raw_path,
            "parameters": [pair for pair in parameters if pair[0] != "lang"],
            "lang": lang,
            "accept": request.headers.get("accept"),
            "origin": request.origin,
            "query": query,
        }
        reply, extra = await self._run(request, job)
        if chosen:
            where = quote(self._settings.root_path) or "/"
            extra += (("set-cookie", f"lang={lang}; Path={where}; Max-Age=31536000; SameSite=Lax"),)
        return reply, extra

    async def _run(self, request: Request, job: dict[str, Any]) -> Answer:
        """Have a job done; its answer is dropped, and its process freed, when the client goes away."""
        job["encoding"] = compress.choose(request.headers.get("accept-encoding", ""))
        told = {token.partition(";")[0].strip().lower() for token in request.headers.get("te", "").split(",")}
        if "trailers" in told and job["kind"] == "sparql" and request.method != "HEAD":
            job["trailers"] = True
        payload = protocol.payload(job)
        key = protocol.payload({**job, "query": normal(job["query"])}) if job["kind"] == "sparql" else payload
        build = self._pool.current.name
        tag = http.tag_of(build, protocol.identity(job))
        extra = (("x-build", build), ("etag", tag))
        if http.unchanged(request.headers.get("if-none-match", ""), tag):
            return Reply(304, "", b""), extra
        shape = shape_name(job["query"]) if job["kind"] == "sparql" else ""
        anew = "no-cache" in request.headers.get("cache-control", "").lower()
        reply = await self._wait(self._pool.run(payload, key, shape, anew=anew), request.receive)
        if reply.status == 200 and request.method in ("GET", "HEAD") and http.any_will_do(request.headers):
            if reply.stream is not None:
                await reply.stream.aclose()
            reply = Reply(304, "", b"", keep=reply.keep)
        return reply, extra if reply.keep else extra[:1]

    async def _wait(self, answer: Coroutine[Any, Any, Reply], receive: Receive) -> Reply:
        """The answer; a client that goes away meanwhile ends the work for it."""
        task = asyncio.current_task()
        assert task is not None
        watching: list[asyncio.Future[None]] = []
        loop = asyncio.get_running_loop()
        look = loop.call_later(
            DISCONNECT_AFTER, lambda: watching.append(asyncio.ensure_future(_cancel_when_gone(task, receive)))
        )
        try:
            return await answer
        except asyncio.CancelledError:
            if watching and watching[0].done():
                task.uncancel()
                raise ConnectionError("the client went away") from None
            raise
        finally:
            look.cancel()
            for one in watching:
                one.cancel()

    def _health(self) -> Reply:
        pool = self._pool
        generation = pool.current
        content = {"status": "ok", "build": generation.name, "processes": generation.size, "busy": generation.busy}
        if generation.alive:
            return as_json(content)
        return as_json({**content, "status": "restarting"}, status=503)


async def _cancel_when_gone(task: asyncio.Task[Any], receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    task.cancel()


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
