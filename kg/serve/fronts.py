"""The server's end of its front processes, and what they need: the socket, the board, the desk."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from kg.serve.board import Board

PATIENCE = 20.0
"""Seconds that a front may take to obey."""


@dataclass(frozen=True, slots=True)
class Hall:
    """Where requests come in."""

    listening: socket.socket
    board: Board
    desk: str
    """Path of the socket at which fronts pass requests on."""


class FrontProcess:
    """One front as the server sees it."""

    def __init__(self, pid: int, epoch: int, lost: Callable[[FrontProcess], None]) -> None:
        self.pid = pid
        self.epoch = epoch
        """How many updates its data had seen when it was forked."""
        self.replaced = False
        """Whether another was forked in its place: it ends with its connections."""
        self.gone = asyncio.Event()
        self._lost = lost
        self._said: asyncio.Queue[bytes] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def begin(self, channel: socket.socket) -> bool:
        """Whether it takes requests now."""
        channel.setblocking(False)
        reader, self._writer = await asyncio.open_unix_connection(sock=channel)
        self._task = asyncio.get_running_loop().create_task(self._listen(reader))
        return await self._answer() == b"ready\n"

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while line := await reader.readline():
                self._said.put_nowait(line)
        self.gone.set()
        self._said.put_nowait(b"")
        self._lost(self)

    async def _answer(self) -> bytes:
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                return await self._said.get()
        return b""

    def _tell(self, order: bytes) -> None:
        if self._writer and not self.gone.is_set():
            self._writer.write(order)

    async def patch(self, content: bytes, state: str) -> bool:
        """Have it take over an update; whether it did."""
        self._tell(b"patch %d %s\n" % (len(content), state.encode()) + content)
        return await self._answer() == b"done\n"

    def stale(self) -> None:
        """Another build is served: it passes all requests on, and ends with its connections."""
        self._tell(b"stale\n")

    def stop(self) -> None:
        """Have it answer what it has, and end."""
        self._tell(b"stop\n")

    def close(self) -> None:
        """Have it end at once."""
        if self._writer:
            self._writer.close()
