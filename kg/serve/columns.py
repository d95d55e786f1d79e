"""The quads of a build as columns of numbers, in a file that all processes see as one piece of memory.

Each term has a number. For the default graph, and for all named graphs together, the quads stand twice: by subject,
predicate, object, and by object, predicate, subject. So what a thing says, and what is said of it, is a run of rows
that is found without a lock and read without a copy. Terms are written as the engine writes them in N-Triples: what
is one term to the engine has one number. `filing` writes the file.
"""

from __future__ import annotations

import json
import mmap
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import repeat
from pathlib import Path
from typing import Final, NamedTuple
from zlib import crc32

VERSION = 1
"""Of the file's layout: a file of another version is not read."""
HEAD = 4096
"""Bytes before the first part: names and sizes of the parts, as JSON."""
NOWHERE, DEFAULT = -1, -2
"""In place of the number of a term that is in no quad, and of the default graph, which has no name."""
SMALL: Final = "I"
LARGE: Final = "Q"
"""How numbers are written, and places in the text."""
FORTH, BACK, NAMED_FORTH, NAMED_BACK = "spo", "ops", "named spo", "named ops"
"""The orders in which quads stand."""
LOOKED = 20_000
"""Rows that are looked at for one pattern."""
Quad = tuple[int, int, int, int]
"""Subject, predicate, object, graph."""


class TooMuch(Exception):
    """More than is looked at here, or nothing that can be answered here."""


class Order(NamedTuple):
    """Quads in one order."""

    begin: memoryview[int]
    """Where the rows of each term begin; one more tells where the last ones end."""
    predicate: memoryview[int]
    other: memoryview[int]
    """The object in order of subjects, the subject in order of objects."""
    graph: memoryview[int] | None

    def run(self, start: int, predicate: int | None) -> tuple[int, int]:
        """From where to where the rows of a term, or of a term with a predicate, stand."""
        low, high = self.begin[start], self.begin[start + 1]
        if predicate is None or low == high:
            return low, high
        low = bisect_left(self.predicate, predicate, low, high)
        return low, bisect_right(self.predicate, predicate, low, high)


class Columns:
    """The file opened for reading, in the process that asks it; `OSError` or `ValueError` where it is not whole."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            sizes: dict[str, int] = json.loads(file.read(HEAD))
            self._memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if len(self._memory) != HEAD + sum(size + -size % 8 for size in sizes.values()):
            raise ValueError(f"{path} is not whole")
        whole, at = memoryview(self._memory), HEAD
        parts: dict[str, memoryview[int]] = {}
        for name, size in sizes.items():
            parts[name] = whole[at : at + size]
            at += size + -size % 8
        self._ends = parts["ends"].cast(LARGE)
        """Where each term's text begins; one more tells where the last one ends."""
        self._slots = parts["slots"].cast(SMALL)
        self._mask = len(self._slots) - 1
        self._forth, self._back = (_order(parts, name, 3) for name in (FORTH, BACK))
        self._named = tuple(_order(parts, name, 4) for name in (NAMED_FORTH, NAMED_BACK))

    def number(self, text: bytes) -> int:
        """The number of a term in N-Triples, `NOWHERE` for one that is in no quad."""
        slot = crc32(text) & self._mask
        while number := self._slots[slot]:
            if self.text(number - 1) == text:
                return number - 1
            slot = (slot + 1) & self._mask
        return NOWHERE

    def text(self, number: int) -> bytes:
        """A term in N-Triples by its number."""
        return self._memory[self._ends[number] : self._ends[number + 1]]

    def ahead(self, subject: int, predicate: int, most: int) -> Sequence[int]:
        """Objects of a subject and a predicate in the default graph."""
        if subject < 0:
            return ()
        low, high = self._forth.run(subject, predicate)
        return self._forth.other[low : min(high, low + most)]

    def behind(self, object_: int, predicate: int, most: int) -> Sequence[int]:
        """Subjects of a predicate and an object in the default graph."""
        if object_ < 0:
            return ()
        low, high = self._back.run(object_, predicate)
        return self._back.other[low : min(high, low + most)]

    def count(self, subject: int | None, predicate: int | None, object_: int | None) -> int:
        """How many quads of the default graph are looked at for a pattern, of which one end at least is known."""
        runs = []
        for order, start in ((self._forth, subject), (self._back, object_)):
            if start is not None:
                low, high = order.run(start, predicate) if start >= 0 else (0, 0)
                runs.append(high - low)
        return min(runs)

    def quads(
        self, subject: int | None, predicate: int | None, object_: int | None, graph: int | None, most: int
    ) -> list[Quad]:
        """The first quads that fit; None for what is open, for a graph: any that has a name."""
        plain = graph == DEFAULT
        forth, back = (self._forth, self._back) if plain else self._named
        if NOWHERE in (subject, predicate, object_, graph):
            return []
        low = high = 0
        by_subject = subject is not None
        if subject is not None:
            low, high = forth.run(subject, predicate)
        if object_ is not None:
            first, end = back.run(object_, predicate)
            if subject is None or end - first < high - low:
                low, high, by_subject = first, end, False
        order, start, other = (forth, subject, object_) if by_subject else (back, object_, subject)
        assert start is not None
        filtered = other is not None or not (plain or graph is None)
        end = min(high, low + (LOOKED if filtered else most))
        names = repeat(DEFAULT) if order.graph is None else order.graph[low:end]
        starts, others = repeat(start), order.other[low:end]
        ends = (starts, order.predicate[low:end], others) if by_subject else (others, order.predicate[low:end], starts)
        found = list(zip(*ends, names, strict=False))  # what repeats has no end
        if not filtered:
            return found
        if high > end:
            raise TooMuch
        fits = [quad for quad in found if other in (None, quad[2 if by_subject else 0]) and graph in (None, quad[3])]
        return fits[:most]


def _order(parts: dict[str, memoryview[int]], name: str, width: int) -> Order:
    columns = [parts[f"{name} {place}"].cast(SMALL) for place in range(width)]
    return Order(columns[0], columns[1], columns[2], columns[3] if width == 4 else None)
