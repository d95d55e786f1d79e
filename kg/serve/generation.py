"""One build being served: its nursery, the processes forked from it, and which of them are free."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import kg
from kg.errors import KgError
from kg.serve.fronts import FrontProcess, Hall
from kg.serve.process import WorkerProcess
from kg.serve.reply import Problem
from kg.serve.settings import Settings

BURST_AFTER = 0.05
"""Seconds that requests wait for a process before one more is forked."""
_NUMBERS, _FRONTS = count(), count()
_PACKAGE_PARENT = str(Path(next(iter(kg.__path__))).parent)


class Generation:
    """The processes that answer from one build."""

    def __init__(self, folder: Path, settings: Settings, record: Path, hall: Hall | None = None) -> None:
        self.folder = folder
        self.state = ""
        """What updates have made of the build: "" for the build as it is."""
        self.epoch = 0
        self.number = next(_NUMBERS)
        self._journal = record
        self.retired = False
        self.fronts: set[FrontProcess] = set()
        self._hall = hall
        self._settings = settings
        self._workers: set[WorkerProcess] = set()
        self._idle: list[WorkerProcess] = []
        self._waiting: deque[tuple[asyncio.Future[WorkerProcess], float]] = deque()
        self._starting = 0
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._relief: asyncio.TimerHandle | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None

    async def start(self) -> None:
        """Load the build in a process of its own and fork the workers; `KgError` where that fails."""
        ours, theirs = socket.socketpair()
        path = os.pathsep.join([_PACKAGE_PARENT, *filter(None, [os.environ.get("PYTHONPATH")])])
        arguments = [str(theirs.fileno()), str(self.folder), str(self._journal), self._settings.to_json()]
        arguments += [str(self._hall.board.descriptor), self._hall.desk] if self._hall else ["-1", ""]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "kg.serve.nursery", *arguments],
            pass_fds=[theirs.fileno(), *([self._hall.board.descriptor] if self._hall else [])],
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )
        theirs.close()
        ours.setblocking(False)
        self._channel = ours
        word, _, rest = (await self._line()).partition(b" ")
        if word != b"ready":
            self.abandon()
            raise KgError(rest.decode() if word == b"failed" else "The process that loads the build ended early.")
        self.state = rest.decode()
        for _ in range(self._settings.workers):
            await self._grow()

    async def open(self) -> None:
        """Take requests from the network, where there are to be any."""
        for _ in range(self._settings.fronts if self._hall else 0):
            await self._add_front()

    @property
    def name(self) -> str:
        """The build, and after a dot what updates have made of it."""
        return f"{self.folder.name}.{self.state}" if self.state else self.folder.name

    @property
    def alive(self) -> bool:
        """False when the nursery has gone and lost workers cannot be replaced."""
        return self._process is not None and self._process.poll() is None

    @property
    def size(self) -> int:
        """Processes there are, or that are about to be."""
        return len(self._workers) + self._starting

    @property
    def busy(self) -> int:
        """Processes with a job, and requests waiting for one."""
        return len(self._workers) - len(self._idle) + len(self._waiting)

    async def acquire(self) -> WorkerProcess:
        """A free process; waits for one where all are busy."""
        while self._idle:
            worker = self._idle.pop()
            if not worker.lost:
                return worker
            self.discard(worker)
        if len(self._waiting) >= self._settings.queue:
            raise Problem(
                429,
                "too-many-requests",
                f"{self._settings.queue} requests are waiting already.",
                {"hint": "Send the request again in a few seconds."},
                (("retry-after", "2"),),
            )
        loop = asyncio.get_running_loop()
        slot: asyncio.Future[WorkerProcess] = loop.create_future()
        self._waiting.append((slot, loop.time()))
        if self._relief is None:
            self._relief = loop.call_later(BURST_AFTER, self._relieve)
        try:
            return await slot
        except asyncio.CancelledError:
            if slot.done() and not slot.cancelled():
                self.release(slot.result())
            raise

    def release(self, worker: WorkerProcess) -> None:
        """Give a process back after its job is done."""
        if worker.lost or worker.epoch != self.epoch:
            self.discard(worker)
            return
        while self._waiting:
            slot, _ = self._waiting.popleft()
            if not slot.done():
                slot.set_result(worker)
                return
        if self.retired or self.size > self._settings.workers:
            self._workers.discard(worker)
            worker.close()
            self._end_if_done()
        else:
            self._idle.append(worker)

    def discard(self, worker: WorkerProcess) -> None:
        """Kill a process and let another take its place."""
        self._workers.discard(worker)
        if self._channel and self.alive:
            with suppress(OSError):
                self._channel.send(b"kill %d\n" % worker.pid)
        worker.close()
        if self.size < self._settings.workers and (not self.retired or self._waiting):
            self._soon(self._grow())
        self._end_if_done()

    async def commit(self, patch: bytes) -> None:
        """Have a patch written to the journal and carried out; processes that have not seen it take no more jobs."""
        async with self._lock:
            if self._channel is None:
                raise Problem(503, "no-writer", "The process that keeps the data has gone; another is starting.")
            # Not over the channel itself: another order that is sent meanwhile would become a part of a long patch.
            with os.fdopen(os.memfd_create("kg-patch"), "wb") as content:
                content.write(patch)
                content.flush()
                socket.send_fds(self._channel, [b"commit\n"], [content.fileno()])
            word, _, rest = (await self._line()).partition(b" ")
        if word != b"committed":
            raise Problem(507, "not-kept", rest.decode() or "The update could not be kept; nothing was changed.")
        self.state = rest.decode()
        self.epoch += 1
        for worker in self._idle:
            self._workers.discard(worker)
            worker.close()
        self._idle.clear()
        for front in tuple(self.fronts):
            if not front.replaced and front.epoch < self.epoch and not await front.patch(patch, self.state):
                self._replace(front)  # what it answers would be of the past
        for _ in range(self._settings.workers - self.size):
            await self._grow()

    def retire(self) -> None:
        """Take no new requests: those under way are answered, then all processes end."""
        self.retired = True
        for front in self.fronts:
            front.stale()
        for worker in self._idle:
            self._workers.discard(worker)
            worker.close()
        self._idle.clear()
        self._end_if_done()

    def abandon(self) -> None:
        """End at once: closing the channel makes the nursery kill its children and itself."""
        self.retired = True
        if self._channel:
            self._channel.close()
            self._channel = None
        for worker in tuple(self._workers):
            worker.close()
        if self._process:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=3)
                return
            self._process.kill()
            self._process.wait()

    def _relieve(self) -> None:
        """Still waiting after a while: all processes have long jobs, so one more is forked, up to a limit."""
        self._relief = None
        loop = asyncio.get_running_loop()
        while self._waiting and self._waiting[0][0].done():
            self._waiting.popleft()
        if self._waiting:
            long = loop.time() - self._waiting[0][1] >= BURST_AFTER
            if long and self.size < self._settings.workers * self._settings.burst:
                self._soon(self._grow())
            self._relief = loop.call_later(BURST_AFTER, self._relieve)

    def _end_if_done(self) -> None:
        if self.retired and not self._workers and not self._waiting and not self._starting:
            self.abandon()

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _grow(self) -> None:
        """Fork one more process and put it to use."""
        self._starting += 1
        try:
            ours, pid, epoch = await self._born(b"fork\n")
            _, worker = await asyncio.get_running_loop().create_connection(WorkerProcess, sock=ours)
        except OSError:
            return  # The nursery is gone; the pool notices and starts another.
        finally:
            self._starting -= 1
        worker.pid, worker.epoch = pid, epoch
        self._workers.add(worker)
        self.release(worker)

    async def _born(self, order: bytes, *descriptors: int) -> tuple[socket.socket, int, int]:
        """A new process: our end of its channel, its number, and the updates that its data has seen."""
        async with self._lock:
            if self._channel is None:
                raise OSError("closed")
            ours, theirs = socket.socketpair()
            with theirs:
                socket.send_fds(self._channel, [order], [theirs.fileno(), *descriptors])
                line = await self._line()
                epoch = self.epoch
        if not line.startswith(b"pid "):
            ours.close()
            raise OSError("the nursery ended")
        ours.setblocking(False)
        return ours, int(line[4:]), epoch

    async def _add_front(self) -> None:
        assert self._hall is not None
        try:
            ours, pid, epoch = await self._born(b"front %d\n" % next(_FRONTS), self._hall.listening.fileno())
        except OSError:
            return
        front = FrontProcess(pid, epoch, self._front_lost)
        self.fronts.add(front)
        if not await front.begin(ours) or front.epoch != self.epoch:
            self._replace(front)  # not here in time, or an update came meanwhile

    def _replace(self, front: FrontProcess) -> None:
        front.stale()  # it passes on what its clients still ask
        self._one_for(front)

    def _front_lost(self, front: FrontProcess) -> None:
        self.fronts.discard(front)
        self._one_for(front)

    def _one_for(self, front: FrontProcess) -> None:
        if not front.replaced and not self.retired and self.alive:
            front.replaced = True
            self._soon(self._add_front())

    async def _line(self) -> bytes:
        """The next line from the nursery, which says one at a time; b"" at its end."""
        assert self._channel is not None
        loop = asyncio.get_running_loop()
        data = b""
        while not data.endswith(b"\n"):
            try:
                part = await loop.sock_recv(self._channel, 4096)
            except ConnectionResetError:
                part = b""
            if not part:
                return b""
            data += part
        return data[:-1]
