"""Files of a build: written so that they are whole on the disk before anyone is told of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path


def put(path: Path, parts: Iterable[str]) -> int:
    """Write a text file; returns how many lines it has."""
    lines = 0
    with path.open("w", encoding="utf-8", newline="\n", buffering=1 << 20) as file:
        for part in parts:
            lines += part.count("\n")
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    return lines


def merge_lines(old: Path, more: Iterable[str], new: Path) -> int:
    """Write the sorted lines of a file and more lines (in any order) as one sorted file, each line once; returns how
    many lines it has."""
    lines = 0
    with old.open("rb", buffering=1 << 20) as given, new.open("wb", buffering=1 << 20) as file:
        for line in _merged(given, sorted({line.encode() for line in more})):
            file.write(line)
            lines += 1
        file.flush()
        os.fsync(file.fileno())
    return lines


def _merged(old: Iterable[bytes], more: Sequence[bytes]) -> Iterator[bytes]:
    waiting = iter(more)
    following = next(waiting, None)
    for line in old:
        while following is not None and following <= line:
            if following != line:
                yield following
            following = next(waiting, None)
        yield line
    if following is not None:
        yield following
        yield from waiting


Told = tuple[int, int, int, int, int]


def told(path: Path) -> Told:
    """What the system says of a file; while it is the same, so is the content, as no program can set a time of change.

    `OSError` where there is no such file.
    """
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def settled(path: Path) -> str:
    """Hex digest of a file that was just written, when it is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()
