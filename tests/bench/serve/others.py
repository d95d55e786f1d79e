"""The servers that are measured: how each is started on a file of quads, and ended."""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import virtuoso

ROOT = Path(__file__).resolve().parents[3]


class Server(NamedTuple):
    """A server that is ready."""

    name: str
    address: str
    path: str
    pid: int


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
    return port


@contextmanager
def started(command: list[str], port: int, seconds: float = 1800) -> Iterator[int]:
    """A server that accepts connections; its process ends with the block."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    try:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                raise SystemExit(f"It ended before it was ready: {' '.join(command)}")
            time.sleep(0.2)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until_ready(address: str) -> None:
    """Returns when the build is loaded and its full text indexed."""
    for _ in range(18000):
        try:
            with urllib.request.urlopen(f"{address}/api/entities?q=number", timeout=5):
                return
        except OSError:
            time.sleep(0.1)


def ours(folder: Path, port: int, cache: int) -> list[str]:
    code = (
        "import sys; from pathlib import Path; from kg.serve import Settings, serve; "
        "serve(Path(sys.argv[1]), port=int(sys.argv[2]), settings=Settings(cache_bytes=int(sys.argv[3])))"
    )
    return [sys.executable, "-c", code, str(folder), str(port), str(cache)]


def of_this_project(folder: Path) -> Iterator[Server]:
    """This server, with what was asked before kept, and with nothing kept."""
    for name, cache in (("kg, asked before", 64 * 1024 * 1024), ("kg, new", 0)):
        port = free_port()
        with started(ours(folder, port, cache), port) as pid:
            until_ready(f"http://127.0.0.1:{port}")
            yield Server(name, f"http://127.0.0.1:{port}", "/sparql", pid)


def oxigraph(programs: Path, folder: Path, graph: Path) -> Iterator[Server]:
    """Oxigraph's own server, read-only."""
    program = programs / "oxigraph"
    if not program.exists():
        print("oxigraph is not installed there and left out", file=sys.stderr)
        return
    store, port = folder / "oxigraph", free_port()
    subprocess.run([program, "load", "--location", store, "--file", graph], check=True, capture_output=True)
    command = [str(program), "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
    with started(command, port) as pid:
        yield Server("oxigraph serve", f"http://127.0.0.1:{port}", "/query", pid)


def rdflib_endpoint(programs: Path, graph: Path) -> Iterator[Server]:
    """The endpoint over rdflib."""
    program = programs / "rdflib-endpoint"
    if not program.exists():
        print("rdflib-endpoint is not installed there and left out", file=sys.stderr)
        return
    port = free_port()
    command = [str(program), "serve", str(graph), "--host", "127.0.0.1", "--port", str(port)]
    with started(command, port) as pid:
        yield Server("rdflib-endpoint", f"http://127.0.0.1:{port}", "/", pid)


def of_debian(folder: Path, graph: Path, triples: int) -> Iterator[Server]:
    """Virtuoso, filled by its bulk loader, with as many buffers as the data needs."""
    if not virtuoso.installed():
        print("Virtuoso is not installed and left out: apt-get install virtuoso-opensource", file=sys.stderr)
        return
    with virtuoso.virtuoso(folder / "virtuoso", graph.parent, max(20_000, triples // 50)) as ready:
        ready.run(f"ld_dir('{graph.parent}', '{graph.name}', '{virtuoso.DEFAULT}'); rdf_loader_run(); checkpoint;")
        yield Server("Virtuoso", ready.address.removesuffix("/sparql"), "/sparql", ready.pid)


def all_of(options: argparse.Namespace, folder: Path, graph: Path) -> Iterator[Server]:
    """Each server that is here, one after the other."""
    programs = Path(options.others or sys.prefix) / "bin"
    yield from of_this_project(folder)
    yield from oxigraph(programs, folder, graph)
    yield from of_debian(folder, graph, options.triples)
    if options.triples <= options.slow_up_to:
        yield from rdflib_endpoint(programs, graph)
