"""What the operator sees: counters for Prometheus, a log of requests, a log of slow ones, word to systemd.

Logs are JSON, a line each. They hold no query text unless the operator asks for it: a hash of it tells repeated
queries apart.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from typing import TextIO

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from kg.errors import KgError
from kg.serve.board import SECONDS, Board
from kg.serve.pool import Pool
from kg.serve.reply import Problem, Reply
from kg.serve.request import Request
from kg.serve.settings import Settings

_ROUTES = (
    "sparql",
    "graphs",
    "api",
    "page",
    "data",
    "static",
    "id",
    "view",
    "queries",
    "ontology",
    "metrics",
    "health",
)


def route(path: str) -> str:
    """The kind of a path: there are few, so that counters stay few."""
    first = path.strip("/").partition("/")[0]
    return first if first in _ROUTES else "other" if first else "overview"


def notify(message: str) -> None:
    """Tell systemd, where it started the server: READY=1, STOPPING=1."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        try:
            channel.connect("\0" + address[1:] if address.startswith("@") else address)
            channel.sendall(message.encode())
        except OSError as error:
            print(f"systemd cannot be told {message!r}: {error}", file=sys.stderr)


class Watch(Collector):
    """Sees each request after it was answered."""

    def __init__(self, pool: Pool, settings: Settings, board: Board) -> None:
        self._settings = settings
        self._log = _opened(settings.access_log)
        self._slow = self._log or sys.stderr
        self._board = board
        self._told = 0
        """Answers of the fronts that are counted among the requests already."""
        self._seconds: dict[str, tuple[list[int], list[float]]] = {}
        """Times of requests by route: how many within which bounds, and their sum."""
        self._registry = CollectorRegistry()
        registry = self._registry
        self._requests = Counter("kg_requests", "Requests answered.", ("route", "method", "status"), registry=registry)
        registry.register(self)
        self._refused = Counter("kg_problems", "Requests answered with a problem.", ("problem",), registry=registry)
        gauges: dict[str, tuple[str, Callable[[], float]]] = {
            "kg_processes": ("Query processes.", lambda: pool.current.size),
            "kg_busy": ("Query processes with a job, and requests waiting for one.", lambda: pool.current.busy),
            "kg_cached_bytes": ("Bytes of kept answers.", lambda: pool.cache.size),
            "kg_cache_hits": ("Answers that were kept and served again.", lambda: pool.cache.hits + board.told()[2]),
            "kg_cache_misses": ("Answers that had to be found.", lambda: pool.cache.misses),
            "kg_build_loaded_timestamp_seconds": ("When the build was taken up.", lambda: pool.since),
        }
        for name, (text, value) in gauges.items():
            Gauge(name, text, registry=registry).set_function(value)

    def seen(self, request: Request, reply: Reply, began: float) -> None:
        """Count and log one request."""
        seconds = time.monotonic() - began
        kind = route(request.path)
        self._requests.labels(kind, request.method, str(reply.status)).inc()
        counts, total = self._seconds.setdefault(kind, ([0] * (len(SECONDS) + 1), [0.0]))
        counts[bisect_left(SECONDS, seconds)] += 1
        total[0] += seconds
        if self._log:
            self._write(self._log, "request", request, reply, seconds)
        if self._settings.slow and seconds >= self._settings.slow:
            self._write(self._slow, "slow", request, reply, seconds)

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """Part of Prometheus' protocol: the times of requests, with those that the fronts answered."""
        family = HistogramMetricFamily("kg_request_seconds", "Time from request to answer.", labels=["route"])
        own, fast = dict(self._seconds), self._board.told()
        counts, total = own.get("sparql", ([0] * (len(SECONDS) + 1), [0.0]))
        own["sparql"] = ([a + b for a, b in zip(counts, fast[0], strict=True)], [total[0] + fast[1]])
        for kind, (numbers, seconds) in sorted(own.items()):
            bounds = [*map(str, SECONDS), "+Inf"]
            family.add_metric([kind], list(zip(bounds, accumulate(numbers), strict=True)), seconds[0])
        yield family

    def refused(self, problem: Problem) -> None:
        """Count a problem by its name."""
        self._refused.labels(problem.code).inc()

    def metrics(self) -> Reply:
        """All counters as Prometheus reads them."""
        answered = sum(self._board.told()[0])
        self._requests.labels("sparql", "GET", "200").inc(answered - self._told)
        self._told = answered
        return Reply(200, "text/plain; version=0.0.4; charset=utf-8", generate_latest(self._registry))

    def _write(self, log: TextIO, event: str, request: Request, reply: Reply, seconds: float) -> None:
        line: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "event": event,
            "client": request.client,
            "method": request.method,
            "path": request.path,
            "status": reply.status,
            "bytes": reply.size or len(reply.body),
            "seconds": round(seconds, 6),
        }
        asked = request.query_string + b"".join(request.bodies)
        if asked:
            line["query"] = (
                asked.decode("utf-8", "replace")
                if self._settings.log_queries
                else "blake2:" + blake2b(asked, digest_size=8).hexdigest()
            )
        print(json.dumps(line, ensure_ascii=False), file=log, flush=True)


def _opened(name: str) -> TextIO | None:
    if not name:
        return None
    if name == "-":
        return sys.stderr
    try:
        return Path(name).open("a", encoding="utf-8")  # open as long as the server runs
    except OSError as error:
        raise KgError(f"The log {name} cannot be written: {error.strerror}. Give another with --access-log.") from error
