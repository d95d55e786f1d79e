"""A document in stretches that a model can take at once: whole blocks, the last of one stretch again in the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.documents import Document

MOST = 6000
"""Characters of one passage: a few pages, which models of any size read with attention."""
OVERLAP = 600
"""Characters of whole blocks that two passages share, so that "it" in the second has its name with it."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document's text."""

    start: int
    end: int
    text: str


def passages(document: Document, most: int = MOST, overlap: int = OVERLAP) -> Iterator[Passage]:
    """The passages in order; together they hold every block."""
    pieces = [piece for block in document.blocks for piece in _pieces(document.text, block.start, block.end, most)]
    first = 0
    while first < len(pieces):
        last = first
        while last + 1 < len(pieces) and pieces[last + 1][1] - pieces[first][0] <= most:
            last += 1
        start, end = pieces[first][0], pieces[last][1]
        yield Passage(start, end, document.text[start:end])
        following = last + 1
        if following < len(pieces):
            while following - 1 > first and end - pieces[following - 1][0] <= overlap:
                following -= 1
        first = following


def _pieces(text: str, start: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """A block as it is, or cut at the last blank before the limit."""
    while end - start > most:
        cut = text.rfind(" ", start + most // 2, start + most) + 1 or start + most
        yield start, cut
        start = cut
    if text[start:end].strip():
        yield start, end
