"""The process that loads a build once and forks query processes from it; it never answers a query itself.

Started by `generation` as `python -m kg.serve.nursery FD FOLDER SETTINGS`. Over the socket FD it says ``ready`` or
``failed MESSAGE``, and is then asked, a line each: ``fork``, with the new process's socket attached, answered by
``pid N``; and ``kill N``. It has no threads, so forking is safe; when the server goes away, for whatever reason, it
ends its children and itself.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import sys
from pathlib import Path

from kg.errors import KgError
from kg.serve import pages, snapshot, worker
from kg.serve.settings import Settings


def _serve(channel: socket.socket, build: snapshot.Loaded, settings: Settings) -> None:
    children: set[int] = set()
    pending = b""
    waiting: list[int] = []
    try:
        while True:
            readable, _, _ = select.select([channel], [], [], 1.0)
            _reap(children)
            if not readable:
                continue
            data, descriptors, _, _ = socket.recv_fds(channel, 4096, 16)
            if not data:
                return
            waiting += descriptors
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                _obey(line, waiting, children, channel, build, settings)
    finally:
        for child in children:
            _kill(child)


def _obey(
    line: bytes,
    descriptors: list[int],
    children: set[int],
    channel: socket.socket,
    build: snapshot.Loaded,
    settings: Settings,
) -> None:
    word, _, rest = line.partition(b" ")
    if word == b"fork":
        own = socket.socket(fileno=descriptors.pop(0))
        child = os.fork()
        if child == 0:
            _become_worker(channel, own, build, settings)
        own.close()
        children.add(child)
        channel.sendall(b"pid %d\n" % child)
    elif word == b"kill" and int(rest) in children:
        # Only a child that has not been reaped is killed: its number cannot belong to anybody else.
        _kill(int(rest))
        children.discard(int(rest))


def _become_worker(channel: socket.socket, own: socket.socket, build: snapshot.Loaded, settings: Settings) -> None:
    status = 1
    try:
        channel.close()
        worker.run(build, own, settings)
        status = 0
    except (BrokenPipeError, ConnectionResetError):
        status = 0
    finally:
        os._exit(status)


def _kill(child: int) -> None:
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _reap(children: set[int]) -> None:
    while children:
        try:
            child, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if child == 0:
            return
        children.discard(child)


def main() -> None:
    """Load the build, say so, fork on demand."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # They may go to the whole group; the server decides when to stop.
    channel = socket.socket(fileno=int(sys.argv[1]))
    settings = Settings.from_json(sys.argv[3])
    try:
        build = snapshot.load(Path(sys.argv[2]))
        pages.warm(build)
    except KgError as error:
        channel.sendall(b"failed " + str(error).replace("\n", " ").encode() + b"\n")
        sys.exit(2)
    gc.collect()
    gc.freeze()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        channel.sendall(b"ready\n")
        _serve(channel, build, settings)


if __name__ == "__main__":
    main()
