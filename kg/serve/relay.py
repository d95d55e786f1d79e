"""From a front process to the one that decides: requests that are no small matter, over a socket of this machine.

Each connection carries one exchange at a time. Frames are a length, a kind and content: ``Q`` the request without its
body, ``B`` a piece of a body, ``E`` its end; back come ``S`` status and headers, ``B`` and ``E``, or ``T`` with what is
said behind a body. Whoever goes away closes the connection, and the other side sees that its counterpart has gone.
"""

from __future__ import annotations

import asyncio
import marshal
import struct
from collections import deque
from collections.abc import Awaitable, Callable

from kg.serve.http import Message, Receive, Scope, Send

HEAD = struct.Struct("!Ic")
AHEAD = 1 << 20
"""Bytes that may have come and not been taken before the other side has to wait."""
_PARTS = ("type", "method", "path", "raw_path", "query_string", "headers", "client", "scheme")
DISCONNECT_AFTER = 0.25
"""Seconds after which it is worth looking whether the client is still there."""
GONE: tuple[bytes, bytes] = (b"", b"")
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def packed(scope: Scope) -> bytes:
    """What of a request's scope counts."""
    parts = [scope.get(name) for name in _PARTS]
    parts[_PARTS.index("headers")] = [(bytes(name), bytes(value)) for name, value in scope["headers"]]
    parts[_PARTS.index("client")] = tuple(scope.get("client") or ())
    return marshal.dumps(parts)


class Frames(asyncio.Protocol):
    """One end of a connection: frames that come are held until they are taken, and those behind them wait."""

    def __init__(self) -> None:
        self.lost = False
        self._buffer = bytearray()
        self._held: deque[tuple[bytes, bytes]] = deque()
        self._waiting = 0
        self._came: asyncio.Future[None] | None = None
        self._free = asyncio.Event()
        self._free.set()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Part of asyncio's protocol."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take the frames out of what came."""
        self._buffer += data
        at = 0
        while len(self._buffer) - at >= HEAD.size:
            length, kind = HEAD.unpack_from(self._buffer, at)
            end = at + HEAD.size + length
            if len(self._buffer) < end:
                break
            self._held.append((kind, bytes(self._buffer[at + HEAD.size : end])))
            self._waiting += length
            at = end
        if at:
            del self._buffer[:at]
            if self._waiting > AHEAD and self._transport:
                self._transport.pause_reading()
            self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        """The other side has gone."""
        self.lost = True
        self._free.set()
        self._wake()

    def pause_writing(self) -> None:
        """Part of asyncio's protocol."""
        self._free.clear()

    def resume_writing(self) -> None:
        """Part of asyncio's protocol."""
        self._free.set()

    def _wake(self) -> None:
        if self._came and not self._came.done():
            self._came.set_result(None)

    async def take(self) -> tuple[bytes, bytes]:
        """The next frame; `GONE` where none will come."""
        while not self._held:
            if self.lost:
                return GONE
            self._came = asyncio.get_running_loop().create_future()
            await self._came
        kind, content = self._held.popleft()
        self._waiting -= len(content)
        if self._waiting <= AHEAD and self._transport and not self.lost:
            self._transport.resume_reading()
        return kind, content

    def put(self, *frames: tuple[bytes, bytes]) -> None:
        """Send frames."""
        if self._transport and not self.lost:
            self._transport.write(b"".join(HEAD.pack(len(content), kind) + content for kind, content in frames))

    async def drained(self) -> None:
        """Until there is room to send more."""
        if not self._free.is_set():
            await self._free.wait()

    def close(self) -> None:
        """End the connection."""
        self.lost = True
        if self._transport:
            self._transport.close()


class Desk(Frames):
    """The end at which requests are answered by an ASGI application, one after the other."""

    def __init__(self, app: App) -> None:
        super().__init__()
        self._app = app
        self._started: tuple[bytes, bytes] | None = None
        self._trails = False
        """Whether something is said behind the answer's body."""
        self._answered = False
        """Whether all of the answer has been sent."""
        self._whole = True
        """Whether all of the request's body has come."""
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to answer."""
        super().connection_made(transport)
        self._task = asyncio.get_running_loop().create_task(self._serve())

    async def _serve(self) -> None:
        try:
            while True:
                kind, content = await self.take()
                if kind != b"Q":
                    return
                scope = dict(zip(_PARTS, marshal.loads(content), strict=True))
                self._whole = self._answered = False
                await self._app(scope, self._receive, self._send)
                if not self._answered:
                    return  # what has begun cannot be ended well: the other side sees that no more comes
                while not self._whole and not self.lost:
                    await self._receive()  # what nobody wanted to read
        finally:
            self.close()

    async def _receive(self) -> Message:
        if self._whole:
            # Nothing but the end of the connection can come before the answer has gone.
            while not self.lost:
                self._came = asyncio.get_running_loop().create_future()
                await self._came
            return {"type": "http.disconnect"}
        kind, content = await self.take()
        if kind == b"":
            return {"type": "http.disconnect"}
        self._whole = kind == b"E"
        return {"type": "http.request", "body": content, "more_body": not self._whole}

    async def _send(self, message: Message) -> None:
        if self.lost:
            raise ConnectionError("the client went away")
        if message["type"] == "http.response.start":
            self._trails = bool(message.get("trailers"))
            self._started = (b"S", marshal.dumps((message["status"], list(message["headers"]), self._trails)))
            return
        if message["type"] == "http.response.trailers":
            self._answered = True
            self.put((b"T", marshal.dumps(list(message["headers"]))))
            return
        more = message.get("more_body") or self._trails
        self._answered = not more
        body = (b"B" if more else b"E", bytes(message.get("body", b"")))
        first, self._started = self._started, None
        self.put(*((first, body) if first else (body,)))
        await self.drained()


class Line(Frames):
    """The end at which requests are sent."""

    sent = True
    """Whether all of the request at hand has been sent."""

    async def pump(self, receive: Receive) -> None:
        """Send the body of a request as it comes, then see whether the client goes away."""
        while (message := await receive())["type"] != "http.disconnect":
            if not self.sent:
                self.sent = not message.get("more_body")
                self.put((b"E" if self.sent else b"B", bytes(message.get("body", b""))))
                await self.drained()
        self.close()

    async def answer(self, started: Callable[[Message], None], send: Send) -> None:
        """Pass the answer on."""
        kind, content = await self.take()
        if kind != b"S":
            raise ConnectionError("the server is restarting")
        status, headers, trails = marshal.loads(content)
        message: Message = {"type": "http.response.start", "status": status, "headers": headers, "trailers": trails}
        kind, content = await self.take()
        started(message)
        await send(message)
        while True:
            if kind == GONE[0]:
                raise ConnectionError("the answer ended early")
            if kind == b"T":
                await send({"type": "http.response.body", "body": b""})
                await send({"type": "http.response.trailers", "headers": marshal.loads(content)})
                return
            more = kind == b"B"
            await send({"type": "http.response.body", "body": content, "more_body": more})
            if not more:
                return
            kind, content = await self.take()


class Lines:
    """The connections of a front process to the desk; those that are free are used again."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._free: list[Line] = []

    async def exchange(self, scope: Scope, receive: Receive, started: Callable[[Message], None], send: Send) -> None:
        """Have a request answered; `started` sees status and headers before they are sent.

        `ConnectionError` where the desk goes away before it has answered.
        """
        line = await self._line()
        line.sent = scope["method"] in ("GET", "HEAD", "OPTIONS")
        line.put((b"Q", packed(scope)), *(((b"E", b""),) if line.sent else ()))
        loop = asyncio.get_running_loop()
        pumps: list[asyncio.Task[None]] = []
        # Most answers are there before it is worth looking whether the client is, too.
        look = loop.call_later(
            DISCONNECT_AFTER if line.sent else 0, lambda: pumps.append(loop.create_task(line.pump(receive)))
        )
        whole = False
        try:
            await line.answer(started, send)
            whole = line.sent
        finally:
            look.cancel()
            for pump in pumps:
                pump.cancel()
            if whole and not line.lost:
                self._free.append(line)
            else:
                line.close()

    async def _line(self) -> Line:
        while self._free:
            line = self._free.pop()
            if not line.lost:
                return line
        _, made = await asyncio.get_running_loop().create_unix_connection(Line, self._path)
        return made
