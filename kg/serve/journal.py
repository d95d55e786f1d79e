"""What was changed by updates: patches of quads in a journal beside the builds, so that nothing accepted is lost.

A patch is text, a line for each change: ``+`` or ``-`` and a quad as N-Quads, ``G`` or ``g`` and the IRI of a named
graph that came or went. A journal is patches one after the other, each ended by a line ``.`` with the number of its
lines and their SHA-256: what a crash cut off in the middle has no such line, and does not count. Patches are of sets,
so that they can be applied to any build, and twice.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from kg.errors import KgError

JOURNAL = "updates.journal"
PATCH = "application/x-quad-patch"
"""Media type of a patch as an answer of the process that tried it."""
_SEAL = re.compile(rb"\. (\d+) ([0-9a-f]{64})")


def dump(store: ox.Store) -> tuple[set[bytes], set[str]]:
    """All quads as lines of N-Quads, and the IRIs of the named graphs."""
    lines = store.dump(format=ox.RdfFormat.N_QUADS) or b""
    graphs = {graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)}
    return set(lines.split(b"\n")) - {b""}, graphs


def difference(before: tuple[set[bytes], set[str]], after: tuple[set[bytes], set[str]]) -> bytes:
    """The patch that leads from one content to another, in a fixed order."""
    gone = (b"- " + line for line in sorted(before[0] - after[0]))
    come = (b"+ " + line for line in sorted(after[0] - before[0]))
    dropped = (b"g " + iri.encode() for iri in sorted(before[1] - after[1]))
    created = (b"G " + iri.encode() for iri in sorted(after[1] - before[1]))
    return b"".join(line + b"\n" for line in (*gone, *dropped, *created, *come))


def quads(patch: bytes, sign: bytes) -> Iterator[ox.Quad]:
    """The quads that a patch adds (``+``) or removes (``-``)."""
    start = sign + b" "
    lines = b"\n".join(line[2:] for line in patch.split(b"\n") if line.startswith(start))
    return ox.parse(lines, format=ox.RdfFormat.N_QUADS, lenient=True)


def apply(store: ox.Store, patch: bytes) -> None:
    """Carry out a patch."""
    for quad in quads(patch, b"-"):
        store.remove(quad)
    for line in patch.split(b"\n"):
        if line.startswith(b"g "):
            store.remove_graph(ox.NamedNode(line[2:].decode()))
        elif line.startswith(b"G "):
            store.add_graph(ox.NamedNode(line[2:].decode()))
    store.extend(quads(patch, b"+"))


def append(journal: Path, patch: bytes) -> None:
    """Write a patch so that it is there after a loss of power, or raise `OSError` and leave the journal as it was."""
    seal = b". %d %s\n" % (patch.count(b"\n"), sha256(patch).hexdigest().encode())
    with journal.open("ab") as out:
        size = out.tell()
        try:
            # What a crash cut off in the middle of a line is ended, so that nothing is glued to it.
            out.write((b"" if _ends_a_line(journal) else b"\n") + patch + seal)
            out.flush()
            os.fsync(out.fileno())
        except OSError:
            os.ftruncate(out.fileno(), size)
            raise
    folder = os.open(journal.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _ends_a_line(journal: Path) -> bool:
    with journal.open("rb") as content:
        if not content.seek(0, os.SEEK_END):
            return True
        content.seek(-1, os.SEEK_END)
        return content.read(1) == b"\n"


def patches(journal: Path) -> Iterator[bytes]:
    """The whole patches of a journal, oldest first; what a crash left unfinished is passed over."""
    if not journal.exists():
        return
    try:
        lines = journal.read_bytes().split(b"\n")
    except OSError as error:
        raise KgError(f"The journal of updates {journal} cannot be read: {error.strerror}.") from error
    held: list[bytes] = []
    for line in lines:
        seal = _SEAL.fullmatch(line)
        if not seal:
            held.append(line)
            continue
        patch = _sealed(held, int(seal[1]), seal[2])
        if patch is None:
            raise KgError(f"The journal of updates {journal} is damaged. Restore it from a copy, or move it away.")
        yield patch
        held = []


def _sealed(held: list[bytes], number: int, digest: bytes) -> bytes | None:
    """The last of the held lines, where they have that digest: those before are of a patch that was cut off."""
    if number > len(held):
        return None
    patch = b"".join(line + b"\n" for line in held[len(held) - number :])
    return patch if sha256(patch).hexdigest().encode() == digest else None


def state(journal: Path) -> str:
    """A short name of what a journal holds; "" where there is nothing."""
    try:
        content = journal.read_bytes()
    except FileNotFoundError:
        return ""
    return sha256(content).hexdigest()[:8] if content else ""


def changed_nodes(patch: bytes) -> set[ox.NamedNode | ox.BlankNode]:
    """The subjects of a patch."""
    both: Iterable[ox.Quad] = (*quads(patch, b"-"), *quads(patch, b"+"))
    return {quad.subject for quad in both if isinstance(quad.subject, ox.NamedNode | ox.BlankNode)}
