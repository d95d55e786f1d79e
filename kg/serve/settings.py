"""What can be set about the server: sizes, limits, times."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass


def _default_workers() -> int:
    return max(2, os.cpu_count() or 2)


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits are per query; times are in seconds, sizes in bytes."""

    workers: int = 0
    """Query processes that are always ready; 0 for one a core."""
    timeout: float = 30.0
    """A query that runs longer loses its process and gets 503."""
    max_rows: int = 200_000
    """Rows or triples of one answer."""
    max_bytes: int = 64 * 1024 * 1024
    """Body of one answer."""
    max_request: int = 4 * 1024 * 1024
    """Body of one request."""
    max_depth: int = 120
    """Brackets inside brackets of a query: the engine's parser is recursive."""
    memory: int = 4 * 1024**3
    """Address space that a query may take on top of the loaded store; 0 for no limit."""
    queue: int = 1000
    """Requests that may wait for a process; the next gets 429."""
    burst: int = 2
    """How many times `workers` processes there may be while all are busy."""
    cache_bytes: int = 32 * 1024 * 1024
    """Answers kept for repeated requests to the same build; 0 for none."""
    poll: float = 0.5
    """How often the published build is looked at."""

    def resolved(self) -> Settings:
        """The same with the number of workers filled in."""
        if self.workers > 0:
            return self
        return Settings(**{**asdict(self), "workers": _default_workers()})

    def to_json(self) -> str:
        """For the command line of the process that owns the workers."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """The inverse of `to_json`."""
        return cls(**json.loads(text))
