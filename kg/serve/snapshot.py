"""A build with its quads in memory: loaded once, then shared by every process forked from the one that loaded it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import KgError
from kg.serve import journal
from kg.store import CURRENT, GRAPH, Build, open_build


@dataclass(frozen=True)
class Loaded(Build):
    """A build whose store has no file open, starts no thread, and so may be forked."""

    state: str = ""
    """What updates have made of it."""

    @cached_property
    def store(self) -> ox.Store:
        """The quads of the build's N-Quads file."""
        store = ox.Store()
        path = self.path / GRAPH
        try:
            if b"_:" in path.read_bytes():
                # The loader renames blank nodes; the journal of updates speaks of them by the names that they have.
                store.extend(ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS))
            else:
                store.load(path=str(path), format=ox.RdfFormat.N_QUADS)
        except (OSError, SyntaxError) as error:
            raise KgError(
                f"The graph of the build cannot be loaded ({error}). Remove {self.path} and run `kg build` again."
            ) from error
        return store

    def after(self, state: str) -> Loaded:
        """The same after an update of its store."""
        following = Loaded(self.path, state)
        following.__dict__.update({name: value for name, value in self.__dict__.items() if name != "state"})
        return following


def published(root: Path) -> Path:
    """The folder of the build to serve: the published one under `root`, or `root` itself if it is a build."""
    return open_build(root).path


class Elsewhere(Loaded):
    """A build whose quads are in a remote store."""

    url: str = ""

    @cached_property
    def store(self) -> Any:
        """Asks the remote store."""
        from kg.serve.remote import RemoteStore

        return RemoteStore(self.url)


def load(folder: Path, record: Path | None = None, url: str = "") -> Loaded:
    """The build in `folder`, its store in memory with the updates of a journal; or the one at another address."""
    if url:
        elsewhere = Elsewhere(open_build(folder).path)
        object.__setattr__(elsewhere, "url", url)
        return elsewhere
    build = Loaded(open_build(folder).path, journal.state(record) if record else "")
    for patch in journal.patches(record) if record else ():
        journal.apply(build.store, patch)
    _ = build.store
    return build


def follows(root: Path) -> bool:
    """True where `root` has a link to a published build, which may come to point to another."""
    return (root / CURRENT).is_symlink()
