"""One connection of a client: requests that come over it, one after the other, and their answers."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from kg.serve import http, wire
from kg.serve.http import Message, Scope
from kg.serve.reply import Problem

if TYPE_CHECKING:
    from kg.serve.gate import Gate

AHEAD = 1 << 18
"""Bytes that may have come and not been taken before the client has to wait."""
HEAD_SECONDS, BODY_SECONDS, IDLE_SECONDS, WRITE_SECONDS, LINGER_SECONDS = 10.0, 120.0, 75.0, 60.0, 2.0
"""What a client may take to send a head, a body, its next request, to read, and to notice that it is not heard."""
NEVER = float("inf")


class Connection(asyncio.BufferedProtocol):
    """Part of asyncio: what comes over the connection, and what becomes of it."""

    def __init__(self, gate: Gate, client: tuple[str, int]) -> None:
        self._gate = gate
        self.client = client
        self.lost = False
        self.busy = False
        """Whether a request is under way."""
        self.until = gate.now + HEAD_SECONDS
        """When the connection ends unless something happens."""
        self._buffer = bytearray()
        self._looked = 0
        self._head: wire.Head | None = None
        self._body = wire.Body(0)
        self._start: Message | None = None
        self._trails = self._chunked = self._goes_on = self._lingers = self._expects = self._told = self._finished = (
            False
        )
        self._came: asyncio.Future[None] | None = None
        self._room: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Part of asyncio's protocol."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._gate.came(self)

    def connection_lost(self, error: Exception | None) -> None:
        """The client has gone."""
        self.lost = True
        self._gate.went(self)
        self._wake()

    def get_buffer(self, hint: int) -> memoryview:
        """What comes is taken out at once, so that one piece of memory is enough for all connections."""
        return self._gate.memory

    def buffer_updated(self, count: int) -> None:
        """Part of asyncio's protocol."""
        if self._lingers:
            return
        data = self._gate.memory[:count].tobytes()
        if not self.busy and not self._buffer:
            if data.find(wire.END) == count - 4:
                self._begin(data)
                return
            self.until = self._gate.now + HEAD_SECONDS
        self._buffer += data
        self._go_on()

    def _go_on(self) -> None:
        """Do what can be done with what has come."""
        while not self.busy and self._buffer and not self._lingers and not self.lost:
            if self._buffer.startswith(b"\r\n"):
                del self._buffer[:2]  # some clients end a body with an empty line that is none of it
                continue
            end = self._buffer.find(wire.END, max(0, self._looked - 3))
            if (end if end >= 0 else len(self._buffer)) > wire.LONGEST_HEAD:
                self._refuse(wire.refused(f"The head of a request has at most {wire.LONGEST_HEAD} bytes.", 431))
                return
            if end < 0:
                self._looked = len(self._buffer)
                if not wire.may_begin(self._buffer):
                    self._refuse(wire.refused("What came does not begin like a request."))
                return
            data, self._looked = bytes(self._buffer[: end + 4]), 0
            del self._buffer[: end + 4]
            self._begin(data)
        if self.busy and self._came and not self._came.done() and (self._buffer and not self._body.whole):
            self._came.set_result(None)
        if len(self._buffer) > AHEAD and self._transport and not self.gone:
            self._transport.pause_reading()

    def _begin(self, data: bytes) -> None:
        """Answer a request, or begin to."""
        try:
            head = wire.read_head(data)
        except Problem as problem:
            self._refuse(problem)
            return
        assert self._transport is not None
        if head.block.length == 0:
            known = self._gate.answer(head, self.client)
            if known is not None:
                self.until = self._gate.now + IDLE_SECONDS
                if head.goes_on and head.minor and not self._gate.ending:
                    self._transport.write(self._gate.good + known)
                else:
                    self._transport.write(self._gate.good + b"connection: close\r\n" + known)
                    self._end(heard=True)
                return
        self.busy = True
        self._head, self._body = head, wire.Body(head.block.length)
        self._told = self._finished = False
        self.until = self._gate.now + BODY_SECONDS if head.block.length else NEVER
        self._goes_on, self._expects = head.goes_on, head.block.expects and head.minor == 1
        self._gate.run(self._exchange(head))

    async def _exchange(self, head: wire.Head) -> None:
        path, raw, query = head.path()
        scope: Scope = {
            "type": "http",
            "method": head.method,
            "path": path,
            "raw_path": raw,
            "query_string": query,
            # Nothing can stand behind a body of HTTP/1.0.
            "headers": head.block.headers if head.minor else [one for one in head.block.headers if one[0] != b"te"],
            "client": self.client,
            "scheme": "http",
        }
        try:
            with suppress(ConnectionError):
                await self._gate.application(scope, self.receive, self.send)
        finally:
            if not self._finished and not self._lingers:
                self._drop()  # what has begun cannot be ended well, and must not look as if it had been
        if self.gone or not self._finished:
            return
        self.busy = False
        if not self._goes_on:
            self._end(heard=self._body.whole)
            return
        self.until = self._gate.now + (self._gate.quiet if self._gate.ending else IDLE_SECONDS)
        self._read_on()
        self._go_on()

    async def receive(self) -> Message:
        """A piece of the request's body; after its end, that the client has gone."""
        if self._expects and not self._buffer and not self.gone and self._transport:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._expects = False
        while not self.gone:
            if not self._told:
                try:
                    data = self._body.take(self._buffer)
                except Problem as problem:
                    self._refuse(problem)
                    break
                self._read_on()
                self._told = self._body.whole
                if data or self._told:
                    self.until = NEVER if self._told else self.until
                    return {"type": "http.request", "body": data, "more_body": not self._told}
            self._came = asyncio.get_running_loop().create_future()
            await self._came
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """A part of the answer."""
        if self.gone or self._transport is None:
            raise ConnectionError("the client went away")
        if message["type"] == "http.response.start":
            self._start = message
            self._trails = bool(message.get("trailers"))
            return
        if message["type"] == "http.response.trailers":
            self._transport.write(b"0\r\n" + wire.lines(message["headers"]) + b"\r\n")
            self._finished = True
            return
        body: bytes = message.get("body", b"")
        more: bool = message.get("more_body", False)
        before = b""
        if self._start is not None:
            before, self._start = self._head_of(self._start, body, more=more), None
        if self._chunked:
            end = b"" if more or self._trails else b"0\r\n\r\n"
            body = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + end
        self._transport.write(before + body)
        self._finished = not more and not self._trails
        if self._room is not None:
            await self._room

    def _head_of(self, start: Message, body: bytes, *, more: bool) -> bytes:
        """Status and headers of an answer, with what tells where its body ends."""
        assert self._head is not None
        status: int = start["status"]
        headers: wire.Headers = list(start["headers"])
        sized = any(name == b"content-length" for name, _ in headers)
        last = self._gate.ending or (b"connection", b"close") in headers
        self._goes_on = self._goes_on and not last and self._heard()
        self._chunked = False
        if not sized and status not in (204, 304) and self._head.method != "HEAD":
            if not more:
                headers.append((b"content-length", b"%d" % len(body)))
            elif self._head.minor:
                self._chunked = True
                headers.append((b"transfer-encoding", b"chunked"))
            else:
                self._goes_on = False
        if not self._goes_on and (b"connection", b"close") not in headers:
            headers.append((b"connection", b"close"))
        elif self._goes_on and not self._head.minor:
            headers.append((b"connection", b"keep-alive"))
        return wire.status_line(status) + self._gate.date + wire.lines(headers) + b"\r\n"

    def _heard(self) -> bool:
        """Whether all of the request has come; where not, the next one could not be found behind it."""
        with suppress(Problem):
            self._body.take(self._buffer)  # what came, and was not wanted
        return self._body.whole

    # -- flow and end ------------------------------------------------------------------------------------------------

    @property
    def gone(self) -> bool:
        """Whether nobody will hear any more."""
        return self.lost or self._lingers

    def pause_writing(self) -> None:
        """The client reads slower than it is written to."""
        self._room = asyncio.get_running_loop().create_future()
        self.until = self._gate.now + WRITE_SECONDS

    def resume_writing(self) -> None:
        """The client has read."""
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        self._room = None
        self.until = NEVER if self.busy else self._gate.now + IDLE_SECONDS

    def _read_on(self) -> None:
        if len(self._buffer) <= AHEAD and self._transport and not self.lost:
            self._transport.resume_reading()

    def _refuse(self, problem: Problem) -> None:
        """Say that a request is none; where one ends and the next begins is not known any more."""
        if self.gone or self._transport is None:
            return
        reply = problem.reply()
        headers = [*http.headers_for(reply, ()), (b"connection", b"close")]
        head = wire.status_line(reply.status) + self._gate.date + wire.lines(headers)
        self._transport.write(head + b"\r\n" + reply.body)
        self._end(heard=False)

    def _end(self, *, heard: bool) -> None:
        """End after what was written has gone. A client that was not heard out would not get to read it otherwise."""
        if self.gone or self._transport is None:
            return
        self._lingers = True
        self._wake()
        if heard and not self._buffer:
            self._transport.close()
            return
        self._buffer.clear()
        self.until = self._gate.now + LINGER_SECONDS
        with suppress(OSError, RuntimeError):
            self._transport.resume_reading()
            self._transport.write_eof()

    def _drop(self) -> None:
        if self._transport:
            self._transport.abort()

    def _wake(self) -> None:
        for waiting in (self._came, self._room):
            if waiting is not None and not waiting.done():
                waiting.set_result(None)

    def leave(self, seconds: float) -> None:
        """End after the next answer, or where no request is under way and none comes for so long."""
        if self.busy or self._buffer:
            return
        self.until = min(self.until, self._gate.now + seconds)
        if not seconds and self._transport:
            self._transport.close()

    def expired(self) -> None:
        """Its time is over."""
        if self._buffer and not self.busy and not self._lingers:
            self._refuse(wire.refused(f"The request did not come within {HEAD_SECONDS:g} seconds.", 408))
        else:
            self._drop()
