"""What the processes of one server share: how fast each client asks, what fronts answered and how much they hold.

It is a piece of memory that all of them see. Numbers are written without a lock: of two that are written at once one
may be lost, which neither a limit nor a counter minds.
"""

from __future__ import annotations

import mmap
import os
import time
from bisect import bisect_left
from collections.abc import Callable
from zlib import crc32

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Bounds between the times that are told apart."""
CLIENTS = 1 << 16
"""Places for clients: two that share one share a rate."""
FRONTS = 256
_BUCKETS = len(SECONDS) + 1
_HELD, _SEEN = _BUCKETS + 2, _BUCKETS + 3
_ROW = _BUCKETS + 4
LIVELY = 3.0
"""Seconds after which a front that has not said what it holds is taken to have ended."""
BURST_SECONDS = 2.0
"""A client may make so many seconds' worth of requests at once."""


class Board:
    """The shared memory; `descriptor` leads another process to it."""

    def __init__(self, descriptor: int = -1, clock: Callable[[], float] = time.monotonic) -> None:
        size = 8 * (CLIENTS + FRONTS * _ROW + 1)
        if descriptor < 0:
            descriptor = os.memfd_create("kg-board")
            os.ftruncate(descriptor, size)
        self.descriptor = descriptor
        self._numbers = memoryview(mmap.mmap(descriptor, size)).cast("d")
        self._clock = clock
        if not self._numbers[-1]:
            # Nobody outside knows which clients share a place.
            self._numbers[-1] = float(1 + int.from_bytes(os.urandom(4)))
        self._salt = str(self._numbers[-1]).encode()

    def may_ask(self, client: str, rate: float) -> bool:
        """Whether a client may make one more request, if it may make so many a second in the long run; counts it."""
        place = crc32(client.encode(), crc32(self._salt)) % CLIENTS
        now = self._clock()
        due = max(now, self._numbers[place])
        if due + 1 / rate > now + max(BURST_SECONDS, 1 / rate) + 1e-9:
            return False
        self._numbers[place] = due + 1 / rate
        return True

    def answered(self, front: int, seconds: float, *, again: bool) -> None:
        """Count a request that a front answered by itself, from what it had answered before or not."""
        start = CLIENTS + (front % FRONTS) * _ROW
        self._numbers[start + bisect_left(SECONDS, seconds)] += 1
        self._numbers[start + _BUCKETS] += seconds
        self._numbers[start + _BUCKETS + 1] += again

    def holds(self, front: int, connections: int) -> None:
        """A front has so many connections."""
        start = CLIENTS + (front % FRONTS) * _ROW
        self._numbers[start + _HELD] = connections
        self._numbers[start + _SEEN] = self._clock()

    def leaves(self, front: int) -> None:
        """A front takes no more connections."""
        self._numbers[CLIENTS + (front % FRONTS) * _ROW + _SEEN] = 0

    def fewest(self) -> int:
        """The number of connections of the front that has fewest."""
        since = self._clock() - LIVELY
        rows = (CLIENTS + front * _ROW for front in range(FRONTS))
        return int(min((self._numbers[row + _HELD] for row in rows if self._numbers[row + _SEEN] > since), default=0))

    def told(self) -> tuple[list[int], float, int]:
        """How many answers of fronts took how long (`SECONDS`, and longer), the seconds of all, how many came again."""
        rows = [CLIENTS + front * _ROW for front in range(FRONTS)]
        counts = [int(sum(self._numbers[row + number] for row in rows)) for number in range(_BUCKETS)]
        seconds, again = (sum(self._numbers[row + place] for row in rows) for place in (_BUCKETS, _BUCKETS + 1))
        return counts, seconds, int(again)
