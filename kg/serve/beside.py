"""Files that the server makes of a build and keeps beside it: where they are, and which of them are stale."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def place(folder: Path, state: str, name: str, ending: str) -> Path:
    """Where the file of a build with its updates is: beside its store, or elsewhere where the folder takes none."""
    if not os.access(folder, os.W_OK):
        folder = Path(tempfile.gettempdir()) / f"kg-search-{os.getuid()}-{folder.name}"
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{name}{'-' + state if state else ''}{ending}"


def tidy(path: Path, name: str) -> None:
    """Remove the files of that name of states that updates have left behind."""
    for old in path.parent.glob(f"{name}-*{path.suffix}"):
        if old != path:
            old.unlink(missing_ok=True)
