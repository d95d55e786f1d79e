"""The process that loads a build once and forks query processes from it; it never answers a query itself.

Started by `generation` as `python -m kg.serve.nursery FD FOLDER JOURNAL SETTINGS BOARD DESK`. Over the socket FD it
says ``ready STATE`` or ``failed MESSAGE``, and is then asked, a line each: ``fork``, with the new process's socket
attached, answered by ``pid N``; ``front N``, with the socket to listen at attached, too, answered alike; ``kill N``;
and ``commit``, with the file of a patch attached, answered by ``refused MESSAGE``, or by ``committed STATE`` once the
patch is in the journal on disk and in the store that later processes are forked from. It has no threads, so forking is
safe; when the server goes away, for whatever reason, it ends its children and itself.
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
from types import ModuleType

from kg.errors import KgError
from kg.serve import filing, frame, front, fulltext, journal, snapshot, validate, worker
from kg.serve.board import Board
from kg.serve.relay import Lines
from kg.serve.reply import mistake
from kg.serve.settings import Settings

QUICK = 100_000
"""Quads up to which columns and full text are made before the first request is answered."""


class _Nursery:
    def __init__(
        self, channel: socket.socket, build: snapshot.Loaded, record: Path, settings: Settings, hall: tuple[int, str]
    ) -> None:
        self._channel = channel
        self._board, self._desk = hall
        self._build = build
        self._journal = record
        self._settings = settings
        self._children: set[int] = set()
        self._pending = bytearray()
        self._descriptors: list[int] = []
        self._indexer = 0
        """The process that makes columns and full text, where one does."""
        self._indexed = (Path(), "")
        self._index(QUICK)

    def serve(self) -> None:
        """Obey until the server goes away, then end all children."""
        try:
            while True:
                readable, _, _ = select.select([self._channel], [], [], 1.0)
                self._reap()
                if readable:
                    if not self._receive():
                        return
                    while self._obey_one():
                        pass
        finally:
            for child in self._children:
                _kill(child)

    def _receive(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self._channel, 1 << 16, 16)
        self._pending += data
        self._descriptors += descriptors
        return bool(data)

    def _obey_one(self) -> bool:
        """Carry out the first order that has come whole; false where there is none."""
        end = self._pending.find(b"\n")
        if end < 0:
            return False
        word, _, rest = bytes(self._pending[:end]).partition(b" ")
        del self._pending[: end + 1]
        if word == b"fork":
            self._fork()
        elif word == b"front":
            self._open_front(int(rest))
        elif word == b"commit":
            with os.fdopen(self._descriptors.pop(0), "rb") as content:
                content.seek(0)
                self._channel.sendall(self._commit(content.read()))
        elif word == b"kill" and int(rest) in self._children:
            # Only a child that has not been reaped is killed: its number cannot belong to anybody else.
            _kill(int(rest))
            self._children.discard(int(rest))
        return True

    def _fork(self) -> None:
        own = socket.socket(fileno=self._descriptors.pop(0))
        child = os.fork()
        if child == 0:
            self._become_worker(own)
        own.close()
        self._children.add(child)
        self._channel.sendall(b"pid %d\n" % child)

    def _open_front(self, number: int) -> None:
        """Fronts may outlive this process: they end when the server closes its end of their channel."""
        channel, listening = (socket.socket(fileno=self._descriptors.pop(0)) for _ in range(2))
        child = os.fork()
        if child == 0:
            try:
                self._channel.close()
                gc.freeze()
                lines, board = Lines(self._desk), Board(self._board)
                front.run(self._build, channel, listening, self._settings, lines, board, number)
            finally:
                os._exit(1)
        channel.close()
        listening.close()
        self._channel.sendall(b"pid %d\n" % child)

    def _become_worker(self, own: socket.socket) -> None:
        status = 1
        try:
            self._channel.close()
            worker.run(self._build, own, self._settings)
            status = 0
        except (BrokenPipeError, ConnectionResetError):
            status = 0
        finally:
            os._exit(status)

    def _commit(self, patch: bytes) -> bytes:
        """The journal first: what is in memory only would be lost with the process."""
        try:
            journal.append(self._journal, patch)
        except OSError as error:
            return f"refused The journal {self._journal} cannot be written: {error.strerror}.\n".encode()
        journal.apply(self._build.store, patch)
        frame.warm(self._build)
        self._build = self._build.after(journal.state(self._journal))
        self._index()
        return f"committed {journal.state(self._journal)}\n".encode()

    def _index(self, quick: int = 0) -> None:
        """Have columns and full text of the build made: of so few quads at once, else by one process beside."""
        # Of a remote store, the names are read, and nothing else.
        makers = (fulltext,) if self._settings.store else (filing, fulltext)
        places = [(maker, maker.place(self._build.path, self._build.state)) for maker in makers]
        missing = [(maker, path) for maker, path in places if not maker.there(path)]
        if not missing or self._indexer:
            return
        self._indexed = (self._build.path, self._build.state)
        at_once = len(self._build.store) < quick
        self._indexer = 0 if at_once else os.fork()
        if self._indexer:
            self._children.add(self._indexer)
            return
        try:
            for maker, path in missing:
                self._make(maker, path)
        finally:
            if not at_once:
                os._exit(0)

    def _make(self, maker: ModuleType, path: Path) -> None:
        """Have one of them made; where that fails, what needs it is slow or not there, and all else goes on."""
        try:
            filing.sweep(path)
            maker.write(self._build.store, path)
            maker.tidy(path)
        except KgError as error:
            print(error, file=sys.stderr, flush=True)
        except Exception as error:
            mistake(error, self._settings)

    def _reap(self) -> None:
        while True:
            try:
                child, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if child == 0:
                return
            self._children.discard(child)
            if child == self._indexer:
                self._indexer = 0
                if (self._build.path, self._build.state) != self._indexed:
                    self._index()  # the data changed meanwhile


def _kill(child: int) -> None:
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def main() -> None:
    """Load the build, say so, fork on demand."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # They may go to the whole group; the server decides when to stop.
    channel = socket.socket(fileno=int(sys.argv[1]))
    record = Path(sys.argv[3])
    settings = Settings.from_json(sys.argv[4])
    try:
        build = snapshot.load(Path(sys.argv[2]), record, settings.store)
        frame.warm(build)
        if settings.updates:
            validate.warm()
    except KgError as error:
        channel.sendall(b"failed " + str(error).replace("\n", " ").encode() + b"\n")
        sys.exit(2)
    gc.collect()
    gc.freeze()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        channel.sendall(f"ready {journal.state(record)}\n".encode())
        _Nursery(channel, build, record, settings, (int(sys.argv[5]), sys.argv[6])).serve()


if __name__ == "__main__":
    main()
