"""Every request is answered by a process that can be killed: from which build, by which process, within which time."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path

from kg.errors import KgError
from kg.serve.cache import Cache
from kg.serve.fronts import Hall
from kg.serve.generation import Generation
from kg.serve.journal import JOURNAL, PATCH
from kg.serve.lanes import LONG, Lanes
from kg.serve.process import WorkerProcess
from kg.serve.reply import Problem, Reply
from kg.serve.settings import Settings
from kg.serve.snapshot import published


class Pool:
    """Answers jobs from the published build, and moves on to the next build when it is published."""

    def __init__(self, root: Path, settings: Settings, warn: Callable[[str], None], hall: Hall | None = None) -> None:
        self._root = root
        self._settings = settings
        self._warn = warn
        self._lanes = Lanes(max(1, settings.workers // 2))
        self._hall = hall
        self._refused: Path | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._old: set[Generation] = set()
        self.cache: Cache[Reply] = Cache(settings.cache_bytes)
        self._journal = root / JOURNAL
        self._writing = asyncio.Lock()
        """Held by whoever changes what is served: an update, or the move to another build."""
        self.current = Generation(published(root), settings, self._journal, hall)
        self.since = time.time()

    async def start(self) -> None:
        """Ready to answer when this returns."""
        await self.current.start()
        await self.current.open()
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    async def run(self, payload: bytes, key: bytes = b"", shape: str = "", *, anew: bool = False) -> Reply:
        """The answer to a job; `Problem` where it takes too long, is lost, or there are too many.

        Jobs of the same `key` (the payload itself where none is given) have the same answer, those of the same `shape`
        are likely to take as long. `anew` where no answer is wanted that was kept.
        """
        known = None if anew else self.cache.get(key or payload)
        if known is not None:
            return known
        generation = self.current
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._settings.timeout
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout_at(deadline):
                    await stack.enter_async_context(self._lanes.of(shape))
                    worker = await generation.acquire()
            except TimeoutError:
                raise self._busy() from None
            reply = await self._ask(generation, worker, payload, shape)
        if reply.keep and reply.stream is None and generation is self.current:
            self.cache.put(key or payload, reply, len(key or payload) + len(reply.body))
        return reply

    async def update(self, payload: bytes) -> Reply:
        """Carry out an update: tried by a process in its own memory, then made the data of all; one at a time."""
        try:
            async with asyncio.timeout(self._settings.timeout):
                await self._writing.acquire()
        except TimeoutError:
            raise self._busy() from None
        try:
            generation = self.current
            worker = await generation.acquire()
            worker.spent = True
            reply = await self._ask(generation, worker, payload)
            if reply.media_type == PATCH:
                if reply.body:
                    await generation.commit(reply.body)
                    self.cache.clear()
                return Reply(reply.status, "", b"", (("x-build", generation.name),))
            return reply
        finally:
            self._writing.release()

    async def _ask(self, generation: Generation, worker: WorkerProcess, payload: bytes, shape: str = "") -> Reply:
        loop = asyncio.get_running_loop()
        answer = worker.ask(payload)
        limit = loop.call_later(self._settings.timeout, worker.fail, self._overdue())
        slow = loop.call_later(0 if self._lanes.slow(shape) else LONG, self._step_back, worker, shape)
        try:
            reply = await answer
        except (Problem, asyncio.CancelledError):
            generation.discard(worker)
            raise
        finally:
            limit.cancel()
            slow.cancel()
        if reply.stream is not None:
            return replace(reply, stream=self._relayed(reply.stream, generation, worker))
        self._give_back(generation, worker)
        return reply

    async def _relayed(
        self, stream: AsyncGenerator[bytes, None], generation: Generation, worker: WorkerProcess
    ) -> AsyncGenerator[bytes, None]:
        """A long body; its process is free when all of it has gone, and ended when the client goes before."""
        whole = False
        left = self._settings.timeout
        loop = asyncio.get_running_loop()
        try:
            while True:
                # The time limit is of the process's work, not of the client's reading.
                began = loop.time()
                try:
                    async with asyncio.timeout(left):
                        piece = await anext(stream)
                except StopAsyncIteration:
                    break
                except TimeoutError:
                    raise ConnectionError("the query was ended at its time limit in the middle of its answer") from None
                left -= loop.time() - began
                yield piece
            whole = True
        finally:
            if whole:
                self._give_back(generation, worker)
            else:
                generation.discard(worker)

    def _give_back(self, generation: Generation, worker: WorkerProcess) -> None:
        if worker.spent:
            # Its priority was lowered for good, or its store is no longer that of the others.
            generation.discard(worker)
        else:
            generation.release(worker)

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
            self._old = {generation for generation in self._old if generation.alive or generation.fronts}
            try:
                folder = published(self._root)
            except KgError:
                folder = self.current.folder  # Nothing readable is published: what is loaded stays.
            if (folder != self.current.folder and folder != self._refused) or not self.current.alive:
                async with self._writing:
                    await self._move_to(folder)

    async def _move_to(self, folder: Path) -> None:
        following = Generation(folder, self._settings, self._journal, self._hall)
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
        await following.open()
        previous.retire()
        self._old.add(previous)

    async def close(self, grace: float = 5.0) -> None:
        """Let requests under way end, for at most `grace` seconds, then end all processes."""
        if self._watcher:
            self._watcher.cancel()
            with suppress(asyncio.CancelledError):
                await self._watcher
        generations = {self.current, *self._old}
        fronts = [front for generation in generations for front in generation.fronts]
        for generation in generations:
            generation.retired = True
        for front in fronts:
            front.stop()
        until = time.monotonic() + grace
        while not all(front.gone.is_set() for front in fronts) and time.monotonic() < until:
            await asyncio.sleep(0.02)
        for front in fronts:
            front.close()
        while any(generation.busy for generation in generations) and time.monotonic() < until:
            await asyncio.sleep(0.02)
        for generation in generations:
            generation.abandon()

    def _step_back(self, worker: WorkerProcess, shape: str) -> None:
        """Have a query of which there may be many more run behind the others."""
        self._lanes.took_long(shape)
        with suppress(OSError):
            # A little only: a machine that is busy with other things would never come to the end of it.
            os.setpriority(os.PRIO_PROCESS, worker.pid, 5)
            worker.spent = True
