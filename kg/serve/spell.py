"""How long work may take, by the processor: on a busy machine the clock runs on while a process has to wait."""

from __future__ import annotations

from time import perf_counter, thread_time


class Spell:
    """A number of seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._worked = thread_time()
        self._until = perf_counter() + seconds

    def over(self) -> bool:
        """Whether so much has been worked. The clock, which costs less to read, is looked at first."""
        now = perf_counter()
        if now <= self._until:
            return False
        left = self._seconds - (thread_time() - self._worked)
        self._until = now + left
        return left <= 0
