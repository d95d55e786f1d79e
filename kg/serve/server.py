"""Listening: the socket, the HTTP server (granian, in this process), readiness, stopping."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
import sys
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from granian._granian import SocketHolder
from granian.constants import Interfaces
from granian.server.embed import Server

from kg.errors import KgError
from kg.serve.app import App
from kg.serve.pool import Pool
from kg.serve.remote import prepare
from kg.serve.settings import Settings
from kg.serve.watch import notify

BACKLOG = 1024


class _Server(Server):
    """Granian on a socket that is bound already: its port is known, and a port in use is noticed."""

    def __init__(self, app: App, listening: socket.socket) -> None:
        host, port = listening.getsockname()[:2]
        super().__init__(
            app, host, port, interface=Interfaces.ASGINL, websockets=False, backlog=BACKLOG, log_enabled=False
        )
        self._listening = listening

    def _init_shared_socket(self) -> None:
        self._ssp: Any = None
        self._shd: Any = SocketHolder(self._listening.detach(), False, BACKLOG)  # type: ignore[call-arg]


def listen(host: str, port: int) -> socket.socket:
    """A socket that accepts connections at an address; `KgError` where that address cannot be had."""
    try:
        family, kind, number, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, number)
    except OSError as error:
        raise KgError(f"{host} is no address of this machine ({error}). Give another with --host.") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            text = f"Port {port} on {host} is in use. Stop the program that uses it, or give another with --port."
        elif error.errno == errno.EACCES:
            text = f"Port {port} may not be used by this account. Give one above 1023 with --port."
        else:
            text = f"Cannot listen on {host}, port {port}: {error.strerror}. Give another with --host or --port."
        raise KgError(text) from error
    return listening


def address_of(listening: socket.socket) -> str:
    """The URL under which a browser on this machine reaches the server."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


async def _run(pool: Pool, settings: Settings, listening: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    address = address_of(listening)
    try:
        await pool.start()
        server = _Server(App(pool, settings), listening)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, server.stop)
        serving = loop.create_task(server.serve())
        await asyncio.sleep(0)
        notify("READY=1")
        print(f"Serving build {pool.current.name} at {address}  (stop with Ctrl-C)", flush=True)
        await serving
        notify("STOPPING=1")
        # Granian's own threads let go of the interpreter a moment after it says that it stopped.
        await asyncio.sleep(0.2)
    finally:
        await pool.close()


def serve(
    build_root: Path,
    host: str = "127.0.0.1",
    port: int = 8080,
    workers: int = 0,
    timeout: float = 30.0,
    *,
    settings: Settings | None = None,
) -> None:
    """Serve the build published under `build_root` until SIGINT or SIGTERM; prints the address once it is ready.

    `workers` is the number of query processes (0: one a core), `timeout` the seconds a query may take. All other limits
    are in `settings`. Raises `KgError` where there is no build or the port cannot be had.
    """
    chosen = replace(settings or Settings(), workers=workers, timeout=timeout).resolved()
    logging.getLogger("granian").setLevel(logging.CRITICAL)
    with ExitStack() as cleaning:
        root = Path(build_root)
        if chosen.store:
            if chosen.updates:
                raise KgError("Updates go to the remote store itself: give --store or --updates, not both.")
            root = prepare(chosen.store, Path(cleaning.enter_context(TemporaryDirectory(prefix="kg-remote-"))))
        _serve(root, chosen, host, port)


def _serve(root: Path, chosen: Settings, host: str, port: int) -> None:
    pool = Pool(root, chosen, lambda text: print(text, file=sys.stderr, flush=True))
    listening = listen(host, port)
    with suppress(KeyboardInterrupt):
        asyncio.run(_run(pool, chosen, listening))
