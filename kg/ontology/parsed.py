"""What takes long to read, kept between processes: a lexicon takes a fifth of a second to parse, its JSON milliseconds.

One file for each content, named by its hash, in the user's folder for such things (`$KG_CACHE`; empty: none is kept).
Nothing depends on it: a file that is missing, damaged or cannot be written is as good as none. Those written last stay.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_VERSION = "1"
_SMALLEST = 4096
"""Bytes of a file that is worth keeping."""
_MOST = 200
"""Files kept: some versions of each lexicon, for whoever works on them."""


def kept(raw: bytes) -> dict[str, Any] | None:
    """What was kept of a file with these bytes."""
    path = _path(raw)
    if path is None:
        return None
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def keep(raw: bytes, content: dict[str, Any]) -> None:
    """Keeps what a file with these bytes says."""
    path = _path(raw)
    if path is None:
        return
    import tempfile  # takes longer to load than what was kept

    with contextlib.suppress(OSError, TypeError):  # a date is none of JSON's; a folder may be read only
        written = json.dumps(content, ensure_ascii=False).encode()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(written)
        Path(temporary).replace(path)
        for old in sorted(path.parent.glob("*.json"), key=lambda kept: -kept.stat().st_mtime_ns)[_MOST:]:
            old.unlink(missing_ok=True)


def remembered(name: str, sources: Iterable[Path], make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `make` gives, kept under a name that stands for all that it depends on but for the code of some files."""
    code = b"".join(hashlib.sha256(path.read_bytes()).digest() for path in sources)
    raw = (name.encode() + code).ljust(_SMALLEST)
    found = kept(raw)
    if found is None:
        found = make()
        keep(raw, found)
    return found


def _path(raw: bytes) -> Path | None:
    if len(raw) < _SMALLEST:
        return None
    folder = os.environ.get("KG_CACHE")
    if folder is None:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        try:
            folder = str(Path(base).expanduser() / "green-manufacturing-kg")
        except RuntimeError:  # nobody's process: it has no home
            return None
    name = hashlib.sha256(_VERSION.encode() + raw).hexdigest()
    return Path(folder) / f"{name}.json" if folder else None
