"""Granian, the HTTP server of the fronts, on a socket that is there already.

All fronts share one socket, and it outlives each of them: on sockets of their own, fronts that end would lose
connections not accepted yet. Granian has no public way to be given one, so what stands in for it is kept here, and
`check` says before anything is started whether the Granian that is installed still has it.
"""

from __future__ import annotations

import socket
from importlib.metadata import version
from typing import Any

from granian import _granian
from granian.constants import Interfaces
from granian.server.embed import Server

from kg.errors import KgError

BACKLOG = 1024
_HOOK, _HOLDER = "_init_shared_socket", "SocketHolder"


class OnSocket(Server):
    """Serves an ASGI application on the socket that it is given."""

    def __init__(self, app: Any, listening: socket.socket) -> None:
        host, port = listening.getsockname()[:2]
        super().__init__(
            app, host, port, interface=Interfaces.ASGINL, websockets=False, backlog=BACKLOG, log_enabled=False
        )
        self._listening = listening

    def _init_shared_socket(self) -> None:
        self._ssp: Any = None
        self._shd: Any = _held(self._listening)


def _held(listening: socket.socket) -> Any:
    """The socket as Granian's workers take it; it is theirs from then on."""
    return getattr(_granian, _HOLDER)(listening.detach(), False, BACKLOG)


def check() -> None:
    """`KgError` where the Granian that is installed cannot be put on a socket that is there already."""
    try:
        usable = callable(getattr(Server, _HOOK))
        with socket.socket() as probe:
            number = probe.fileno()
            holder = _held(probe)
            usable = usable and holder.get_fd() == number
            socket.close(number)
    except (AttributeError, TypeError):
        usable = False
    if not usable:
        raise KgError(
            f"The server cannot be started with Granian {version('granian')}: it takes no socket any more. "
            "Install the version that requirements.lock names, or any 2.8: pip install 'granian>=2.8,<2.9'"
        )
