"""Room 7: builds as folders: one writer, many readers.

>>> build = open_build()            # the published one under ./build
>>> build.store.query("SELECT …")   # pyoxigraph, read only
>>> build.dataset()                 # rdflib over the same data

A build stands in a folder named by its id. It is written under a temporary name and renamed when whole; publishing
replaces the link `current`, so whoever opened a build keeps it, and an interrupted one is never seen.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import KgError

if TYPE_CHECKING:
    import rdflib

CURRENT = "current"
TEMPORARY = ".tmp-"
GRAPH, STORE, FACTS, DOCUMENTS, MANIFEST, REPORT = (
    "graph.nq",
    "store",
    "facts.jsonl",
    "documents.jsonl",
    "manifest.json",
    "report.json",
)


@dataclass(frozen=True)
class Build:
    """One finished build, opened for reading."""

    path: Path
    """The build's own folder; it stays valid when another build is published."""

    @cached_property
    def store(self) -> ox.Store:
        """The quads as an Oxigraph store that refuses writing."""
        try:
            return ox.Store.read_only(str(self.path / STORE))
        except OSError as error:
            raise KgError(
                f"The store in {self.path} cannot be opened ({error}). Remove that folder and run `kg build` again."
            ) from error

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What went into the build and what came out: inputs, versions, counts."""
        return self._object(MANIFEST)

    @cached_property
    def report(self) -> dict[str, Any]:
        """What was left out and why, and what the checks found."""
        return self._object(REPORT)

    def facts(self) -> Iterator[dict[str, Any]]:
        """The lines of the fact table."""
        return _lines(self.path / FACTS)

    def documents(self) -> dict[str, dict[str, Any]]:
        """Id -> id, name, source, lang, title and text of each document."""
        return {line["id"]: line for line in _lines(self.path / DOCUMENTS)}

    def dataset(self) -> rdflib.Dataset:
        """An rdflib dataset over the store; its SPARQL is run by Oxigraph."""
        import oxrdflib
        import rdflib

        return rdflib.Dataset(store=oxrdflib.OxigraphStore(store=self.store))

    def _object(self, name: str) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(_read(self.path / name))
        return loaded


def open_build(path: Path | None = None) -> Build:
    """The build in a folder, or the published one under it (default: `./build`)."""
    given = path or Path("build")
    folder = given / CURRENT if (given / CURRENT).is_symlink() else given
    if not (folder / MANIFEST).is_file():
        raise KgError(f"There is no build in {given}. Make one: kg build FILE_OR_FOLDER --out {given}")
    return Build(folder.resolve())


def write_store(nquads: Path, folder: Path) -> None:
    """Load an N-Quads file into a new Oxigraph store in `folder`."""
    try:
        store = ox.Store(str(folder))
        store.bulk_load(path=str(nquads), format=ox.RdfFormat.N_QUADS)
        # not optimize(), which takes half as long again and twice the disk, and reading gets no faster by it
        store.flush()
    except OSError as error:
        raise KgError(f"Cannot write the store in {folder}: {error}") from error


@contextlib.contextmanager
def copied_store(old: Path, new: Path) -> Iterator[ox.Store]:
    """A copy of a store to be changed; what the two share is linked, not copied."""
    try:
        ox.Store.read_only(str(old)).backup(str(new))
        store = ox.Store(str(new))
        yield store
        store.flush()
    except OSError as error:
        raise KgError(f"Cannot write the store in {new}: {error}") from error


def change_store(store: ox.Store, removed: Iterable[str], added: Iterable[str]) -> None:
    """Remove and add lines of N-Quads."""
    for quad in _parsed(removed):
        store.remove(quad)
    store.extend(_parsed(added))


def _parsed(lines: Iterable[str]) -> Iterator[ox.Quad]:
    return ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS, lenient=True)


@contextlib.contextmanager
def writing(root: Path) -> Iterator[None]:
    """Be the only one who writes builds under `root`; what an interrupted build left behind is removed first."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = (root / ".lock").open("a")
    except OSError as error:
        raise KgError(f"Cannot write to {root}: {error.strerror}. Give another folder with --out.") from error
    with lock:
        _lock(lock.fileno(), root)
        for stale in sorted(root.glob(TEMPORARY + "*")):
            shutil.rmtree(stale, ignore_errors=True) if stale.is_dir() else stale.unlink()
        yield


def _lock(descriptor: int, root: Path) -> None:
    """Held until the file is closed, and let go by the system if the process is killed."""
    try:
        import fcntl
    except ImportError:  # no such locks on this system: two builds at once into one folder are then not noticed
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise KgError(f"Another build is writing to {root}. Wait for it to end, or give another --out.") from error


def publish(root: Path, build_id: str) -> Path:
    """Make a finished build the published one, in one step; the path is that of the build."""
    link = root / f"{TEMPORARY}{CURRENT}"
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(build_id, target_is_directory=True)
        link.replace(root / CURRENT)
    except OSError as error:
        raise KgError(
            f"Cannot publish {build_id} in {root}: {error.strerror}. The build published before stays."
        ) from error
    return root / build_id


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    # not str.splitlines, which also breaks at U+2028 inside a text
    for line in _read(path).split("\n"):
        if line:
            yield json.loads(line)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise KgError(
            f"Cannot read {path}: {error.strerror}. The build is damaged: remove its folder and run `kg build` again."
        ) from error
