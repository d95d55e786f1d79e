"""Every request is answered by a process that can be killed: from which build, by which process, within which time."""

from __future__ import annotations

import asyncio
import os
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kg.errors import KgError
from kg.serve.generation import Generation
from kg.serve.process import WorkerProcess
from kg.serve.reply import Problem, Reply
from kg.serve.settings import Settings
from kg.serve.snapshot import published

NICE_AFTER = 1.0
"""Seconds after which a query steps back behind the others (its process's priority is lowered)."""


class Cache:
    """The most recently used answers of one build, up to a number of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[bytes, Reply] = OrderedDict()

    def get(self, key: bytes) -> Reply | None:
        """A kept answer."""
        reply = self._kept.get(key)
        if reply is not None:
            self._kept.move_to_end(key)
        return reply

    def put(self, key: bytes, reply: Reply) -> None:
        """Keep an answer that is small beside the limit."""
        size = len(key) + len(reply.body) + 200
        if size * 16 > self._limit or key in self._kept:
            return
        self._kept[key] = reply
        self._size += size
        while self._size > self._limit:
            old, dropped = self._kept.popitem(last=False)
            self._size -= len(old) + len(dropped.body) + 200

    def clear(self) -> None:
        """Forget everything: another build is served."""
        self._kept.clear()
        self._size = 0


class Pool:
    """Answers jobs from the published build, and moves on to the next build when it is published."""

    def __init__(self, root: Path, settings: Settings, warn: Callable[[str], None]) -> None:
        self._root = root
        self._settings = settings
        self._warn = warn
        self._refused: Path | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._old: set[Generation] = set()
        self.cache = Cache(settings.cache_bytes)
        self.current = Generation(published(root), settings)
        self.since = time.time()

    async def start(self) -> None:
        """Ready to answer when this returns."""
        await self.current.start()
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    async def run(self, payload: bytes) -> Reply:
        """The answer to a job; `Problem` where it takes too long, is lost, or there are too many."""
        known = self.cache.get(payload)
        if known is not None:
            return known
        generation = self.current
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._settings.timeout
        try:
            async with asyncio.timeout_at(deadline):
                worker = await generation.acquire()
        except TimeoutError:
            raise self._busy() from None
        reply = await self._ask(generation, worker, payload)
        if reply.keep and generation is self.current:
            self.cache.put(payload, reply)
        return reply

    async def _ask(self, generation: Generation, worker: WorkerProcess, payload: bytes) -> Reply:
        loop = asyncio.get_running_loop()
        answer = worker.ask(payload)
        limit = loop.call_later(self._settings.timeout, worker.fail, self._overdue())
        slow = loop.call_later(min(NICE_AFTER, self._settings.timeout), _step_back, worker)
        try:
            reply = await answer
        except (Problem, asyncio.CancelledError):
            generation.discard(worker)
            raise
        finally:
            limit.cancel()
            slow.cancel()
        if worker.niced:
            # Priority cannot be raised again without rights, so this process has had its last query.
            generation.discard(worker)
        else:
            generation.release(worker)
        return reply

    def _overdue(self) -> Problem:
        limit = f"{self._settings.timeout:g}"
        return Problem(
            503,
            "time-limit",
            f"The query was ended at its time limit of {limit} seconds.",
            {
                "limit": f"{limit} s",
                "hint": "Bind more of the pattern, avoid patterns without a shared variable, or add LIMIT.",
            },
        )

    def _busy(self) -> Problem:
        return Problem(
            503,
            "busy",
            f"No process became free within {self._settings.timeout:g} seconds.",
            {"limit": f"{self._settings.timeout:g} s", "hint": "Send the request again later."},
            (("retry-after", "5"),),
        )

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._settings.poll)
            self._old = {generation for generation in self._old if generation.alive}
            try:
                folder = published(self._root)
            except KgError:
                folder = self.current.folder  # Nothing readable is published: what is loaded stays.
            if (folder != self.current.folder and folder != self._refused) or not self.current.alive:
                await self._move_to(folder)

    async def _move_to(self, folder: Path) -> None:
        following = Generation(folder, self._settings)
        try:
            await following.start()
        except (KgError, OSError) as error:
            self._refused = folder
            self._warn(f"The build {folder.name} cannot be served; the one before stays. {error}")
            return
        except asyncio.CancelledError:
            following.abandon()
            raise
        previous, self.current = self.current, following
        self.cache.clear()
        self.since = time.time()
        previous.retire()
        self._old.add(previous)

    async def close(self, grace: float = 5.0) -> None:
        """Let requests under way end, for at most `grace` seconds, then end all processes."""
        if self._watcher:
            self._watcher.cancel()
            with suppress(asyncio.CancelledError):
                await self._watcher
        generations = {self.current, *self._old}
        until = time.monotonic() + grace
        while any(generation.busy for generation in generations) and time.monotonic() < until:
            await asyncio.sleep(0.02)
        for generation in generations:
            generation.abandon()


def _step_back(worker: WorkerProcess) -> None:
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, worker.pid, 10)
        worker.niced = True
