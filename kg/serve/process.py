"""The server's end of one query process, and what both ends have in common."""

from __future__ import annotations

import asyncio
import json
import struct
from collections import deque
from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace

from kg.serve.reply import Problem, Reply

LENGTH = struct.Struct("!I")
"""Before a job: how long it is."""
LENGTHS = struct.Struct("!II")
"""Before an answer: how long its header and its body are."""
OPEN = 0xFFFFFFFF
"""In place of the length of a body that comes in pieces, each with its length before it; behind the last stands a
length of 0, and then what is said at the end, with its length before it."""
STREAM_AFTER = 1 << 20
"""Bytes of a body above which it is passed on as it comes, and not held."""
AHEAD = 1 << 20
"""Bytes of such a body that may wait for the client before the process has to."""


def lost_worker() -> Problem:
    """What is said where a worker ran out of memory or stack, with or without living to tell."""
    return Problem(
        503,
        "query-too-large",
        "The query needed more memory than one query may have, or nests too deeply, and was ended.",
        {"hint": "Select fewer variables, add a FILTER or a LIMIT, or split the query."},
    )


class _Pieces:
    """A body that comes in pieces, and what is said at its end."""

    def __init__(self) -> None:
        self.ended = False
        self.trailing: list[tuple[str, str]] = []
        self._buffer = bytearray()
        self._last = False

    def of(self, data: bytes) -> Iterator[bytes]:
        """The pieces that have come whole."""
        self._buffer += data
        while not self.ended and len(self._buffer) >= LENGTH.size:
            (length,) = LENGTH.unpack_from(self._buffer)
            if len(self._buffer) < LENGTH.size + length:
                return
            content = bytes(self._buffer[LENGTH.size : LENGTH.size + length])
            del self._buffer[: LENGTH.size + length]
            if self._last:
                self.trailing += [(name, value) for name, value in json.loads(content)]
                self.ended = True
            elif length:
                yield content
            else:
                self._last = True


class WorkerProcess(asyncio.Protocol):
    """The server's end of one query process: one job at a time."""

    def __init__(self) -> None:
        self.pid = 0
        self.epoch = 0
        """How many updates its build had seen when it was forked."""
        self.lost = False
        self.spent = False
        """True after its last job: it is not given another."""
        self._buffer = bytearray()
        self._need = 0
        self._header = 0
        self._answer: asyncio.Future[Reply] | None = None
        self._transport: asyncio.Transport | None = None
        self._left = 0
        self._open: _Pieces | None = None
        self._pieces: deque[bytes] = deque()
        self._waiting = 0
        self._came = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Part of asyncio's protocol."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Collect an answer until it is whole, or pass a long one on."""
        if self._open is not None:
            self._take(data)
            return
        if self._left:
            self._pass_on(data)
            return
        self._buffer += data
        if not self._need and len(self._buffer) >= LENGTHS.size:
            self._header, body = LENGTHS.unpack_from(self._buffer)
            self._need = LENGTHS.size + self._header + body
        if not self._need or len(self._buffer) < LENGTHS.size + self._header:
            return
        cut = LENGTHS.size + self._header
        size = self._need - cut
        if size == OPEN:
            head, rest = bytes(self._buffer[LENGTHS.size : cut]), bytes(self._buffer[cut:])
            self._open = _Pieces()
            reply = Reply.from_parts(head, b"")
            self._done(replace(reply, stream=self._stream(), trailing=self._open.trailing))
            self._take(rest)
            return
        if size > STREAM_AFTER:
            head, rest = bytes(self._buffer[LENGTHS.size : cut]), bytes(self._buffer[cut:])
            self._left = size
            self._done(replace(Reply.from_parts(head, b""), size=size, stream=self._stream()))
            self._pass_on(rest)
        elif len(self._buffer) >= self._need:
            with memoryview(self._buffer) as view:
                reply = Reply.from_parts(bytes(view[LENGTHS.size : cut]), bytes(view[cut : self._need]))
            self._done(reply)

    def _done(self, reply: Reply) -> None:
        self._buffer.clear()
        self._need = 0
        if self._answer and not self._answer.done():
            self._answer.set_result(reply)

    def _take(self, data: bytes) -> None:
        """Take pieces of a body whose length nobody knows yet."""
        assert self._open is not None
        for piece in self._open.of(data):
            self._hold(piece)
        if self._open.ended:
            self._came.set()

    def _pass_on(self, data: bytes) -> None:
        self._left -= len(data)
        self._hold(data)

    def _hold(self, data: bytes) -> None:
        self._pieces.append(data)
        self._waiting += len(data)
        self._came.set()
        if self._waiting > AHEAD and self._transport:
            self._transport.pause_reading()

    async def _stream(self) -> AsyncGenerator[bytes, None]:
        """The body of a long answer, piece by piece; `ConnectionError` where the process is lost before its end."""
        while self._left or self._pieces or (self._open and not self._open.ended):
            while not self._pieces:
                if self.lost:
                    raise ConnectionError("the process was lost in the middle of its answer")
                if self._open and self._open.ended:
                    break
                self._came.clear()
                await self._came.wait()
            if not self._pieces:
                break
            piece = self._pieces.popleft()
            self._waiting -= len(piece)
            if self._waiting <= AHEAD and self._transport and not self.lost:
                self._transport.resume_reading()
            yield piece
        self._open = None

    def connection_lost(self, error: Exception | None) -> None:
        """The process ended: by its own doing (a crash) or because it was killed."""
        self.lost = True
        self._came.set()
        self.fail(lost_worker())

    def fail(self, problem: Problem) -> None:
        """End the job at hand with a problem."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(problem)

    def ask(self, payload: bytes) -> asyncio.Future[Reply]:
        """Send a job; the future is done when its answer is whole, or has begun to come, or the process is lost."""
        self._answer = asyncio.get_running_loop().create_future()
        if self.lost or self._transport is None:
            self._answer.set_exception(lost_worker())
        else:
            self._transport.write(LENGTH.pack(len(payload)) + payload)
        return self._answer

    def close(self) -> None:
        """Let an idle process end by itself."""
        self.lost = True
        self._came.set()
        if self._transport:
            self._transport.close()
