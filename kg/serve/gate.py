"""Where connections come in: taken from a socket that all fronts share, evenly among them, and ended in time."""

from __future__ import annotations

import asyncio
import resource
import socket
import time
from collections.abc import Coroutine
from email.utils import formatdate
from typing import Any, Protocol

from kg.serve import wire
from kg.serve.board import Board
from kg.serve.connection import Connection
from kg.serve.http import Receive, Scope, Send

BACKLOG = 1024
"""Connections that may wait to be taken."""
ONCE_A = 0.5
"""Seconds between looks at what took too long."""
ONCE_LEFT = 0.05
"""Seconds between looks whether all connections have ended."""
STEP_BACK = 0.001
"""Seconds for which a front that has more connections than another leaves new ones to it."""
EXHAUSTED = 0.1
"""Seconds for which no connection is taken when there is no descriptor left."""
SPARE = 64
"""Descriptors that are kept for other things than connections."""


class Answering(Protocol):
    """What stands behind a gate."""

    def at_once(self, head: wire.Head, client: tuple[str, int]) -> bytes | None:
        """Headers and body of the answer (status 200) to a request without a body; None for what takes longer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """All others, as in ASGI."""


class Gate:
    """The connections of one front."""

    def __init__(self, listening: socket.socket, behind: Answering, board: Board, number: int) -> None:
        self._listening = listening
        self._board = board
        self._number = number
        self._open: set[Connection] = set()
        self._held = 0
        """Connections, with those that are about to be."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._taking = False
        self._leaves = asyncio.Event()
        self._sweeper: asyncio.TimerHandle | None = None
        self._most = max(SPARE, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - SPARE)
        self.memory = memoryview(bytearray(1 << 16))
        self.answer = behind.at_once
        self.application = behind
        self.ending = False
        """Whether each answer is the last of its connection, and says so."""
        self.quiet = 0.0
        """Seconds that a connection without a request stays open then."""
        self.now = 0.0
        self.date = self.good = b""

    def begin(self) -> None:
        """Take connections."""
        self._look()
        self._take_on()

    def came(self, connection: Connection) -> None:
        """A connection is open."""
        self._open.add(connection)
        if self.ending:
            connection.leave(self.quiet)

    def went(self, connection: Connection) -> None:
        """A connection has ended."""
        self._open.discard(connection)
        self._held -= 1
        self._board.holds(self._number, self._held)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Answer a request in its own time."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _look(self) -> None:
        self.now = time.monotonic()
        self.date = b"date: %b\r\n" % formatdate(usegmt=True).encode()
        self.good = wire.status_line(200) + self.date
        for connection in [one for one in self._open if one.until < self.now]:
            connection.expired()
        if not self.ending:
            self._board.holds(self._number, self._held)
        self._sweeper = asyncio.get_running_loop().call_later(ONCE_A, self._look)

    def _take_on(self) -> None:
        if not self.ending and not self._taking:
            self._taking = True
            asyncio.get_running_loop().add_reader(self._listening.fileno(), self._take)

    def _leave_off(self, seconds: float = 0.0) -> None:
        loop = asyncio.get_running_loop()
        self._taking = False
        loop.remove_reader(self._listening.fileno())
        if seconds:
            loop.call_later(seconds, self._take_one)

    def _take(self) -> None:
        if self._held > self._board.fewest():
            self._leave_off(STEP_BACK)
        else:
            self._take_one()

    def _take_one(self) -> None:
        """Take the next connection, if another front has not."""
        if self.ending:
            return
        if self._held >= self._most:
            self._leave_off(EXHAUSTED)
            self._make_room()
            return
        try:
            channel, client = self._listening.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            self._take_on()
            return
        except OSError:
            self._leave_off(EXHAUSTED)
            return
        channel.setblocking(False)
        self._held += 1
        self._board.holds(self._number, self._held)
        self.run(self._connected(channel, client[:2]))
        self._take_on()

    async def _connected(self, channel: socket.socket, client: tuple[str, int]) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: Connection(self, client), channel)
        except OSError:
            self._held -= 1

    def _make_room(self) -> None:
        """End the connection that has been idle for longest."""
        idle = [one for one in self._open if not one.busy]
        if idle:
            min(idle, key=lambda one: one.until).expired()

    def leave(self, quiet: float) -> None:
        """Take no more connections; those there are end after one more answer, or when none was asked for so long."""
        if not self.ending:
            self.ending = True
            self._leaves.set()
            if self._taking:
                self._leave_off()
            self._board.leaves(self._number)
        self.quiet = quiet
        for connection in tuple(self._open):
            connection.leave(quiet)

    async def left(self) -> None:
        """Until no more connections are taken and all have ended: what was written goes out before one is closed."""
        await self._leaves.wait()
        while self._held:
            await asyncio.sleep(ONCE_LEFT)
