"""The server's own process: the socket that the fronts listen at, the desk that they pass requests to, its end."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import sys
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.errors import KgError
from kg.serve import snapshot
from kg.serve.app import App
from kg.serve.board import Board
from kg.serve.fronts import Hall
from kg.serve.gate import BACKLOG
from kg.serve.pool import Pool
from kg.serve.relay import Desk
from kg.serve.settings import Settings
from kg.serve.watch import notify

GRACE = 5.0
"""Seconds that requests under way have at least when the server is told to stop; queries have their time limit."""


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


async def _run(root: Path, settings: Settings, listening: socket.socket, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    hall = Hall(listening, Board(), str(folder / "desk"))
    pool = Pool(root, settings, lambda text: print(text, file=sys.stderr, flush=True), hall)
    app = App(pool, settings, hall.board)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    desk = await loop.create_unix_server(lambda: Desk(app), hall.desk)
    try:
        await pool.start()
        notify("READY=1")
        print(f"Serving build {pool.current.name} at {address_of(listening)}  (stop with Ctrl-C)", flush=True)
        await stopped.wait()
        notify("STOPPING=1")
    finally:
        await _end(pool, stopped, max(GRACE, settings.timeout))
        desk.close()


async def _end(pool: Pool, signalled: asyncio.Event, grace: float) -> None:
    """Let requests under way come to their end; whoever sends a signal again does not want to wait for them."""
    signalled.clear()
    if pool.current.busy:
        print("Stopping when the queries under way have ended (Ctrl-C again: at once).", file=sys.stderr, flush=True)
    ending = asyncio.ensure_future(pool.close(grace))
    again = asyncio.ensure_future(signalled.wait())
    await asyncio.wait({ending, again}, return_when=asyncio.FIRST_COMPLETED)
    again.cancel()
    if not ending.done():
        ending.cancel()
        await asyncio.wait({ending})
        ending = asyncio.ensure_future(pool.close(0))
    await ending


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
    root = Path(build_root)
    with ExitStack() as cleaning:
        folder = Path(cleaning.enter_context(TemporaryDirectory(prefix="kg-serve-")))
        if chosen.store:
            if chosen.updates:
                raise KgError("Updates go to the remote store itself: give --store or --updates, not both.")
            from kg.serve.remote import prepare  # it needs rooms that take a second to load

            root = prepare(chosen.store, folder)
        snapshot.published(root)
        listening = cleaning.enter_context(listen(host, port))
        with suppress(KeyboardInterrupt):
            asyncio.run(_run(root, chosen, listening, folder))
