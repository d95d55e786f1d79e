"""A front process: takes requests from the network, answers what is tiny or came before, passes the rest on.

It is forked from the nursery, as the query processes are, and so has the build in memory. What it answers by itself is
bounded (`quick`); all else, and whatever may be refused, is decided by the server's own process (`relay`). Over its
channel it is told ``patch N STATE`` with N bytes behind it when the data has changed, ``stale`` when another build is
served, and ``stop``; it answers ``done`` to each patch. It ends when the server goes away.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from contextlib import suppress
from typing import Any

from kg.serve import clients, compress, frame, http, journal, protocol
from kg.serve.board import Board
from kg.serve.http import Message, Receive, Scope, Send
from kg.serve.native import OnSocket
from kg.serve.quick import Quick
from kg.serve.ready import Ready, Whole
from kg.serve.relay import Lines
from kg.serve.reply import Problem
from kg.serve.settings import Settings
from kg.serve.snapshot import Loaded

QUIET, LONGEST = 0.5, 60.0
"""A stale front ends after so many seconds without a request, and at the latest after so many."""


class Front:
    """The ASGI application of a front."""

    def __init__(self, build: Loaded, settings: Settings, lines: Lines, board: Board, number: int) -> None:
        self._build = build
        self._settings = settings
        self._lines = lines
        self._board = board
        self._number = number
        self._ready = Ready(settings)
        quick = settings.quick and not settings.store
        self._quick = Quick(build.store, settings, frame.prefixes()) if quick else None
        self.name = build.path.name
        self._named()
        self.stale = False
        self.running = 0
        self.last = time.monotonic()

    def _named(self) -> None:
        self.name = f"{self._build.path.name}.{self._build.state}" if self._build.state else self._build.path.name
        self._ready.forget()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Part of ASGI."""
        if scope["type"] != "http":
            return
        began = time.monotonic()
        key = None if self.stale else self._ready.key(scope)
        if key is not None:
            known = self._ready.of(key)
            whole = known or self._tiny(scope, key)
            if whole is not None and self._admitted(scope):
                await whole.send(send)
                self._board.answered(self._number, time.monotonic() - began, again=known is not None)
                return
        await self._passed_on(scope, receive, send, key)

    def _admitted(self, scope: Scope) -> bool:
        rate = self._settings.rate
        headers = http.headers_of(scope) if self._settings.forwarded else {}
        client = clients.address(scope, headers, self._settings)
        # Who asks too fast is told so by the server; here, the request is just not answered.
        return not rate or clients.here(client) or self._board.may_ask(client, rate)

    def _tiny(self, scope: Scope, key: tuple[bytes, bytes, bytes, bytes]) -> Whole | None:
        """The answer to a query that is a few lookups."""
        _, query, accept, coding = key
        if self._quick is None:
            return None
        asked = protocol.only_query(query)
        if asked is None:
            return None
        wanted = accept.decode("latin-1") if accept else None
        job = protocol.query_job(asked, wanted)
        if protocol.wants_page(wanted, job):
            return None
        job["encoding"] = compress.choose(coding.decode("latin-1"))
        reply = self._quick.answer(job)
        if reply is None:
            return None
        tag = http.tag_of(self.name, protocol.payload(job))
        return self._ready.keep(key, reply, (("x-build", self.name), ("etag", tag)))

    async def _passed_on(self, scope: Scope, receive: Receive, send: Send, key: Any) -> None:
        began = False
        kept: list[Message] = []

        def started(message: Message) -> None:
            nonlocal began
            began = True
            if self.stale:
                message["headers"].append((b"connection", b"close"))
            elif key is not None and self._ready.worth(key, message, self.name):
                kept.append(message)

        async def sent(message: Message) -> None:
            if kept and "body" in message:
                if len(kept) == 1 and not message.get("more_body"):
                    self._ready.keep_sent(key, kept[0], message)
                kept.clear()
            await send(message)

        self.running += 1
        try:
            await self._lines.exchange(scope, receive, started, sent)
        except (ConnectionError, OSError):
            if not began:
                again = Problem(503, "restarting", "The server is starting again.", headers=(("retry-after", "1"),))
                with suppress(ConnectionError):
                    await http.send_reply(send, again.reply(), scope["method"])
        finally:
            self.running -= 1
            self.last = time.monotonic()

    def patched(self, patch: bytes, state: str) -> None:
        """Take an update over."""
        if self._quick is not None:
            journal.apply(self._build.store, patch)
        self._build = self._build.after(state)
        self._named()


async def _obey(front: Front, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Carry out orders; False where the server has gone, True where the front has to end in peace."""
    while line := (await reader.readline()).decode():
        word, *rest = line.split()
        if word == "patch":
            state = rest[1] if len(rest) > 1 else ""
            front.patched(await reader.readexactly(int(rest[0])), state)
            writer.write(b"done\n")
        elif word == "stale":
            front.stale = True
            return await _ended_quietly(front, reader)
        elif word == "stop":
            return True
    return False


async def _ended_quietly(front: Front, reader: asyncio.StreamReader) -> bool:
    until = time.monotonic() + LONGEST
    front.last = time.monotonic()
    while time.monotonic() < until and (front.running or time.monotonic() < front.last + QUIET):
        with suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                return bool(await reader.readline())
    return True


async def _run(front: Front, channel: socket.socket, listening: socket.socket) -> None:
    reader, writer = await asyncio.open_unix_connection(sock=channel)
    server = OnSocket(front, listening)
    serving = asyncio.get_running_loop().create_task(server.serve())
    await asyncio.sleep(0)
    writer.write(b"ready\n")
    if await _obey(front, reader, writer):
        server.stop()  # type: ignore[no-untyped-call]
        await serving
        await asyncio.sleep(0.2)  # Granian's own threads let go of the interpreter a moment after it has stopped.


def run(
    build: Loaded,
    channel: socket.socket,
    listening: socket.socket,
    settings: Settings,
    lines: Lines,
    board: Board,
    number: int,
) -> None:
    """Serve until told to stop; the process is to end after that, whatever threads there are."""
    logging.getLogger("granian").setLevel(logging.CRITICAL)
    front = Front(build, settings, lines, board, number)
    try:
        asyncio.run(_run(front, channel, listening))
    finally:
        os._exit(0)
