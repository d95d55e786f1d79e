"""Files the quads of a store as `columns`: beside the build, once for each state of its data."""

from __future__ import annotations

import json
import os
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

import pyoxigraph as ox

from kg.errors import KgError
from kg.serve import beside
from kg.serve.columns import BACK, FORTH, HEAD, LARGE, NAMED_BACK, NAMED_FORTH, SMALL, VERSION, Columns

_QUAD = re.compile(rb'(\S+) (\S+) (<<.*>>|"(?:[^"\\]|\\.)*"\S*|\S+)(?: (\S+))? \.\n?', re.DOTALL)


def place(folder: Path, state: str) -> Path:
    """Where the columns of a build with its updates are: beside its store, or elsewhere where the folder takes none."""
    return beside.place(folder, state, f"columns-{VERSION}", ".bin")


def tidy(path: Path) -> None:
    """Remove the columns of states that updates have left behind."""
    beside.tidy(path, f"columns-{VERSION}")


def sweep(path: Path) -> None:
    """Remove what processes left behind that were ended while they wrote a file beside its place."""
    for left in path.parent.glob(f".{path.name}.*"):
        number = left.name.removeprefix(f".{path.name}.").partition(".")[0]
        if number.isdigit() and not Path(f"/proc/{number}").exists():
            left.unlink(missing_ok=True)


def there(path: Path) -> bool:
    """Whether the columns are there; what bears their name and is not whole is removed."""
    try:
        Columns(path)
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        path.unlink(missing_ok=True)
        return False
    return True


def write(store: ox.Store, path: Path) -> None:
    """File a store; the file is there whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    dumped = temporary.with_name(f"{temporary.name}.nq")
    try:
        store.dump(str(dumped), format=ox.RdfFormat.N_QUADS)
        with dumped.open("rb") as lines:
            terms, plain, named = _numbered(lines)
        with temporary.open("wb") as out:
            _write(out, terms, plain, named)
        beside.settle(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise KgError(f"The columns of the quads cannot be written to {path}: {error}") from error
    finally:
        dumped.unlink(missing_ok=True)


def _numbered(lines: Iterable[bytes]) -> tuple[dict[bytes, int], array[int], array[int]]:
    """The number of each term; the quads of the default graph, three numbers each; those of others, four each."""
    terms: dict[bytes, int] = {}
    plain, named = array(SMALL), array(SMALL)
    for line in lines:
        match = _QUAD.fullmatch(line)
        assert match is not None, "the engine writes a quad a line"
        *triple, graph = match.groups()
        into = plain if graph is None else named
        for term in triple if graph is None else (*triple, graph):
            into.append(terms.setdefault(term, len(terms)))
    return terms, plain, named


def _write(out: BinaryIO, terms: dict[bytes, int], plain: array[int], named: array[int]) -> None:
    sizes: dict[str, int] = {}
    out.write(bytes(HEAD))

    def put(name: str, content: Iterable[array[int] | bytes]) -> None:
        start = out.tell()
        for one in content:
            out.write(one)
        sizes[name] = out.tell() - start
        out.write(bytes(-out.tell() % 8))

    put("text", terms)
    put("ends", [array(LARGE, accumulate(map(len, terms), initial=HEAD))])
    put("slots", [_slots(terms)])
    for rows, width, orders in ((plain, 3, (FORTH, BACK)), (named, 4, (NAMED_FORTH, NAMED_BACK))):
        for order in orders:
            columns = [rows[start::width] for start in range(width)]
            if order == orders[1]:
                columns[0], columns[2] = columns[2], columns[0]
            for number, column in enumerate(_sorted(columns, len(terms))):
                put(f"{order} {number}", [column])
    out.seek(0)
    out.write(json.dumps(sizes).encode().ljust(HEAD))


def _slots(terms: dict[bytes, int]) -> array[int]:
    """Where the number of a term stands: at the place that its checksum tells, or the next that is free; 0 for none."""
    mask = (1 << (2 * len(terms) + 1).bit_length()) - 1
    slots = array(SMALL, bytes(4 * (mask + 1)))
    for text, number in terms.items():
        slot = crc32(text) & mask
        while slots[slot]:
            slot = (slot + 1) & mask
        slots[slot] = number + 1
    return slots


def _sorted(columns: Sequence[array[int]], terms: int) -> Iterator[array[int]]:
    """Where the rows of each term begin, then the other columns of the rows in their order."""
    bits = max(1, terms.bit_length())
    keys = list(columns[0])
    for column in columns[1:]:
        keys = [key << bits | one for key, one in zip(keys, column, strict=True)]
    keys.sort()
    counts = array(SMALL, bytes(4 * (terms + 1)))
    for term in columns[0]:
        counts[term + 1] += 1
    yield array(SMALL, accumulate(counts))
    mask = (1 << bits) - 1
    for shift in range(bits * (len(columns) - 2), -1, -bits):
        yield array(SMALL, [key >> shift & mask for key in keys])
