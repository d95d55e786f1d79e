"""A real server in a process of its own, for tests that talk HTTP to it; it is ended whatever happens to the test."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
START = """
import json, sys
from pathlib import Path
from kg.serve import Settings, serve
options = json.loads(sys.argv[2])
workers, timeout = options.pop("workers", 2), options.pop("timeout", 10.0)
serve(Path(sys.argv[1]), port=0, workers=workers, timeout=timeout, settings=Settings(**options))
"""


@dataclass(frozen=True)
class Running:
    """A server that is ready."""

    address: str
    process: subprocess.Popen[str]

    def client(self, **options: object) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=30, trust_env=False, **options)  # type: ignore[arg-type]

    def sparql(self, query: str, **headers: str) -> httpx.Response:
        with self.client() as client:
            return client.post("/sparql", data={"query": query}, headers=headers)


@contextlib.contextmanager
def running(build_root: Path, *, at_most: float = 240, **options: object) -> Iterator[Running]:
    """A server of the builds under `build_root`, killed after `at_most` seconds.

    `options` are those of `serve` and `Settings`.
    """
    command = [sys.executable, "-c", START, str(build_root), json.dumps(options)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, encoding="utf-8"
    )
    watchdog = threading.Timer(at_most, process.kill)
    watchdog.daemon = True
    watchdog.start()
    assert process.stdout is not None
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"http://\S+", line):
                yield Running(found[0].rstrip("/"), process)
                break
        else:
            raise AssertionError("the server ended before it was ready: " + "".join(said))
    finally:
        watchdog.cancel()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        process.stdout.close()
