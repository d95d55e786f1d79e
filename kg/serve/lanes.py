"""Queries of a shape that took long go one after the other, so that they cannot take all processes from the others."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kg.serve.shape import shape_of

LONG = 1.0
"""Seconds after which a query is long: it steps back behind the others."""
REMEMBERED = 1000
LONGEST = 500
"""Characters by which a query is remembered that is too long to have a shape."""


def shape_name(query: str) -> str:
    """What queries have in common that differ in their constants only."""
    read = shape_of(query)
    return read[0] if read else query[:LONGEST]


class Lanes:
    """Which shapes of query took long the last time, and how many of such may run at once."""

    def __init__(self, slow: int) -> None:
        self._slow = asyncio.Semaphore(slow)
        self._known: OrderedDict[str, None] = OrderedDict()

    def took_long(self, shape: str) -> None:
        """Remember a shape."""
        if shape:
            self._known[shape] = None
            self._known.move_to_end(shape)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)

    def slow(self, shape: str) -> bool:
        """Whether queries of a shape have to wait for each other."""
        return shape in self._known

    @asynccontextmanager
    async def of(self, shape: str) -> AsyncIterator[None]:
        """Around a query: waits where it is of a slow shape; one that is quick this time is so from then on."""
        if not self.slow(shape):
            yield
            return
        await self._slow.acquire()
        began = time.monotonic()
        try:
            yield
            if time.monotonic() - began < LONG:
                self._known.pop(shape, None)
        finally:
            self._slow.release()
