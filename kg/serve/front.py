"""A front process: takes requests from the network, answers what is tiny or came before, passes the rest on.

It is forked from the nursery, as the query processes are, and so has the build in memory. What it answers by itself is
bounded (`quick`); all else, and whatever may be refused, is decided by the server's own process (`relay`). Over its
channel it is told ``patch N STATE`` with N bytes behind it when the data has changed, ``stale`` when another build is
served, and ``stop``; it answers ``done`` to each patch, or ``failed``. It ends when the server goes away.
"""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import time
from contextlib import suppress
from pathlib import Path

from kg.serve import clients, filing, frame, fulltext, http, journal, protocol, search, wire
from kg.serve.board import Board
from kg.serve.gate import Gate
from kg.serve.http import Message, Receive, Scope, Send
from kg.serve.quick import Quick, wish
from kg.serve.ready import Key, Ready
from kg.serve.relay import Lines
from kg.serve.reply import Problem, mistake
from kg.serve.settings import Settings
from kg.serve.snapshot import Loaded

QUIET = 5.0
"""Seconds for which a connection to a stale front stays open without a request: the next answer says that it ends."""
GARBAGE = 50_000
"""New objects after which circles among them are looked for."""


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
        self._quick = Quick(build.store, settings, frame.prefixes(), self._index, self._columns()) if quick else None
        self.name = build.path.name
        self._named()
        self.stale = False

    def _named(self) -> None:
        self.name = f"{self._build.path.name}.{self._build.state}" if self._build.state else self._build.path.name
        self._ready.forget()

    def _columns(self) -> Path:
        return filing.place(self._build.path, self._build.state)

    def _index(self) -> fulltext.Index | None:
        """The full text of the data as it is, once it is there."""
        with suppress(Problem):
            return search.index(self._build)
        return None

    def at_once(self, head: wire.Head, client: tuple[str, int]) -> bytes | None:
        """The answer to what came before, or is tiny; None for what is passed on."""
        key = None if self.stale else self._ready.key(head)
        if key is None:
            return None
        began = time.monotonic()
        known = None if head.block.anew else self._ready.of(key)
        whole = known or self._tiny(key)
        if whole is None or not self._admitted(head, client):
            return None
        self._board.answered(self._number, time.monotonic() - began, again=known is not None)
        return whole

    def _admitted(self, head: wire.Head, client: tuple[str, int]) -> bool:
        rate = self._settings.rate
        if not rate:
            return True
        scope: Scope = {"headers": head.block.headers, "client": client}
        headers = http.headers_of(scope) if self._settings.forwarded else {}
        name = clients.address(scope, headers, self._settings)
        # Who asks too fast is told so by the server; here, the request is just not answered.
        return clients.here(name) or self._board.may_ask(name, rate)

    def _tiny(self, key: Key) -> bytes | None:
        """The answer to a query that is a few lookups."""
        target, accept, coding = key
        wanted = wish(accept, coding)
        if self._quick is None or wanted.page:
            return None
        asked = self._quick.read(target.partition(b"?")[2])
        reply = None if asked is None else self._quick.answer(asked, wanted)
        if asked is None or reply is None:
            return None
        identity = protocol.plain_identity(asked.query, wanted.accept, wanted.coding)
        return self._ready.keep(key, reply, self.name, http.tag_of(self.name, identity))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back."""
        began = False
        key = None if self.stale else self._ready.key_of(scope)
        kept: list[Message] = []

        def started(message: Message) -> None:
            nonlocal began
            began = True
            if key and not self.stale and self._ready.worth(key, message, self.name):
                kept.append(message)

        async def sent(message: Message) -> None:
            if key and kept and "body" in message:
                if len(kept) == 1 and not message.get("more_body"):
                    self._ready.keep_sent(key, kept[0]["headers"], message["body"])
                kept.clear()
            await send(message)

        try:
            await self._lines.exchange(scope, receive, started, sent)
        except (ConnectionError, OSError):
            if not began:
                again = Problem(503, "restarting", "The server is starting again.", headers=(("retry-after", "1"),))
                with suppress(ConnectionError):
                    await http.send_reply(send, again.reply(), scope["method"])

    def patched(self, patch: bytes, state: str) -> bool:
        """Take an update over; where that fails, nothing is answered from here any more."""
        try:
            if self._quick is not None:
                journal.apply(self._build.store, patch)
            self._build = self._build.after(state)
            if self._quick is not None:
                self._quick.changed(self._columns())
        except Exception as error:
            mistake(error, self._settings)
            self.stale = True
        self._named()
        return not self.stale


async def _obey(front: Front, gate: Gate, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry out orders until the server goes away."""
    while line := (await reader.readline()).decode():
        word, *rest = line.split()
        if word == "patch":
            content, state = await reader.readexactly(int(rest[0])), rest[1] if len(rest) > 1 else ""
            writer.write(b"done\n" if front.patched(content, state) else b"failed\n")
        elif word == "stale":
            front.stale = True
            gate.leave(QUIET)
        elif word == "stop":
            gate.leave(0)


async def _run(front: Front, channel: socket.socket, gate: Gate) -> None:
    reader, writer = await asyncio.open_unix_connection(sock=channel)
    gate.begin()
    writer.write(b"ready\n")
    # Answers under way come to their end, unless the server does before.
    ends = [asyncio.ensure_future(one) for one in (_obey(front, gate, reader, writer), gate.left())]
    ended, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for one in ended:
        one.result()


def run(
    build: Loaded,
    channel: socket.socket,
    listening: socket.socket,
    settings: Settings,
    lines: Lines,
    board: Board,
    number: int,
) -> None:
    """Serve until told to stop; the process is to end after that."""
    # What a request leaves behind is seldom a circle: to look for circles after every few requests is dear.
    gc.set_threshold(GARBAGE, 20, 50)
    front = Front(build, settings, lines, board, number)
    try:
        asyncio.run(_run(front, channel, Gate(listening, front, board, number)))
    except Exception as error:
        mistake(error, settings)
    finally:
        os._exit(0)
