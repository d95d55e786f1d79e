"""Who asks, and how much of the server one client may take."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache

from kg.serve.board import Board
from kg.serve.http import Scope
from kg.serve.reply import Problem
from kg.serve.settings import Settings


def origin(scope: Scope, headers: Mapping[str, str], settings: Settings) -> str:
    """Scheme and host by which the client knows this server, and the root path: "https://kg.example.org/kg"."""
    if settings.public_base:
        return settings.public_base.rstrip("/")
    scheme, host = scope.get("scheme", "http"), headers.get("host", "localhost")
    if settings.forwarded:
        scheme = _last(headers.get("x-forwarded-proto")) or scheme
        host = _last(headers.get("x-forwarded-host")) or host
    if scheme not in ("http", "https") or not all(char.isalnum() or char in ".-_:[]" for char in host):
        return "http://localhost" + settings.root_path  # a Host header that is no host is not repeated anywhere
    return f"{scheme}://{host}{settings.root_path}"


def address(scope: Scope, headers: Mapping[str, str], settings: Settings) -> str:
    """Where a request comes from: by the proxy's word only where that is to be believed."""
    if settings.forwarded and (told := _last(headers.get("x-forwarded-for"))):
        return told
    return str((scope.get("client") or ("",))[0])


def _last(header: str | None) -> str:
    """What the nearest proxy added; what stands before it is the client's own word."""
    return (header or "").rpartition(",")[2].strip()


class Clients:
    """Counts what each client has under way, and how fast it asks."""

    def __init__(self, settings: Settings, board: Board) -> None:
        self._settings = settings
        self._board = board
        self._running: Counter[str] = Counter()

    @contextmanager
    def admitted(self, name: str) -> Iterator[None]:
        """Around one request of a client; a 429 where it has too many, or asks too fast."""
        rate = self._settings.rate
        if rate and not here(name) and not self._board.may_ask(name, rate):
            raise self._too_many("too-fast", f"More than {rate:g} requests a second came from {name}.")
        if self._running[name] >= self._settings.share:
            raise self._too_many("at-once", f"{self._settings.share} requests of {name} are under way.")
        self._running[name] += 1
        try:
            yield
        finally:
            self._running[name] -= 1
            if not self._running[name]:
                del self._running[name]

    def _too_many(self, code: str, detail: str) -> Problem:
        hint = {"hint": "Send the request again a little later, and fewer at once."}
        return Problem(429, code, detail, {**hint}, (("retry-after", "1"),))


@lru_cache(maxsize=1000)
def here(name: str) -> bool:
    """True for this machine: whoever can log in needs no rate limit to be kept from doing harm."""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
