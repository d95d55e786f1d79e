"""Which files are those that were seen before: told by what the system says of them, without opening them.

A file whose size, times, place on the disk and path are those of last time has the content of last time: whoever writes
to it changes its time of change, which no program can set back. What was changed just before it was looked at may have
changed again within the same tick of the clock, so it is not taken for known, and its bytes are looked at next time.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

_TICK = 2_000_000_000
"""Nanoseconds: the times of some file systems are no closer than that."""


@dataclass(slots=True)
class Seen:
    """Path -> what the system said of the file, and the hash of its path and bytes."""

    before: dict[str, list[int | str]]
    now: dict[str, list[int | str]] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path) -> Seen:
        """What was kept."""
        try:
            kept = json.loads(path.read_bytes())
        except (OSError, ValueError):  # none yet, or damaged: every file is looked at
            return cls({})
        return cls(kept if isinstance(kept, dict) else {})

    def to_bytes(self) -> bytes:
        """What is to be kept: the files that were asked about."""
        return json.dumps(self.now).encode()

    def key(self, path: Path) -> str:
        """Hash of a file's path and bytes; of one that cannot be read, of its path alone, which no index has."""
        name = path.as_posix()
        try:
            told = path.stat()
        except OSError:
            return _key_of(path)
        known: list[int | str] = [told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino, told.st_dev]
        kept = self.before.get(name)
        if kept is not None and kept[:-1] == known:
            self.now[name] = kept
            return str(kept[-1])
        key = _key_of(path)
        if key and max(told.st_mtime_ns, told.st_ctime_ns) + _TICK < time.time_ns():
            self.now[name] = [*known, key]
        return key


def _key_of(path: Path) -> str:
    total = hashlib.sha256(os.fsencode(path.as_posix()) + b"\0")
    try:
        if path.is_file():
            with path.open("rb") as file:
                for part in iter(lambda: file.read(1 << 20), b""):
                    total.update(part)
    except OSError:
        return ""
    return total.hexdigest()
