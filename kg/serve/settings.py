"""What can be set about the server: sizes, limits, times, and what it is allowed to do."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

MOST_MEMORY, LEAST_MEMORY = 4 * 1024**3, 256 * 1024**2
_CGROUP = Path("/sys/fs/cgroup/memory.max")


def _default_workers() -> int:
    return max(2, os.cpu_count() or 2)


def _default_memory(processes: int) -> int:
    """Three quarters of what the machine, or the container, has, divided among so many processes."""
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):  # no container, or one without a limit
        there = min(there, int(_CGROUP.read_text("ascii")))
    return max(LEAST_MEMORY, min(MOST_MEMORY, there * 3 // 4 // processes))


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits are per query; times are in seconds, sizes in bytes."""

    workers: int = 0
    """Query processes that are always ready; 0 for one a core."""
    fronts: int = 0
    """Processes that take requests from the network; 0 for as many as query processes, at most one a core."""
    quick: bool = True
    """Whether they answer queries that are a few lookups by themselves."""
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
    memory: int = -1
    """Address space that a query may take on top of the loaded store; 0 for no limit, -1 for a share of the machine's
    that lets all processes there may be take it at once, and at most 4 GiB."""
    queue: int = 1000
    """Requests that may wait for a process; the next gets 429."""
    share: int = 400
    """Requests of one client that may be under way or waiting; the next gets 429."""
    rate: float = 100.0
    """Requests a second that one client of another machine may make in the long run; 0 for no limit."""
    burst: int = 2
    """How many times `workers` processes there may be while all are busy."""
    cache_bytes: int = 32 * 1024 * 1024
    """Answers kept for repeated requests to the same build; 0 for none."""
    poll: float = 0.5
    """How often the published build is looked at."""
    updates: bool = False
    """Whether updates and the Graph Store Protocol may change the data, with a token of `tokens`."""
    tokens: str = ""
    """File of hashed tokens; "" for none."""
    review: str = ""
    """File of decisions that the page for them may write; "" for no such page."""
    services: tuple[str, ...] = ()
    """Addresses that SERVICE and LOAD may ask: each covers what is below it."""
    root_path: str = ""
    """Path under which a proxy shows this server, for instance /kg."""
    forwarded: bool = False
    """Whether X-Forwarded-For, -Proto and -Host are believed: only behind a proxy that sets them."""
    public_base: str = ""
    """Address by which the world knows this server; "" for the one of each request."""
    access_log: str = ""
    """"-" for standard error, or a file; "" for none."""
    log_queries: bool = False
    """Whether the logs may hold the text of queries."""
    slow: float = 5.0
    """Requests that take longer are told in the log of slow queries; 0 for none."""
    store: str = ""
    """A remote SPARQL 1.1 endpoint to serve instead of the build's own store."""

    def resolved(self) -> Settings:
        """The same with the numbers of processes and their memory filled in and the root path normalised."""
        path = "/" + self.root_path.strip("/") if self.root_path.strip("/") else ""
        workers = self.workers if self.workers > 0 else _default_workers()
        fronts = self.fronts if self.fronts > 0 else min(workers, os.cpu_count() or 1)
        memory = self.memory if self.memory >= 0 else _default_memory(workers * self.burst)
        changes = {"workers": workers, "fronts": fronts, "root_path": path, "memory": memory}
        return Settings(**{**asdict(self), **changes})

    def to_json(self) -> str:
        """For the command line of the process that owns the workers."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """The inverse of `to_json`."""
        loaded = json.loads(text)
        return cls(**{**loaded, "services": tuple(loaded["services"])})
