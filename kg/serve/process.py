"""The server's end of one query process."""

from __future__ import annotations

import asyncio

from kg.serve.reply import Problem, Reply
from kg.serve.worker import LENGTH, LENGTHS, lost_worker


class WorkerProcess(asyncio.Protocol):
    """The server's end of one query process: one job at a time."""

    def __init__(self) -> None:
        self.pid = 0
        self.lost = False
        self.niced = False
        self._buffer = bytearray()
        self._need = 0
        self._header = 0
        self._answer: asyncio.Future[Reply] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Part of asyncio's protocol."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Collect an answer until it is whole."""
        self._buffer += data
        if not self._need and len(self._buffer) >= LENGTHS.size:
            self._header, body = LENGTHS.unpack_from(self._buffer)
            self._need = LENGTHS.size + self._header + body
        if self._need and len(self._buffer) >= self._need:
            cut = LENGTHS.size + self._header
            with memoryview(self._buffer) as view:
                reply = Reply.from_parts(bytes(view[LENGTHS.size : cut]), bytes(view[cut : self._need]))
            self._buffer.clear()
            self._need = 0
            if self._answer and not self._answer.done():
                self._answer.set_result(reply)

    def connection_lost(self, error: Exception | None) -> None:
        """The process ended: by its own doing (a crash) or because it was killed."""
        self.lost = True
        self.fail(lost_worker())

    def fail(self, problem: Problem) -> None:
        """End the job at hand with a problem."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(problem)

    def ask(self, payload: bytes) -> asyncio.Future[Reply]:
        """Send a job; the future is done when its answer is whole, or the process is lost."""
        self._answer = asyncio.get_running_loop().create_future()
        if self.lost or self._transport is None:
            self._answer.set_exception(lost_worker())
        else:
            self._transport.write(LENGTH.pack(len(payload)) + payload)
        return self._answer

    def close(self) -> None:
        """Let an idle process end by itself."""
        self.lost = True
        if self._transport:
            self._transport.close()
