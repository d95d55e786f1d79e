"""The servers that are measured: how each is started on a file of quads, and ended."""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import pyoxigraph as ox
import virtuoso

from kg.serve import filing, fulltext

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


def until_ready(address: str, folder: Path) -> None:
    """Returns when the build is loaded, and its columns and full text are there."""
    for _ in range(18000):
        try:
            with urllib.request.urlopen(f"{address}/api/entities?q=number", timeout=5):
                if filing.place(folder, "").exists():
                    return
        except OSError:
            pass
        time.sleep(0.1)


def of_this_project(folder: Path, running: ExitStack) -> list[Server]:
    """This server, by what is asked of it: anything anew, or what was asked before."""
    code = (
        "import sys; from pathlib import Path; from kg.serve import Settings, serve; "
        "serve(Path(sys.argv[1]), port=int(sys.argv[2]), settings=Settings(cache_bytes=1 << 26))"
    )
    port = free_port()
    pid = running.enter_context(started([sys.executable, "-c", code, str(folder), str(port)], port))
    address = f"http://127.0.0.1:{port}"
    until_ready(address, folder)
    return [Server(name, address, "/sparql", pid) for name in ("kg, as used", "kg, new", "kg, asked before")]


def oxigraph(programs: Path, folder: Path, graph: Path, running: ExitStack) -> list[Server]:
    """Oxigraph's own server, read-only."""
    program = programs / "oxigraph"
    if not program.exists():
        return left_out("oxigraph is not installed there")
    store, port = folder / "oxigraph", free_port()
    subprocess.run([program, "load", "--location", store, "--file", graph], check=True, capture_output=True)
    command = [str(program), "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
    pid = running.enter_context(started(command, port))
    return [
        Server(name, f"http://127.0.0.1:{port}", "/query", pid)
        for name in ("oxigraph serve, as used", "oxigraph serve")
    ]


def rdflib_endpoint(programs: Path, graph: Path, running: ExitStack) -> list[Server]:
    """The endpoint over rdflib."""
    program = programs / "rdflib-endpoint"
    if not program.exists():
        return left_out("rdflib-endpoint is not installed there")
    port = free_port()
    command = [str(program), "serve", str(graph), "--host", "127.0.0.1", "--port", str(port)]
    pid = running.enter_context(started(command, port))
    return [Server("rdflib-endpoint", f"http://127.0.0.1:{port}", "/", pid)]


def of_debian(folder: Path, graph: Path, triples: int, running: ExitStack) -> list[Server]:
    """Virtuoso, filled by its bulk loader, with as many buffers as the data needs."""
    if not virtuoso.installed():
        return left_out("Virtuoso is not installed: apt-get install virtuoso-opensource")
    buffers = max(20_000, triples // 50)
    ready = running.enter_context(virtuoso.virtuoso(folder / "virtuoso", graph.parent, buffers))
    ready.run(f"ld_dir('{graph.parent}', '{graph.name}', '{virtuoso.DEFAULT}'); rdf_loader_run(); checkpoint;")
    return [Server("Virtuoso", ready.address.removesuffix("/sparql"), "/sparql", ready.pid)]


def left_out(why: str) -> list[Server]:
    print(f"{why}; left out", file=sys.stderr, flush=True)
    return []


def all_of(options: argparse.Namespace, folder: Path, graph: Path, running: ExitStack) -> list[Server]:
    """Each server that is here, ready; they end with `running`."""
    programs = Path(options.others or sys.prefix) / "bin"
    if "full text" not in options.kinds:
        fulltext.write(ox.Store(), fulltext.place(folder, ""))
    found = of_this_project(folder, running) + oxigraph(programs, folder, graph, running)
    if "virtuoso" not in options.without:
        found += of_debian(folder, graph, options.triples, running)
    if "rdflib-endpoint" in options.without:
        return found
    if options.triples <= options.slow_up_to:
        found += rdflib_endpoint(programs, graph, running)
    else:
        left_out(
            f"rdflib-endpoint keeps all in memory, as Python objects: too much from {options.slow_up_to:,} triples on"
        )
    return found
