"""What builds and extractions depend on besides their inputs: code, ontology, queries, as hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kg.ontology import load, queries_dir
from kg.ontology.files import APART
from kg.run.segments import version_of

_ROOMS = (
    "ontology", "documents", "mentions", "claims", "decisions", "entities", "facts",
    "graph", "store.py", "infer.py", "check", "review/replay.py", "run",
)  # fmt: skip
"""The parts of the package on whose code a build depends; how it is shown may change without a new build."""

_READING = ("ontology", "documents", "mentions", "claims", "run/segments.py", "run/seen.py")
"""Of these, the parts on which the reading of one document depends."""


@cache
def build_versions() -> Mapping[str, str]:
    """What a build depends on besides its inputs."""
    package = Path(__file__).resolve().parents[1]
    code = sorted(path for room in _ROOMS for path in _files(package / room, ".py"))
    rules = sorted(path for folder in ("infer", "hygiene") for path in _files(queries_dir() / folder, ".rq"))
    try:
        released = version("green-manufacturing-kg")
    except PackageNotFoundError:  # run from a checkout that is not installed
        released = "0"
    return {
        "package": released,
        "code": _hash_of(code, package),
        "ontology": load().hash,
        "queries": _hash_of(rules, queries_dir()),
    }


@cache
def reading_version() -> str:
    """What the extraction of one document depends on: not how facts are put together, checked or shown."""
    package = Path(__file__).resolve().parents[1]
    root = load().root
    code = sorted(path for room in _READING for path in _files(package / room, ".py"))
    apart = {f"{stem}.ttl" for stem in APART} | {"alignments.sssom.tsv", "precision.tsv"}
    words = sorted(path for path in root.rglob("*") if path.is_file() and path.name not in apart)
    return version_of({"code": _hash_of(code, package), "ontology": _hash_of(words, root)})


def identity(*parts: str) -> str:
    """Sixteen hex digits that stand for some strings."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _files(path: Path, suffix: str) -> list[Path]:
    return sorted(path.rglob("*" + suffix)) if path.is_dir() else [path]


def _hash_of(files: Sequence[Path], root: Path) -> str:
    total = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        total.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()
