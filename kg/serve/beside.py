"""Files that the server makes of a build and keeps beside it: where they are, and which of them are stale."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from kg.errors import KgError


def place(folder: Path, state: str, name: str, ending: str) -> Path:
    """Where the file of a build with its updates is: beside its store, or elsewhere where the folder takes none."""
    if not os.access(folder, os.W_OK):
        folder = Path(tempfile.gettempdir()) / f"kg-search-{os.getuid()}-{folder.name}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            raise KgError(f"{folder} is somebody else's, who might put other answers there. Remove it, or set TMPDIR.")
    return folder / f"{name}{'-' + state if state else ''}{ending}"


def settle(temporary: Path, path: Path) -> None:
    """Give a file that is written its name; not even a loss of power lets the name lead to half of it."""
    with temporary.open("rb") as written:
        os.fsync(written.fileno())
    temporary.replace(path)


def tidy(path: Path, name: str) -> None:
    """Remove the files of that name of states that updates have left behind."""
    for old in path.parent.glob(f"{name}-*{path.suffix}"):
        if old != path:
            old.unlink(missing_ok=True)
