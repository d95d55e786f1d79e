"""One HTTP request as the application sees it."""

from __future__ import annotations

from dataclasses import dataclass

from kg.serve import clients, http
from kg.serve.http import Receive, Scope
from kg.serve.reply import Reply
from kg.serve.settings import Settings

Answer = tuple[Reply, tuple[tuple[str, str], ...]]
"""An answer, with headers that are not the same for every request that gets it."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, by whom, under which address."""

    method: str
    path: str
    """The path below the root path."""
    raw_path: str
    """The same as it came, percent-encoded."""
    query_string: bytes
    headers: dict[str, str]
    receive: Receive
    client: str
    bodies: list[bytes]
    """The body, once it was read."""
    origin: str
    """Address of this server as the client knows it, without a slash at its end."""

    @classmethod
    def of(cls, scope: Scope, receive: Receive, settings: Settings) -> Request:
        """The request of an ASGI scope."""
        headers = http.headers_of(scope)
        path, raw = _below(settings.root_path, scope["path"]), scope.get("raw_path") or b""
        client = clients.address(scope, headers, settings)
        return cls(
            scope["method"],
            path,
            _below(settings.root_path, raw.decode("ascii", "replace").partition("?")[0]),
            scope["query_string"],
            headers,
            receive,
            client,
            [],
            clients.origin(scope, headers, settings),
        )


def _below(root: str, path: str) -> str:
    """The path below the root path: a proxy may cut that off, and may not."""
    if root and (path == root or path.startswith(root + "/")):
        return path.removeprefix(root) or "/"
    return path
