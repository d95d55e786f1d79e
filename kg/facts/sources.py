"""Which documents are one source: reprints, and what is nearly one text, so that nobody counts twice.

>>> sources = independent(documents)
>>> sources[document.id]         # the id of the document that stands for all prints of its text
>>> sources.reprints             # id of a print -> id of the document whose text it repeats

Texts are compared by MinHash sketches (A. Broder 1997; made by rensa) of all runs of five words: the share of places at
which two sketches agree estimates the share of runs that the texts have in common. Reports by one template differ in
their numbers, and stay two sources.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple
from zlib import crc32

from rensa import RMinHash

from kg.documents import Document
from kg.entities.names import fold

SIZE = 126
"""Hashes of a sketch: the estimate is then right within 0.09 in 19 of 20 cases."""
RUN = 5
"""Words (Chinese: characters) of one run."""
ALIKE = 0.6
"""Share of common runs from which two texts are prints of one; a reprint with another headline has more."""
SAME_NUMBERS = 0.8
"""Share of the numbers in the text with fewer of them that the other must have, too."""
BAND = 3
"""Hashes that agree side by side where two texts are compared: those above ALIKE do so but for one in 30,000."""
_SEED = 1997
_BYTES = 4
"""Of a hash."""

_WORD = re.compile("[\u3400-\u9fff]|[^\\W_\u3400-\u9fff]+")
_NUMBER = re.compile(r"\d+")


class Sketch(NamedTuple):
    """What is kept of a text to compare it."""

    hashes: bytes
    """The least of each of SIZE ways to hash the runs, 32 bits each."""
    numbers: frozenset[int]
    """Hashes of the numbers."""
    exact: int
    """Stands for all letters and digits of the text."""


class Sources(Mapping[str, str]):
    """Id of each document -> id of the document that stands for its source."""

    def __init__(self, groups: Mapping[str, str]) -> None:
        self._groups = dict(groups)

    def __getitem__(self, document: str) -> str:
        return self._groups[document]

    def __iter__(self) -> Iterator[str]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)

    @property
    def reprints(self) -> dict[str, str]:
        """Id of each document that repeats another's text -> id of that other one."""
        return {one: first for one, first in self._groups.items() if one != first}


def sketch(text: str) -> Sketch:
    """The sketch of a text; case, punctuation and line breaks do not matter."""
    folded = fold(text)
    words = _WORD.findall(folded)
    hashed = RMinHash(SIZE, _SEED)
    hashed.update([" ".join(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1))])
    numbers = frozenset(crc32(number.encode()) for number in _NUMBER.findall(folded))
    return Sketch(array("I", hashed.digest()).tobytes(), numbers, crc32(folded.encode()))


def alike(one: Sketch, other: Sketch) -> bool:
    """Whether two texts are prints of one."""
    if one.exact == other.exact:
        return True
    fewer = min(len(one.numbers), len(other.numbers))
    if len(one.numbers & other.numbers) < SAME_NUMBERS * fewer:
        return False
    mine, others = array("I", one.hashes), array("I", other.hashes)
    return sum(map(int.__eq__, mine, others)) >= ALIKE * SIZE


def independent(documents: Iterable[Document]) -> Sources:
    """Tell reprints, each from the first (by path) of the prints; the order of the documents does not matter."""
    return grouped((document.source, document.id, sketch(document.text)) for document in documents)


def grouped(
    sketches: Iterable[tuple[str, str, Sketch]],
    before: Mapping[str, str] | None = None,
    unchanged: Container[str] = (),
) -> Sources:
    """The same from (path, id, sketch) of each document.

    A text is compared with the first prints only, so that a chain of small changes makes no group of unlike texts. With
    the groups `before`, texts that are unchanged and stood alone are compared only with what was no first print then.
    """
    groups: dict[str, str] = {}
    firsts: dict[str, Sketch] = {}
    place: dict[str, int] = {}
    old, new = _Bands(), _Bands()
    ordered = sorted(sketches, key=lambda item: item[:2])
    settled = {key for _, key, _ in ordered if before is not None and key in unchanged and before.get(key) == key}
    looked_for = _LookedFor(one for _, key, one in ordered if key not in settled)
    for _, identity, one in ordered:
        alone = identity in settled
        if alone and not looked_for.shares(one):
            groups[identity] = identity
            continue
        near = sorted({*new.sharing(one), *(() if alone else old.sharing(one))}, key=place.__getitem__)
        groups[identity] = next((first for first in near if alike(firsts[first], one)), identity)
        if groups[identity] == identity:
            firsts[identity], place[identity] = one, len(place)
            (old if alone else new).add(identity, one)
    return Sources(groups)


class _Bands:
    """Texts by parts of their sketches."""

    def __init__(self) -> None:
        self._by_band: defaultdict[tuple[int, bytes], list[str]] = defaultdict(list)

    def add(self, identity: str, one: Sketch) -> None:
        """Enter a text."""
        for band in _bands(one):
            self._by_band[band].append(identity)

    def sharing(self, one: Sketch) -> Iterator[str]:
        """The texts that have a part in common with one."""
        for band in _bands(one):
            yield from self._by_band.get(band, ())


class _LookedFor:
    """Parts of some sketches, by their place: whether another shares one is asked of every text of a build."""

    def __init__(self, sketches: Iterable[Sketch]) -> None:
        by_place: defaultdict[int, set[bytes]] = defaultdict(set)
        for one in sketches:
            for at, band in _bands(one):
                by_place[at].add(band)
        self._parts = [(at, at + BAND * _BYTES, bands) for at, bands in by_place.items()]

    def shares(self, one: Sketch) -> bool:
        """Whether a text has a part in common with one of them."""
        hashes = one.hashes
        for start, end, bands in self._parts:  # noqa: SIM110 — a loop takes half of the time
            if hashes[start:end] in bands:
                return True
        return False


def _bands(one: Sketch) -> Iterator[tuple[int, bytes]]:
    width = BAND * _BYTES
    return ((at, one.hashes[at : at + width]) for at in range(0, len(one.hashes), width))
