"""What the server answers with: a status, headers and a body; problems are answers too (RFC 9457)."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus

from kg.serve.settings import Settings

PROBLEM_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer; header names are lower case."""

    status: int
    media_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    keep: bool = False
    """True where the same request to the same build gives the same answer, so that it may be cached."""
    size: int = 0
    """Bytes of a body that comes as a stream."""
    stream: AsyncGenerator[bytes, None] | None = None
    trailing: list[tuple[str, str]] | None = None
    """Headers that come behind a body of which nobody knows yet how long it is: known when all of it has gone."""
    pieces: Iterator[bytes] | None = None
    """Such a body, in the process that writes it; it fills `trailing` at its end."""

    def header_json(self) -> bytes:
        """All but the body, as it travels from a worker to the server."""
        return json.dumps([self.status, self.media_type, self.headers, self.keep]).encode()

    @classmethod
    def from_parts(cls, header: bytes, body: bytes) -> Reply:
        """The inverse of `header_json`, with its body."""
        status, media_type, headers, keep = json.loads(header)
        return cls(status, media_type, body, tuple((name, value) for name, value in headers), keep)


@dataclass(eq=False)
class Problem(Exception):
    """A request that cannot be answered: what is wrong, where, and what to do."""

    status: int
    code: str
    """A short stable name, the end of the problem's type IRI."""
    detail: str
    extra: dict[str, str | int] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()

    def reply(self) -> Reply:
        """The problem as application/problem+json."""
        content = {
            "type": f"tag:green-manufacturing-kg,2025:problem/{self.code}",
            "title": f"{HTTPStatus(self.status).phrase}: {self.code.replace('-', ' ')}",
            "status": self.status,
            "detail": self.detail,
            **self.extra,
        }
        body = json.dumps(content, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"
        return Reply(self.status, PROBLEM_TYPE, body, self.headers)


def as_json(content: object, *, status: int = 200, keep: bool = False) -> Reply:
    """Any JSON value as an answer."""
    body = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    return Reply(status, "application/json", body, keep=keep)


def mistake(error: Exception, settings: Settings) -> Problem:
    """An error that nobody thought of: the operator is told where, and what only where texts may be logged."""
    traceback.print_tb(error.__traceback__)
    print(f"{type(error).__name__}: {error if settings.log_queries else '…'}", file=sys.stderr, flush=True)
    return Problem(
        500,
        "internal",
        "The server made a mistake; its operator is told where.",
        {"hint": "Another way of asking may work. Please report the request that led here."},
    )
