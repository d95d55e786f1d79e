"""Where the hand-written files are, and how TOML is read, with errors that name the file."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.ontology import parsed

APART = frozenset({"shapes", "view", "expectations"})
"""Modules that speak about the ontology and are no part of it."""


def ontology_dir() -> Path:
    """The folder `ontology/`: that which $KG_ONTOLOGY names, else beside the package, or inside it when installed."""
    own = os.environ.get("KG_ONTOLOGY")
    return Path(own) if own else _beside("ontology")


def queries_dir() -> Path:
    """The folder `queries/`."""
    return _beside("queries")


def examples_dir() -> Path:
    """The folder `examples/`."""
    return _beside("examples")


def _beside(name: str) -> Path:
    package = Path(__file__).resolve().parents[1]
    shipped = package / "_shipped" / name
    return shipped if shipped.is_dir() else package.parent / name


def modules(root: Path) -> list[Path]:
    """The Turtle files of the ontology, sorted by name."""
    found = sorted(root.glob("*.ttl"))
    if not found:
        raise KgError(f"No ontology in {root}: it holds no .ttl file. Give the folder that has core.ttl in it.")
    return found


def toml(path: Path) -> dict[str, Any]:
    """A TOML file as nested dicts; what it says is kept for the next process, as reading it takes long."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise KgError(f"Cannot read {path}: {error.strerror or error}") from error
    kept = parsed.kept(raw)
    if kept is None:
        kept = _toml(path, raw)
        parsed.keep(raw, kept)
    return kept


def _toml(path: Path, raw: bytes) -> dict[str, Any]:
    import tomllib  # what was kept needs none

    try:
        return tomllib.loads(raw.decode("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise KgError(f"{path}: not valid TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise KgError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8.") from error


def line_of(path: Path, word: str) -> int:
    """The first line of a file that holds `word`, 1 where none does: errors of meaning have no parser to place them."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if word in line:
            return number
    return 1


def tree_hash(root: Path) -> str:
    """SHA-256 over names and bytes of all files under `root`: two equal hashes are one ontology."""
    total = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file() and not p.name.startswith(".")):
        content = path.read_bytes()
        total.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()
