"""A Virtuoso of its own, of Debian's virtuoso-opensource, for tests and benchmarks; it ends with its block."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SETTINGS = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = {port}
DirsAllowed = {data}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
ServerThreads = 64
MaxClientConnections = 64
[HTTPServer]
ServerPort = 127.0.0.1:{web}
ServerRoot = {folder}
ServerThreads = 64
MaxClientConnections = 64
[SPARQL]
ResultSetMaxRows = 200000
"""
DEFAULT = "http://bench.example/default"
"""Virtuoso has no default graph: this one stands for it."""


def installed() -> bool:
    return bool(shutil.which("virtuoso-t") and shutil.which("isql-vt"))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
    return port


@dataclass(frozen=True)
class Virtuoso:
    """A server that is ready."""

    address: str
    pid: int
    port: int

    def run(self, statements: str) -> None:
        """Carry out statements of its SQL."""
        command = ["isql-vt", str(self.port), "dba", "dba", f"exec={statements}"]
        subprocess.run(command, check=True, capture_output=True)


@contextmanager
def virtuoso(folder: Path, data: Path, buffers: int = 20_000) -> Iterator[Virtuoso]:
    """An empty one with its files in `folder`, that may load those of `data`."""
    folder.mkdir()
    port, web = free_port(), free_port()
    text = SETTINGS.format(folder=folder, port=port, web=web, data=data, buffers=buffers, dirty=buffers * 3 // 4)
    (folder / "virtuoso.ini").write_text(text, encoding="utf-8")
    command = ["virtuoso-t", "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", web)) == 0:
                    break
            assert process.poll() is None, (folder / "virtuoso.log").read_text(encoding="utf-8", errors="replace")
            time.sleep(0.2)
        yield Virtuoso(f"http://127.0.0.1:{web}/sparql", process.pid, port)
    finally:
        process.kill()
        process.wait()
