"""Which documents are one source: reprints, and what is nearly one text, so that nobody counts twice.

>>> sources = independent(documents)
>>> sources[document.id]         # the id of the document that stands for all prints of its text
>>> sources.reprints             # id of a print -> id of the document whose text it repeats

Texts are compared by sketches (bottom-k MinHash, A. Broder 1997): the smallest hashes of all runs of five words. The
share of hashes that two sketches have in common estimates the share of runs that the texts have in common. Reports by
one template differ in their numbers, and stay two sources.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from heapq import nsmallest
from typing import NamedTuple
from zlib import crc32

from kg.documents import Document
from kg.entities.names import fold

SIZE = 128
"""Hashes of a sketch: the estimate is then right within 0.08 in 19 of 20 cases."""
RUN = 5
"""Words (Chinese: characters) of one run."""
ALIKE = 0.6
"""Share of common runs from which two texts are prints of one; a reprint with another headline has more."""
SAME_NUMBERS = 0.8
"""Share of the numbers in the text with fewer of them that the other must have, too."""
KEYS = 16
"""Hashes by which texts are looked up: texts above ALIKE share one of these but once in a million cases."""

_WORD = re.compile("[\u3400-\u9fff]|[^\\W_\u3400-\u9fff]+")
_NUMBER = re.compile(r"\d+")


class Sketch(NamedTuple):
    """What is kept of a text to compare it."""

    hashes: tuple[int, ...]
    """The smallest, in order."""
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
    runs = {crc32(" ".join(words[at : at + RUN]).encode()) for at in range(max(1, len(words) - RUN + 1))}
    numbers = frozenset(crc32(number.encode()) for number in _NUMBER.findall(folded))
    return Sketch(tuple(nsmallest(SIZE, runs)), numbers, crc32(folded.encode()))


def alike(one: Sketch, other: Sketch) -> bool:
    """Whether two texts are prints of one."""
    if one.exact == other.exact:
        return True
    fewer = min(len(one.numbers), len(other.numbers))
    if len(one.numbers & other.numbers) < SAME_NUMBERS * fewer:
        return False
    smallest = set(nsmallest(SIZE, {*one.hashes, *other.hashes}))
    both = smallest.intersection(one.hashes, other.hashes)
    return len(both) >= ALIKE * len(smallest)


def independent(documents: Iterable[Document]) -> Sources:
    """Tell reprints, each from the first (by path) of the prints; the order of the documents does not matter."""
    return grouped((document.source, document.id, sketch(document.text)) for document in documents)


def grouped(sketches: Iterable[tuple[str, str, Sketch]]) -> Sources:
    """The same from (path, id, sketch) of each document.

    A text is compared with the first prints only, so that a chain of small changes makes no group of unlike texts.
    """
    groups: dict[str, str] = {}
    firsts: dict[str, Sketch] = {}
    by_key: defaultdict[int, list[str]] = defaultdict(list)
    for _, identity, one in sorted(sketches, key=lambda item: item[:2]):
        keys = one.hashes[:KEYS]
        near = dict.fromkeys(first for key in keys for first in by_key[key])
        groups[identity] = next((first for first in near if alike(firsts[first], one)), identity)
        if groups[identity] == identity:
            firsts[identity] = one
            for key in keys:
                by_key[key].append(identity)
    return Sources(groups)
