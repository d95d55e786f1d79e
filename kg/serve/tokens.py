"""Tokens of those who may change data: shown once when made, kept as hashes only.

A file of tokens has a line for each: its name, a space, and the SHA-256 of the token. A token is 256 random bits, so
that nobody finds it by trying, and a slow hash would add nothing but work for the server.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from kg.errors import KgError
from kg.serve.reply import Problem

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LINE = re.compile(r"([A-Za-z0-9._-]{1,64}) ([0-9a-f]{64})")


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def create(file: Path, name: str) -> str:
    """A new token for `name`, whose hash is added to the file; a token of the same name is replaced."""
    if not _NAME.fullmatch(name):
        raise KgError(f"{name!r} is no name for a token: use letters, digits, dots, hyphens and underscores.")
    token = secrets.token_urlsafe(32)
    kept = {**(read(file) if file.exists() else {}), name: _digest(token)}
    temporary = file.with_name(f".{file.name}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.writelines(f"{one} {digest}\n" for one, digest in sorted(kept.items()))
        temporary.replace(file)
    except OSError as error:
        raise KgError(f"Cannot write {file}: {error.strerror}. Give another file with --tokens.") from error
    return token


def read(file: Path) -> dict[str, str]:
    """Name -> hash of each token in a file."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KgError(
            f"The file of tokens cannot be read ({error}). Make one: kg token NAME --tokens {file}"
        ) from error
    found = {}
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line.strip())
        if match:
            found[match[1]] = match[2]
        elif line.strip() and not line.startswith("#"):
            raise KgError(f"{file}, line {number}: a line is a name and a SHA-256. Make tokens with: kg token NAME")
    return found


class Gate:
    """Knows who may change data."""

    def __init__(self, file: str) -> None:
        self._known = read(Path(file)) if file else {}

    def name_of(self, headers: Mapping[str, str]) -> str:
        """Whose token a request carries; a `Problem` where it has none that is known."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        found = ""
        if scheme.lower() == "bearer" and token:
            digest = _digest(token.strip())
            for name, known in self._known.items():  # all are compared, so that time tells nothing
                found = name if hmac.compare_digest(digest, known) else found
        if not found:
            raise Problem(
                401,
                "token-needed",
                "Changing data needs a token that this server knows.",
                {"hint": "Send `Authorization: Bearer TOKEN`. The operator makes tokens with `kg token NAME`."},
                (("www-authenticate", 'Bearer realm="update"'),),
            )
        return found
